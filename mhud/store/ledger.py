"""The order of events on disk. Sequence numbers have no holes above the oldest row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema import ledger


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """`payload` is the full public JSON."""

    seq: int
    type: str
    at: datetime
    payload: bytes
    call_id: str | None
    agent_id: str | None
    queue_id: str | None


async def last_seq(tx: AsyncConnection) -> int:
    """0 when nothing was ever kept."""
    return await tx.scalar(select(func.max(ledger.c.seq))) or 0


async def oldest_seq(tx: AsyncConnection) -> int | None:
    oldest: int | None = await tx.scalar(select(func.min(ledger.c.seq)))
    return oldest


async def append(tx: AsyncConnection, rows: Sequence[LedgerRow]) -> None:
    await tx.execute(insert(ledger), [asdict(row) for row in rows])


async def since(tx: AsyncConnection, seq: int, limit: int) -> tuple[LedgerRow, ...]:
    """At most `limit` rows after `seq`, oldest first."""
    query = select(ledger).where(ledger.c.seq > seq).order_by(ledger.c.seq).limit(limit)
    return tuple(LedgerRow(**row._mapping) for row in await tx.execute(query))


async def purge(tx: AsyncConnection, before: datetime, limit: int) -> int:
    """Deletes at most `limit` of the oldest rows that are older than `before`; says how many.

    The newest row stays whatever its age: the next sequence number follows from it. Rows go from
    the front only, because Asterisk's times may run backwards and a hole must not follow.
    """
    query = select(ledger.c.seq, ledger.c.at).order_by(ledger.c.seq).limit(limit + 1)
    front = (await tx.execute(query)).all()
    old = list(takewhile(lambda row: row.at < before, front[: min(limit, len(front) - 1)]))
    if old:
        await tx.execute(delete(ledger).where(ledger.c.seq <= old[-1].seq))
    return len(old)
