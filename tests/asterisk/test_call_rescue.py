"""Call control that goes wrong: no caller may be dropped, forgotten or recorded for it."""

from __future__ import annotations

import pytest

from tests.asterisk.api import Json
from tests.asterisk.colleagues import (
    colleague,
    gets_extension,
    hears,
    order,
    transfer,
    until_asking,
    until_so,
)
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk
from tests.asterisk.scenario import Behavior
from tests.asterisk.talks import AGENT_HZ, BOSS_HZ, CALLER_HZ, talk

AUDIO = Behavior(audio=True)
NEVER = Behavior(after_s=None)
OUTSIDE = "+4930123456"


async def test_whom_a_closed_queue_does_not_take_is_back_with_who_sent_him(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    assert (await transfer(desk, call, "blind", queue="tclosed")).status == 200
    await desk.watcher.sees_many(2, "call.connected", call={"id": call["id"], "agent_id": agent.id})
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_whom_a_closed_queue_does_not_take_waits_if_his_agent_is_gone(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    await desk.parties.unregister(agent.number, agent.phone)
    assert (await transfer(desk, call, "blind", queue="tclosed")).status == 200
    await desk.watcher.sees("call.queued", call={"id": call["id"], "queue_id": "tback"})
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "abandoned"


@pytest.mark.parametrize("goal", ["closed queue", "colleague"])
async def test_a_waiting_caller_whom_nobody_takes_waits_where_he_was(
    desk: Desk, daemon: Daemon, goal: str
) -> None:
    caller = await desk.parties.call(desk.dial)
    call = (await desk.watcher.sees("call.queued", call={"queue_id": desk.queue}))["call"]
    await desk.admin.act(
        "Setvar", Variable=f"MHUD_HOURS_{desk.queue}", Value="00:00-00:01,*,29,feb"
    )  # it has closed since he came
    target = {"queue": "tclosed"}
    if goal == "colleague":
        target = {"agent": (await colleague(desk, daemon, NEVER)).id}
    assert (await transfer(desk, call, "blind", **target)).status == 200
    await desk.watcher.sees_many(
        2, "call.queued", call={"id": call["id"], "queue_id": desk.queue, "status": "queued"}
    )
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "abandoned"
    await desk.admin.act("Setvar", Variable=f"MHUD_HOURS_{desk.queue}", Value="")


async def test_who_can_not_be_moved_waits_where_he_was_though_it_has_closed(desk: Desk) -> None:
    caller = await desk.parties.call(desk.dial)
    call = (await desk.watcher.sees("call.queued", call={"queue_id": desk.queue}))["call"]
    hours = f"MHUD_HOURS_{desk.queue}"
    await desk.admin.act("Setvar", Variable=hours, Value="00:00-00:01,*,29,feb")
    refused = await desk.api.ask("POST", f"/calls/{call['id']}/move", {"queue": "tclosed"})
    assert (refused.status, refused.body["details"]["reason"]) == (409, "turned-away")
    await desk.watcher.sees_many(
        2, "call.queued", call={"id": call["id"], "queue_id": desk.queue, "status": "queued"}
    )
    await desk.admin.act("Setvar", Variable=hours, Value="")
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "abandoned"


async def test_keys_that_still_lead_to_a_consultation_bring_the_caller_back(desk: Desk) -> None:
    """mhud died between the two: the agent's keys for a blind transfer lead there."""
    agent, caller, call = await desk.in_talk()
    channel = await desk.admin.channel(agent.interface)
    await desk.admin.act("BlindTransfer", Channel=channel, Context="consult", Exten="1")
    await desk.watcher.sees_many(2, "call.connected", call={"id": call["id"], "agent_id": agent.id})
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_keys_that_come_twice_do_not_give_the_caller_away(desk: Desk, daemon: Daemon) -> None:
    """A slow Asterisk acts on them when mhud, in doubt, has pressed them once more."""
    agent, caller, call = await desk.in_talk(audio=True)
    other = await colleague(desk, daemon, NEVER)
    channel = await desk.admin.channel(agent.interface)
    target = f"transfer-agent,{other.extension},1"
    await desk.admin.act("Setvar", Channel=channel, Variable="_MHU_TARGET", Value=target)
    for _ in range(2):
        await desk.admin.act("Atxfer", Channel=channel, Context="consult", Exten="1#")
    await other.phone.rings()
    await until_asking(desk, call, "calling")
    assert (await order(desk, call, "dtmf", digits="1")).status == 409  # he hears nobody yet
    await other.phone.answer()
    await until_asking(desk, call)
    assert (await order(desk, call, "cancel")).status == 200
    shown = await desk.api.call(call["id"])
    assert (shown["agent_id"], shown["transfers"]) == (agent.id, 0)
    await caller.hang_up()


async def test_a_held_caller_who_is_sent_on_hears_his_new_agent_and_no_music(
    desk: Desk, daemon: Daemon
) -> None:
    async with talk(desk) as there:
        await gets_extension(desk, daemon, there.boss_id)
        await hears(there.caller, AGENT_HZ)
        assert (await order(desk, there.call, "hold")).status == 200
        await hears(there.caller)
        answer = await transfer(desk, there.call, "blind", agent=there.boss_id)
        assert answer.status == 200, answer.body
        await hears(there.caller, BOSS_HZ)
        await hears(there.boss, CALLER_HZ)
        await there.caller.hang_up()
        await desk.ended(there.call)


async def test_no_new_recording_begins_while_it_is_paused(desk: Desk) -> None:
    """The agent's own channel was recorded, for he called; the queue would record the other."""
    agent, outside = await desk.agent(AUDIO), await desk.parties.outside(AUDIO)
    call_id = (await desk.api.originate(agent.id, OUTSIDE)).body["call_id"]
    event = await desk.watcher.sees("call.connected", call={"id": call_id})
    call = event["call"]
    paused = await order(desk, call, "recording/pause")
    assert (paused.status, paused.body["recording_paused"]) == (200, True)
    queue, _ = desk.another_queue()
    other = await desk.agent(AUDIO, queue=queue)
    assert (await transfer(desk, call, "blind", queue=queue)).status == 200
    await desk.watcher.sees("call.connected", call={"id": call_id, "agent_id": other.id})
    begun = [m for m in desk.admin.heard if m.get("Event") == "MixMonitorStart"]
    assert len(begun) == 1
    assert (await desk.api.call(call_id))["recording_paused"] is True
    await outside.hang_up()
    await desk.ended(call)


async def test_a_caller_sends_nobody_anywhere_by_refer(desk: Desk) -> None:
    shown = await desk.pbx.cli("pjsip show endpoint trunk")
    assert "allow_transfer" in shown
    assert [
        line.split(":")[1].strip() for line in shown.splitlines() if "allow_transfer" in line
    ] == ["false"]


async def test_whom_the_caller_left_in_a_consultation_talk_with_each_other(
    desk: Desk, daemon: Daemon
) -> None:
    agent, caller, call = await desk.in_talk(audio=True)
    other = await colleague(desk, daemon, AUDIO)
    assert (await transfer(desk, call, "attended", agent=other.id)).status == 200
    await until_asking(desk, call)
    await caller.hang_up()

    async def alone() -> bool:
        found: Json = await desk.api.call(call["id"])
        return bool(found["consultation"] is None and found["status"] == "in-progress")

    await until_so(alone, "the colleagues' talk was not seen")
    assert (await desk.api.call(call["id"]))["agent_id"] == agent.id
    assert desk.watcher.all("call.resumed", call={"id": call["id"]}) == []  # he was on hold
    await agent.phone.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["transfers"]) == ("completed", 0)


async def test_a_call_given_to_a_number_outside_is_no_agents_any_more(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk(audio=True)
    await desk.parties.outside(AUDIO)
    assert (await transfer(desk, call, "attended", number=OUTSIDE)).status == 200
    await until_asking(desk, call)
    done = await order(desk, call, "complete")
    assert (done.status, done.body["transfers"]) == (200, 1)
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["agent_id"]) == ("in-progress", None)
    assert (await desk.api.agent(agent.id))["current_call_id"] is None
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"
