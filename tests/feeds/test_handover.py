"""What a service tells stands in the order of all events, once, whenever the process dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.config import FeedSettings
from mhud.errors import Code, MhudError
from mhud.feeds.bus import Bus
from mhud.feeds.handover import AGAIN_S
from mhud.feeds.ledger import Ledger
from mhud.feeds.payloads import Entry
from mhud.services.tellings import Telling, tell
from mhud.store.schema_tellings import tellings
from tests.fake_clock import START, FakeClock, eventually
from tests.feed_things import MoodyDatabase, many

UTC = ZoneInfo("UTC")


def ready(call_id: str) -> Telling:
    return Telling(type="recording.ready", at=START, object={"call_id": call_id})


class Unreadable(MoodyDatabase):
    """Refuses so many reads."""

    refusals = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        if self.refusals:
            self.refusals -= 1
            raise MhudError(Code.SERVICE_UNAVAILABLE, "disk I/O error")
        async with super().read() as tx:
            yield tx


class Desk:
    def __init__(self, db: MoodyDatabase, ledger: Ledger, clock: FakeClock) -> None:
        self.db, self.ledger, self.clock = db, ledger, clock
        self.told: list[Entry] = []

    def kept(self, entries: Sequence[Entry]) -> None:
        self.told += entries

    def stalled(self) -> None: ...

    async def tells(self, *call_ids: str) -> None:
        async with self.db.write() as tx:
            for call_id in call_ids:
                await tell(tx, ready(call_id))

    async def hears(self, count: int) -> list[tuple[int, str | None]]:
        async with asyncio.timeout(20):
            while len(self.told) < count:
                await self.clock.advance(0.01)
        return [(entry.seq, entry.call_id) for entry in self.told]

    async def waiting(self) -> int:
        async with self.db.read() as tx:
            return await tx.scalar(select(func.count()).select_from(tellings)) or 0


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[MoodyDatabase]:
    opened = await MoodyDatabase.open(tmp_path / "mhud.db")
    assert isinstance(opened, MoodyDatabase)
    yield opened
    await opened.close()


async def a_desk(db: MoodyDatabase, **changes: int) -> Desk:
    clock, bus = FakeClock(), Bus()
    ledger = await Ledger.open(db, bus, clock, FeedSettings(**changes), UTC)
    desk = Desk(db, ledger, clock)
    bus.listen(desk)
    return desk


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[None]:
    task = asyncio.create_task(desk.ledger.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_is_told_gets_its_place_among_the_events_of_calls(db: MoodyDatabase) -> None:
    desk = await a_desk(db)
    async with running(desk):
        desk.ledger.publish(many(2))
        await desk.hears(2)
        await desk.tells("call1", "call2")
        assert (await desk.hears(4))[2:] == [(3, "call1"), (4, "call2")]
        desk.ledger.publish(many(1))
        await desk.hears(5)
    assert await desk.waiting() == 0
    public = orjson.loads(desk.told[2].full)
    assert public == {
        "seq": 3,
        "type": "recording.ready",
        "timestamp": "2025-03-03T09:00:00Z",
        "recording": {"call_id": "call1"},
    }


async def tells_and_fails(db: MoodyDatabase) -> None:
    async with db.write() as tx:
        await tell(tx, ready("nocall"))
        raise MhudError(Code.CONFLICT, "it can't be done after all")


async def test_what_is_rolled_back_is_never_told(db: MoodyDatabase) -> None:
    desk = await a_desk(db)
    async with running(desk):
        with pytest.raises(MhudError):
            await tells_and_fails(db)
        await desk.tells("call1")
        assert await desk.hears(1) == [(1, "call1")]


async def test_what_was_told_before_a_kill_is_taken_over_by_the_next_process(
    db: MoodyDatabase,
) -> None:
    await (await a_desk(db)).tells("call1")  # killed before its ledger ran
    desk = await a_desk(db)
    async with running(desk):
        assert await desk.hears(1) == [(1, "call1")]


async def test_what_stands_in_the_ledger_is_not_told_again_after_a_kill(db: MoodyDatabase) -> None:
    first = await a_desk(db)
    async with running(first):
        await first.tells("call1")
        await first.hears(1)
    second = await a_desk(db)
    async with running(second):
        await second.tells("call2")
        assert await second.hears(1) == [(2, "call2")]
    assert [entry.seq for entry in await second.ledger.read(0, 100)] == [1, 2]


async def test_while_the_disk_refuses_nothing_that_was_told_is_dropped(db: MoodyDatabase) -> None:
    """Events of calls beyond the bound become a gap; a service's wait where they are."""
    desk = await a_desk(db, ledger_bound=2)
    async with running(desk):
        desk.ledger.publish(many(2))
        await desk.tells("call1", "call2", "call3")
        await desk.clock.advance(AGAIN_S)
        heard = await desk.hears(5)
    assert [call_id for _, call_id in heard[2:]] == ["call1", "call2", "call3"]
    assert desk.ledger.lost == 0


async def test_a_disk_that_can_not_be_read_is_asked_again(tmp_path: Path) -> None:
    db = await Unreadable.open(tmp_path / "mhud.db")
    assert isinstance(db, Unreadable)
    desk = await a_desk(db)
    await desk.tells("call1")
    db.refusals = 1
    async with running(desk):
        await eventually(lambda: db.refusals == 0)
        assert desk.told == []
        await desk.clock.advance(AGAIN_S)
        assert await desk.hears(1) == [(1, "call1")]
    await db.close()


async def test_a_commit_that_only_seemed_to_fail_tells_nothing_twice(db: MoodyDatabase) -> None:
    desk = await a_desk(db)
    async with running(desk):
        await desk.tells("call1")
        db.swallows_the_answer = True
        await desk.hears(1)
        await desk.tells("call2")
        assert await desk.hears(2) == [(1, "call1"), (2, "call2")]
    assert await desk.waiting() == 0
