"""Communications: contacts with people, those that wait for their counsellor included."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, insert, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema import users
from mhud.store.schema_cases import dispositions
from mhud.store.schema_contacts import client_sessions
from mhud.store.schema_contacts import communications as table

PENDING, LOGGED = "pending", "logged"
MOST = 1000  # of one list
_FACTS = ("contact_address", "duration", "call_status", "agent_id", "queue_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What a call that is over leaves to one agent; `duration` is his talk in seconds."""

    call_id: str
    agent_id: str
    direction: str
    contact_address: str | None = field(repr=False)
    contact_key: str | None = field(repr=False)
    duration: int
    call_status: str
    queue_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Communication:
    """`disposition` is the disposition's category; `user_name` is whose contact it was."""

    id: int
    state: str
    case_id: int | None
    client_id: str | None
    call_id: str | None
    contact_type: str
    direction: str
    contact_address: str | None = field(repr=False)
    contact_key: str | None = field(repr=False)
    contact_name: str | None = field(repr=False)
    duration: int | None
    call_status: str | None
    disposition_id: int | None
    disposition_notes: str | None = field(repr=False)
    message: str | None = field(repr=False)
    user_id: int | None
    agent_id: str | None
    queue_id: str | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime
    disposition: str | None
    disposition_code: str | None
    disposition_name: str | None
    user_name: str | None


class CommunicationRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add_pending(self, contacts: Sequence[Contact]) -> None:
        """One of each agent and call, if the agent is a user: however often it is told.

        What he has logged during the call stays; it only learns what was not known by then.
        """
        if contacts:
            await self._tx.execute(_KEEP_PENDING, [asdict(contact) for contact in contacts])

    async def add(self, values: Mapping[str, Any]) -> int:
        """Its id. `values` by column."""
        statement = insert(table).values(**values).returning(table.c.id)
        return int((await self._tx.execute(statement)).scalar_one())

    async def change(self, ident: int, values: Mapping[str, Any]) -> None:
        await self._tx.execute(update(table).where(table.c.id == ident).values(**values))

    async def one(self, ident: int) -> Communication | None:
        return await self._first(table.c.id == ident)

    async def of_call(self, call_id: str, user_id: int) -> Communication | None:
        return await self._first(table.c.call_id == call_id, table.c.user_id == user_id)

    async def of_case(self, case_id: int) -> tuple[list[Communication], int]:
        """Newest first, and how many there are. Whether the case may be seen is not asked here."""
        return await self._newest(table.c.case_id == case_id)

    async def pending(self, user_id: int | None) -> tuple[list[Communication], int]:
        """Of one counsellor, or of all; newest first, and how many there are."""
        where = [table.c.state == PENDING]
        if user_id is not None:
            where.append(table.c.user_id == user_id)
        return await self._newest(*where)

    async def codes(self, call_ids: Collection[str]) -> dict[str, str]:
        """The disposition of each call that has one; that which was logged last."""
        query = (
            select(table.c.call_id, dispositions.c.code)
            .join(dispositions, dispositions.c.id == table.c.disposition_id)
            .where(table.c.call_id.in_(call_ids), table.c.state == LOGGED)
            .order_by(table.c.updated_at, table.c.id)
        )
        return {row.call_id: row.code for row in await self._tx.execute(query)}

    async def _first(self, *where: ColumnElement[bool]) -> Communication | None:
        row = (await self._tx.execute(_select().where(*where))).first()
        return None if row is None else Communication(**row._mapping)

    async def _newest(self, *where: ColumnElement[bool]) -> tuple[list[Communication], int]:
        query = _select().where(*where).order_by(table.c.id.desc()).limit(MOST)
        found = [Communication(**row._mapping) for row in await self._tx.execute(query)]
        if len(found) < MOST:
            return found, len(found)
        counted = await self._tx.scalar(select(func.count()).select_from(table).where(*where))
        return found, int(counted or 0)


def _select() -> Select[Any]:
    named = (
        dispositions.c.category.label("disposition"),
        dispositions.c.code.label("disposition_code"),
        dispositions.c.name.label("disposition_name"),
        users.c.username.label("user_name"),
    )
    joined = table.outerjoin(dispositions, dispositions.c.id == table.c.disposition_id)
    return select(table, *named).select_from(joined.outerjoin(users, users.c.id == table.c.user_id))


def _keep_pending() -> Insert:
    """By agent, whose user is looked up in the same statement; without one it is nobody's."""
    given = ("call_id", "direction", "contact_key", *_FACTS)
    values: dict[str, ColumnElement[Any]] = {
        name: bindparam(name, type_=table.c[name].type) for name in given
    }
    values |= {
        "state": bindparam("state", PENDING, unique=True),
        "contact_type": bindparam("contact_type", "call", unique=True),
        "client_id": _client_of_session(),
        "created_at": bindparam("at", type_=table.c.created_at.type),
        "updated_at": bindparam("at", type_=table.c.updated_at.type),
    }
    his = select(*values.values(), users.c.id).where(
        users.c.agent_id == bindparam("agent_id", type_=users.c.agent_id.type)
    )
    statement = insert_or(table).from_select([*values, "user_id"], his)
    new = statement.excluded
    learned: dict[str, ColumnElement[Any]] = {
        name: func.coalesce(table.c[name], new[name]) for name in _FACTS
    }
    learned["client_id"] = func.coalesce(table.c.client_id, new.client_id)
    unknown = table.c.contact_address.is_(None)
    learned["contact_key"] = case((unknown, new.contact_key), else_=table.c.contact_key)
    return statement.on_conflict_do_update(index_elements=["call_id", "user_id"], set_=learned)


def _client_of_session() -> ColumnElement[Any]:
    """With whom the agent began a session during the call; with the first, if there were more."""
    session = client_sessions.c
    mine = (
        session.call_id == bindparam("call_id", type_=session.call_id.type),
        session.agent_id == bindparam("agent_id", type_=session.agent_id.type),
        session.status != "cancelled",
    )
    order = session.start_time, session.id
    return select(session.client_id).where(*mine).order_by(*order).limit(1).scalar_subquery()


_KEEP_PENDING = _keep_pending()
