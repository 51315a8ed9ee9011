"""The curve of today and the figures of a wallboard, over HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mhud.services.today import opening
from tests.call_centre import CallCentre, call_centre
from tests.fake_clock import START
from tests.web.mhu.test_calls import talk


async def curve(centre: CallCentre, offered: int) -> dict[str, Any]:
    """As soon as so many are known: the ledger writes beside, and an answer holds 5 seconds."""
    found = await centre.get("/queues/today")
    while sum(found["total"]["offered"]) < offered:
        await centre.clock.advance(5)
        found = await centre.get("/queues/today")
    return found


async def one_talks_and_one_gives_up(centre: CallCentre) -> None:
    await talk(centre)
    centre.pbx.agent_hangs_up("agent001")
    await centre.until(lambda live: not live.calls)
    caller = centre.pbx.call_in("254700123457", "crisis")
    await centre.until(lambda live: live.queues["crisis"].waiting)
    caller.hangs_up()
    await centre.until(lambda live: not live.calls)


async def test_each_quarter_since_midnight_has_what_it_brought(centre: CallCentre) -> None:
    centre.pbx.agent_logs_in("agent001", "support")
    await centre.agent_is("available")
    await one_talks_and_one_gives_up(centre)
    found = await curve(centre, 2)
    assert (found["date"], found["timezone"]) == (f"{START:%Y-%m-%d}", "UTC")
    assert found["slot_seconds"] == 900
    starts = [datetime.fromisoformat(one) for one in found["starts"]]
    assert starts[0] == START.replace(hour=0, minute=0, second=0, microsecond=0)
    assert {later - one for one, later in pairwise(starts)} == {timedelta(minutes=15)}
    assert starts[-1] <= centre.clock.now() < starts[-1] + timedelta(minutes=15)
    queues = {one["id"]: one for one in found["queues"]}
    sums = {
        queue_id: tuple(sum(one[what]) for what in ("offered", "answered", "abandoned"))
        for queue_id, one in queues.items()
    }
    assert sums == {"crisis": (1, 0, 1), "support": (1, 1, 0)}
    began = starts.index(max(one for one in starts if one <= START))
    assert found["total"]["offered"][began] == 2
    assert all(len(found["total"][what]) == len(starts) for what in found["total"])


async def test_the_day_begins_at_the_helplines_midnight(tmp_path: Path) -> None:
    async with call_centre(tmp_path, timezone="Africa/Nairobi") as centre:
        found = await centre.get("/queues/today")
        first = datetime.fromisoformat(found["starts"][0])
        assert (first.hour, first.minute) == (21, 0)
        assert found["timezone"] == "Africa/Nairobi"


async def test_a_queue_says_when_it_opens_and_closes_today(tmp_path: Path) -> None:
    """It is a Monday."""
    queues = {
        "support": {"operating_hours": {"monday": {"start": "07:30", "end": "24:00"}}},
        "crisis": {"operating_hours": {"friday": {"start": "07:30", "end": "17:00"}}},
    }
    async with call_centre(tmp_path, timezone="Africa/Nairobi", queues=queues) as centre:
        found = {one["id"]: one for one in (await centre.get("/queues/today"))["queues"]}
    assert (found["support"]["opens_at"], found["support"]["closes_at"]) == (
        "2025-03-03T04:30:00Z",
        "2025-03-03T21:00:00Z",
    )
    assert (found["crisis"]["opens_at"], found["crisis"]["closes_at"]) == (None, None)


async def test_what_was_answered_holds_for_five_seconds(centre: CallCentre) -> None:
    url = "/api/v1/queues/today"
    async with centre.http.get(url, headers=centre.key) as answer:
        etag = answer.headers["ETag"]
    again = {**centre.key, "If-None-Match": etag}
    async with centre.http.get(url, headers=again) as answer:
        assert answer.status == 304
    await centre.clock.advance(900)
    async with centre.http.get(url, headers=again) as answer:
        assert answer.status == 200


async def test_a_queue_counts_its_members_by_what_they_do(centre: CallCentre) -> None:
    for agent_id in ("agent001", "agent002"):
        centre.pbx.agent_logs_in(agent_id, "support")
        await centre.agent_is("available", agent_id)
    await talk(centre)
    await centre.agent_is("on-call")
    await centre.until(lambda live: live.figures("support").handled_today)
    found = {one["id"]: one for one in (await centre.get("/queues/stats"))["queues"]}
    counted = {status: n for status, n in found["support"]["agents"].items() if n}
    assert counted == {"on-call": 1, "available": 1}
    assert set(found["crisis"]["agents"].values()) == {0}
    assert (found["support"]["handled_today"], found["support"]["abandoned_today"]) == (1, 0)
    assert found["support"]["sla_today"] == 100.0


def test_a_queue_that_is_open_over_midnight_has_no_begin_and_end_of_its_day() -> None:
    tuesday = {"start": "10:00", "end": "18:00"}
    night = {"monday": {"start": "20:00", "end": "06:00"}, "tuesday": tuesday}
    monday, utc = date(2025, 3, 3), ZoneInfo("UTC")
    assert opening(night, monday, utc) == (None, None)
    assert opening(night, monday + timedelta(days=1), utc) == (None, None)
    assert opening({"tuesday": tuesday}, monday + timedelta(days=1), utc) == (
        datetime(2025, 3, 4, 10, tzinfo=UTC),
        datetime(2025, 3, 4, 18, tzinfo=UTC),
    )
