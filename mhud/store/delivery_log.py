"""The outbox of webhooks as people look at it: what went out, what did not, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store import cursors
from mhud.store.deliveries import DELIVERED, EXHAUSTED, WAITING, public_id
from mhud.store.schema_webhooks import webhook_deliveries as table

STATES = {"waiting": WAITING, "delivered": DELIVERED, "exhausted": EXHAUSTED}
_WORDS = {number: word for word, number in STATES.items()}
_PLACE = re.compile(rb"[0-9]{1,18}")
_SHOWN = [column for column in table.columns if column.name not in ("body", "line", "webhook_id")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`status` is of the last answer, `error` why the last try failed; `failures` newest first."""

    id: str
    n: int
    seq: int | None
    type: str
    state: str
    attempts: int
    status: int | None
    error: str | None
    duration_ms: int | None
    created_at: datetime
    tried_at: datetime | None
    next_at: datetime | None
    give_up_at: datetime
    failures: tuple[dict[str, Any], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    deliveries: tuple[Delivery, ...]
    next_cursor: str | None


async def page(
    tx: AsyncConnection, webhook_id: str, state: str | None, limit: int, cursor: str | None
) -> DeliveryPage:
    """Newest first. Raises MhudError INVALID for a cursor that is none of ours."""
    before = None if cursor is None else _position(cursor)
    found: list[Delivery] = []
    for number in [STATES[state]] if state else STATES.values():  # each by the index, in order
        found += await _some(tx, _query(webhook_id, number, before, limit))
    found.sort(key=lambda one: -one.n)
    more = cursors.printed(str(found[limit - 1].n).encode()) if len(found) > limit else None
    return DeliveryPage(tuple(found[:limit]), more)


def _query(webhook_id: str, state: int, before: int | None, limit: int) -> Select[Any]:
    query = select(*_SHOWN).where(table.c.webhook_id == webhook_id, table.c.state == state)
    if before is not None:
        query = query.where(table.c.n < before)
    return query.order_by(table.c.n.desc()).limit(limit + 1)


async def get(tx: AsyncConnection, webhook_id: str, ident: str) -> Delivery | None:
    """By its public id."""
    number = ident.removeprefix("delivery-").partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    query = select(*_SHOWN).where(table.c.n == int(number), table.c.webhook_id == webhook_id)
    found = await _some(tx, query)
    return found[0] if found and found[0].id == ident else None


async def numbered(tx: AsyncConnection, n: int) -> Delivery:
    """One that there is."""
    return (await _some(tx, select(*_SHOWN).where(table.c.n == n)))[0]


async def again(tx: AsyncConnection, n: int, give_up_at: datetime) -> str:
    """It waits as if it were new; in which line, is what it says."""
    fresh = {"state": WAITING, "attempts": 0, "next_at": None, "give_up_at": give_up_at}
    await tx.execute(update(table).where(table.c.n == n).values(**fresh))
    line: str = (await tx.execute(select(table.c.line).where(table.c.n == n))).scalar_one()
    return line


async def waiting_counts(tx: AsyncConnection, webhook_ids: Sequence[str]) -> dict[str, int]:
    query = (
        select(table.c.webhook_id, func.count())
        .where(table.c.webhook_id.in_(webhook_ids), table.c.state == WAITING)
        .group_by(table.c.webhook_id)
    )
    return {row[0]: row[1] for row in await tx.execute(query)}


async def remove(tx: AsyncConnection, webhook_id: str, limit: int) -> int:
    """Some of a webhook's deliveries; says how many."""
    some = select(table.c.n).where(table.c.webhook_id == webhook_id).limit(limit)
    return (await tx.execute(delete(table).where(table.c.n.in_(some)))).rowcount


async def _some(tx: AsyncConnection, query: Select[Any]) -> list[Delivery]:
    return [_delivery(dict(row._mapping)) for row in await tx.execute(query)]


def _delivery(row: dict[str, Any]) -> Delivery:
    row["id"] = public_id(row["n"], row.pop("salt"))
    row["state"] = _WORDS[row["state"]]
    row["failures"] = tuple(row["failures"] or ())
    return Delivery(**row)


def _position(cursor: str) -> int:
    found = _PLACE.fullmatch(cursors.read(cursor))
    if found is None:
        raise cursors.unknown()
    return int(found[0])
