"""One client's connection: who it is, what it may hear, and writing that never waits."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import TYPE_CHECKING

from mhud.sim.actions import answer, unknown
from mhud.sim.wire import Framer, Headers, Reply, Request, encode

if TYPE_CHECKING:
    from mhud.sim.server import AmiServer

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
BACKLOG = 256 * 1024  # bytes a client may leave unread before it is dropped
AUTH_FAILED_S = 1.0
BEFORE_BOOT = frozenset({"ping", "coreshowchannels", "corestatus", "coresettings", "logoff"})
CLASSES = frozenset({"system", "call", "agent", "user"})


class Session:
    def __init__(
        self, server: AmiServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer
        self.authenticated = False
        self.deaf = False
        self.mask = CLASSES
        self._challenge = ""

    async def run(self) -> None:
        """Until either side closes."""
        self.writer.write(BANNER)
        framer = Framer()
        while received := await self.reader.read(65536):
            if self.deaf:
                continue
            for request in framer.feed(received):
                if self.server.faults.slow_s:
                    await self.server.clock.sleep(self.server.faults.slow_s)
                if not await self._take(request):
                    return

    # ---- writing

    def send(self, encoded: bytes) -> None:
        transport = self.writer.transport
        if self.deaf or transport.is_closing():
            return
        if transport.get_write_buffer_size() > BACKLOG:
            self.cut()
            return
        self.writer.write(encoded)

    def hears(self, privilege: str) -> bool:
        reads = self.server.pbx.site.reads
        return self.authenticated and privilege in self.mask and privilege in reads

    def cut(self) -> None:
        """Without a word; what was not sent yet is lost."""
        self.writer.transport.abort()

    # ---- what it asks

    async def _take(self, request: Request) -> bool:
        """False: the conversation is over."""
        self.server.on_request(request)
        await self.server.look_at_files(request)
        reply = Reply(request)
        with self.server.events_held():
            over = self._answer(request, reply)
            refused = over and reply.failed
            if not refused:
                self._write(reply)
        if refused:
            await self.server.clock.sleep(AUTH_FAILED_S)
            self._write(reply)
        return not over

    def _write(self, reply: Reply) -> None:
        for message in reply.messages:
            self.send(encode(message))

    def _answer(self, request: Request, reply: Reply) -> bool:
        """True: close the connection after the reply."""
        if request.problem:
            reply.error(request.problem)
            return False
        match request.get("Action").lower():
            case "login" if not self.authenticated:
                return not self._login(request, reply)
            case "login":
                reply.success("Already authenticated")
            case "challenge":
                self._challenge = str(self.server.pbx.random.randrange(10**8, 10**9))
                reply.success("", ("Challenge", self._challenge))
            case "logoff":
                reply.goodbye()
                return True
            case action if self.authenticated or not action:
                self._act(action, request, reply)
            case _:
                reply.error("Permission denied")
        return False

    def _act(self, action: str, request: Request, reply: Reply) -> None:
        if action == "events":
            self._choose_events(request, reply)
        elif not self.server.booted and action not in BEFORE_BOOT:
            reply.error(unknown(request.get("Action")))
        else:
            answer(self.server.pbx, request, reply)

    def _login(self, request: Request, reply: Reply) -> bool:
        if not self._proves(request):
            reply.error("Authentication failed")
            return False
        reply.success("Authentication accepted")
        self.authenticated = True
        if request.has("Events"):
            self.mask = _mask(request.get("Events"))
        if self.server.booted and self.hears("system"):
            reply.messages.append(self.server.booted_event())
        return True

    def _proves(self, request: Request) -> bool:
        if self.server.faults.refuse_logins or request.get("Username") != self.server.username:
            return False
        secret = self.server.secret
        if request.get("AuthType").lower() != "md5":
            return hmac.compare_digest(request.get("Secret").encode(), secret.encode())
        digest = hashlib.md5((self._challenge + secret).encode())  # noqa: S324 - AMI's protocol
        expected = digest.hexdigest().encode()
        return bool(self._challenge) and hmac.compare_digest(request.get("Key").encode(), expected)

    def _choose_events(self, request: Request, reply: Reply) -> None:
        self.mask = _mask(request.get("EventMask"))
        reply.success("", ("Events", "On" if self.mask else "Off"))


def _mask(text: str) -> frozenset[str]:
    words = frozenset(word.strip() for word in text.lower().split(","))
    if words & {"on", "all", "yes", "true", ""}:
        return CLASSES
    return CLASSES & words


def booted_headers(uptime_s: int) -> Headers:
    return [
        ("Event", "FullyBooted"),
        ("Privilege", "system,all"),
        ("Uptime", str(uptime_s)),
        ("LastReload", str(uptime_s)),
        ("Status", "Fully Booted"),
    ]
