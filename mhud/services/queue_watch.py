"""Asks Asterisk for its queues now and then: it tells nobody when it reads queues.conf again."""

from __future__ import annotations

import structlog

from mhud.ami.actions import queue_status
from mhud.ami.link import AmiLink, LinkState
from mhud.ami.messages import MemberState, QueueNow
from mhud.clock import Clock
from mhud.errors import MhudError
from mhud.inbox import Inbox
from mhud.live.inputs import QueuesSeen
from mhud.live.state import LiveState

log = structlog.get_logger(__name__)
EVERY_S = 30.0


class QueueWatch:
    """What it hears goes through the inbox, as everything does that changes the state."""

    def __init__(self, link: AmiLink, inbox: Inbox, clock: Clock, live: LiveState) -> None:
        self._link = link
        self._inbox = inbox
        self._clock = clock
        self._live = live

    async def run(self) -> None:
        while True:
            await self._clock.sleep(EVERY_S)
            if self._link.state is LinkState.UP:
                await self._ask()

    async def _ask(self) -> None:
        as_of = self._live.member_changes
        try:
            rows = await self._link.send_list(queue_status())
        except MhudError as error:  # the link says for itself what is wrong with it
            log.warning("queues_not_listed", code=error.code.value)
            return
        queues = tuple(row for row in rows if isinstance(row, QueueNow))
        members = tuple(row for row in rows if isinstance(row, MemberState))
        # with no room the inbox has worse troubles; the next time tells the same
        seen = QueuesSeen(at=self._clock.now(), queues=queues, members=members, as_of=as_of)
        self._inbox.put(seen)
