"""A house whose outbox runs, with webhooks and what happens in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mhud.feeds.webhook_outbox import Outbox
from mhud.live.events import DomainEvent
from mhud.services import Services
from mhud.services.rights import COMMAND_LINE
from mhud.services.webhook_parts import Shown
from mhud.services.webhooks import Delivery
from tests.fake_clock import PATIENCE_S, FakeClock, eventually, settle
from tests.houses import House, house

LOOPBACK = ("127.0.0.0/8",)
MOMENT_S = 0.01  # as long as the books wait for company
SECRET = "a secret of sixteen and more"


@dataclass(slots=True)
class Office:
    house: House
    running: asyncio.Task[None]

    @property
    def services(self) -> Services:
        return self.house.services

    @property
    def clock(self) -> FakeClock:
        return self.house.clock

    @property
    def outbox(self) -> Outbox:
        outbox = self.services.webhooks.outbox
        assert isinstance(outbox, Outbox)
        return outbox

    async def register(self, url: str, *events: str, **wish: Any) -> Shown:
        wanted = {"url": url, "events": events or ("*",), "secret": SECRET, **wish}
        return await self.services.webhooks.add(COMMAND_LINE, wanted)

    async def change(self, ident: str, **wish: Any) -> None:
        await self.services.webhooks.change(COMMAND_LINE, ident, wish)

    async def test(self, ident: str) -> Delivery:
        trying = asyncio.ensure_future(self.services.webhooks.test(COMMAND_LINE, ident))
        await self.eventually(trying.done)
        return await trying

    async def happens(self, *events: DomainEvent) -> None:
        """They are in the ledger when it returns."""
        ledger = self.services.ledger
        wanted = ledger.last_seq + len(events)
        ledger.publish(events)
        await self.clock.advance(0.01)
        await eventually(lambda: ledger.last_seq >= wanted)

    async def log(self, ident: str, state: str | None = None) -> list[Delivery]:
        """Newest first."""
        page = await self.services.webhooks.deliveries(ident, state, 100, None)
        return list(page.deliveries)

    async def until(self, ident: str, holds: Callable[[list[Delivery]], object]) -> list[Delivery]:
        """Its log, once something holds for it."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds(log := await self.log(ident)):
                await self._moment()
        return log

    async def eventually(self, holds: Callable[[], object]) -> None:
        """As `tests.fake_clock.eventually`, while a little time passes."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                await self._moment()

    async def _moment(self) -> None:
        """Time passes only where somebody waits for company on the way to the disk."""
        sleeping = self.clock.sleeping
        if sleeping and sleeping[0] < 2 * MOMENT_S:
            await self.clock.advance(sleeping[0])
        else:
            await settle(1)

    async def settled(self, ident: str, count: int = 1) -> list[Delivery]:
        """Once so many are delivered or given up, and none waits."""
        return await self.until(
            ident, lambda log: len(log) >= count and all(one.state != "waiting" for one in log)
        )

    async def restart(self) -> None:
        """As after a kill: nothing is said to be over that is not on disk."""
        self.running.cancel()
        await asyncio.wait({self.running})
        services = self.services
        fresh = Outbox(
            services.db, services.ledger, services.bus, self.clock, services.settings.webhooks
        )
        services.bus.forget(self.outbox)
        fresh.on_gone = services.webhooks.gone
        services.webhooks.outbox = fresh
        self.running = asyncio.create_task(fresh.run())


@asynccontextmanager
async def office(folder: Path, **settings: Any) -> AsyncIterator[Office]:
    """`settings` of webhooks; loopback is allowed unless they say otherwise."""
    wanted = {"allowed_networks": LOOPBACK, **settings}
    async with house(folder, webhooks=wanted) as home:
        running = asyncio.create_task(home.services.webhooks.outbox.run())
        one = Office(home, running)
        try:
            yield one
        finally:
            one.running.cancel()
            await asyncio.wait({one.running})
            if not one.running.cancelled() and (error := one.running.exception()):
                raise error
