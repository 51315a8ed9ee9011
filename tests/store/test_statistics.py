"""Counting by tallies and by indexes comes to what counting one by one in Python does."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from mhud.store.case_parts import parts
from mhud.store.case_sight import NOTHING, Sight, visible
from mhud.store.database import Database, Tx
from mhud.store.schema import roles, users
from mhud.store.schema_cases import cases, categories
from mhud.store.statistics import Kind, Resolutions, StatisticsRepository

PEOPLE = (1, 2, 3)
NEW_YEAR = datetime(2025, 1, 1, tzinfo=UTC)
INSTANT = st.integers(-60 * 86_400_000, 60 * 86_400_000).map(
    lambda ms: NEW_YEAR + timedelta(milliseconds=ms)
) | st.sampled_from([NEW_YEAR, NEW_YEAR - timedelta(milliseconds=1)])
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "category": st.sampled_from([None, "abuse", "health"]),
    "priority": st.sampled_from(["low", "medium", "high", "critical"]),
    "status": st.sampled_from(["open", "assigned", "in_progress", "resolved", "closed"]),
    "assigned_user_id": st.none() | st.sampled_from(PEOPLE),
    "resolved_at": st.none() | INSTANT,
    "deleted_at": st.none() | st.none() | INSTANT,
}
NEW = st.fixed_dictionaries(
    {**FIELDS, "created_at": INSTANT, "created_by": st.sampled_from(PEOPLE)}
)
CHANGES = st.lists(
    st.tuples(st.integers(0, 7), st.fixed_dictionaries({}, optional=FIELDS)), max_size=6
)
SIGHTS = st.builds(
    Sight,
    user_id=st.none() | st.sampled_from(PEOPLE),
    all=st.booleans(),
    unassigned=st.booleans(),
)
RARELY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


class Undo(Exception):
    """Ends a transaction without keeping anything of it."""


@dataclass(frozen=True, slots=True)
class Found:
    kinds: Mapping[Kind, int]
    resolutions: Resolutions
    rows: list[Any]


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "mhud.db")
    async with opened.write() as tx:
        await tx.execute(insert(roles), {"name": "nobody", "rights": [], "built_in": False})
        person = {"role": "nobody", "name": "x", "created_at": NEW_YEAR}
        named = [{**person, "id": one, "username": f"u{one}"} for one in PEOPLE]
        await tx.execute(insert(users), named)
        known = set((await tx.execute(select(categories.c.code))).scalars())
        missing = {"abuse", "health"} - known
        if missing:
            rows = [{"code": code, "name": code, "is_active": True} for code in missing]
            await tx.execute(insert(categories), rows)
    yield opened
    await opened.close()


async def keep(tx: Tx, made: Iterable[dict[str, Any]], changes: Iterable[Any] = ()) -> None:
    fixed = {"title": "t", "updated_at": NEW_YEAR}
    rows = [{"id": n, "case_number": f"n{n}", **fixed, **case} for n, case in enumerate(made)]
    if rows:
        await tx.execute(insert(cases), rows)
    for number, change in changes:
        if change:
            await tx.execute(update(cases).where(cases.c.id == number).values(**change))


@asynccontextmanager
async def undone(db: Database) -> AsyncIterator[Tx]:
    """A transaction that leaves nothing for the next example."""
    with suppress(Undo):
        async with db.write() as tx:
            yield tx
            raise Undo


async def asked(tx: Tx, sight: Sight, begin: datetime | None, end: datetime | None) -> Found:
    """And the rows that this sight shows, whatever their age."""
    repository = StatisticsRepository(tx)
    kinds = await repository.kinds(sight, begin, end)
    resolutions = await repository.resolutions(sight, begin, end)
    rows = await tx.execute(select(cases).where(visible(sight)))
    return Found(kinds, resolutions, list(rows))


def within(at: datetime | None, begin: datetime | None, end: datetime | None) -> bool:
    return at is not None and (begin is None or begin <= at) and (end is None or at < end)


def seconds(row: Any) -> int:
    """Whole ones, each end by itself, as clocks show them."""
    ends = (at.replace(microsecond=0) for at in (row.resolved_at, row.created_at))
    return max(0, int((next(ends) - next(ends)).total_seconds()))


@settings(deadline=None, max_examples=30, suppress_health_check=RARELY)
@given(
    made=st.lists(NEW, max_size=8),
    changes=CHANGES,
    sight=SIGHTS,
    begin=st.none() | INSTANT,
    end=st.none() | INSTANT,
)
async def test_the_figures_are_those_of_plain_counting(
    db: Database,
    made: list[dict[str, Any]],
    changes: list[Any],
    sight: Sight,
    begin: datetime | None,
    end: datetime | None,
) -> None:
    async with undone(db) as tx:
        await keep(tx, made, changes)
        found = await asked(tx, sight, begin, end)
    created = [row for row in found.rows if within(row.created_at, begin, end)]
    resolved = [row for row in found.rows if within(row.resolved_at, begin, end)]

    assert found.kinds == Counter(
        Kind(status=row.status, priority=row.priority, category=row.category) for row in created
    )
    assert found.resolutions == Resolutions(len(resolved), sum(map(seconds, resolved)))


@settings(deadline=None, max_examples=20, suppress_health_check=RARELY)
@given(made=st.lists(NEW, max_size=8), sight=SIGHTS)
async def test_the_parts_of_a_sight_are_all_that_it_shows_and_no_case_is_in_two(
    db: Database, made: list[dict[str, Any]], sight: Sight
) -> None:
    found: list[list[int]] = []
    async with undone(db) as tx:
        await keep(tx, made)
        for where in (visible(sight), *(condition for _, condition in parts(sight))):
            ids = (await tx.execute(select(cases.c.id).where(where))).scalars()
            found.append(list(ids))
    shown, *in_parts = found

    assert sorted(shown) == sorted(ident for part in in_parts for ident in part)


async def test_who_sees_nothing_counts_nothing(db: Database) -> None:
    async with db.read() as tx:
        found = await asked(tx, NOTHING, None, None)

    assert (found.kinds, found.resolutions) == ({}, Resolutions())


async def test_a_broken_clock_that_resolved_a_case_before_it_was_made_costs_no_time(
    db: Database,
) -> None:
    case = {"priority": "low", "status": "resolved", "created_by": 1, "created_at": NEW_YEAR}
    async with db.write() as tx:
        await keep(tx, [{**case, "resolved_at": NEW_YEAR - timedelta(days=1)}])
        found = await asked(tx, Sight(user_id=1, all=True), None, None)

    assert found.resolutions == Resolutions(1, 0)
