"""`/ws`: a cookie or the first message authenticates, the rest subscribe. Rules are in feeds/."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal

import structlog
from aiohttp import WSMessage, WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mhud.config import FeedSettings
from mhud.errors import Code, MhudError, forbidden, invalid
from mhud.feeds.filters import EVENT_TYPES, Filter, types_of
from mhud.feeds.hub import Hub, shut
from mhud.feeds.websocket import FORBIDDEN, POLICY, UNAUTHENTICATED, Session
from mhud.services import Services
from mhud.services.rights import Principal
from mhud.web.address import limited_as
from mhud.web.context import CONTEXT

log = structlog.get_logger(__name__)
HUB = web.AppKey("hub", Hub)
FEEDS = web.AppKey("feeds", FeedSettings)
MAX_MESSAGE_BYTES = 65_536
WRITER_LIMIT = 65_536  # a replay waits at so many bytes, far below where a consumer is cut
MAX_ERRORS = 10  # in a row; then it is no consumer but noise
CLOSE_S = 2.0
Id = Annotated[str, Field(min_length=1, max_length=128)]
Ids = Annotated[list[Id], Field(max_length=500)]


class Auth(BaseModel):
    """The first message. More fields than these are let pass."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    type: Literal["auth"]
    api_key: str | None = Field(None, repr=False)
    token: str | None = Field(None, repr=False)


class Subscribe(BaseModel):
    """Replaces what was subscribed before; `since` is the last seq that the consumer has."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: Literal["subscribe"]
    events: Ids | None = None
    queues: Ids | None = None
    agents: Ids | None = None
    since: Annotated[int, Field(ge=0, lt=2**63, strict=True)] | None = None

    def filter(self) -> Filter:
        """Raises MhudError INVALID for an unknown event."""
        return Filter(
            types=EVENT_TYPES if self.events is None else types_of(self.events),
            queues=None if self.queues is None else frozenset(self.queues),
            agents=None if self.agents is None else frozenset(self.agents),
        )


def mount(app: web.Application, services: Services) -> Hub:
    """Adds `/ws`; the hub lives as long as the application."""
    feeds = services.settings.feeds
    hub = Hub(
        services.ledger,
        services.bus,
        services.access,
        services.clock,
        feeds.socket_buffer_bytes,
    )
    add_sockets(app, hub, feeds)
    return hub


def add_sockets(app: web.Application, hub: Hub, feeds: FeedSettings) -> None:
    app[HUB] = hub
    app[FEEDS] = feeds
    app.router.add_get("/ws", handle)
    app.cleanup_ctx.append(_watch)
    app.on_shutdown.append(_say_goodbye)


async def _watch(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(app[HUB].run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _say_goodbye(app: web.Application) -> None:
    await app[HUB].close()


async def handle(request: web.Request) -> web.StreamResponse:
    """A consumer from his upgrade to his end."""
    feeds, hub = request.config_dict[FEEDS], request.config_dict[HUB]
    socket = web.WebSocketResponse(
        timeout=CLOSE_S,
        heartbeat=feeds.socket_ping_s,
        compress=False,
        max_msg_size=MAX_MESSAGE_BYTES,
        writer_limit=WRITER_LIMIT,
    )
    if not socket.can_prepare(request):
        raise invalid("Upgrade", "this address speaks WebSocket only")
    address = _address(request)
    if not hub.has_room(address):
        raise MhudError(Code.SERVICE_UNAVAILABLE, "too many sockets are open")
    await socket.prepare(request)
    with hub.seat(socket, address):
        await _serve(request, socket, hub, feeds.auth_timeout_s)
    return socket


def _address(request: web.Request) -> str:
    context = request.get(CONTEXT)
    return limited_as(context.ip if context is not None else request.remote or "")


async def _serve(
    request: web.Request, socket: web.WebSocketResponse, hub: Hub, auth_timeout_s: float
) -> None:
    try:
        principal = _by_cookie(request) or await _principal(socket, hub, auth_timeout_s)
        if not principal.may("receive_events", None):
            raise forbidden("receive_events")
    except MhudError as error:
        denied = error.code is Code.FORBIDDEN
        await shut(socket, FORBIDDEN if denied else UNAUTHENTICATED, error.message)
        return
    transport = request.transport
    if transport is None:  # he went meanwhile
        return
    with hub.session(socket, transport, principal) as session:
        try:
            await _listen(socket, session)
        finally:
            await session.stop()


def _by_cookie(request: web.Request) -> Principal | None:
    """Whoever else authenticated in a header says so again in the first message."""
    context = request.get(CONTEXT)
    return context.principal if context is not None and context.principal.login else None


def _who(hub: Hub, auth: Auth) -> Principal:
    if auth.api_key is not None:
        return hub.gate.authenticate_key(auth.api_key)
    return hub.gate.authenticate_token(auth.token or "")


async def _principal(socket: web.WebSocketResponse, hub: Hub, timeout_s: float) -> Principal:
    """From the first message. Raises MhudError when it does not authenticate, or is late."""
    try:
        async with asyncio.timeout(timeout_s):
            message = await socket.receive()
        auth = Auth.model_validate_json(_text(message))
    except (TimeoutError, ValidationError) as error:
        raise MhudError(Code.UNAUTHENTICATED, "the first message must authenticate") from error
    try:
        principal = _who(hub, auth)
    except MhudError:
        if not await hub.gate.caught_up():  # he may have been added a moment ago
            raise
        principal = _who(hub, auth)
    return principal


async def _listen(socket: web.WebSocketResponse, session: Session) -> None:
    """What the consumer says, until he goes or says nothing sensible any more."""
    errors = 0
    async for message in socket:
        try:
            asked = Subscribe.model_validate_json(_text(message))
            await session.subscribe(asked.filter(), asked.since)
            errors = 0
        except (MhudError, ValidationError) as error:
            session.say(_refusal(error))
            errors += 1
        if errors >= MAX_ERRORS:
            await shut(socket, POLICY, "too many bad messages")


def _text(message: WSMessage) -> str:
    if message.type is not WSMsgType.TEXT:
        raise invalid("message", "only text messages are understood")
    return str(message.data)


def _refusal(error: MhudError | ValidationError) -> dict[str, object]:
    """Names fields and reasons, never what was sent."""
    if isinstance(error, MhudError):
        details = error.details.get("fields", [])
    else:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
        details = [
            {"field": ".".join(map(str, problem["loc"])), "reason": problem["msg"]}
            for problem in problems
        ]
    text = "the message is not understood; send a subscribe message"
    return {"type": "error", "code": "validation_error", "message": text, "details": details}
