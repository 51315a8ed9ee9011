"""First answers to requests that carry an Idempotency-Key, kept over a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema import idempotency

RUNNING, DONE, LOST = "running", "done", "lost"


@dataclass(frozen=True, slots=True)
class Claim:
    """Which request it is: `principal` and `route` scope the consumer's key."""

    principal: str
    route: str
    key: str
    body_hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of an earlier request. `lost`: the daemon died while it ran."""

    state: str
    body_hash: bytes = field(repr=False)
    status: int | None
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class IdempotencyRepository:
    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def claim(self, claim: Claim, at: datetime) -> Kept | None:
        """None: nobody asked before, and the claim is the caller's now."""
        row = {
            "principal": claim.principal,
            "route": claim.route,
            "key": claim.key,
            "body_hash": claim.body_hash,
            "state": RUNNING,
            "created_at": at,
        }
        done = await self._tx.execute(insert(idempotency).values(**row).on_conflict_do_nothing())
        return None if done.rowcount else await self._kept(claim)

    async def finish(
        self, claim: Claim, status: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        values = {"state": DONE, "status": status, "headers": dict(headers), "body": body}
        await self._tx.execute(update(idempotency).where(_same(claim)).values(**values))

    async def release(self, claim: Claim) -> None:
        """Nothing happened: the key may be used again."""
        await self._tx.execute(delete(idempotency).where(_same(claim)))

    async def forget_before(self, at: datetime) -> None:
        await self._tx.execute(delete(idempotency).where(idempotency.c.created_at < at))

    async def mark_lost(self) -> None:
        """At start: whatever ran when the daemon ended has an unknown outcome."""
        where = idempotency.c.state == RUNNING
        await self._tx.execute(update(idempotency).where(where).values(state=LOST))

    async def _kept(self, claim: Claim) -> Kept:
        row = (await self._tx.execute(select(idempotency).where(_same(claim)))).one()
        return Kept(
            state=row.state,
            body_hash=row.body_hash,
            status=row.status,
            headers=row.headers or {},
            body=row.body or b"",
        )


def _same(claim: Claim) -> ColumnElement[bool]:
    columns = idempotency.c
    return and_(
        columns.principal == claim.principal,
        columns.route == claim.route,
        columns.key == claim.key,
    )
