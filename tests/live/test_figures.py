"""The figures of a queue, against vectors computed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mhud.live.figures import RECENT_BOUND, QueueDay, SlaParts
from mhud.live.model import Outcome, SlaFormula
from tests.fake_clock import START
from tests.legs import Phone
from tests.scenario import Pbx

# of ten with a known outcome: 6 answered (4 in time), 3 gave up (1 at once), 1 timeout
TEN = SlaParts(
    SlaFormula.NEGATIVE,
    20,
    presented=10,
    answered=6,
    answered_within=4,
    abandoned=3,
    abandoned_within=1,
)


@pytest.mark.parametrize(
    ("formula", "percent"),
    [
        (SlaFormula.WITHOUT_ABANDONED, 44.4),  # 4 / (10 - 1)
        (SlaFormula.HANDLED_ONLY, 66.7),  # 4 / 6
        (SlaFormula.POSITIVE, 50.0),  # (4 + 1) / 10
        (SlaFormula.NEGATIVE, 40.0),  # 4 / 10
    ],
)
def test_each_formula_gives_the_percentage_computed_by_hand(
    formula: SlaFormula, percent: float
) -> None:
    assert replace(TEN, formula=formula).percent() == percent


@pytest.mark.parametrize("formula", list(SlaFormula))
def test_nobody_called_is_no_percentage_at_all(formula: SlaFormula) -> None:
    assert SlaParts(formula, 20).percent() is None


def test_nobody_but_callers_who_gave_up_at_once_is_no_percentage() -> None:
    parts = SlaParts(SlaFormula.WITHOUT_ABANDONED, 20, presented=2, abandoned=2, abandoned_within=2)
    assert parts.percent() is None


def test_a_wait_of_exactly_the_threshold_is_within_it() -> None:
    day = QueueDay()
    day.add(START, Outcome.ANSWERED, 20.0)
    day.add(START, Outcome.ANSWERED, 20.1)
    day.add(START, Outcome.ABANDONED, 20.0)
    day.add(START, Outcome.ABANDONED, 20.1)
    sla = day.figures(SlaFormula.NEGATIVE, 20).sla
    assert (sla.presented, sla.answered, sla.answered_within) == (4, 2, 1)
    assert (sla.abandoned, sla.abandoned_within) == (2, 1)


def test_the_average_wait_is_of_the_answered_only() -> None:
    day = QueueDay()
    day.add(START, Outcome.ANSWERED, 4.0)
    day.add(START, Outcome.ANSWERED, 9.0)
    day.add(START, Outcome.TIMEOUT, 300.0)
    assert day.figures(SlaFormula.NEGATIVE, 20).average_wait_time == 6


def test_how_stays_ended_today_is_counted_by_kind_and_begins_again_at_midnight() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    assert pbx.live.outcomes_today("support") == {}
    assert pbx.live.outcomes_today("unheard-of") == {}
    day = pbx.live.days["support"]
    for outcome in (Outcome.ABANDONED, Outcome.TIMEOUT, Outcome.ABANDONED):
        day.add(START, outcome, 5.0)
    counted = dict(pbx.live.outcomes_today("support"))
    day.begin_again()
    assert counted == {Outcome.ABANDONED: 2, Outcome.TIMEOUT: 1}
    assert pbx.live.outcomes_today("support") == {}


def test_what_is_half_an_hour_old_still_counts_and_what_is_older_does_not() -> None:
    day = QueueDay()
    day.add(START, Outcome.ABANDONED, 60.0)
    day.add(START + timedelta(minutes=5), Outcome.ANSWERED, 1.0)
    day.forget_before(START + timedelta(minutes=30))
    assert day.figures(SlaFormula.NEGATIVE, 20).sla_current == 50.0
    day.forget_before(START + timedelta(minutes=30, seconds=1))
    assert day.figures(SlaFormula.NEGATIVE, 20).sla_current == 100.0
    day.forget_before(START + timedelta(hours=1))
    assert day.figures(SlaFormula.NEGATIVE, 20).sla_current is None


def test_the_last_half_hour_is_bounded_and_the_day_is_not() -> None:
    day = QueueDay()
    for _ in range(RECENT_BOUND + 1):
        day.add(START, Outcome.ANSWERED, 1.0)
    assert len(day.recent) == RECENT_BOUND
    assert day.figures(SlaFormula.NEGATIVE, 20).handled_today == RECENT_BOUND + 1


def test_a_queue_where_nobody_called_has_no_figures() -> None:
    pbx = Pbx()
    pbx.agent("agent001", "support")
    figures = pbx.figures("support")
    assert (figures.handled_today, figures.abandoned_today) == (0, 0)
    assert figures.average_wait_time is None
    assert figures.sla_today is None
    assert figures.sla_current is None


def a_morning() -> tuple[Pbx, Phone]:
    """Answered after 5 and 30 s, gave up after 3 and 40 s, a timeout after 50 s."""
    pbx = Pbx()
    pbx.queue("support", timeout_s=50)
    jane = pbx.agent("agent001", "support")
    for wait in (5, 30):
        caller = pbx.caller().joins("support")
        pbx.passes(wait)
        jane.takes(caller).is_gone()
        caller.is_gone()
    for wait in (3, 40):
        caller = pbx.caller().joins("support")
        pbx.passes(wait)
        caller.gives_up()
    caller = pbx.caller().joins("support")
    pbx.passes(50)
    caller.is_dropped_by_queue().exits("TIMEOUT").is_gone()
    return pbx, jane


def test_a_morning_in_a_queue_is_counted() -> None:
    pbx, _ = a_morning()
    figures = pbx.figures("support")
    assert (figures.handled_today, figures.abandoned_today) == (2, 2)
    assert figures.average_wait_time == 17  # (5 + 30) / 2, floored
    assert figures.sla == SlaParts(SlaFormula.WITHOUT_ABANDONED, 20, 5, 2, 1, 2, 1)
    assert figures.sla_today == 25.0  # 1 / (5 - 1)
    assert figures.sla_current == 25.0


def test_the_formula_and_the_threshold_are_the_queues_own() -> None:
    pbx, _ = a_morning()
    pbx.queue("support", service_level_s=30, sla_formula=SlaFormula.HANDLED_ONLY)
    assert pbx.figures("support").sla_today == 100.0
    assert pbx.figures("support").sla.threshold == 30


def test_half_an_hour_later_only_the_day_remembers() -> None:
    pbx, _ = a_morning()
    pbx.passes(31 * 60, step=60)
    assert pbx.figures("support").sla_current is None
    assert pbx.figures("support").sla_today == 25.0


def test_a_caller_who_is_still_undecided_is_not_presented_yet() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    pbx.passes(5)
    caller.is_dropped_by_queue()
    assert pbx.figures("support").sla.presented == 0
    pbx.passes(2)
    assert pbx.figures("support").sla.presented == 1
    assert pbx.figures("support").abandoned_today == 0


def test_midnight_in_the_helplines_zone_begins_the_figures_again() -> None:
    pbx = Pbx(at=START.replace(hour=20, minute=58), timezone="Africa/Nairobi")  # 23:58 there
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    jane.takes(caller).is_gone()
    caller.is_gone()
    pbx.passes(60)
    assert pbx.figures("support").handled_today == 1
    assert jane.agent.day.calls == 1
    pbx.passes(60)
    assert pbx.figures("support").handled_today == 0
    assert pbx.figures("support").sla_current == 100.0
    assert jane.agent.day.calls == 0


def test_midnight_elsewhere_changes_nothing() -> None:
    pbx = Pbx(at=START.replace(hour=23, minute=59), timezone="Africa/Nairobi")
    caller = pbx.caller().joins("support")
    caller.gives_up()
    pbx.passes(120)
    assert pbx.figures("support").abandoned_today == 1


def test_an_agents_seconds_of_yesterday_are_not_todays() -> None:
    pbx = Pbx(at=START.replace(hour=23, minute=0))
    jane = pbx.agent("agent001", "support")
    pbx.passes(2 * 3600, step=60)
    jane.pauses("break")
    assert jane.agent.day.available_s == 3600


def test_a_call_that_was_taken_yesterday_is_not_handled_today() -> None:
    pbx = Pbx(at=START.replace(hour=23, minute=59, second=0))
    pbx.queue("support", wrap_up_s=0)
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    leg = jane.takes(caller)
    pbx.passes(120, step=30)
    leg.is_gone()
    assert (jane.agent.day.calls, jane.agent.day.handled_s) == (0, 0.0)


def test_the_second_half_of_a_shift_over_midnight_counts_from_midnight() -> None:
    pbx = Pbx(at=START.replace(hour=23, minute=59, second=0))
    pbx.queue("support", wrap_up_s=0)
    jane = pbx.agent("agent001", "support")
    first, second = pbx.caller().joins("support"), pbx.caller().joins("support")
    leg = jane.takes(first)
    pbx.passes(90, step=30)
    other = jane.takes(second)  # a second line: still the same stretch of handling
    leg.is_gone()
    pbx.passes(30)
    other.is_gone()
    assert (jane.agent.day.calls, jane.agent.day.handled_s) == (1, 60.0)


def test_an_agents_day_counts_calls_handling_and_readiness() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    pbx.passes(30)
    caller = pbx.caller().joins("support")
    leg = jane.takes(caller)
    pbx.passes(60)
    leg.is_gone()
    caller.is_gone()
    pbx.passes(15)
    jane.pauses("break")
    day = jane.agent.day
    assert (day.calls, day.handled_s, day.available_s) == (1, 70.0, 35.0)


def test_ringing_is_neither_readiness_nor_handling() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller().joins("support")
    leg = jane.is_rung_for(caller)
    pbx.passes(15)
    jane.lets_it_ring(caller, leg)
    jane.pauses("break")
    assert jane.agent.day.available_s == 0
    assert jane.agent.day.handled_s == 0


def test_a_threshold_that_changes_counts_the_whole_day_again() -> None:
    day = QueueDay()
    day.add(START, Outcome.ANSWERED, 15.0)
    assert day.figures(SlaFormula.NEGATIVE, 20).sla_today == 100.0
    assert day.figures(SlaFormula.NEGATIVE, 10).sla_today == 0.0
    day.add(START, Outcome.ANSWERED, 5.0)
    assert day.figures(SlaFormula.NEGATIVE, 10).sla_today == 50.0
    day.begin_again()
    assert day.figures(SlaFormula.NEGATIVE, 10).sla_today is None
    assert day.figures(SlaFormula.NEGATIVE, 20).sla_current == 100.0
