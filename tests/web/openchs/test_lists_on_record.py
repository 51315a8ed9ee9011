"""Lists with people's names and numbers leave a line of what is new to who asks, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from mhud.services.shown import FRESH_S
from tests.case_desk import CaseDesk
from tests.client_desk import client_desk
from tests.fake_clock import PATIENCE_S
from tests.shift import MHU, NUMBER, OPENCHS, Shift, shift


@pytest.fixture
async def crew(tmp_path: Path) -> AsyncIterator[Shift]:
    async with shift(tmp_path) as opened:
        yield opened


async def lines(desk: CaseDesk, action: str) -> list[tuple[str, list[int]]]:
    """Who was shown which cases, oldest first."""
    return [(deed.username, deed.details["shown"]) for deed in await desk.deeds(action)]


async def test_the_trail_says_which_cases_a_list_has_shown_to_whom(desk: CaseDesk) -> None:
    first, second = await desk.case(child_name="Wanjiku"), await desk.case("amina")
    await desk.listed("jane")
    await desk.listed("john")
    assert await lines(desk, "case.list") == [("jane", [second, first]), ("john", [first])]
    deed, *_ = await desk.deeds("case.list")
    assert (deed.subject_kind, deed.subject_id) == ("case", "cases")
    assert deed.credential.startswith("key:")
    assert "Wanjiku" not in str(deed)


async def test_a_panel_that_polls_is_recorded_once_an_hour(desk: CaseDesk) -> None:
    case_id = await desk.case()
    for _ in range(3):
        await desk.listed("jane")
    assert await lines(desk, "case.list") == [("jane", [case_id])]
    await desk.home.clock.advance(FRESH_S)
    await desk.listed("jane")
    assert await lines(desk, "case.list") == [("jane", [case_id])] * 2


async def test_only_what_is_new_or_has_changed_is_in_the_next_line(desk: CaseDesk) -> None:
    changed, same = await desk.case(), await desk.case()
    await desk.listed("jane")
    await desk.change(changed, child_name="Njeri")
    new = await desk.case()
    await desk.listed("jane")
    assert await lines(desk, "case.list") == [
        ("jane", [same, changed]),
        ("jane", [new, changed]),
    ]


async def test_a_list_that_shows_nobody_leaves_no_line(desk: CaseDesk) -> None:
    assert await desk.listed("jane") == []
    assert await desk.deeds("case.list") == []


async def test_a_list_that_can_not_be_recorded_is_not_shown(desk: CaseDesk) -> None:
    await desk.case()
    await desk.listed("jane")
    async with desk.home.services.db.write() as tx:
        await tx.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    assert (await desk.ask("john", "GET", "/cases"))[0] == 503
    assert (await desk.ask("john", "GET", "/search/cases?q=called"))[0] == 503
    assert (await desk.ask("jane", "GET", "/cases"))[0] == 200  # nothing that is new to her


async def test_a_list_that_shows_nothing_new_does_not_wait_for_the_disk(desk: CaseDesk) -> None:
    await desk.case()
    await desk.listed("jane")
    async with desk.home.services.db.write():
        async with asyncio.timeout(PATIENCE_S):
            assert (await desk.ask("jane", "GET", "/cases"))[0] == 200


async def test_the_trail_says_which_cases_a_search_has_found_and_not_for_what(
    desk: CaseDesk,
) -> None:
    case_id = await desk.case(title="Achieng is silent")
    for query in ("achieng", "silent", "nothing"):
        await desk.good("jane", "GET", f"/search/cases?q={query}")
    assert await lines(desk, "case.search") == [("jane", [case_id])]
    assert "chieng" not in str(await desk.deeds("case.search"))


async def test_the_trail_says_which_clients_a_search_has_found(tmp_path: Path) -> None:
    async with client_desk(tmp_path) as desk:
        client = await desk.keep(name="John Doe")
        for query in ("john", "doe", "john", "nobody"):
            await desk.find(query)
        assert (await desk.deeds()).count(("client.search", "clients")) == 1
        await desk.ask("PUT", f"/{client['id']}", {"notes": "Calls on Mondays"})
        await desk.find("john")
        assert (await desk.deeds()).count(("client.search", "clients")) == 2


async def test_the_trail_says_which_calls_wait_to_be_written_up(crew: Shift) -> None:
    await crew.after_a_talk()
    (waits,) = await crew.pending("otieno")
    await crew.pending("otieno")
    (line,) = await crew.deeds("communication.list")
    assert (line["username"], line["details"]) == ("otieno", {"shown": [waits["id"]]})


async def test_the_communications_of_a_case_are_a_reading_of_the_case(crew: Shift) -> None:
    case_id = await crew.case()
    await crew.done("otieno", "GET", f"{OPENCHS}/cases/{case_id}/communications")
    line, *_ = await crew.deeds("case.read")
    assert (line["subject_id"], line["details"]["part"]) == (str(case_id), "communications")


async def test_the_trail_says_which_callbacks_were_listed_or_opened(crew: Shift) -> None:
    made = await crew.done("otieno", "POST", f"{MHU}/callbacks", {"phone": NUMBER})
    for _ in range(2):
        await crew.done("otieno", "GET", f"{MHU}/callbacks")
    (listed,) = await crew.deeds("callback.list")
    assert (listed["username"], listed["details"]) == ("otieno", {"shown": [made["id"]]})
    assert await crew.deeds("callback.read") == []
    await crew.done("otieno", "GET", f"{MHU}/callbacks/{made['id']}")
    (opened,) = await crew.deeds("callback.read")
    assert opened["subject_id"] == made["id"]
