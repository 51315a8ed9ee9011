"""Unfinished forms: private, bounded, and there until they are logged or thrown away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mhud.services import drafts
from tests.houses import house
from tests.shift import MHU, Shift, shift

FORM = {"notes": "She cries a lot\nand asks for her sister", "page": 2, "tags": ["school"]}
DRAFT = f"{MHU}/drafts/call-1.7"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Shift]:
    async with shift(tmp_path) as opened:
        yield opened


async def test_a_draft_comes_back_as_it_was_kept(desk: Shift) -> None:
    kept = await desk.done("otieno", "PUT", DRAFT, {"form": FORM})
    assert (kept["call_id"], kept["form"]) == ("call-1.7", FORM)
    assert await desk.done("otieno", "GET", DRAFT) == kept


async def test_the_newest_form_stands_in_place_of_the_one_before(desk: Shift) -> None:
    first = await desk.done("otieno", "PUT", DRAFT, {"form": FORM})
    await desk.centre.pass_time(5)
    await desk.done("otieno", "PUT", DRAFT, {"form": {"page": 3}})
    found = await desk.done("otieno", "GET", DRAFT)
    assert found["form"] == {"page": 3}
    assert found["updated_at"] > first["updated_at"]


async def test_nobody_reads_or_deletes_anothers_draft_not_even_an_administrator(
    desk: Shift,
) -> None:
    await desk.done("otieno", "PUT", DRAFT, {"form": FORM})
    for who in ("wanjiku", "maria", "sue", "ada"):
        for method in ("GET", "DELETE"):
            assert (await desk.ask(who, method, DRAFT))[0] == 404
    assert (await desk.done("otieno", "GET", DRAFT))["form"] == FORM


async def test_everybody_sees_of_which_calls_he_has_drafts_the_newest_first(desk: Shift) -> None:
    for number in (1, 2, 3):
        await desk.done("otieno", "PUT", f"{MHU}/drafts/call-1.{number}", {"form": FORM})
        await desk.centre.pass_time(5)
    await desk.done("otieno", "PUT", f"{MHU}/drafts/call-1.1", {"form": FORM})
    found = (await desk.done("otieno", "GET", f"{MHU}/drafts"))["drafts"]
    assert [one["call_id"] for one in found] == ["call-1.1", "call-1.3", "call-1.2"]
    assert set(found[0]) == {"call_id", "updated_at"}
    assert await desk.done("wanjiku", "GET", f"{MHU}/drafts") == {"drafts": []}


async def test_two_people_keep_a_draft_each_of_one_call(desk: Shift) -> None:
    await desk.done("otieno", "PUT", DRAFT, {"form": {"by": "otieno"}})
    await desk.done("wanjiku", "PUT", DRAFT, {"form": {"by": "wanjiku"}})
    assert (await desk.done("otieno", "GET", DRAFT))["form"] == {"by": "otieno"}


async def test_a_deleted_draft_is_gone(desk: Shift) -> None:
    await desk.done("otieno", "PUT", DRAFT, {"form": FORM})
    answer = await desk.done("otieno", "DELETE", DRAFT)
    assert answer == {"success": True, "call_id": "call-1.7"}
    for method in ("GET", "DELETE"):
        status, error = await desk.ask("otieno", method, DRAFT)
        assert (status, error["code"]) == (404, "resource_not_found")


async def test_drafts_leave_no_line_in_the_trail(desk: Shift) -> None:
    await desk.done("otieno", "PUT", DRAFT, {"form": FORM})
    await desk.done("otieno", "GET", DRAFT)
    assert await desk.deeds("draft.*") == []


FORMS: list[tuple[dict[str, Any], int]] = [
    ({}, 400),
    ({"form": None}, 400),
    ({"form": ["a", "list"]}, 400),
    ({"form": "text"}, 400),
    ({"form": {}, "more": 1}, 400),
    ({"form": {"n": 10**30}}, 400),
    ({"form": {"text": "x" * drafts.LARGEST}}, 413),
    ({"form": {"text": "x" * (drafts.LARGEST - len('{"text":""}'))}}, 200),
    ({"form": {}}, 200),
]


async def test_a_form_is_an_object_of_64_kib_at_most(desk: Shift) -> None:
    for body, status in FORMS:
        assert (await desk.ask("otieno", "PUT", DRAFT, body))[0] == status, str(body)[:80]


async def test_nobody_fills_the_disk_with_drafts(
    desk: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "KEPT", 2)
    for number in range(2):
        await desk.done("otieno", "PUT", f"{MHU}/drafts/call-{number}", {"form": FORM})
    status, answer = await desk.ask("otieno", "PUT", f"{MHU}/drafts/call-2", {"form": FORM})
    assert (status, answer["code"]) == (409, "conflict")
    await desk.done("otieno", "PUT", f"{MHU}/drafts/call-1", {"form": {"page": 9}})
    await desk.done("wanjiku", "PUT", f"{MHU}/drafts/call-2", {"form": FORM})


async def test_a_draft_survives_a_restart(tmp_path: Path) -> None:
    async with house(tmp_path) as first:
        who = first.services.access.user_principal(await _jane(first))
        await first.services.contacts.drafts.put(who, "call-1", FORM)
    async with house(tmp_path) as second:
        assert (await second.services.contacts.drafts.get(who, "call-1")).form == FORM


async def _jane(home: Any) -> Any:
    ident = await home.person("jane")
    return home.services.access.known.users[ident]


async def test_only_who_logs_contacts_keeps_drafts(desk: Shift) -> None:
    headers = await desk.centre.house.headers("view_calls")
    for method in ("GET", "PUT", "DELETE"):
        async with desk.centre.http.request(
            method, DRAFT, json={"form": FORM}, headers=headers
        ) as answer:
            assert answer.status == 403


async def test_a_draft_that_another_window_wrote_meanwhile_is_not_written_over(
    desk: Shift,
) -> None:
    async def put(text: str, seen: str) -> tuple[int, str]:
        headers = {**desk.headers["otieno"], "If-Match": seen}
        form = {"form": {"text": text}}
        async with desk.centre.http.put(DRAFT, json=form, headers=headers) as answer:
            return answer.status, answer.headers.get("ETag", "")

    status, seen = await put("first", '"0"')
    assert status == 200
    assert (await put("of a window that saw none", '"0"'))[0] == 412
    await desk.centre.pass_time(1)
    assert (await put("second", seen))[0] == 200
    assert (await put("third", seen))[0] == 412
    assert (await desk.done("otieno", "GET", DRAFT))["form"] == {"text": "second"}
    async with desk.centre.http.get(DRAFT, headers=desk.headers["otieno"]) as answer:
        assert (await put("fourth", answer.headers["ETag"]))[0] == 200
