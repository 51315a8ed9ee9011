"""Things that happen later, by the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from mhud.clock import Clock

log = structlog.get_logger(__name__)


class Timers:
    """Calls back after a number of the PBX's seconds; `speed` of them pass in one of the clock's.

    `failures` counts callbacks that raised: a fault of the simulator itself.
    """

    def __init__(self, clock: Clock, speed: float = 1) -> None:
        self.clock = clock
        self.speed = speed
        self.failures = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def later(self, seconds: float, call: Callable[[], object]) -> Callable[[], object]:
        """Returns what cancels it; cancelling late or twice does nothing."""
        task = asyncio.get_running_loop().create_task(self._wait(seconds / self.speed, call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task.cancel

    async def _wait(self, seconds: float, call: Callable[[], object]) -> None:
        await self.clock.sleep(seconds)
        try:
            call()
        except Exception:  # one person's step must not end the whole world; tests count them
            self.failures += 1
            log.exception("simulator_step_failed")

    def clear(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
