"""What came of tries, on its way to disk: many in one transaction, none forgotten."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from mhud.clock import Clock
from mhud.errors import MhudError, kind
from mhud.store import deliveries as store
from mhud.store.database import Database
from mhud.store.deliveries import DELIVERED, EXHAUSTED, Tried

log = structlog.get_logger(__name__)
MOST = 64  # not on disk yet: what is killed before is sent twice
GATHER_S = 0.01  # a commit costs more than a wait for company
CLOSE_S = 3.0
RETRY_S, RETRY_MAX_S = 0.1, 5.0
REFUSALS = (MhudError, SQLAlchemyError, OSError)


class Books:
    """`settle` never waits; who tries asks `room` before the next one."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.delivered = self.failed = self.exhausted = 0  # since the start
        self._db = db
        self._clock = clock
        self._unwritten: list[Tried] = []
        self._news = asyncio.Event()
        self._written = asyncio.Event()
        self._count = 0  # that were ever settled
        self._waiters: dict[int, asyncio.Future[Tried]] = {}

    def settle(self, tried: Tried) -> None:
        self._count += 1
        self._unwritten.append(tried)
        self._news.set()
        if tried.state == DELIVERED:
            self.delivered += 1
        else:
            self.failed += 1
            self.exhausted += tried.state == EXHAUSTED

    async def room(self) -> None:
        """Returns when there is some: a disk that refuses stops the tries."""
        while len(self._unwritten) >= MOST:
            self._written.clear()
            await self._written.wait()

    async def written(self) -> None:
        """Returns when all that was settled before is on disk."""
        count = self._count
        while self._count - len(self._unwritten) < count:
            self._written.clear()
            await self._written.wait()

    def expect(self, n: int) -> asyncio.Future[Tried]:
        """Done when the next try of this delivery is on disk."""
        waiter: asyncio.Future[Tried] = asyncio.get_running_loop().create_future()
        self._waiters[n] = waiter
        waiter.add_done_callback(lambda _done: self._waiters.pop(n, None))
        return waiter

    async def run(self) -> None:
        """For ever."""
        pause_s = RETRY_S
        while True:
            await self._news.wait()
            if len(self._unwritten) < MOST // 2:
                await self._clock.sleep(GATHER_S)
            if await self._write():
                pause_s = RETRY_S
                continue
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, RETRY_MAX_S)

    async def close(self) -> None:
        """The last words, once `run` has ended."""
        try:
            async with asyncio.timeout(CLOSE_S):
                while self._unwritten and await self._write():
                    pass
        except TimeoutError:
            log.warning("webhook_tries_not_kept", count=len(self._unwritten))

    async def _write(self) -> bool:
        self._news.clear()
        batch = self._unwritten[:MOST]
        if not batch:
            return True
        try:
            async with self._db.write() as tx:
                await store.settle(tx, batch)
        except REFUSALS as error:
            log.warning("webhook_tries_wait_for_the_disk", reason=kind(error))
            self._news.set()
            return False
        del self._unwritten[: len(batch)]
        if self._unwritten:
            self._news.set()
        self._written.set()
        for tried in batch:
            if (waiter := self._waiters.get(tried.n)) is not None and not waiter.done():
                waiter.set_result(tried)
        return True
