"""How much each key asked: counts that only grow, a row per key and day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema import api_keys
from mhud.store.schema_usage import key_usage

COUNTS = ("requests", "refused", "rate_limited", "failed")


@dataclass(slots=True, kw_only=True)
class Usage:
    """`day` of the helpline, ISO. `refused`: 4xx without those of the rate limit; `failed`: 5xx."""

    key_id: str
    day: str
    requests: int = 0
    refused: int = 0
    rate_limited: int = 0
    failed: int = 0


class UsageRepository:
    """Reads and writes inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, more: Iterable[Usage]) -> None:
        """To what there is of the same key and day."""
        columns = ("key_id", "day", *COUNTS)
        values = [{name: getattr(one, name) for name in columns} for one in more]
        if not values:
            return
        statement = insert(key_usage)
        grown = {name: key_usage.c[name] + statement.excluded[name] for name in COUNTS}
        upsert = statement.on_conflict_do_update(index_elements=["key_id", "day"], set_=grown)
        await self._tx.execute(upsert, values)

    async def knows(self, key_id: str) -> bool:
        """Also of a key that is revoked."""
        found = select(api_keys.c.id).where(api_keys.c.id == key_id)
        return await self._tx.scalar(found) is not None

    async def of(self, key_id: str, first: str, last: str) -> list[Usage]:
        """Of the days from `first` to `last`, both included, oldest first."""
        columns = key_usage.c
        where = columns.key_id == key_id, columns.day.between(first, last)
        rows = await self._tx.execute(select(key_usage).where(*where).order_by(columns.day))
        return [Usage(**row._mapping) for row in rows]
