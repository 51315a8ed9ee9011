"""A dialect is a value: where it lives, what its failures look like, what each answer carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from mhud.errors import Code, MhudError

STATUS: Mapping[Code, int] = {
    Code.INVALID: 400,
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.CONFLICT: 409,
    Code.GONE: 410,
    Code.PRECONDITION_FAILED: 412,
    Code.TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA: 415,
    Code.RANGE: 416,
    Code.IDEMPOTENCY_MISMATCH: 422,
    Code.RATE_LIMITED: 429,
    Code.PBX_UNAVAILABLE: 503,
    Code.SERVICE_UNAVAILABLE: 503,
    Code.PBX_TIMEOUT: 504,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way out. `code` is None for a bug of ours."""

    code: Code | None
    message: str
    details: Mapping[str, Any]
    request_id: str

    @property
    def status(self) -> int:
        return STATUS[self.code] if self.code else 500

    @property
    def shown_details(self) -> Any:
        """A list of field and reason where fields are wrong, else what the error knows."""
        return self.details.get("fields") or dict(self.details)


def failure_of(error: MhudError, request_id: str) -> Failure:
    return Failure(error.code, error.message, error.details, request_id)


def bug(request_id: str) -> Failure:
    return Failure(None, "an unexpected error; the log knows more under this id", {}, request_id)


@dataclass(frozen=True, slots=True)
class Dialect:
    """`prefix` without a slash at its end; `failed` makes the body of a failure."""

    name: str
    prefix: str
    failed: Callable[[Failure], dict[str, Any]]
    headers: Mapping[str, str] = field(default_factory=dict)


def problem(failure: Failure, code: str) -> dict[str, Any]:
    """RFC 9457, for consumers that ask for it; the same in every dialect."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(failure.status).phrase,
        "status": failure.status,
        "detail": failure.message,
        "code": code,
        "request_id": failure.request_id,
    }
    return {**body, "details": failure.shown_details} if failure.details else body
