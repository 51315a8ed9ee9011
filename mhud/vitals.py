"""How the process itself does: what /metrics shows and no other part measures."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mhud.clock import Clock

if TYPE_CHECKING:
    from mhud.certificate import Certificate

WINDOW_S = 60.0
BEAT_S = 1.0
LOOK_S = 30.0


class Peak:
    """The highest value of the last one to two minutes, however often somebody asks."""

    def __init__(self) -> None:
        self._until = 0.0
        self._now = 0.0
        self._before = 0.0

    def add(self, value: float, at: float) -> None:
        """`at`: monotonic seconds."""
        if at >= self._until:
            self._turn(at)
        if value > self._now:
            self._now = value

    def value(self, at: float) -> float:
        if at >= self._until:
            self._turn(at)
        return max(self._now, self._before)

    def _turn(self, at: float) -> None:
        self._before = self._now if at < self._until + WINDOW_S else 0.0
        self._now = 0.0
        self._until = at + WINDOW_S


@dataclass(slots=True)
class Vitals:
    """Written by whoever knows; None: not known, or there is none."""

    late: Peak = field(default_factory=Peak)  # how late a timer of one second fires, in seconds
    free_bytes: int | None = None  # where the data directory is
    database_bytes: int | None = None  # with what is not merged into the file yet
    settings_good: bool = True  # whether the settings could be read when they were last
    settings_read_at: datetime | None = None
    awaiting_restart: tuple[str, ...] = ()  # settings that changed and need one
    certificate: Certificate | None = None

    async def run(self, database: Path, clock: Clock) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._feel(clock))
            tasks.create_task(self._look_for_ever(database, clock))
            if self.certificate is not None:
                tasks.create_task(self.certificate.run(clock))

    async def _feel(self, clock: Clock) -> None:
        while True:
            due = clock.monotonic() + BEAT_S
            await clock.sleep(BEAT_S)
            now = clock.monotonic()
            self.late.add(now - due, now)

    async def _look_for_ever(self, database: Path, clock: Clock) -> None:
        """In a thread: a disk that hangs must hang there."""
        while True:
            self.free_bytes, self.database_bytes = await asyncio.to_thread(_look, database)
            await clock.sleep(LOOK_S)


def _look(database: Path) -> tuple[int | None, int | None]:
    try:
        disk = os.statvfs(database.parent)
        free: int | None = disk.f_bavail * disk.f_frsize
        files = (database, database.with_name(database.name + "-wal"))
        return free, sum(file.stat().st_size for file in files if file.exists())
    except OSError:
        return None, None
