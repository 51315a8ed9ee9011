"""All sockets: fan-out, credentials that end, the goodbye at shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

import structlog
from aiohttp import web

from mhud.clock import Clock
from mhud.feeds.bus import Bus
from mhud.feeds.filters import Grant, Telling
from mhud.feeds.ledger import Ledger
from mhud.feeds.payloads import Entry
from mhud.feeds.websocket import FORBIDDEN, GOING_AWAY, TRY_AGAIN, UNAUTHENTICATED, Session
from mhud.services.rights import Principal

log = structlog.get_logger(__name__)
MAX_SOCKETS = 2000
MAX_STRANGERS = 200  # of one address, that have not authenticated
CHECK_S = 5.0  # how long an expired credential lives on, and who was cut may still read
CLOSE_S = 3.0


class Gate(Protocol):
    """The part of Access that sockets need; it answers from memory."""

    def authenticate_key(self, text: str) -> Principal:
        """Raises MhudError UNAUTHENTICATED."""
        ...

    def authenticate_token(self, text: str) -> Principal:
        """Raises MhudError UNAUTHENTICATED."""
        ...

    async def caught_up(self) -> bool: ...

    def current(self, principal: Principal) -> Principal | None: ...

    def on_change(self, tell: Callable[[], None]) -> None: ...


async def shut(socket: web.WebSocketResponse, code: int, reason: str) -> None:
    """Closes politely, and without waiting long for the answer."""
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(CLOSE_S):
            await socket.close(code=code, message=reason.encode())


class Hub:
    """A bus listener. Everything here that is per event is synchronous."""

    def __init__(
        self, ledger: Ledger, bus: Bus, gate: Gate, clock: Clock, buffer_bytes: int
    ) -> None:
        self.ledger = ledger
        self.gate = gate
        self.cut_total = 0  # consumers who could not keep up
        self._clock = clock
        self._buffer_bytes = buffer_bytes
        self._bus = bus
        self._seats: set[web.WebSocketResponse] = set()
        self._strangers: dict[web.WebSocketResponse, str] = {}  # not authenticated yet → address
        self._sessions: dict[Session, Principal] = {}
        bus.listen(self)
        gate.on_change(self.check)

    def has_room(self, address: str) -> bool:
        """Strangers of one address do not take all seats, and a shift may come back at once."""
        strangers = sum(1 for from_ in self._strangers.values() if from_ == address)
        return len(self._seats) < MAX_SOCKETS and strangers < MAX_STRANGERS

    @property
    def sessions(self) -> int:
        return len(self._sessions)

    @property
    def lingering(self) -> list[Session]:
        """Who was cut and may still read what was sent before."""
        return [session for session in self._sessions if session.cut_with is not None]

    @contextmanager
    def seat(self, socket: web.WebSocketResponse, address: str) -> Iterator[None]:
        """Every open socket has one, at first as a stranger's."""
        self._seats.add(socket)
        self._strangers[socket] = address
        try:
            yield
        finally:
            self._seats.discard(socket)
            self._strangers.pop(socket, None)

    @contextmanager
    def session(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        principal: Principal,
    ) -> Iterator[Session]:
        """Live from the beginning of the block to its end."""
        grant = Grant.of(principal)
        session = Session(socket, transport, self.ledger, grant, self._buffer_bytes)
        self._sessions[session] = principal
        self._strangers.pop(socket, None)
        session.start()
        try:
            yield session
        finally:
            del self._sessions[session]
            self.cut_total += session.cut_with == TRY_AGAIN

    def kept(self, entries: Sequence[Entry]) -> None:
        told = Telling(entries)
        for session in self._sessions:
            session.take(told)

    def stalled(self) -> None:
        for session in self._sessions:
            session.tell_stalled()

    async def run(self) -> None:
        """For ever: ends sockets whose credentials expired, and the patience with who was cut."""
        while True:
            cut = self.lingering
            await self._clock.sleep(CHECK_S)
            for session in cut:
                session.transport.abort()
            try:
                self.check()
            except Exception:  # a bug here must not leave revoked sockets open for good
                log.exception("sockets_not_checked")

    def check(self) -> None:
        """Gives every socket the rights that its principal has now, or ends it."""
        for session, principal in tuple(self._sessions.items()):
            now = self.gate.current(principal)
            if now is None:
                session.cut(UNAUTHENTICATED, "the credentials are not valid any more")
            elif not now.may("receive_events", None):
                session.cut(FORBIDDEN, "this needs the right receive_events")
            else:
                session.grant = Grant.of(now)

    async def close(self) -> None:
        """Says goodbye to everybody at once (1001)."""
        self._bus.forget(self)
        farewells = [shut(socket, GOING_AWAY, "mhud stops") for socket in tuple(self._seats)]
        await asyncio.gather(*farewells)
