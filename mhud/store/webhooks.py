"""Who is told by webhook. What is on its way to him is in `deliveries.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema_webhooks import webhooks as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """`events` are names and patterns. Events up to `after_seq` are not for it.

    While a secret rotates, `next_secret` is the new one, made at `rotated_at`.
    """

    id: str
    url: str = field(repr=False)  # its path may be a secret of the receiver's
    events: tuple[str, ...]
    description: str = field(default="", repr=False)
    include_details: bool = False
    active: bool = True
    disabled_reason: str | None = None
    secret: str = field(repr=False)
    next_secret: str | None = field(default=None, repr=False)
    rotated_at: datetime | None = None
    after_seq: int
    created_by: int
    created_at: datetime
    updated_at: datetime


class WebhookRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, webhook: Webhook) -> None:
        values = {one.name: getattr(webhook, one.name) for one in fields(webhook)}
        await self._tx.execute(insert(table).values(**values))

    async def all(self) -> tuple[Webhook, ...]:
        """Oldest first."""
        query = select(table).order_by(table.c.created_at, table.c.id)
        return tuple(_webhook(row) for row in await self._tx.execute(query))

    async def count(self) -> int:
        return await self._tx.scalar(select(func.count()).select_from(table)) or 0

    async def get(self, ident: str) -> Webhook | None:
        row = (await self._tx.execute(select(table).where(table.c.id == ident))).first()
        return None if row is None else _webhook(row)

    async def change(self, ident: str, values: Mapping[str, Any]) -> None:
        await self._tx.execute(update(table).where(table.c.id == ident).values(**values))

    async def remove(self, ident: str) -> None:
        """Its deliveries stay."""
        await self._tx.execute(delete(table).where(table.c.id == ident))


def _webhook(row: Any) -> Webhook:
    return Webhook(**{**row._mapping, "events": tuple(row.events)})
