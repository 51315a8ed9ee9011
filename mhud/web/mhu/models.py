"""What MHU consumers send and get about calls, agents and queues.

Answers: every field is always there; null while its value does not exist. The objects are built in
feeds/objects.py; here is their shape, from which the API document is made.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from mhud.live.model import AgentStatus, CallStatus, Consultation, Direction, EndReason, SlaFormula
from mhud.web.fields import Ident as Ident
from mhud.web.fields import Line as Line
from mhud.web.fields import Moment as Moment
from mhud.web.fields import Whole as Whole
from mhud.web.route import Wire

# ---- calls


class CallObject(BaseModel):
    id: str
    caller_id: str | None
    destination: str | None
    direction: Direction
    status: CallStatus
    start_time: datetime
    answer_time: datetime | None
    end_time: datetime | None
    duration: int
    wait_time: int | None
    agent_id: str | None
    queue_id: str | None
    recording_url: str | None
    tags: list[str]
    variables: dict[str, str]
    disposition_code: str | None
    agent_ids: list[str]
    queue_ids: list[str]
    end_reason: EndReason | None
    merged_into: str | None
    queue_wait_time: int | None
    waiting_since: datetime | None
    hold_time: int | None
    transfers: int
    consultation: Consultation | None
    recorded: bool
    recording_paused: bool
    monitors: str | None
    monitor_mode: str | None
    gap: bool
    backfilled: bool


class ActiveCalls(BaseModel):
    calls: list[CallObject]
    total: int


class CallHistory(BaseModel):
    calls: list[CallObject]
    next_cursor: str | None


class HistoryQuery(Wire):
    """`since` and `until`: an instant, or a day of the helpline's calendar, whole."""

    since: Moment | None = None
    until: Moment | None = None
    queue: Ident | None = None
    agent: Ident | None = None
    direction: Direction | None = None
    number: Annotated[str, Field(max_length=32, pattern=r"^\+?[0-9]{1,31}$")] | None = None
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=512)


class OutboundCall(Wire):
    agent_id: Ident
    destination: Annotated[str, Field(max_length=64)] = Field(repr=False)
    caller_id: Annotated[str, Field(max_length=64)] | None = Field(None, repr=False)
    priority: Whole = Field(5, ge=1, le=10, description="1 goes first.")
    variables: dict[str, str] = Field(default_factory=dict, repr=False)


class OutboundCallStarted(BaseModel):
    call_id: str
    status: CallStatus
    agent_id: str
    destination: str


class CallEnded(BaseModel):
    success: Literal[True] = True
    call_id: str
    end_time: datetime | None
    duration: int


# ---- agents


class AgentStatistics(BaseModel):
    calls_today: int
    average_handle_time: int | None
    available_time: int


class HelpObject(BaseModel):
    """An agent asked for it, in the call `call_id` or in none; `answered_by` is who comes."""

    requested_at: datetime
    call_id: str | None
    answered_at: datetime | None
    answered_by: int | None
    answered_by_name: str | None


class AgentNow(BaseModel):
    id: str
    name: str
    status: AgentStatus
    current_call_id: str | None
    time_in_status: int
    queues: list[str]
    reason_code: str | None
    pending_status: AgentStatus | None
    queues_paused: list[str]
    ringing_call_id: str | None
    wrap_up_until: datetime | None
    help: HelpObject | None


class AgentObject(AgentNow):
    username: str | None
    email: str | None
    extension: str | None
    status_timestamp: datetime
    roles: list[str]
    skills: dict[str, int]
    statistics: AgentStatistics


class AgentStatuses(BaseModel):
    agents: list[AgentNow]


class AgentList(BaseModel):
    agents: list[AgentObject]
    total: int


class StatusChangeBody(Wire):
    """`reason_code` belongs to on-break; default `break`."""

    status: Literal["available", "on-break", "offline"]
    reason_code: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class StatusChanged(BaseModel):
    """`pending_status`: what the agent will be when his call is over."""

    success: Literal[True] = True
    agent_id: str
    previous_status: AgentStatus
    current_status: AgentStatus
    timestamp: datetime
    pending_status: AgentStatus | None


# ---- queues


class QueueStatistics(BaseModel):
    calls_waiting: int
    longest_wait_time: int
    average_wait_time: int | None
    handled_today: int | None
    abandoned_today: int | None
    sla_today: float | None


class OpenHours(Wire):
    """`HH:MM` in the helpline's zone; `end` may be 24:00; before `start` it is on the next day."""

    start: str = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    end: str = Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")

    @model_validator(mode="after")
    def _differ(self) -> OpenHours:
        if self.start == self.end:
            raise ValueError("start and end must differ")
        return self


Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class QueueObject(BaseModel):
    id: str
    name: str
    extension: str | None
    strategy: str
    timeout: int | None
    announcement_id: str | None
    music_on_hold_id: str | None
    max_callers: int
    agents: list[str]
    statistics: QueueStatistics
    operating_hours: dict[str, dict[str, str]] | None
    service_level_seconds: int
    wrap_up_seconds: int
    ring_seconds: int | None


class QueueList(BaseModel):
    queues: list[QueueObject]
    total: int


class ServiceLevel(BaseModel):
    """Of today: the parts of which the service level is made."""

    formula: SlaFormula
    threshold: int
    presented: int
    answered: int
    answered_within: int
    abandoned: int
    abandoned_within: int


class QueueNow(BaseModel):
    """`agents`: how many of its members have which status, whether they are paused here or not."""

    id: str
    name: str
    calls_waiting: int
    longest_wait_time: int
    average_wait_time: int | None
    available_agents: int
    agents: dict[AgentStatus, int]
    handled_today: int
    abandoned_today: int
    sla_today: float | None
    sla_current: float | None
    sla: ServiceLevel


class QueueStats(BaseModel):
    queues: list[QueueNow]


class QueueChange(Wire):
    """What is sent is changed; null gives back to the configuration what was changed here."""

    max_wait_time: Whole | None = Field(
        None, ge=1, le=86_400, description="Seconds that a caller waits at most."
    )
    announcement_id: Ident | None = None
    music_on_hold_id: Ident | None = None
    strategy: Ident = Field("", description="Documented or Asterisk's name.")
    max_callers: Whole | None = Field(None, ge=0, le=10_000, description="0: no limit.")
    name: Line | None = None
    operating_hours: dict[Day, OpenHours] | None = None
    service_level_seconds: Whole | None = Field(None, ge=1, le=3600)
    wrap_up_seconds: Whole | None = Field(None, ge=0, le=3600)
    ring_seconds: Whole | None = Field(None, ge=1, le=600, description="One phone rings so long.")


class QueueChanged(BaseModel):
    """`verified`: the fields that Asterisk itself was heard to hold now."""

    success: Literal[True] = True
    queue_id: str
    updated_fields: list[str]
    verified: list[str]
