"""Call records: what a restart needs, and the history that people ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Row, Table, literal, or_, select, tuple_
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import AgentDay, AgentStatus, Call, CallStatus, Direction, Help
from mhud.packed import packed
from mhud.store import cursors
from mhud.store.schema import agent_live as agents
from mhud.store.schema import calls
from mhud.store.types import UtcDateTime

log = structlog.get_logger(__name__)
LONGEST = timedelta(days=1)  # of a call, where it matters
_CALL: TypeAdapter[Call] = TypeAdapter(Call)
_HELP: TypeAdapter[Help | None] = TypeAdapter(Help | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A call as it is stored; `record` is `encode(call)`, `day` the helpline's day of its start."""

    id: str
    state: str
    start_time: datetime
    end_time: datetime | None
    direction: str
    caller_id: str | None = field(repr=False)
    destination: str | None = field(repr=False)
    agent_id: str | None
    queue_id: str | None
    end_reason: str | None
    merged_into: str | None
    monitors: str | None
    record: bytes = field(repr=False)
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    """An agent's status and his figures of the helpline's `day`."""

    agent_id: str
    status: AgentStatus
    since: datetime
    pending: AgentStatus | None
    day: str
    day_figures: AgentDay
    help: Help | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which calls a history asks for; None asks for all. `until` excludes."""

    since: datetime | None = None
    until: datetime | None = None
    queue: str | None = None
    agent: str | None = None
    direction: Direction | None = None
    number: str | None = field(default=None, repr=False)
    state: str | None = "ended"


@dataclass(frozen=True, slots=True)
class CallPage:
    calls: tuple[Call, ...]
    next_cursor: str | None


def encode(call: Call) -> bytes:
    """The whole call as JSON; `decode` gives back its equal."""
    return packed(call, dict)


def decode(record: bytes | str) -> Call:
    return _CALL.validate_json(record)


async def save_calls(tx: AsyncConnection, rows: Sequence[CallRow]) -> None:
    """Inserts or replaces; of several rows of one call the last stands."""
    values = [{**asdict(row), "record": orjson.Fragment(row.record)} for row in rows]
    await _upsert(tx, calls, "id", values)


async def save_agents(tx: AsyncConnection, rows: Sequence[AgentRow]) -> None:
    await _upsert(tx, agents, "agent_id", [asdict(row) for row in rows])


async def _upsert(
    tx: AsyncConnection, table: Table, key: str, values: list[dict[str, Any]]
) -> None:
    if values:
        await tx.execute(_insert_or_replace(table, key, tuple(values[0])), values)


@cache
def _insert_or_replace(table: Table, key: str, names: tuple[str, ...]) -> Insert:
    """Made once, for it is written with nearly every event."""
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in names if name != key}
    return statement.on_conflict_do_update(index_elements=[key], set_=changed)


async def open_calls(tx: AsyncConnection) -> tuple[Call, ...]:
    """Calls that were not over when they were last written, oldest first."""
    return await _select(tx, calls.c.state == "open")


async def ended_since(tx: AsyncConnection, start: datetime) -> tuple[Call, ...]:
    """Calls that ended at `start` or later, by their beginning, oldest first.

    One that lasted longer than a day before `start` is not found: the index is by beginning.
    """
    return await _select(
        tx,
        calls.c.state == "ended",
        calls.c.start_time >= start - LONGEST,
        calls.c.end_time >= start,
    )


async def get_call(tx: AsyncConnection, call_id: str) -> Call | None:
    found = await _select(tx, calls.c.id == call_id)
    return found[0] if found else None


async def agent_live(tx: AsyncConnection) -> tuple[AgentRow, ...]:
    rows = await tx.execute(select(agents).order_by(agents.c.agent_id))
    return tuple(found for row in rows if (found := _readable_agent(row._mapping)))


def _readable_agent(row: Any) -> AgentRow | None:
    try:
        return _agent_row(row)
    except (TypeError, ValueError):
        log.error("agent_record_not_readable", agent_id=row["agent_id"])
        return None


def _agent_row(row: Any) -> AgentRow:
    return AgentRow(
        agent_id=row["agent_id"],
        status=AgentStatus(row["status"]),
        since=row["since"],
        pending=AgentStatus(row["pending"]) if row["pending"] else None,
        day=row["day"],
        day_figures=AgentDay(**row["day_figures"]),
        help=_HELP.validate_python(row["help"]),
    )


async def page(
    tx: AsyncConnection, wanted: Wanted, *, limit: int, cursor: str | None = None
) -> CallPage:
    """Newest first. Raises MhudError INVALID for a cursor that is none of ours."""
    where = _where(wanted)
    if cursor is not None:
        where.append(_after(*cursors.time_and_id(cursor)))
    newest = calls.c.start_time.desc(), calls.c.id.desc()
    columns = calls.c.id, calls.c.start_time, calls.c.record
    query = select(*columns).where(*where).order_by(*newest).limit(limit + 1)
    rows = (await tx.execute(query)).all()
    more = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return CallPage(readable(rows[:limit]), more)


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    equal = {"queue_id": wanted.queue, "agent_id": wanted.agent, "state": wanted.state}
    where = [calls.c[name] == value for name, value in equal.items() if value is not None]
    where.append(calls.c.monitors.is_(None))  # to listen to a call is no call of the helpline's
    if wanted.direction is not None:
        where.append(calls.c.direction == wanted.direction.value)
    if wanted.since is not None:
        where.append(calls.c.start_time >= wanted.since)
    if wanted.until is not None:
        where.append(calls.c.start_time < wanted.until)
    if wanted.number is not None:
        where.append(or_(calls.c.caller_id == wanted.number, calls.c.destination == wanted.number))
    return where


def _after(at: datetime, call_id: str) -> ColumnElement[bool]:
    """In the order newest first. A row value, because SQLite seeks by it in the index."""
    position = tuple_(literal(at, UtcDateTime), literal(call_id))
    return tuple_(calls.c.start_time, calls.c.id) < position


async def _select(tx: AsyncConnection, *where: ColumnElement[bool]) -> tuple[Call, ...]:
    query = select(calls.c.id, calls.c.record).where(*where)
    return readable((await tx.execute(query.order_by(calls.c.start_time, calls.c.id))).all())


def readable(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[Call, ...]:
    """A record that this version can't read costs itself, not the start or the page.

    What is wrong with it is not logged: the error quotes it.
    """
    found = []
    for row in rows:
        try:
            found.append(_CALL.validate_python(row.record))
        except ValidationError:
            log.error("call_record_not_readable", call_id=row.id)
    return tuple(found)


def state_of(call: Call) -> str:
    return "ended" if call.status is CallStatus.ENDED else "open"


def _cursor(row: Row[*tuple[Any, ...]]) -> str:
    return cursors.of(row.start_time, row.id)
