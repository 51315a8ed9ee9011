"""What a case costs the usual way: SQLAlchemy Core on aiosqlite, and nothing beside the case.

Twelve columns, four indexes and a first activity in one transaction; a lock keeps transactions
whole. No rights, no number, no audit, no search index, no tallies.
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, event, insert
from sqlalchemy.ext.asyncio import create_async_engine

_TEXTS = ("case_number", "subject", "description", "status", "priority", "category", "agent_id")
_metadata = MetaData()
cases = Table(
    "cases",
    _metadata,
    Column("id", Integer, primary_key=True),
    *(Column(name, String, nullable=False) for name in _TEXTS),
    Column("client_id", Integer, nullable=False),
    Column("call_id", String),
    *(Column(name, Integer) for name in ("created_at", "updated_at", "resolved_at")),
    Index("ix_number", "case_number", unique=True),
    Index("ix_status", "status", "created_at", "id"),
    Index("ix_created", "created_at", "id"),
    Index("ix_client", "client_id", "created_at"),
)
activities = Table(
    "activities",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, nullable=False),
    *(Column(name, String, nullable=False) for name in ("kind", "author", "body")),
    Column("created_at", Integer, nullable=False),
    Index("ix_act", "case_id", "created_at"),
)
WORDS = ("billing", "invoice", "refund", "outage", "router", "slow", "payment", "failed", "locked")


class PlainCases:
    """`synchronous`: FULL, as mhud's, or NORMAL."""

    def __init__(self, folder: Path, synchronous: str) -> None:
        url = f"sqlite+aiosqlite:///{folder / f'plain-{synchronous}.db'}"
        self._engine = create_async_engine(url, pool_size=5, connect_args={"timeout": 60})
        self._lock = asyncio.Lock()
        self._dice = random.Random(3)  # noqa: S311 - repeatable, not secret
        self._made = 0

        @event.listens_for(self._engine.sync_engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute(f"PRAGMA synchronous={synchronous}")
            cursor.close()

    async def open(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(_metadata.create_all)

    async def close(self) -> None:
        await self._engine.dispose()

    async def create(self) -> None:
        self._made += 1
        values = self._case(self._made)
        async with self._lock, self._engine.begin() as connection:
            made = await connection.execute(insert(cases), values)
            told = {"kind": "created", "author": "2001", "body": "case opened", "created_at": 1}
            case_id = made.inserted_primary_key[0]
            await connection.execute(insert(activities), {**told, "case_id": case_id})

    def _case(self, number: int) -> dict[str, Any]:
        said = " ".join(self._dice.choices(WORDS, k=30))
        at = 1_730_000_000 + number
        return {
            "case_number": f"C-{number:09d}",
            "subject": said[:40],
            "description": said,
            "status": "open",
            "priority": "high",
            "category": "billing",
            "agent_id": "2001",
            "client_id": number % 100_000,
            "call_id": f"{at}.{number}",
            "created_at": at,
            "updated_at": at,
            "resolved_at": None,
        }
