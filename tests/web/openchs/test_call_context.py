"""In a call and until its wrap-up ends, its agent may open what its number suggests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mhud.services.trail import Sought
from tests.shift import NUMBER, OPENCHS, Shift, shift

NOTE = {"activity_type": "note", "description": "He called again"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Shift]:
    async with shift(tmp_path) as built:
        yield built


async def opens(shift: Shift, case_id: int, who: str = "otieno", path: str = "") -> int:
    status, _ = await shift.ask(who, "GET", f"{OPENCHS}/cases/{case_id}{path}")
    return status


async def case_of_a_client(shift: Shift, number: str = NUMBER) -> int:
    client = await shift.client("sue", phone=number)
    return await shift.case("sue", client_id=client)


async def test_a_case_of_the_callers_client_opens_in_the_call_and_in_its_wrap_up(
    house: Shift,
) -> None:
    case_id = await case_of_a_client(house)
    assert await opens(house, case_id) == 404
    caller, _ = await house.talks()
    assert await opens(house, case_id) == 200
    assert await opens(house, case_id, path="/activities") == 200
    await house.centre.pass_time(30)
    caller.hangs_up()
    await house.centre.agent_is("wrap-up")
    assert await opens(house, case_id) == 200
    await house.centre.pass_time(15)
    await house.centre.agent_is("available")
    assert await opens(house, case_id) == 404


async def test_so_does_a_case_that_was_reported_from_this_number(house: Shift) -> None:
    case_id = await house.case("sue", reporter_phone=NUMBER)
    other = await house.case("sue", reporter_phone="+254700999999")
    await house.talks()
    assert await opens(house, case_id) == 200
    assert await opens(house, other) == 404


async def test_the_trail_says_that_a_call_opened_it(house: Shift) -> None:
    case_id = await case_of_a_client(house)
    _, call_id = await house.talks()
    await opens(house, case_id)
    await house.done("otieno", "POST", f"{OPENCHS}/cases/{case_id}/activities", NOTE)
    page = await house.centre.services.trail.page(Sought(subject=str(case_id)), 10, None)
    noted, read, _made = page.deeds
    assert read.action == "case.read"
    assert read.details == {"part": "case", "via": "call-context", "call_id": call_id}
    assert noted.details == {"type": "note", "via": "call-context", "call_id": call_id}
    assert {read.username, noted.username} == {"otieno"}


async def test_ones_own_case_is_not_opened_by_the_call(house: Shift) -> None:
    case_id = await house.case("otieno", reporter_phone=NUMBER)
    await house.talks()
    await opens(house, case_id)
    page = await house.centre.services.trail.page(Sought(action="case.read"), 10, None)
    assert [deed.details for deed in page.deeds] == [{"part": "case"}]


async def test_it_may_be_read_and_noted_in_and_not_changed_or_listed(house: Shift) -> None:
    case_id = await case_of_a_client(house)
    await house.talks()
    path = f"{OPENCHS}/cases/{case_id}"
    assert (await house.ask("otieno", "POST", f"{path}/activities", NOTE))[0] == 201
    assert (await house.ask("otieno", "PUT", path, {"notes": "Also so"}))[0] == 200
    assert (await house.ask("otieno", "PUT", path, {"priority": "low"}))[0] == 403
    listed = await house.done("otieno", "GET", f"{OPENCHS}/cases")
    assert (listed["data"], listed["pagination"]["total"]) == ([], 0)


async def test_a_colleague_who_does_not_talk_gets_nothing_of_it(house: Shift) -> None:
    case_id = await case_of_a_client(house)
    await house.talks("otieno")
    assert await opens(house, case_id, "wanjiku") == 404


async def test_a_phone_that_only_rings_opens_nothing(house: Shift) -> None:
    case_id = await case_of_a_client(house)
    house.centre.pbx.call_in(NUMBER, queue="support")
    await house.centre.agent_is("ringing")
    assert await opens(house, case_id) == 404


@pytest.mark.parametrize("number", ["anonymous", "", "unknown"])
async def test_a_withheld_number_suggests_no_case(house: Shift, number: str) -> None:
    case_id = await house.case("sue", reporter_phone=number or None)
    await house.talks(number=number)
    assert await opens(house, case_id) == 404


async def test_a_deleted_case_stays_gone(house: Shift) -> None:
    case_id = await case_of_a_client(house)
    await house.done("ada", "DELETE", f"{OPENCHS}/cases/{case_id}")
    await house.talks()
    assert await opens(house, case_id) == 404


async def test_the_number_counts_in_whatever_spelling(house: Shift) -> None:
    case_id = await house.case("sue", reporter_phone="0700 123 456")
    await house.talks(number="254700123456")
    assert await opens(house, case_id) == 200


async def test_a_key_without_a_right_on_cases_opens_nothing_in_a_call(house: Shift) -> None:
    case_id = await case_of_a_client(house)
    await house.talks()
    key = await house.centre.house.key("view_calls", owner=house.ids["otieno"])
    url, headers = f"{OPENCHS}/cases/{case_id}", {"X-API-Key": key}
    async with house.centre.http.get(url, headers=headers) as answer:
        assert answer.status == 403


async def test_after_a_second_call_the_first_ones_number_counts_no_more(house: Shift) -> None:
    first = await house.case("sue", reporter_phone=NUMBER)
    second = await house.case("sue", reporter_phone="+254700222222")
    await house.after_a_talk()
    await house.centre.pass_time(15)
    caller, _ = await house.talks(number="+254700222222")
    await house.centre.pass_time(5)
    caller.hangs_up()
    await house.centre.agent_is("wrap-up")
    found: list[Any] = [await opens(house, first), await opens(house, second)]
    assert found == [404, 200]


async def test_so_does_the_number_that_he_called_once_it_is_answered(house: Shift) -> None:
    case_id = await house.case("sue", reporter_phone=NUMBER)
    order = {"agent_id": "agent001", "destination": NUMBER}
    status, _ = await house.ask("otieno", "POST", "/api/v1/calls/outbound", order)
    assert status == 202
    await house.centre.agent_is("ringing")
    assert await opens(house, case_id) == 404
    house.centre.pbx.agent_answers("agent001")
    await house.centre.clock.advance(2)
    await house.centre.until(lambda live: any(call.in_talk for call in live.calls.values()))
    assert await opens(house, case_id) == 200
