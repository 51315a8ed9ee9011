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

from mhud.feeds.counting import nobody
from mhud.live.inputs import QueuesConfigured
from mhud.live.model import Queue, QueueProfile, SlaFormula
from mhud.live.state import LiveState
from mhud.services.report_ask import Ask
from mhud.services.report_figures import figures, formulas_of, rows_to_read
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


async def test_who_asks_hears_how_far_it_is_and_what_it_costs(db: Database) -> None:
    heard: list[float] = []
    ask = Ask(
        start=THREE_WEEKS.start,
        end=THREE_WEEKS.end + timedelta(days=40),
        timezone=KATHMANDU,
        metrics=("total_calls",),
        group_by="hour",
    )
    async with db.read() as tx:
        await figures(tx, ask, heard.append, callers=nobody)
        rows = await rows_to_read(tx, ask)
        nothing = await rows_to_read(tx, replace(ask, end=ask.start))
    assert heard == sorted(heard)
    assert (heard[0], heard[-1], len(heard) > 2) == (0.0, 1.0, True)
    assert 1000 < rows < 6000
    assert nothing == 0


async def test_a_report_of_no_time_at_all_is_empty(db: Database) -> None:
    asked = replace(THREE_WEEKS, end=THREE_WEEKS.start, group_by="day")
    table = await answer(db, asked, ("total_calls", "average_talk_time"))
    assert (table.rows, table.totals) == ((), (0, None))


def test_each_queue_has_its_own_formula_of_the_service_level() -> None:
    live = LiveState()
    profile = QueueProfile(id="crisis", sla_formula=SlaFormula.NEGATIVE)
    live.apply(QueuesConfigured(at=live.now, profiles=(profile,)))
    live.queues["crisis"] = Queue(id="crisis", profile=profile)
    assert formulas_of(live) == {"crisis": SlaFormula.NEGATIVE}
