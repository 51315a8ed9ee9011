"""In a call and until its wrap-up ends, its agent may open what its number suggests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mhud.services.trail import Sought
from tests.shift import MHU, NUMBER, OPENCHS, Shift, shift

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


async def widened(shift: Shift, method: str, path: str, body: Any) -> None:
    """What he writes while he talks; the call's clock has moved on by then."""
    await shift.centre.pass_time(3)
    await shift.done("otieno", method, path, body)


async def test_a_number_that_a_client_gets_during_the_call_opens_none_of_his_cases(
    house: Shift,
) -> None:
    client = await house.client("sue", phone="+254700999999")
    case_id = await house.case("sue", client_id=client)
    await house.talks()
    phones = {"phones": ["+254700999999", NUMBER]}
    await widened(house, "PUT", f"{MHU}/clients/{client}", phones)
    assert await opens(house, case_id) == 404
    found = await house.done("otieno", "GET", f"{MHU}/clients/lookup?phone={NUMBER}")
    (candidate,) = found["candidates"]
    assert (candidate["client"]["id"], candidate["open_cases"]) == (client, [])


async def test_it_counts_from_the_next_call_on(house: Shift) -> None:
    client = await house.client("sue", phone="+254700999999")
    case_id = await house.case("sue", client_id=client)
    caller, _ = await house.talks()
    await widened(house, "PUT", f"{MHU}/clients/{client}", {"phones": [NUMBER]})
    caller.hangs_up()
    await house.centre.agent_is("wrap-up")
    assert await opens(house, case_id) == 404
    await house.centre.pass_time(15)
    await house.centre.agent_is("available")
    await house.talks()
    assert await opens(house, case_id) == 200


async def test_a_number_that_he_had_before_stays_his_whatever_else_is_written(
    house: Shift,
) -> None:
    client = await house.client("sue", phone=NUMBER)
    case_id = await house.case("sue", client_id=client)
    await house.talks()
    phones = {"phones": ["+254700999999", "0700 123 456"], "name": "Wambui K."}
    await widened(house, "PUT", f"{MHU}/clients/{client}", phones)
    assert await opens(house, case_id) == 200


async def test_a_number_that_is_taken_from_him_and_given_back_is_a_new_one(house: Shift) -> None:
    client = await house.client("sue", phone=NUMBER)
    case_id = await house.case("sue", client_id=client)
    await house.talks()
    await widened(house, "PUT", f"{MHU}/clients/{client}", {"phones": []})
    await widened(house, "PUT", f"{MHU}/clients/{client}", {"phones": [NUMBER]})
    assert await opens(house, case_id) == 404


async def test_who_is_merged_into_the_caller_during_the_call_brings_no_case_along(
    house: Shift,
) -> None:
    caller, stranger = [await house.client("sue", phone=phone) for phone in (NUMBER, "0700999999")]
    known = await house.case("sue", client_id=caller)
    case_id = await house.case("sue", client_id=stranger)
    await house.talks()
    await widened(house, "POST", f"{MHU}/clients/{stranger}/merge", {"into": caller})
    assert [await opens(house, one) for one in (known, case_id)] == [200, 404]


async def test_nor_does_a_merge_of_the_caller_into_another_client(house: Shift) -> None:
    stranger = await house.client("sue", phone="+254700999999")
    case_id = await house.case("sue", client_id=stranger)
    await house.talks()
    made = await house.client("otieno", phone=NUMBER)
    await widened(house, "POST", f"{MHU}/clients/{made}/merge", {"into": stranger})
    assert await opens(house, case_id) == 404


async def test_who_was_merged_before_the_call_is_known_by_his_number(house: Shift) -> None:
    double, client = await house.client("sue", phone=NUMBER), await house.client("sue")
    case_id = await house.case("sue", client_id=client)
    await house.done("sue", "POST", f"{MHU}/clients/{double}/merge", {"into": client})
    await house.talks()
    assert await opens(house, case_id) == 200


@pytest.mark.parametrize("field", ["client_id", "reporter_phone"])
async def test_what_a_case_is_given_during_the_call_does_not_open_it(
    house: Shift, field: str
) -> None:
    """Not even if somebody does it who may."""
    values = {"client_id": await house.client("sue", phone=NUMBER), "reporter_phone": NUMBER}
    case_id = await house.case("sue")
    await house.talks()
    await house.centre.pass_time(3)
    await house.done("sue", "PUT", f"{OPENCHS}/cases/{case_id}", {field: values[field]})
    assert await opens(house, case_id) == 404


async def test_a_case_that_he_passes_on_with_the_callers_number_is_gone_for_him(
    house: Shift,
) -> None:
    case_id = await house.case("sue", assigned_user_id=house.ids["otieno"])
    await house.talks()
    await widened(house, "PUT", f"{OPENCHS}/cases/{case_id}", {"reporter_phone": NUMBER})
    taken = {"assigned_user_id": house.ids["wanjiku"]}
    await house.done("sue", "PUT", f"{OPENCHS}/cases/{case_id}", taken)
    assert await opens(house, case_id) == 404


async def test_a_case_that_was_the_callers_before_stays_so_when_it_is_changed(
    house: Shift,
) -> None:
    client = await house.client("sue", phone=NUMBER)
    case_id = await house.case("sue", client_id=client)
    await house.talks()
    await house.centre.pass_time(3)
    wish = {"client_id": client, "reporter_phone": "+254700999999", "priority": "high"}
    await house.done("sue", "PUT", f"{OPENCHS}/cases/{case_id}", wish)
    assert await opens(house, case_id) == 200
