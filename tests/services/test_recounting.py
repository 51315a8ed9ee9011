"""Calls of before there were tallies are counted when mhud starts, whatever the disk does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

from structlog.testing import capture_logs

from mhud.feeds.records import call_row
from mhud.services.recounting import Recounting
from mhud.store.calls import save_calls
from tests.fake_clock import FakeClock
from tests.feed_things import MoodyDatabase, a_call, ended
from tests.tallied import due, kept


async def test_old_calls_are_counted_some_time_after_the_start_and_a_full_disk_is_waited_for(
    tmp_path: Path,
) -> None:
    db = await MoodyDatabase.open(tmp_path / "mhud.db")
    assert isinstance(db, MoodyDatabase)
    rows = [call_row(ended(a_call(f"c{n}")), ZoneInfo("UTC")) for n in range(3)]
    async with db.write() as tx:
        await save_calls(tx, rows)
    clock = FakeClock()
    counting = Recounting(db, clock, lambda number: 254700123456 % 10**8)
    db.refuses = True
    with capture_logs() as lines:
        task = asyncio.create_task(counting.run())
        while not lines:
            await clock.advance(10)
        db.refuses = False
        while not task.done():
            await clock.advance(10)
    told = [line["event"] for line in lines]
    assert (set(told), told[-1]) == ({"calls_not_recounted", "calls_recounted"}, "calls_recounted")
    assert lines[-1]["calls"] == 3
    assert await kept(db) == await due(db)
    with capture_logs() as lines:
        task = asyncio.create_task(counting.run())
        while not task.done():
            await clock.advance(10)
    assert lines == [], "all is counted"
    await db.close()
