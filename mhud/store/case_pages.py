"""A page of the list of cases, and how many there are in all: as fast at a million as at ten.

Which index serves which question is said here and not left to SQLite: after an index is added, or
a year has passed, its statistics are of another time, and a list took 300 times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.case_parts import BY_ASSIGNED, BY_CREATOR, Part, parts
from mhud.store.case_sight import Sight
from mhud.store.case_skip import start_at
from mhud.store.hints import indexed
from mhud.store.schema_cases import cases
from mhud.store.statistics import Kind, StatisticsRepository

FAR = 1000  # places that are skipped one by one
_DONE = frozenset({"resolved", "closed"})  # three cases of four: no good place to begin


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """What a list shows of a case."""

    id: int
    case_number: str
    title: str = field(repr=False)
    description: str | None = field(repr=False)
    category: str | None
    priority: str
    status: str
    reporter_phone: str | None = field(repr=False)
    child_name: str | None = field(repr=False)
    child_age: int | None = field(repr=False)
    assigned_user_id: int | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CasePage:
    """`total` counts what matches, on this page or not."""

    lines: tuple[CaseLine, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases a list is asked for, and in which order; None asks for all. Both instants
    exclude.
    """

    status: str | None = None
    priority: str | None = None
    category: str | None = None
    subcategory: str | None = None
    assigned_user_id: int | None = None
    unassigned: bool = False
    created_by: int | None = None
    client_id: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    oldest_first: bool = False


LINE = tuple(cases.c[name] for name in CaseLine.__slots__)
_EQUAL = (
    "status", "priority", "category", "subcategory", "assigned_user_id", "created_by", "client_id"
)  # fmt: skip
_TALLIED = ("status", "priority", "category")


class CasePages:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def page(self, sight: Sight, wanted: Wanted, *, limit: int, offset: int) -> CasePage:
        """Newest first, or oldest."""
        total = await self.total(sight, wanted)
        if offset >= total:
            return CasePage((), total)
        if wanted.oldest_first and offset >= FAR:  # from the other end, where places are skipped
            limit, offset = min(limit, total - offset), max(0, total - offset - limit)
            page = await self._lines(sight, replace(wanted, oldest_first=False), limit, offset)
            return CasePage(page[::-1], total)
        return CasePage(await self._lines(sight, wanted, limit, offset), total)

    async def _lines(
        self, sight: Sight, wanted: Wanted, limit: int, offset: int
    ) -> tuple[CaseLine, ...]:
        if offset >= FAR and not wanted.oldest_first and _sees_tallied(sight, wanted):
            wanted, offset = await self._nearer(wanted, offset)
        ids = list((await self._tx.execute(_ids(sight, wanted, limit, offset))).scalars())
        order = _order(wanted, cases)
        rows = await self._tx.execute(select(*LINE).where(cases.c.id.in_(ids)).order_by(*order))
        return tuple(CaseLine(**row._mapping) for row in rows)

    async def _nearer(self, wanted: Wanted, offset: int) -> tuple[Wanted, int]:
        """The same place, counted from the end of the day on which it is."""
        if wanted.created_after is not None or wanted.created_before is not None:
            return wanted, offset
        kind = {name: getattr(wanted, name) for name in _TALLIED}
        start = await start_at(self._tx, kind, offset)
        if start is None:
            return wanted, offset
        return replace(wanted, created_before=start.before), start.offset

    async def total(self, sight: Sight, wanted: Wanted) -> int:
        if _sees_tallied(sight, wanted):
            return await self._tallied(sight, wanted)
        total = 0
        for query in _counts(sight, wanted):
            total += await self._tx.scalar(query) or 0
        return total

    async def _tallied(self, sight: Sight, wanted: Wanted) -> int:
        begin, end = wanted.created_after, wanted.created_before
        if begin is not None:
            begin += timedelta(microseconds=1)
        kinds = await StatisticsRepository(self._tx).kinds(sight, begin, end)
        return sum(n for kind, n in kinds.items() if _is(kind, wanted))


def _sees_tallied(sight: Sight, wanted: Wanted) -> bool:
    if not sight.all or sight.deleted:
        return False
    others = (getattr(wanted, name) for name in _EQUAL if name not in _TALLIED)
    return not wanted.unassigned and all(value is None for value in others)


def _is(kind: Kind, wanted: Wanted) -> bool:
    asked = ((getattr(wanted, name), getattr(kind, name)) for name in _TALLIED)
    return all(value in (None, found) for value, found in asked)


def matching(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    named = ((name, getattr(wanted, name)) for name in _EQUAL)
    where = [cases.c[name] == value for name, value in named if value is not None]
    if wanted.unassigned:
        where.append(cases.c.assigned_user_id.is_(None))
    if wanted.created_after is not None:
        where.append(cases.c.created_at > wanted.created_after)
    if wanted.created_before is not None:
        where.append(cases.c.created_at < wanted.created_before)
    return where


# ---- which index


def _ids(sight: Sight, wanted: Wanted, limit: int, offset: int) -> Any:
    """Each part in order from its own index, then merged: no part is read further than the page."""
    found = [_part_ids(part, sight, wanted) for part in parts(sight)]
    if len(found) == 1:
        return found[0].limit(limit).offset(offset)
    heads = [query.limit(limit + offset).subquery() for query in found]
    merged = union_all(*(select(head) for head in heads)).subquery()
    order = _order(wanted, merged)
    return select(merged.c.id).order_by(*order).limit(limit).offset(offset)


def _part_ids(part: Part, sight: Sight, wanted: Wanted) -> Any:
    query = select(cases.c.id, cases.c.created_at).where(part[1], *matching(wanted))
    return _hinted(query.order_by(*_order(wanted, cases)), sight, _listing(part, wanted))


def _order(wanted: Wanted, of: FromClause) -> tuple[ColumnElement[Any], ...]:
    """As the indexes go on, forward or backward."""
    columns = of.c.created_at, of.c.id
    return columns if wanted.oldest_first else tuple(column.desc() for column in columns)


def _counts(sight: Sight, wanted: Wanted) -> Iterator[Any]:
    for part in parts(sight):
        query = select(func.count()).select_from(cases).where(part[1], *matching(wanted))
        yield _hinted(query, sight, _counting(part, wanted))


def _hinted(query: Any, sight: Sight, index: str) -> Any:
    """Of deleted cases there are few, and no index begins with them: SQLite may choose."""
    if not index or sight.deleted:
        return query
    return indexed(query, cases, index)


def _listing(part: Part, wanted: Wanted) -> str:
    if wanted.client_id is not None:
        return "ix_cases_client_id"
    if part[0] == BY_ASSIGNED or wanted.assigned_user_id is not None or wanted.unassigned:
        return "ix_cases_by_assigned"
    if part[0] == BY_CREATOR or wanted.created_by is not None:
        return "ix_cases_by_creator"
    if wanted.category is not None and (wanted.status is None or wanted.status in _DONE):
        return "ix_cases_by_category"
    return "ix_cases_newest" if wanted.status is None else "ix_cases_by_status"


def _counting(part: Part, wanted: Wanted) -> str:
    index = _listing(part, wanted)
    return "ix_cases_figures" if index == "ix_cases_by_assigned" else index
