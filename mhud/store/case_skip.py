"""To the middle of a long list without walking there: the tallies say on which day a place is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema_cases import cases
from mhud.store.schema_search import case_tallies

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Start:
    """The list may begin with the cases before this instant; so many of them are to be skipped."""

    before: datetime
    offset: int


async def start_at(
    tx: AsyncConnection, kind: Mapping[str, str | None], offset: int
) -> Start | None:
    """Where the list of all cases of this kind, newest first, has its place `offset`.

    `kind`: status, priority and category, where None is any. None where there is no such place.
    """
    first = await tx.scalar(select(func.min(cases.c.created_at)))
    last = await tx.scalar(select(func.max(cases.c.created_at)))
    if first is None or last is None:
        return None
    month = await _place(tx, kind, _months(first.date(), last.date()), offset)
    if month is None:
        return None
    begin = date.fromisoformat(f"{month.span}-01")
    day = await _place(tx, kind, _days(begin), month.offset)
    if day is None:
        return None
    midnight = datetime.combine(date.fromisoformat(day.span), time(), UTC)
    return Start(midnight + DAY, day.offset)


@dataclass(frozen=True, slots=True)
class _Place:
    span: str
    offset: int


async def _place(
    tx: AsyncConnection, kind: Mapping[str, str | None], spans: Iterable[str], offset: int
) -> _Place | None:
    """The span in which it is, counted from the newest, and how far in."""
    tally = case_tallies.c
    named = [tally[name] == value for name, value in kind.items() if value is not None]
    query = select(tally.span, func.sum(tally.n)).where(tally.span.in_(list(spans)), *named)
    rows = await tx.execute(query.group_by(tally.span).order_by(tally.span.desc()))
    for span, n in rows:
        if offset < n:
            return _Place(span, offset)
        offset -= n
    return None


def _months(first: date, last: date) -> list[str]:
    count = (last.year - first.year) * 12 + last.month - first.month
    places = range(first.month - 1, first.month + count)
    return [f"{first.year + place // 12:04d}-{place % 12 + 1:02d}" for place in places]


def _days(begin: date) -> list[str]:
    days = (begin + number * DAY for number in range(31))
    return [day.isoformat() for day in days if day.month == begin.month]
