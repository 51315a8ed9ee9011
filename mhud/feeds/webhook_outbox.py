"""From the ledger to receivers: events become deliveries on disk, a lane for each webhook sends.

At least once: a delivery waits on disk until a try of it has succeeded, and that is on disk, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from mhud.clock import Clock
from mhud.config import WebhookSettings
from mhud.errors import kind
from mhud.feeds.bus import Bus
from mhud.feeds.filters import types_still_known
from mhud.feeds.ledger import Ledger
from mhud.feeds.payloads import Entry
from mhud.feeds.webhook_bodies import TEST, Body, line_of, test_body
from mhud.feeds.webhook_books import REFUSALS, Books
from mhud.feeds.webhook_lane import Lane
from mhud.feeds.webhook_post import Poster, posting
from mhud.store import deliveries as store
from mhud.store.database import Database
from mhud.store.deliveries import NewDelivery, Tried, Waiting
from mhud.store.webhooks import Webhook, WebhookRepository

log = structlog.get_logger(__name__)
ROWS = 400  # deliveries that are written at once
ENTRIES = 100  # events
REMEMBER = 1000  # events that nobody wanted, after which the place is kept all the same
RETRY_S, RETRY_MAX_S = 0.1, 5.0


@dataclass(frozen=True, slots=True)
class _Receiver:
    webhook: Webhook
    types: frozenset[str]

    def wants(self, entry: Entry) -> bool:
        return entry.type in self.types and entry.seq > self.webhook.after_seq


class Outbox:
    """A bus listener. Without webhooks that are active it does nothing at all."""

    def __init__(
        self, db: Database, ledger: Ledger, bus: Bus, clock: Clock, settings: WebhookSettings
    ) -> None:
        self.books = Books(db, clock)
        self.on_gone: Callable[[str], Awaitable[None]] | None = None
        self._db = db
        self._ledger = ledger
        self._clock = clock
        self._settings = settings
        self._receivers: tuple[_Receiver, ...] = ()
        self._lanes: dict[str, tuple[Lane, asyncio.Task[None]]] = {}
        self._looks = self._seen = 0  # at what webhooks there are; the last that was heeded
        self._position = 0  # events up to here have become deliveries
        self._kept = 0  # the same, on disk
        self._news = asyncio.Event()
        self._changed = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        bus.listen(self)

    # ---- what others say

    def kept(self, entries: Sequence[Entry]) -> None:
        if self._receivers:
            self._news.set()

    def stalled(self) -> None:
        """Nothing to do: what is kept later comes later."""

    async def reload(self) -> None:
        """Webhooks were changed. Raises MhudError SERVICE_UNAVAILABLE."""
        self._looks += 1
        mine = self._looks
        async with self._db.read() as tx:
            webhooks = await WebhookRepository(tx).all()
        if mine < self._seen:
            return  # who looked later has seen this change, too, and may have seen another
        self._seen = mine
        active = [one for one in webhooks if one.active]
        self._receivers = tuple(_Receiver(one, types_still_known(one.events)) for one in active)
        if active:
            self._position = max(self._position, min(one.after_seq for one in active))
        self._news.set()
        self._changed.set()

    @property
    def away(self) -> int:
        """Receivers that do not answer, and are left alone for a while."""
        return sum(lane.health.rests > 0 for lane, _ in self._lanes.values())

    @property
    def active(self) -> int:
        return len(self._receivers)

    @property
    def counts(self) -> dict[str, int]:
        """Tries since the start, by what came of them; `exhausted` are deliveries given up."""
        books = self.books
        return {
            "delivered": books.delivered,
            "failed": books.failed,
            "exhausted": books.exhausted,
        }

    def is_away(self, webhook_id: str) -> bool:
        lane = self._lanes.get(webhook_id)
        return lane is not None and lane[0].health.rests > 0

    async def test(self, webhook: Webhook) -> int:
        """The number of a delivery that tells of nothing, once a try of it is on disk.

        Raises MhudError SERVICE_UNAVAILABLE, TimeoutError.
        """
        at = self._clock.now()
        new = NewDelivery(
            webhook_id=webhook.id,
            line=TEST,
            seq=None,
            type=TEST,
            at=at,
            give_up_at=at,
            body=test_body(webhook.id, at),
        )
        async with self._db.write() as tx:
            (one,) = await store.keep(tx, [new])
        if (lane := self._lanes.get(webhook.id)) is not None:
            await self._tried(one, lane[0])
        return one.n

    async def _tried(self, one: Waiting, lane: Lane) -> Tried:
        waiter = self.books.expect(one.n)
        lane.at_once(one)
        try:
            async with asyncio.timeout(2 * self._settings.timeout_s + 1):
                return await waiter
        finally:
            waiter.cancel()

    def again(self, webhook_id: str, line: str, n: int) -> None:
        """A delivery waits once more."""
        if (lane := self._lanes.get(webhook_id)) is not None:
            lane[0].again(line, n)

    # ---- what runs

    async def run(self) -> None:
        """For ever."""
        await self._start()
        async with posting(self._clock, self._settings) as poster, asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            tasks.create_task(self.books.run())
            tasks.create_task(self._take_for_ever())
            while True:
                await self._keep_lanes(poster, tasks)
                await self._changed.wait()
                self._changed.clear()

    async def close(self) -> None:
        """Once `run` has ended."""
        await self.books.close()

    async def _start(self) -> None:
        pause_s = RETRY_S
        while True:
            try:
                async with self._db.read() as tx:
                    self._kept = await store.position(tx)
                self._position = max(self._position, self._kept)
                return await self.reload()
            except REFUSALS as error:
                log.warning("webhooks_wait_for_the_disk", reason=kind(error))
                await self._clock.sleep(pause_s)
                pause_s = min(2 * pause_s, RETRY_MAX_S)

    async def _keep_lanes(self, poster: Poster, tasks: asyncio.TaskGroup) -> None:
        wanted = {one.webhook.id: one.webhook for one in self._receivers}
        for ident in self._lanes.keys() - wanted.keys():
            _, task = self._lanes.pop(ident)
            task.cancel()
            await asyncio.wait({task})
        for ident, webhook in wanted.items():
            if ident in self._lanes:
                self._lanes[ident][0].take_settings(webhook)
                continue
            books, clock, settings = self.books, self._clock, self._settings
            lane = Lane(webhook, self._db, books, poster, clock, settings, self._gone)
            self._lanes[ident] = lane, tasks.create_task(lane.run())

    def _gone(self, webhook_id: str) -> None:
        if self._tasks is not None and self.on_gone is not None:
            self._tasks.create_task(_done(self.on_gone(webhook_id)))

    # ---- from the ledger

    async def _take_for_ever(self) -> None:
        pause_s = RETRY_S
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                while self._receivers and await self._take():
                    pause_s = RETRY_S
            except REFUSALS as error:
                log.warning("webhooks_wait_for_the_disk", reason=kind(error))
                self._news.set()
                await self._clock.sleep(pause_s)
                pause_s = min(2 * pause_s, RETRY_MAX_S)

    async def _take(self) -> bool:
        """Some of the events that are next; False when there are none."""
        receivers = self._receivers
        limit = max(1, min(ENTRIES, ROWS // max(1, len(receivers))))
        entries = await self._ledger.read(self._position, limit)
        if not entries:
            return False
        if entries[0].seq > self._position + 1:
            log.error("webhooks_missed_events", count=entries[0].seq - self._position - 1)
        new = list(self._deliveries(entries, receivers))
        last = entries[-1].seq
        rows: list[Waiting] = []
        if new or last - self._kept >= REMEMBER:
            async with self._db.write() as tx:
                rows = await store.keep(tx, new, last)
            self._kept = last
        self._position = last
        self._offer(rows)
        return True

    def _deliveries(
        self, entries: Sequence[Entry], receivers: Sequence[_Receiver]
    ) -> Iterable[NewDelivery]:
        now = self._clock.now()
        give_up_at = now + timedelta(seconds=self._settings.give_up_s)
        for entry in entries:
            wanting = [one.webhook for one in receivers if one.wants(entry)]
            if not wanting:
                continue
            body, line = Body(entry), line_of(entry)
            for webhook in wanting:
                yield NewDelivery(
                    webhook_id=webhook.id,
                    line=line,
                    seq=entry.seq,
                    type=entry.type,
                    at=now,
                    give_up_at=give_up_at,
                    body=body.of(webhook.id, details=webhook.include_details),
                )

    def _offer(self, rows: Sequence[Waiting]) -> None:
        by_lane: dict[str, list[Waiting]] = {}
        for one in rows:
            by_lane.setdefault(one.webhook_id, []).append(one)
        for ident, new in by_lane.items():
            if (lane := self._lanes.get(ident)) is not None:
                lane[0].offer(new)


async def _done(work: Awaitable[None]) -> None:
    await work
