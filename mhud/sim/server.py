"""The TCP side: accepts AMI clients and tells them what happens in the PBX."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from mhud.clock import Clock
from mhud.sim.faults import Faults
from mhud.sim.pbx import Pbx
from mhud.sim.session import Session, booted_headers
from mhud.sim.timers import Timers
from mhud.sim.wire import Headers, Request, encode

AUTH_TIMEOUT_S = 30.0
CLOSE_TIMEOUT_S = 5.0


class AmiServer:
    """One listening socket and its sessions. `port` 0 takes a free one, and keeps it."""

    def __init__(
        self,
        pbx: Pbx,
        clock: Clock,
        *,
        username: str,
        secret: str,
        faults: Faults,
        host: str,
        port: int,
        queue_include: Path | None,
    ) -> None:
        self.pbx = pbx
        self.clock = clock
        self.username = username
        self.secret = secret
        self.faults = faults
        self.host = host
        self.port = port
        self.queue_include = queue_include
        self.sessions: set[Session] = set()
        self.booted = True
        self.on_request: Callable[[Request], None] = lambda request: None
        self._timers = Timers(clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self._held: list[tuple[str, str, bytes]] | None = None
        pbx.listener = self.broadcast

    # ---- life

    async def open(self) -> None:
        """Raises OSError when the port is taken."""
        self._listener = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """No listener and no session is left."""
        listener, self._listener = self._listener, None
        if listener:
            listener.close()
        self._timers.clear()
        for session in tuple(self.sessions):
            session.cut()
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_TIMEOUT_S)

    async def part(self) -> None:
        """Closes the sessions so that what was written still arrives, if its client reads."""
        for session in self.sessions:
            session.writer.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        session = Session(self, reader, writer)
        self.sessions.add(session)
        forget = self._timers.later(AUTH_TIMEOUT_S, lambda: self._drop_stranger(session))
        try:
            await session.run()
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            pass  # the client is gone, or we are closing: either way this conversation is over
        finally:
            forget()
            self.sessions.discard(session)
            writer.close()

    def _drop_stranger(self, session: Session) -> None:
        if not session.authenticated:
            session.cut()

    @property
    def is_listening(self) -> bool:
        return self._listener is not None and self._listener.is_serving()

    # ---- events

    def broadcast(self, privilege: str, headers: Headers) -> None:
        """To everybody who may hear it; while an action is answered, after its answer."""
        entry = (privilege, headers[0][1], encode(headers))
        if self._held is not None:
            self._held.append(entry)
        else:
            self._tell(*entry)

    @contextlib.contextmanager
    def events_held(self) -> Iterator[None]:
        outer, self._held = self._held, []
        try:
            yield
        finally:
            held, self._held = self._held, outer
            for entry in held or []:
                self._tell(*entry)

    def _tell(self, privilege: str, event: str, encoded: bytes) -> None:
        for _ in range(self.faults.times(event)):
            for session in self.sessions:
                if session.hears(privilege):
                    session.send(encoded)

    def booted_event(self) -> Headers:
        return booted_headers(int((self.clock.now() - self.pbx.started).total_seconds()))

    def announce_boot(self) -> None:
        """To those who logged in while it was starting."""
        self.booted = True
        uptime = self.booted_event()[2:4]
        self.pbx.emit("FullyBooted", "system", [("Status", "Fully Booted"), *uptime])

    async def look_at_files(self, request: Request) -> None:
        """A QueueReload reads what mhud wrote; off the event loop, before the action runs."""
        if request.get("Action").lower() == "queuereload" and self.queue_include:
            self.pbx.include_text = await asyncio.to_thread(_text, self.queue_include)


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
