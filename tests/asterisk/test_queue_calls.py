"""Callers in queues: who is reached, who gives up, who is turned away."""

from __future__ import annotations

from tests.asterisk.api import Json
from tests.asterisk.desk import Desk
from tests.asterisk.scenario import Behavior

NEVER = Behavior(after_s=None)  # rings until the caller or the queue gives up


async def test_a_caller_reaches_an_agent_who_hangs_up(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["agent_id"], shown["queue_id"]) == (
        "in-progress",
        agent.id,
        desk.queue,
    )
    assert (shown["direction"], shown["caller_id"]) == ("inbound", "+49301234567")
    assert shown["destination"] == desk.dial
    assert (await desk.api.agent(agent.id))["status"] == "on-call"
    await agent.phone.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_id"]) == ("completed", agent.id)
    assert desk.watcher.story(call["id"]) == [
        "call.new",
        "call.queued",
        "call.connected",
        "call.ended",
    ]
    assert (await desk.api.call(call["id"]))["status"] == "ended"
    assert not await desk.api.active(lambda one: one["id"] == call["id"])
    await caller.gone()


async def test_a_caller_who_hangs_up_ends_a_completed_call(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    await caller.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_id"]) == ("completed", agent.id)
    assert ended["answer_time"] is not None
    await desk.watcher.sees("agent.status_changed", agent={"id": agent.id, "status": "wrap-up"})


async def test_who_gives_up_where_nobody_is_there_has_abandoned(desk: Desk) -> None:
    caller = await desk.parties.call(desk.dial)
    queued = await desk.watcher.sees("call.queued", call={"queue_id": desk.queue})
    assert (await desk.api.queue(desk.queue))["calls_waiting"] == 1
    assert queued["call"]["status"] == "queued"
    await caller.hang_up()
    ended = await desk.ended(queued["call"])
    assert (ended["end_reason"], ended["answer_time"], ended["agent_id"]) == (
        "abandoned",
        None,
        None,
    )
    await desk.watcher.sees("queue.empty", queue={"id": desk.queue})
    assert (await desk.api.queue(desk.queue))["calls_waiting"] == 0


async def test_who_gives_up_while_a_phone_rings_has_abandoned(desk: Desk) -> None:
    agent = await desk.agent(NEVER)
    caller = await desk.parties.call(desk.dial)
    ringing = await desk.watcher.sees("agent.ringing", agent={"id": agent.id})
    assert (await desk.api.agent(agent.id))["status"] == "ringing"
    await caller.hang_up()
    ended = await desk.ended(ringing["call"])
    assert (ended["end_reason"], ended["answer_time"]) == ("abandoned", None)
    await desk.watcher.sees(
        "agent.status_changed", agent={"id": agent.id, "status": "available"},
        previous_status="ringing",
    )  # fmt: skip


async def test_who_gives_up_in_the_menu_has_abandoned(desk: Desk) -> None:
    caller = await desk.parties.call("116123", number="+4930700700")
    new = await desk.watcher.sees("call.new", call={"caller_id": "+4930700700"})
    assert new["call"]["status"] == "ivr"
    await caller.talking.wait()
    await caller.hang_up()
    ended = await desk.ended(new["call"])
    assert (ended["end_reason"], ended["queue_id"]) == ("abandoned", None)
    assert ended["variables"]["ivr_path"] == "main"


async def test_who_waits_too_long_is_a_timeout_not_an_abandoned_call(desk: Desk) -> None:
    before = await desk.api.queue("tshort")
    caller = await desk.parties.call("8100")
    queued = await desk.watcher.sees("call.queued", call={"queue_id": "tshort"})
    await desk.watcher.sees("queue.empty", queue={"id": "tshort"})
    ended = await desk.ended(queued["call"])
    assert ended["end_reason"] == "timeout"
    after = await desk.api.queue("tshort")
    assert after["sla"]["presented"] == before["sla"]["presented"] + 1
    assert after["sla"]["abandoned"] == before["sla"]["abandoned"]
    await caller.gone()


async def test_who_waited_too_long_goes_to_the_overflow_queue(desk: Desk) -> None:
    caller = await desk.parties.call("8103")
    first = await desk.watcher.sees("call.queued", call={"queue_id": "tover"})
    await desk.watcher.sees("call.queued", call={"id": first["call"]["id"], "queue_id": "tlast"})
    await caller.hang_up()
    ended = await desk.ended(first["call"])
    assert (ended["end_reason"], ended["queue_ids"]) == ("abandoned", ["tlast", "tover"])


async def test_a_phone_that_nobody_answers_is_a_missed_call_and_rings_again(desk: Desk) -> None:
    agent = await desk.agent(NEVER)
    caller = await desk.parties.call(desk.dial)
    missed = await desk.watcher.sees("agent.missed_call", agent={"id": agent.id})
    assert missed["ring_time"] == 2
    await desk.watcher.sees_many(2, "agent.ringing", agent={"id": agent.id})
    call = await desk.api.call(missed["call"]["id"])
    assert call["status"] == "queued"
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "abandoned"
    assert desk.watcher.story(call["id"]) == ["call.new", "call.queued", "call.ended"]


async def test_a_phone_that_rejects_is_a_missed_call(desk: Desk) -> None:
    agent = await desk.agent(Behavior(final=486))
    caller = await desk.parties.call(desk.dial)
    missed = await desk.watcher.sees("agent.missed_call", agent={"id": agent.id})
    assert (await desk.api.call(missed["call"]["id"]))["status"] == "queued"
    await caller.hang_up()
    assert (await desk.ended(missed["call"]))["end_reason"] == "abandoned"


async def test_wrap_up_follows_a_call_and_keeps_the_next_caller_waiting(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    await caller.hang_up()
    wrapping = await desk.watcher.sees(
        "agent.status_changed", agent={"id": agent.id, "status": "wrap-up"}
    )
    assert wrapping["previous_status"] == "on-call"
    assert wrapping["agent"]["wrap_up_until"] is not None
    await desk.parties.call(desk.dial)
    await desk.watcher.sees_many(2, "call.queued", call={"queue_id": desk.queue})
    over = await desk.watcher.sees(
        "agent.status_changed", agent={"id": agent.id}, previous_status="wrap-up"
    )
    second = (await desk.watcher.sees_many(2, "call.connected", call={"agent_id": agent.id}))[1]
    assert second["seq"] > over["seq"] > wrapping["seq"]
    assert second["call"]["id"] != call["id"]


async def test_two_callers_are_two_calls_with_two_agents(desk: Desk) -> None:
    agents = {(await desk.agent()).id, (await desk.agent()).id}
    await desk.parties.call(desk.dial, number="+4930111")
    await desk.parties.call(desk.dial, number="+4930222")
    events = await desk.watcher.sees_many(2, "call.connected", call={"queue_id": desk.queue})
    calls: list[Json] = [event["call"] for event in events]
    assert {call["caller_id"] for call in calls} == {"+4930111", "+4930222"}
    assert {call["agent_id"] for call in calls} == agents
    assert len({call["id"] for call in calls}) == 2


async def test_who_finds_the_queue_full_is_rejected(desk: Desk) -> None:
    first = await desk.parties.call("8101", number="+4930333")
    await desk.watcher.sees("call.queued", call={"queue_id": "tfull"})
    await desk.parties.call("8101", number="+4930444")
    refused = await desk.watcher.sees("call.ended", call={"caller_id": "+4930444"})
    assert refused["call"]["end_reason"] == "rejected"
    assert desk.watcher.story(refused["call"]["id"]) == ["call.new", "call.ended"]
    assert (await desk.api.queue("tfull"))["calls_waiting"] == 1
    await first.hang_up()


async def test_who_finds_nobody_in_a_queue_that_wants_agents_is_rejected(desk: Desk) -> None:
    await desk.parties.call("8102", number="+4930555")
    refused = await desk.watcher.sees("call.ended", call={"caller_id": "+4930555"})
    assert refused["call"]["end_reason"] == "rejected"


async def test_a_long_wait_breaches_the_service_level_once(desk: Desk) -> None:
    caller = await desk.parties.call(desk.dial)
    breach = await desk.watcher.sees("queue.sla_breach", queue={"id": desk.queue})
    assert breach["wait_time"] >= 2
    assert breach["queue"]["statistics"]["longest_wait_time"] >= 2
    await desk.agent()
    answered = await desk.watcher.sees("call.connected", call={"id": breach["call"]["id"]})
    assert answered["call"]["queue_wait_time"] >= 2
    assert len(desk.watcher.all("queue.sla_breach", queue={"id": desk.queue})) == 1
    await caller.hang_up()
    await desk.ended(breach["call"])
    sla = (await desk.api.queue(desk.queue))["sla"]
    assert (sla["threshold"], sla["answered_within"]) == (2, sla["answered"] - 1)


async def test_too_many_waiting_callers_are_announced(desk: Desk) -> None:
    for _ in range(3):
        await desk.parties.call(desk.dial)
    event = await desk.watcher.sees("queue.threshold_exceeded", queue={"id": desk.queue})
    assert (event["threshold"], event["value"], event["limit"]) == ("calls_waiting", 3, 2)


async def test_hold_shows_and_counts(desk: Desk) -> None:
    agent, _, call = await desk.in_talk()
    await agent.phone.hold()
    held = await desk.watcher.sees("call.held", call={"id": call["id"]})
    assert held["call"]["status"] == "on-hold"
    assert (await desk.api.call(call["id"]))["status"] == "on-hold"
    await agent.phone.unhold()
    resumed = await desk.watcher.sees("call.resumed", call={"id": call["id"]})
    assert resumed["call"]["status"] == "in-progress"
    await agent.phone.hang_up()
    await desk.ended(call)


async def test_the_menu_is_part_of_the_call(desk: Desk) -> None:
    caller = await desk.parties.call("116123", number="+4930666")
    new = await desk.watcher.sees("call.new", call={"caller_id": "+4930666"})
    await caller.talking.wait()
    channel = await desk.admin.channel("PJSIP/trunk")
    await desk.admin.act("Redirect", Channel=channel, Context="ivr-main", Exten="1", Priority="1")
    queued = await desk.watcher.sees("call.queued", call={"id": new["call"]["id"]})
    assert queued["call"]["queue_id"] == "support"
    assert queued["call"]["variables"]["ivr_path"] == "main/support"
