"""What stands for callers in the tallies, until they are erased."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mhud.feeds.counting import Tally
from mhud.feeds.records import call_row
from mhud.live.model import Direction
from mhud.numbers import Numbers
from mhud.services.callers import caller_of, callers_of
from mhud.services.recounting import Recounting
from mhud.services.retention import fingerprints
from mhud.store.calls import save_calls
from mhud.store.database import Database
from mhud.store.figures import forget_callers
from mhud.store.schema_figures import call_quarters, caller_quarters
from tests.fake_clock import FakeClock
from tests.feed_things import a_call, ended
from tests.tallied import kept

UTC = ZoneInfo("UTC")
KENYA = Numbers("KE")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "mhud.db")
    yield opened
    await opened.close()


def test_all_spellings_of_a_number_are_one_caller_and_its_old_fingerprint_is_too(
    tmp_path: Path,
) -> None:
    callers = callers_of(tmp_path, KENYA)
    old = fingerprints(tmp_path)("+254722000001")
    spelled = {callers(one) for one in ("+254722000001", "0722 000 001", "254722000001", old)}
    assert spelled == {caller_of(old)}
    assert callers("+254722000002") not in spelled


@pytest.mark.parametrize("number", [None, "", "anonymous", "fp-not-ours", "unknown"])
def test_a_withheld_number_is_nobodys(tmp_path: Path, number: str | None) -> None:
    assert callers_of(tmp_path, KENYA)(number) is None


def test_without_the_key_nobody_can_say_who_it_is(tmp_path: Path) -> None:
    one, other = (callers_of(tmp_path / name, KENYA)("+254722000001") for name in ("a", "b"))
    assert one != other


async def test_who_is_erased_counts_as_somebody_else(db: Database) -> None:
    tally = Tally()
    for ident, number in (("c1", "1"), ("c2", "1"), ("c3", "2")):
        tally.add_call(ended(a_call(ident, caller_id=number)), lambda text: int(text or 0))
    async with db.write() as tx:
        await tally.save(tx)
        await forget_callers(tx, {1: 77})
        rows = (await tx.execute(select(caller_quarters.c.caller, caller_quarters.c.calls))).all()
    assert {tuple(row) for row in rows} == {(77, 2), (2, 1)}


async def test_calls_are_counted_again_from_their_records_as_often_as_one_likes(
    db: Database,
) -> None:
    calls = [ended(a_call(f"c{n}", direction=Direction.INBOUND)) for n in range(5)]
    async with db.write() as tx:
        await save_calls(tx, [call_row(call, UTC) for call in calls])
    clock = FakeClock()
    counting = Recounting(db, clock, lambda number: 1)
    for expected in (5, 0):
        assert await counted(counting, clock) == expected
    await counting.begin_again()
    before = await kept(db)
    assert await counted(counting, clock) == 5
    assert await kept(db) == before
    assert sum(row[4] for row in before["call_quarters"] if row[0] == 0) == 5


async def counted(counting: Recounting, clock: FakeClock) -> int:
    """Time passes until it is done."""
    task = asyncio.create_task(counting.go_on())
    while not task.done():
        await clock.advance(1)
    return task.result()


async def test_calls_whose_records_are_gone_stay_counted(db: Database) -> None:
    tally = Tally()
    tally.add_call(ended(a_call("gone")), lambda number: None)
    async with db.write() as tx:
        await tally.save(tx)
    clock = FakeClock()
    counting = Recounting(db, clock, lambda number: None)
    await counting.begin_again()
    assert await counted(counting, clock) == 0
    async with db.read() as tx:
        cells = call_quarters.c
        query = select(cells.calls).where(cells.by_agent == 0)
        assert list((await tx.execute(query)).scalars()) == [1]
