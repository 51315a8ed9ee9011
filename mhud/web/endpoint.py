"""From a Route to what aiohttp calls: right, arguments, at most once, answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from mhud.errors import Code, MhudError, forbidden
from mhud.services.access import unauthenticated
from mhud.web import body, idempotency
from mhud.web.answer import respond
from mhud.web.context import CONTEXT, Context
from mhud.web.dialect import Dialect
from mhud.web.failures import response_to
from mhud.web.route import Nothing, Route

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]
LONGEST_ID = 128
LONGEST_NUMBER = 18  # digits that SQLite's integers hold for sure
CREDENTIALS = "credentials are required: X-API-Key, Authorization: Bearer, or a login's cookie"


def endpoint(route: Route, dialect: Dialect) -> Endpoint:
    """The dialect is only asked for failures that are kept with an Idempotency-Key."""

    async def answer(request: web.Request) -> web.StreamResponse:
        ctx = request[CONTEXT]
        require(ctx, route)
        key = idempotency.key_of(request, honored=route.idempotent) if _is_post(route) else None
        arguments = path_arguments(route, request)
        if route.query is not None:
            arguments["query"] = body.validate(route.query, body.query(request))
        raw = b""
        if route.takes_body:
            raw = await body.read(request, body.STRANGERS_BYTES if route.right is None else None)
            _add_body(arguments, route, raw)

        async def run() -> web.StreamResponse:
            result = await route.handler(ctx, **arguments)
            return respond(request, result, status=route.status, etag=route.etag)

        if key is None:
            return await run()
        claim = idempotency.claim_of(ctx, route.path, key, raw)
        return await idempotency.once(
            ctx, claim, run, lambda error: response_to(error, request, dialect, ctx.request_id)
        )

    return answer


def require(ctx: Context, route: Route) -> None:
    """Raises MhudError UNAUTHENTICATED or FORBIDDEN."""
    if route.right is None:
        return
    if ctx.principal.kind == "nobody":
        raise unauthenticated(CREDENTIALS)
    if not route.allows(ctx.principal):
        raise forbidden(" or ".join(route.rights))


def path_arguments(route: Route, request: web.Request) -> dict[str, Any]:
    """Raises MhudError NOT_FOUND for what can't be the id of anything."""
    return {name: _value(kind, request.match_info[name]) for name, kind in route.parameters}


def _value(kind: type, text: str) -> Any:
    if len(text) > LONGEST_ID or not text.isprintable():
        raise _nowhere()
    if kind is not int:
        return text
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER:
        raise _nowhere()
    return int(text)


def _add_body(arguments: dict[str, Any], route: Route, raw: bytes) -> None:
    model = route.body or Nothing
    tree = body.parse(raw)
    if not route.is_update:
        tree = body.without_nulls(model, tree)
    parsed = body.validate(model, tree)
    if route.body is not None:
        arguments["body"] = parsed


def _is_post(route: Route) -> bool:
    return route.method == "POST"


def _nowhere() -> MhudError:
    return MhudError(Code.NOT_FOUND, "there is nothing at this path")
