"""Errors become responses, in the dialect of whoever asked."""

from __future__ import annotations

from aiohttp import web

from mhud.errors import Code, MhudError
from mhud.web.answer import JSON, dump
from mhud.web.dialect import Dialect, Failure, bug, failure_of, problem

PROBLEM_JSON = "application/problem+json"


def response_to(
    error: MhudError | None, request: web.Request, dialect: Dialect, request_id: str
) -> web.Response:
    """None is a bug of ours."""
    failure = bug(request_id) if error is None else failure_of(error, request_id)
    shape, kind = dialect.failed(failure), JSON
    if PROBLEM_JSON in request.headers.get("Accept", ""):
        shape, kind = problem(failure, _code(shape)), PROBLEM_JSON
    response = web.Response(body=dump(shape), status=failure.status)
    response.headers["Content-Type"] = kind
    _add_hints(response, failure)
    return response


def translated(error: web.HTTPException) -> MhudError | None:
    """What aiohttp itself refuses, in our words; None for what is no refusal (a redirect)."""
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = allow(error)
        return MhudError(Code.METHOD_NOT_ALLOWED, f"this path takes {allowed}", allow=allowed)
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return MhudError(Code.TOO_LARGE, "the body is too large")
    if error.status == 404:
        return MhudError(Code.NOT_FOUND, "there is nothing at this path")
    if 400 <= error.status < 500:
        return MhudError(Code.INVALID, "the request is malformed")
    return None


def allow(error: web.HTTPMethodNotAllowed) -> str:
    return ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))


def _add_hints(response: web.Response, failure: Failure) -> None:
    if failure.code is Code.UNAUTHENTICATED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="mhud"'
    if "retry_after" in failure.details:
        response.headers["Retry-After"] = str(failure.details["retry_after"])
    if failure.code is Code.RANGE and "size" in failure.details:
        response.headers["Content-Range"] = f"bytes */{failure.details['size']}"
    if "allow" in failure.details:
        response.headers["Allow"] = str(failure.details["allow"])


def _code(shape: dict[str, object]) -> str:
    """The flat dialect has it at the top, the nested one within its error."""
    inner = shape.get("error")
    return str(inner["code"] if isinstance(inner, dict) else shape["code"])
