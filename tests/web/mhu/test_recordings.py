"""`/recordings/{call_id}.mp3`, and what is said of recordings elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mhud.live.events import CallEnded
from mhud.live.model import Talk
from mhud.services.trail import Sought
from mhud.store.recordings import State
from tests.call_centre import CallCentre, call_centre
from tests.fake_clock import START, eventually
from tests.feed_things import a_call, ended
from tests.recorded import SOUND, heard, unheard

ID = "call-1.1"
URL = f"/recordings/{ID}.mp3"


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[CallCentre]:
    async with call_centre(tmp_path) as one:
        yield one


async def fetch(
    centre: CallCentre, method: str = "GET", url: str = URL, **headers: str
) -> tuple[int, Mapping[str, str], bytes]:
    asked = {**centre.key, **{name.replace("_", "-"): text for name, text in headers.items()}}
    async with centre.http.request(method, url, headers=asked) as answer:
        return answer.status, answer.headers, await answer.read()


async def lines(centre: CallCentre) -> list[str]:
    page = await centre.services.trail.page(Sought(action="recording.*"), 100, None)
    return [f"{one.action} {one.subject_id}" for one in page.deeds]


async def test_who_may_hears_all_of_it_and_is_in_the_audit_trail(centre: CallCentre) -> None:
    await heard(centre.services, ID)
    status, headers, body = await fetch(centre)
    assert (status, body) == (200, SOUND)
    assert headers["Content-Type"] == "audio/mpeg"
    assert headers["Content-Length"] == str(len(SOUND))
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Cache-Control"] == "no-store"
    assert await lines(centre) == [f"recording.read {ID}"]


async def test_a_player_may_seek_which_is_one_line_in_the_trail(centre: CallCentre) -> None:
    await heard(centre.services, ID)
    for begin, end in ((0, None), (70_000, 70_099), (100_000, None), (179_199, 179_199)):
        wanted = f"bytes={begin}-{'' if end is None else end}"
        status, headers, body = await fetch(centre, Range=wanted)
        last = len(SOUND) - 1 if end is None else end
        assert (status, body) == (206, SOUND[begin : last + 1])
        assert headers["Content-Range"] == f"bytes {begin}-{last}/{len(SOUND)}"
    status, headers, body = await fetch(centre, Range="bytes=-100")
    assert (status, body) == (206, SOUND[-100:])
    assert await lines(centre) == [f"recording.read {ID}"]
    assert (await fetch(centre, Range=f"bytes={len(SOUND)}-"))[0] == 416


async def test_what_is_known_already_is_not_sent_again(centre: CallCentre) -> None:
    await heard(centre.services, ID)
    tag = (await fetch(centre, "HEAD"))[1]["ETag"]
    assert await lines(centre) == []
    status, headers, body = await fetch(centre, If_None_Match=tag)
    assert (status, headers["ETag"], body) == (304, tag, b"")
    assert await lines(centre) == []
    begun = {"Range": "bytes=100-199", "If_Range": tag}
    assert (await fetch(centre, **begun))[::2] == (206, SOUND[100:200])
    begun["If_Range"] = '"of another"'
    assert (await fetch(centre, **begun))[::2] == (200, SOUND)


@pytest.mark.parametrize("name", ["", ID, f"{ID}.wav", "call-none.mp3", "..%2f..%2fmhud.db.mp3"])
async def test_of_another_name_there_is_nothing(centre: CallCentre, name: str) -> None:
    await heard(centre.services, ID)
    assert (await fetch(centre, url=f"/recordings/{name}"))[0] == 404


async def test_why_there_is_none_is_said(centre: CallCentre) -> None:
    await unheard(centre.services, "call-failed")
    await unheard(centre.services, "call-waits", State.WAITING)
    for state in (State.ERASED, State.EXPIRED):
        await unheard(centre.services, f"call-{state}", state)
        assert (await fetch(centre, url=f"/recordings/call-{state}.mp3"))[0] == 410
    async with centre.http.get("/recordings/call-failed.mp3", headers=centre.key) as answer:
        told = await answer.json()
    assert (answer.status, told["details"]) == (404, {"state": "failed", "reason": "encoder"})
    assert (await centre.get("/calls/call-failed/recording"))["reason"] == "encoder"
    assert (await centre.get("/calls/call-waits/recording"))["state"] == "waiting"


async def test_a_file_that_was_damaged_is_not_handed_out(centre: CallCentre) -> None:
    path = await heard(centre.services, ID)
    path.write_bytes(path.read_bytes()[:-1])
    assert (await fetch(centre))[0] == 503
    path.unlink()
    assert (await fetch(centre))[0] == 503


async def test_a_failed_one_may_be_tried_anew(centre: CallCentre) -> None:
    await heard(centre.services, ID)
    await unheard(centre.services, "call-failed")
    status, told = await centre.ask("POST", "/calls/call-failed/recording/retry")
    assert (status, told["state"]) == (200, "waiting")
    assert await lines(centre) == ["recording.retry call-failed"]
    status, told = await centre.ask("POST", "/calls/call-failed/recording/retry")
    assert (status, told["details"]["state"]) == (409, "waiting")
    assert (await centre.ask("POST", f"/calls/{ID}/recording/retry"))[0] == 409
    assert (await centre.ask("POST", "/calls/call-none/recording/retry"))[0] == 404


async def test_all_are_listed_by_the_end_of_their_call_page_by_page(centre: CallCentre) -> None:
    for number in range(5):
        await centre.clock.advance(60)
        await (unheard if number == 2 else heard)(centre.services, f"call-{number}")
    await unheard(centre.services, "call-quiet", State.NOTHING)
    found: list[str] = []
    query = "limit=2"
    while True:
        page: dict[str, Any] = await centre.get(f"/recordings?{query}")
        found += [one["call_id"] for one in page["recordings"]]
        if page["next_cursor"] is None:
            break
        query = f"limit=2&cursor={page['next_cursor']}"
    assert found == [f"call-{number}" for number in (4, 3, 2, 1, 0)]
    failed = await centre.get("/recordings?state=failed")
    assert [one["call_id"] for one in failed["recordings"]] == ["call-2"]
    assert (await centre.ask("GET", "/recordings?cursor=nonsense"))[0] == 400
    assert (await centre.ask("GET", "/recordings?state=loud"))[0] == 400


async def test_a_call_names_its_recording_to_who_may_hear_it(centre: CallCentre) -> None:
    talk = Talk(agent_id="agent001", began_at=START, ended_at=START)
    call = ended(a_call(ID, talks=(talk,), recorded=True))
    centre.services.ledger.publish([CallEnded(at=START, call=call)])
    await centre.clock.advance(0.01)
    await eventually(lambda: centre.services.ledger.lag == 0)
    assert (await centre.get(f"/calls/{ID}"))["recording_url"] is None
    await heard(centre.services, ID)
    url = (await centre.get(f"/calls/{ID}"))["recording_url"]
    assert url == str(centre.http.make_url(URL))
    assert (await centre.get("/calls"))["calls"][0]["recording_url"] == url
    assert (await centre.get(f"/calls/{ID}/recording"))["recording_url"] == url
    deaf = await centre.house.headers("view_calls")
    assert (await centre.get(f"/calls/{ID}", **deaf))["recording_url"] is None


async def test_links_begin_with_the_public_address_where_there_is_one(tmp_path: Path) -> None:
    public = {"public_url": "https://mhud.example.org/helpline/"}
    async with call_centre(tmp_path, http=public) as centre:
        await heard(centre.services, ID)
        told = await centre.get(f"/calls/{ID}/recording")
        assert told["recording_url"] == f"https://mhud.example.org/helpline{URL}"
