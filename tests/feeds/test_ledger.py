"""Events are on disk before anybody hears of them; a disk that refuses stops nobody."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhud.config import FeedSettings
from mhud.errors import MhudError
from mhud.feeds import ledger as module
from mhud.feeds.bus import Bus
from mhud.feeds.ledger import Ledger
from mhud.feeds.payloads import Entry
from mhud.live.events import QueueEmpty
from mhud.live.model import AgentStatus
from mhud.store import calls as records
from mhud.store.database import Database
from tests.fake_clock import START, FakeClock, eventually, settle
from tests.feed_things import (
    MoodyDatabase,
    a_queue,
    connected,
    many,
    over,
    queued,
    started,
    status_changed,
)

UTC = ZoneInfo("UTC")


class Diary:
    """A listener who writes down what he hears."""

    def __init__(self) -> None:
        self.told: list[Entry] = []
        self.stalls = 0

    def kept(self, entries: Sequence[Entry]) -> None:
        self.told += entries

    def stalled(self) -> None:
        self.stalls += 1


class Desk:
    """A ledger, the disk under it, and a diary of what it tells."""

    def __init__(self, db: MoodyDatabase, ledger: Ledger, diary: Diary, clock: FakeClock) -> None:
        self.db, self.ledger, self.diary, self.clock = db, ledger, diary, clock


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[MoodyDatabase]:
    opened = await MoodyDatabase.open(tmp_path / "mhud.db")
    assert isinstance(opened, MoodyDatabase)
    yield opened
    await opened.close()


async def open_desk(db: MoodyDatabase, **changes: int) -> Desk:
    clock, bus, diary = FakeClock(), Bus(), Diary()
    bus.listen(diary)
    ledger = await Ledger.open(db, bus, clock, FeedSettings(**changes), UTC)
    return Desk(db, ledger, diary, clock)


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[None]:
    task = asyncio.create_task(desk.ledger.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def time_passes_until_written(desk: Desk) -> None:
    async with asyncio.timeout(20):
        while desk.ledger.lag:
            await desk.clock.advance(0.1)


async def test_published_events_are_told_once_they_are_on_disk(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    async with running(desk):
        desk.ledger.publish([started(), queued()])
        assert (desk.ledger.lag, desk.ledger.last_seq, desk.diary.told) == (2, 0, [])
        await desk.clock.advance(module.GATHER_S)
        await eventually(lambda: desk.ledger.lag == 0)
    assert [(entry.seq, entry.type) for entry in desk.diary.told] == [
        (1, "call.new"),
        (2, "call.queued"),
    ]
    assert desk.ledger.last_seq == 2


async def test_what_comes_within_milliseconds_is_one_transaction(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    async with running(desk):
        await desk.clock.advance(0)
        for event in many(50):
            desk.ledger.publish([event])
        await desk.clock.advance(module.GATHER_S)
        await eventually(lambda: desk.ledger.lag == 0)
    assert db.attempts == 1
    assert len(desk.diary.told) == 50


async def test_the_numbering_goes_on_after_a_restart(db: MoodyDatabase) -> None:
    first = await open_desk(db)
    first.ledger.publish(many(3))
    await first.ledger.drain()
    first.ledger.publish(many(2))  # never written: the daemon was killed

    second = await open_desk(db)
    second.ledger.publish(many(2))
    await second.ledger.drain()
    assert [entry.seq for entry in await second.ledger.read(0, 100)] == [1, 2, 3, 4, 5]


async def test_records_go_to_disk_with_their_events(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    desk.ledger.publish([started("call-1"), connected("call-1"), started("call-2")])
    desk.ledger.publish([over("call-2"), status_changed()])
    await desk.ledger.drain()
    async with db.read() as tx:
        assert await records.open_calls(tx) == (connected("call-1").call,)
        assert await records.ended_since(tx, START) == (over("call-2").call,)
        [agent] = await records.agent_live(tx)
    assert (agent.agent_id, agent.status, agent.since) == (
        "agent001",
        AgentStatus.AVAILABLE,
        START,
    )
    assert agent.day == "2025-03-03"


async def test_while_the_disk_refuses_events_wait_and_listeners_are_told_once(
    db: MoodyDatabase,
) -> None:
    desk = await open_desk(db)
    db.refuses = True
    async with running(desk):
        desk.ledger.publish([started()])
        await desk.clock.advance(1)
        assert db.attempts > 1
        assert (desk.ledger.stalled, desk.diary.stalls, desk.ledger.lag) == (True, 1, 1)
        desk.ledger.publish([over()])
        db.refuses = False
        await time_passes_until_written(desk)
    assert (desk.ledger.stalled, desk.diary.stalls) == (False, 1)
    assert [entry.seq for entry in desk.diary.told] == [1, 2]


async def test_the_disk_is_asked_less_and_less_often(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    db.refuses = True
    async with running(desk):
        desk.ledger.publish([started()])
        await desk.clock.advance(60)
    assert db.attempts < 25


async def test_too_many_waiting_events_become_one_marked_gap(db: MoodyDatabase) -> None:
    desk = await open_desk(db, ledger_bound=3)
    db.refuses = True
    async with running(desk):
        desk.ledger.publish(many(2))
        await desk.clock.advance(1)
        desk.ledger.publish(many(5))
        await desk.clock.advance(1)
        db.refuses = False
        await time_passes_until_written(desk)
        desk.ledger.publish([over("call-1")])
        await time_passes_until_written(desk)
    told = [(entry.seq, entry.type) for entry in desk.diary.told]
    assert told == [
        (1, "call.new"),
        (2, "call.new"),
        (3, "call.new"),
        (4, "ledger.gap"),
        (5, "call.ended"),
    ]
    assert orjson.loads(desk.diary.told[3].full)["lost"] == desk.ledger.lost == 4


async def test_the_records_of_lost_events_are_written_all_the_same(db: MoodyDatabase) -> None:
    desk = await open_desk(db, ledger_bound=1)
    desk.ledger.publish([started("call-1"), started("call-2"), over("call-2")])
    await desk.ledger.drain()
    async with db.read() as tx:
        assert await records.ended_since(tx, START) == (over("call-2").call,)


async def test_a_commit_that_only_seemed_to_fail_is_not_written_twice(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    desk.ledger.publish(many(2))
    db.swallows_the_answer = True
    await desk.ledger.drain()
    assert (desk.ledger.stalled, desk.ledger.lag) == (True, 2)
    await desk.ledger.drain()
    assert [entry.seq for entry in desk.diary.told] == [1, 2]
    assert (desk.ledger.stalled, desk.ledger.lag) == (False, 0)


async def test_an_event_that_can_not_be_rendered_costs_only_itself(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    hostile = started("call-\ud800")  # no JSON text can hold half a surrogate pair
    desk.ledger.publish([started("call-1"), hostile, over("call-1")])
    await desk.ledger.drain()
    assert [(entry.seq, entry.type) for entry in desk.diary.told] == [
        (1, "call.new"),
        (2, "call.ended"),
    ]


async def test_closing_writes_the_last_words(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    desk.ledger.publish(many(module.BATCH + 1))
    await desk.ledger.close()
    assert desk.ledger.lag == 0
    assert desk.ledger.last_seq == module.BATCH + 1


@pytest.mark.parametrize("turns", range(0, 60, 6))
async def test_stopping_in_the_middle_of_a_write_loses_and_repeats_nothing(
    db: MoodyDatabase, turns: int
) -> None:
    desk = await open_desk(db)
    async with running(desk):
        desk.ledger.publish(many(40))
        await desk.clock.advance(0)
        while not desk.clock.sleeping:
            await settle(1)
        await desk.clock.advance(module.GATHER_S)
        await settle(turns)
    await desk.ledger.close()
    stored = [entry.seq for entry in await (await open_desk(db)).ledger.read(0, 100)]
    assert stored == [entry.seq for entry in desk.diary.told] == list(range(1, 41))


async def test_closing_over_a_refusing_disk_gives_up(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    desk.ledger.publish(many(1))
    db.refuses = True
    await desk.ledger.close()
    assert desk.ledger.lag == 1


async def test_closing_waits_for_a_busy_disk_but_not_for_ever(
    db: MoodyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CLOSE_S", 0.05)
    desk = await open_desk(db)
    desk.ledger.publish(many(1))
    async with db.write():
        await desk.ledger.close()
    assert desk.ledger.lag == 1


async def test_a_queue_event_carries_the_queues_figures(db: MoodyDatabase) -> None:
    asked: list[str] = []
    diary, bus = Diary(), Bus()
    bus.listen(diary)

    def figures(queue_id: str) -> None:
        asked.append(queue_id)

    ledger = await Ledger.open(db, bus, FakeClock(), FeedSettings(), UTC, figures)
    ledger.publish([QueueEmpty(at=START, queue=a_queue())])
    await ledger.drain()
    assert asked == ["support"]
    assert diary.told[0].queue_ids == {"support"}


async def test_entries_over_their_time_are_purged_in_small_steps_but_not_the_newest(
    db: MoodyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PURGE_STEP", 2)
    desk = await open_desk(db, ledger_keep_days=1)
    desk.ledger.publish(many(5))
    await desk.ledger.drain()
    assert await desk.ledger.purge_step() == 0
    async with running(desk):
        await desk.clock.advance(timedelta(days=2).total_seconds())

        async def only_the_newest_is_left() -> bool:
            await desk.clock.advance(1)
            return await desk.ledger.oldest() == 5

        while not await only_the_newest_is_left():
            pass
    again = await open_desk(db)
    assert again.ledger.last_seq == 5


async def test_a_purge_that_the_disk_refuses_is_tried_again_later(db: MoodyDatabase) -> None:
    desk = await open_desk(db, ledger_keep_days=1)
    desk.ledger.publish(many(2))
    await desk.ledger.drain()
    db.refuses = True
    async with running(desk):
        await desk.clock.advance(2 * 86_400)
        db.refuses = False
        while await desk.ledger.oldest() != 2:
            await desk.clock.advance(module.PURGE_EVERY_S)
    assert await desk.ledger.oldest() == 2


async def test_an_empty_ledger_has_nothing_to_read(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    assert (await desk.ledger.oldest(), await desk.ledger.read(0, 10)) == (0, [])


async def test_a_database_that_can_not_be_read_is_a_planned_failure(db: MoodyDatabase) -> None:
    desk = await open_desk(db)
    desk.db.path.unlink()
    await db.close()
    with pytest.raises(MhudError):
        await desk.ledger.read(0, 10)


@settings(max_examples=25, deadline=None)
@given(
    batches=st.lists(st.integers(1, 6), min_size=1, max_size=8),
    restart_after=st.integers(0, 8),
    since=st.integers(0, 50),
    limit=st.integers(1, 7),
    recent=st.integers(1, 10),
)
async def test_a_resume_at_any_seq_gives_exactly_the_rest_of_the_stream(
    batches: list[int], restart_after: int, since: int, limit: int, recent: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "RECENT", recent)
        db = await Database.open(Path(folder) / "mhud.db")
        told: list[Entry] = []
        try:
            ledger = await _opened(db, told)
            for number, size in enumerate(batches):
                if number == restart_after:
                    ledger = await _opened(db, told)
                ledger.publish(many(size))
                await ledger.drain()
            assert await _all_since(ledger, since, limit) == told[since:]
        finally:
            await db.close()
    assert [entry.seq for entry in told] == list(range(1, sum(batches) + 1))


async def _opened(db: Database, told: list[Entry]) -> Ledger:
    bus, diary = Bus(), Diary()
    diary.told = told
    bus.listen(diary)
    return await Ledger.open(db, bus, FakeClock(), FeedSettings(), UTC)


async def _all_since(ledger: Ledger, since: int, limit: int) -> list[Entry]:
    found: list[Entry] = []
    while page := await ledger.read(found[-1].seq if found else since, limit):
        assert len(page) <= limit
        found += page
    return found
