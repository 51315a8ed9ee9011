"""Transfers: by the agent's phone (REFER, with Replaces too), by AMI, by Redirect."""

from __future__ import annotations

from tests.asterisk.desk import Desk
from tests.asterisk.softphone import Softphone


async def test_a_blind_transfer_by_the_phone_takes_the_caller_to_another_queue(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    queue, dial = desk.another_queue()
    other = await desk.agent(queue=queue)
    await agent.phone.refer(dial, desk.pbx.ports.sip)
    moved = await desk.watcher.sees("call.transferred", call={"id": call["id"]})
    assert (moved["transfer_type"], moved["from_agent_id"]) == ("blind", agent.id)
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": other.id})
    shown = await desk.api.call(call["id"])
    assert (shown["agent_id"], shown["queue_id"], shown["transfers"]) == (other.id, queue, 1)
    assert shown["answer_time"] == call["answer_time"]
    await caller.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_ids"]) == ("completed", sorted([agent.id, other.id]))
    assert desk.watcher.story(call["id"]) == [
        "call.new",
        "call.queued",
        "call.connected",
        "call.transferred",
        "call.queued",
        "call.connected",
        "call.ended",
    ]


async def test_a_blind_transfer_by_ami_takes_the_caller_to_a_colleague(desk: Desk) -> None:
    agent, _, call = await desk.in_talk()
    colleague = await desk.phone()
    await desk.admin.act(
        "BlindTransfer",
        Channel=await desk.admin.channel(agent.interface),
        Context="agents",
        Exten=colleague.extension,
    )
    moved = await desk.watcher.sees("call.transferred", call={"id": call["id"]})
    assert (moved["transfer_type"], moved["from_agent_id"]) == ("blind", agent.id)
    await desk.watcher.sees_many(2, "call.connected", call={"id": call["id"]})
    await desk.watcher.sees("agent.status_changed", agent={"id": agent.id, "status": "wrap-up"})
    await colleague.phone.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_a_transferred_caller_whom_nobody_takes_has_abandoned(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    queue, dial = desk.another_queue()
    await agent.phone.refer(dial, desk.pbx.ports.sip)
    await desk.watcher.sees("call.queued", call={"id": call["id"], "queue_id": queue})
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "abandoned"


async def test_an_attended_transfer_by_the_phone_merges_the_consultation(desk: Desk) -> None:
    number, colleague = next(desk.numbers.agents), await desk.agent()
    await desk.admin.act("QueuePause", Interface=colleague.interface, Paused="true")
    phone = Softphone(number, desk.pbx.ports.sip, desk.pbx.ports.next_media())
    await phone.open(desk.pbx.ports.next_sip())
    await phone.register()
    await desk.admin.act("QueueAdd", Queue=desk.queue, Interface=f"PJSIP/agent{number:03d}")
    caller = await desk.parties.call(desk.dial)
    first = await phone.answered.get()
    call = (await desk.watcher.sees("call.connected", call={"queue_id": desk.queue}))["call"]
    second = await phone.call(colleague.extension)
    await desk.joined(colleague.interface)
    consultation = await desk.watcher.sees("agent.ringing", agent={"id": colleague.id})
    assert consultation["call"]["direction"] == "internal"
    await phone.attended_transfer(first, second)
    moved = await desk.watcher.sees("call.transferred", call={"id": call["id"]})
    assert moved["transfer_type"] == "attended"
    merged = await desk.ended(consultation["call"])
    assert (merged["end_reason"], merged["merged_into"]) == ("merged", call["id"])
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": colleague.id})
    shown = await desk.api.call(consultation["call"]["id"])
    assert (shown["status"], shown["merged_into"]) == ("ended", call["id"])
    assert (await desk.api.agent(colleague.id))["current_call_id"] == call["id"]
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"
    assert desk.watcher.story(call["id"]).count("call.ended") == 1
    phone.close()


async def test_a_waiting_caller_who_is_redirected_has_not_abandoned(desk: Desk) -> None:
    before = await desk.api.queue(desk.queue)
    caller = await desk.parties.call(desk.dial)
    call = (await desk.watcher.sees("call.queued", call={"queue_id": desk.queue}))["call"]
    queue, _ = desk.another_queue()
    channel = await desk.admin.channel("PJSIP/trunk")
    await desk.admin.act("Redirect", Channel=channel, Context="queues", Exten=queue, Priority="1")
    await desk.watcher.sees("call.queued", call={"id": call["id"], "queue_id": queue})
    agent = await desk.agent(queue=queue)
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": agent.id})
    after = await desk.api.queue(desk.queue)
    assert after["calls_waiting"] == 0
    assert after["sla"]["abandoned"] == before["sla"]["abandoned"]
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_a_talking_caller_who_is_redirected_waits_again(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    queue, _ = desk.another_queue()
    channel = await desk.admin.channel("PJSIP/trunk")
    await desk.admin.act("Redirect", Channel=channel, Context="queues", Exten=queue, Priority="1")
    queued = await desk.watcher.sees("call.queued", call={"id": call["id"], "queue_id": queue})
    assert queued["call"]["status"] == "queued"
    await desk.watcher.sees("call.transferred", call={"id": call["id"]})
    await desk.watcher.sees("agent.status_changed", agent={"id": agent.id, "status": "wrap-up"})
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "abandoned"
