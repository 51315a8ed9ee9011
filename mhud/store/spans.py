"""A stretch of time, cut into what the tallies have whole: months and days in UTC, and the rest.

The rest is less than two days, and counted case by case. So a helpline's calendar, whatever its
time zone, is answered from the same tallies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cut:
    """`whole` are spans as the tallies name them, `rests` half-open stretches of single cases."""

    whole: tuple[str, ...] = ()
    rests: tuple[tuple[datetime, datetime], ...] = ()


def cut(begin: datetime, end: datetime) -> Cut:
    """Of `begin` inclusive to `end` exclusive, both aware; nothing when it is not before it."""
    if begin >= end:
        return Cut()
    first, last = _midnight(begin, up=True), _midnight(end, up=False)
    if first >= last:
        return Cut(rests=((begin, end),))
    rests = tuple(pair for pair in ((begin, first), (last, end)) if pair[0] < pair[1])
    return Cut(tuple(_whole(first.date(), last.date())), rests)


def _midnight(at: datetime, *, up: bool) -> datetime:
    """The next one, or the last one; itself if it is one."""
    at = at.astimezone(UTC)
    last = datetime.combine(at.date(), time(), UTC)
    return last if last == at or not up else last + DAY


def _whole(day: date, until: date) -> list[str]:
    """Months where they fit, days before and after."""
    found = []
    while day < until:
        month = _next_month(day)
        if day.day == 1 and month <= until:
            found.append(day.isoformat()[:7])
            day = month
        else:
            found.append(day.isoformat())
            day += DAY
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
