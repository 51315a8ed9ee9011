"""`/phone`: SIP over WebSocket between a page and Asterisk, whose own WebSocket is on loopback.

Asterisk can't tell pages apart, so all of that is done here: the cookie of a login session, a page
of our own, each agent in his own name only, and one page for each phone: the newest.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog
from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    ClientWSTimeout,
    TCPConnector,
    WSMsgType,
    web,
)

from mhud.clock import Clock
from mhud.errors import MhudError, invalid, kind, pbx_unavailable
from mhud.services.access import NOBODY, unauthenticated
from mhud.services.phones import Phones
from mhud.services.rights import Principal
from mhud.services.sip_identity import may_pass
from mhud.web.context import CONTEXT, SERVICES, Context
from mhud.web.cookie import foreign
from mhud.web.origin import ORIGINS

log = structlog.get_logger(__name__)
SIP = "sip"
NEWER, SIGNED_OUT, WRONG_IDENTITY, TOO_FAST = 4001, 4002, 4003, 4004
"""From 4000 on, a page must not come back by itself: two would throw each other out."""
LOST = 1013  # Asterisk is gone: come back later
CONNECT_S = 3.0
SEND_S = 5.0
CLOSE_S = 2.0
LOOK_S = 1.0  # so long may who was signed out still speak
LONGEST = 65_536
MOST, WITHIN_S = 200, 10.0  # messages of a page


@dataclass(eq=False)
class Line:
    """A page that is connected."""

    principal: Principal
    endpoint: str
    page: web.WebSocketResponse
    pbx: ClientWebSocketResponse
    came: deque[float] = field(default_factory=deque)


class Switchboard:
    """Who is connected: one page for each phone."""

    def __init__(self, phones: Phones, clock: Clock) -> None:
        self.phones = phones
        self._clock = clock
        self._lines: dict[str, Line] = {}

    def has(self, endpoint: str) -> bool:
        return endpoint in self._lines

    async def serve(self, line: Line) -> None:
        """Until one of both ends, or he is signed out, or a newer page comes."""
        old = self._lines.get(line.endpoint)
        self._lines[line.endpoint] = line
        duties: list[asyncio.Task[None]] = []
        try:
            if old is not None:
                await shut(old.page, NEWER, "another page has the phone now")
            ways = (self._up(line), self._down(line), self._look(line))
            duties += [asyncio.create_task(one) for one in ways]
            done, _ = await asyncio.wait(duties, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                _look_at(one)
        finally:
            for one in duties:
                one.cancel()
            await asyncio.gather(*duties, return_exceptions=True)
            await self._end(line)

    async def _end(self, line: Line) -> None:
        if not self.phones.holds(line.principal, line.endpoint):
            await self._sign_out(line)
        if self._lines.get(line.endpoint) is line:
            del self._lines[line.endpoint]
        await shut(line.page, LOST, "the line to Asterisk ended")

    async def close(self) -> None:
        """As mhud stops: pages come back when it is there again, and their calls go on."""
        every = [shut(one.page, 1001, "mhud stops") for one in self._lines.values()]
        await asyncio.gather(*every)

    async def _up(self, line: Line) -> None:
        async for message in line.page:
            if message.type is not WSMsgType.TEXT:
                break
            if not self.phones.holds(line.principal, line.endpoint):
                break
            wrong = self._wrong(line, message.data)
            if wrong is not None:
                log.warning("phone_refused", agent_id=line.principal.agent_id, close_code=wrong)
                await shut(line.page, wrong, "refused")
                break
            async with asyncio.timeout(SEND_S):
                await line.pbx.send_str(message.data)

    def _wrong(self, line: Line, text: str) -> int | None:
        if not may_pass(text, line.endpoint):
            return WRONG_IDENTITY
        return TOO_FAST if self._is_flood(line) else None

    async def _down(self, line: Line) -> None:
        async for message in line.pbx:
            if message.type is not WSMsgType.TEXT:
                break
            async with asyncio.timeout(SEND_S):
                await line.page.send_str(message.data)

    async def _look(self, line: Line) -> None:
        while self.phones.holds(line.principal, line.endpoint):
            await self._clock.sleep(LOOK_S)

    async def _sign_out(self, line: Line) -> None:
        """Asterisk forgets where the phone is as soon as its socket closes."""
        await shut(line.page, SIGNED_OUT, "signed out")
        if self._lines.get(line.endpoint) is not line:
            return  # the secret is a newer page's
        try:
            await self.phones.forget(line.endpoint)
        except MhudError as error:  # it is worth nothing without a cookie all the same
            log.warning("phone_secret_left", code=error.code.value)

    def _is_flood(self, line: Line) -> bool:
        now = self._clock.monotonic()
        line.came.append(now)
        while line.came[0] < now - WITHIN_S:
            line.came.popleft()
        return len(line.came) > MOST


SWITCHBOARD = web.AppKey("switchboard", Switchboard)
HTTP = web.AppKey("phone_http", ClientSession)


def mount(app: web.Application) -> None:
    """Adds `/phone`."""
    services = app[SERVICES]
    app[SWITCHBOARD] = Switchboard(services.phones, services.clock)
    app.router.add_get("/phone", handle)
    app.cleanup_ctx.append(_connected)
    app.on_shutdown.append(_hang_up)


async def _connected(app: web.Application) -> AsyncIterator[None]:
    async with pbx_client() as app[HTTP]:
        yield


def pbx_client() -> ClientSession:
    """As many connections as there are phones: each keeps one, and Asterisk bounds them."""
    return ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(connect=CONNECT_S))


async def _hang_up(app: web.Application) -> None:
    await app[SWITCHBOARD].close()


async def handle(request: web.Request) -> web.StreamResponse:
    """A page's phone from its upgrade to its end."""
    ctx: Context = request[CONTEXT]
    board = request.app[SWITCHBOARD]
    endpoint = _let_in(ctx, board.phones)
    settings = board.phones.settings
    page = web.WebSocketResponse(
        protocols=(SIP,),
        timeout=CLOSE_S,
        heartbeat=settings.ping_s,
        compress=False,
        max_msg_size=LONGEST,
    )
    found = page.can_prepare(request)
    if not found or found.protocol != SIP:
        raise invalid("Sec-WebSocket-Protocol", "this address speaks sip over WebSocket only")
    pbx = await call_pbx(request.app[HTTP], settings.pbx_url, settings.ping_s)
    try:
        await page.prepare(request)
        await board.serve(Line(ctx.principal, endpoint, page, pbx))
    finally:
        await pbx.close()
    return page


def _let_in(ctx: Context, phones: Phones) -> str:
    """The endpoint of who asks. Raises MhudError UNAUTHENTICATED, FORBIDDEN, CONFLICT.

    Whoever names no Origin is no browser, and needs no phone in one.
    """
    if ctx.principal.kind == NOBODY.kind:
        raise unauthenticated("sign in first")
    request = ctx.request
    if not request.headers.get("Origin") or request.app[ORIGINS].is_foreign(request):
        raise foreign()
    return phones.endpoint(ctx.principal)


async def call_pbx(http: ClientSession, url: str, ping_s: float) -> ClientWebSocketResponse:
    """Before the page is let in: else it would think that it is connected.

    Raises MhudError PBX_UNAVAILABLE.
    """
    try:
        async with asyncio.timeout(CONNECT_S):
            pbx = await http.ws_connect(
                url,
                protocols=(SIP,),
                heartbeat=ping_s,
                max_msg_size=LONGEST,
                timeout=ClientWSTimeout(ws_close=CLOSE_S),
            )
    except (ClientError, OSError, TimeoutError) as error:
        log.warning("phone_without_pbx", error=kind(error))
        text = "Asterisk's WebSocket does not answer (phone.pbx_url, http.conf)"
        raise pbx_unavailable(text) from None
    return pbx


async def shut(page: web.WebSocketResponse, code: int, why: str) -> None:
    try:
        async with asyncio.timeout(CLOSE_S):
            await page.close(code=code, message=why.encode())
    except (TimeoutError, ConnectionError):
        return


def _look_at(duty: asyncio.Task[None]) -> None:
    """A line that breaks is no bug; whatever else rises is."""
    error = duty.exception()
    if error is not None and not isinstance(error, (TimeoutError, ConnectionError, ClientError)):
        raise error
