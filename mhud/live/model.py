"""The nouns of a call centre, as frozen values. A reader may keep one; it never changes.

Vocabulary: a *channel* is Asterisk's; a *call* is all channels that share a Linkedid; a *member*
is one interface in one queue; an *agent* is a person with an interface.

What changes often is a `value`, which `changing.replace` copies at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mhud.live.changing import value
from mhud.live.parts import Help as Help
from mhud.live.parts import Hold as Hold
from mhud.live.parts import Talk as Talk
from mhud.live.parts import Transfer as Transfer
from mhud.live.parts import Visit as Visit
from mhud.live.words import AgentStatus as AgentStatus
from mhud.live.words import CallStatus as CallStatus
from mhud.live.words import Consultation as Consultation
from mhud.live.words import Direction as Direction
from mhud.live.words import EndReason as EndReason
from mhud.live.words import Outcome as Outcome
from mhud.live.words import SlaFormula as SlaFormula

WRAP_UP_REASON = "wrap-up"
OFFLINE_REASON = "offline"


def seconds_as_printed(began: datetime, ended: datetime) -> int:
    """Between two instants as the API prints them, in whole seconds: the parts add up."""
    return max(0, int(ended.timestamp()) - int(began.timestamp()))


@value
class Channel:
    """One technology-side connection."""

    uniqueid: str
    linkedid: str
    name: str
    state: int
    created_at: datetime
    dialed: bool  # Asterisk made it to reach somebody (it began Down), nobody called in on it
    caller_number: str | None = None
    exten: str = ""
    bridge_id: str | None = None
    up_at: datetime | None = None
    holding: bool = False
    held: bool = False  # the dialplan plays music to it, at an agent's wish
    far_end_hung_up: bool = False
    # of the name, and asked for so often that each is read out of it only once
    endpoint: str = field(init=False, repr=False, compare=False)
    is_local: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """`endpoint`: `PJSIP/agent001` of `PJSIP/agent001-0000002a`, which app_queue calls."""
        object.__setattr__(self, "endpoint", self.name.rpartition("-")[0] or self.name)
        object.__setattr__(self, "is_local", self.name.startswith("Local/"))

    def named(self, name: str) -> Channel:
        """The same under its name of today."""
        return self if name == self.name else dataclasses.replace(self, name=name)

    @property
    def local_pair(self) -> str:
        """The same for both halves of a Local channel."""
        return self.name.rpartition(";")[0]


@value
class Call:
    """Everything that shares a Linkedid. `duration` is from start to end, or to now."""

    id: str
    linkedids: tuple[str, ...]
    direction: Direction
    status: CallStatus
    start_time: datetime
    caller_id: str | None = None
    destination: str | None = None
    answer_time: datetime | None = None
    end_time: datetime | None = None
    end_reason: EndReason | None = None
    merged_into: str | None = None
    agent_id: str | None = None  # who talks, or talked last; for an originate: who asked
    placed_by: str | None = None  # the agent who began it, whoever talks later
    queue_id: str | None = None
    ivr_path: str | None = None
    visits: tuple[Visit, ...] = ()
    talks: tuple[Talk, ...] = ()
    hold_s: float = 0.0
    holds: tuple[Hold, ...] = ()  # those that are over
    held_since: datetime | None = None
    transfers: int = 0
    sent_on: tuple[Transfer, ...] = ()
    consultation: Consultation | None = None
    consultations: int = 0  # begun so far
    recorded: bool = False
    recording_channel: str | None = None  # Uniqueid of the channel that is recorded, or was last
    recordings: tuple[str, ...] = ()  # Uniqueids of all that were; they name Asterisk's files
    tags: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    originated: bool = False
    deadline: datetime | None = None  # of an originate whose channel has not been seen
    gap: bool = False  # part of it was not watched
    backfilled: bool = False  # Asterisk's books told of it, or of the part that was not watched
    recording_paused: bool = False
    tags_set: bool = False  # by a person: the dialplan's do not count any more
    monitors: str | None = None  # the call that a supervisor listens to by this one
    monitor_mode: str | None = None  # listen, whisper, barge

    @property
    def is_over(self) -> bool:
        return self.status is CallStatus.ENDED

    @property
    def only_told(self) -> bool:
        """Nobody saw it: all that is known of it stands in Asterisk's books."""
        return self.backfilled and not self.gap

    @property
    def in_talk(self) -> bool:
        """Somebody talks with the other party, or has him on hold."""
        return bool(self.talks) and self.talks[-1].ended_at is None

    @property
    def waiting_since(self) -> datetime | None:
        """When he joined the queue in which he waits now."""
        waits = self.status is CallStatus.QUEUED and self.visits
        return self.visits[-1].joined_at if waits else None

    def duration_s(self, now: datetime) -> int:
        return seconds_as_printed(self.start_time, self.end_time or now)

    @property
    def wait_time_s(self) -> int | None:
        if self.answer_time is None:
            return None
        return seconds_as_printed(self.start_time, self.answer_time)

    @property
    def queue_wait_s(self) -> int | None:
        if not self.visits:
            return None
        return int(sum(visit.wait_s for visit in self.visits))


@value
class Waiting:
    """A caller in a queue, not yet connected. Queues keep them in order of position."""

    uniqueid: str
    call_id: str
    joined_at: datetime


@value
class Member:
    """One interface's membership of one queue."""

    queue_id: str
    interface: str
    agent_id: str
    name: str
    membership: str
    penalty: int
    paused: bool
    paused_reason: str
    paused_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProfile:
    """What mhud is told about a queue by its settings; the rest comes from Asterisk."""

    id: str
    name: str | None = None
    extension: str | None = None
    timeout_s: int | None = None  # a caller's longest wait
    ring_s: int | None = None
    announcement_id: str | None = None
    music_on_hold_id: str | None = None
    operating_hours: Mapping[str, Mapping[str, str]] | None = None
    service_level_s: int | None = None
    sla_formula: SlaFormula = SlaFormula.WITHOUT_ABANDONED
    wrap_up_s: int = 10
    max_waiting: int | None = None  # queue.threshold_exceeded at more than so many
    max_longest_wait_s: int | None = None


@value
class Queue:
    """A waiting line and who serves it."""

    id: str
    profile: QueueProfile
    strategy: str = ""
    max_callers: int = 0
    pbx_service_level_s: int = 0
    waiting: tuple[Waiting, ...] = ()
    members: Mapping[str, Member] = field(default_factory=dict)  # by interface
    over_waiting: bool = False  # threshold told and not yet armed again
    over_longest: bool = False

    @property
    def name(self) -> str:
        return self.profile.name or self.id

    @property
    def service_level_s(self) -> int:
        return self.profile.service_level_s or self.pbx_service_level_s or 20

    def longest_wait_s(self, now: datetime) -> int:
        if not self.waiting:
            return 0
        oldest = min(entry.joined_at for entry in self.waiting)
        return max(0, int((now - oldest).total_seconds()))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentProfile:
    """What the store knows about a person with a phone."""

    id: str
    name: str
    interface: str
    username: str | None = None
    email: str | None = None
    extension: str | None = None
    roles: tuple[str, ...] = ("agent",)
    skills: Mapping[str, int] = field(default_factory=dict)
    queues: tuple[str, ...] = ()  # joined at log-in


@value
class AgentDay:
    """An agent's figures of the helpline's day. `handled_s` is talk plus wrap-up."""

    calls: int = 0
    handled_s: float = 0.0
    available_s: float = 0.0


@value
class Agent:
    """A person with a phone, as he is now."""

    profile: AgentProfile
    status: AgentStatus
    since: datetime
    memberships: Mapping[str, Member] = field(default_factory=dict)  # by queue
    device_state: str = "UNKNOWN"
    call_id: str | None = None  # the call he talks in
    ringing_call_id: str | None = None
    reason_code: str | None = None
    pending_status: AgentStatus | None = None
    wrap_up_until: datetime | None = None
    help: Help | None = None  # asked for, until it is ended or he goes offline
    day: AgentDay = AgentDay()

    @property
    def id(self) -> str:
        return self.profile.id

    @property
    def queues(self) -> tuple[str, ...]:
        return tuple(self.memberships) or self.profile.queues

    @property
    def queues_paused(self) -> tuple[str, ...]:
        return tuple(queue for queue, member in self.memberships.items() if member.paused)


@value
class Spell:
    """What an agent did from then to now; `call` is the one that he took, heard or wrote up."""

    status: AgentStatus
    began_at: datetime
    call: Call | None = None
