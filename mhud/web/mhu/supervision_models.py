"""What is sent and answered where a call that goes on is listened to, noted at, or moved."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from mhud.live.model import AgentStatus, CallStatus
from mhud.web.mhu.models import Ident, Whole
from mhud.web.route import Wire

Mode = Literal["listen", "whisper", "barge"]


class MonitorBody(Wire):
    """`agent_id`: whose phone listens; default your own."""

    mode: Mode
    agent_id: Ident | None = None


class MonitorBegun(BaseModel):
    """`status` is in-progress once he hears the call, initiating while his phone rings."""

    success: Literal[True] = True
    call_id: str
    mode: Mode
    agent_id: str
    monitor_call_id: str
    status: CallStatus


class RecordingState(BaseModel):
    success: Literal[True] = True
    call_id: str
    recording_paused: bool


class TagsBody(Wire):
    """All of them: those that are not sent are gone."""

    tags: Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=1000)] = Field(
        repr=False
    )


class Tagged(BaseModel):
    success: Literal[True] = True
    call_id: str
    tags: list[str]


class MoveBody(Wire):
    """To another queue, at its `back` unless told otherwise, or to an end of his own."""

    queue: Ident | None = None
    position: Literal["front", "back"] | None = None


class CallMoved(BaseModel):
    """`position` in the queue from 1; null if an agent took him at once."""

    success: Literal[True] = True
    call_id: str
    queue_id: str
    position: int | None


class ExtendBody(Wire):
    seconds: Whole = Field(ge=1, le=3600, description="Added to what is left.")


class WrapUpState(BaseModel):
    """`seconds_left` is 0 when he writes up no more."""

    success: Literal[True] = True
    agent_id: str
    status: AgentStatus
    wrap_up_until: datetime | None
    seconds_left: int
