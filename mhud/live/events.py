"""What the state tells the world. Names on the wire are the API document's; see docs/api.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from mhud.live.model import Agent, AgentStatus, Call, Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """A fact about the helpline. `type` is its public name."""

    type: ClassVar[str]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(DomainEvent):
    """`call` is the call after the fact."""

    call: Call


class CallStarted(CallEvent):
    type = "call.new"


class CallQueued(CallEvent):
    type = "call.queued"


class CallConnected(CallEvent):
    type = "call.connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred(CallEvent):
    """`target` is the extension, agent or queue as far as known; `kind` blind or attended."""

    type = "call.transferred"
    kind: str
    from_agent_id: str | None
    target: str | None


class CallHeld(CallEvent):
    type = "call.held"


class CallResumed(CallEvent):
    type = "call.resumed"


class CallRecordingPaused(CallEvent):
    type = "call.recording_paused"


class CallRecordingResumed(CallEvent):
    type = "call.recording_resumed"


class CallTagged(CallEvent):
    """Somebody chose the tags, perhaps long after the call."""

    type = "call.tagged"


class CallEnded(CallEvent):
    type = "call.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent(DomainEvent):
    """`agent` is the agent after the fact."""

    agent: Agent


class AgentLoggedIn(AgentEvent):
    type = "agent.logged_in"


class AgentLoggedOut(AgentEvent):
    type = "agent.logged_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStatusChanged(AgentEvent):
    type = "agent.status_changed"
    previous: AgentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCallAssigned(AgentEvent):
    type = "agent.call_assigned"
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRinging(AgentEvent):
    type = "agent.ringing"
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMissedCall(AgentEvent):
    """His phone rang and he did not take the call."""

    type = "agent.missed_call"
    call: Call
    ring_time_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEvent(DomainEvent):
    queue: Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueThresholdExceeded(QueueEvent):
    """`threshold`: calls_waiting or longest_wait_time."""

    type = "queue.threshold_exceeded"
    threshold: str
    value: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSlaBreach(QueueEvent):
    type = "queue.sla_breach"
    call: Call
    wait_s: int


class QueueEmpty(QueueEvent):
    type = "queue.empty"


class QueueConfigChanged(QueueEvent):
    type = "queue.config_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxConnected(DomainEvent):
    type = "pbx.connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxDisconnected(DomainEvent):
    type = "pbx.disconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerGap(DomainEvent):
    """Events were dropped because the disk refused them for too long."""

    type = "ledger.gap"
    lost: int
