"""Call Management over HTTP, against a simulated Asterisk."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mhud.errors import MhudError
from mhud.services.originate_rules import OriginateWish
from mhud.services.trail import LONGEST_S
from tests.call_centre import CallCentre, call_centre
from tests.fake_clock import PATIENCE_S, settle
from tests.houses import PASSWORD

PRINTED = {
    "agent_id": "agent001",
    "destination": "+1234567890",
    "caller_id": "+9876543210",
    "priority": 1,
    "variables": {"case_id": "case12345", "client_name": "John Doe"},
}


@pytest.fixture
async def staffed(centre: CallCentre) -> CallCentre:
    """Agent001 serves both queues."""
    centre.pbx.agent_logs_in("agent001", "support", "crisis")
    await centre.agent_is("available")
    return centre


async def talk(centre: CallCentre) -> str:
    """A caller talks to agent001; the call's id."""
    centre.pbx.call_in("254700123456", "support")
    await centre.agent_is("ringing")
    centre.pbx.agent_answers("agent001")
    await centre.until(lambda live: [c for c in live.calls.values() if c.status == "in-progress"])
    return (await centre.only_call()).id


async def originate(centre: CallCentre, **changes: Any) -> tuple[int, dict[str, Any]]:
    return await centre.ask("POST", "/calls/outbound", {**PRINTED, **changes})


async def operator(centre: CallCentre, agent_id: str) -> dict[str, str]:
    """Headers of an operator with this phone."""
    await centre.house.person(f"op-{agent_id}", "operator", agent_id)
    body = {"username": f"op-{agent_id}", "password": PASSWORD}
    async with centre.http.post("/api/v1/auth/token", json=body) as answer:
        return {"Authorization": f"Bearer {(await answer.json())['access_token']}"}


# ---- reading


async def test_an_active_call_prints_every_documented_field(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    await staffed.pass_time(5)
    found = await staffed.get("/calls/active")
    (call,) = found["calls"]
    assert found["total"] == 1
    assert (call["id"], call["caller_id"]) == (call_id, "254700123456")
    assert (call["agent_id"], call["queue_id"]) == ("agent001", "support")
    assert (call["status"], call["duration"]) == ("in-progress", 5)
    assert call["start_time"].endswith("Z")


async def test_nobody_calls(centre: CallCentre) -> None:
    assert await centre.get("/calls/active") == {"calls": [], "total": 0}


async def test_an_unchanged_list_is_not_sent_again(staffed: CallCentre) -> None:
    await talk(staffed)
    url, headers = "/api/v1/calls/active", dict(staffed.key)
    async with staffed.http.get(url, headers=headers) as first:
        headers["If-None-Match"] = first.headers["ETag"]
    async with staffed.http.get(url, headers=headers) as again:
        assert again.status == 304
    await staffed.pass_time(1)
    async with staffed.http.get(url, headers=headers) as later:
        assert later.status == 200


async def test_an_operator_sees_all_calls_but_only_his_own_numbers(staffed: CallCentre) -> None:
    await talk(staffed)
    hers = await operator(staffed, "agent001")
    theirs = await operator(staffed, "agent002")
    numbers = []
    for headers in (hers, theirs):
        async with staffed.http.get("/api/v1/calls/active", headers=headers) as answer:
            numbers.append((await answer.json())["calls"][0]["caller_id"])
    assert numbers == ["254700123456", None]


async def test_one_call_is_found_while_it_lasts_and_after(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    assert (await staffed.get(f"/calls/{call_id}"))["status"] == "in-progress"
    staffed.pbx.agent_hangs_up("agent001")
    await staffed.until(lambda live: not live.calls)
    ended = await staffed.get(f"/calls/{call_id}")
    assert (ended["status"], ended["end_reason"]) == ("ended", "completed")


async def test_an_unknown_call_is_not_found_and_not_echoed(centre: CallCentre) -> None:
    status, error = await centre.ask("GET", "/calls/254700123456")
    assert (status, error["code"]) == (404, "resource_not_found")
    assert "254700123456" not in str(error)


async def test_ended_calls_become_history(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    staffed.pbx.agent_hangs_up("agent001")
    await staffed.until(lambda live: not live.calls)

    async def stored() -> list[Any]:
        found: list[Any] = (await staffed.get("/calls?queue=support&agent=agent001"))["calls"]
        return found

    async with asyncio.timeout(PATIENCE_S):
        while not (calls := await stored()):
            await staffed.clock.advance(0.1)
    assert [call["id"] for call in calls] == [call_id]
    assert (await staffed.get("/calls?direction=outbound"))["calls"] == []
    assert (await staffed.get("/calls?until=2001-01-01"))["next_cursor"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "since=soon", "cursor=!", "page=2"])
async def test_a_bad_question_about_history_is_refused(centre: CallCentre, query: str) -> None:
    status, error = await centre.ask("GET", f"/calls?{query}")
    assert (status, error["code"]) == (400, "validation_error")


async def test_an_operator_may_not_search_by_number(centre: CallCentre) -> None:
    headers = await operator(centre, "agent002")
    url = "/api/v1/calls?number=254700123456"
    async with centre.http.get(url, headers=headers) as answer:
        assert answer.status == 403


# ---- starting


async def test_the_documents_outbound_call_works_as_printed(staffed: CallCentre) -> None:
    status, started = await originate(staffed)
    assert status == 202
    assert started["status"] == "initiating"
    assert (started["agent_id"], started["destination"]) == ("agent001", "+1234567890")
    await staffed.agent_is("ringing")
    staffed.pbx.agent_answers("agent001")
    await staffed.clock.advance(2)
    call = await staffed.until(
        lambda live: next((c for c in live.calls.values() if c.status == "in-progress"), None)
    )
    assert (call.id, call.direction.value) == (started["call_id"], "outbound")
    shown = await staffed.get(f"/calls/{call.id}")
    assert shown["variables"] == PRINTED["variables"]


async def test_a_second_call_for_the_same_agent_names_the_first(staffed: CallCentre) -> None:
    _, first = await originate(staffed)
    status, error = await originate(staffed)
    assert (status, error["code"]) == (409, "conflict")
    assert error["details"]["call_id"] == first["call_id"]
    assert len(staffed.pbx.pbx.channels_of("agent001")) == 1


async def test_two_calls_at_once_for_one_agent_ring_one_phone_once(staffed: CallCentre) -> None:
    answers = await asyncio.gather(originate(staffed), originate(staffed))
    assert sorted(status for status, _ in answers) == [202, 409]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"destination": "12"}, "destination"),
        ({"destination": None}, "destination"),
        ({"caller_id": "Jane"}, "caller_id"),
        ({"priority": 0}, "priority"),
        ({"priority": "1"}, "priority"),
        ({"variables": {"a": "b\r\nAction: Originate"}}, "variables.a"),
        ({"variables": {"a": 1}}, "variables.a"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
async def test_a_bad_wish_is_refused_before_anybody_is_looked_at(
    centre: CallCentre, changes: dict[str, Any], field: str
) -> None:
    status, error = await originate(centre, agent_id="nobody", **changes)
    assert (status, error["code"]) == (400, "validation_error")
    assert error["details"][0]["field"] == field


async def test_an_unknown_agent_is_not_found(centre: CallCentre) -> None:
    status, _ = await originate(centre, agent_id="nobody")
    assert status == 404


async def test_an_agent_who_talks_is_a_conflict_that_says_so(staffed: CallCentre) -> None:
    await talk(staffed)
    status, error = await originate(staffed)
    assert (status, error["details"]["reason"]) == (409, "on-call")


async def test_an_agent_on_a_break_is_a_conflict_that_says_so(staffed: CallCentre) -> None:
    staffed.pbx.agent_pauses("agent001", "lunch")
    await staffed.agent_is("on-break")
    status, error = await originate(staffed)
    assert (status, error["details"]["reason"]) == (409, "on-break")


async def test_an_agent_who_writes_up_can_be_called_and_the_wrap_up_ends(
    staffed: CallCentre,
) -> None:
    await talk(staffed)
    staffed.pbx.agent_hangs_up("agent001")
    await staffed.agent_is("wrap-up")
    status, _ = await originate(staffed)
    assert status == 202
    assert (await staffed.agent_is("ringing")).wrap_up_until is None


async def test_an_operator_calls_for_himself_only(staffed: CallCentre) -> None:
    staffed.pbx.agent_logs_in("agent002", "support")
    await staffed.agent_is("available", "agent002")
    headers = await operator(staffed, "agent002")
    statuses = []
    for agent_id in ("agent001", "agent002"):
        body = {**PRINTED, "agent_id": agent_id}
        url = "/api/v1/calls/outbound"
        async with staffed.http.post(url, json=body, headers=headers) as answer:
            statuses.append(answer.status)
    assert statuses == [403, 202]


async def test_a_phone_that_is_gone_ends_the_call_as_unreachable(staffed: CallCentre) -> None:
    staffed.pbx.pbx.phones["agent001"].reachable = False
    status, started = await originate(staffed)
    assert status == 202
    call = await staffed.until(lambda live: live.ended.get(started["call_id"]))
    assert call.end_reason.value == "unreachable"


async def test_a_destination_without_a_way_is_an_error_and_a_call_that_ended(
    tmp_path: Path,
) -> None:
    async with call_centre(tmp_path, originate={"context": "nowhere"}) as centre:
        centre.pbx.agent_logs_in("agent001", "support")
        await centre.agent_is("available")
        status, error = await originate(centre)
        (wrong,) = error["details"]
        assert (status, wrong["field"]) == (400, "destination")
        call = await centre.until(lambda live: live.ended.get(wrong["call_id"]))
        assert call.end_reason.value == "invalid-destination"


async def test_without_a_link_nothing_is_started(staffed: CallCentre) -> None:
    await staffed.pbx.server.close()
    await staffed.until(lambda live: live.stale)
    status, error = await originate(staffed)
    assert (status, error["code"]) == (503, "pbx_unavailable")
    assert not staffed.live.calls


async def test_an_answer_that_never_comes_is_an_unknown_fate_with_the_calls_id(
    staffed: CallCentre,
) -> None:
    staffed.pbx.go_deaf()
    asked = asyncio.create_task(originate(staffed))
    await staffed.only_call()
    await staffed.clock.advance(6)
    status, error = await asked
    assert (status, error["code"]) == (504, "pbx_timeout")
    assert error["details"]["call_id"] == (await staffed.only_call()).id


# ---- ending


async def test_ending_a_talk_ends_the_whole_call(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    await staffed.pass_time(10)
    status, ended = await staffed.ask("POST", f"/calls/{call_id}/end")
    assert status == 200
    assert (ended["success"], ended["call_id"], ended["duration"]) == (True, call_id, 10)
    assert ended["end_time"] is not None
    assert not staffed.pbx.pbx.channels_of("agent001")


async def test_who_started_and_who_ended_a_call_is_in_the_audit_trail(staffed: CallCentre) -> None:
    _, started = await originate(staffed)
    await staffed.ask("POST", f"/calls/{started['call_id']}/end")
    lines = (await staffed.get(f"/audit?subject={started['call_id']}"))["entries"]
    assert [line["action"] for line in lines] == ["call.end", "call.outbound"]
    assert [line["details"] for line in lines] == [{}, {"agent_id": "agent001"}]


async def test_what_is_refused_is_not_in_the_audit_trail(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    assert (await originate(staffed))[0] == 409  # he talks
    await staffed.ask("POST", f"/calls/{call_id}/end")
    assert (await staffed.ask("POST", f"/calls/{call_id}/end"))[0] == 409
    lines = (await staffed.get("/audit"))["entries"]
    assert [line["action"] for line in lines] == ["call.end"]


async def test_an_agent_who_was_called_while_the_disk_hung_is_not_rung_besides(
    staffed: CallCentre,
) -> None:
    who = staffed.services.access.authenticate_key(staffed.key["X-API-Key"])
    wish = OriginateWish(agent_id="agent001", destination="+1234567890")
    async with staffed.services.db.write():
        asked = asyncio.create_task(staffed.services.calls.originate(who, wish))
        await settle()
        staffed.pbx.call_in("254700123456", "support")
        await staffed.agent_is("ringing")
        staffed.pbx.agent_answers("agent001")
        await staffed.agent_is("on-call")
        await staffed.clock.advance(LONGEST_S)
        with pytest.raises(MhudError) as refused:
            await asked
    assert refused.value.details["reason"] == "on-call"


async def test_ending_a_waiting_call_abandons_it(centre: CallCentre) -> None:
    caller = centre.pbx.call_in("254700123456", "support")
    call = await centre.only_call()
    status, _ = await centre.ask("POST", f"/calls/{call.id}/end")
    assert status == 200
    assert not caller.is_on_the_line
    assert (await centre.get(f"/calls/{call.id}"))["end_reason"] == "abandoned"


async def test_ending_an_ended_call_says_how_it_ended(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    await staffed.ask("POST", f"/calls/{call_id}/end")
    status, error = await staffed.ask("POST", f"/calls/{call_id}/end")
    assert (status, error["details"]["end_reason"]) == (409, "completed")


async def test_ending_nothing_is_not_found(centre: CallCentre) -> None:
    status, _ = await centre.ask("POST", "/calls/%2FPJSIP%2F.*%2F/end")
    assert status == 404


async def test_an_operator_ends_his_own_call_only(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    statuses = []
    for agent_id in ("agent002", "agent001"):
        headers = await operator(staffed, agent_id)
        url = f"/api/v1/calls/{call_id}/end"
        async with staffed.http.post(url, headers=headers) as answer:
            statuses.append(answer.status)
    assert statuses == [403, 200]


async def test_who_has_transferred_a_call_away_does_not_end_his_colleagues_talk(
    staffed: CallCentre,
) -> None:
    people = [await operator(staffed, agent_id) for agent_id in ("agent001", "agent002")]
    await staffed.services.agents.load()
    call_id = await talk(staffed)
    staffed.pbx.agent_transfers("agent001", "1002")
    staffed.pbx.agent_answers("agent002")
    await staffed.until(lambda live: live.calls[call_id].agent_id == "agent002")
    statuses = []
    for headers in people:
        async with staffed.http.post(f"/api/v1/calls/{call_id}/end", headers=headers) as answer:
            statuses.append(answer.status)
    assert statuses == [403, 200]


async def test_an_outbound_call_can_be_ended_while_the_agents_phone_rings(
    staffed: CallCentre,
) -> None:
    status, started = await originate(staffed)
    assert status == 202, started
    await staffed.agent_is("ringing")
    status, _ = await staffed.ask("POST", f"/calls/{started['call_id']}/end")
    assert status == 200
    assert not staffed.pbx.is_ringing("agent001")
