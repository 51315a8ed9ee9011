"""Who talks to whom: holds, consultations, parties that come and go."""

from __future__ import annotations

import pytest

from mhud.ami import messages as ami
from mhud.live.model import Channel, EndReason
from mhud.live.talk import UP, circles
from tests.fake_clock import START
from tests.scenario import Pbx, a_question_to_a_queue, a_talk, asks_a_queue, connected_to


def test_hold_and_resume_are_told_and_their_seconds_added() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.holds()
    assert caller.call.status == "on-hold"
    pbx.passes(10)
    leg.resumes()
    assert (caller.call.status, caller.call.hold_s) == ("in-progress", 10.0)
    caller.holds()
    pbx.passes(5)
    leg.is_gone()
    caller.is_gone()
    assert caller.call.hold_s == 15.0
    told = ["call.held", "call.resumed", "call.held", "call.ended"]  # nobody took it up again
    assert pbx.names("call.")[-4:] == told


def test_hold_in_the_last_bridge_counts_to_the_end() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.holds()
    pbx.passes(5)
    pbx.live.apply(ami.LinkLost(at=pbx.now))
    pbx.legs.clear()
    pbx.lines.clear()
    pbx.is_asked()
    assert caller.call.hold_s == 5.0
    assert caller.call.held_since is None


def test_a_stray_unhold_says_nothing() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.resumes()
    assert "call.resumed" not in pbx.names()
    assert caller.call.status == "in-progress"


def test_hold_without_a_talk_is_none() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support").holds()
    assert caller.call.status == "queued"
    assert "call.held" not in pbx.names()


def test_music_between_two_bridges_is_still_the_talk() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.leaves_bridge()
    caller.leaves_bridge()
    assert caller.call.status == "in-progress"
    leg.talks_with(caller)
    assert connected_to(pbx) == ["agent001"]


def test_a_consultation_in_the_same_call_holds_the_caller() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.leaves_bridge()
    other = pbx.dialed(leg).is_up()
    leg.talks_with(other)
    assert caller.call.status == "on-hold"
    other.is_gone()
    leg.leaves_bridge().enters(caller.bridge or "")
    assert caller.call.status == "in-progress"
    assert connected_to(pbx) == ["agent001"]
    assert pbx.names("call.")[-2:] == ["call.held", "call.resumed"]


def test_a_party_that_talks_on_is_the_same_talk() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    there = pbx.dialed(caller, name="PJSIP/office").is_up()
    caller.talks_with(there)
    third = pbx.dialed(caller, name="PJSIP/third").is_up().enters(caller.bridge or "")
    assert len(caller.call.talks) == 1
    there.is_gone()
    assert len(caller.call.talks) == 2
    third.is_gone()
    assert caller.call.status == "ivr"
    assert connected_to(pbx) == [None, None]


def test_a_hold_of_half_a_second_is_half_a_second() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.holds()
    pbx.passes(0.5)
    leg.resumes()
    assert caller.call.hold_s == 0.5


def test_circles_that_a_local_channel_joins_are_one() -> None:
    def channel(name: str, bridge: str) -> Channel:
        return Channel(
            uniqueid=name,
            linkedid="1",
            name=name,
            state=UP,
            created_at=START,
            dialed=False,
            bridge_id=bridge,
        )

    two, three = (channel("PJSIP/a-1", "x"), channel("PJSIP/b-1", "x")), channel("PJSIP/c-1", "y")
    halves = (channel("Local/1@a-1;1", "x"), channel("Local/1@a-1;2", "y"))
    (circle,) = circles([*two, three, *halves])
    assert set(circle.parties) == {*two, three}
    assert len(circle.channels) == 5


def test_a_caller_who_hangs_up_while_a_queue_is_asked_for_him_has_talked_until_then() -> None:
    pbx = Pbx()
    caller, leg, one, two = a_question_to_a_queue(pbx)
    pbx.passes(3)
    caller.hangs_up()
    hung_up = pbx.now
    pbx.passes(3)
    assert caller.call.talks[-1].ended_at == hung_up
    assert (caller.call.status, caller.call.agent_id) == ("in-progress", "agent001")
    assert "call.resumed" not in pbx.names(), "he was on hold until the end"
    leg.is_gone()
    one.is_gone()
    two.gives_up()
    assert (caller.call.end_reason, caller.call.agent_id) == (EndReason.COMPLETED, "agent001")
    assert (caller.call.queue_id, caller.call.hold_s) == ("crisis", 3.0)
    assert pbx.figures("support").abandoned_today == 0


def test_what_colleagues_say_after_the_caller_has_hung_up_is_no_talk_of_his() -> None:
    pbx = Pbx()
    joe = pbx.agent("agent002", "support")
    caller, leg, one, two = a_question_to_a_queue(pbx)
    caller.hangs_up()
    one.is_up()
    other = joe.takes(two.is_up())
    assert connected_to(pbx) == ["agent001"]
    assert (caller.call.status, joe.status) == ("in-progress", "on-call")
    assert len(caller.call.talks) == 1
    for gone in (leg, one, two, other):
        gone.is_gone()
    assert (caller.call.end_reason, caller.call.agent_id) == (EndReason.COMPLETED, "agent001")


def test_a_callee_who_hangs_up_while_a_queue_is_asked_for_him_has_talked_until_then() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "crisis")
    first = pbx.first_leg(jane, pbx.originates(jane, "+254711")).is_up()
    callee = pbx.dialed(first).is_up().talks_with(first)
    one, two = asks_a_queue(pbx, first, first)
    pbx.passes(3)
    callee.hangs_up()
    hung_up = pbx.now
    pbx.passes(3)
    two.gives_up()
    one.is_gone()
    first.is_gone()
    assert first.call.talks[-1].ended_at == hung_up
    assert (first.call.end_reason, first.call.agent_id) == (EndReason.COMPLETED, "agent001")


def test_a_queue_that_is_left_to_a_caller_and_then_given_up_was_abandoned() -> None:
    pbx = Pbx()
    caller, leg, one, two = a_question_to_a_queue(pbx)
    leg.leaves_bridge()
    one.leaves_bridge()
    one.enters(caller.bridge or "")
    leg.is_gone()
    caller.hangs_up()
    one.is_gone()
    two.gives_up()
    assert caller.call.end_reason is EndReason.ABANDONED
    assert pbx.figures("support").abandoned_today == 1


def test_who_is_alone_in_a_call_talks_with_nobody_though_his_phone_is_still_there() -> None:
    """A colleague was asked, and his phone then sent to an application: he listens by ChanSpy."""
    pbx = Pbx()
    jane, joe = pbx.agent("agent001"), pbx.agent("agent002", "support")
    asker = jane.dials("2000").is_up().joins("support")
    other = joe.takes(asker)
    pbx.passes(2)
    other.leaves_bridge()
    asker.is_gone()
    left = pbx.now
    pbx.passes(10)
    other.is_gone()
    assert asker.call.talks[-1].ended_at == left


@pytest.mark.parametrize("taken", [True, False])
def test_a_question_of_an_agent_who_is_gone_takes_no_caller_out_of_his_queue(taken: bool) -> None:
    """Asterisk acts on keys as the phone sends the caller on: the question goes on alone."""
    pbx = Pbx()
    joe = pbx.agent("agent002", "support")
    caller, leg = a_talk(pbx, pbx.agent("agent001", "crisis"), "crisis")
    leg.is_gone()
    caller.leaves_bridge()
    caller.joins("urgent")
    one, two = pbx.local("1@consult", of=caller)
    one.enters("ghost")
    two.joins("support")
    if taken:
        other = joe.takes(two.is_up())
        assert (caller.call.status, caller.call.queue_id) == ("queued", "urgent")
        other.is_gone()
        two.is_gone()
    else:
        two.gives_up()
    one.is_gone()
    assert (caller.call.status, caller.call.queue_id) == ("queued", "urgent")
    pbx.passes(9)
    caller.gives_up()
    assert caller.call.end_reason is EndReason.ABANDONED
    assert pbx.figures("urgent").abandoned_today == 1


def test_a_colleague_who_is_left_in_a_call_and_sent_to_a_queue_waits_there() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "crisis"), "crisis")
    caller.hangs_up()
    leg.joins("support")
    assert (caller.call.status, caller.call.queue_id) == ("queued", "support")


def test_who_hangs_up_in_a_talk_gave_up_no_queue_though_his_agents_phone_goes_first() -> None:
    pbx = Pbx()
    caller, leg, one, two = a_question_to_a_queue(pbx)
    leg.leaves_bridge()
    pbx.passes(4)
    caller.is_told_to_stop()
    leg.is_gone()
    caller.is_gone()
    one.is_gone()
    two.gives_up()
    assert caller.call.end_reason is EndReason.COMPLETED
    assert pbx.figures("support").abandoned_today == 0
