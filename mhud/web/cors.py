"""Browsers of other sites: off, unless origins are listed; never with cookies."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

_EXPOSED = (
    "ETag, Retry-After, X-API-Version, X-PBX-State, X-Request-Id, Idempotent-Replayed, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
_TAKEN = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Key, X-Request-Id"
)


class Cors:
    def __init__(self, origins: Iterable[str]) -> None:
        self.allow(origins)

    def allow(self, origins: Iterable[str]) -> None:
        """Others than before."""
        self._origins = frozenset(origin.rstrip("/") for origin in origins)

    def dress(self, request: web.Request, response: web.StreamResponse) -> None:
        if not self._origins:
            return
        response.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin")
        if origin not in self._origins:
            return
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        if request.method == "OPTIONS":
            methods = response.headers.get("Allow", "GET")
            response.headers["Access-Control-Allow-Methods"] = methods
            response.headers["Access-Control-Allow-Headers"] = _TAKEN
            response.headers["Access-Control-Max-Age"] = "600"
