"""The life of one connection: log in, wait for the boot, keep in step, notice the end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NoReturn

import structlog

from mhud.ami import actions
from mhud.ami.actions import Action
from mhud.ami.messages import Event, FullyBooted, Shutdown, Snapshot
from mhud.ami.parse import parse
from mhud.ami.snapshot import RefusedError, fetch
from mhud.ami.trace import TraceWriter
from mhud.ami.wire import TOO_FAST, Dial, Reply, Wire
from mhud.ami.within import within
from mhud.clock import Clock
from mhud.config import AmiSettings
from mhud.errors import Code, MhudError

log = structlog.get_logger(__name__)
BOOT_PATIENCE_S = 20.0  # for FullyBooted, and again for modules that are not loaded yet
BOOT_RETRY_S = 0.5
RESYNC_GAP_S = 1.0  # however many doubts arise, not more snapshots than this
END_PATIENCE_S = 5.0  # from Asterisk's Shutdown to the end of the connection
HELD_LIMIT = 10_000  # events that may come while a snapshot is fetched


class LinkState(StrEnum):
    DOWN = "down"
    CONNECTING = "connecting"
    BOOTING = "booting"
    UP = "up"


class LinkDownError(Exception):
    """The connection is over, or never was. `refused`: trying again soon is of no use."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


def _why(error: OSError | UnicodeError) -> str:
    """asyncio puts the address into the text once more."""
    if isinstance(error, ConnectionError) and error.errno:
        return os.strerror(error.errno)
    return getattr(error, "strerror", None) or "not an address"


class Session:
    """One connection. `put` takes each event and says whether there was room for it."""

    def __init__(
        self,
        settings: AmiSettings,
        clock: Clock,
        put: Callable[[Event], bool],
        trace: TraceWriter | None = None,
    ) -> None:
        self.state = LinkState.CONNECTING
        self.advice: str | None = None  # what works, but should be set otherwise
        self.up_since: datetime | None = None
        self.last_heard = clock.monotonic()
        self.version = ""
        self.doubt = asyncio.Event()  # set it to get a new snapshot
        self._settings = settings
        self._clock = clock
        self._put = put
        self._trace = trace
        self._now = clock.now()
        self._held: list[Event] | None = None  # while a snapshot is fetched
        self._fully_booted: FullyBooted | None = None
        self._booted = asyncio.Event()
        self._ending = asyncio.Event()
        self._wire: Wire

    @property
    def was_up(self) -> bool:
        return self.up_since is not None

    # ---- what the wire says, synchronously

    def heard(self, chunk: bytes) -> None:
        self.last_heard = self._clock.monotonic()
        self._now = self._clock.now()
        if self._trace is not None:
            self._trace.heard(chunk)

    def said(self, chunk: bytes) -> None:
        if self._trace is not None:
            self._trace.said(chunk)

    def event(self, message: bytes) -> bool:
        event = parse(message, self._now)
        if event is None:
            return True
        if isinstance(event, FullyBooted | Shutdown):
            return self._turn(event)
        if self._held is not None:
            self._held.append(event)
            return len(self._held) <= HELD_LIMIT
        if self.state is LinkState.UP:
            return self._put(event)
        return True  # the snapshot, asked for later, is ahead of it

    def _turn(self, event: FullyBooted | Shutdown) -> bool:
        if isinstance(event, Shutdown):
            self._ending.set()
        else:
            self._fully_booted = event
            self.advice = None
            self._booted.set()
            self.doubt.set()
        return self._put(event)

    # ---- what the link asks

    async def ask(self, action: Action, timeout_s: float | None = None) -> Reply:
        """Raises MhudError: PBX_TIMEOUT, PBX_UNAVAILABLE, CONFLICT."""
        limit = self._settings.action_timeout_s if timeout_s is None else timeout_s
        try:
            return await within(self._clock, limit, self._wire.ask(action))
        except TimeoutError:
            raise MhudError(Code.PBX_TIMEOUT, "Asterisk did not answer in time") from None

    def distrust(self, reason: str) -> None:
        """Ends the connection: what comes over it can't be true."""
        if self.state is LinkState.UP:
            self._wire.cut(reason)

    async def run(self) -> LinkDownError:
        """From the connection to its end, and why it ended."""
        ending = LinkDownError("the connection ended")
        try:
            self._wire = await self._connect()
            try:
                await self._greet()
                await self._log_in()
                await self._live()
            finally:
                self.state = LinkState.DOWN
                self._wire.cut("mhud closed the connection")
        except LinkDownError as down:
            ending = down
        except MhudError as error:
            ending = LinkDownError(error.message)
        return ending

    async def _connect(self) -> Wire:
        host, port = self._settings.host, self._settings.port
        if self._trace is not None:
            self._trace.begin()
        try:
            dial = Dial(host, port, self)
            _, wire = await within(self._clock, self._settings.connect_timeout_s, dial.open())
        except TimeoutError:
            raise LinkDownError(f"no answer from {host}:{port}") from None
        except (OSError, UnicodeError) as error:
            raise LinkDownError(f"can't reach Asterisk at {host}:{port}: {_why(error)}") from None
        return wire

    async def _greet(self) -> None:
        try:
            limit = self._settings.connect_timeout_s
            self.version = await within(self._clock, limit, self._wire.greeted)
        except TimeoutError:
            where = f"{self._settings.host}:{self._settings.port}"
            raise LinkDownError(f"what listens on {where} says nothing") from None

    async def _log_in(self) -> None:
        user = self._settings.username
        reply = await self.ask(actions.login(user, self._settings.secret.get_secret_value()))
        if reply.success:
            return
        if reply.message == "Authentication failed":
            reason = f"Asterisk refused the password of AMI user {user}"
        else:
            reason = f"Asterisk refused the login of AMI user {user}: {reply.message}"
        raise LinkDownError(reason, refused=True)

    async def _live(self) -> None:
        self.state = LinkState.BOOTING
        try:
            async with asyncio.TaskGroup() as group:
                for duty in (self._until_lost, self._until_shut, self._until_silent):
                    group.create_task(duty())
                group.create_task(self._ping())
                group.create_task(self._keep_in_step())
        except BaseExceptionGroup as failures:
            planned, bugs = failures.split((LinkDownError, MhudError))
            if planned is None or bugs is not None:
                raise
            raise planned.exceptions[0] from None

    # ---- the duties of one connection: each ends only by raising

    async def _until_lost(self) -> NoReturn:
        reason = await asyncio.shield(self._wire.lost)
        raise LinkDownError("Asterisk shut down" if self._ending.is_set() else reason)

    async def _until_shut(self) -> NoReturn:
        await self._ending.wait()
        await self._clock.sleep(END_PATIENCE_S)
        raise LinkDownError("Asterisk shut down")

    async def _until_silent(self) -> NoReturn:
        while (left := self._silent_in()) > 0:
            await self._clock.sleep(left)
        raise LinkDownError("Asterisk has fallen silent")

    def _silent_in(self) -> float:
        return self.last_heard + self._settings.silence_limit_s - self._clock.monotonic()

    async def _ping(self) -> NoReturn:
        """Without it a half-open connection looks like a quiet night."""
        while True:
            await self._clock.sleep(self._settings.ping_every_s)
            await self.ask(actions.ping(), self._settings.silence_limit_s)

    async def _keep_in_step(self) -> NoReturn:
        await self._wait_for_boot()
        while True:
            self.doubt.clear()
            await self._take_snapshot()
            await self._clock.sleep(RESYNC_GAP_S)
            await self.doubt.wait()

    async def _wait_for_boot(self) -> None:
        """The port opens before the modules are loaded, and lists are then empty, not refused."""
        booted = asyncio.ensure_future(self._booted.wait())
        try:
            await within(self._clock, BOOT_PATIENCE_S, booted)
        except TimeoutError:
            user = self._settings.username
            self.advice = f"Asterisk does not say FullyBooted: AMI user {user} needs read=system"

    async def _take_snapshot(self) -> None:
        """Raises LinkDownError if Asterisk goes on refusing, MhudError if it does not answer."""
        patience = self._clock.monotonic() + BOOT_PATIENCE_S
        self._held = []
        while (snapshot := await self._fetch(patience)) is None:
            await self._clock.sleep(BOOT_RETRY_S)
        held, self._held = self._held, None
        if self.up_since is None:
            log.info("ami_up", protocol=self.version)
            self.up_since = self._clock.now()
        self.state = LinkState.UP
        if not all(self._put(event) for event in (snapshot, *held)):
            raise LinkDownError(TOO_FAST)

    async def _fetch(self, patience: float) -> Snapshot | None:
        try:
            return await fetch(self.ask, self._clock.now(), self._fully_booted)
        except RefusedError as refusal:
            if self._clock.monotonic() >= patience:
                raise LinkDownError(str(refusal)) from None
            return None
