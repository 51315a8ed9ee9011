"""When a scheduled report is due, and of which stretch it tells. Pure: instants in, instants out.

Days are those of the schedule's time zone. A time that the change of clocks leaves out comes that
much later, one that it repeats is taken the first time: a day has each report once.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Period(StrEnum):
    """Whole days before the day on which the report is due. Weeks begin on Mondays."""

    YESTERDAY = "yesterday"
    LAST_7_DAYS = "last_7_days"
    LAST_WEEK = "last_week"
    LAST_30_DAYS = "last_30_days"
    LAST_MONTH = "last_month"
    MONTH_TO_DATE = "month_to_date"
    LAST_QUARTER = "last_quarter"
    LAST_YEAR = "last_year"


@dataclass(frozen=True, slots=True)
class Plan:
    """`day`: of the week (Monday is 1) or of the month, whose last day stands for later ones."""

    every: Every
    at: str
    day: int | None
    zone: ZoneInfo

    def after(self, instant: datetime) -> datetime:
        """The first time after it."""
        day = instant.astimezone(self.zone).date() - timedelta(days=1)
        while (due := self._on(day)) is None or due <= instant:
            day += timedelta(days=1)
        return due

    def latest(self, due: datetime, now: datetime) -> datetime:
        """The last time that is not after `now`, of those from `due` on: what was missed meanwhile
        is made up for once."""
        day = now.astimezone(self.zone).date()
        while (last := self._on(day)) is None or last > now:
            day -= timedelta(days=1)
        return max(due, last)

    def _on(self, day: date) -> datetime | None:
        """Of that day; None when it is not one of the plan."""
        if self.every is Every.WEEK and day.isoweekday() != self.day:
            return None
        if self.every is Every.MONTH and day.day != min(self.day or 1, _length(day)):
            return None
        return instant_of(datetime.combine(day, time.fromisoformat(self.at)), self.zone)


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """In UTC. A time that is left out is as much later as the clocks go forward."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def stretch(period: Period, due: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Begin and end in UTC; the end does not belong to it."""
    first, last = _DAYS[period](due.astimezone(zone).date())
    return _midnight(first, zone), _midnight(last, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant_of(datetime.combine(day, time()), zone)


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _back(days: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (today - timedelta(days=days), today)


def _last_week(today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    return monday - timedelta(days=7), monday


def _last_month(today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), first


def _month_to_date(today: date) -> tuple[date, date]:
    """Of yesterday's month, so that the first of a month tells of the whole one before."""
    return (today - timedelta(days=1)).replace(day=1), today


def _last_quarter(today: date) -> tuple[date, date]:
    first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    before = first - timedelta(days=1)
    return before.replace(month=before.month - 2, day=1), first


def _last_year(today: date) -> tuple[date, date]:
    first = today.replace(month=1, day=1)
    return first.replace(year=first.year - 1), first


_DAYS: dict[Period, Callable[[date], tuple[date, date]]] = {
    Period.YESTERDAY: _back(1),
    Period.LAST_7_DAYS: _back(7),
    Period.LAST_WEEK: _last_week,
    Period.LAST_30_DAYS: _back(30),
    Period.LAST_MONTH: _last_month,
    Period.MONTH_TO_DATE: _month_to_date,
    Period.LAST_QUARTER: _last_quarter,
    Period.LAST_YEAR: _last_year,
}
