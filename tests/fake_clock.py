"""A clock whose hands only the test turns."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
ROUNDS = 20  # turns of the loop that everybody awake gets before the hands move on
PATIENCE_S = 20  # of real time: a disk or a machine that others use may stall for seconds


async def settle(rounds: int = ROUNDS) -> None:
    """Lets all tasks run that can."""
    for _ in range(rounds):
        await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop, not a wait


async def eventually(holds: Callable[[], object], timeout_s: float = PATIENCE_S) -> None:
    """For what a real socket brings. Raises TimeoutError if `holds` never becomes true."""
    async with asyncio.timeout(timeout_s):
        while not holds():
            await settle(1)


class FakeClock:
    """Implements mhud.clock.Clock. Time stands still until `advance`."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await settle(1)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._passed + seconds, next(self._order), woken))
        await woken

    def is_set_forward(self, seconds: float) -> None:
        """The date is another one, but nobody has slept: days pass in no time."""
        self._start += timedelta(seconds=seconds)

    @property
    def sleeping(self) -> tuple[float, ...]:
        """In how many seconds each sleeper wakes, soonest first."""
        return tuple(
            due - self._passed for due, _, woken in sorted(self._sleepers) if not woken.done()
        )

    async def advance(self, seconds: float) -> None:
        """Time passes; each sleeper wakes at its own instant, in order, and runs."""
        await settle()
        end = self._passed + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, woken = heapq.heappop(self._sleepers)
            if woken.done():  # cancelled
                continue
            self._passed = max(self._passed, due)
            woken.set_result(None)
            await settle()
        self._passed = end
        await settle()
