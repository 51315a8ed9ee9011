"""Calls that the API starts: each outcome, and never twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asterisk.api import Json
from tests.asterisk.desk import Agent, Desk
from tests.asterisk.scenario import Behavior

NEVER = Behavior(after_s=None)
OUTSIDE = "+4930123456"


async def started(desk: Desk, agent: Agent, destination: str = OUTSIDE, **more: Any) -> Json:
    answer = await desk.api.originate(agent.id, destination, **more)
    assert answer.status == 202, answer.body
    assert (answer.body["status"], answer.body["agent_id"]) == ("initiating", agent.id)
    new = await desk.watcher.sees("call.new", call={"id": answer.body["call_id"]})
    assert (new["call"]["direction"], new["call"]["agent_id"]) == ("outbound", agent.id)
    call: Json = new["call"]
    return call


async def test_agent_and_destination_talk(desk: Desk) -> None:
    agent, outside = await desk.agent(), await desk.parties.outside()
    call = await started(desk, agent, caller_id="+4989765", variables={"case_id": "42"})
    await desk.watcher.sees("agent.ringing", agent={"id": agent.id})
    await desk.watcher.sees("call.connected", call={"id": call["id"]})
    await desk.admin.hears(Event="DialBegin", DestConnectedLineNum="+4989765")
    await desk.watcher.sees("agent.call_assigned", agent={"id": agent.id}, call={"id": call["id"]})
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["destination"]) == ("in-progress", OUTSIDE)
    assert shown["variables"]["case_id"] == "42"
    assert (await desk.api.agent(agent.id))["current_call_id"] == call["id"]
    await outside.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"
    assert desk.watcher.story(call["id"]) == ["call.new", "call.connected", "call.ended"]
    await desk.watcher.sees("agent.status_changed", agent={"id": agent.id, "status": "wrap-up"})


async def test_a_talk_that_the_agent_ends_is_completed(desk: Desk) -> None:
    agent = await desk.agent()
    await desk.parties.outside()
    call = await started(desk, agent)
    await desk.watcher.sees("call.connected", call={"id": call["id"]})
    await agent.phone.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


@pytest.mark.parametrize(
    ("final", "reason"),
    [
        (486, "busy"),
        (480, "no-answer"),
        (603, "rejected"),
        (404, "invalid-destination"),
        (502, "unreachable"),
        (503, "failed"),
    ],
)
async def test_a_destination_that_refuses(desk: Desk, final: int, reason: str) -> None:
    agent = await desk.agent()
    await desk.parties.outside(Behavior(final=final))
    call = await started(desk, agent)
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["answer_time"]) == (reason, None)
    assert desk.watcher.story(call["id"]) == ["call.new", "call.ended"]


async def test_a_destination_that_does_not_answer(desk: Desk) -> None:
    agent = await desk.agent()
    await desk.parties.outside(NEVER)
    call = await started(desk, agent)
    assert (await desk.ended(call))["end_reason"] == "no-answer"


@pytest.mark.parametrize("behavior", [NEVER, Behavior(final=603), Behavior(final=486)])
async def test_an_agent_who_does_not_take_the_call(desk: Desk, behavior: Behavior) -> None:
    agent = await desk.agent(behavior)
    call = await started(desk, agent)
    ended = await desk.ended(call)
    assert ended["end_reason"] == "agent-did-not-answer"
    assert desk.watcher.story(call["id"]) == ["call.new", "call.ended"]


async def test_an_agent_without_a_registered_phone_is_refused(desk: Desk) -> None:
    agent = await desk.agent()
    await desk.parties.unregister(agent.number, agent.phone)
    await desk.loses(agent)
    answer = await desk.api.originate(agent.id, OUTSIDE)
    assert (answer.status, answer.body["code"]) == (409, "conflict")
    assert answer.body["details"]["reason"] == "unreachable"
    assert not desk.watcher.all("call.new")


async def test_an_agent_in_a_call_is_refused(desk: Desk) -> None:
    agent, _, _ = await desk.in_talk()
    answer = await desk.api.originate(agent.id, OUTSIDE)
    assert (answer.status, answer.body["details"]["reason"]) == (409, "on-call")


async def test_an_unknown_agent_is_not_found(desk: Desk) -> None:
    answer = await desk.api.originate("agent999", OUTSIDE)
    assert (answer.status, answer.body["code"]) == (404, "resource_not_found")


async def test_a_number_without_a_way_in_the_dialplan_ends_as_invalid(desk: Desk) -> None:
    agent = await desk.agent()
    await desk.pbx.cli("dialplan remove context outside")
    try:
        answer = await desk.api.originate(agent.id, OUTSIDE)
        assert (answer.status, answer.body["code"]) == (400, "validation_error")
        ended = await desk.watcher.sees("call.ended", call={"agent_id": agent.id})
        assert ended["call"]["end_reason"] == "invalid-destination"
    finally:
        await desk.pbx.cli("dialplan reload")


async def test_a_second_originate_for_the_same_agent_is_refused(desk: Desk) -> None:
    agent = await desk.agent(NEVER)
    call = await started(desk, agent)
    answer = await desk.api.originate(agent.id, OUTSIDE)
    assert (answer.status, answer.body["details"]["call_id"]) == (409, call["id"])
    await desk.ended(call)
    assert len(desk.watcher.all("call.new", call={"agent_id": agent.id})) == 1


async def test_a_retried_originate_rings_one_phone_once(desk: Desk) -> None:
    agent = await desk.agent()
    await desk.parties.outside()
    body = {"agent_id": agent.id, "destination": OUTSIDE}
    key = {"Idempotency-Key": f"retry-{agent.id}"}
    first = await desk.api.ask("POST", "/calls/outbound", body, key)
    second = await desk.api.ask("POST", "/calls/outbound", body, key)
    assert (first.status, second.status) == (202, 202)
    assert second.body == first.body
    assert second.headers["Idempotent-Replayed"] == "true"
    await desk.watcher.sees("call.connected", call={"id": first.body["call_id"]})
    await agent.phone.hang_up()
    await desk.watcher.sees("call.ended", call={"id": first.body["call_id"]})
    assert len(desk.watcher.all("call.new", call={"agent_id": agent.id})) == 1
    assert len(desk.watcher.all("agent.ringing", agent={"id": agent.id})) == 1
    other = await desk.api.ask("POST", "/calls/outbound", {**body, "destination": "112"}, key)
    assert other.status == 422


async def test_an_agent_calls_a_colleague(desk: Desk) -> None:
    agent, colleague = await desk.agent(), await desk.phone()
    answer = await desk.api.originate(agent.id, colleague.extension)
    connected = await desk.watcher.sees("call.connected", call={"id": answer.body["call_id"]})
    assert connected["call"]["answer_time"] is not None
    ended = await desk.api.end(answer.body["call_id"])
    assert (ended.status, ended.body["success"]) == (200, True)


async def test_a_call_is_ended_by_api_once(desk: Desk) -> None:
    _, caller, call = await desk.in_talk()
    answer = await desk.api.end(call["id"])
    assert (answer.status, answer.body["success"], answer.body["call_id"]) == (
        200,
        True,
        call["id"],
    )
    assert (await desk.ended(call))["end_reason"] == "completed"
    again = await desk.api.end(call["id"])
    assert (again.status, again.body["code"]) == (409, "conflict")
    assert (await desk.api.end("call-1.1")).status == 404
    await caller.gone()


async def test_a_waiting_call_that_is_ended_by_api_is_abandoned(desk: Desk) -> None:
    await desk.parties.call(desk.dial)
    queued = await desk.watcher.sees("call.queued", call={"queue_id": desk.queue})
    assert (await desk.api.end(queued["call"]["id"])).status == 200
    assert (await desk.ended(queued["call"]))["end_reason"] == "abandoned"
