"""What a handler returns becomes a response: models, bytes that are JSON already, or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel

JSON = "application/json"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True, slots=True)
class Raw:
    """JSON that was serialized before, for what is polled. `etag` is an opaque word, unquoted."""

    body: bytes
    etag: str | None = None


def dump(value: Any) -> bytes:
    """JSON with RFC 3339 instants: UTC, whole seconds, `Z`."""
    return orjson.dumps(value, option=_OPTIONS)


def respond(
    request: web.Request,
    result: BaseModel | Raw | web.StreamResponse | None,
    *,
    status: int,
    etag: bool,
) -> web.StreamResponse:
    if isinstance(result, web.StreamResponse):
        return result
    if result is None:
        return web.Response(status=204)
    if isinstance(result, Raw):
        body, tag = result.body, result.etag
    else:
        body, tag = dump(result.model_dump(by_alias=True)), None
    headers = {"Content-Type": JSON}
    if etag:
        headers["ETag"] = quoted = f'W/"{tag or _fingerprint(body)}"'
        headers["Cache-Control"] = "private, no-cache"
        if _is_known(request, quoted):
            return web.Response(
                status=304, headers={"ETag": quoted, "Cache-Control": headers["Cache-Control"]}
            )
    return web.Response(body=body, status=status, headers=headers)


def _fingerprint(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=9).hexdigest()


def _is_known(request: web.Request, etag: str) -> bool:
    """RFC 9110's weak comparison of If-None-Match."""
    known = request.headers.get("If-None-Match")
    if known is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags
