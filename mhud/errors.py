"""Failures that were planned for: one class, many codes. No HTTP here; the edge maps codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from errno import errorcode
from typing import Any


class Code(StrEnum):
    """What went wrong, in words that every dialect can translate."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CONFLICT = "conflict"
    GONE = "gone"
    PRECONDITION_FAILED = "precondition_failed"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA = "unsupported_media"
    RANGE = "range"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    RATE_LIMITED = "rate_limited"
    PBX_UNAVAILABLE = "pbx_unavailable"
    PBX_TIMEOUT = "pbx_timeout"
    SERVICE_UNAVAILABLE = "service_unavailable"


class MhudError(Exception):
    """A failure we planned for: safe to show, never logged as a crash.

    `details` is shown to the API consumer as it stands, so it never holds what he sent.
    """

    def __init__(self, code: Code, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details: Mapping[str, Any] = details


_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")


def not_found(kind: str, ident: str) -> MhudError:
    """Names `ident` if it looks like an id of ours: what a consumer sent is not echoed."""
    name = f"{kind} {ident}" if _ID.fullmatch(ident) else f"this {kind}"
    return MhudError(Code.NOT_FOUND, f"{name} does not exist", kind=kind)


def invalid(field: str, reason: str) -> MhudError:
    """One field is wrong; `details.fields` has the same shape as a validation error's."""
    return MhudError(
        Code.INVALID, f"{field}: {reason}", fields=[{"field": field, "reason": reason}]
    )


def conflict(message: str, **details: Any) -> MhudError:
    return MhudError(Code.CONFLICT, message, **details)


def forbidden(right: str) -> MhudError:
    return MhudError(Code.FORBIDDEN, f"this needs the right {right}", right=right)


def pbx_unavailable(message: str = "no connection to Asterisk") -> MhudError:
    return MhudError(Code.PBX_UNAVAILABLE, message)


def kind(error: BaseException) -> str:
    """For logs: its class, and the code of the system or of SQLite; never what it says."""
    made = type(error)
    home = "" if made.__module__ == "builtins" else f"{made.__module__}."
    name = f"{home}{made.__qualname__}"
    if isinstance(error, OSError):
        return f"{name} {errorcode.get(error.errno or 0, '')}".rstrip()
    return f"{name} {getattr(error, 'sqlite_errorname', '')}".rstrip()
