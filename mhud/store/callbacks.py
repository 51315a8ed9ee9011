"""People who are to be called back, by when they are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store import cursors
from mhud.store.schema_contacts import callbacks as table
from mhud.store.types import UtcDateTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """`call_id` asked for it, `done_call_id` fulfilled it. `version` is its ETag.

    `phone` is None only for a reader who may not see it.
    """

    id: str
    status: str
    phone: str | None = field(repr=False)
    phone_key: str | None = field(repr=False)
    client_id: str | None = None
    case_id: int | None = None
    call_id: str | None = None
    done_call_id: str | None = None
    queue_id: str | None = None
    priority: str
    reason: str | None = field(default=None, repr=False)
    notes: str | None = field(default=None, repr=False)
    due_at: datetime
    assigned_user_id: int | None = None
    created_by: int
    created_at: datetime
    updated_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which are asked for; None asks for all. `seen_by` sees his own and those nobody took."""

    status: str | None = None
    queue_id: str | None = None
    assigned_user_id: int | None = None
    unassigned: bool = False
    due_before: datetime | None = None
    seen_by: int | None = None


@dataclass(frozen=True, slots=True)
class CallbackPage:
    callbacks: tuple[Callback, ...]
    next_cursor: str | None


class CallbackRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, callback: Callback) -> None:
        values = {one.name: getattr(callback, one.name) for one in fields(callback)}
        await self._tx.execute(insert(table).values(**values))

    async def get(self, ident: str) -> Callback | None:
        row = (await self._tx.execute(select(table).where(table.c.id == ident))).first()
        return None if row is None else Callback(**row._mapping)

    async def open_to(self, phone_key: str | None) -> str | None:
        """The id of one that is open to this number."""
        his = table.c.phone_key == phone_key, table.c.status == "open"
        found: str | None = await self._tx.scalar(select(func.min(table.c.id)).where(*his))
        return found

    async def change(self, callback: Callback, values: Mapping[str, Any]) -> None:
        """As it was read in this transaction; raises its version."""
        statement = update(table).where(table.c.id == callback.id)
        await self._tx.execute(statement.values(**values, version=callback.version + 1))

    async def page(self, wanted: Wanted, *, limit: int, cursor: str | None = None) -> CallbackPage:
        """First what is due first. Raises MhudError INVALID for a cursor that is none of ours."""
        where = _where(wanted)
        if cursor is not None:
            at, ident = cursors.time_and_id(cursor)
            place = tuple_(literal(at, UtcDateTime), literal(ident))
            where.append(tuple_(table.c.due_at, table.c.id) > place)
        query = select(table).where(*where).order_by(table.c.due_at, table.c.id).limit(limit + 1)
        found = tuple(Callback(**row._mapping) for row in await self._tx.execute(query))
        more = _cursor(found[limit - 1]) if len(found) > limit else None
        return CallbackPage(found[:limit], more)


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    equal = {
        "status": wanted.status,
        "queue_id": wanted.queue_id,
        "assigned_user_id": wanted.assigned_user_id,
    }
    where = [table.c[name] == value for name, value in equal.items() if value is not None]
    if wanted.unassigned:
        where.append(table.c.assigned_user_id.is_(None))
    if wanted.due_before is not None:
        where.append(table.c.due_at < wanted.due_before)
    if wanted.seen_by is not None:
        his = table.c.assigned_user_id == wanted.seen_by, table.c.created_by == wanted.seen_by
        where.append(or_(table.c.assigned_user_id.is_(None), *his))
    return where


def _cursor(callback: Callback) -> str:
    return cursors.of(callback.due_at, callback.id)
