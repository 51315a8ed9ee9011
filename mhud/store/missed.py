"""Callers whom nobody has talked with since they called in vain: one row of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, literal, or_, select, tuple_
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import EndReason
from mhud.store import cursors
from mhud.store.schema import calls
from mhud.store.schema_books import missed_callers as table
from mhud.store.schema_contacts import callbacks
from mhud.store.types import UtcDateTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A call that nobody took."""

    phone_key: str = field(repr=False)
    phone: str = field(repr=False)
    call_id: str
    at: datetime
    queue_id: str | None
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCaller:
    """`callback_id` and `assigned_user_id` are of an open callback to the same number."""

    phone: str | None = field(repr=False)
    since: datetime
    call_id: str
    last_at: datetime
    last_call_id: str
    calls: int
    queue_id: str | None
    asked: bool
    callback_id: str | None
    assigned_user_id: int | None


@dataclass(frozen=True, slots=True)
class MissedPage:
    callers: tuple[MissedCaller, ...]
    next_cursor: str | None


class MissedRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def missed(self, call: Missed) -> None:
        """The same call again changes nothing, unless it is told between two others."""
        statement = insert(table).values(
            phone_key=call.phone_key,
            phone=call.phone,
            since=call.at,
            call_id=call.call_id,
            last_at=call.at,
            last_call_id=call.call_id,
            calls=1,
            queue_id=call.queue_id,
            asked=call.asked,
        )
        new, old = statement.excluded, table.c
        later = new.last_at > old.last_at
        changed = {
            "since": func.min(old.since, new.since),
            "call_id": _choose(new.since < old.since, new.call_id, old.call_id),
            "phone": _choose(later, new.phone, old.phone),
            "last_at": func.max(old.last_at, new.last_at),
            "last_call_id": _choose(later, new.last_call_id, old.last_call_id),
            "calls": old.calls + 1,
            "queue_id": _choose(later, new.queue_id, old.queue_id),
            "asked": or_(old.asked, new.asked),
        }
        known = new.call_id.not_in((old.call_id, old.last_call_id))
        await self._tx.execute(
            statement.on_conflict_do_update(index_elements=["phone_key"], set_=changed, where=known)
        )

    async def reached(self, phone_key: str, at: datetime) -> None:
        """Somebody talked with him then; what he has tried in vain since stays."""
        his = table.c.phone_key == phone_key, table.c.last_at <= at
        await self._tx.execute(delete(table).where(*his))

    async def was_reached(self, numbers: Collection[str], after: datetime) -> bool:
        """By one of the calls that are kept."""
        his = or_(calls.c.caller_id.in_(numbers), calls.c.destination.in_(numbers))
        done = calls.c.end_reason == EndReason.COMPLETED.value
        query = select(calls.c.id).where(his, done, calls.c.start_time >= after).limit(1)
        return await self._tx.scalar(query) is not None

    async def forget(self, call_id: str) -> None:
        """As it turned out, somebody took this one, or it was no call of his."""
        await self._tx.execute(delete(table).where(table.c.call_id == call_id, table.c.calls == 1))

    async def page(
        self, queue_id: str | None, untaken: bool, *, limit: int, cursor: str | None = None
    ) -> MissedPage:
        """Who has waited longest first. Raises MhudError INVALID for a cursor that is none."""
        same = (callbacks.c.phone_key == table.c.phone_key) & (callbacks.c.status == "open")
        mine = select(func.min(callbacks.c.id)).where(same).correlate(table).scalar_subquery()
        shown = [column for column in table.c if column.name != "phone_key"]
        query = select(*shown, callbacks.c.id.label("callback_id"), callbacks.c.assigned_user_id)
        query = query.select_from(table.outerjoin(callbacks, callbacks.c.id == mine))
        if queue_id is not None:
            query = query.where(table.c.queue_id == queue_id)
        if untaken:
            query = query.where(callbacks.c.assigned_user_id.is_(None))
        if cursor is not None:
            at, ident = cursors.time_and_id(cursor)
            place = tuple_(literal(at, UtcDateTime), literal(ident))
            query = query.where(tuple_(table.c.since, table.c.call_id) > place)
        ordered = query.order_by(table.c.since, table.c.call_id).limit(limit + 1)
        rows = (await self._tx.execute(ordered)).all()
        found = tuple(MissedCaller(**row._mapping) for row in rows[:limit])
        more = cursors.of(found[-1].since, found[-1].call_id) if len(rows) > limit else None
        return MissedPage(found, more)


def _choose(
    condition: ColumnElement[bool], one: ColumnElement[Any], other: ColumnElement[Any]
) -> ColumnElement[Any]:
    return case((condition, one), else_=other)
