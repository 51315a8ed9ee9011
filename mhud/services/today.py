"""The curve of today: what each quarter of an hour brought to each queue, for wallboards.

Read from the tallies that reports are made of: it holds over a restart, and agrees with them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mhud.clock import Clock
from mhud.services.queue_settings import DAYS, is_overnight
from mhud.store.database import Database
from mhud.store.figures_read import FiguresReader, Part, Sum

SLOT_S = 900
FRESH_S = 5.0  # everybody who asks within is given the same
_MEASURES = ("stays", "stays_answered", "stays_abandoned")


@dataclass(frozen=True, slots=True)
class Curve:
    """Of one queue, or of all: a number for each quarter."""

    offered: tuple[int, ...]
    answered: tuple[int, ...]
    abandoned: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """`starts`: of each quarter since midnight in the helpline's zone, the present one included."""

    date: date
    starts: tuple[datetime, ...]
    queues: Mapping[str, Curve]
    total: Curve


class Today:
    def __init__(self, db: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._db = db
        self._clock = clock
        self._zone = zone
        self._turn = asyncio.Lock()
        self._known: tuple[float, Day] | None = None

    async def day(self) -> Day:
        """At most five seconds old. Raises MhudError SERVICE_UNAVAILABLE."""
        async with self._turn:
            now = self._clock.monotonic()
            if self._known is None or now - self._known[0] >= FRESH_S:
                self._known = now, await self._read()
            return self._known[1]

    async def _read(self) -> Day:
        now = self._clock.now()
        today = now.astimezone(self._zone).date()
        midnight = datetime.combine(today, time(), self._zone).astimezone(UTC)
        first, last = _quarter(midnight), _quarter(now)
        quarters = range(first, last + 1)
        async with self._db.read() as tx:
            reader = FiguresReader(tx, Part())
            stretches = [(one, one + 1) for one in quarters]
            sums = await reader.sums(stretches, _MEASURES, by_queue=True, by_agent=False)
        waited = [one for one in sums if one.queue_id]
        return Day(
            date=today,
            starts=tuple(midnight + timedelta(seconds=SLOT_S * n) for n in range(len(quarters))),
            queues={
                queue_id: _curve((one for one in waited if one.queue_id == queue_id), len(quarters))
                for queue_id in sorted({one.queue_id for one in waited})
            },
            total=_curve(waited, len(quarters)),
        )


def _curve(sums: Iterable[Sum], length: int) -> Curve:
    lines = {name: [0] * length for name in _MEASURES}
    for one in sums:
        for name, line in lines.items():
            line[one.place] += one.values[name]
    offered, answered, abandoned = (tuple(lines[name]) for name in _MEASURES)
    return Curve(offered, answered, abandoned)


def _quarter(at: datetime) -> int:
    return int(at.timestamp()) // SLOT_S


def opening(
    hours: Mapping[str, Mapping[str, str]] | None, day: date, zone: ZoneInfo
) -> tuple[datetime, datetime] | tuple[None, None]:
    """From when until when a queue takes callers on that day; None: no hours are set, it is closed
    all day, or open over midnight, in the morning as in the evening."""
    names, today = tuple(DAYS), day.weekday()
    span, night = ((hours or {}).get(names[one]) for one in (today, today - 1))
    if span is None or is_overnight(span) or (night is not None and is_overnight(night)):
        return None, None
    return _at(day, span["start"], zone), _at(day, span["end"], zone)


def _at(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """`clock`: HH:MM, and 24:00 for the end of the day."""
    hour, minute = (int(part) for part in clock.split(":"))
    midnight = datetime.combine(day + timedelta(days=hour // 24), time(), zone)
    return midnight.replace(hour=hour % 24, minute=minute).astimezone(UTC)


def nothing(length: int) -> Curve:
    """Of a queue that nobody called."""
    zeros = (0,) * length
    return Curve(zeros, zeros, zeros)
