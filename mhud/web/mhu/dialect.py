"""The MHU dialect: its flat errors, and the list that its handlers register in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mhud.errors import Code
from mhud.web.dialect import Dialect, Failure
from mhud.web.route import Api

PREFIX = "/api/v1"
VERSION = "1.2.0"

CODES: Mapping[Code | None, str] = {
    None: "server_error",
    Code.INVALID: "validation_error",
    Code.UNAUTHENTICATED: "invalid_credentials",
    Code.FORBIDDEN: "insufficient_permissions",
    Code.NOT_FOUND: "resource_not_found",
    Code.METHOD_NOT_ALLOWED: "method_not_allowed",
    Code.CONFLICT: "conflict",
    Code.GONE: "gone",
    Code.PRECONDITION_FAILED: "precondition_failed",
    Code.TOO_LARGE: "payload_too_large",
    Code.UNSUPPORTED_MEDIA: "unsupported_media_type",
    Code.RANGE: "range_not_satisfiable",
    Code.IDEMPOTENCY_MISMATCH: "idempotency_mismatch",
    Code.RATE_LIMITED: "rate_limit_exceeded",
    Code.PBX_UNAVAILABLE: "pbx_unavailable",
    Code.SERVICE_UNAVAILABLE: "service_unavailable",
    Code.PBX_TIMEOUT: "pbx_timeout",
}


def failed(failure: Failure) -> dict[str, Any]:
    body = {
        "error": True,
        "code": CODES[failure.code],
        "message": failure.message,
        "status": failure.status,
        "request_id": failure.request_id,
    }
    return {**body, "details": failure.shown_details} if failure.details else body


MHU = Dialect("mhu", PREFIX, failed, {"X-API-Version": VERSION})
PLAIN = Dialect("plain", "", failed)  # what lies outside the prefixes speaks the same errors
_ERROR = {
    "type": "object",
    "required": ["error", "code", "message", "status", "request_id"],
    "properties": {
        "error": {"const": True},
        "code": {"type": "string", "examples": ["validation_error"]},
        "message": {"type": "string"},
        "status": {"type": "integer"},
        "request_id": {"type": "string"},
        "details": {"description": "Field and reason of each wrong field, or what else is known."},
    },
}
mhu = Api("mhu", PREFIX, _ERROR)
beside = Api("plain", "", _ERROR)  # what the documents print outside the prefixes, as downloads
