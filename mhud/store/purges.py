"""When retention looked at each kind last, and how many it took away then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema_keeping import purges


@dataclass(frozen=True, slots=True)
class Purged:
    at: datetime
    removed: int


async def keep(tx: AsyncConnection, at: datetime, counts: Mapping[str, int]) -> None:
    """In place of what was known of these kinds."""
    rows = [{"kind": name, "at": at, "removed": count} for name, count in counts.items()]
    if not rows:
        return
    statement = insert(purges)
    new = {"at": statement.excluded.at, "removed": statement.excluded.removed}
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["kind"], set_=new),
        rows,
    )


async def last(tx: AsyncConnection) -> dict[str, Purged]:
    """By kind."""
    return {row.kind: Purged(row.at, row.removed) for row in await tx.execute(select(purges))}
