"""Agents who hang up in the middle of a transfer: their caller is never hung up on for it."""

from __future__ import annotations

import pytest

from tests.asterisk import sip
from tests.asterisk.api import Json
from tests.asterisk.colleagues import (
    colleague,
    order,
    transfer,
    until_asking,
    until_so,
    with_global,
)
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Agent, Desk
from tests.asterisk.parties import Party
from tests.asterisk.scenario import Behavior
from tests.asterisk.softphone import Softphone

AUDIO = Behavior(audio=True)
NEVER = Behavior(after_s=None, audio=True)  # rings until it is told to answer
REJECTS = Behavior(after_s=None, final=603)  # rings until it is told to refuse
OUTSIDE = "+4930123456"
FALLBACK = "tback"
LONG_S, BRIEF_S = 20, 6  # of ringing: until he does as he is told, or until nobody has answered


async def asks(
    desk: Desk, daemon: Daemon, behavior: Behavior, ring_s: int = LONG_S
) -> tuple[Agent, Party, Json, Agent]:
    """An agent has asked a colleague, whose phone rings, for so long at most."""
    agent, caller, call = await desk.in_talk(audio=True)
    other = await colleague(desk, daemon, behavior)
    async with with_global(desk, "TRANSFER_RING", str(ring_s)):
        begun = await transfer(desk, call, "attended", agent=other.id)
        assert begun.body["consultation"] == "calling", begun.body
        await other.phone.rings()
    return agent, caller, call, other


async def hangs_up(desk: Desk, agent: Agent) -> None:
    """Returns when his channel is gone; no event tells as long as the transfer goes on."""
    channel = await desk.admin.channel(agent.interface)
    await agent.phone.hang_up()

    async def gone() -> bool:
        told = await desk.admin.act("Getvar", Variable=f"CHANNEL_EXISTS({channel})")
        return told["Value"] == "0"

    await until_so(gone, "his channel stays")
    # That takes a moment. If a colleague refuses within it, Asterisk 22 may crash: see [consult].
    told = await desk.pbx.cli("core show channels count")
    assert int(told.split()[0]) >= 2, "the caller and whom he is led to are there"


async def leaves(desk: Desk, agent: Agent) -> None:
    """He hangs up, and his phone takes no other call."""
    await desk.parties.unregister(agent.number, agent.phone)
    await hangs_up(desk, agent)


async def is_helped_in_fallback(desk: Desk, call: Json, caller: Party) -> None:
    """He waits in the queue for such callers, and somebody there talks with him."""
    helper = await desk.agent(AUDIO, queue=FALLBACK)
    taken = await desk.watcher.sees("call.connected", 20, call={"agent_id": helper.id})
    assert taken["call"]["id"] == call["id"]
    await caller.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_id"]) == ("completed", helper.id)
    await desk.admin.act("QueueRemove", Queue=FALLBACK, Interface=helper.interface)


async def goes_home(desk: Desk, call: Json, agent: Agent) -> None:
    """The agent's phone rings again; he takes it, and ends the call as any other."""
    await desk.watcher.sees_many(2, "call.connected", call={"id": call["id"], "agent_id": agent.id})
    await agent.phone.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_id"]) == ("completed", agent.id)


async def presses(desk: Desk, agent: Agent, extension: str) -> None:
    """The keys of an attended transfer. Asterisk presses them as the agent's phone would."""
    channel = await desk.admin.channel(agent.interface)
    await desk.admin.act("Atxfer", Channel=channel, Exten=f"{extension}#", Context="agents")


# ---- he hangs up while it rings


@pytest.mark.parametrize(
    ("refusal", "ring_s"),
    [(NEVER, BRIEF_S), (REJECTS, LONG_S)],
    ids=["no answer", "rejected"],
)
async def test_whose_agent_hangs_up_while_it_rings_waits_in_a_queue(
    desk: Desk, daemon: Daemon, refusal: Behavior, ring_s: int
) -> None:
    agent, caller, call, other = await asks(desk, daemon, refusal, ring_s)
    await leaves(desk, agent)
    if refusal is REJECTS:
        await other.phone.answer()
    await is_helped_in_fallback(desk, call, caller)


@pytest.mark.parametrize("way", ["called", "calls"])
async def test_asterisk_waits_longer_for_a_colleague_than_his_phone_rings(
    desk: Desk, way: str
) -> None:
    if way == "called":
        agent, _, _ = await desk.in_talk()
    else:
        agent = await desk.agent()
        await desk.parties.outside()
        call_id = (await desk.api.originate(agent.id, OUTSIDE)).body["call_id"]
        await desk.watcher.sees("call.connected", call={"id": call_id})
    limit = {"Variable": "FEATURE(atxfernoanswertimeout)"}
    channel = await desk.admin.channel(agent.interface)
    told = await desk.admin.act("Getvar", Channel=channel, **limit)
    assert float(told["Value"]) > 20  # seconds: [inside] has the longest, with the tests' globals


async def test_an_agent_who_hangs_up_while_it_rings_is_rung_back_first(
    desk: Desk, daemon: Daemon
) -> None:
    agent, _, call, other = await asks(desk, daemon, REJECTS)
    await hangs_up(desk, agent)
    await other.phone.answer()
    await goes_home(desk, call, agent)


async def test_who_was_in_a_talk_is_helped_before_those_who_wait(
    desk: Desk, daemon: Daemon
) -> None:
    agent, caller, call, other = await asks(desk, daemon, REJECTS)
    waits = await desk.parties.call("8109")
    await desk.watcher.sees("call.queued", call={"queue_id": FALLBACK})
    await leaves(desk, agent)
    await other.phone.answer()
    await desk.watcher.sees("call.queued", call={"id": call["id"], "queue_id": FALLBACK})
    await is_helped_in_fallback(desk, call, caller)
    await waits.hang_up()


async def test_a_colleague_who_answers_after_the_agent_left_has_the_caller(
    desk: Desk, daemon: Daemon
) -> None:
    agent, _, call, other = await asks(desk, daemon, NEVER)
    await hangs_up(desk, agent)
    await other.phone.answer()
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": other.id})
    await other.phone.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_id"]) == ("completed", other.id)


@pytest.mark.parametrize("target", ["colleague", "outside"])
async def test_who_asks_by_the_keys_of_his_phone_loses_nobody_either(
    desk: Desk, target: str
) -> None:
    agent, caller, call = await desk.in_talk(audio=True)
    other = await desk.phone(REJECTS)
    outside = await desk.parties.outside(REJECTS)
    asked = other.phone if target == "colleague" else outside
    async with with_global(desk, "OUTBOUND_RING", str(LONG_S)):
        await presses(desk, agent, other.extension if target == "colleague" else OUTSIDE[1:])
        await asked.rings()
    await leaves(desk, agent)
    await asked.answer()
    await is_helped_in_fallback(desk, call, caller)


async def test_whom_an_agent_had_called_waits_in_a_queue_too(desk: Desk, daemon: Daemon) -> None:
    agent, outside = await desk.agent(AUDIO), await desk.parties.outside(AUDIO)
    call_id = (await desk.api.originate(agent.id, OUTSIDE)).body["call_id"]
    call = (await desk.watcher.sees("call.connected", call={"id": call_id}))["call"]
    other = await colleague(desk, daemon, NEVER)
    async with with_global(desk, "TRANSFER_RING", str(BRIEF_S)):
        begun = await transfer(desk, call, "attended", agent=other.id)
        assert begun.body["consultation"] == "calling", begun.body
        await other.phone.rings()
    await leaves(desk, agent)
    await is_helped_in_fallback(desk, call, outside)


async def test_a_phone_that_transfers_to_one_that_rings_loses_nobody(desk: Desk) -> None:
    """By itself (REFER with Replaces): Asterisk puts the caller into the call that rings."""
    number, other = next(desk.numbers.agents), await desk.phone(REJECTS)
    phone = Softphone(number, desk.pbx.ports.sip, desk.pbx.ports.next_media())
    await phone.open(desk.pbx.ports.next_sip())
    await phone.register()
    await desk.admin.act("QueueAdd", Queue=desk.queue, Interface=f"PJSIP/{phone.user}")
    caller = await desk.parties.call(desk.dial, audio=True)
    first = await phone.answered.get()
    call = (await desk.watcher.sees("call.connected", call={"queue_id": desk.queue}))["call"]
    second = await phone.ring(other.extension)
    await phone.attended_transfer(first, second)
    await desk.watcher.sees("call.transferred", call={"id": call["id"]})
    port = int(phone.address.rpartition(":")[2])
    await sip.register(desk.pbx.ports.sip, phone.user, port, 0)
    await other.phone.answer()
    await is_helped_in_fallback(desk, call, caller)
    phone.close()


# ---- and the neighbors end as ever


@pytest.mark.parametrize("how", ["cancelled", "rejected"])
async def test_an_agent_who_is_back_ends_the_call_by_hanging_up(
    desk: Desk, daemon: Daemon, how: str
) -> None:
    agent, _, call, other = await asks(desk, daemon, REJECTS)
    if how == "cancelled":
        assert (await order(desk, call, "cancel")).status == 200
    else:
        await other.phone.answer()
    await desk.watcher.sees("call.resumed", call={"id": call["id"]})
    await agent.phone.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_id"]) == ("completed", agent.id)
    assert desk.watcher.story(call["id"]).count("call.queued") == 1


async def test_a_colleague_who_was_given_the_caller_ends_the_call_by_hanging_up(
    desk: Desk, daemon: Daemon
) -> None:
    agent, _, call, other = await asks(desk, daemon, NEVER)
    await other.phone.answer()
    await until_asking(desk, call)
    await agent.phone.hang_up()
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": other.id})
    await other.phone.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_id"]) == ("completed", other.id)
    assert desk.watcher.story(call["id"]).count("call.queued") == 1


async def test_a_colleague_to_whom_nobody_is_sent_is_not_sent_to_a_queue(desk: Desk) -> None:
    """Agents who call each other, and nobody answers: that call is over."""
    agent, other = await desk.agent(AUDIO), await desk.phone(Behavior(final=603))
    answer = await desk.api.originate(agent.id, other.extension)
    ended = await desk.ended({"id": answer.body["call_id"]})
    assert ended["queue_id"] is None


# ---- places that do not take anybody


@pytest.mark.parametrize("gone", [False, True], ids=["agent is there", "agent is gone"])
async def test_whom_an_agent_sends_on_by_keys_is_not_dropped(desk: Desk, gone: bool) -> None:
    agent, caller, call = await desk.in_talk(audio=True)
    other = await desk.phone(Behavior(final=603))
    channel = await desk.admin.channel(agent.interface)
    if gone:
        await desk.parties.unregister(agent.number, agent.phone)
    await desk.admin.act("BlindTransfer", Channel=channel, Context="agents", Exten=other.extension)
    if gone:
        await is_helped_in_fallback(desk, call, caller)
    else:
        await goes_home(desk, call, agent)


async def test_who_asks_in_a_closed_queue_has_his_caller_again(desk: Desk) -> None:
    agent, _, call = await desk.in_talk(audio=True)
    await transfer(desk, call, "attended", queue="tclosed")
    await desk.watcher.sees("call.resumed", call={"id": call["id"]})
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["agent_id"]) == ("in-progress", agent.id)


@pytest.mark.parametrize("fallback", ["nosuch", "tclosed", "tempty", ""])
async def test_where_the_fallback_takes_nobody_he_waits_in_his_queue_again(
    desk: Desk, daemon: Daemon, fallback: str
) -> None:
    agent, caller, call, other = await asks(desk, daemon, REJECTS)
    async with with_global(desk, "TRANSFER_FALLBACK", fallback):
        await leaves(desk, agent)
        await other.phone.answer()
        again = {"id": call["id"], "queue_id": desk.queue}
        await desk.watcher.sees_many(2, "call.queued", call=again)
    await caller.hang_up()
    await desk.ended(call)


async def test_whom_the_dialplan_sends_to_no_queue_waits_in_the_fallback(desk: Desk) -> None:
    caller = await desk.parties.call("8108")
    await desk.watcher.sees("call.queued", call={"queue_id": FALLBACK})
    await caller.hang_up()


async def test_an_overflow_to_nowhere_is_not_followed(desk: Desk) -> None:
    async with (
        with_global(desk, f"OVERFLOW_{desk.queue}", "nowhere,s,1"),
        with_global(desk, f"MHUD_MAX_WAIT_{desk.queue}", "1"),
    ):
        await desk.parties.call(desk.dial)
        call = (await desk.watcher.sees("call.queued", call={"queue_id": desk.queue}))["call"]
        ended = await desk.ended(call)
    assert (ended["end_reason"], ended["tags"]) == ("timeout", [])
