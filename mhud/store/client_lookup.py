"""What is known about whoever may be calling: open cases, and contacts so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, cast, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.case_sight import Sight, visible
from mhud.store.schema_cases import cases
from mhud.store.schema_contacts import client_sessions, communications

OPEN = ("open", "assigned", "in_progress")
MOST_CASES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBrief:
    """Enough to choose one."""

    id: int
    case_number: str
    title: str = field(repr=False)
    status: str
    priority: str
    client_id: str | None
    assigned_user_id: int | None
    created_at: datetime


_BRIEF = tuple(cases.c[name] for name in CaseBrief.__slots__)
_NEWEST = (cases.c.created_at.desc(), cases.c.id.desc())


class LookupRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def open_cases(self, client_ids: Collection[str], sight: Sight) -> list[CaseBrief]:
        """Newest first."""
        return await self._cases(cases.c.client_id.in_(client_ids), sight)

    async def reported_by(self, phone_key: str, sight: Sight) -> list[CaseBrief]:
        """Open cases that name no client, and whose reporter had this number."""
        theirs = cases.c.client_id.is_(None) & (cases.c.reporter_phone_key == phone_key)
        return await self._cases(theirs, sight)

    async def contacts(
        self, client_ids: Collection[str], but_call: str | None
    ) -> Mapping[str, int]:
        """How often each was spoken or written with, himself or on his cases.

        Session and communication of a call are one. `but_call` is not counted: it is going on.
        Nor are cancelled sessions.
        """
        one, other = communications, client_sessions
        spoken = select(one.c.client_id, _contact(one)).where(
            one.c.client_id.in_(client_ids), _is_not(one.c.call_id, but_call)
        )
        kept = select(other.c.client_id, _contact(other)).where(
            other.c.client_id.in_(client_ids),
            other.c.status != "cancelled",
            _is_not(other.c.call_id, but_call),
        )
        on_cases = (
            select(cases.c.client_id, _contact(one))
            .join(cases, cases.c.id == one.c.case_id)
            .where(
                cases.c.client_id.in_(client_ids),
                func.coalesce(one.c.client_id, "") == "",  # so that no index leads to all of them
                _is_not(one.c.call_id, but_call),
            )
        )
        all_of_them = spoken.union(kept, on_cases).subquery()  # UNION drops what is said twice
        whose = all_of_them.c.client_id
        query = select(whose, func.count()).group_by(whose)
        return {row[0]: row[1] for row in await self._tx.execute(query)}

    async def calls_of(self, phone_key: str, but_call: str | None) -> int:
        """Contacts with the number, whoever it was; a call with several agents is one."""
        where = (
            communications.c.contact_key == phone_key,
            _is_not(communications.c.call_id, but_call),
        )
        query = select(func.count(_contact(communications).distinct())).where(*where)
        return await self._tx.scalar(query) or 0

    async def _cases(self, whose: ColumnElement[bool], sight: Sight) -> list[CaseBrief]:
        query = select(*_BRIEF).where(whose, cases.c.status.in_(OPEN), visible(sight))
        rows = await self._tx.execute(query.order_by(*_NEWEST).limit(MOST_CASES))
        return [CaseBrief(**row._mapping) for row in rows]


def _contact(table: Table) -> ColumnElement[Any]:
    """The same for all that is about one call."""
    own = literal(f"{table.name}:").concat(cast(table.c.id, Text))
    return func.coalesce(table.c.call_id, own)


def _is_not(call_id: ColumnElement[Any], but: str | None) -> ColumnElement[bool]:
    return true() if but is None else or_(call_id.is_(None), call_id != but)
