"""Takes over what services have told: from the store into the ledger's order, each once."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from mhud.clock import Clock
from mhud.errors import MhudError
from mhud.store import tellings as store
from mhud.store.database import Database
from mhud.store.tellings import TellingRow

log = structlog.get_logger(__name__)
BATCH = 200
AGAIN_S = 0.5  # while the ledger has no room, or the disk refuses

Take = Callable[[TellingRow], bool]
"""Gives a telling its place in the order; False while there is no room for it."""


class Handover:
    """At a start it finds what an earlier process had told and not yet brought into the order."""

    def __init__(self, db: Database, clock: Clock, take: Take) -> None:
        self._db = db
        self._clock = clock
        self._take = take
        self._taken = 0  # id of the last one; those before wait in memory or are in the ledger
        db.told.set()

    async def run(self) -> None:
        """For ever. A disk that refuses is waited for."""
        while True:
            await self._db.told.wait()
            self._db.told.clear()
            try:
                done = await self.step()
            except (MhudError, SQLAlchemyError, OSError) as error:
                log.warning("tellings_not_read", reason=type(error).__name__)
                done = False
            if not done:
                self._db.told.set()
                await self._clock.sleep(AGAIN_S)

    async def step(self) -> bool:
        """Takes all there is; False when the ledger had no room for some. Raises MhudError."""
        while True:
            async with self._db.read() as tx:
                rows = await store.after(tx, self._taken, BATCH)
            if not rows:
                return True
            for row in rows:
                if not self._take(row):
                    return False
                self._taken = row.id
