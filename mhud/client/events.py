"""Events without missing one: `/ws`, connected again and resumed where it broke off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from ssl import SSLCertVerificationError
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from mhud.client.errors import (
    EventsMissed,
    Forbidden,
    Invalid,
    RateLimited,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from mhud.client.event import Event, Order, Wanted
from mhud.client.http import Http

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
ANSWER_S = 10.0
LARGEST = 16 * 2**20  # bytes of one message
GOODBYE_S = 1.0  # behind a replay that nobody reads any more its answer is never seen
PASSING = (
    *(OSError, TimeoutError, InvalidHandshake, ConnectionClosed),
    *(Unreachable, Unavailable, RateLimited),
)
"""A line that breaks, and a sign-in that is not possible now."""
POLICY, UNAUTHENTICATED, FORBIDDEN = 1008, 4401, 4403


class Events:
    """`async for event in events`: in order of `seq`, each once, for ever.

    `position` is the seq after which it goes on: of the event that was handled last. Keep it, and
    give it as `since` the next time; set it to go on from elsewhere, as after EventsMissed.
    Without `since` it begins with what happens from now on. The line is open until `close`, or
    until the Mhud that it is of is closed.
    """

    def __init__(self, http: Http, wanted: Wanted, since: int | None = None) -> None:
        self.position = since
        self.reconnects = 0
        self._http = http
        self._wanted = wanted
        self._url = "ws" + http.base_url.removeprefix("http") + "/ws"
        self._refused = False
        self._pause = FIRST_PAUSE_S
        self._following: AsyncGenerator[Event, None] | None = None

    def __aiter__(self) -> AsyncIterator[Event]:
        """Goes on where the last one ended.

        Raises ClientError for what another try would not mend; EventsMissed where some are.
        """
        if self._following is None:
            self._following = self._follow()
        return self._following

    async def begin(self) -> int:
        """Fixes the position, if there is none: nothing that happens from now on is missed.

        For who does something and waits for what it brings. Raises ClientError.
        """
        while self.position is None:
            try:
                async with self._line() as socket:
                    await self._greeted(socket, subscribe=False)
            except PASSING as error:
                self._judge(error)
                await self._rest()
        return self.position

    async def close(self) -> None:
        """Hangs up politely."""
        following, self._following = self._following, None
        if following is not None:
            await following.aclose()

    async def _follow(self) -> AsyncGenerator[Event, None]:
        try:
            async with aclosing(self._connected()) as told:
                async for event in told:
                    yield event
                    self.position = event.seq
        finally:
            self._following = None

    async def _connected(self) -> AsyncGenerator[Event, None]:
        while True:
            try:
                async with (
                    self._line() as socket,
                    aclosing(self._told(socket)) as told,
                ):
                    async for event in told:
                        yield event
            except PASSING as error:
                self._judge(error)
            await self._rest()
            self.reconnects += 1

    async def _told(self, socket: ClientConnection) -> AsyncGenerator[Event, None]:
        order = Order(self._wanted, await self._greeted(socket, subscribe=True))
        async for raw in socket:
            for event in _heard(order, _parsed(raw)):
                yield event

    async def _greeted(self, socket: ClientConnection, *, subscribe: bool) -> int:
        """The last seq there was.

        Says who asks and what for at once, so that next to nothing comes before it is asked for.
        """
        credentials = self._http.credentials
        first = {"type": "auth", **await credentials.first_message(self._http.sign_in)}
        await socket.send(orjson.dumps(first), text=True)
        if subscribe:
            await socket.send(orjson.dumps(self._wanted.message(self.position)), text=True)
        async with asyncio.timeout(ANSWER_S):
            greeting = _parsed(await socket.recv())
        if greeting["type"] != "auth.ok":
            raise UnexpectedAnswer("the socket's first answer is no auth.ok")
        if self.position is None:
            self.position = greeting["seq"]
        self._refused, self._pause = False, FIRST_PAUSE_S
        return int(greeting["seq"])

    def _line(self) -> connect:
        tls = self._http.tls
        if tls is None or self._url.startswith("ws://"):
            return connect(self._url, max_size=LARGEST, close_timeout=GOODBYE_S)
        return connect(self._url, max_size=LARGEST, close_timeout=GOODBYE_S, ssl=tls)

    async def _rest(self) -> None:
        await self._http.clock.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE_S)

    def _judge(self, error: Exception) -> None:
        """Returns if another try may help. Raises ClientError."""
        if isinstance(error, SSLCertVerificationError):
            raise Unreachable("its certificate is not to be trusted")
        if isinstance(error, InvalidStatus) and error.response.status_code < 500:
            raise UnexpectedAnswer(f"no WebSocket at {self._url}", error.response.status_code)
        frame = error.rcvd if isinstance(error, ConnectionClosed) else None
        code, reason = (frame.code, frame.reason) if frame else (None, "")
        if code == UNAUTHENTICATED:
            if self._refused or not self._http.credentials.expire():
                raise Unauthenticated(401, "invalid_credentials", reason)
            self._refused = True
        elif code == FORBIDDEN:
            raise Forbidden(403, "insufficient_permissions", reason)
        elif code == POLICY:
            raise UnexpectedAnswer(reason)


def _heard(order: Order, message: dict[str, Any]) -> list[Event]:
    """What may be handled after this message. Raises ClientError."""
    if "seq" in message and "timestamp" in message:
        return list(order.take(Event.of(message)))
    kind = message["type"]
    if kind == "subscribe.ok":
        return list(order.go_live())
    if kind == "replay.truncated":
        raise EventsMissed(message["oldest"])
    if kind == "error":
        raise _wrong(message)
    return []  # as ledger.stalled, or what a newer server says


def _wrong(message: dict[str, Any]) -> Invalid:
    details = message.get("details") or []
    reasons = "; ".join(f"{wrong['field']}: {wrong['reason']}" for wrong in details)
    return Invalid(400, message["code"], reasons or message["message"], details=details)


def _parsed(raw: str | bytes) -> dict[str, Any]:
    try:
        message = orjson.loads(raw)
    except ValueError as error:
        raise UnexpectedAnswer("a message that is no JSON") from error
    if not isinstance(message, dict) or "type" not in message:
        raise UnexpectedAnswer("a message without a type")
    return message
