"""Calls that no recording shows: dialling by hand, transfers that fail, actions on channels."""

from __future__ import annotations

import pytest

from mhud.sim import FakeAsterisk
from tests.ami_client import Headers, RawClient, value_of
from tests.fake_clock import FakeClock

NUMBER = "+254700123456"


def names(told: list[Headers], about: str = "") -> list[str]:
    """Of the events, of those about one channel if an id is given."""
    events = [one for one in told if one[0][0] == "Event"]
    return [one[0][1] for one in events if not about or value_of(one, "Uniqueid") == about]


def talking(pbx: FakeAsterisk) -> list[str]:
    return [one for one in pbx.pbx.phones if one != "trunk" and pbx.is_talking(one)]


async def test_an_agent_calls_a_colleague(pbx: FakeAsterisk, client: RawClient) -> None:
    channel = pbx.agent_dials("agent001", "1002")
    pbx.agent_answers("agent002")
    assert talking(pbx) == ["agent001", "agent002"]
    pbx.agent_hangs_up("agent001")
    told = names(await client.everything(), channel.uniqueid)
    assert (told[0], told[-1]) == ("Newchannel", "Hangup")
    assert pbx.pbx.channels == {}


async def test_a_colleague_who_does_not_answer_ends_the_call(
    pbx: FakeAsterisk, clock: FakeClock
) -> None:
    pbx.agent_dials("agent001", "1002")
    await clock.advance(21)
    assert pbx.pbx.channels == {}


async def test_an_unreachable_colleague_is_not_rung(pbx: FakeAsterisk, client: RawClient) -> None:
    pbx.phone_goes("agent002")
    await client.everything()
    pbx.agent_dials("agent001", "1002")
    told = await client.everything()
    [hangup] = [one for one in told if ("Event", "Hangup") in one]
    assert value_of(hangup, "Cause") == "20"
    assert names(told).count("Newchannel") == 1


@pytest.mark.parametrize(
    ("ending", "cause", "status"),
    [
        ("486", "17", "BUSY"),
        ("480", "19", "NOANSWER"),
        ("603", "21", "CHANUNAVAIL"),
        ("404", "1", "CHANUNAVAIL"),
        ("503", "34", "CONGESTION"),
        ("408", "0", "NOANSWER"),
    ],
)
async def test_the_last_digits_of_a_number_say_what_comes_of_it(
    ending: str, cause: str, status: str, pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    pbx.agent_dials("agent001", f"+254700123{ending}")
    await clock.advance(60)
    told = await client.everything()
    [end] = [one for one in told if ("UserEvent", "OutboundEnd") in one]
    trunk = [one for one in told if ("Event", "Hangup") in one and "trunk" in str(one)]
    assert value_of(end, "DialStatus") == status
    assert value_of(trunk[0], "Cause") == cause
    assert pbx.pbx.channels == {}


async def test_who_hangs_up_while_it_rings_stops_the_ringing(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    channel = pbx.agent_dials("agent001", "1002")
    answer = await client.ask("Action: Hangup", f"Channel: {channel.uniqueid}")
    assert value_of(answer, "Message") == "Channel Hungup"
    assert not pbx.is_ringing("agent002")
    assert pbx.pbx.channels == {}


async def test_a_consultation_that_fails_gives_the_caller_back(
    pbx: FakeAsterisk, clock: FakeClock
) -> None:
    pbx.agent_logs_in("agent001", "support")
    caller = pbx.call_in(NUMBER, "support")
    pbx.agent_answers("agent001")
    pbx.agent_consults("agent001", "1002")
    pbx.agent_rejects("agent002")
    pbx.agent_resumes("agent001")
    assert talking(pbx) == ["agent001"]
    assert not caller.channel.on_hold


async def test_a_transfer_to_a_colleague_rings_him(pbx: FakeAsterisk) -> None:
    pbx.agent_logs_in("agent001", "support")
    caller = pbx.call_in(NUMBER, "support")
    pbx.agent_answers("agent001")
    pbx.agent_transfers("agent001", "1002")
    assert talking(pbx) == []
    pbx.agent_answers("agent002")
    caller.hangs_up()
    assert pbx.pbx.channels == {}


async def test_a_redirect_takes_a_waiting_caller_out_of_the_queue(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    caller = pbx.call_in(NUMBER, "support")
    place = ("Context: hold", "Exten: s", "Priority: 1")
    answer = await client.ask("Action: Redirect", f"Channel: {caller.channel.name}", *place)
    assert value_of(answer, "Message") == "Redirect successful"
    assert pbx.pbx.queues["support"].waiting == []
    assert caller.channel.application == "MusicOnHold"


async def test_a_redirect_of_both_lets_both_live(pbx: FakeAsterisk, client: RawClient) -> None:
    pbx.agent_logs_in("agent001", "support")
    caller = pbx.call_in(NUMBER, "support")
    pbx.agent_answers("agent001")
    [agent] = pbx.pbx.channels_of("agent001")
    answer = await client.ask(
        "Action: Redirect",
        f"Channel: {caller.channel.name}",
        f"ExtraChannel: {agent.name}",
        "Context: hold",
        "Exten: s",
        "Priority: 1",
    )
    assert value_of(answer, "Message") == "Dual Redirect successful"
    assert {one.application for one in pbx.pbx.channels.values()} == {"MusicOnHold"}
    assert pbx.pbx.bridges == {}


async def test_variables_of_channels_and_of_the_dialplan(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    caller = pbx.call_in(NUMBER)
    on = f"Channel: {caller.channel.name}"
    await client.ask("Action: Setvar", on, "Variable: __ivr_path", "Value: here")
    await client.ask("Action: Setvar", "Variable: MHUD_OPEN_support", "Value: 1")
    mine = await client.ask("Action: Getvar", on, "Variable: ivr_path")
    everybodys = await client.ask("Action: Getvar", "Variable: MHUD_OPEN_support")
    nobodys = await client.ask("Action: Getvar", "Channel: PJSIP/none-1", "Variable: x")
    assert value_of(mine, "Value") == "here"
    assert value_of(everybodys, "Value") == "1"
    assert value_of(nobodys, "Message") == "No such channel"


async def test_a_regular_expression_hangs_up_everybody_whom_it_matches(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    pbx.call_in(NUMBER)
    pbx.call_in(NUMBER)
    await client.ask("Action: Hangup", "Channel: /trunk/")
    assert pbx.pbx.channels == {}


async def test_an_originate_of_an_application_runs_it(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    order = ("Channel: PJSIP/agent001", "Application: Milliwatt", "Async: true", "ChannelId: m1")
    await client.ask("Action: Originate", *order)
    await clock.advance(1)
    assert pbx.pbx.channels["m1"].application == "Milliwatt"
    answer = await client.ask("Action: Hangup", "Channel: m1")
    assert value_of(answer, "Response") == "Success"
    assert pbx.pbx.channels == {}
