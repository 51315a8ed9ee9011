"""The shape of each event: of what the state tells from its class, of what services tell from here.

Sockets send them as they are described here; webhooks put their fields under `data`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from mhud.feeds.payloads import OBJECTS, PUBLIC_NAMES
from mhud.feeds.told import TOLD
from mhud.live.events import DomainEvent
from mhud.services.recording_words import Reason
from mhud.services.recordings import State
from mhud.web.mhu.models import AgentObject, CallObject, QueueObject

REF = "#/components/schemas/{model}"
Shape = dict[str, Any]


class CallId(BaseModel):
    """What is left of a call for who lacks the right view_calls."""

    id: str


class CaseMarks(BaseModel):
    """States and ids of a case; no text and no name."""

    id: int
    case_number: str
    status: str
    priority: str
    category: str | None
    subcategory: str | None
    client_id: str | None
    assigned_user_id: int | None
    created_by: int | None
    created_at: datetime
    updated_at: datetime


class CommunicationMarks(BaseModel):
    """States and ids of a contact; no address and no text."""

    id: int
    case_id: int | None
    client_id: str | None
    call_id: str | None
    user_id: int | None
    created_by: int | None
    agent_id: str | None
    queue_id: str | None
    contact_type: str
    direction: str | None
    disposition_id: int | None
    disposition_code: str | None
    created_at: datetime


class SessionMarks(BaseModel):
    """A session of a client, as it began."""

    id: str
    client_id: str
    agent_id: str | None
    call_id: str | None
    session_type: str
    priority: str
    status: str
    start_time: datetime


class RecordingMarks(BaseModel):
    """As `GET /api/v1/calls/{call_id}/recording`; `path` is where it is heard, null before."""

    call_id: str
    state: State
    reason: Reason | None
    complete: bool | None
    started_at: datetime
    ended_at: datetime
    changed_at: datetime
    duration: int | None
    size: int | None
    sha256: str | None
    path: str | None


class ReportMarks(BaseModel):
    """A report that is made: `rows` and `size` in bytes of its file."""

    report_id: str
    status: str
    format: str
    rows: int | None
    size: int | None
    expires_at: datetime
    schedule_id: str | None


MODELS: Mapping[str, type[BaseModel]] = {
    "call": CallObject,
    "agent": AgentObject,
    "queue": QueueObject,
    "case": CaseMarks,
    "communication": CommunicationMarks,
    "session": SessionMarks,
    "recording": RecordingMarks,
    "report": ReportMarks,
}
"""By the name under which an event holds it."""

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


class AuthOk(BaseModel):
    """You are known; `seq` is the last event there was. What you may see follows."""

    type: Literal["auth.ok"]
    seq: int


class SubscribeOk(BaseModel):
    """What was asked for holds, and the replay is complete."""

    type: Literal["subscribe.ok"]
    seq: int


class WrongField(BaseModel):
    field: str
    reason: str


class Refused(BaseModel):
    """A message was not understood, and changed nothing. Ten in a row end the connection."""

    type: Literal["error"]
    code: Literal["validation_error"]
    message: str
    details: list[WrongField]


class ReplayTruncated(BaseModel):
    """What is older than `oldest` is not kept any more; null: nothing is. The replay goes on."""

    type: Literal["replay.truncated"]
    oldest: int | None


class LedgerStalled(BaseModel):
    """The disk refuses; events come later."""

    type: Literal["ledger.stalled"]


ANSWERS: tuple[type[BaseModel], ...] = (
    AuthOk,
    SubscribeOk,
    Refused,
    ReplayTruncated,
    LedgerStalled,
)
"""Messages of a socket that are no events."""
