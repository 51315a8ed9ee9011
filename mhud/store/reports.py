"""Reports: what was asked for, how far it is, where its file lies, and who is yet to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store import cursors
from mhud.store.schema import calls
from mhud.store.schema_reports import reports as table
from mhud.store.types import UtcDateTime

GENERATING, COMPLETED, FAILED, EXPIRED = "generating", "completed", "failed", "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`wish` is what is reported, as JSON. `completed_at`: also when it failed.

    `mail_left`: ids of users who are yet to get the link, tried next at `mail_at`.
    """

    id: str
    status: str = GENERATING
    wish: Mapping[str, Any]
    format: str
    created_by: int
    created_at: datetime
    estimated_completion: datetime
    tries: int = 0
    completed_at: datetime | None = None
    expires_at: datetime | None = None
    filename: str | None = None
    size: int | None = None
    rows: int | None = None
    problem: str | None = None
    schedule_id: str | None = None
    mail_left: Sequence[int] | None = field(default=None, repr=False)
    mail_at: datetime | None = None
    mail_tries: int = 0


@dataclass(frozen=True, slots=True)
class ReportPage:
    reports: tuple[Report, ...]
    next_cursor: str | None


class ReportRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, report: Report) -> None:
        values = {one.name: getattr(report, one.name) for one in fields(report)}
        await self._tx.execute(insert(table).values(**values))

    async def get(self, ident: str) -> Report | None:
        found = await self._some(table.c.id == ident)
        return found[0] if found else None

    async def change(self, ident: str, **values: Any) -> bool:
        """False when it is gone."""
        done = await self._tx.execute(update(table).where(table.c.id == ident).values(**values))
        return done.rowcount > 0

    async def remove(self, ident: str) -> None:
        await self._tx.execute(delete(table).where(table.c.id == ident))

    async def waiting(self) -> list[Report]:
        """Those that are yet to be made, oldest first."""
        return await self._some(table.c.status == GENERATING)

    async def waiting_of(self, user_id: int) -> int:
        where = table.c.status == GENERATING, table.c.created_by == user_id
        return await self._tx.scalar(select(func.count()).select_from(table).where(*where)) or 0

    async def to_mail(self, now: datetime) -> list[Report]:
        """Whose links are due."""
        return await self._some(table.c.mail_at <= now)

    async def over(self, now: datetime) -> list[Report]:
        """Whose files have been kept long enough."""
        return await self._some(table.c.expires_at <= now, table.c.status == COMPLETED)

    async def forget(self, before: datetime) -> None:
        """Rows that nobody needs any more: over, or failed, before then."""
        ended = func.coalesce(table.c.expires_at, table.c.completed_at) < before
        await self._tx.execute(delete(table).where(ended, table.c.status.in_((FAILED, EXPIRED))))

    async def lost(self, filenames: Collection[str]) -> None:
        """Their files are not there: as after a restore, for backups have none."""
        gone = update(table).where(table.c.filename.in_(filenames))
        await self._tx.execute(gone.values(status=EXPIRED, filename=None, mail_at=None))

    async def filenames(self) -> set[str]:
        query = select(table.c.filename).where(table.c.filename.is_not(None))
        return set(await self._tx.scalars(query))

    async def page(self, *, limit: int, cursor: str | None = None) -> ReportPage:
        """Newest first. Raises MhudError INVALID for a cursor that is none of ours."""
        where: list[ColumnElement[bool]] = []
        if cursor is not None:
            at, ident = cursors.time_and_id(cursor)
            place = tuple_(literal(at, UtcDateTime), literal(ident))
            where.append(tuple_(table.c.created_at, table.c.id) < place)
        order = table.c.created_at.desc(), table.c.id.desc()
        query = select(table).where(*where).order_by(*order).limit(limit + 1)
        found = tuple(Report(**row._mapping) for row in await self._tx.execute(query))
        more = _cursor(found[limit - 1]) if len(found) > limit else None
        return ReportPage(found[:limit], more)

    async def _some(self, *where: ColumnElement[bool]) -> list[Report]:
        query = select(table).where(*where).order_by(table.c.created_at, table.c.id)
        return [Report(**row._mapping) for row in await self._tx.execute(query)]


def _cursor(report: Report) -> str:
    return cursors.of(report.created_at, report.id)


async def queues_of_calls(tx: AsyncConnection, queues: Collection[str]) -> set[str]:
    """Those of them that a call has been in."""
    return await _of_calls(tx, calls.c.queue_id, queues)


async def agents_of_calls(tx: AsyncConnection, agents: Collection[str]) -> set[str]:
    """Those of them who have had a call."""
    return await _of_calls(tx, calls.c.agent_id, agents)


async def _of_calls(tx: AsyncConnection, column: Column[str], idents: Collection[str]) -> set[str]:
    """One look at an index for each."""
    looks = {one: select(calls.c.id).where(column == one).limit(1) for one in idents}
    return {one for one, look in looks.items() if await tx.scalar(look) is not None}
