"""What events hold, and what a socket says besides: the objects that have no model elsewhere.

Sockets send them as they are described here; webhooks put their fields under `data`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from mhud.services.recording_words import Reason
from mhud.services.recordings import State
from mhud.web.mhu.models import AgentObject, CallObject, QueueObject


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
