"""Around every request, in one wrapper because polled reads must be cheap.

Request id → credentials → rate limit → handler → failure in the right envelope → headers.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware
from structlog.contextvars import bind_contextvars, clear_contextvars

from mhud.errors import Code, MhudError
from mhud.ids import new_request_id
from mhud.services import Services
from mhud.services.access import NOBODY, PEOPLE_RATE, unauthenticated
from mhud.services.rights import Principal
from mhud.web.address import UNKNOWN, Addresses, limited_as
from mhud.web.connection import Connection
from mhud.web.context import CONTEXT, NARROWER, Context
from mhud.web.cookie import foreign, value_of
from mhud.web.cors import Cors
from mhud.web.dialect import Dialect
from mhud.web.failures import allow, response_to, translated
from mhud.web.metrics import NO_ROUTE, Requests
from mhud.web.origin import ORIGINS, is_risky
from mhud.web.ratelimit import ANONYMOUS, SIGN_IN_ADDRESS, Allowance, Limiter, rate_limited
from mhud.web.repeats import Repeat, Repeats, same_each_time
from mhud.web.route import Route

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SLOW_S = 1.0
GONE_AWAY = 499  # the consumer hung up; nobody reads this answer
READS = frozenset({"GET", "HEAD"})
_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_BEARER = re.compile(r"bearer +", re.IGNORECASE)
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Server": "mhud",
}


@dataclass(slots=True)
class Visit:
    """What is known of one request while it runs."""

    request_id: str
    ip: str
    dialect: Dialect
    route: Route | None
    template: str  # names the route in metrics and logs, where a path may hold a number
    allowance: Allowance | None = None
    principal: Principal = NOBODY


class Edge:
    """`routes`: what each handler of an API was made from."""

    def __init__(
        self,
        services: Services,
        dialects: Sequence[Dialect],
        plain: Dialect,
        routes: Mapping[object, Route],
        addresses: Addresses,
        requests: Requests,
    ) -> None:
        self.limiter = Limiter(services.clock)
        self.repeats = Repeats(services, self.limiter, requests)
        self._services = services
        self._dialects = tuple(dialects)
        self._plain = plain
        self._routes = routes
        self._addresses = addresses
        self._requests = requests
        self.cors = Cors(services.settings.http.cors_origins)

    def middleware(self) -> Middleware:
        @web.middleware
        async def wrapper(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.serve(request, handler)

        return wrapper

    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        began = self._services.clock.monotonic()
        visit = Visit(
            _request_id(request),
            self._addresses.of(request),
            self._dialect(request.path),
            self._routes.get(request.match_info.handler),
            _template(request),
        )
        clear_contextvars()
        bind_contextvars(request_id=visit.request_id)
        response = await self._answer(visit, request, handler)
        if not response.prepared:
            self._dress(visit, request, response)
            self._learn(visit, request, response)
        self._count(visit, request, response, began)
        return response

    async def _answer(
        self, visit: Visit, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        try:
            await self._let_in(visit, request)
            return await handler(request)
        except MhudError as error:
            return response_to(error, request, visit.dialect, visit.request_id)
        except web.HTTPException as error:
            return self._refused(visit, request, error)
        except Exception as error:
            if isinstance(error, ConnectionError) and _is_gone(request):
                return web.Response(status=GONE_AWAY)
            log.exception("request_failed", route=visit.template, method=request.method)
            return response_to(None, request, visit.dialect, visit.request_id)

    async def _let_in(self, visit: Visit, request: web.Request) -> None:
        """Who is not known may have been added a moment ago by the command line."""
        try:
            self._admit(visit, request)
        except MhudError as error:
            unknown = error.code is Code.UNAUTHENTICATED
            if not unknown or not await self._services.access.caught_up():
                raise
            self._admit(visit, request)

    def _admit(self, visit: Visit, request: web.Request) -> None:
        """Raises MhudError UNAUTHENTICATED, FORBIDDEN or RATE_LIMITED."""
        principal, refusal = self._who(visit, request)
        visit.principal = principal
        if visit.dialect.prefix:
            visit.allowance = self._allowance(visit, request.method, principal)
            if visit.allowance.wait_s:
                raise rate_limited(visit.allowance.wait_s)
        if refusal is not None:
            raise refusal
        if principal.login and is_risky(request) and request.app[ORIGINS].is_foreign(request):
            raise foreign()
        if visit.ip != UNKNOWN and not (visit.route and visit.route.etag):  # these record nothing
            principal = replace(principal, ip=visit.ip)
        request[CONTEXT] = Context(self._services, principal, visit.request_id, request, visit.ip)

    def _who(self, visit: Visit, request: web.Request) -> tuple[Principal, MhudError | None]:
        """Wrong credentials are no obstacle where none are needed."""
        try:
            return self._authenticate(request.headers), None
        except MhudError as error:
            needed = visit.route is not None and visit.route.right is not None
            return NOBODY, error if needed else None

    def _authenticate(self, headers: Mapping[str, str]) -> Principal:
        key = headers.get("X-API-Key")
        if key is not None:
            return self._services.access.authenticate_key(key)
        header = headers.get("Authorization")
        if header is None:
            cookie = value_of(headers)
            return NOBODY if cookie is None else self._services.access.authenticate_cookie(cookie)
        found = _BEARER.match(header)
        if found is None:
            raise unauthenticated("Authorization must be Bearer and a token")
        return self._services.access.authenticate_token(header[found.end() :].strip())

    def _allowance(self, visit: Visit, method: str, principal: Principal) -> Allowance:
        if method == "OPTIONS":  # a browser's question, without credentials
            return self.limiter.take("options", limited_as(visit.ip), PEOPLE_RATE)
        bucket = visit.route.bucket if visit.route else "poll"
        if bucket == "auth":
            return self.limiter.take("auth", limited_as(visit.ip), SIGN_IN_ADDRESS)
        if principal is NOBODY:
            return self.limiter.take("nobody", limited_as(visit.ip), ANONYMOUS)
        return self.limiter.take(bucket, principal.ident, principal.rate)

    def _refused(
        self, visit: Visit, request: web.Request, error: web.HTTPException
    ) -> web.StreamResponse:
        if request.method == "OPTIONS" and isinstance(error, web.HTTPMethodNotAllowed):
            return web.Response(status=204, headers={"Allow": allow(error)})
        known = translated(error)
        if known is None:
            return error
        return response_to(known, request, visit.dialect, visit.request_id)

    def _dress(self, visit: Visit, request: web.Request, response: web.StreamResponse) -> None:
        headers = response.headers
        for name, value in SECURITY.items():
            headers.setdefault(name, value)  # a page may say what else it loads
        headers.update(visit.dialect.headers)
        headers["X-Request-Id"] = visit.request_id
        headers.setdefault("Cache-Control", "no-store")
        if visit.allowance is not None:
            allowance = _narrowest(visit.allowance, request)
            headers["X-RateLimit-Limit"] = str(allowance.limit)
            headers["X-RateLimit-Remaining"] = str(allowance.remaining)
            headers["X-RateLimit-Reset"] = str(allowance.reset)
        if visit.dialect.prefix and request.method in READS and self._services.pump.live.stale:
            headers["X-PBX-State"] = "stale"
        self.cors.dress(request, response)

    def _learn(self, visit: Visit, request: web.Request, response: web.StreamResponse) -> None:
        """A polled page; of a state that is stale, the next answer may have to say more."""
        route, connection = visit.route, request.protocol
        if route is None or route.page is None or not isinstance(connection, Connection):
            return
        gist = connection.gist(request)
        if gist is None or response.status not in (200, 304) or "X-PBX-State" in response.headers:
            return
        who = partial(self._authenticate, request.headers)
        repeat = Repeat(route, route.page, visit.template, who, same_each_time(response))
        self.repeats.learn(gist, repeat)

    def _dialect(self, path: str) -> Dialect:
        for dialect in self._dialects:
            if path.startswith(dialect.prefix) and path[len(dialect.prefix) :][:1] in ("", "/"):
                return dialect
        return self._plain

    def _count(
        self, visit: Visit, request: web.Request, response: web.StreamResponse, began: float
    ) -> None:
        now = self._services.clock.monotonic()
        seconds = now - began
        self._services.usage.count(visit.principal, response.status, now)
        self._requests.add(request.method, visit.template, response.status, seconds)
        if visit.route is not None and (response.status >= 500 or seconds > SLOW_S):
            log.warning(
                "request_slow_or_failed",
                route=visit.template,
                method=request.method,
                status=response.status,
                ms=round(seconds * 1000),
            )


def _narrowest(allowance: Allowance, request: web.Request) -> Allowance:
    """Of two limits that hold, the one that is reached first."""
    narrower: Allowance = request.get(NARROWER, allowance)
    return min(narrower, allowance, key=lambda one: one.remaining)


def _request_id(request: web.Request) -> str:
    given = request.headers.get("X-Request-Id")
    return given if given is not None and _SANE_ID.fullmatch(given) else new_request_id()


def _template(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return NO_ROUTE if resource is None else resource.canonical


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
