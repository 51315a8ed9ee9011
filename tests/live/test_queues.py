"""Who waits, how each stay ended, and what a queue tells of itself."""

from __future__ import annotations

import pytest

from mhud.ami import messages as ami
from mhud.live import events, inputs
from mhud.live.model import EndReason, Outcome, QueueProfile
from tests.legs import DOWN, Leg
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


def test_a_lost_leave_does_not_let_somebody_wait_in_two_queues() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.lines["support"].remove(caller)
    caller.joins("crisis")
    assert [entry.uniqueid for entry in pbx.line("support").waiting] == []
    assert [entry.uniqueid for entry in pbx.line("crisis").waiting] == [caller.chan.uniqueid]


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


def test_who_may_not_join_was_not_presented() -> None:
    pbx = Pbx()
    pbx.caller().exits("FULL", "support").is_gone()
    assert pbx.figures("support").sla.presented == 0


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
    pbx.say(events_of_user(pbx, caller.chan, name, fields))
    assert caller.call.visits[-1].outcome is None


def events_of_user(pbx: Pbx, chan: ami.Chan | None, name: str, fields: dict[str, str]) -> ami.Event:
    return ami.UserEvent(at=pbx.now, name=name, chan=chan, fields=fields)


def test_a_word_of_the_dialplan_without_a_channel_says_nothing() -> None:
    pbx = Pbx()
    fields = {"Status": "TIMEOUT", "Queue": "support"}
    assert pbx.say(events_of_user(pbx, None, "QueueExit", fields)) == []


def test_callers_stand_in_asterisks_order() -> None:
    pbx = Pbx()
    one = pbx.caller().joins("support")
    two = pbx.caller().joins("support")
    urgent = pbx.caller().joins("support", position=1)
    waiting = [entry.uniqueid for entry in pbx.line("support").waiting]
    assert waiting == [leg.chan.uniqueid for leg in (urgent, one, two)]


def test_a_join_that_is_told_twice_is_one() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.say(ami.QueueCallerJoin(at=pbx.now, chan=caller.chan, queue="support", position=1))
    assert len(pbx.line("support").waiting) == 1
    assert pbx.names("call.") == ["call.new", "call.queued"]


def test_a_leave_of_another_queue_leaves_this_stay_open() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.say(ami.QueueCallerLeave(at=pbx.now, chan=caller.chan, queue="crisis"))
    assert caller.call.visits[-1].left_at is None
    assert len(pbx.line("support").waiting) == 1


def test_the_last_one_gone_leaves_an_empty_queue() -> None:
    pbx = Pbx()
    one = pbx.caller().joins("support")
    two = pbx.caller().joins("support")
    one.gives_up()
    assert pbx.names("queue.") == []
    two.gives_up()
    assert pbx.names("queue.") == ["queue.empty"]
    assert pbx.line("support").waiting == ()


def test_a_caller_whose_channel_dies_waits_no_more() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_gone()
    assert pbx.line("support").waiting == ()
    assert pbx.names("queue.") == ["queue.empty"]
    assert reason(pbx) == "abandoned"


def test_longest_wait_is_of_the_oldest_not_of_the_first() -> None:
    pbx = Pbx()
    pbx.caller().joins("support")
    pbx.passes(10)
    pbx.caller().joins("support", position=1)
    pbx.passes(5)
    assert pbx.line("support").longest_wait_s(pbx.now) == 15


# ---- service level, thresholds


def test_a_waiting_caller_breaches_the_service_level_once() -> None:
    pbx = Pbx()
    pbx.queue("support", service_level_s=10)
    caller = pbx.caller().joins("support")
    pbx.passes(10)
    assert pbx.names("queue.") == []
    pbx.passes(1)
    pbx.passes(30)
    (breach,) = pbx.all_told(events.QueueSlaBreach)
    assert (breach.queue.id, breach.call.id, breach.wait_s) == ("support", caller.call.id, 11)


def test_each_caller_breaches_for_himself_and_again_in_another_queue() -> None:
    pbx = Pbx()
    one = pbx.caller().joins("support")
    pbx.passes(1)
    pbx.caller().joins("support")
    pbx.passes(25)
    assert len(pbx.all_told(events.QueueSlaBreach)) == 2
    one.is_dropped_by_queue().joins("crisis")
    pbx.passes(21)
    assert len(pbx.all_told(events.QueueSlaBreach)) == 3


def test_the_service_level_is_ours_then_asterisks_then_twenty() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    assert pbx.line("support").service_level_s == 20
    now = ami.QueueNow(name="support", strategy="ringall", max_callers=7, service_level_s=33)
    members = tuple(pbx.phones[0].members.values())
    pbx.say(ami.Snapshot(at=pbx.now, queues=(now,), members=members))
    assert pbx.line("support").service_level_s == 33
    assert (pbx.line("support").strategy, pbx.line("support").max_callers) == ("ringall", 7)
    pbx.queue("support", service_level_s=44, name="Support line")
    assert pbx.line("support").service_level_s == 44
    assert pbx.line("support").name == "Support line"


def test_too_many_waiting_is_told_once_until_it_is_eighty_percent() -> None:
    pbx = Pbx()
    pbx.queue("support", max_waiting=5)
    callers = [pbx.caller().joins("support") for _ in range(5)]
    assert pbx.names("queue.") == []
    callers.append(pbx.caller().joins("support"))
    (exceeded,) = pbx.all_told(events.QueueThresholdExceeded)
    assert (exceeded.threshold, exceeded.value, exceeded.limit) == ("calls_waiting", 6, 5)
    callers.pop().gives_up()  # five: over 80 %
    callers.append(pbx.caller().joins("support"))
    assert len(pbx.all_told(events.QueueThresholdExceeded)) == 1
    callers.pop().gives_up()
    callers.pop().gives_up()  # four: armed again
    callers += [pbx.caller().joins("support") for _ in range(2)]
    assert len(pbx.all_told(events.QueueThresholdExceeded)) == 2


def test_too_long_a_wait_is_told_once_until_it_is_eighty_percent() -> None:
    pbx = Pbx()
    pbx.queue("support", max_longest_wait_s=100)
    first = pbx.caller().joins("support")
    pbx.passes(15)
    second = pbx.caller().joins("support")
    pbx.passes(86)
    (exceeded,) = pbx.all_told(events.QueueThresholdExceeded)
    assert (exceeded.threshold, exceeded.value, exceeded.limit) == ("longest_wait_time", 101, 100)
    first.gives_up()  # the next one waits for 86 s: over 80 %
    pbx.passes(20)
    assert len(pbx.all_told(events.QueueThresholdExceeded)) == 1
    second.gives_up()
    pbx.caller().joins("support")
    pbx.passes(101)
    assert len(pbx.all_told(events.QueueThresholdExceeded)) == 2


def test_the_version_grows_with_what_a_reader_can_see() -> None:
    pbx = Pbx()
    pbx.queue("support", max_waiting=0)
    before = pbx.live.version
    pbx.passes(5)
    assert pbx.live.version == before
    pbx.caller().joins("support")
    assert pbx.live.version > before


def test_a_changed_queue_is_announced_if_it_is_known() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    profiles = (QueueProfile(id="support", name="New"), QueueProfile(id="other"))
    told = pbx.say(
        inputs.QueuesConfigured(at=pbx.now, profiles=profiles, changed=("support", "other"))
    )
    assert [event.type for event in told] == ["queue.config_changed"]
    assert pbx.line("support").name == "New"


def test_a_queue_remembers_what_was_configured_before_it_was_seen() -> None:
    pbx = Pbx()
    pbx.queue("support", extension="2000", wrap_up_s=3)
    pbx.agent("agent001", "support")
    assert pbx.line("support").profile.wrap_up_s == 3
    assert pbx.live.queue_by_extension("2000") == "support"
    assert pbx.live.queue_by_extension("support") == "support"
    assert pbx.live.queue_by_extension("") is None


def test_only_agents_who_could_take_a_call_are_available() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    pbx.agent("agent002", "support", "crisis").pauses("x", "support")
    pbx.agent("agent003", "support").pauses("break")
    busy = pbx.agent("agent004", "support")
    busy.takes(pbx.caller().joins("support"))
    assert pbx.live.available_agents("support") == 1
    assert pbx.live.available_agents("crisis") == 1


def test_a_talk_without_a_word_of_the_queue_is_an_answer() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    pbx.passes(3)
    leg = jane.is_rung_for(caller).is_up()
    caller.leaves_queue().talks_with(leg)
    (visit,) = caller.call.visits
    assert (visit.outcome, visit.agent_id, visit.wait_s) == (Outcome.ANSWERED, "agent001", 3)


def test_an_agent_connect_whose_leave_was_lost_ends_the_wait() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    leg = jane.is_rung_for(caller).is_up()
    pbx.say(
        ami.AgentConnect(
            at=pbx.now,
            chan=caller.chan,
            queue="support",
            interface=jane.interface,
            dest=None,
            hold_time_s=0,
            ring_time_s=0,
        )
    )
    assert pbx.line("support").waiting == ()
    assert caller.call.visits[-1].outcome is Outcome.ANSWERED
    assert leg.call is not None


def test_a_queue_call_that_talked_is_completed_whoever_hangs_up() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    for first in ("caller", "agent"):
        caller = pbx.caller().joins("support")
        leg = jane.takes(caller)
        for end in (caller, leg) if first == "caller" else (leg, caller):
            end.hangs_up()
        assert caller.call.end_reason is EndReason.COMPLETED


def test_an_agent_connect_of_who_was_never_seen_to_join_makes_no_stay() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller()
    caller.queue = "support"
    more = {"hold_time_s": 0, "ring_time_s": 0}
    pbx.say(jane.about(ami.AgentConnect, caller, pbx.dialed(caller), **more))
    assert caller.call.visits == ()


def test_a_completion_of_a_call_that_was_never_seen_makes_no_call() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    leg = jane.takes(caller)
    more = {"hold_time_s": 0, "talk_time_s": 0, "reason": "agent"}
    pbx.say(jane.about(ami.AgentComplete, caller, leg, **more))
    assert len(pbx.live.calls) == 1
    pbx.live = type(pbx.live)()
    assert pbx.live.apply(jane.about(ami.AgentComplete, caller, leg, **more)) == []


def test_what_asterisk_read_again_of_a_queue_is_seen() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    now = ami.QueueNow(name="support", strategy="random", max_callers=3, service_level_s=12)
    pbx.say(inputs.QueuesConfigured(at=pbx.now, profiles=(), seen=(now,)))
    queue = pbx.line("support")
    assert (queue.strategy, queue.max_callers, queue.service_level_s) == ("random", 3, 12)
    assert len(queue.members) == 1


def test_a_line_that_grows_shorter_is_a_new_version_whatever_its_calls_do() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    waiting = Leg(pbx, "PJSIP/trunk", DOWN, of=caller).joins("support")
    before, call = pbx.live.version, caller.call
    waiting.is_gone()
    assert caller.call == call
    assert pbx.live.version > before


def test_who_left_the_line_waits_no_more_even_before_he_talks() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    pbx.passes(3)
    leg = jane.is_rung_for(caller).is_up()
    caller.leaves_queue()
    assert caller.call.status == "ivr"
    pbx.passes(1)
    caller.talks_with(leg)
    assert (caller.call.queue_wait_s, caller.call.wait_time_s) == (3, 4)
