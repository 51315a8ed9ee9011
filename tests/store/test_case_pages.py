"""Pages of a long list are the list, cut: wherever they begin, and whatever it is narrowed to."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from benchmarks.case_builder import fill
from mhud.store import case_pages, driver
from mhud.store.case_pages import CasePages, Wanted, matching
from mhud.store.case_sight import Sight, visible
from mhud.store.database import Database
from mhud.store.schema_cases import cases

EVERYBODY = Sight(user_id=5, all=True)
COUNT = 600
FILTERS: list[dict[str, Any]] = [
    {},
    {"status": "closed"},
    {"status": "open", "priority": "high", "category": "abuse"},
    {"category": "health", "priority": "medium"},
    {"assigned_user_id": 7},
    {"unassigned": True},
    {"created_by": 7, "status": "closed"},
]
SIGHTS = [EVERYBODY, Sight(user_id=5), Sight(user_id=5, unassigned=True)]


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """Cases of two years; some were deleted, and some days have many."""
    opened = await Database.open(tmp_path / "mhud.db")
    await asyncio.to_thread(_fill, opened.path)
    async with opened.write() as tx:
        await tx.execute(text("UPDATE cases SET deleted_at = created_at WHERE id % 9 = 0"))
        await tx.execute(text("UPDATE cases SET created_at = '2024-02-29' || substr(created_at, 11)"
                              " WHERE id BETWEEN 300 AND 380"))  # fmt: skip
    yield opened
    await opened.close()


def _fill(path: Path) -> None:
    with closing(driver.connect(path, None)) as connection:
        fill(connection, COUNT)


async def in_python(db: Database, sight: Sight, wanted: Wanted) -> list[int]:
    async with db.read() as tx:
        rows = list(await tx.execute(select(cases).where(visible(sight), *matching(wanted))))
    found = sorted(rows, key=lambda row: (row.created_at, row.id), reverse=not wanted.oldest_first)
    return [row.id for row in found]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("far", [0, case_pages.FAR], ids=["skipping", "walking"])
@pytest.mark.parametrize("oldest", [False, True], ids=["newest", "oldest"])
async def test_any_page_is_that_part_of_the_list(
    db: Database, filters: dict[str, Any], far: int, oldest: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_pages, "FAR", far)
    dice = random.Random(str(filters))  # noqa: S311 - repeatable, not secret
    for sight in SIGHTS:
        wanted = Wanted(**filters, oldest_first=oldest)
        whole = await in_python(db, sight, wanted)
        places = [0, 1, len(whole) - 1, len(whole), COUNT, *(dice.randrange(COUNT) for _ in "1234")]
        for offset in {max(0, place) for place in places}:
            async with db.read() as tx:
                page = await CasePages(tx).page(sight, wanted, limit=7, offset=offset)
            assert [line.id for line in page.lines] == whole[offset : offset + 7]
            assert page.total == len(whole)


async def test_a_list_since_an_instant_excludes_it(db: Database) -> None:
    async with db.read() as tx:
        newest = (await CasePages(tx).page(EVERYBODY, Wanted(), limit=3, offset=0)).lines
        since = Wanted(created_after=newest[2].created_at)
        page = await CasePages(tx).page(EVERYBODY, since, limit=100, offset=0)

    assert [line.id for line in page.lines] == [newest[0].id, newest[1].id]
    assert page.total == 2
