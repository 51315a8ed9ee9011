"""What the state tells of calls that nobody saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mhud.live import inputs
from mhud.live.events import CallCorrected, CallEnded, CallStarted
from mhud.live.model import Call, CallStatus, Direction, EndReason, Outcome, Visit
from tests.fake_clock import START
from tests.scenario import Pbx


def unseen(
    ident: str = "call-c.1", minutes: float = 5, outcome: Outcome = Outcome.ABANDONED
) -> Call:
    """A caller gave up the queue support, some minutes ago."""
    began = START - timedelta(minutes=minutes)
    left = began + timedelta(seconds=30)
    visit = Visit(queue_id="support", joined_at=began, left_at=left, outcome=outcome)
    return Call(
        id=ident,
        linkedids=(ident.removeprefix("call-"),),
        direction=Direction.INBOUND,
        status=CallStatus.ENDED,
        start_time=began,
        end_time=left,
        end_reason=EndReason.ABANDONED,
        visits=(visit,),
        backfilled=True,
    )


def a_pbx() -> Pbx:
    """With the queue support, which has had its first caller."""
    pbx = Pbx()
    pbx.passes(1)
    pbx.caller().joins("support").hangs_up()
    pbx.told.clear()
    return pbx


def test_a_call_that_nobody_saw_is_told_from_its_beginning_to_its_end() -> None:
    pbx, call = a_pbx(), unseen()
    told = pbx.say(inputs.CallFound(at=pbx.now, call=call))
    assert told == [
        CallStarted(at=call.start_time, call=call),
        CallEnded(at=START - timedelta(minutes=4.5), call=call),
    ]
    assert pbx.live.call(call.id) == call
    assert pbx.figures("support").abandoned_today == 2


def test_a_call_that_goes_on_is_not_told_as_over() -> None:
    pbx = a_pbx()
    caller = pbx.caller()
    assert pbx.say(inputs.CallFound(at=pbx.now, call=unseen(caller.call.id))) == []
    assert not caller.call.is_over


def test_a_call_whose_end_was_missed_is_corrected_and_counted() -> None:
    pbx, call = a_pbx(), unseen()
    unknown = replace(call.visits[0], outcome=Outcome.UNKNOWN)
    before = replace(call, backfilled=False, end_reason=EndReason.LOST_LINK, visits=(unknown,))
    told = pbx.say(inputs.CallFound(at=pbx.now, call=call, before=before))
    assert [type(event) for event in told] == [CallCorrected]
    assert pbx.figures("support").abandoned_today == 2


def test_what_was_counted_before_is_not_counted_again() -> None:
    pbx, call = a_pbx(), unseen()
    pbx.say(inputs.CallFound(at=pbx.now, call=call, before=replace(call, backfilled=False)))
    assert pbx.figures("support").abandoned_today == 1


def test_what_was_yesterday_or_never_waited_is_not_of_today() -> None:
    pbx = a_pbx()
    yesterday = unseen("call-c.1", minutes=24 * 60)
    full = unseen("call-c.2")
    turned_away = replace(full.visits[0], left_at=full.visits[0].joined_at, outcome=Outcome.FULL)
    elsewhere = replace(full.visits[0], queue_id="gone")
    for call in (
        yesterday,
        replace(full, visits=(turned_away,)),
        replace(full, id="call-c.3", visits=(elsewhere,)),
    ):
        pbx.say(inputs.CallFound(at=pbx.now, call=call))
    assert pbx.figures("support").sla.presented == 1


def test_a_call_without_an_end_ends_when_it_is_told() -> None:
    pbx, call = a_pbx(), replace(unseen(), end_time=None)
    assert pbx.say(inputs.CallFound(at=pbx.now, call=call))[-1].at == pbx.now
    assert pbx.say(inputs.CallFound(at=pbx.now, call=call, before=call))[-1].at == pbx.now
