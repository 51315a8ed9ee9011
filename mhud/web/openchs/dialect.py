"""The OpenCHS dialect: its nested errors, and the list that its handlers register in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from mhud.errors import Code
from mhud.web.dialect import Dialect, Failure
from mhud.web.route import Api

PREFIX = "/helpline/api"

CODES: Mapping[Code | None, str] = {
    None: "INTERNAL_ERROR",
    Code.INVALID: "VALIDATION_ERROR",
    Code.UNAUTHENTICATED: "UNAUTHORIZED",
    Code.FORBIDDEN: "FORBIDDEN",
    Code.NOT_FOUND: "NOT_FOUND",
    Code.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
    Code.CONFLICT: "CONFLICT",
    Code.GONE: "GONE",
    Code.PRECONDITION_FAILED: "PRECONDITION_FAILED",
    Code.TOO_LARGE: "PAYLOAD_TOO_LARGE",
    Code.UNSUPPORTED_MEDIA: "UNSUPPORTED_MEDIA_TYPE",
    Code.RANGE: "RANGE_NOT_SATISFIABLE",
    Code.IDEMPOTENCY_MISMATCH: "IDEMPOTENCY_MISMATCH",
    Code.RATE_LIMITED: "RATE_LIMIT_EXCEEDED",
    Code.PBX_UNAVAILABLE: "PBX_UNAVAILABLE",
    Code.SERVICE_UNAVAILABLE: "SERVICE_UNAVAILABLE",
    Code.PBX_TIMEOUT: "PBX_TIMEOUT",
}


class Problem(BaseModel):
    """`details` of a validation error: `fields`, each with `field` and `reason`."""

    code: str
    message: str
    details: dict[str, Any]


class Failed(BaseModel):
    """What every error looks like here."""

    success: Literal[False] = False
    error: Problem


def failed(failure: Failure) -> dict[str, Any]:
    problem = Problem(
        code=CODES[failure.code], message=failure.message, details=dict(failure.details)
    )
    return Failed(error=problem).model_dump()


def _error_schema() -> dict[str, Any]:
    """Without `$defs`: it stands among the document's own schemas."""
    schema = Failed.model_json_schema()
    problem = schema.pop("$defs")["Problem"]
    schema["properties"]["error"] = problem
    return schema


OPENCHS = Dialect("openchs", PREFIX, failed)
openchs = Api("openchs", PREFIX, _error_schema())
