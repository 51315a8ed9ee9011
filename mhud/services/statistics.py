"""Figures of cases, for dashboards: of a period of the helpline's calendar, or of any stretch.

Definitions (docs/api.md): cases count where they were created; resolved and closed count as
resolved; the average is over those that were resolved in the stretch, whenever they were created.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from mhud.clock import Clock
from mhud.services import case_rights
from mhud.services.case_words import DONE, Priority, Status
from mhud.services.rights import Principal
from mhud.services.vocabulary import Vocabulary
from mhud.store.database import Database
from mhud.store.statistics import Kind, Resolutions, StatisticsRepository

UNCATEGORIZED = "uncategorized"
_HOUR_S = 3600


class Period(StrEnum):
    """Of the helpline's calendar, the one in which now is. Weeks begin on Mondays."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Scope(StrEnum):
    """Which cases are counted by priority and category."""

    OPEN = "open"
    UNRESOLVED = "unresolved"
    ALL = "all"


_COUNTED: Mapping[Scope, frozenset[Status]] = {
    Scope.OPEN: frozenset({Status.OPEN}),
    Scope.UNRESOLVED: frozenset(set(Status) - set(DONE)),
    Scope.ALL: frozenset(Status),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """`begin` belongs to it, `end` does not; both in UTC, None is open."""

    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    """The four kinds of status add up to the total, the two tables to what they count."""

    total_cases: int
    open_cases: int
    assigned_cases: int
    in_progress_cases: int
    resolved_cases: int
    by_priority: Mapping[str, int]
    by_category: Mapping[str, int]
    avg_resolution_time_hours: float | None


def stretch_of(period: Period, now: datetime, zone: ZoneInfo) -> Stretch:
    """From a midnight to a midnight of the zone, also where a change of clocks takes the midnight:
    then the day begins with that change."""
    first = _first_day(period, now.astimezone(zone).date())
    return Stretch(_midnight(first, zone), _midnight(_next(period, first), zone))


def _first_day(period: Period, today: date) -> date:
    if period is Period.WEEK:
        return today - timedelta(days=today.weekday())
    if period is Period.MONTH:
        return today.replace(day=1)
    return today.replace(month=1, day=1) if period is Period.YEAR else today


def _next(period: Period, first: date) -> date:
    days = {Period.TODAY: 1, Period.WEEK: 7, Period.MONTH: 31, Period.YEAR: 366}[period]
    return _first_day(period, first + timedelta(days=days))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


class CaseStatistics:
    def __init__(self, db: Database, clock: Clock, zone: ZoneInfo, words: Vocabulary) -> None:
        self._db = db
        self._clock = clock
        self._zone = zone
        self._words = words

    def period(self, period: Period) -> Stretch:
        return stretch_of(period, self._clock.now(), self._zone)

    async def cases(
        self, principal: Principal, stretch: Stretch, scope: Scope = Scope.OPEN
    ) -> CaseFigures:
        """Of the cases that he sees. `scope` is which of them the two tables count."""
        sight = case_rights.sight(principal)
        async with self._db.read() as tx:
            found = StatisticsRepository(tx)
            kinds = await found.kinds(sight, stretch.begin, stretch.end)
            done = await found.resolutions(sight, stretch.begin, stretch.end)
        return _figures(kinds, done, self._categories(), scope)

    def _categories(self) -> list[str]:
        """Those that are shown even when no case has them."""
        known = self._words.categories.values()
        return sorted(one.code for one in known if one.is_active and one.parent is None)


def _figures(
    kinds: Mapping[Kind, int], done: Resolutions, categories: Iterable[str], scope: Scope
) -> CaseFigures:
    by_status: Counter[str] = Counter()
    by_priority: Counter[str] = Counter({one.value: 0 for one in reversed(Priority)})
    by_category: Counter[str] = Counter(dict.fromkeys(categories, 0))
    for kind, n in kinds.items():
        by_status[kind.status] += n
        if kind.status in _COUNTED[scope]:
            by_priority[kind.priority] += n
            by_category[kind.category or UNCATEGORIZED] += n
    return CaseFigures(
        total_cases=by_status.total(),
        open_cases=by_status[Status.OPEN],
        assigned_cases=by_status[Status.ASSIGNED],
        in_progress_cases=by_status[Status.IN_PROGRESS],
        resolved_cases=sum(by_status[one] for one in DONE),
        by_priority=dict(by_priority),
        by_category=dict(by_category),
        avg_resolution_time_hours=_average_hours(done),
    )


def _average_hours(done: Resolutions) -> float | None:
    return round(done.seconds / done.n / _HOUR_S, 1) if done.n else None
