"""The audit trail: complete in pages of any size, and closed to every change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from mhud.clock import SystemClock
from mhud.errors import Code, MhudError
from mhud.store.database import Database
from mhud.store.schema import audit
from mhud.store.trail import Deed, Sought, TrailRepository

NOW = SystemClock().now()  # the trigger reads SQLite's clock
DEED = Deed(
    at=NOW,
    user_id=5,
    username="jane",
    credential="user:5",
    ip="192.0.2.7",
    action="call.monitor.listen",
    subject_kind="call",
    subject_id="call-1.1",
    details={"agent_id": "agent001"},
)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "mhud.db")
    yield opened
    await opened.close()


async def keep(db: Database, *deeds: Deed) -> None:
    async with db.write() as tx:
        for deed in deeds:
            await TrailRepository(tx).add(deed)


async def found(db: Database, limit: int = 100, **sought: Any) -> list[Deed]:
    async with db.read() as tx:
        page = await TrailRepository(tx).page(Sought(**sought), limit=limit)
        deeds = list(page.deeds)
        while page.next_cursor:
            page = await TrailRepository(tx).page(
                Sought(**sought),
                limit=limit,
                cursor=page.next_cursor,
            )
            deeds += page.deeds
    return deeds


async def test_a_deed_comes_back_as_it_was(db: Database) -> None:
    await keep(db, DEED)
    assert await found(db) == [replace(DEED, id=1)]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_pages_of_any_size_are_complete_and_newest_first(db: Database, limit: int) -> None:
    await keep(db, *(replace(DEED, subject_id=f"call-{n}") for n in range(7)))
    ids = [deed.subject_id for deed in await found(db, limit)]
    assert ids == [f"call-{n}" for n in reversed(range(7))]


@pytest.mark.parametrize(
    ("sought", "count"),
    [
        ({"user": "jane"}, 3),
        ({"user": "john"}, 1),
        ({"action": "call.monitor.listen"}, 1),
        ({"action": "call.monitor.*"}, 2),
        ({"action": "call.*"}, 3),
        ({"action": "call.mon.*"}, 0),
        ({"subject": "call-1.1"}, 3),
        ({"since": NOW}, 3),
        ({"until": NOW}, 1),
        ({"since": NOW, "until": NOW}, 0),
    ],
)
async def test_filters_narrow(db: Database, sought: dict[str, Any], count: int) -> None:
    await keep(
        db,
        replace(DEED, at=NOW - timedelta(hours=1), username="john", action="case.read"),
        DEED,
        replace(DEED, action="call.monitor.barge", subject_id="call-2.2"),
        replace(DEED, action="call.hold"),
    )
    assert len(await found(db, **sought)) == count


@pytest.mark.parametrize("cursor", ["", "a", "AAAA", "YWJj", "é", "!!!!"])
async def test_a_cursor_of_another_hand_is_refused(db: Database, cursor: str) -> None:
    async with db.read() as tx:
        with pytest.raises(MhudError) as refused:
            await TrailRepository(tx).page(Sought(), limit=1, cursor=cursor)
    assert refused.value.code is Code.INVALID


async def test_no_line_is_ever_changed(db: Database) -> None:
    await keep(db, replace(DEED, at=NOW - timedelta(days=400)))
    with pytest.raises(IntegrityError, match="not changed"):
        async with db.write() as tx:
            await tx.execute(update(audit).values(username="nobody"))
    assert (await found(db))[0].username == "jane"


async def test_only_old_lines_can_be_deleted(db: Database) -> None:
    await keep(db, DEED, replace(DEED, at=NOW - timedelta(days=89)))
    with pytest.raises(IntegrityError, match="is kept"):
        async with db.write() as tx:
            await tx.execute(delete(audit))
    await keep(db, replace(DEED, at=NOW - timedelta(days=91)))
    async with db.write() as tx:
        await tx.execute(delete(audit).where(audit.c.id == 3))
    async with db.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(audit)) == 2
