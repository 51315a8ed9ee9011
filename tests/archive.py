"""A house beside Asterisk's books, and who reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mhud.ami import messages as ami
from mhud.live.model import Call
from mhud.services.history import History
from mhud.store.calls import Wanted, get_call, page
from tests.books.pages import at, cdr_text, queue_text
from tests.fake_clock import PATIENCE_S, FakeClock, eventually
from tests.houses import House, house

NUMBER = "+254700123456"
LATER = 3600
"""Seconds after the beginning of the pages, when the clock of the house starts."""
STEP_S = 0.02
TURN_S = 0.001  # for the threads that read files and the database


@dataclass
class Archive:
    """`reads` is what a daemon does in a few seconds."""

    house: House
    folder: Path
    history: History

    @property
    def queue_log(self) -> Path:
        return self.folder / "queue_log"

    @property
    def cdr(self) -> Path:
        return self.folder / "Master.csv"

    def write(self, queue_log: str = "", cdr: str = "") -> None:
        for path, text in ((self.queue_log, queue_log), (self.cdr, cdr)):
            with path.open("a") as file:
                file.write(text)

    def abandoned(self, uid: str = "c.1", start: int = LATER, number: str = NUMBER) -> None:
        """A caller waits for half a minute, and gives up."""
        self.write(
            queue_text(start + 1, "ENTERQUEUE", "", number, 1, uid=uid)
            + queue_text(start + 31, "ABANDON", 1, 1, 30, uid=uid),
            cdr_text(start, start + 31, answer=start, caller=number, uid=uid, linkedid=uid),
        )

    async def reads(self) -> int:
        """How many calls were told, by now and when it has been quiet for a while."""
        told = await self.steps()
        await self.house.clock.advance(6)
        return told + await self.steps()

    async def steps(self) -> int:
        work = asyncio.create_task(self.history.step())
        await self._until(work)
        return await work

    async def _written(self) -> None:
        """All that was told is on disk."""
        ledger = self.house.services.ledger
        await self._until(asyncio.create_task(eventually(lambda: not ledger.lag)))

    async def _until(self, work: asyncio.Task[Any]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not (await asyncio.wait((work,), timeout=TURN_S))[0]:
                await self.house.clock.advance(STEP_S)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """As in a daemon."""
        work = asyncio.create_task(self.history.run())
        yield
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    async def passes(self, seconds: float) -> None:
        """Time, in which there is enough of it for the threads."""
        clock = self.house.clock
        until = clock.monotonic() + seconds
        while clock.monotonic() < until:
            await self._until(asyncio.create_task(clock.sleep(0.2)))

    def starts_again(self) -> None:
        """Another process, which knows only what is on disk."""
        self.history.close()
        services = self.house.services
        self.house.services.pump.live.ended.clear()
        self.history = History(
            services.settings, services.clock, services.db, services.pump, services.ledger
        )

    def sees(self, event: ami.Event) -> None:
        self.house.services.pump.feed(event)

    def connects(self) -> None:
        """Asterisk has been asked for everything, and nobody calls."""
        self.sees(ami.Snapshot(at=self.house.clock.now()))

    async def events(self, since: int = 0) -> list[str]:
        await self._written()
        return [one.type for one in await self.house.services.ledger.read(since, 1000)]

    async def call(self, call_id: str = "call-c.1") -> Call:
        await self._written()
        async with self.house.services.db.read() as tx:
            call = await get_call(tx, call_id)
        assert call is not None
        return call

    async def calls(self, **wanted: Any) -> list[str]:
        """Ids in the history, newest first."""
        async with self.house.services.db.read() as tx:
            found = await page(tx, Wanted(**wanted), limit=100)
        return [call.id for call in found.calls]


@asynccontextmanager
async def archive(folder: Path, connected: bool = True, **asterisk: Any) -> AsyncIterator[Archive]:
    """The books are there and empty. `asterisk` are more settings of that section."""
    books = folder / "books"
    books.mkdir(exist_ok=True)
    settings = {"queue_log": books / "queue_log", "cdr": books / "Master.csv", **asterisk}
    async with house(folder, FakeClock(at(LATER)), asterisk=settings) as one:
        s = one.services
        history = History(s.settings, s.clock, s.db, s.pump, s.ledger)
        pumping = asyncio.create_task(s.pump.run())
        found = Archive(one, books, history)
        found.write()
        try:
            if connected:
                found.connects()
            await found.steps()
            yield found
        finally:
            found.history.close()
            pumping.cancel()
            await asyncio.gather(pumping, return_exceptions=True)
