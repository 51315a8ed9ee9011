"""What the state tells the world. Names on the wire are the API document's; see docs/api.md."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from mhud.ami.messages import message
from mhud.live.model import Agent, AgentStatus, Call, Queue, Spell


@message
class DomainEvent:
    """A fact about the helpline. `type` is its public name; a lower `rank` is told first.

    Fields that are `private` are for the records, and are not told.
    """

    type: ClassVar[str]
    rank: ClassVar[int] = 2
    private: ClassVar[frozenset[str]] = frozenset()
    at: datetime


@message
class CallEvent(DomainEvent):
    """`call` is the call after the fact."""

    rank = 0
    call: Call


class CallStarted(CallEvent):
    type = "call.new"


class CallQueued(CallEvent):
    type = "call.queued"


class CallConnected(CallEvent):
    type = "call.connected"


@message
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


class CallCorrected(CallEvent):
    """Asterisk's books told how a call went, long after its end, of which a part was not seen."""

    type = "call.corrected"


@message
class AgentEvent(DomainEvent):
    """`agent` is the agent after the fact."""

    rank = 1
    agent: Agent


class AgentLoggedIn(AgentEvent):
    type = "agent.logged_in"


class AgentLoggedOut(AgentEvent):
    type = "agent.logged_out"


@message
class AgentStatusChanged(AgentEvent):
    type = "agent.status_changed"
    private = frozenset({"spell"})
    previous: AgentStatus
    spell: Spell | None = None


@message
class AgentCallAssigned(AgentEvent):
    type = "agent.call_assigned"
    call: Call


@message
class AgentRinging(AgentEvent):
    type = "agent.ringing"
    call: Call


@message
class AgentMissedCall(AgentEvent):
    """His phone rang and he did not take the call."""

    type = "agent.missed_call"
    call: Call
    ring_time_s: int


class AgentHelpRequested(AgentEvent):
    type = "agent.help_requested"


class AgentHelpAnswered(AgentEvent):
    """Somebody said that he comes: `agent.help` tells who."""

    type = "agent.help_answered"


class AgentHelpEnded(AgentEvent):
    type = "agent.help_ended"


@message
class QueueEvent(DomainEvent):
    queue: Queue


@message
class QueueThresholdExceeded(QueueEvent):
    """`threshold`: calls_waiting or longest_wait_time."""

    type = "queue.threshold_exceeded"
    threshold: str
    value: int
    limit: int


@message
class QueueSlaBreach(QueueEvent):
    type = "queue.sla_breach"
    call: Call
    wait_s: int


class QueueEmpty(QueueEvent):
    type = "queue.empty"


class QueueConfigChanged(QueueEvent):
    type = "queue.config_changed"


@message
class PbxConnected(DomainEvent):
    type = "pbx.connected"


@message
class PbxDisconnected(DomainEvent):
    type = "pbx.disconnected"


@message
class LedgerGap(DomainEvent):
    """Events were dropped because the disk refused them for too long."""

    type = "ledger.gap"
    lost: int
