"""Cuts the link to an Asterisk that can't be true, before the state outgrows the machine."""

from __future__ import annotations

import structlog

from mhud.ami.link import AmiLink
from mhud.clock import Clock
from mhud.live.state import LiveState

log = structlog.get_logger(__name__)
EVERY_S = 0.2


class Guard:
    """The next snapshot says what is; until then the state is stale, and bounded."""

    def __init__(self, live: LiveState, link: AmiLink, clock: Clock) -> None:
        self._live = live
        self._link = link
        self._clock = clock

    async def run(self) -> None:
        while True:
            await self._clock.sleep(EVERY_S)
            if not self._live.stale and (crowd := self._live.crowded()):
                log.error("too_crowded", problem=crowd)
                self._link.distrust(crowd)
