"""What a handler returns becomes a response: models, polled pages, or nothing."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel

from mhud.services.polled import Page

JSON = "application/json"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_NON_STR_KEYS


def dump(value: Any) -> bytes:
    """JSON with RFC 3339 instants: UTC, whole seconds, `Z`."""
    return orjson.dumps(value, option=_OPTIONS)


def respond(
    request: web.Request,
    result: BaseModel | Page | web.StreamResponse | None,
    *,
    status: int,
    etag: bool,
) -> web.StreamResponse:
    if isinstance(result, web.StreamResponse):
        return result
    if result is None:
        return web.Response(status=204)
    if isinstance(result, Page):
        body, tag = result.body, result.etag
    else:
        body, tag = dump(result.model_dump(by_alias=True)), None
    headers = {"Content-Type": JSON}
    if etag:
        headers["ETag"] = printed = quoted(tag or _fingerprint(body))
        headers["Cache-Control"] = "private, no-cache"
        if is_known(request.headers.get("If-None-Match"), printed):
            return web.Response(
                status=304, headers={"ETag": printed, "Cache-Control": headers["Cache-Control"]}
            )
    return web.Response(body=body, status=status, headers=headers)


def _fingerprint(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=9).hexdigest()


def quoted(tag: str) -> str:
    return f'W/"{tag}"'


def is_known(known: str | None, etag: str) -> bool:
    """RFC 9110's weak comparison; `known` is what If-None-Match says."""
    if known is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags
