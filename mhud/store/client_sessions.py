"""Client sessions: each is one contact of a client with an agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store import cursors
from mhud.store.schema_contacts import client_sessions as table
from mhud.store.schema_contacts import communications
from mhud.store.types import UtcDateTime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSession:
    """`status`: in-progress, completed, cancelled."""

    id: str
    client_id: str
    agent_id: str
    call_id: str | None = None
    session_type: str
    notes: str | None = field(default=None, repr=False)
    priority: str
    tags: Sequence[str] = field(default=(), repr=False)
    status: str
    start_time: datetime
    end_time: datetime | None = None
    created_by: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class SessionPage:
    """`total` counts all of the client."""

    sessions: tuple[ClientSession, ...]
    total: int
    next_cursor: str | None


class ClientSessionRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, session: ClientSession) -> None:
        await self._tx.execute(insert(table).values(**_values(session)))

    async def replace(self, session: ClientSession) -> None:
        statement = update(table).where(table.c.id == session.id)
        await self._tx.execute(statement.values(**_values(session)))

    async def get(self, client_id: str, session_id: str) -> ClientSession | None:
        mine = table.c.id == session_id, table.c.client_id == client_id
        row = (await self._tx.execute(select(table).where(*mine))).first()
        return None if row is None else _session(row)

    async def about(self, client_id: str, call_id: str, agent_id: str) -> str | None:
        """The id of the session that the client had with this agent in this call."""
        same = (
            table.c.call_id == call_id,
            table.c.client_id == client_id,
            table.c.agent_id == agent_id,
        )
        query = select(table.c.id).where(*same, table.c.status != "cancelled").limit(1)
        found: str | None = await self._tx.scalar(query)
        return found

    async def page(self, client_id: str, *, limit: int, cursor: str | None) -> SessionPage:
        """Newest first. Raises MhudError INVALID for a cursor that is none of ours."""
        where = [table.c.client_id == client_id]
        total = await self._tx.scalar(select(func.count()).select_from(table).where(*where))
        if cursor is not None:
            at, session_id = cursors.time_and_id(cursor)
            place = tuple_(literal(at, UtcDateTime), literal(session_id))
            where.append(tuple_(table.c.start_time, table.c.id) < place)
        query = select(table).where(*where)
        newest = query.order_by(table.c.start_time.desc(), table.c.id.desc()).limit(limit + 1)
        found = tuple(_session(row) for row in await self._tx.execute(newest))
        more = _cursor(found[limit - 1]) if len(found) > limit else None
        return SessionPage(found[:limit], total or 0, more)

    async def name_client(self, call_id: str, agent_id: str, client_id: str) -> None:
        """In the agent's communication about the call, where it names nobody yet."""
        unnamed = (
            communications.c.call_id == call_id,
            communications.c.agent_id == agent_id,
            communications.c.client_id.is_(None),
        )
        await self._tx.execute(update(communications).where(*unnamed).values(client_id=client_id))


def _values(session: ClientSession) -> dict[str, Any]:
    return {one.name: getattr(session, one.name) for one in fields(session)}


def _session(row: Any) -> ClientSession:
    return ClientSession(**{**row._mapping, "tags": tuple(row.tags)})


def _cursor(session: ClientSession) -> str:
    return cursors.of(session.start_time, session.id)
