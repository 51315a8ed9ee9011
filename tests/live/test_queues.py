"""Who waits, in which order, and what a queue tells of itself."""

from __future__ import annotations

from mhud.ami import messages as ami
from mhud.live import inputs
from mhud.live.model import EndReason, Outcome, QueueProfile
from tests.scenario import Pbx


def test_a_lost_leave_does_not_let_somebody_wait_in_two_queues() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.lines["support"].remove(caller)
    caller.joins("crisis")
    assert [entry.uniqueid for entry in pbx.line("support").waiting] == []
    assert [entry.uniqueid for entry in pbx.line("crisis").waiting] == [caller.chan.uniqueid]


def test_who_may_not_join_was_not_presented() -> None:
    pbx = Pbx()
    pbx.caller().exits("FULL", "support").is_gone()
    assert pbx.figures("support").sla.presented == 0


def test_a_word_of_the_dialplan_without_a_channel_says_nothing() -> None:
    pbx = Pbx()
    fields = {"Status": "TIMEOUT", "Queue": "support"}
    assert pbx.say(ami.UserEvent(at=pbx.now, name="QueueExit", chan=None, fields=fields)) == []


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


def test_longest_wait_is_of_the_oldest_not_of_the_first() -> None:
    pbx = Pbx()
    pbx.caller().joins("support")
    pbx.passes(10)
    pbx.caller().joins("support", position=1)
    pbx.passes(5)
    assert pbx.line("support").longest_wait_s(pbx.now) == 15


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
