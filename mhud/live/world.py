"""The facts and their indexes, shared by the reducers. Only `LiveState.apply` lets them change.

Reducers write down facts and mark what they touched; `calls.refresh`, `agents.refresh` and
`queues.refresh` then derive what these facts mean and tell the difference. So a repeated, late or
missing event can be wrong for a moment, but never leaves a contradiction behind.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from mhud.live.events import DomainEvent
from mhud.live.figures import QueueDay
from mhud.live.inputs import AgentThen
from mhud.live.model import Agent, Call, Channel, EndReason, Queue, QueueProfile, Waiting

GONE_KEPT = 2_000
ENDED_KEPT = 1_000  # ended calls that `GET /calls/{id}` finds without the database


@dataclass(slots=True)
class CallTrack:
    """What must be remembered of a call to derive it; not part of what is shown."""

    told: Call | None = None  # as the world knows it
    channels: dict[str, None] = field(default_factory=dict)  # Uniqueids, oldest first
    first: str = ""
    called: dict[str, None] = field(default_factory=dict)  # legs that AgentCalled named
    talker: tuple[str, str] | None = None  # ("agent", id) or ("party", endpoint)
    transfer: tuple[str, str | None, str | None] | None = None  # kind, from agent, target
    awaited: bool = False  # a transfer was told, and whom it leads to is not yet talking
    implied: bool = False  # this talk began by a transfer that Asterisk may still speak of
    owes_resumed: bool = False  # a hold was told, and nobody has been told of its end
    held_before: bool = False  # on hold when the daemon stopped, and nobody unheld since
    merging_into: str | None = None
    agent_leg_up: bool = False
    agent_leg_seen: bool = False
    leg_cause: int | None = None  # of the dialed leg that failed last
    last_cause: int = 0
    caller_hung_up: bool = False
    hung_up_talking: bool = False  # ... while somebody talked with him, or had him on hold
    outside: bool = False  # somebody who is no agent was in it
    left: bool = False  # ... and talked, and nobody of them is there any more
    closed: bool = False  # the dialplan said that its queue takes no callers now
    refused: EndReason | None = None
    sent: bool = False  # the originate is on its way to Asterisk, or there
    doubted: bool = False  # it was, when the link was lost, and Asterisk showed nothing of it
    restored: bool = False  # it was open when the daemon stopped
    lost: bool = False  # its channels vanished while nobody looked
    listening: bool = False  # by ChanSpy, to another call


@dataclass(slots=True)
class AgentTrack:
    """What must be remembered of an agent between events."""

    told: Agent  # as the world knows him
    served: str | None = None  # the call after which he writes up
    writes_up: str | None = None  # the call that he writes up, or did last
    missed: list[tuple[str, int]] = field(default_factory=list)  # call id, seconds rung
    assigned: list[str] = field(default_factory=list)
    changes_phone_in: str | None = None  # the call that comes to his page, which was loaded again


class World:
    """Facts, indexes, and the marks of the event being applied."""

    def __init__(self, timezone: ZoneInfo | None = None) -> None:
        self.timezone = timezone or ZoneInfo("UTC")
        self.now = datetime.fromtimestamp(0, UTC)
        self.day: date | None = None
        self.day_began = self.now  # midnight in the helpline's zone, before which nothing is today
        self.version = 0
        self.stale = True
        self.looking_around = False  # a Snapshot is being applied
        self.channels: dict[str, Channel] = {}
        self.stands_for: dict[str, str] = {}  # a leg that is going → whom Asterisk put in its place
        self.gone: OrderedDict[str, None] = OrderedDict()  # Uniqueids, and Linkedids of calls
        self.member_changes = 0  # who serves, and who is paused
        self.unlisted: dict[str, datetime] = {}  # Uniqueids in doubt, and since when
        self.unlisted_waits: dict[Waiting, datetime] = {}
        self.calls: dict[str, Call] = {}
        self.tracks: dict[str, CallTrack] = {}
        self.ended: OrderedDict[str, Call] = OrderedDict()
        self.call_of: dict[str, str] = {}  # Linkedid → call id
        self.queues: dict[str, Queue] = {}
        self.days: dict[str, QueueDay] = {}
        self.queue_profiles: dict[str, QueueProfile] = {}
        self.agents: dict[str, Agent] = {}
        self.agent_tracks: dict[str, AgentTrack] = {}
        self.interfaces: dict[str, str] = {}  # interface → agent id
        self.phones: dict[str, dict[str, None]] = {}  # agent id → his interfaces
        self.by_endpoint: dict[str, dict[str, None]] = {}  # interface → Uniqueids
        self.by_bridge: dict[str, dict[str, None]] = {}  # bridge → Uniqueids
        self.restored: dict[str, AgentThen] = {}  # until each agent is seen again
        self.dirty_calls: dict[str, None] = {}
        self.dirty_agents: dict[str, None] = {}
        self.dirty_queues: dict[str, int] = {}  # queue → how many waited before
        self._told: tuple[list[DomainEvent], list[DomainEvent], list[DomainEvent]] = ([], [], [])

    # ---- marks

    def touch_call(self, call_id: str) -> None:
        self.dirty_calls[call_id] = None

    def touch_agent(self, agent_id: str | None) -> None:
        if agent_id is not None:
            self.dirty_agents[agent_id] = None

    def touch_queue(self, queue_id: str) -> None:
        if queue := self.queues.get(queue_id):  # a reload may have taken it away
            self.dirty_queues.setdefault(queue_id, len(queue.waiting))

    def tell(self, event: DomainEvent) -> None:
        """Calls first, then agents, then queues, each in the order of telling."""
        self._told[event.rank].append(event)

    def take_told(self) -> list[DomainEvent]:
        calls, agents, queues = self._told
        if not (calls or agents or queues):
            return []
        self._told = ([], [], [])
        return calls + agents + queues

    # ---- channels and their indexes

    def put_channel(self, channel: Channel) -> None:
        """Adds or replaces, and keeps the indexes right over a rename and a change of bridge."""
        before = self.channels.get(channel.uniqueid)
        if before is not None and before.bridge_id != channel.bridge_id:
            self._leave_bridge(before)
        if channel.bridge_id is not None:
            self.by_bridge.setdefault(channel.bridge_id, {})[channel.uniqueid] = None
        if before is not None and before.endpoint != channel.endpoint:
            self._forget_endpoint(before)
            self.touch_agent(self.interfaces.get(before.endpoint))
            before = None
        self.channels[channel.uniqueid] = channel
        if before is None:
            self.by_endpoint.setdefault(channel.endpoint, {})[channel.uniqueid] = None
        self.touch_agent(self.interfaces.get(channel.endpoint))

    def drop_channel(self, uniqueid: str) -> None:
        channel = self.channels.pop(uniqueid)
        self.unlisted.pop(uniqueid, None)
        self._forget_endpoint(channel)
        self._leave_bridge(channel)
        self.touch_agent(self.interfaces.get(channel.endpoint))
        self.remember_gone(uniqueid)

    def remember_gone(self, id_: str) -> None:
        self.gone[id_] = None
        while len(self.gone) > GONE_KEPT:
            self.gone.popitem(last=False)

    def is_past(self, uniqueid: str, linkedid: str) -> bool:
        """Whether a word about that channel comes late: it is gone, or its whole call is.

        What Asterisk lists can be ahead of the words that it still has to say, and these may be
        about channels that nobody saw.
        """
        if uniqueid in self.channels:
            return False
        return uniqueid in self.gone or (linkedid in self.gone and linkedid not in self.call_of)

    def _forget_endpoint(self, channel: Channel) -> None:
        left = self.by_endpoint.get(channel.endpoint, {})
        left.pop(channel.uniqueid, None)
        if not left:
            self.by_endpoint.pop(channel.endpoint, None)

    def _leave_bridge(self, channel: Channel) -> None:
        left = self.by_bridge.get(channel.bridge_id or "", {})
        left.pop(channel.uniqueid, None)
        if not left:
            self.by_bridge.pop(channel.bridge_id or "", None)

    def channels_of(self, call_id: str) -> tuple[Channel, ...]:
        track = self.tracks.get(call_id)
        return tuple([self.channels[uid] for uid in track.channels]) if track else ()

    def call_of_channel(self, uniqueid: str) -> Call | None:
        channel = self.channels.get(uniqueid)
        call_id = self.call_of.get(channel.linkedid) if channel else None
        return self.calls.get(call_id) if call_id else None

    def own_interface(self, interface: str, agent_id: str) -> None:
        self.disown_interface(interface)
        self.interfaces[interface] = agent_id
        self.phones.setdefault(agent_id, {})[interface] = None

    def disown_interface(self, interface: str) -> None:
        agent_id = self.interfaces.pop(interface, None)
        if agent_id is not None:
            self.phones[agent_id].pop(interface, None)
            self.touch_agent(agent_id)

    def forget_agent(self, agent_id: str) -> None:
        for interface in self.phones.pop(agent_id):
            del self.interfaces[interface]
        del self.agents[agent_id], self.agent_tracks[agent_id]
        self.dirty_agents.pop(agent_id, None)

    # ---- look-ups

    def call(self, call_id: str) -> Call | None:
        """Active, or ended within memory."""
        return self.calls.get(call_id) or self.ended.get(call_id)

    def agent_of(self, channel: Channel | None) -> str | None:
        """Whose phone this is."""
        return self.interfaces.get(channel.endpoint) if channel else None

    def agent_by_extension(self, exten: str) -> str | None:
        found = (a.id for a in self.agents.values() if exten and a.profile.extension == exten)
        return next(found, None)

    def queue_by_extension(self, exten: str) -> str | None:
        if exten in self.queues:
            return exten
        found = (q.id for q in self.queues.values() if exten and q.profile.extension == exten)
        return next(found, None)

    def queue_profile(self, queue_id: str) -> QueueProfile:
        return self.queue_profiles.get(queue_id) or QueueProfile(id=queue_id)

    def seconds_today(self, since: datetime) -> float:
        """From `since`, or from midnight, to now."""
        return max(0.0, (self.now - max(since, self.day_began)).total_seconds())

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self.timezone).date()

    def keep_ended(self, call: Call) -> None:
        self.ended[call.id] = call
        while len(self.ended) > ENDED_KEPT:
            self.ended.popitem(last=False)
