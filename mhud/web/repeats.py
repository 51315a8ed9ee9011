"""Who polls says the same bytes again and again; what they mean is known from the first time.

The first time they are parsed, routed and answered like any request. When that gave a polled page,
what it came to is kept under the request's bytes, and whoever says the same is answered at once:
who he is, what he may, how often he asked and how things stand are looked at again, for nothing
else can have changed. Anything but the plain good case is left to the ordinary way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from typing import NamedTuple

from aiohttp import web

from mhud.ids import new_request_id
from mhud.services import Services
from mhud.services.polled import Page
from mhud.services.rights import Principal
from mhud.web.answer import JSON, is_known, quoted
from mhud.web.metrics import Requests
from mhud.web.ratelimit import Allowance, Limiter
from mhud.web.route import Route

KEPT = 1_000  # requests; one more, and all are learned anew
LONGEST = 4_096  # bytes of such a request
_OF_THE_MOMENT = re.compile(
    rb"\r\n(?:If-None-Match: (?P<etag>[!-~]+)|X-Request-Id: (?P<id>[A-Za-z0-9._:-]{1,64}))"
    rb"(?=\r\n[!-~\r])",  # a line that begins with a space would belong to the value
    re.IGNORECASE,
)
_OF_THE_ANSWER = frozenset({"etag", "content-type", "x-request-id"})


class Asked(NamedTuple):
    """A request without the two headers that a poller changes each time, and their values."""

    gist: bytes
    etag: str | None = None
    request_id: str | None = None


def asked_by(data: bytes) -> Asked:
    if _OF_THE_MOMENT.search(data) is None:
        return Asked(data)
    etag = request_id = None
    for found in _OF_THE_MOMENT.finditer(data):  # the first of a kind counts
        etag, request_id = etag or found["etag"], request_id or found["id"]
    return Asked(
        _OF_THE_MOMENT.sub(b"", data),
        etag.decode() if etag else None,
        request_id.decode() if request_id else None,
    )


@dataclass(frozen=True, slots=True)
class Repeat:
    """`who` raises MhudError; `head`: the lines that are the same in each answer."""

    route: Route
    page: Callable[[Services, Principal], Page]
    template: str
    who: Callable[[], Principal]
    head: str


class Repeats:
    """Requests that were answered with a polled page, by their gist."""

    def __init__(self, services: Services, limiter: Limiter, requests: Requests) -> None:
        self._services = services
        self._limiter = limiter
        self._requests = requests
        self._known: dict[bytes, Repeat] = {}

    def learn(self, gist: bytes, repeat: Repeat) -> None:
        if len(gist) > LONGEST:
            return
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[gist] = repeat

    def forget(self) -> None:
        """What any answer says besides the page may be another from now on."""
        self._known.clear()

    def answer(self, data: bytes) -> bytes | None:
        """A whole answer; None: this goes the ordinary way, for whatever reason."""
        asked = asked_by(data)
        known = self._known.get(asked.gist)
        if known is None or self._services.pump.live.stale:
            return None
        began = self._services.clock.monotonic()
        try:
            principal = known.who()
            page = known.page(self._services, principal)
        except Exception:  # the same will happen there, and be told
            return None
        if not known.route.allows(principal):
            return None
        allowance = self._limiter.take(known.route.bucket, principal.ident, principal.rate)
        if allowance.wait_s:
            return None
        status, printed = self._print(known, asked, page, allowance)
        now = self._services.clock.monotonic()
        self._requests.add("GET", known.template, status, now - began)
        self._services.usage.count(principal, status, now)
        return printed

    def _print(
        self, known: Repeat, asked: Asked, page: Page, allowance: Allowance
    ) -> tuple[int, bytes]:
        etag = quoted(page.etag)
        head = (
            f"{known.head}"
            f"ETag: {etag}\r\n"
            f"X-Request-Id: {asked.request_id or new_request_id()}\r\n"
            f"X-RateLimit-Limit: {allowance.limit}\r\n"
            f"X-RateLimit-Remaining: {allowance.remaining}\r\n"
            f"X-RateLimit-Reset: {allowance.reset}\r\n"
            f"Date: {_date(int(self._services.clock.now().timestamp()))}\r\n"
        )
        if is_known(asked.etag, etag):
            return 304, f"HTTP/1.1 304 Not Modified\r\n{head}\r\n".encode()
        what = f"Content-Type: {JSON}\r\nContent-Length: {len(page.body)}\r\n"
        return 200, f"HTTP/1.1 200 OK\r\n{head}{what}\r\n".encode() + page.body


@lru_cache(1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def same_each_time(response: web.StreamResponse) -> str:
    """The lines of its head that another answer to the same request has too."""
    return "".join(
        f"{name}: {value}\r\n"
        for name, value in response.headers.items()
        if name.casefold() not in _OF_THE_ANSWER and not name.startswith("X-RateLimit-")
    )
