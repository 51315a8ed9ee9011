"""The OpenAPI document's section `webhooks`: what a receiver gets, by the event's type."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from mhud.feeds.told import TOLD
from mhud.feeds.webhook_bodies import TEST
from mhud.web.answer import JSON
from mhud.web.event_models import MODELS
from mhud.web.event_shapes import HEAD, event_shapes, object_shapes
from mhud.web.event_words import EVENTS
from mhud.web.openapi_examples import SUMMARY, printed

Shape = dict[str, Any]
HEADERS: Mapping[str, tuple[bool, str]] = {
    "X-MHU-Signature": (True, "sha256= and the HMAC of the body, in hexadecimal."),
    "X-MHU-Signature-Next": (False, "The same with the new secret, while it is being rotated."),
    "webhook-id": (True, "Names the message: equal in each try."),
    "webhook-timestamp": (True, "When this try was made, in seconds since 1970."),
    "webhook-signature": (True, "As Standard Webhooks; two of them during a rotation."),
}
"""Name → whether it is always there, and what it says."""


def webhooks() -> dict[str, Any]:
    """By event; `webhook.test` is what the owner sends himself."""
    events = {name: _webhook(name, EVENTS.get(name, "")) for name in event_shapes()}
    events["call.ended"]["post"]["requestBody"]["content"][JSON]["examples"] = {
        "printed": {"summary": SUMMARY, "value": printed()["webhook"]}
    }
    return {**events, TEST: _webhook(TEST, "A delivery that tells of nothing.")}


def webhook_schemas() -> dict[str, Shape]:
    """Of the bodies, by `name_of`, and of the objects, flat as they are there."""
    shapes = object_shapes()
    schemas = {
        _flat_name(name): _flat(name, shapes[model.__name__]) for name, model in MODELS.items()
    }
    for name, shape in event_shapes().items():
        schemas[name_of(name)] = _body(name, _data(name, shape))
    tested = {"type": "object", "properties": {"test": {"const": True}}}
    schemas[name_of(TEST)] = _body(TEST, tested)
    return schemas


def webhook_parameters() -> dict[str, Any]:
    """The headers of each."""
    return {name: _header(name, *told) for name, told in HEADERS.items()}


def name_of(event: str) -> str:
    """Of the schema of its body: WebhookCallEnded."""
    return "Webhook" + "".join(word.title() for word in event.replace("_", ".").split("."))


def _flat_name(name: str) -> str:
    return f"Webhook{name.title()}"


def _flat(name: str, shape: Shape) -> Shape:
    """Its id has its name, and how a call ended is its disposition."""
    properties = copy.deepcopy(shape["properties"])
    ident = properties.pop("id", {"type": ["string", "null"]})
    found = {f"{name}_id": ident, **properties}
    if name == "call":
        found["disposition"] = found.pop("end_reason")
    return {"type": "object", "required": [f"{name}_id"], "properties": found}


def _data(event: str, shape: Shape) -> Shape:
    """The event's own object flat; others as they are, each with its id beside it."""
    rest = {name: one for name, one in shape["properties"].items() if name not in HEAD}
    subject = _subject(event, rest)
    rest.pop(subject, None)
    more = {name: _beside(name, one) for name, one in rest.items()}
    ids: dict[str, Shape] = {f"{name}_id": {} for name in rest if name in MODELS}
    data: Shape = {"type": "object", "properties": {**more, **ids}}
    if subject in MODELS:
        data["allOf"] = [{"$ref": f"#/components/schemas/{_flat_name(subject)}"}]
    return data


def _subject(event: str, objects: Mapping[str, Shape]) -> str:
    family = event.partition(".")[0]
    if event in TOLD:
        return TOLD[event]
    return family if family in objects else ""


def _beside(name: str, shape: Shape) -> Shape:
    """What is left of it without details is for the event's own object to say."""
    return {"type": "object"} if name in MODELS else shape


def _body(event: str, data: Shape) -> Shape:
    properties: dict[str, Shape] = {
        "event_type": {"const": event},
        "timestamp": {"type": "string", "format": "date-time"},
        "webhook_id": {"type": "string", "description": "The webhook; not the message."},
        "seq": {
            "type": ["integer", "null"],
            "description": "The event's place among all, as on /ws; null in a test.",
        },
        "data": data,
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _webhook(event: str, summary: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name_of(event)}"}
    return {
        "post": {
            "operationId": f"webhook_{event.replace('.', '_')}",
            "tags": ["webhooks"],
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in HEADERS],
            "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
            "responses": {
                "2XX": {"description": "Taken."},
                "410": {"description": "Not wanted any more: the webhook is disabled."},
            },
            "security": [],
        }
    }


def _header(name: str, required: bool, text: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": text,
        "schema": {"type": "string"},
    }
