"""The one link to Asterisk: kept up, kept in step, and honest about its state."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from datetime import datetime

import structlog

from mhud.ami import actions
from mhud.ami.actions import Action
from mhud.ami.messages import LinkLost
from mhud.ami.parse import Row, row
from mhud.ami.session import LinkDownError, LinkState, Session
from mhud.ami.trace import TraceWriter
from mhud.ami.wire import ENDLESS_LIST, ENDLESS_MESSAGE, TOO_FAST, Reply
from mhud.clock import Clock
from mhud.config import AmiSettings
from mhud.errors import MhudError, pbx_unavailable
from mhud.inbox import Inbox

__all__ = ["AmiLink", "LinkState", "Reply"]

log = structlog.get_logger(__name__)
ROOM_RETRY_S = 0.1  # until a full inbox takes the word that the link is lost
GOODBYE_S = 1.0
OVERWHELMING = (TOO_FAST, ENDLESS_MESSAGE, ENDLESS_LIST)  # coming back at once brings it again
DOUBLINGS = 10  # of the pause between attempts, at most


class AmiLink:
    """Connects, and connects again. Events and snapshots go to the inbox, in order."""

    def __init__(
        self,
        settings: AmiSettings,
        clock: Clock,
        inbox: Inbox,
        trace: TraceWriter | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.lost_total = 0  # how often it was up and then lost
        self._problem: str | None = None  # why the last connection ended
        self._down_since = clock.now()
        self._settings = settings
        self._clock = clock
        self._inbox = inbox
        self._trace = trace
        self._jitter = jitter
        self._failures = 0
        self._distrusted: str | None = None
        self._session: Session | None = None
        self._running: asyncio.Task[None] | None = None
        self._closing = False

    @property
    def state(self) -> LinkState:
        return LinkState.DOWN if self._session is None else self._session.state

    @property
    def since(self) -> datetime:
        """When it came up, or was lost."""
        up = None if self._session is None else self._session.up_since
        return up or self._down_since

    @property
    def problem(self) -> str | None:
        """In plain words, for the administrator; None: all is well, or nothing was tried yet."""
        if self._session is not None and self._session.state is LinkState.UP:
            return self._session.advice
        return self._problem

    @property
    def last_heard(self) -> float | None:
        """Of the clock's monotonic seconds, when the last byte came; None without a connection."""
        return None if self._session is None else self._session.last_heard

    async def run(self) -> None:
        """For ever, or until `close`."""
        self._running = asyncio.current_task()
        try:
            while not self._closing:
                await self._clock.sleep(await self._one_session())
        except asyncio.CancelledError:
            if not self._closing:
                raise

    async def send(self, action: Action, timeout_s: float | None = None) -> Reply:
        """Asterisk's answer; an "Error" of its is a Reply too. Sent once at most.

        Raises MhudError: PBX_UNAVAILABLE when the link is down or is cut meanwhile, PBX_TIMEOUT,
        CONFLICT when an action with the same ActionID is under way.
        """
        if self._session is None or self._session.state is not LinkState.UP:
            raise pbx_unavailable()
        return await self._session.ask(action, timeout_s)

    async def send_list(self, action: Action, timeout_s: float | None = None) -> list[Row]:
        """The rows of a list action. Raises as `send`, and PBX_UNAVAILABLE when it is refused."""
        reply = await self.send(action, timeout_s)
        if not reply.success:
            raise pbx_unavailable(f"Asterisk refused {action.name}: {reply.message}")
        return [row(item, self._clock.now()) for item in reply.items]

    def resync(self) -> None:
        """A doubt: a new Snapshot comes soon, one for many doubts. No effect while down."""
        if self._session is not None:
            self._session.doubt.set()

    def distrust(self, reason: str) -> None:
        """Ends the connection, because what came over it can't be; it is made again. Idempotent.

        `reason` is for the administrator. Each time it happens in a row, the pause doubles.
        """
        if self._session is not None:
            self._session.distrust(reason)
            self._distrusted = reason

    async def close(self) -> None:
        """Logs off, and ends `run` wherever it is."""
        self._closing = True
        with contextlib.suppress(MhudError):
            await self.send(actions.logoff(), GOODBYE_S)
        if self._running is not None:
            self._running.cancel()

    async def _one_session(self) -> float:
        """One connection from beginning to end. How many seconds to wait before the next."""
        session = Session(self._settings, self._clock, self._inbox.put, self._trace)
        self._session = session
        try:
            ending = await session.run()
        finally:
            self._session = None
        if session.was_up:
            if ending.reason not in (*OVERWHELMING, self._distrusted):
                self._failures = 0
            self.lost_total += 1
            self._down_since = self._clock.now()
            await self._say_lost()
        pause = self._pause(ending)
        if ending.reason != self._problem or session.was_up:
            log.warning("ami_down", problem=ending.reason, retry_in_s=round(pause, 1))
        self._problem = ending.reason
        return pause

    async def _say_lost(self) -> None:
        """The one event that must not be lost: a full inbox is asked again."""
        while not self._inbox.put(LinkLost(at=self._clock.now())):
            await self._clock.sleep(ROOM_RETRY_S)

    def _pause(self, ending: LinkDownError) -> float:
        """Half of it at random, so that many clients do not come back in step."""
        self._failures += 1
        if ending.refused:
            return self._settings.login_retry_s
        doubled = self._settings.retry_s * 2.0 ** min(self._failures - 1, DOUBLINGS)
        return min(doubled, self._settings.retry_max_s) * (1 + self._jitter()) / 2
