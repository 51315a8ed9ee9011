"""Writing the tallies of calls, in the caller's transaction. Reading them: `figures_read.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Table, delete, func, select, tuple_, update
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import Call
from mhud.store.calls import readable
from mhud.store.schema import calls, stamps
from mhud.store.schema_figures import (
    MEASURES,
    SPENT,
    agent_quarters,
    agent_spells,
    call_quarters,
    caller_quarters,
)

QUARTER_S = 900
GREATEST = "longest_wait_s"
WRAP_UP = "wrap-up"
STAMP, DONE = "calls_counted_until", -1  # a quarter
Counts = Mapping[str, int]
CallKey = tuple[int, int, str, str]
"""by_agent, quarter, queue, agent."""
CallerKey = tuple[int, str, str, int]
"""quarter, queue, agent, caller."""
TimeKey = tuple[int, str]
"""quarter, agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellRow:
    """What an agent did from then to then, and in which call."""

    agent_id: str
    began_at: datetime
    ended_at: datetime
    status: str
    call_id: str | None = None
    queue_id: str | None = None
    call_began_at: datetime | None = None


def quarter_of(at: datetime) -> int:
    """The quarter of an hour, since 1970, in which it is."""
    return int(at.timestamp()) // QUARTER_S


def beginning(quarter: int) -> datetime:
    return datetime.fromtimestamp(quarter * QUARTER_S, UTC)


# ---- adding


async def add_calls(tx: AsyncConnection, cells: Mapping[CallKey, Counts]) -> None:
    names = "by_agent", "quarter", "queue_id", "agent_id"
    await _add(tx, call_quarters, [{**_named(names, k), **cells[k]} for k in sorted(cells)])


async def add_callers(tx: AsyncConnection, found: Mapping[CallerKey, int]) -> None:
    names = "quarter", "queue_id", "agent_id", "caller"
    rows = [{**_named(names, key), "calls": found[key]} for key in sorted(found)]
    await _add(tx, caller_quarters, rows)


async def add_time(tx: AsyncConnection, spent: Mapping[TimeKey, Counts]) -> None:
    names = "quarter", "agent_id"
    await _add(tx, agent_quarters, [{**_named(names, k), **spent[k]} for k in sorted(spent)])


async def add_spells(tx: AsyncConnection, rows: Sequence[SpellRow]) -> None:
    """One that is there already stays as it is."""
    if rows:
        statement = insert(agent_spells).on_conflict_do_nothing()
        await tx.execute(statement, [asdict(row) for row in rows])


def _named(names: Sequence[str], key: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(names, key, strict=True))


async def _add(tx: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        await tx.execute(_adding(table), rows)


@cache
def _adding(table: Table) -> Insert:
    """Made once, for calls wait for it."""
    statement, key = insert(table), {column.name for column in table.primary_key}
    changed = {}
    for column in table.columns:
        new = statement.excluded[column.name]
        if column.name not in key:
            greatest = column.name == GREATEST
            changed[column.name] = func.max(column, new) if greatest else column + new
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)


# ---- what is in them already


async def ended(tx: AsyncConnection, call_ids: Collection[str]) -> dict[str, datetime]:
    """Those of these calls that are known to be over, and when they began: they were counted."""
    over = calls.c.id.in_(call_ids), calls.c.state == "ended"
    rows = await tx.execute(select(calls.c.id, calls.c.start_time).where(*over))
    return {row.id: row.start_time for row in rows}


async def kept(tx: AsyncConnection, rows: Sequence[SpellRow]) -> frozenset[tuple[str, datetime]]:
    """Agent and beginning of those of these spells that were written before."""
    columns = agent_spells.c.agent_id, agent_spells.c.began_at
    wanted = [(row.agent_id, row.began_at) for row in rows]
    found = await tx.execute(select(*columns).where(tuple_(*columns).in_(wanted)))
    return frozenset((agent_id, began_at) for agent_id, began_at in found)


# ---- for counting again


async def first_to_count(tx: AsyncConnection) -> int:
    """The first quarter of which all records are there: older ones may be gone in part."""
    first = await tx.scalar(select(func.min(calls.c.start_time)))
    if first is None:
        return 0
    quarter = quarter_of(first)
    older = call_quarters.c.by_agent == 0, call_quarters.c.quarter < quarter
    gone = await tx.scalar(select(call_quarters.c.quarter).where(*older).limit(1))
    return quarter if gone is None else quarter + 1


async def recounted_until(tx: AsyncConnection, quarter: int | None) -> None:
    """Calls are to be counted again from there on; None: all are counted."""
    value = DONE if quarter is None else quarter
    statement = insert(stamps).values(name=STAMP, value=value)
    changed = {"value": statement.excluded.value}
    await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed))


async def is_all_counted(tx: AsyncConnection) -> bool:
    return await _counted_until(tx) == DONE


async def next_to_count(tx: AsyncConnection) -> int | None:
    """The next quarter in which calls began that are to be counted again; None: there is none."""
    since = await _counted_until(tx) or 0
    later = calls.c.start_time >= beginning(since), calls.c.state == "ended"
    query = select(calls.c.start_time).where(*later).order_by(calls.c.start_time).limit(1)
    found = None if since == DONE else await tx.scalar(query)
    return None if found is None else quarter_of(found)


async def _counted_until(tx: AsyncConnection) -> int | None:
    return await tx.scalar(select(stamps.c.value).where(stamps.c.name == STAMP))


async def forget(tx: AsyncConnection, since: int, until: int) -> None:
    """The tallies of calls that began in these quarters, the last one excluded."""
    for by_agent in (0, 1):
        cells = call_quarters.c.quarter.between(since, until - 1)
        await tx.execute(delete(call_quarters).where(call_quarters.c.by_agent == by_agent, cells))
    callers = caller_quarters.c.quarter.between(since, until - 1)
    await tx.execute(delete(caller_quarters).where(callers))


async def began(tx: AsyncConnection, since: datetime, until: datetime) -> tuple[Call, ...]:
    """Calls that began then and are over, `until` excluded."""
    where = calls.c.start_time >= since, calls.c.start_time < until, calls.c.state == "ended"
    rows = await tx.execute(select(calls.c.id, calls.c.record).where(*where))
    return readable(rows.all())


async def wrap_ups(tx: AsyncConnection, since: datetime, until: datetime) -> tuple[SpellRow, ...]:
    """Of calls that began then."""
    when = agent_spells.c.call_began_at
    where = agent_spells.c.status == WRAP_UP, when >= since, when < until
    return _spells(await tx.execute(select(agent_spells).where(*where)))


LONGEST = timedelta(days=1)  # of a spell, where it matters


async def spells(tx: AsyncConnection, since: datetime, until: datetime) -> tuple[SpellRow, ...]:
    """Those that reach into this stretch, but for what had lasted for over a day before."""
    began_at = agent_spells.c.began_at
    where = began_at >= since - LONGEST, began_at < until, agent_spells.c.ended_at > since
    return _spells(await tx.execute(select(agent_spells).where(*where)))


async def spells_of(tx: AsyncConnection, call_id: str) -> tuple[SpellRow, ...]:
    """What agents did in one call, in the order of time."""
    query = select(agent_spells).where(agent_spells.c.call_id == call_id)
    return _spells(await tx.execute(query.order_by(agent_spells.c.began_at)))


def _spells(rows: Iterable[Any]) -> tuple[SpellRow, ...]:
    return tuple(SpellRow(**row._mapping) for row in rows)


async def forget_callers(tx: AsyncConnection, instead: Mapping[int, int]) -> None:
    """Callers who were erased: another number takes the place of what was made of theirs."""
    for caller, other in instead.items():
        one = update(caller_quarters).where(caller_quarters.c.caller == caller)
        await tx.execute(one.values(caller=other))


NO_COUNTS: Counts = dict.fromkeys(MEASURES, 0)
NO_TIME: Counts = dict.fromkeys(SPENT, 0)
