"""A queue's figures of today and of the last half hour. Formulas: docs/api.md, Queues.

H answered, Hs answered within the threshold, A abandoned, As abandoned within the threshold,
P joins whose outcome is known (a timeout or a redirect out is presented, not abandoned).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
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
        above, below = self.fraction()
        return round(100 * above / below, 1) if below > 0 else None

    def fraction(self) -> tuple[int, int]:
        """What stands above and below its line."""
        return {
            SlaFormula.WITHOUT_ABANDONED: (
                self.answered_within,
                self.presented - self.abandoned_within,
            ),
            SlaFormula.HANDLED_ONLY: (self.answered_within, self.answered),
            SlaFormula.POSITIVE: (self.answered_within + self.abandoned_within, self.presented),
            SlaFormula.NEGATIVE: (self.answered_within, self.presented),
        }[self.formula]


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
class Tally:
    """Outcomes counted against one threshold, so that nobody counts a whole day again."""

    threshold: int
    presented: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    abandoned_within: int = 0
    answered_waits_s: float = 0.0

    def add(self, outcome: Outcome, wait_s: float) -> None:
        self.presented += 1
        within = wait_s <= self.threshold
        if outcome is Outcome.ANSWERED:
            self.answered += 1
            self.answered_within += within
            self.answered_waits_s += wait_s
        elif outcome is Outcome.ABANDONED:
            self.abandoned += 1
            self.abandoned_within += within

    def parts(self, formula: SlaFormula) -> SlaParts:
        return SlaParts(
            formula,
            self.threshold,
            self.presented,
            self.answered,
            self.answered_within,
            self.abandoned,
            self.abandoned_within,
        )


@dataclass(slots=True)
class QueueDay:
    """Outcomes of one queue: (how, seconds waited) today, with their time in the last half hour."""

    today: list[tuple[Outcome, float]] = field(default_factory=list)
    recent: deque[tuple[datetime, Outcome, float]] = field(
        default_factory=lambda: deque(maxlen=RECENT_BOUND)
    )
    outcomes: Counter[Outcome] = field(default_factory=Counter)  # of today
    _tally: Tally = field(default_factory=lambda: Tally(0))

    def add(self, at: datetime, outcome: Outcome, wait_s: float) -> None:
        self.today.append((outcome, wait_s))
        self.recent.append((at, outcome, wait_s))
        self.outcomes[outcome] += 1
        self._tally.add(outcome, wait_s)

    def add_late(self, outcome: Outcome, wait_s: float) -> None:
        """Of earlier today: what is known only now."""
        self.today.append((outcome, wait_s))
        self.outcomes[outcome] += 1
        self._tally.add(outcome, wait_s)

    def begin_again(self) -> None:
        """A new day; the last half hour goes on."""
        self.today.clear()
        self.outcomes.clear()
        self._tally = Tally(self._tally.threshold)

    def forget_before(self, now: datetime) -> int:
        """How many outcomes are too old for the figures of the last half hour."""
        known = len(self.recent)
        while self.recent and self.recent[0][0] < now - RECENT:
            self.recent.popleft()
        return known - len(self.recent)

    def figures(self, formula: SlaFormula, threshold: int) -> Figures:
        if self._tally.threshold != threshold:
            self._tally = _tally(self.today, threshold)
        today = self._tally
        waits = today.answered_waits_s
        current = _tally(((how, wait_s) for _, how, wait_s in self.recent), threshold)
        return Figures(
            handled_today=today.answered,
            abandoned_today=today.abandoned,
            average_wait_time=int(waits / today.answered) if today.answered else None,
            sla_today=today.parts(formula).percent(),
            sla_current=current.parts(formula).percent(),
            sla=today.parts(formula),
        )


def _tally(outcomes: Iterable[tuple[Outcome, float]], threshold: int) -> Tally:
    tally = Tally(threshold)
    for outcome, wait_s in outcomes:
        tally.add(outcome, wait_s)
    return tally
