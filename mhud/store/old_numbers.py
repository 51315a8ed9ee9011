"""Numbers in call records, when they are old: something takes their place that tells nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import Call, Direction
from mhud.store.calls import decode, encode
from mhud.store.schema import calls, stamps

STAMP = "numbers_forgotten_until"  # microseconds since 1970, of the newest start that was seen to
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Mask = Callable[[str | None], str | None]


async def count(tx: AsyncConnection, before: datetime) -> int:
    query = _old(await _until(tx), before)
    return await tx.scalar(select(func.count()).select_from(query.subquery())) or 0


async def forget(tx: AsyncConnection, before: datetime, mask: Mask, limit: int) -> int:
    """In about `limit` of the oldest records that are older than `before`; says in how many."""
    since = await _until(tx)
    first = (await tx.execute(_old(since, before).limit(limit))).all()
    if not first:
        return 0
    last = first[-1].start_time
    rows = (await tx.execute(_old(since, last + timedelta(microseconds=1)))).all()
    for row in rows:
        await _mask(tx, row, mask)
    await _keep(tx, last)
    return len(rows)


def _old(since: datetime, before: datetime) -> Select[Any]:
    old = calls.c.start_time > since, calls.c.start_time < before, calls.c.state == "ended"
    columns = calls.c.id, calls.c.start_time, calls.c.record
    return select(*columns).where(*old).order_by(calls.c.start_time)


async def _mask(tx: AsyncConnection, row: Row[Any], mask: Mask) -> None:
    """A record that can't be read loses its numbers all the same."""
    columns: dict[str, Any]
    try:
        call = without_numbers(decode(orjson.dumps(row.record)), mask)
    except ValueError:
        columns = {"caller_id": None, "destination": None, "record": {}}
    else:
        columns = {
            "caller_id": call.caller_id,
            "destination": call.destination,
            "record": orjson.Fragment(encode(call)),
        }
    await tx.execute(update(calls).where(calls.c.id == row.id).values(**columns))


def without_numbers(call: Call, mask: Mask) -> Call:
    """The helpline's own numbers stay, and extensions; so does nothing that a consumer said."""
    inbound, outbound = call.direction is Direction.INBOUND, call.direction is Direction.OUTBOUND
    return replace(
        call,
        caller_id=mask(call.caller_id) if inbound else call.caller_id,
        destination=mask(call.destination) if outbound else call.destination,
        variables={},
    )


async def _until(tx: AsyncConnection) -> datetime:
    value = await tx.scalar(select(stamps.c.value).where(stamps.c.name == STAMP))
    return EPOCH + timedelta(microseconds=value or 0)


async def _keep(tx: AsyncConnection, at: datetime) -> None:
    value = (at - EPOCH) // timedelta(microseconds=1)
    statement = insert(stamps).values(name=STAMP, value=value)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )
