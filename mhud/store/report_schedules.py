"""Reports that are made again and again: of which stretch, when, and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema_reports import report_schedules as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`at` is HH:MM of `time_zone`; `day` of the week (Monday is 1) or of the month.

    `wish` is what is reported but for its dates, which `period` gives. `next_at` None: it is not
    active. `problem`: why mhud stopped it. `version` is its ETag.
    """

    id: str
    name: str
    active: bool
    every: str
    at: str
    day: int | None
    time_zone: str
    period: str
    wish: Mapping[str, Any]
    format: str
    recipients: Sequence[int]
    created_by: int
    created_at: datetime
    updated_at: datetime
    next_at: datetime | None
    last_at: datetime | None = None
    last_report_id: str | None = None
    problem: str | None = None
    version: int = 1


class ScheduleRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, schedule: Schedule) -> None:
        values = {one.name: getattr(schedule, one.name) for one in fields(schedule)}
        await self._tx.execute(insert(table).values(**values))

    async def get(self, ident: str) -> Schedule | None:
        found = await self._some(table.c.id == ident)
        return found[0] if found else None

    async def change(self, schedule: Schedule, **values: Any) -> None:
        """As it was read in this transaction; raises its version."""
        statement = update(table).where(table.c.id == schedule.id)
        await self._tx.execute(statement.values(**values, version=schedule.version + 1))

    async def note(self, ident: str, **values: Any) -> None:
        """What mhud itself changes: the version stays."""
        await self._tx.execute(update(table).where(table.c.id == ident).values(**values))

    async def remove(self, ident: str) -> None:
        await self._tx.execute(delete(table).where(table.c.id == ident))

    async def all(self) -> list[Schedule]:
        """Oldest first."""
        return await self._some()

    async def count(self) -> int:
        return await self._tx.scalar(select(func.count()).select_from(table)) or 0

    async def due(self, now: datetime) -> list[Schedule]:
        return await self._some(table.c.next_at <= now)

    async def _some(self, *where: ColumnElement[bool]) -> list[Schedule]:
        query = select(table).where(*where).order_by(table.c.created_at, table.c.id)
        return [Schedule(**row._mapping) for row in await self._tx.execute(query)]
