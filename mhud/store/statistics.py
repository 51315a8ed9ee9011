"""How many cases there are of which kind, and how long it took to resolve them.

Who sees all cases is answered from tallies that triggers keep; others from indexes, for theirs
are few. Instants are aware; `begin` belongs to a stretch, `end` does not; None is open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.case_parts import BY_ASSIGNED, BY_CREATOR, parts
from mhud.store.case_sight import Sight
from mhud.store.hints import indexed
from mhud.store.schema_cases import cases
from mhud.store.schema_search import case_resolutions, case_tallies
from mhud.store.spans import Cut, cut

Query = Any  # a Select, whose type says something else in each release of SQLAlchemy
ALL_TIME = Cut(whole=("",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    status: str
    priority: str
    category: str | None


@dataclass(frozen=True, slots=True)
class Resolutions:
    """`seconds` from creation to resolution, of all of them together."""

    n: int = 0
    seconds: int = 0

    def __add__(self, other: Resolutions) -> Resolutions:
        return Resolutions(self.n + other.n, self.seconds + other.seconds)


class StatisticsRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def kinds(
        self, sight: Sight, begin: datetime | None = None, end: datetime | None = None
    ) -> Mapping[Kind, int]:
        """How many cases were created then, by what they are now."""
        found: Counter[Kind] = Counter()
        for query in await self._queries(_CREATED, sight, begin, end):
            for status, priority, category, n in await self._tx.execute(query):
                found[Kind(status=status, priority=priority, category=category or None)] += n
        return found

    async def resolutions(
        self, sight: Sight, begin: datetime | None = None, end: datetime | None = None
    ) -> Resolutions:
        """Of the cases that were resolved then, and are so still."""
        found = Resolutions()
        for query in await self._queries(_RESOLVED, sight, begin, end):
            n, seconds = (await self._tx.execute(query)).one()
            found += Resolutions(n or 0, seconds or 0)
        return found

    async def _queries(
        self, what: _Counting, sight: Sight, begin: datetime | None, end: datetime | None
    ) -> Iterator[Query]:
        if not sight.all or sight.deleted:
            return what.of_few(sight, begin, end)
        if begin is None and end is None:
            return what.of_all(ALL_TIME)
        return what.of_all(await self._cut(what.at, begin, end))

    async def _cut(
        self, at: ColumnElement[Any], begin: datetime | None, end: datetime | None
    ) -> Cut:
        """No longer than there are cases: a stretch from the year 1900 on has too many months."""
        first = await self._tx.scalar(select(at).where(at.is_not(None)).order_by(at).limit(1))
        last = await self._tx.scalar(select(at).order_by(at.desc()).limit(1))
        if first is None or last is None:
            return Cut()
        last += timedelta(seconds=1)
        return cut(max(begin or first, first), min(end or last, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counting:
    """`at` decides in which stretch a case is counted. `index`: by the column that a part is of."""

    at: ColumnElement[Any]
    tallied: Query
    span: ColumnElement[str]
    single: Query
    index: Mapping[str, str]

    def of_all(self, found: Cut) -> Iterator[Query]:
        if found.whole:
            yield self.tallied.where(self.span.in_(found.whole))
        for begin, end in found.rests:
            yield self.single.where(cases.c.deleted_at.is_(None), *self._within(begin, end))

    def of_few(self, sight: Sight, begin: datetime | None, end: datetime | None) -> Iterator[Query]:
        """The index is named: the better one for a short stretch is a slow one for a long one."""
        for column, condition in parts(sight):
            query = self.single.where(condition, *self._within(begin, end))
            yield indexed(query, cases, self.index[column]) if column else query

    def _within(self, begin: datetime | None, end: datetime | None) -> list[ColumnElement[bool]]:
        where = []
        if begin is not None:
            where.append(self.at >= begin)
        if end is not None:
            where.append(self.at < end)
        return where


_KIND = (cases.c.status, cases.c.priority, cases.c.category)
_TALLY = (case_tallies.c.status, case_tallies.c.priority, case_tallies.c.category)
_CREATED = _Counting(
    at=cases.c.created_at,
    tallied=select(*_TALLY, func.sum(case_tallies.c.n)).group_by(*_TALLY),
    span=case_tallies.c.span,
    single=select(*_KIND, func.count()).group_by(*_KIND),
    index={BY_ASSIGNED: "ix_cases_figures", BY_CREATOR: "ix_cases_by_creator"},
)


def _epoch(at: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.strftime("%s", at), Integer)


_TOOK = func.max(0, _epoch(cases.c.resolved_at) - _epoch(cases.c.created_at))
_DONE = case_resolutions.c
_RESOLVED = _Counting(
    at=cases.c.resolved_at,
    tallied=select(func.sum(_DONE.n), func.sum(_DONE.seconds)),
    span=_DONE.span,
    single=select(func.count(), func.sum(_TOOK)).where(cases.c.resolved_at.is_not(None)),
    index={BY_ASSIGNED: "ix_cases_by_assigned", BY_CREATOR: "ix_cases_by_creator"},
)
