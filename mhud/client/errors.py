"""What can go wrong for a consumer, as classes that he can catch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson


class ClientError(Exception):
    """Base of all that this package raises."""


class Unreachable(ClientError):
    """No answer: the connection failed, or none came in time. What was asked may have happened."""


class UnexpectedAnswer(ClientError):
    """An answer that is no documented one: often a proxy's, or of another server."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class EventsMissed(ClientError):
    """Events after the wanted `since` are not kept any more, or were never this server's.

    Read the state by REST, then follow on from `resume_after`.
    """

    def __init__(self, oldest: int) -> None:
        super().__init__("events were missed: read the state, then resume")
        self.oldest = oldest
        self.resume_after = max(0, oldest - 1)


class BadSignature(ClientError):
    """This webhook was not sent by who knows the secret, or is too old. Answer it with 400."""


class Refused(ClientError):
    """mhud's own answer of an error.

    `code` is MHU's word for it in both dialects, `details` what it says of fields, `retry_after`
    in seconds.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        request_id: str | None = None,
        details: Any = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{message} ({code}, request {request_id})" if request_id else message)
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
        self.details = details
        self.retry_after = retry_after


class Unauthenticated(Refused):
    """401: no credentials, or not any more."""


class Forbidden(Refused):
    """403: a right is missing; the message names it."""


class NotFound(Refused):
    """404."""


class Invalid(Refused):
    """400: `details` lists field and reason."""


class Conflict(Refused):
    """409: not now; the message says why."""


class PreconditionFailed(Refused):
    """412: somebody changed it meanwhile."""


class RateLimited(Refused):
    """429: too many requests a minute."""


class Unavailable(Refused):
    """503: nothing was done; Asterisk or the database is away."""


class PbxTimeout(Refused):
    """504: Asterisk did not show the effect in time; it may still come."""


_CLASSES: Mapping[int, type[Refused]] = {
    400: Invalid,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    429: RateLimited,
    503: Unavailable,
    504: PbxTimeout,
}


def failure_of(status: int, headers: Mapping[str, str], body: bytes) -> ClientError:
    """What an answer with this status, 300 or above, means: of either dialect."""
    try:
        tree = orjson.loads(body)
        told = tree["error"] if isinstance(tree["error"], dict) else tree
        code, message = str(told["code"]).lower(), str(told["message"])
    except (ValueError, TypeError, KeyError):
        return UnexpectedAnswer(f"status {status}, and no answer of mhud's", status)
    return _CLASSES.get(status, Refused)(
        status,
        code,
        message,
        headers.get("X-Request-Id"),
        told.get("details"),
        _seconds(headers.get("Retry-After")),
    )


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdecimal() else None
