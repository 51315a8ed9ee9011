"""Service levels that are breached, and lines that grow too long."""

from __future__ import annotations

from mhud.ami import messages as ami
from mhud.live import events
from tests.legs import DOWN, Leg
from tests.scenario import Pbx


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


def test_a_line_that_grows_shorter_is_a_new_version_whatever_its_calls_do() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    waiting = Leg(pbx, "PJSIP/trunk", DOWN, of=caller).joins("support")
    before, call = pbx.live.version, caller.call
    waiting.is_gone()
    assert caller.call == call
    assert pbx.live.version > before


def test_nobody_waits_too_long_while_the_link_is_lost() -> None:
    """He may be gone; whether he waits still is known by the next snapshot."""
    pbx = Pbx()
    pbx.queue("support", service_level_s=10, max_longest_wait_s=15)
    pbx.caller().joins("support")
    pbx.say(ami.LinkLost(at=pbx.now))
    pbx.passes(30)
    assert pbx.names("queue.") == []
    pbx.is_asked()
    pbx.passes(1)
    assert pbx.names("queue.") == ["queue.sla_breach", "queue.threshold_exceeded"]
