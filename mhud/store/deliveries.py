"""The outbox of webhooks: a row for each event and each webhook that wants it.

What comes often (in, out, settled) is plain SQL in one go, see plain.py. Nothing marks a row as
taken: one daemon serves a database, and what it had begun when it was killed is begun again.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.plain import in_one_go

WAITING, DELIVERED, EXHAUSTED = range(3)
FAILURES = 10  # of a delivery, that are remembered
_INSERT = (
    "INSERT INTO webhook_deliveries (n, salt, webhook_id, line, seq, type, created_at, give_up_at,"
    " state, attempts, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)"
)
_NEEDED = "n, salt, webhook_id, line, type, give_up_at, attempts, next_at, failures, body"
_SETTLE = (
    "UPDATE webhook_deliveries SET state = ?, attempts = ?, next_at = ?, status = ?, error = ?,"
    " duration_ms = ?, tried_at = ?, failures = ? WHERE n = ? AND state = 0"
)
_POSITION = (
    "INSERT INTO webhook_position (one, seq) VALUES (1, ?)"
    " ON CONFLICT (one) DO UPDATE SET seq = excluded.seq"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """`line`: what shares it goes out in order. `seq` None: a test."""

    webhook_id: str
    line: str
    seq: int | None
    type: str
    at: datetime
    give_up_at: datetime
    body: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Waiting:
    """One that is to be tried. `id` is public, and the message's: equal in each try."""

    n: int
    id: str
    webhook_id: str
    line: str
    type: str
    give_up_at: datetime
    attempts: int = 0
    next_at: datetime | None = None
    failures: list[dict[str, Any]] = field(default_factory=list)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a try came to. `state` WAITING: again at `next_at`. `duration_ms`: of the try."""

    n: int
    state: int
    attempts: int
    tried_at: datetime
    duration_ms: int
    status: int | None = None
    error: str | None = None
    next_at: datetime | None = None
    failures: list[dict[str, Any]] = field(default_factory=list)


async def position(tx: AsyncConnection) -> int:
    """Up to which seq events have been looked at; 0: none ever."""

    def ask(connection: sqlite3.Connection) -> int:
        row = connection.execute("SELECT seq FROM webhook_position").fetchone()
        return int(row[0]) if row else 0

    return await in_one_go(tx, ask)


async def keep(
    tx: AsyncConnection, new: Sequence[NewDelivery], seq: int | None = None
) -> list[Waiting]:
    """In their order. `seq`: up to here events have been looked at, from now on."""
    return await in_one_go(tx, partial(_keep, new, seq))


def _keep(
    new: Sequence[NewDelivery], seq: int | None, connection: sqlite3.Connection
) -> list[Waiting]:
    last = "SELECT seq FROM sqlite_sequence WHERE name = 'webhook_deliveries'"
    row = connection.execute(last).fetchone()
    first, salt = (row[0] if row else 0) + 1, secrets.token_hex(4)
    connection.executemany(_INSERT, [_row(n, salt, one) for n, one in enumerate(new, first)])
    if seq is not None:
        connection.execute(_POSITION, (seq,))
    return [
        Waiting(
            n=n,
            id=public_id(n, salt),
            webhook_id=one.webhook_id,
            line=one.line,
            type=one.type,
            give_up_at=one.give_up_at,
            body=one.body,
        )
        for n, one in enumerate(new, first)
    ]


def _row(n: int, salt: str, one: NewDelivery) -> tuple[Any, ...]:
    at, until = _text(one.at), _text(one.give_up_at)
    return n, salt, one.webhook_id, one.line, one.seq, one.type, at, until, one.body


def _settled(one: Tried) -> tuple[Any, ...]:
    next_at = _text(one.next_at) if one.next_at else None
    now = one.state, one.attempts, next_at, one.status, one.error, one.duration_ms
    return *now, _text(one.tried_at), _packed(one.failures), one.n


async def waiting(tx: AsyncConnection, webhook_id: str, after: int, limit: int) -> list[Waiting]:
    """At most `limit` that wait, in order."""
    sql = (
        f"SELECT {_NEEDED} FROM webhook_deliveries"  # noqa: S608 - names of columns
        " WHERE webhook_id = ? AND state = 0 AND n > ? ORDER BY n LIMIT ?"
    )
    return await in_one_go(tx, partial(_waiting, sql, (webhook_id, after, limit)))


async def waiting_of(tx: AsyncConnection, numbers: Sequence[int]) -> list[Waiting]:
    """Those of them that still wait, in order."""
    marks = ", ".join("?" * len(numbers))
    sql = (
        f"SELECT {_NEEDED} FROM webhook_deliveries"  # noqa: S608 - names of columns, and marks
        f" WHERE n IN ({marks}) AND state = 0 ORDER BY n"
    )
    return await in_one_go(tx, partial(_waiting, sql, tuple(numbers)))


def _waiting(sql: str, values: tuple[Any, ...], connection: sqlite3.Connection) -> list[Waiting]:
    return [
        Waiting(
            n=n,
            id=public_id(n, salt),
            webhook_id=webhook_id,
            line=line,
            type=kind,
            give_up_at=_instant(give_up_at),
            attempts=attempts,
            next_at=_instant(next_at) if next_at else None,
            failures=orjson.loads(failures) if failures else [],
            body=body,
        )
        for n, salt, webhook_id, line, kind, give_up_at, attempts, next_at, failures, body
        in connection.execute(sql, values)
    ]  # fmt: skip


async def settle(tx: AsyncConnection, tried: Sequence[Tried]) -> None:
    """What was settled otherwise meanwhile stays so."""
    rows = [_settled(one) for one in tried]
    await in_one_go(tx, lambda connection: connection.executemany(_SETTLE, rows))


async def exhaust(tx: AsyncConnection, webhook_id: str, at: datetime, limit: int) -> int:
    """Of the first `limit` that wait those that were due to end before `at`; says how many.

    As they came, so they are due: behind the first that is young none is looked at.
    """
    sql = (
        "UPDATE webhook_deliveries SET state = 2, next_at = NULL WHERE give_up_at < ? AND n IN"
        " (SELECT n FROM webhook_deliveries WHERE webhook_id = ? AND state = 0 ORDER BY n LIMIT ?)"
    )
    values = (_text(at), webhook_id, limit)
    return await in_one_go(tx, lambda connection: connection.execute(sql, values).rowcount)


def public_id(n: int, salt: str) -> str:
    return f"delivery-{n}-{salt}"


def _packed(failures: list[dict[str, Any]]) -> str | None:
    return orjson.dumps(failures[:FAILURES]).decode() if failures else None


def _text(at: datetime) -> str:
    """As the column's type stores it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
