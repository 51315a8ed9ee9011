"""The shape of each event: of its class, where the state tells it, else of its object's model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from mhud.feeds.payloads import OBJECTS, PUBLIC_NAMES
from mhud.feeds.told import TOLD
from mhud.live.events import DomainEvent
from mhud.web.event_models import MODELS, CallId
from mhud.web.mhu.models import CallObject

REF = "#/components/schemas/{model}"
Shape = dict[str, Any]
HEAD: Mapping[str, Shape] = {
    "seq": {"type": "integer", "description": "Its place in the one order of all events."},
    "type": {"type": "string"},
    "timestamp": {"type": "string", "format": "date-time"},
}
"""What every event has."""

BY: Shape = {"type": ["integer", "null"], "description": "The user who did it."}
_CASE = {"by_user_id": BY}
MORE: Mapping[str, Mapping[str, Shape]] = {
    "case.created": _CASE,
    "case.updated": {"changed_fields": {"type": "array", "items": {"type": "string"}}, **_CASE},
    "case.assigned": {"previous_user_id": {"type": ["integer", "null"]}, **_CASE},
    "case.status_changed": {"previous_status": {"type": "string"}, **_CASE},
    "case.resolved": {"previous_status": {"type": "string"}, **_CASE},
    "case.escalated": _CASE,
    "communication.logged": {"by_user_id": BY},
    "client.session_created": {"by_user_id": BY},
}
"""What events of services hold beside their object."""

OPTIONAL: Mapping[str, tuple[str, ...]] = {"communication.logged": ("case",)}
"""Objects that an event has where there are such."""


def event_shapes() -> dict[str, Shape]:
    """Of every event there is, by its type. The objects are references to `object_shapes`."""
    shapes = {kind.type: _of_state(kind) for kind in _kinds(DomainEvent)}
    shapes |= {name: _of_service(name) for name in TOLD}
    return dict(sorted(shapes.items()))


def object_shapes(*more: type[BaseModel]) -> dict[str, Shape]:
    """Of all that an event may hold, and of `more`; by the name of the model."""
    models: dict[type[BaseModel], None] = dict.fromkeys((*MODELS.values(), CallId, *more))
    _, definitions = models_json_schema(
        [(model, "serialization") for model in models], ref_template=REF
    )
    found: dict[str, Shape] = definitions["$defs"]
    return found


def _kinds(kind: type[DomainEvent]) -> Iterator[type[DomainEvent]]:
    if "type" in vars(kind):
        yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


def _of_state(kind: type[DomainEvent]) -> Shape:
    hints = get_type_hints(kind)
    properties: dict[str, Shape] = {}
    untold = kind.private | {"at"}
    for name in (field.name for field in fields(kind) if field.name not in untold):
        if name in OBJECTS:
            properties[name] = _object(name)
        else:
            properties[PUBLIC_NAMES.get(name, name)] = TypeAdapter(hints[name]).json_schema()
    return _event(kind.type, properties)


def _of_service(name: str) -> Shape:
    optional = {one: _object(one) for one in OPTIONAL.get(name, ())}
    shape = _event(name, {TOLD[name]: _object(TOLD[name]), **MORE.get(name, {})})
    shape["properties"] |= optional
    return shape


def _event(name: str, properties: Mapping[str, Shape]) -> Shape:
    every = {**HEAD, "type": {"const": name}, **properties}
    return {"type": "object", "required": list(every), "properties": every}


def _object(name: str) -> Shape:
    if name == "call":
        return {"anyOf": [_ref(CallObject), _ref(CallId)]}
    model = MODELS.get(name)
    return {"type": "object"} if model is None else _ref(model)


def _ref(model: type[BaseModel]) -> Shape:
    return {"$ref": REF.format(model=model.__name__)}
