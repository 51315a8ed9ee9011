"""What is served beside the dialects and has no handler of theirs: health, figures, documents."""

from __future__ import annotations

from typing import Any

from mhud.web.answer import JSON

_CHECKS = {
    "type": "object",
    "required": ["status", "checks"],
    "properties": {
        "status": {"enum": ["ready", "not ready"]},
        "checks": {
            "type": "object",
            "description": "By part of the house: `ok`, and what else was found.",
            "additionalProperties": {
                "type": "object",
                "required": ["ok"],
                "properties": {"ok": {"type": "boolean"}},
            },
        },
    },
}
_ALIVE = {"type": "object", "properties": {"status": {"const": "alive"}}}
_ANY = {"type": "object"}
_OPEN = "Needs no credentials."
_HERE = "Needs the right system_config, unless it is asked from this machine itself."


def _get(
    name: str, tag: str, summary: str, answers: dict[str, Any], *, needs: str = _OPEN
) -> dict[str, Any]:
    refused = {
        status: {"$ref": f"#/components/responses/mhu_{status}"} for status in ("401", "403")
    }
    operation: dict[str, Any] = {
        "operationId": name,
        "tags": [tag],
        "summary": summary,
        "description": needs,
        "responses": answers | ({} if needs == _OPEN else refused),
        "security": [{}] if needs == _OPEN else [{}, {"apiKey": []}, {"bearer": []}],
    }
    if needs != _OPEN:
        operation["x-rights"] = ["system_config"]
    return {"get": operation}


def _told(text: str, schema: dict[str, Any], kind: str = JSON) -> dict[str, Any]:
    return {"description": text, "content": {kind: {"schema": schema}}}


BESIDE: dict[str, Any] = {
    "/health/live": _get(
        "live", "health", "Whether the daemon is alive.", {"200": _told("It is.", _ALIVE)}
    ),
    "/health/ready": _get(
        "ready",
        "health",
        "Whether the whole house works, and what does not.",
        {"200": _told("It does.", _CHECKS), "503": _told("Something does not.", _CHECKS)},
        needs=_HERE,
    ),
    "/metrics": _get(
        "metrics",
        "health",
        "Figures, in Prometheus' text format.",
        {"200": _told("All of them.", {"type": "string"}, "text/plain")},
        needs=_HERE,
    ),
    "/docs/openapi.json": _get(
        "openapi", "documents", "This document.", {"200": _told("It.", _ANY)}
    ),
    "/docs/asyncapi.json": _get(
        "asyncapi",
        "documents",
        "AsyncAPI 3.0 of the events on /ws.",
        {"200": _told("It.", _ANY)},
    ),
}
"""By path, as OpenAPI has it."""
