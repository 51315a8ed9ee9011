"""What `mhud doctor` would say, for a page: looked at beside everything else, once for all who ask.

A look takes seconds, asks Asterisk over a connection of its own, and never two go on at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from mhud.clock import Clock
from mhud.errors import kind

log = structlog.get_logger(__name__)
LONGEST_S = 60.0
FRESH_S = 300.0  # what is older is looked at again when somebody asks
PAUSE_S = 10.0  # between two looks, however often one is asked for
STATES = ("ok", "warning", "wrong", "unknown")


class Finding(Protocol):
    """One line of the doctor's."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def fix(self) -> str | None: ...


Look = Callable[[], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, slots=True)
class Report:
    """`checked_at` None: nothing was looked at yet. `failed`: the last look came to no end."""

    checked_at: datetime | None
    running: bool
    failed: bool
    findings: Sequence[Finding]

    @property
    def counts(self) -> Mapping[str, int]:
        found = Counter(str(one.state) for one in self.findings)
        return {state: found[state] for state in STATES}


class Checkup:
    def __init__(self, clock: Clock, look: Look) -> None:
        self._clock = clock
        self._look = look
        self._wanted = asyncio.Event()
        self._ended: float | None = None  # when the last look did, well or not
        self._report = Report(None, running=False, failed=False, findings=())

    def report(self) -> Report:
        """What is known, at once; too old, somebody looks again."""
        return self._known(FRESH_S)

    def again(self) -> Report:
        """Somebody looks again, unless it was just now."""
        return self._known(PAUSE_S)

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._wanted.wait()
            await self._examine()
            self._wanted.clear()

    def _known(self, good_s: float) -> Report:
        ended = self._ended
        if ended is None or self._clock.monotonic() - ended >= good_s:
            self._wanted.set()
        last = self._report
        return Report(last.checked_at, self._wanted.is_set(), last.failed, last.findings)

    async def _examine(self) -> None:
        """A look that fails or hangs leaves what was found before."""
        last = self._report
        try:
            async with asyncio.timeout(LONGEST_S):
                found = tuple(await self._look())
            self._report = Report(self._clock.now(), False, False, found)
        except Exception as error:  # whatever it is: to look must not end what is looked at
            log.warning("checkup_failed", reason=kind(error))
            self._report = Report(last.checked_at, False, True, last.findings)
        self._ended = self._clock.monotonic()
