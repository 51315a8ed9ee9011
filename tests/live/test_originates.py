"""Calls that mhud asks for: each begins and ends once, whatever Asterisk makes of them."""

from __future__ import annotations

import pytest

from mhud.ami import messages as ami
from mhud.live import events, inputs
from mhud.live.model import AgentProfile, EndReason
from tests.legs import Leg
from tests.scenario import Pbx


def reasons(pbx: Pbx) -> list[str]:
    return [str(event.call.end_reason) for event in pbx.all_told(events.CallEnded)]


def response(pbx: Pbx, action_id: str, uniqueid: str, success: bool = False) -> ami.Event:
    return ami.OriginateResponse(
        at=pbx.now, action_id=action_id, success=success, reason=0, uniqueid=uniqueid
    )


def ringing_out() -> tuple[Pbx, Leg, Leg]:
    """The agent's leg is up, the destination's is dialed."""
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = pbx.first_leg(jane, pbx.originates(jane, "5550001")).rings().is_up()
    return pbx, leg, pbx.dialed(leg)


def test_an_originate_is_a_call_at_once() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    pbx.originates(jane, "5550001")
    (call,) = pbx.live.calls.values()
    assert (call.direction, call.status) == ("outbound", "initiating")
    assert (call.agent_id, call.destination, call.caller_id) == ("agent001", "5550001", "116123")
    assert call.originated
    assert pbx.names("call.") == ["call.new"]


def test_an_originate_goes_from_initiating_over_ringing_to_talk() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = pbx.first_leg(jane, pbx.originates(jane, "5550001"))
    assert leg.call.deadline is None
    leg.rings()
    assert (leg.call.status, jane.status) == ("initiating", "ringing")
    leg.is_up()
    assert (leg.call.status, jane.status) == ("ringing", "on-call")
    there = pbx.dialed(leg).is_up()
    leg.talks_with(there)
    assert leg.call.status == "in-progress"
    assert leg.call.agent_id == "agent001"
    there.hangs_up()
    leg.is_gone()
    assert reasons(pbx) == ["completed"]
    assert jane.status == "wrap-up"
    assert pbx.names("call.") == ["call.new", "call.connected", "call.ended"]
    assert pbx.names("agent.").count("agent.call_assigned") == 1


@pytest.mark.parametrize("destination", ["1002", "2000"])
def test_an_originate_to_a_known_extension_is_internal(destination: str) -> None:
    pbx = Pbx()
    pbx.roster(AgentProfile(id="joe", name="Joe", interface="PJSIP/joe", extension="1002"))
    pbx.queue("crisis", extension="2000")
    jane = pbx.agent("agent001", "support", "crisis")
    pbx.originates(jane, destination)
    assert next(iter(pbx.live.calls.values())).direction == "internal"


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (17, "busy"),
        (18, "no-answer"),
        (19, "no-answer"),
        (21, "rejected"),
        (1, "invalid-destination"),
        (28, "invalid-destination"),
        (3, "unreachable"),
        (20, "unreachable"),
        (27, "unreachable"),
        (0, "no-answer"),
        (16, "no-answer"),
        (26, "no-answer"),
        (34, "failed"),
        (127, "failed"),
    ],
)
def test_why_the_destination_was_not_reached_is_said_by_its_cause(cause: int, reason: str) -> None:
    pbx, leg, there = ringing_out()
    there.is_gone(cause)
    leg.is_gone(16)
    assert reasons(pbx) == [reason]


def test_an_extension_that_the_dialplan_lacks_fails() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = pbx.first_leg(jane, pbx.originates(jane, "5550001")).is_up()
    leg.is_gone(3)
    assert reasons(pbx) == ["unreachable"]


def test_a_cause_of_zero_after_another_says_nothing_new() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = pbx.first_leg(jane, pbx.originates(jane, "5550001")).is_up()
    one, two = pbx.local("x@y", of=leg)
    one.is_gone(34)
    two.is_gone(0)
    leg.is_gone(0)
    assert reasons(pbx) == ["failed"]


def test_an_agent_who_does_not_answer_is_the_reason() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = pbx.first_leg(jane, pbx.originates(jane, "5550001")).rings()
    pbx.passes(20)
    leg.is_gone(19)
    pbx.say(response(pbx, leg.chan.uniqueid, leg.chan.uniqueid))
    assert reasons(pbx) == ["agent-did-not-answer"]
    assert jane.status == "available"


def test_an_originate_without_a_channel_is_unreachable() -> None:
    pbx = Pbx()
    channel_id = pbx.originates(pbx.agent("agent001", "support"), "5550001")
    pbx.say(response(pbx, channel_id, ""))
    assert reasons(pbx) == ["unreachable"]
    assert pbx.live.calls == {}


def test_a_success_that_is_told_changes_nothing() -> None:
    pbx = Pbx()
    channel_id = pbx.originates(pbx.agent("agent001", "support"), "5550001")
    assert pbx.say(response(pbx, channel_id, channel_id, success=True)) == []


def test_a_failure_that_names_a_living_calls_channel_does_not_end_it() -> None:
    pbx, leg, _ = ringing_out()
    pbx.say(response(pbx, "somebody-elses", leg.chan.uniqueid))
    pbx.say(response(pbx, leg.chan.uniqueid, leg.chan.uniqueid))
    assert not leg.call.is_over


@pytest.mark.parametrize("reason", [EndReason.EXPIRED, EndReason.FAILED])
def test_an_originate_that_was_refused_ends_for_that_reason(reason: EndReason) -> None:
    pbx = Pbx()
    channel_id = pbx.originates(pbx.agent("agent001", "support"), "5550001")
    pbx.say(inputs.OriginateRefused(at=pbx.now, channel_id=channel_id, reason=reason))
    assert reasons(pbx) == [str(reason)]
    pbx.say(inputs.OriginateRefused(at=pbx.now, channel_id=channel_id, reason=reason))
    assert len(reasons(pbx)) == 1


def test_an_originate_of_which_nothing_is_heard_fails_at_its_deadline() -> None:
    pbx = Pbx()
    pbx.originates(pbx.agent("agent001", "support"), "5550001", deadline_s=10)
    pbx.passes(9)
    assert reasons(pbx) == []
    pbx.passes(1)
    assert reasons(pbx) == ["failed"]


def test_while_the_link_is_lost_no_deadline_passes() -> None:
    pbx = Pbx()
    pbx.originates(pbx.agent("agent001", "support"), "5550001", deadline_s=10)
    pbx.say(ami.LinkLost(at=pbx.now))
    pbx.passes(20)
    assert reasons(pbx) == []
    pbx.is_asked()
    assert reasons(pbx) == ["lost-link"]


def lost_on_its_way(pbx: Pbx) -> str:
    """The link was lost just after an originate was sent; Asterisk, asked again, knows nothing."""
    channel_id = pbx.originates(pbx.agent("agent001", "support"), "5550001")
    pbx.say(inputs.OriginateSent(at=pbx.now, channel_id=channel_id))
    pbx.say(ami.LinkLost(at=pbx.now))
    pbx.passes(2)
    pbx.is_asked()
    return channel_id


def test_an_originate_that_asterisk_takes_up_after_the_link_was_lost_is_one_call() -> None:
    pbx = Pbx()
    channel_id = lost_on_its_way(pbx)
    pbx.passes(9)
    leg = pbx.first_leg(pbx.agent("agent001", "support"), channel_id).rings().is_up()
    pbx.passes(5)
    leg.is_gone()
    assert pbx.names("call.") == ["call.new", "call.ended"]
    assert reasons(pbx) != ["lost-link"]


def test_an_originate_that_was_lost_on_its_way_ends_with_the_link_after_a_while() -> None:
    pbx = Pbx()
    lost_on_its_way(pbx)
    pbx.passes(9)
    assert reasons(pbx) == []
    pbx.passes(1)
    assert reasons(pbx) == ["lost-link"]
    (call,) = pbx.live.ended.values()
    assert call.gap


def test_word_of_an_originate_that_is_over_changes_nothing() -> None:
    pbx = Pbx()
    assert pbx.say(inputs.OriginateSent(at=pbx.now, channel_id="mhud-1")) == []


def test_a_snapshot_leaves_an_originate_its_time() -> None:
    pbx = Pbx()
    pbx.originates(pbx.agent("agent001", "support"), "5550001")
    pbx.is_asked()
    assert reasons(pbx) == []


def test_an_id_that_is_in_use_is_not_opened_twice() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    channel_id = pbx.originates(jane, "5550001")
    request = inputs.OriginateRequested(
        at=pbx.now,
        channel_id=channel_id,
        agent_id="agent001",
        destination="666",
        caller_id=None,
        deadline_s=40,
    )
    assert pbx.say(request) == []
    leg = pbx.first_leg(jane, channel_id).is_up()
    leg.is_gone()
    assert pbx.say(request) == []
    assert leg.call.destination == "5550001"


def test_two_originates_on_one_phone_are_two_calls() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    one = pbx.first_leg(jane, pbx.originates(jane, "1")).is_up()
    two = pbx.first_leg(jane, pbx.originates(jane, "2")).rings()
    assert jane.agent.call_id == one.call.id
    assert jane.agent.ringing_call_id == two.call.id
    one.is_gone()
    two.is_gone()
    assert len(reasons(pbx)) == 2


def test_an_originate_into_a_queue_ends_as_its_stay_there() -> None:
    pbx, leg, there = ringing_out()
    there.is_gone()
    leg.joins("crisis").is_dropped_by_queue().exits("TIMEOUT").is_gone()
    assert reasons(pbx) == ["timeout"]


def test_an_originate_keeps_its_agent_while_a_queue_looks_for_another() -> None:
    _, leg, there = ringing_out()
    leg.talks_with(there.is_up())
    there.is_gone()
    leg.leaves_bridge().joins("crisis")
    assert leg.call.agent_id == "agent001"


def test_a_talk_that_another_agent_takes_over_is_his() -> None:
    pbx, leg, there = ringing_out()
    joe = pbx.agent("agent002", "support")
    there.is_up().talks_with(leg)
    bridge = there.bridge or ""
    leg.is_gone()
    joe.is_dialed_by(there).is_up().enters(bridge)
    assert leg.call.agent_id == "agent002"
    assert leg.call.transfers == 1
