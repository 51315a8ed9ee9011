"""What services have to tell, on its way to the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.database import TOLD
from mhud.store.plain import Insertion
from mhud.store.schema_tellings import tellings

_insertion = Insertion(tellings)


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingRow:
    """`public` is the event's JSON, but for its seq."""

    id: int = 0
    type: str
    at: datetime
    public: Mapping[str, Any] = field(repr=False)


async def add(tx: AsyncConnection, row: TellingRow) -> None:
    await tx.execute(insert(tellings).values(_values(row)))
    mark(tx)


def add_plain(connection: sqlite3.Connection, row: TellingRow) -> None:
    """In one go with other statements; who commits them says so (`mark`)."""
    _insertion(connection, _values(row))


def mark(tx: AsyncConnection) -> None:
    """Once this is committed the ledger looks for what was told."""
    tx.info[TOLD] = True


async def after(tx: AsyncConnection, ident: int, limit: int) -> Sequence[TellingRow]:
    """At most `limit` that were told after the one with this id, oldest first."""
    query = select(tellings).where(tellings.c.id > ident).order_by(tellings.c.id).limit(limit)
    return tuple(TellingRow(**row._mapping) for row in await tx.execute(query))


async def forget(tx: AsyncConnection, idents: Collection[int]) -> None:
    """Of which the ledger has a copy now."""
    if idents:
        await tx.execute(delete(tellings).where(tellings.c.id.in_(sorted(idents))))


def _values(row: TellingRow) -> dict[str, Any]:
    return {"type": row.type, "at": row.at, "public": row.public}
