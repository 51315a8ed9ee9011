"""The one order of events. An event goes out once its seq is on disk, and never before."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError

from mhud.clock import Clock
from mhud.config import FeedSettings
from mhud.errors import MhudError
from mhud.feeds.backlog import Backlog, Item
from mhud.feeds.bus import Bus
from mhud.feeds.counting import Callers, nobody
from mhud.feeds.handover import Handover
from mhud.feeds.payloads import Entry, Figures, entry_of, public_event
from mhud.feeds.records import Records, records_of
from mhud.live.events import DomainEvent
from mhud.numbers import Numbers
from mhud.store import ledger as store
from mhud.store.database import Database
from mhud.store.ledger import LedgerRow
from mhud.store.tellings import TellingRow

log = structlog.get_logger(__name__)
GATHER_S = 0.003  # a commit costs more than a wait for company
BATCH = 200
RECENT = 1000  # entries kept in memory, so that most replays need no disk
RETRY_S, RETRY_MAX_S = 0.1, 5.0
CLOSE_S = 5.0
PURGE_EVERY_S, PURGE_PAUSE_S, PURGE_STEP = 3600.0, 0.1, 500
REFUSALS = (MhudError, SQLAlchemyError, OSError)


class Ledger:
    """`publish` is the pump's; `run` writes in batches and hands what is on disk to the bus."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        clock: Clock,
        settings: FeedSettings,
        timezone: ZoneInfo,
        last_seq: int,
        figures: Figures | None = None,
        numbers: Numbers | None = None,
        callers: Callers = nobody,
    ) -> None:
        self.last_seq = last_seq  # on disk and told
        self.stalled = False
        self._db = db
        self._bus = bus
        self._clock = clock
        self._settings = settings
        self._timezone = timezone
        self._figures = figures
        self._numbers = numbers or Numbers()
        self.callers = callers
        self._backlog = Backlog(settings.ledger_bound, last_seq)
        self._recent: deque[Entry] = deque(maxlen=RECENT)
        self._handover = Handover(db, clock, self.take)
        self._waiting = asyncio.Event()
        self._unsure = False  # whether the last commit that was tried is on disk

    @classmethod
    async def open(
        cls,
        db: Database,
        bus: Bus,
        clock: Clock,
        settings: FeedSettings,
        timezone: ZoneInfo,
        figures: Figures | None = None,
        numbers: Numbers | None = None,
        callers: Callers = nobody,
    ) -> Self:
        """Continues after the last seq on disk. Raises MhudError SERVICE_UNAVAILABLE.

        `numbers` gives those of callers their keys, in the communications that calls leave;
        `callers` what stands for them in the tallies of reports.
        """
        async with db.read() as tx:
            last_seq = await store.last_seq(tx)
            rows = await store.since(tx, last_seq - RECENT, RECENT)
        ledger = cls(db, bus, clock, settings, timezone, last_seq, figures, numbers, callers)
        ledger._recent.extend(map(_entry, rows))  # everybody reconnects after a restart
        return ledger

    @property
    def lag(self) -> int:
        """Events that are not on disk yet."""
        return len(self._backlog)

    @property
    def lag_s(self) -> float:
        """How long the oldest event that is not on disk has waited, in seconds."""
        oldest = self._backlog.oldest
        return max(0.0, (self._clock.now() - oldest).total_seconds()) if oldest else 0.0

    @property
    def lost(self) -> int:
        """Events dropped since the start, because the disk refused them for too long."""
        return self._backlog.lost

    def publish(self, events: Sequence[DomainEvent]) -> None:
        """Gives each event its seq and takes it over. Never blocks, never raises."""
        for event in events:
            try:
                self._add(event)
            except Exception:  # a bug in a rendering costs one event, not the state
                log.exception("event_not_rendered", event_type=event.type)
        self._waiting.set()

    def _add(self, event: DomainEvent) -> None:
        def make(seq: int) -> Entry:
            return entry_of(public_event(seq, event, self._figures), event.at)

        self._backlog.add(make, records_of(event, self._timezone), event.at)

    def take(self, row: TellingRow) -> bool:
        """What a service has told: it gets its seq, and leaves its place in the store for one here.

        False when too much waits for the disk: it stays where it is.
        """

        def make(seq: int) -> Entry:
            return entry_of({"seq": seq, **row.public}, row.at)

        if not self._backlog.has_room:
            return False
        self._backlog.add(make, Records.of_telling(row.id), row.at)
        self._waiting.set()
        return True

    async def run(self) -> None:
        """For ever. A disk that refuses is waited for."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._handover.run())
            tasks.create_task(self._write_for_ever())
            tasks.create_task(self._purge_for_ever())

    async def drain(self) -> None:
        """Writes what waits, until all is on disk or the disk refuses. Not beside `run`."""
        while self._backlog and await self._write_batch():
            pass

    async def close(self) -> None:
        """The last words, once `run` has ended; for a few seconds at most."""
        try:
            async with asyncio.timeout(CLOSE_S):
                await self.drain()
        except TimeoutError:
            pass
        if self.lag:
            log.warning("ledger_not_drained", lag=self.lag)

    async def read(self, since: int, limit: int) -> list[Entry]:
        """At most `limit` entries after `since`, oldest first. Raises MhudError."""
        if self._recent and self._recent[0].seq <= since + 1:
            first = since + 1 - self._recent[0].seq
            last = min(first + limit, len(self._recent))
            return [self._recent[index] for index in range(first, last)]
        async with self._db.read() as tx:
            rows = await store.since(tx, since, limit)
        return [_entry(row) for row in rows if row.seq <= self.last_seq]

    def forget(self, call_ids: Collection[str]) -> None:
        """What is kept in memory for replays of these calls, is kept without numbers from now on.

        What is on disk is the store's (`without_numbers`).
        """
        for place, entry in enumerate(self._recent):
            if entry.call_id in call_ids:
                self._recent[place] = replace(entry, full=entry.masked)

    async def oldest(self) -> int:
        """The oldest seq that can still be read; 0 when there is none. Raises MhudError."""
        async with self._db.read() as tx:
            return await store.oldest_seq(tx) or 0

    async def _write_for_ever(self) -> None:
        pause_s = RETRY_S
        while True:
            await self._waiting.wait()
            await self._clock.sleep(GATHER_S)
            while self._backlog:
                if await self._write_batch():
                    pause_s = RETRY_S
                else:
                    await self._clock.sleep(pause_s)
                    pause_s = min(2 * pause_s, RETRY_MAX_S)
            self._waiting.clear()

    async def _write_batch(self) -> bool:
        batch = self._backlog.head(BATCH)
        try:
            await self._store(batch)
        except REFUSALS as error:
            self._backlog.failed()
            self._stall(error)
            return False
        self._backlog.done(len(batch))
        self._tell([item.entry for item in batch])
        return True

    async def _store(self, batch: Sequence[Item]) -> None:
        """One transaction. What a commit kept although it seemed to fail is not written again.

        Asked for only after such a commit: each question is a way to the writer's thread and back.
        """
        records = Records.none()
        for item in batch:
            records.update(item.records)
        async with self._db.write(urgent=True) as tx:
            again, self._unsure = self._unsure, True
            kept = await store.last_seq(tx) if again else self.last_seq
            rows = [_row(item.entry) for item in batch if item.entry.seq > kept]
            if rows:
                await store.append(tx, rows)
            await records.save(tx, self._numbers, self.callers, again=again)
        self._unsure = False

    def _tell(self, entries: Sequence[Entry]) -> None:
        """No await between the new `last_seq` and the bus: a replay ends exactly here."""
        if self.stalled:
            self.stalled = False
            log.info("ledger_recovered", lag=self.lag, lost=self.lost)
        self.last_seq = entries[-1].seq
        self._recent.extend(entries)
        self._bus.publish(entries)

    def _stall(self, error: Exception) -> None:
        if self.stalled:
            return
        self.stalled = True
        log.error("ledger_stalled", reason=type(error).__name__, lag=self.lag)
        self._bus.stalled()

    async def _purge_for_ever(self) -> None:
        while True:
            await self._clock.sleep(PURGE_EVERY_S)
            try:
                while await self.purge_step():
                    await self._clock.sleep(PURGE_PAUSE_S)
            except REFUSALS as error:
                log.warning("ledger_not_purged", reason=type(error).__name__)

    async def purge_step(self) -> int:
        """Deletes a few entries that are over their time; says how many. Raises MhudError."""
        before = self._clock.now() - timedelta(days=self._settings.ledger_keep_days)
        async with self._db.write() as tx:
            return await store.purge(tx, before, PURGE_STEP)


def _row(entry: Entry) -> LedgerRow:
    return LedgerRow(
        seq=entry.seq,
        type=entry.type,
        at=entry.at,
        payload=entry.full,
        call_id=entry.call_id,
        agent_id=entry.agent_id,
        queue_id=entry.queue_id,
    )


def without_numbers(payload: bytes, at: datetime) -> bytes:
    """A stored event about a call, as who may not read its numbers gets it."""
    return entry_of(orjson.loads(payload), at).masked


def _entry(row: LedgerRow) -> Entry:
    return entry_of(orjson.loads(row.payload), row.at, row.payload)
