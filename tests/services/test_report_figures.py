"""Reports, beside what somebody else adds up from the same calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mhud.store.database import Database
from tests.many_calls import ManyCalls
from tests.report_house import Question, answer, differences, fill
from tests.report_truth import GROUPINGS, Truth

BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")
FIRST = date(2025, 3, 20)  # the clocks of Berlin change on the 30th
THREE_WEEKS = Question(
    start=datetime(2025, 3, 20, tzinfo=BERLIN),
    end=datetime(2025, 4, 10, tzinfo=BERLIN),
    zone=BERLIN,
    group_by="none",
)
Kept = tuple[Path, Truth]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Three weeks over a change of clocks."""
    path, truth = tmp_path_factory.mktemp("calls") / "mhud.db", Truth()

    async def make() -> None:
        db = await Database.open(path)
        await fill(db, ManyCalls(7, BERLIN, FIRST, 21, agents=8).make(3000), truth)
        await db.close()

    asyncio.run(make())
    yield path, truth
    truth.close()


@pytest.fixture
async def db(kept: Kept) -> AsyncIterator[Database]:
    opened = Database(kept[0])
    yield opened
    await opened.close()


@pytest.mark.parametrize("zone", [BERLIN, KATHMANDU], ids=lambda zone: zone.key)
@pytest.mark.parametrize("group_by", GROUPINGS)
async def test_all_metrics_are_what_somebody_else_adds_up(
    db: Database, kept: Kept, group_by: str, zone: ZoneInfo
) -> None:
    asked = replace(THREE_WEEKS, group_by=group_by, zone=zone)
    assert differences(await answer(db, asked), kept[1], asked) == []


@pytest.mark.parametrize("group_by", ["hour", "queue", "agent", "none"])
@pytest.mark.parametrize(
    "part",
    [
        {"queues": ("crisis", "support")},
        {"agents": ("agent003", "agent001")},
        {"queues": ("youth",), "agents": ("agent002",)},
        {"queues": ("no such queue",)},
    ],
    ids=["queues", "agents", "both", "unknown"],
)
async def test_a_report_of_some_queues_and_agents_is_of_them_only(
    db: Database, kept: Kept, group_by: str, part: dict[str, Any]
) -> None:
    asked = replace(THREE_WEEKS, group_by=group_by, **part)
    assert differences(await answer(db, asked), kept[1], asked) == []


@pytest.mark.parametrize(
    ("after", "lasts"),
    [
        (timedelta(hours=3, minutes=7, seconds=11), timedelta(days=5, minutes=41)),
        (timedelta(hours=9, minutes=3), timedelta(minutes=9)),
        (timedelta(hours=9, minutes=10), timedelta(minutes=10)),
        (timedelta(), timedelta(days=7) - timedelta(seconds=1)),
    ],
    ids=["odd", "within-a-quarter", "over-a-quarter", "to-the-last-second"],
)
@pytest.mark.parametrize("group_by", ["hour", "agent", "none"])
async def test_a_report_may_begin_and_end_at_any_second(
    db: Database, kept: Kept, group_by: str, after: timedelta, lasts: timedelta
) -> None:
    start = THREE_WEEKS.start + timedelta(days=8) + after
    asked = replace(THREE_WEEKS, start=start, end=start + lasts, group_by=group_by)
    assert differences(await answer(db, asked), kept[1], asked) == []
