"""What happened to a case, in the order in which it happened. Lines are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema_cases import activities


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line to be written. Values are words of status and priority, or usernames."""

    case_id: int
    activity_type: str
    description: str = field(repr=False)
    previous_value: str | None = None
    new_value: str | None = None
    user_id: int
    user_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Entry):
    id: int


@dataclass(frozen=True, slots=True)
class History:
    """Newest first. `total` counts also what is beyond the limit."""

    activities: tuple[Activity, ...]
    total: int


class ActivityRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, entry: Entry) -> int:
        """The new line's id."""
        statement = insert(activities).returning(activities.c.id)
        new: int = (await self._tx.execute(statement, asdict(entry))).scalar_one()
        return new

    async def add_all(self, entries: Sequence[Entry]) -> None:
        if entries:
            await self._tx.execute(insert(activities), [asdict(entry) for entry in entries])

    async def of_case(self, case_id: int, limit: int) -> History:
        """Of a case that the reader may see."""
        mine = activities.c.case_id == case_id
        query = select(activities).where(mine).order_by(activities.c.id.desc()).limit(limit)
        found = [Activity(**row._mapping) for row in await self._tx.execute(query)]
        if len(found) < limit:
            return History(tuple(found), len(found))
        total = await self._tx.scalar(select(func.count()).select_from(activities).where(mine))
        return History(tuple(found), total or 0)
