"""Which index SQLite takes for each question about cases: before it knows its data, and after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from benchmarks.case_builder import fill
from mhud.store import driver
from mhud.store.case_pages import CasePages, Wanted
from mhud.store.case_sight import Sight
from mhud.store.database import Database, Tx
from mhud.store.search import FIELDS, Asked, Term
from mhud.store.search_sqlite import SqliteSearch
from mhud.store.statistics import StatisticsRepository
from tests.fake_clock import settle

Ask = Callable[[Tx], Awaitable[object]]
EVERYBODY = Sight(user_id=5, all=True)
OPERATOR = Sight(user_id=5)
MANAGER = Sight(user_id=5, unassigned=True)
LAST_YEAR = datetime(2024, 10, 31, 21, tzinfo=UTC), datetime(2025, 10, 31, 21, tzinfo=UTC)
WORDS = Asked(terms=(Term("child"), Term("scho", prefix=True)))


def listed(sight: Sight, offset: int = 0, **wanted: Any) -> Ask:
    return lambda tx: CasePages(tx).page(sight, Wanted(**wanted), limit=20, offset=offset)


def searched(sight: Sight, asked: Asked = WORDS, offset: int = 0) -> Ask:
    return lambda tx: SqliteSearch().find(tx, asked, sight, limit=20, offset=offset)


def counted(sight: Sight, *stretch: datetime) -> Ask:
    async def both(tx: Tx) -> None:
        await StatisticsRepository(tx).kinds(sight, *stretch)
        await StatisticsRepository(tx).resolutions(sight, *stretch)

    return both


BY_ID = "SEARCH cases USING INTEGER PRIMARY KEY (rowid=?)"
MERGED = "USE TEMP B-TREE FOR ORDER BY"  # of no more than one page of each part
TALLIES = "SEARCH case_tallies USING PRIMARY KEY (span=?)"
RESOLUTIONS = "SEARCH case_resolutions USING PRIMARY KEY (span=?)"
GROUPED = "USE TEMP B-TREE FOR GROUP BY"  # of two hundred kinds at most, or of less than two days
ENDS = "SEARCH cases USING COVERING INDEX ix_cases_newest (created_at>? AND created_at<?)"
QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    "first page": (listed(EVERYBODY), {"ix_cases_newest"}),
    "deep page": (listed(EVERYBODY, 1050), {"ix_cases_newest"}),
    "first page from the oldest": (listed(EVERYBODY, oldest_first=True), {"ix_cases_newest"}),
    "deep page from the oldest": (listed(EVERYBODY, 1050, oldest_first=True), {"ix_cases_newest"}),
    "page of a status from the oldest": (
        listed(EVERYBODY, status="open", oldest_first=True),
        {"ix_cases_by_status"},
    ),
    "an operator's page from the oldest": (
        listed(OPERATOR, oldest_first=True),
        {"ix_cases_by_assigned", "ix_cases_by_creator", "ix_cases_figures"},
    ),
    "page of a status": (listed(EVERYBODY, status="open"), {"ix_cases_by_status"}),
    "page of a category": (listed(EVERYBODY, category="abuse"), {"ix_cases_by_category"}),
    "three filters": (
        listed(EVERYBODY, status="closed", priority="high", category="abuse"),
        {"ix_cases_by_category"},
    ),
    "since a day": (listed(EVERYBODY, created_after=LAST_YEAR[0]), {"ix_cases_newest"}),
    "somebody's": (
        listed(EVERYBODY, assigned_user_id=7),
        {"ix_cases_by_assigned", "ix_cases_figures"},
    ),
    "a creator's": (listed(EVERYBODY, created_by=7), {"ix_cases_by_creator"}),
    "an operator's page": (
        listed(OPERATOR),
        {"ix_cases_by_assigned", "ix_cases_by_creator", "ix_cases_figures"},
    ),
    "a manager's page": (
        listed(MANAGER, status="open"),
        {"ix_cases_by_assigned", "ix_cases_by_creator", "ix_cases_figures"},
    ),
    "figures of all time": (counted(EVERYBODY), set()),
    "figures of a year": (counted(EVERYBODY, *LAST_YEAR), {"ix_cases_newest", "ix_cases_resolved"}),
    "an operator's figures": (
        counted(OPERATOR, *LAST_YEAR),
        {"ix_cases_figures", "ix_cases_by_assigned", "ix_cases_by_creator"},
    ),
    "a manager's figures": (
        counted(MANAGER),
        {"ix_cases_figures", "ix_cases_by_assigned", "ix_cases_by_creator"},
    ),
    "search": (searched(EVERYBODY), {"cases_fts"}),
    "an operator's search": (searched(OPERATOR), {"cases_fts"}),
    "search in a field": (
        searched(EVERYBODY, Asked(terms=WORDS.terms, fields=FIELDS[:1])),
        {"cases_fts"},
    ),
}


@dataclass(frozen=True, slots=True)
class Helpline:
    db: Database

    async def plan(self, ask: Ask) -> list[str]:
        """The steps of all statements that it takes."""
        async with self.db.read() as tx:
            heard: list[tuple[str, Any]] = []
            engine = tx.sync_engine

            def listen(_conn: Any, _cursor: Any, sql: str, values: Any, *_more: Any) -> None:
                heard.append((sql, values))

            event.listen(engine, "before_cursor_execute", listen)
            try:
                await ask(tx)
            finally:
                event.remove(engine, "before_cursor_execute", listen)
            return [
                row.detail
                for sql, values in heard
                if sql.startswith("SELECT")
                for row in await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            ]


@pytest.fixture(params=["not analyzed", "analyzed", "as the daemon learns"])
async def helpline(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Helpline]:
    db = await Database.open(tmp_path / "mhud.db")
    await asyncio.to_thread(_fill, db.path)
    if request.param != "analyzed":
        async with db.write() as tx:
            await tx.execute(text("DELETE FROM sqlite_stat1"))
    if request.param == "as the daemon learns":
        await db.learn(settle)
    yield Helpline(db)
    await db.close()


def _fill(path: Path) -> None:
    connection = driver.connect(path, None)
    fill(connection, 1100)
    connection.close()


def of_cases(plan: list[str]) -> list[str]:
    return [step for step in plan if " cases" in step or "cases_fts" in step]


async def test_each_question_is_answered_from_its_index(helpline: Helpline) -> None:
    for name, (ask, indexes) in QUESTIONS.items():
        steps = of_cases(await helpline.plan(ask))
        used = {word for step in steps for word in step.split() if word.startswith("ix_")}
        used |= {"cases_fts" for step in steps if "cases_fts" in step}
        assert used == indexes, name


async def test_no_case_is_read_that_is_not_shown(helpline: Helpline) -> None:
    """Whoever counts or skips stays in the index; rows are fetched by their ids only."""
    for name, (ask, _) in QUESTIONS.items():
        for step in of_cases(await helpline.plan(ask)):
            assert "COVERING INDEX" in step or step.startswith((BY_ID, "SCAN cases_fts")), name


async def test_nothing_is_sorted_but_what_is_small(helpline: Helpline) -> None:
    """A list of all comes in the order of its index; figures of a year come from the tallies."""
    for name in ("first page", "deep page", "page of a status", "three filters", "since a day"):
        ask, _ = QUESTIONS[name]
        steps = [step for step in await helpline.plan(ask) if "B-TREE" in step]
        assert set(steps) <= {MERGED, GROUPED}, name
    plan = await helpline.plan(QUESTIONS["figures of a year"][0])
    assert {TALLIES, RESOLUTIONS, ENDS} <= set(plan)
