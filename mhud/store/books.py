"""How far Asterisk's books were read, and which calls of theirs are known already."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import Call
from mhud.store.calls import readable
from mhud.store.schema import calls
from mhud.store.schema_books import books

At = tuple[int, int, bytes]
"""Inode, position, mark."""


async def places(tx: AsyncConnection) -> dict[str, At]:
    rows = await tx.execute(select(books))
    return {row.name: (row.inode, row.position, row.mark) for row in rows}


async def keep_places(tx: AsyncConnection, found: Mapping[str, At], now: datetime) -> None:
    for name, (inode, position, mark) in found.items():
        values = {"inode": inode, "position": position, "mark": mark, "read_at": now}
        statement = insert(books).values(name=name, **values)
        await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


async def stored(tx: AsyncConnection, call_ids: Collection[str]) -> dict[str, Call | None]:
    """Those of these calls that were kept; None for a record that can't be read."""
    query = select(calls.c.id, calls.c.record).where(calls.c.id.in_(call_ids))
    rows = (await tx.execute(query)).all()
    return {row.id: next(iter(readable([row])), None) for row in rows}
