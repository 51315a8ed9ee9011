"""How each stay in a queue ended."""

from __future__ import annotations

import pytest

from mhud.ami import messages as ami
from mhud.live import events
from mhud.live.model import Outcome
from tests.legs import UP, Leg
from tests.scenario import Pbx


def outcomes(pbx: Pbx) -> list[str]:
    """Of the last call that ended."""
    visits = pbx.all_told(events.CallEnded)[-1].call.visits
    return [str(visit.outcome) for visit in visits]


def reason(pbx: Pbx) -> str:
    return str(pbx.all_told(events.CallEnded)[-1].call.end_reason)


def test_a_caller_who_gives_up_is_abandoned() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.passes(7)
    caller.gives_up()
    assert (reason(pbx), outcomes(pbx)) == ("abandoned", ["abandoned"])
    assert caller.call.queue_wait_s == 7
    assert pbx.figures("support").abandoned_today == 1


def test_a_timeout_is_what_the_dialplan_says_it_is() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_dropped_by_queue().exits("TIMEOUT").is_gone()
    assert (reason(pbx), outcomes(pbx)) == ("timeout", ["timeout"])


def test_the_dialplans_word_wins_over_the_callers_hangup_after_it() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_dropped_by_queue().exits("TIMEOUT").hangs_up()
    assert (reason(pbx), outcomes(pbx)) == ("timeout", ["timeout"])


def test_without_the_dialplans_word_a_hangup_after_the_longest_wait_is_a_timeout() -> None:
    pbx = Pbx()
    pbx.queue("support", timeout_s=30)
    caller = pbx.caller().joins("support")
    pbx.passes(29)
    caller.is_dropped_by_queue().is_gone()
    assert (reason(pbx), outcomes(pbx)) == ("timeout", ["timeout"])


def test_a_hangup_before_the_longest_wait_is_abandoned() -> None:
    pbx = Pbx()
    pbx.queue("support", timeout_s=30)
    caller = pbx.caller().joins("support")
    pbx.passes(28)
    caller.is_dropped_by_queue().is_gone()
    assert (reason(pbx), outcomes(pbx)) == ("abandoned", ["abandoned"])


def test_who_hangs_up_himself_at_the_longest_wait_is_abandoned() -> None:
    pbx = Pbx()
    pbx.queue("support", timeout_s=30)
    caller = pbx.caller().joins("support")
    pbx.passes(30)
    caller.gives_up()
    assert (reason(pbx), outcomes(pbx)) == ("abandoned", ["abandoned"])


def test_who_hangs_up_when_the_longest_wait_is_just_over_has_waited_it_out() -> None:
    """As queue_log says: Asterisk had dropped him from the queue before he hung up."""
    pbx = Pbx()
    pbx.queue("support", timeout_s=30)
    caller = pbx.caller().joins("support")
    pbx.passes(30)
    caller.is_dropped_by_queue().hangs_up()
    assert (reason(pbx), outcomes(pbx)) == ("timeout", ["timeout"])


def test_without_a_longest_wait_nothing_is_a_timeout() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.passes(900, step=60)
    caller.is_dropped_by_queue().is_gone()
    assert outcomes(pbx) == ["abandoned"]


def test_a_caller_who_is_still_there_two_seconds_later_was_sent_on() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_dropped_by_queue()
    pbx.passes(1)
    assert caller.call.visits[-1].outcome is None
    pbx.passes(1)
    assert caller.call.visits[-1].outcome is Outcome.LEFT
    assert caller.call.status == "ivr"


def test_a_caller_who_is_still_there_after_the_longest_wait_timed_out() -> None:
    pbx = Pbx()
    pbx.queue("support", timeout_s=30)
    caller = pbx.caller().joins("support")
    pbx.passes(30)
    caller.is_dropped_by_queue()
    pbx.passes(3)
    assert caller.call.visits[-1].outcome is Outcome.TIMEOUT
    caller.hangs_up()
    assert reason(pbx) == "timeout"


def test_a_redirect_into_another_queue_is_a_stay_left_and_a_new_one() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.passes(5)
    caller.is_dropped_by_queue().joins("crisis")
    pbx.passes(4)
    caller.gives_up()
    assert outcomes(pbx) == ["left", "abandoned"]
    assert caller.call.queue_wait_s == 9
    assert caller.call.queue_id == "crisis"
    assert pbx.names("call.") == ["call.new", "call.queued", "call.queued", "call.ended"]
    assert pbx.figures("support").abandoned_today == 0
    assert pbx.figures("support").sla.presented == 1


@pytest.mark.parametrize("status", ["CONTINUE", "WITHDRAW"])
def test_who_is_sent_on_by_the_dialplan_left(status: str) -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_dropped_by_queue().exits(status)
    assert caller.call.visits[-1].outcome is Outcome.LEFT


@pytest.mark.parametrize("status", ["LEAVEEMPTY", "LEAVEUNAVAIL"])
def test_who_is_sent_away_because_the_agents_left_is_rejected(status: str) -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_dropped_by_queue().exits(status).is_gone()
    assert (reason(pbx), outcomes(pbx)) == ("rejected", ["empty"])


@pytest.mark.parametrize(
    ("status", "outcome"), [("FULL", "full"), ("JOINEMPTY", "empty"), ("JOINUNAVAIL", "empty")]
)
def test_who_may_not_join_has_a_stay_of_no_length(status: str, outcome: str) -> None:
    pbx = Pbx()
    caller = pbx.caller().exits(status, "support")
    caller.is_gone()
    assert (reason(pbx), outcomes(pbx)) == ("rejected", [outcome])
    assert caller.call.queue_wait_s == 0
    assert caller.call.queue_id == "support"
    assert pbx.names() == ["pbx.connected", "call.new", "call.ended"]


def test_who_calls_while_it_is_closed_is_rejected_and_in_no_figure() -> None:
    pbx = Pbx()
    caller = pbx.caller().exits("CLOSED", "support")
    caller.hangs_up()
    assert (reason(pbx), outcomes(pbx)) == ("rejected", [])
    assert "support" not in pbx.live.queues


@pytest.mark.parametrize("status", ["TIMEOUT", "FULL", "CLOSED"])
def test_who_is_sent_on_to_somebody_outside_has_a_completed_call(status: str) -> None:
    pbx = Pbx()
    caller = pbx.caller()
    if status == "TIMEOUT":
        caller.joins("support").is_dropped_by_queue()
    caller.exits(status, "support")
    outside = Leg(pbx, "PJSIP/trunk", UP, of=caller)
    caller.talks_with(outside)
    outside.hangs_up()
    caller.is_gone()
    assert reason(pbx) == "completed"


def test_an_overflow_that_is_full_too_makes_two_stays() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_dropped_by_queue().exits("TIMEOUT").exits("FULL", "crisis").is_gone()
    assert (reason(pbx), outcomes(pbx)) == ("rejected", ["timeout", "full"])


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("QueueExit", {"Status": "NONSENSE", "Queue": "support"}),
        ("QueueExit", {"Status": "TIMEOUT"}),
        ("SomethingElse", {"Status": "TIMEOUT", "Queue": "support"}),
    ],
)
def test_other_words_of_the_dialplan_decide_nothing(name: str, fields: dict[str, str]) -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_dropped_by_queue()
    pbx.say(ami.UserEvent(at=pbx.now, name=name, chan=caller.chan, fields=fields))
    assert caller.call.visits[-1].outcome is None


def test_a_caller_whose_channel_dies_waits_no_more() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_gone()
    assert pbx.line("support").waiting == ()
    assert pbx.names("queue.") == ["queue.empty"]
    assert reason(pbx) == "abandoned"
