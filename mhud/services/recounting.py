"""Counting calls again from their records: those of before there were tallies, or all of them.

In small steps, beside everything else: each counts the calls of some quarters of an hour anew, so
it does not matter how often, nor where it was interrupted. Calls whose records are gone stay
counted as they were.
"""

from __future__ import annotations

import structlog

from mhud.clock import Clock
from mhud.errors import MhudError, kind
from mhud.feeds.counting import Callers
from mhud.feeds.tallies import recount
from mhud.store import figures as store
from mhud.store.database import Database

log = structlog.get_logger(__name__)
FIRST_S, PAUSE_S, RETRY_S = 30.0, 0.05, 60.0
STEP = 4  # quarters of an hour in one transaction


class Recounting:
    """Counts on from where it was, until all is counted."""

    def __init__(self, db: Database, clock: Clock, callers: Callers) -> None:
        self._db = db
        self._clock = clock
        self._callers = callers

    async def run(self) -> None:
        """Once, some time after the start. A disk that refuses is waited for."""
        await self._clock.sleep(FIRST_S)
        while True:
            try:
                calls = await self.go_on()
            except MhudError as error:
                log.warning("calls_not_recounted", reason=kind(error))
                await self._clock.sleep(RETRY_S)
            else:
                if calls:
                    log.info("calls_recounted", calls=calls)
                return

    async def begin_again(self) -> None:
        """All calls that there are records of are to be counted. Raises MhudError."""
        async with self._db.write() as tx:
            await store.recounted_until(tx, await store.first_to_count(tx))

    async def go_on(self) -> int:
        """How many calls were counted. Raises MhudError SERVICE_UNAVAILABLE."""
        total = 0
        while (counted := await self._step()) is not None:
            total += counted
            await self._clock.sleep(PAUSE_S)
        return total

    async def _step(self) -> int | None:
        """Some quarters, and how many calls were in them; None: all is counted."""
        async with self._db.read() as tx:  # most often all that there is to it
            if await store.is_all_counted(tx):
                return None
        total = 0
        async with self._db.write() as tx:
            for _ in range(STEP):
                quarter = await store.next_to_count(tx)
                if quarter is None:
                    await store.recounted_until(tx, None)
                    break
                total += await recount(tx, quarter, self._callers)
                await store.recounted_until(tx, quarter + 1)
        return total
