"""Cases. Every statement that shows one to somebody has `visible(sight)` in its `where`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.case_pages import CaseLine as CaseLine
from mhud.store.case_pages import CasePage as CasePage
from mhud.store.case_pages import CasePages
from mhud.store.case_pages import Wanted as Wanted
from mhud.store.case_sight import Sight as Sight
from mhud.store.case_sight import visible as visible
from mhud.store.schema_cases import case_counters, cases
from mhud.store.schema_contacts import client_phones, clients

SUGGESTED = 200  # cases that one number may suggest, newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`version` is its ETag. `repr` shows nothing of whom it is about."""

    id: int
    case_number: str
    title: str = field(repr=False)
    description: str | None = field(default=None, repr=False)
    category: str | None = None
    subcategory: str | None = None
    priority: str
    status: str
    reporter_name: str | None = field(default=None, repr=False)
    reporter_phone: str | None = field(default=None, repr=False)
    reporter_phone_key: str | None = field(default=None, repr=False)
    reporter_since: datetime | None = None
    reporter_email: str | None = field(default=None, repr=False)
    reporter_relationship: str | None = field(default=None, repr=False)
    child_name: str | None = field(default=None, repr=False)
    child_age: int | None = field(default=None, repr=False)
    child_gender: str | None = field(default=None, repr=False)
    child_location: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_since: datetime | None = None
    assigned_user_id: int | None = None
    ai_transcript: str | None = field(default=None, repr=False)
    ai_translation: str | None = field(default=None, repr=False)
    ai_risk_level: str | None = None
    ai_confidence: float | None = None
    created_by: int
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    deleted_at: datetime | None = None
    deleted_by: int | None = None
    version: int = 1


class CaseRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def next_number(self, year: int) -> int:
        """Raised in the transaction of the case that takes it: nobody ever sees a hole."""
        statement = upsert(case_counters).values(year=year, last=1)
        raised = statement.on_conflict_do_update(
            index_elements=[case_counters.c.year], set_={"last": case_counters.c.last + 1}
        )
        last: int = (await self._tx.execute(raised.returning(case_counters.c.last))).scalar_one()
        return last

    async def count_from(self, year: int, last: int) -> None:
        """The next number of the year is at least one more than `last`."""
        statement = upsert(case_counters).values(year=year, last=last)
        more = func.max(case_counters.c.last, last)
        await self._tx.execute(
            statement.on_conflict_do_update(
                index_elements=[case_counters.c.year], set_={"last": more}
            )
        )

    async def add(self, values: Mapping[str, Any]) -> int:
        """The new case's id."""
        statement = insert(cases).returning(cases.c.id)
        new: int = (await self._tx.execute(statement, values)).scalar_one()
        return new

    async def opened(self, case_id: int, sight: Sight) -> Case | None:
        row = (await self._tx.execute(_one(case_id, sight))).first()
        return None if row is None else Case(**row._mapping)

    async def change(self, case: Case, values: Mapping[str, Any]) -> None:
        """As it was read in this transaction; raises its version."""
        statement = update(cases).where(cases.c.id == case.id)
        await self._tx.execute(statement.values(**values, version=case.version + 1))

    async def page(self, sight: Sight, wanted: Wanted, *, limit: int, offset: int) -> CasePage:
        """Newest first."""
        return await CasePages(self._tx).page(sight, wanted, limit=limit, offset=offset)

    async def suggested_by(self, phone_key: str, by: datetime) -> frozenset[int]:
        """Cases of the clients who have this number, and those whose reporter has it.

        Client, case and number must have belonged together `by` then, when the call began: else
        who talks could open any case by writing his caller's number to its client.
        """
        phones = client_phones.c
        who = select(phones.client_id).where(phones.phone_key == phone_key, phones.added_at <= by)
        named = cases.c.client_id.in_(who) & _held(cases.c.client_since, by)
        reported = (cases.c.reporter_phone_key == phone_key) & _held(cases.c.reporter_since, by)
        theirs = or_(reported, named)
        query = select(cases.c.id).where(theirs).order_by(cases.c.id.desc()).limit(SUGGESTED)
        return frozenset((await self._tx.execute(query)).scalars())

    async def is_client(self, client_id: str) -> bool:
        """Whether a case may name this client."""
        here = clients.c.deleted_at.is_(None), clients.c.merged_into.is_(None)
        query = select(clients.c.id).where(clients.c.id == client_id, *here)
        return await self._tx.scalar(query) is not None


def _held(since: ColumnElement[Any], by: datetime) -> ColumnElement[bool]:
    return func.coalesce(since, cases.c.created_at) <= by


def _one(case_id: int, sight: Sight) -> Any:
    return select(cases).where(cases.c.id == case_id, visible(sight))
