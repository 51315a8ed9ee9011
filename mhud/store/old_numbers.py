"""Numbers in call records, when they are old: something takes their place that tells nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import Call, Direction
from mhud.store.calls import decode, encode
from mhud.store.schema import calls, stamps

STAMP = "numbers_forgotten_until"  # microseconds since 1970, of the newest start that was seen to
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Record:
    id: str
    start_time: datetime
    caller_id: str | None = field(repr=False)
    destination: str | None = field(repr=False)
    record: Any = field(repr=False)


Mask = Callable[[str | None], str | None]


async def count(tx: AsyncConnection, before: datetime) -> int:
    query = _old(await _until(tx), before)
    return await tx.scalar(select(func.count()).select_from(query.subquery())) or 0


async def oldest(tx: AsyncConnection, before: datetime, limit: int) -> list[Record]:
    """About `limit` of the oldest records that are older than `before`; all of one instant."""
    since = await _until(tx)
    first = (await tx.execute(_old(since, before).limit(limit))).all()
    if not first:
        return []
    last = first[-1].start_time + timedelta(microseconds=1)
    rows = await tx.execute(_old(since, min(last, before)))
    return [Record(*row) for row in rows]


def masked(rows: Sequence[Record], mask: Mask) -> list[dict[str, Any]]:
    """What the records become; for `replace`. Takes a while: nobody should wait for it."""
    return [_masked(row, mask) for row in rows]


async def replace(
    tx: AsyncConnection, rows: Sequence[Record], changes: Sequence[dict[str, Any]]
) -> None:
    """Those that somebody changed since they were read are left to him: he erased a person."""
    columns = calls.c
    same = (
        columns.id == bindparam("was_id"),
        columns.caller_id.is_not_distinct_from(bindparam("was_caller_id")),
        columns.destination.is_not_distinct_from(bindparam("was_destination")),
    )
    values: dict[str, Any] = {
        name: bindparam(name) for name in ("caller_id", "destination", "record")
    }
    await tx.execute(update(calls).where(*same).values(**values), list(changes))
    await _keep(tx, rows[-1].start_time)


def _old(since: datetime, before: datetime) -> Select[Any]:
    old = calls.c.start_time > since, calls.c.start_time < before, calls.c.state == "ended"
    columns = calls.c.id, calls.c.start_time, calls.c.caller_id, calls.c.destination, calls.c.record
    return select(*columns).where(*old).order_by(calls.c.start_time)


def _masked(row: Record, mask: Mask) -> dict[str, Any]:
    """A record that can't be read loses its numbers all the same."""
    was = {"was_id": row.id, "was_caller_id": row.caller_id, "was_destination": row.destination}
    try:
        call = without_numbers(decode(orjson.dumps(row.record)), mask)
    except ValueError:
        return {**was, "caller_id": None, "destination": None, "record": {}}
    return {
        **was,
        "caller_id": call.caller_id,
        "destination": call.destination,
        "record": orjson.Fragment(encode(call)),
    }


def without_numbers(call: Call, mask: Mask) -> Call:
    """The helpline's own numbers stay, and extensions; so does nothing that a consumer said."""
    inbound, outbound = call.direction is Direction.INBOUND, call.direction is Direction.OUTBOUND
    return changed(
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
