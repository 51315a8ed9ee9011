"""AsyncAPI 3.0 of `/ws`: what one says there, and every event that one may hear."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

import mhud
from mhud.feeds.filters import FAMILY_RIGHTS
from mhud.web.event_models import ANSWERS
from mhud.web.event_shapes import event_shapes, object_shapes
from mhud.web.event_words import ABOUT, EVENTS
from mhud.web.openapi_examples import add_to_schemas, printed
from mhud.web.socket import Auth, Subscribe

CHANNEL = "ws"
SERVERS = {
    name: {
        "host": "{host}",
        "protocol": name,
        "variables": {"host": {"default": "localhost:8080", "description": "Where mhud is."}},
    }
    for name in ("wss", "ws")
}
SAID: tuple[type[BaseModel], ...] = (Auth, Subscribe)


def document() -> dict[str, Any]:
    """The whole document, as a tree of JSON values. It speaks of what mhud does."""
    events = event_shapes()
    said = {_name(model): _message(model) for model in SAID}
    answers = {_name(model): _message(model) for model in ANSWERS}
    told = {name: _event(name) for name in events}
    said["auth"]["examples"] = [{"payload": printed()["socket"]}]
    messages = {**said, **answers, **told}
    schemas = {**object_shapes(*SAID, *ANSWERS), **events}
    add_to_schemas(schemas)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "mhud, events",
            "version": mhud.__version__,
            "description": ABOUT,
        },
        "defaultContentType": "application/json",
        "servers": SERVERS,
        "channels": {
            CHANNEL: {
                "address": "/ws",
                "description": "Text messages of JSON, both ways; at most 64 KiB from you.",
                "messages": {name: _ref("components/messages", name) for name in messages},
                "bindings": {"ws": {"method": "GET"}},
            }
        },
        "operations": {
            "listen": _operation("receive", "What mhud understands.", said),
            "answer": _operation("send", "What mhud says to you alone.", answers),
            "tell": _operation("send", "What mhud tells everybody who may know.", told),
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _operation(action: str, summary: str, messages: dict[str, Any]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": _ref("channels", CHANNEL),
        "messages": [_ref(f"channels/{CHANNEL}/messages", name) for name in messages],
    }


def _event(name: str) -> dict[str, Any]:
    """`x-rights`: any of them opens it, besides receive_events."""
    rights = list(FAMILY_RIGHTS[name.partition(".")[0]])
    return {
        "name": name,
        "title": name,
        "summary": EVENTS.get(name, ""),
        "description": f"Needs receive_events, and {' or '.join(rights)}.",
        "tags": [{"name": name.partition(".")[0]}],
        "payload": _ref("components/schemas", name),
        "x-rights": rights,
    }


def _message(model: type[BaseModel]) -> dict[str, Any]:
    name = _name(model)
    return {
        "name": name,
        "title": name,
        "summary": " ".join((model.__doc__ or "").split()),
        "payload": _ref("components/schemas", model.__name__),
    }


def _name(model: type[BaseModel]) -> str:
    """What its field `type` says."""
    (word,) = model.model_fields["type"].annotation.__args__  # type: ignore[union-attr]
    return str(word)


def _ref(where: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/{where}/{name}"}
