"""A retried POST does its work once: the first answer is kept, and given again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from mhud.errors import Code, MhudError, conflict, invalid
from mhud.services.retries import DONE, RUNNING, Answer, Claim, Kept, claim, settle
from mhud.web.context import Context

log = structlog.get_logger(__name__)
HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")
Fail = Callable[[MhudError | None], web.Response]
# After these nothing has happened, and the same key may try again.
_NOTHING_DONE = frozenset(
    {Code.INVALID, Code.UNAUTHENTICATED, Code.FORBIDDEN, Code.RATE_LIMITED}
    | {Code.PBX_UNAVAILABLE, Code.SERVICE_UNAVAILABLE}
)


def key_of(request: web.Request, *, honored: bool) -> str | None:
    """Raises MhudError INVALID for a key that can't be, or where none is taken."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not honored:
        raise invalid(HEADER, "is not taken here, because the answer holds secrets")
    if not _KEY.fullmatch(key):
        raise invalid(HEADER, "must have 1 to 255 visible ASCII characters")
    return key


async def once(
    ctx: Context,
    wanted: Claim,
    run: Callable[[], Awaitable[web.StreamResponse]],
    fail: Fail,
) -> web.StreamResponse:
    """`fail` prints a failure, so that it can be kept like any other answer."""
    db = ctx.services.db
    kept = await claim(db, ctx.services.clock, wanted)
    if kept is not None:
        return _again(kept, wanted)
    try:
        response = await run()
    except MhudError as error:
        if _nothing_done(error):
            await settle(db, wanted, None)
            raise
        response = fail(error)
    except Exception:
        log.exception("request_failed")
        response = fail(None)
    await settle(db, wanted, _answer(response))
    return response


def claim_of(ctx: Context, template: str, key: str, raw: bytes) -> Claim:
    """The path's values count as part of the body: another call is another request.

    Hashed with a key of ours, for a body may hold a password: a copy of the database must not
    serve to try passwords out.
    """
    what = ctx.request.raw_path.encode() + b"\n" + raw
    secret = ctx.services.access.api_key_key
    digest = hashlib.blake2b(what, key=secret, digest_size=32).digest()
    return Claim(ctx.principal.ident, template, key, digest)


def _again(kept: Kept, wanted: Claim) -> web.Response:
    if kept.body_hash != wanted.body_hash:
        raise MhudError(Code.IDEMPOTENCY_MISMATCH, f"this {HEADER} was used with another request")
    if kept.state == RUNNING:
        raise conflict(f"the first request with this {HEADER} is still running")
    if kept.state != DONE or kept.status is None:
        raise conflict(
            f"the daemon was interrupted during the first request with this {HEADER}; "
            "look whether it did its work, then use another key"
        )
    response = web.Response(body=kept.body, status=kept.status, headers=dict(kept.headers))
    response.headers[REPLAYED] = "true"
    return response


def _nothing_done(error: MhudError) -> bool:
    """An error that names a call says that there is one, refused or of unknown fate."""
    return error.code in _NOTHING_DONE and "call_id" not in error.details


def _answer(response: web.StreamResponse) -> Answer:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    body = response.body if isinstance(response, web.Response) else b""
    return Answer(response.status, headers, body if isinstance(body, bytes) else b"")
