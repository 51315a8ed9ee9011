"""What may come back: each status that a route can answer with, and its headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from mhud.web.answer import JSON
from mhud.web.failures import PROBLEM_JSON
from mhud.web.route import Api, Route

PROBLEM = {
    "type": "object",
    "description": "RFC 9457, for who accepts application/problem+json.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "details": {},
    },
}
_LIMITS = {
    "X-RateLimit-Limit": "Requests per minute.",
    "X-RateLimit-Remaining": "Requests left in this window.",
    "X-RateLimit-Reset": "End of the window, in seconds since 1970.",
}
_TEXTS = {
    "X-Request-Id": "Names this request in the log; the one that was sent, if it is sane.",
    "X-PBX-State": "stale: the link to Asterisk is lost, and this was true before.",
    "ETag": "The version, for If-Match and If-None-Match.",
    "Idempotent-Replayed": "true: this is the first answer to this Idempotency-Key, once more.",
    "WWW-Authenticate": "How to say who one is.",
    "Allow": "The methods that this path takes.",
    "Content-Range": "Which bytes these are, or how many there are.",
}
_FAILURES: Mapping[int, str] = {
    400: "Something that was sent is wrong; `details` names each field and the reason.",
    401: "Nobody known asks: no credentials, or wrong or expired ones.",
    403: "The right is missing, or a page of another site asks with a cookie.",
    404: "There is no such thing, or not for you.",
    405: "This path does not take this method.",
    409: "It can't be done as things stand; the message says why.",
    410: "It was there, and is gone for good.",
    412: "It has another version than If-Match says.",
    413: "The body is too large.",
    415: "The body is of a kind that is not taken.",
    416: "The file has no such bytes.",
    422: "This Idempotency-Key was used with another request.",
    429: "Too many requests.",
    503: "Asterisk or the database can't be reached now.",
    504: "Asterisk did not do it in time; it may still happen.",
}
_OF_ASTERISK = {"agents", "calls", "queues"}
_OF_WHO_ASKS = {"phone"}  # what he asks to read he may not have
_GOOD_ONCE = {"invitations"}
_HINTS = {401: "WWW-Authenticate", 405: "Allow", 416: "Content-Range", 429: "Retry-After"}


def error_name(api: Api) -> str:
    """Of the schema of its failures."""
    return f"{api.name.title()}Error"


def headers() -> dict[str, Any]:
    """All that answers point to."""
    shown: dict[str, Any] = {
        name: {"description": text, "schema": {"type": "integer"}} for name, text in _LIMITS.items()
    }
    shown |= {
        name: {"description": text, "schema": {"type": "string"}} for name, text in _TEXTS.items()
    }
    seconds = {"type": "integer", "minimum": 1}
    return {**shown, "Retry-After": {"description": "Seconds to wait.", "schema": seconds}}


def failures(api: Api) -> dict[str, Any]:
    """Each failure of a dialect, by the name that routes point to."""
    return {_failure(api, status): _error(api, status) for status in _FAILURES}


def answers(api: Api, route: Route, schema: Mapping[str, Any]) -> dict[str, Any]:
    """By status. `schema` is of a good answer; empty for what is no JSON."""
    shown = _pointers(*_of_success(api, route))
    done = {
        "description": "Done.",
        "headers": shown,
        "content": {route.media: {"schema": schema} if schema else {}},
    }
    found: dict[str, Any] = {str(route.status): done}
    if route.media != JSON:
        more = {**shown, **_pointers("Content-Range")}
        found["206"] = {**done, "description": "A part of it.", "headers": more}
    if route.etag:
        found["304"] = {"description": "Nothing changed.", "headers": shown}
    for status in _statuses(api, route):
        found[str(status)] = {"$ref": f"#/components/responses/{_failure(api, status)}"}
    return found


def _statuses(api: Api, route: Route) -> list[int]:
    """Of failures. 405 is part of the document although a route that is there never gives it."""
    changes = route.method != "GET"
    may = {
        400: True,
        401: route.right is not None or route.bucket == "auth",
        403: route.right is not None or route.bucket == "auth",
        404: bool(route.parameters or route.query) or changes,
        405: True,
        409: changes or route.tag in _OF_WHO_ASKS,
        410: route.media != JSON or route.tag in _GOOD_ONCE,
        412: route.versions,
        413: changes,
        415: route.streams,
        416: route.media != JSON,
        422: route.idempotent,
        429: bool(api.prefix),
        503: True,
        504: changes and route.tag in _OF_ASTERISK,
    }
    return [status for status, it_may in may.items() if it_may]


def _of_success(api: Api, route: Route) -> Iterator[str]:
    yield "X-Request-Id"
    yield from _limits(api)
    if route.etag or route.versions or route.parameters or route.status == HTTPStatus.CREATED:
        yield "ETag"
    if route.method == "GET" and api.prefix:
        yield "X-PBX-State"
    if route.idempotent:
        yield "Idempotent-Replayed"


def _limits(api: Api) -> tuple[str, ...]:
    """Nothing beside the dialects is counted."""
    return tuple(_LIMITS) if api.prefix else ()


def _failure(api: Api, status: int) -> str:
    return f"{api.name}_{status}"


def _error(api: Api, status: int) -> dict[str, Any]:
    hints = (_HINTS[status],) if status in _HINTS else ()
    shapes = {JSON: error_name(api), PROBLEM_JSON: "Problem"}
    return {
        "description": _FAILURES[status],
        "headers": _pointers("X-Request-Id", *_limits(api), *hints),
        "content": {
            kind: {"schema": {"$ref": f"#/components/schemas/{name}"}}
            for kind, name in shapes.items()
        },
    }


def _pointers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
