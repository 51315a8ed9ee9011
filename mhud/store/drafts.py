"""Unfinished forms of counsellors, one of each call. Nobody else's business."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema_contacts import drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`form` is what the counsellor's program kept, as it was sent."""

    user_id: int
    call_id: str
    form: Mapping[str, Any] = field(repr=False)
    updated_at: datetime


class DraftRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def get(self, user_id: int, call_id: str) -> Draft | None:
        query = select(drafts).where(drafts.c.user_id == user_id, drafts.c.call_id == call_id)
        row = (await self._tx.execute(query)).first()
        return None if row is None else Draft(**row._mapping)

    async def of(self, user_id: int) -> list[tuple[str, datetime]]:
        """Calls and times of his, the newest first."""
        query = select(drafts.c.call_id, drafts.c.updated_at).where(drafts.c.user_id == user_id)
        rows = await self._tx.execute(query.order_by(drafts.c.updated_at.desc()))
        return [(row.call_id, row.updated_at) for row in rows]

    async def put(self, draft: Draft) -> None:
        """In place of the one before."""
        values = {name: getattr(draft, name) for name in Draft.__slots__}
        new = {"form": draft.form, "updated_at": draft.updated_at}
        statement = insert(drafts).values(**values)
        await self._tx.execute(
            statement.on_conflict_do_update(index_elements=["user_id", "call_id"], set_=new)
        )

    async def others(self, user_id: int, call_id: str) -> int:
        """How many of his other calls have one."""
        where = drafts.c.user_id == user_id, drafts.c.call_id != call_id
        return await self._tx.scalar(select(func.count()).select_from(drafts).where(*where)) or 0

    async def forget(self, user_ids: Collection[int], call_id: str) -> bool:
        """Whether there was one."""
        where = drafts.c.user_id.in_(user_ids), drafts.c.call_id == call_id
        return (await self._tx.execute(delete(drafts).where(*where))).rowcount > 0
