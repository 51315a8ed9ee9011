"""Inbox → state → ledger. The only writer of LiveState, and the event path's only loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import structlog

from mhud.ami.messages import Event
from mhud.clock import Clock
from mhud.inbox import Inbox
from mhud.live.events import DomainEvent
from mhud.live.inputs import Tick
from mhud.live.state import LiveState
from mhud.vitals import Peak

log = structlog.get_logger(__name__)
T = TypeVar("T")
SAMPLED = 16  # while events queue up, of so many one tells how long they all have waited
BATCH = 200  # events applied before others get the loop


class Pump:
    """Applies each event once and in order; hands what follows from it to `publish`."""

    def __init__(
        self,
        live: LiveState,
        inbox: Inbox,
        clock: Clock,
        publish: Callable[[Sequence[DomainEvent]], None],
        resync: Callable[[], None],
    ) -> None:
        self.live = live
        self.inbox = inbox
        self.skipped = 0
        self.moved_at = clock.monotonic()
        self.lag = Peak()  # seconds from when an event was heard until it is applied
        self._clock = clock
        self._publish = publish
        self._resync = resync
        self._watchers: set[asyncio.Event] = set()

    async def run(self) -> None:
        """For ever. An event on which a reducer raises costs that event, not the daemon."""
        done = 0
        while True:
            self.feed(await self.inbox.get())
            done += 1
            if done % BATCH == 0:
                await self._clock.sleep(0)

    def feed(self, event: Event) -> None:
        """Applies one event now."""
        self._measure(event)
        try:
            told = self.live.apply(event)
        except Exception:  # a bug in a reducer must not take a helpline down
            self.skipped += 1
            log.exception("event_skipped", event_type=type(event).__name__)
            self._resync()
            return
        if told:
            self._publish(told)
        for watcher in self._watchers:
            watcher.set()

    def _measure(self, event: Event) -> None:
        self.moved_at = now = self._clock.monotonic()
        if len(self.inbox) % SAMPLED == 0 and not isinstance(event, Tick):  # it may be ahead
            self.lag.add((self._clock.now() - event.at).total_seconds(), now)

    async def until(self, holds: Callable[[LiveState], T | None], timeout_s: float) -> T | None:
        """What `holds` says as soon as it is true of the state; None when time is over."""
        if found := holds(self.live):
            return found
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    await changed.wait()
                    changed.clear()
                    if found := holds(self.live):
                        return found
        except TimeoutError:
            return None
        finally:
            self._watchers.discard(changed)


async def tick(inbox: Inbox, clock: Clock, live: LiveState) -> None:
    """Tells the state once a second how late it is, and never less than has passed.

    The state's time does not run back. So when the machine's clock is set back, or Asterisk's was
    ahead of it, timers would stand still, and agents stay in their wrap-up, until it caught up.
    """
    at, last = clock.now(), clock.monotonic()
    while True:
        inbox.put(Tick(at=at))
        reached = max(at, live.now)
        await clock.sleep(1)
        wall, now = clock.now(), clock.monotonic()
        at, last = max(wall, reached + timedelta(seconds=now - last)), now
