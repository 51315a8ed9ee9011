"""A queue's figures of today and of the last half hour. Formulas: decisions on the service level.

H answered, Hs answered within the threshold, A abandoned, As abandoned within the threshold,
P joins whose outcome is known (a timeout or a redirect out is presented, not abandoned).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mhud.live.model import Outcome, SlaFormula

RECENT = timedelta(minutes=30)
RECENT_BOUND = 20_000  # outcomes kept for `sla_current`; eleven a second for half an hour


@dataclass(frozen=True, slots=True)
class SlaParts:
    """The parts of which a service level is made, for one stretch of time."""

    formula: SlaFormula
    threshold: int
    presented: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    abandoned_within: int = 0

    def percent(self) -> float | None:
        """The service level in percent, one decimal; None when nobody called."""
        above, below = {
            SlaFormula.WITHOUT_ABANDONED: (
                self.answered_within,
                self.presented - self.abandoned_within,
            ),
            SlaFormula.HANDLED_ONLY: (self.answered_within, self.answered),
            SlaFormula.POSITIVE: (self.answered_within + self.abandoned_within, self.presented),
            SlaFormula.NEGATIVE: (self.answered_within, self.presented),
        }[self.formula]
        return round(100 * above / below, 1) if below > 0 else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a wallboard shows of a queue. Seconds; None where nothing was measured."""

    handled_today: int
    abandoned_today: int
    average_wait_time: int | None
    sla_today: float | None
    sla_current: float | None
    sla: SlaParts


@dataclass(slots=True)
class QueueDay:
    """Outcomes of one queue: (when, how, seconds waited)."""

    today: list[tuple[Outcome, float]] = field(default_factory=list)
    recent: deque[tuple[datetime, Outcome, float]] = field(
        default_factory=lambda: deque(maxlen=RECENT_BOUND)
    )

    def add(self, at: datetime, outcome: Outcome, wait_s: float) -> None:
        self.today.append((outcome, wait_s))
        self.recent.append((at, outcome, wait_s))

    def forget_before(self, now: datetime) -> int:
        """How many outcomes are too old for the figures of the last half hour."""
        known = len(self.recent)
        while self.recent and self.recent[0][0] < now - RECENT:
            self.recent.popleft()
        return known - len(self.recent)

    def figures(self, formula: SlaFormula, threshold: int) -> Figures:
        today = _parts(self.today, formula, threshold)
        current = _parts([(how, wait) for _, how, wait in self.recent], formula, threshold)
        waits = [wait for how, wait in self.today if how is Outcome.ANSWERED]
        return Figures(
            handled_today=today.answered,
            abandoned_today=today.abandoned,
            average_wait_time=int(sum(waits) / len(waits)) if waits else None,
            sla_today=today.percent(),
            sla_current=current.percent(),
            sla=today,
        )


def _parts(outcomes: list[tuple[Outcome, float]], formula: SlaFormula, threshold: int) -> SlaParts:
    def count(how: Outcome, within: bool = False) -> int:
        return sum(1 for got, wait in outcomes if got is how and (not within or wait <= threshold))

    return SlaParts(
        formula,
        threshold,
        presented=len(outcomes),
        answered=count(Outcome.ANSWERED),
        answered_within=count(Outcome.ANSWERED, within=True),
        abandoned=count(Outcome.ABANDONED),
        abandoned_within=count(Outcome.ABANDONED, within=True),
    )
