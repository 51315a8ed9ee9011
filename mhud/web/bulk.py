"""Several requests in one: each goes the whole way of a request, as if it had come alone.

So each is routed, allowed, counted, recorded and refused by nobody but who would do it otherwise.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from mhud.errors import Code, MhudError, invalid
from mhud.web.answer import JSON
from mhud.web.context import NARROWER, Context
from mhud.web.failures import response_to
from mhud.web.mhu.dialect import MHU, PREFIX
from mhud.web.openchs.dialect import PREFIX as OPENCHS
from mhud.web.ratelimit import Allowance
from mhud.web.route import Route

ROUTES = web.AppKey("routes", Mapping[object, Route])
PATH = f"{PREFIX}/bulk"
MOST_BYTES = 4_194_304  # of all answers; what comes after that is not done
MOST_S = 60.0  # in all; what has not begun by then is not done
PARTS_OWN = frozenset(
    {"content-length", "content-type", "content-encoding", "transfer-encoding", "expect"}
    | {"idempotency-key", "if-match", "if-none-match", "if-range", "range", "x-request-id"}
)
"""Headers that say something of the bulk, and nothing of its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`path` with its prefix, or without for the MHU dialect; a query may follow."""

    method: str
    path: str
    body: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`body` is the answer's JSON; None: it has none."""

    status: int
    body: Any = field(repr=False)
    size: int = 0


async def run(ctx: Context, parts: Sequence[Part]) -> list[Outcome]:
    """One after the other; what fails stops none of those after it."""
    ends = ctx.services.clock.monotonic() + MOST_S
    outcomes: list[Outcome] = []
    left = MOST_BYTES
    for number, part in enumerate(parts, start=1):
        if left < 0 or ctx.services.clock.monotonic() > ends:
            outcome = _refusal(ctx, _too_much(left))
        else:
            outcome = await _one(ctx, part, number)
        left -= outcome.size
        outcomes.append(outcome)
    return outcomes


async def _one(ctx: Context, part: Part, number: int) -> Outcome:
    app = ctx.request.config_dict[ROUTES]
    request = _request(ctx, part, number)
    root = ctx.request.match_info.apps[0]
    match = await root.router.resolve(request)
    route = app.get(match.handler)
    if route is not None and not _may_be_part(route):
        return _refusal(ctx, invalid("path", "can't be part of a bulk; ask for it alone"))
    # in a task, so that what is logged of it bears its own id; aiohttp has no public name for it
    response = await asyncio.create_task(root._handle(request))
    _count(ctx.request, response)
    raw = response.body if isinstance(response, web.Response) else None
    text = raw if isinstance(raw, bytes) else b""
    return Outcome(response.status, orjson.loads(text) if text else None, len(text))


def _may_be_part(route: Route) -> bool:
    """No sign-in, no answer that holds a secret, no file, and no bulk."""
    if route.bucket == "auth" or route.streams or route.media != JSON:
        return False
    secret = route.method == "POST" and not route.idempotent
    return not secret and PREFIX + route.path != PATH


def _request(ctx: Context, part: Part, number: int) -> web.Request:
    outer = ctx.request
    path, _, query = part.path.partition("?")
    if not path.startswith((f"{PREFIX}/", f"{OPENCHS}/")):
        path = PREFIX + path
    url = URL.build(path=path, query_string=query, encoded=True)
    body = b"" if part.body is None else json.dumps(part.body).encode()
    headers = CIMultiDict(
        (name, value) for name, value in outer.headers.items() if name.lower() not in PARTS_OWN
    )
    headers["Content-Type"] = JSON
    headers["X-Request-Id"] = f"{ctx.request_id[:60]}.{number}"
    raw = tuple((name.encode(), value.encode()) for name, value in headers.items())
    known = CIMultiDictProxy(headers)
    message = RawRequestMessage(
        part.method, str(url), outer.version, known, raw, False, None, False, False, url
    )
    loop = asyncio.get_running_loop()
    payload = StreamReader(outer.protocol, max(1, len(body)), loop=loop)
    payload.feed_data(body)
    payload.feed_eof()
    return web.Request(message, payload, outer.protocol, outer.writer, outer.task, loop)


def _count(outer: web.Request, response: web.StreamResponse) -> None:
    """So that the bulk's own headers tell how much is left after its parts."""
    limit, remaining, reset = (
        int(response.headers.get(f"X-RateLimit-{name}", -1))
        for name in ("Limit", "Remaining", "Reset")
    )
    before = outer.get(NARROWER)
    if limit >= 0 and (before is None or remaining <= before.remaining):
        outer[NARROWER] = Allowance(limit, remaining, reset, 0)


def _refusal(ctx: Context, error: MhudError) -> Outcome:
    response = response_to(error, ctx.request, MHU, ctx.request_id)
    text = response.body if isinstance(response.body, bytes) else b""
    return Outcome(response.status, orjson.loads(text))


def _too_much(left: int) -> MhudError:
    if left < 0:
        return MhudError(Code.TOO_LARGE, "not done: the answers before it fill the bulk")
    return MhudError(Code.SERVICE_UNAVAILABLE, "not done: those before it took too long")
