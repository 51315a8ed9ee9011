"""What call control does to the simulated PBX, where no recording shows it."""

from __future__ import annotations

import pytest

from mhud.sim import FakeAsterisk
from mhud.sim.channels import Channel
from mhud.sim.script import Caller
from tests.ami_client import Headers, RawClient, value_of
from tests.fake_clock import FakeClock

NUMBER = "+254700123456"
SUCCESS = ("Response", "Success")


def names(told: list[Headers], about: str = "") -> list[str]:
    events = [one for one in told if one[0][0] == "Event"]
    return [one[0][1] for one in events if not about or value_of(one, "Uniqueid") == about]


def in_talk(pbx: FakeAsterisk, number: str = NUMBER) -> tuple[Caller, Channel]:
    """A caller and agent001's channel."""
    if not pbx.pbx.queues["support"].members:
        pbx.agent_logs_in("agent001", "support")
    caller = pbx.call_in(number, "support")
    pbx.agent_answers("agent001")
    [agent] = pbx.pbx.channels_of("agent001")
    return caller, agent


async def transfer(client: RawClient, agent: Channel, context: str, exten: str) -> None:
    answer = await client.ask(
        "Action: BlindTransfer", f"Channel: {agent.name}", f"Context: {context}", f"Exten: {exten}"
    )
    assert SUCCESS in answer


# ---- transferred, and nobody takes it


async def test_a_caller_whom_the_colleague_lets_ring_comes_back_to_who_sent_him(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    await transfer(client, agent, "transfer-agent", "1002")
    assert pbx.is_ringing("agent002")
    await clock.advance(21)
    assert pbx.is_ringing("agent001")
    pbx.agent_answers("agent001")
    assert pbx.is_talking("agent001")
    assert caller.is_on_the_line


@pytest.mark.parametrize("who_sent_him", ["is busy", "lets it ring", "is gone"])
async def test_and_then_to_a_queue(
    who_sent_him: str, pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    await transfer(client, agent, "transfer-agent", "1002")
    if who_sent_him == "is busy":
        pbx.agent_dials("agent001", "1003")
    elif who_sent_him == "is gone":
        pbx.phone_goes("agent001")
    await clock.advance(42)
    [waiting] = pbx.pbx.queues["support"].waiting
    assert waiting.caller is caller.channel


async def test_a_number_that_is_busy_gives_the_caller_back(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    await transfer(client, agent, "transfer-number", "+254711000486")
    await clock.advance(2)
    assert pbx.is_ringing("agent001")
    assert caller.is_on_the_line


# ---- hold by keys


async def press(client: RawClient, agent: Channel, keys: str, receive: str = "true") -> None:
    for digit in keys:
        await client.ask(
            "Action: PlayDTMF",
            f"Channel: {agent.name}",
            f"Digit: {digit}",
            f"Receive: {receive}",
        )


async def test_the_keys_of_the_feature_play_music_until_its_variable_is_gone(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    caller.channel.sets("MHU_HOLD", agent.name)
    await client.everything()
    await press(client, agent, "*#8")
    told = names(await client.everything(), caller.uniqueid)
    assert told == ["UserEvent", "MusicOnHoldStart"]
    await clock.advance(5)
    assert await client.everything() == []
    caller.channel.sets("MHU_HOLD", "")
    await clock.advance(0.3)
    assert names(await client.everything(), caller.uniqueid) == ["MusicOnHoldStop", "UserEvent"]
    assert pbx.is_talking("agent001")


async def test_a_hold_ends_with_the_talk(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    caller.channel.sets("MHU_HOLD", agent.name)
    await press(client, agent, "*#8")
    await transfer(client, agent, "queues", "crisis")
    await client.everything()
    await clock.advance(0.3)
    assert names(await client.everything(), caller.uniqueid)[0] == "MusicOnHoldStop"


@pytest.mark.parametrize("how", ["without the feature", "played to him", "without the variable"])
async def test_other_keys_hold_nobody(how: str, pbx: FakeAsterisk, client: RawClient) -> None:
    caller, agent = in_talk(pbx)
    if how != "without the variable":
        caller.channel.sets("MHU_HOLD", agent.name)
    if how == "without the feature":
        agent.variables["DYNAMIC_FEATURES"] = ""
    await client.everything()
    await press(client, agent, "*#8", "false" if how == "played to him" else "true")
    assert names(await client.everything()) == []


# ---- asking a colleague


async def ask(client: RawClient, clock: FakeClock, agent: Channel, target: str) -> None:
    """By the context for consultations, as mhud does."""
    agent.sets("_MHU_TARGET", target)
    await client.ask("Action: Atxfer", f"Channel: {agent.name}", "Context: consult", "Exten: 1#")
    await clock.advance(0.5)


async def test_a_queue_can_be_asked_and_given_the_caller(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    pbx.agent_logs_in("agent002", "crisis")
    await ask(client, clock, agent, "queues,crisis,1")
    pbx.agent_answers("agent002")
    pbx.agent_hangs_up("agent001")
    await clock.advance(1)
    [colleague] = pbx.pbx.channels_of("agent002")
    assert colleague.bridge is not None
    assert colleague.bridge.channels == [caller.channel, colleague]
    caller.hangs_up()
    assert names(await client.everything()).count("AgentComplete") == 2
    assert pbx.pbx.channels == {}


async def test_a_number_that_is_busy_ends_the_asking(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    await ask(client, clock, agent, "transfer-number,+254711000486,1")
    assert len(pbx.pbx.channels) == 5
    await clock.advance(2)
    assert set(pbx.pbx.channels.values()) == {caller.channel, agent}
    assert agent.bridge is caller.channel.bridge


async def test_nowhere_is_said_to_the_agent_and_he_has_his_caller_again(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    answer = await client.ask(
        "Action: Atxfer", f"Channel: {agent.name}", "Context: nosuch", "Exten: 1#"
    )
    assert SUCCESS in answer
    await clock.advance(5)
    told = names(await client.everything(), agent.uniqueid)
    assert told[-2:] == ["Hold", "Unhold"]
    assert set(pbx.pbx.channels.values()) == {caller.channel, agent}


async def test_given_away_while_it_rings_and_missed_by_both_the_caller_is_let_go(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    _, agent = in_talk(pbx)
    await ask(client, clock, agent, "transfer-agent,1002,1")
    pbx.agent_hangs_up("agent001")
    await clock.advance(16)
    assert pbx.is_ringing("agent001")
    await clock.advance(16)
    assert pbx.pbx.channels == {}


async def test_given_away_while_it_rings_the_caller_may_give_up(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    await ask(client, clock, agent, "transfer-agent,1002,1")
    pbx.agent_hangs_up("agent001")
    caller.hangs_up()
    assert pbx.pbx.channels == {}
    await clock.advance(40)
    assert pbx.pbx.channels == {}


async def test_given_away_and_refused_the_agent_is_called_back_at_once(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    await ask(client, clock, agent, "transfer-agent,1002,1")
    pbx.agent_hangs_up("agent001")
    pbx.agent_rejects("agent002")
    pbx.agent_answers("agent001")
    assert caller.channel.bridge is not None
    assert len(caller.channel.bridge.channels) == 2


async def test_a_caller_taken_away_leaves_agent_and_colleague_together(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    caller, agent = in_talk(pbx)
    await ask(client, clock, agent, "transfer-agent,1002,1")
    pbx.agent_answers("agent002")
    await client.ask(
        "Action: Redirect", f"Channel: {caller.channel.name}", "Context: queues", "Exten: crisis",
        "Priority: 1",
    )  # fmt: skip
    await clock.advance(1)
    assert pbx.is_talking("agent001")
    assert pbx.is_talking("agent002")
    assert [one.caller for one in pbx.pbx.queues["crisis"].waiting] == [caller.channel]


# ---- listening


async def test_who_listens_to_nobody_is_let_go(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    await client.ask(
        "Action: Originate", "Channel: PJSIP/agent009", "Context: supervise", "Exten: listen",
        "Priority: 1", "Async: true", "Variable: spy_target=gone-1.1",
    )  # fmt: skip
    await clock.advance(1)
    assert names(await client.everything())[-2:] == ["Hangup", "DeviceStateChange"]
    assert pbx.pbx.channels == {}


# ---- lining up


async def test_callers_stand_in_line_by_their_priority(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    queue = pbx.pbx.queues["support"]
    first, second = pbx.call_in("+2541", "support"), pbx.call_in("+2542", "support")
    important = pbx.call_in("+2543")
    important.channel.sets("QUEUE_PRIO", "5")
    important.chooses("support")
    line = [important, first, second]
    assert [one.caller for one in queue.waiting] == [one.channel for one in line]
    told = await client.everything()
    joins = [one for one in told if ("Event", "QueueCallerJoin") in one]
    assert [value_of(one, "Position") for one in joins] == ["1", "2", "1"]
    for immediate, then in (("no", line), ("yes", [important, second, first])):
        await client.ask(
            "Action: QueueChangePriorityCaller", "Queue: support",
            f"Caller: {second.channel.name}", "Priority: 5", f"Immediate: {immediate}",
        )  # fmt: skip
        assert [one.caller for one in queue.waiting] == [one.channel for one in then]


async def test_whom_the_other_queue_does_not_take_stands_at_the_front_of_his_own_again(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    pbx.pbx.variables["MHUD_OPEN_crisis"] = "0"
    moved, other = pbx.call_in("+2541", "support"), pbx.call_in("+2542", "support")
    moved.channel.sets("MHU_MOVED_FROM", "support")
    await client.ask(
        "Action: Redirect",
        f"Channel: {moved.channel.name}",
        "Context: queues",
        "Exten: crisis",
        "Priority: 1",
    )
    line = [one.caller for one in pbx.pbx.queues["support"].waiting]
    assert line == [moved.channel, other.channel]
