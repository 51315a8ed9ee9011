"""One POST to a receiver: nowhere but outside, no redirect, no waiting, and little is read.

The address is looked at when its socket is made, so what a name resolves to the second time, or
how a host is spelled, makes no difference.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

import mhud
from mhud.clock import Clock
from mhud.config import WebhookSettings
from mhud.errors import kind
from mhud.feeds.webhook_verdict import Answer
from mhud.outside import Outside

log = structlog.get_logger(__name__)
MOST_READ = 65_536  # bytes of an answer; only its status means something
RESOLVERS = 16  # names that are looked up at the same time: some never come back
Info = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, Any]
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (TimeoutError, "timeout"),
    (aiohttp.ClientConnectorDNSError, "name_not_resolved"),
    (aiohttp.ClientSSLError, "certificate"),
    (aiohttp.ClientConnectorError, "not_reachable"),
    (aiohttp.ServerDisconnectedError, "disconnected"),
    (aiohttp.InvalidURL, "not_reachable"),
    (aiohttp.ClientOSError, "disconnected"),
)


class InsideError(OSError):
    """The address is not outside, and is not allowed either."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "the address is not public")


class Poster:
    """Made by `posting`, and closed with it."""

    def __init__(
        self, session: aiohttp.ClientSession, clock: Clock, settings: WebhookSettings
    ) -> None:
        self._session = session
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=settings.timeout_s)
        self._longest_s = settings.give_up_s

    async def send(self, url: URL, headers: dict[str, str], body: bytes) -> Answer:
        """Never raises for what a receiver, a name or a network can do."""
        began = self._clock.monotonic()
        try:
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=self._timeout
            ) as response:
                after_s = self._retry_after(response)
                status = response.status
                await _read_little(response)
        except Exception as error:
            return Answer(error=_word(error), duration_ms=self._since_ms(began))
        return Answer(status=status, duration_ms=self._since_ms(began), retry_after_s=after_s)

    def _since_ms(self, began: float) -> int:
        return round((self._clock.monotonic() - began) * 1000)

    def _retry_after(self, response: aiohttp.ClientResponse) -> float | None:
        """Seconds, by our clock; for what it says wrongly, and for a success, None."""
        text = response.headers.get("Retry-After", "").strip()
        if not text or response.status < 300:
            return None
        wished = _seconds(text, self._clock.now())
        return None if wished is None else min(max(0.0, wished), self._longest_s)


@asynccontextmanager
async def posting(clock: Clock, settings: WebhookSettings) -> AsyncIterator[Poster]:
    outside = Outside(settings.allowed_networks)

    def factory(info: Info) -> socket.socket:
        family, made, protocol, _name, address = info
        if not outside.may_reach(str(address[0])):
            raise InsideError
        return socket.socket(family=family, type=made, proto=protocol)

    resolver = _Resolver()
    connector = aiohttp.TCPConnector(limit=0, resolver=resolver, socket_factory=factory)
    agent = {"User-Agent": f"mhud/{mhud.__version__}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(
        connector=connector,
        headers=agent,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept-Encoding",),
        auto_decompress=False,
    ) as session:
        try:
            yield Poster(session, clock, settings)
        finally:
            resolver.shut()


class _Resolver(AbstractResolver):
    """In threads of its own: names that never resolve must not hold up who else needs one."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="webhook-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        def look() -> list[Any]:
            return socket.getaddrinfo(
                host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
            )

        found = await asyncio.get_running_loop().run_in_executor(self._pool, look)
        return [
            ResolveResult(
                hostname=host, host=address[0], port=port, family=kind, proto=protocol, flags=0
            )
            for kind, _type, protocol, _name, address in found
        ]

    async def close(self) -> None:
        self.shut()

    def shut(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


async def _read_little(response: aiohttp.ClientResponse) -> None:
    """So that the connection can be used again; the verdict is in the status, which is there."""
    left = MOST_READ
    try:
        while left > 0 and not response.content.at_eof():
            left -= len(await response.content.read(left))
        if left > 0:
            return
    except (TimeoutError, aiohttp.ClientError):
        pass
    response.close()


def _word(error: Exception) -> str:
    if _is_inside(error):
        return "address_not_allowed"
    for family, word in _WORDS:
        if isinstance(error, family):
            return word
    if not isinstance(error, aiohttp.ClientError):
        log.warning("webhook_answer_not_read", reason=kind(error))
    return "bad_answer"


def _is_inside(error: Exception) -> bool:
    if not isinstance(error, aiohttp.ClientConnectorError):
        return False
    refused = error.os_error
    return isinstance(refused, InsideError) or refused.errno == errno.EACCES


def _seconds(text: str, now: datetime) -> float | None:
    """Of a Retry-After: seconds, or an HTTP date."""
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        at = parsedate_to_datetime(text)
        return (at - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
