"""LiveState: the picture of the call centre, and the table of what changes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sized
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from mhud.ami import messages as ami
from mhud.live import (
    agents,
    backfill,
    calls,
    channels,
    check,
    erasing,
    help,
    holds,
    inputs,
    members,
    monitoring,
    notes,
    originates,
    queues,
    reconcile,
    transfers,
)
from mhud.live.events import DomainEvent, QueueConfigChanged
from mhud.live.figures import Figures, QueueDay
from mhud.live.model import (
    Agent,
    AgentDay,
    AgentStatus,
    Call,
    Outcome,
)
from mhud.live.world import World

Reducer = Callable[[World, Any], None]
CROWDS = {"channels": 10_000, "queues": 1_000, "agents": 20_000}


class LiveState(World):
    """`apply` is the only way to change it; readers may keep what they read, it is frozen."""

    def apply(self, event: ami.Event) -> list[DomainEvent]:
        """What follows from one event. Unknown kinds follow nothing.

        Time never runs back: an event that is stamped before the last one counts as now.
        """
        if event.at < self.now:
            event = replace(event, at=self.now)
        self.now = event.at
        reducers = () if self._is_late(event) else _REDUCERS.get(type(event), ())
        try:
            for reducer in reducers:
                reducer(self, event)
        finally:
            self._refresh()
            self.looking_around = False
        return self.take_told()

    def _is_late(self, event: ami.Event) -> bool:
        """A word about what is over. The name of a channel that is gone is free for another one."""
        if not isinstance(event, ami.ChannelEvent):
            return False
        chan = event.chan
        if isinstance(event, ami.NewChannel):
            self.gone.pop(chan.uniqueid, None)
        return self.is_past(chan.uniqueid, chan.linkedid)

    def _refresh(self) -> None:
        """Calls, then agents (who follow their calls), then queues."""
        while self.dirty_calls:
            calls.refresh(self, _pop(self.dirty_calls))
        while self.dirty_agents:
            agents.refresh(self, _pop(self.dirty_agents))
        if self.dirty_queues:
            for queue_id in tuple(self.dirty_queues):
                queues.refresh(self, queue_id, self.dirty_queues.pop(queue_id))

    # ---- for readers

    def call_of_agent(self, agent_id: str) -> Call | None:
        agent = self.agents.get(agent_id)
        return self.calls.get(agent.call_id) if agent and agent.call_id else None

    def has_left_behind(self, roster: Collection[str]) -> bool:
        """Whether somebody who is in no roster any more has left his last queue and call since."""
        return any(
            agent.profile.username is not None and agent.id not in roster
            for agent in self.agents.values()
            if not (agent.memberships or agent.call_id or agent.ringing_call_id)
        )

    def agent_of_interface(self, interface: str) -> Agent | None:
        return self.agents.get(self.interfaces.get(members.normal(interface), ""))

    def available_agents(self, queue_id: str) -> int:
        """Members of the queue whose agent is available and who are not paused in it."""
        queue = self.queues[queue_id]
        return sum(
            1
            for member in queue.members.values()
            if not member.paused and self.agents[member.agent_id].status is AgentStatus.AVAILABLE
        )

    def figures(self, queue_id: str) -> Figures:
        queue = self.queues[queue_id]
        day = self.days.get(queue_id) or QueueDay()
        return day.figures(queue.profile.sla_formula, queue.service_level_s)

    def crowded(self) -> str | None:
        """In words, what there is more of than any helpline has; None: all is in bounds."""
        held: dict[str, Sized] = {
            "channels": self.channels,
            "queues": self.queues,
            "agents": self.agents,
        }
        too_many = (what for what, limit in CROWDS.items() if len(held[what]) > limit)
        return next(
            (f"Asterisk told of more than {CROWDS[what]} {what}" for what in too_many), None
        )

    def outcomes_today(self, queue_id: str) -> Mapping[Outcome, int]:
        """How many stays in the queue ended how since midnight."""
        day = self.days.get(queue_id)
        return day.outcomes if day else {}

    def check(self) -> list[str]:
        """Broken invariants, in words; none is right. For tests."""
        return check.broken(self)


def _pop(marks: dict[str, None]) -> str:
    first = next(iter(marks))
    del marks[first]
    return first


# ---- mhud's own inputs


def on_tick(world: World, event: inputs.Tick) -> None:
    today = world.local_day(world.now)
    if world.day is None or world.day < today:
        world.day_began = datetime.combine(today, time(), world.timezone).astimezone(UTC)
        if world.day is not None:
            _new_day(world)
        world.day = today
    queues.tick(world)
    agents.tick(world)
    reconcile.tick(world)
    originates.tick(world)


def _new_day(world: World) -> None:
    """Midnight in the helpline's zone: today's figures begin again."""
    for day in world.days.values():
        day.begin_again()
    for then in tuple(world.restored.values()):
        world.restored[then.agent_id] = replace(then, figures=AgentDay())
    for agent in tuple(world.agents.values()):
        world.agents[agent.id] = replace(agent, day=AgentDay())
        world.agent_tracks[agent.id].told = world.agents[agent.id]
    world.version += 1


def on_agents_configured(world: World, event: inputs.AgentsConfigured) -> None:
    for profile in event.profiles:
        members.add_agent(world, profile)
    kept = {profile.id for profile in event.profiles}
    for agent in tuple(world.agents.values()):
        if agent.id not in kept and not agent.memberships and not agent.call_id:
            agents.refresh(world, agent.id)
            world.forget_agent(agent.id)


def on_queues_configured(world: World, event: inputs.QueuesConfigured) -> None:
    for profile in event.profiles:
        world.queue_profiles[profile.id] = profile
        if profile.id in world.queues:
            world.queues[profile.id] = replace(world.queues[profile.id], profile=profile)
    for now in event.seen:
        reconcile.see_queue(world, now)
    world.version += 1
    for queue_id in event.changed:
        if queue_id in world.queues:
            world.tell(QueueConfigChanged(at=world.now, queue=world.queues[queue_id]))


def on_wrap_up_extended(world: World, event: inputs.WrapUpExtended) -> None:
    agent = world.agents.get(event.agent_id)
    if agent is not None and agent.status is AgentStatus.WRAP_UP:
        until = world.now + timedelta(seconds=event.seconds) if event.seconds else None
        world.agents[agent.id] = replace(agent, wrap_up_until=until)
        world.touch_agent(agent.id)


def on_wrap_up_prolonged(world: World, event: inputs.WrapUpProlonged) -> None:
    agent = world.agents.get(event.agent_id)
    if agent is not None and agent.wrap_up_until is not None:
        more = agent.wrap_up_until + timedelta(seconds=event.seconds)
        until = min(more, world.now + timedelta(seconds=event.limit_s))
        world.agents[agent.id] = replace(agent, wrap_up_until=until)
        world.touch_agent(agent.id)


_REDUCERS: dict[type[ami.Event], tuple[Reducer, ...]] = {
    ami.NewChannel: (channels.on_channel,),
    ami.NewState: (channels.on_channel,),
    ami.Rename: (channels.on_rename,),
    ami.HangupRequest: (channels.on_hangup_request,),
    ami.Hangup: (channels.on_hangup,),
    ami.BridgeEnter: (channels.on_bridge_enter,),
    ami.BridgeLeave: (channels.on_bridge_leave, holds.on_bridge_leave),
    ami.Hold: (channels.on_hold,),
    ami.Unhold: (channels.on_unhold,),
    ami.BlindTransfer: (transfers.on_blind_transfer,),
    ami.AttendedTransfer: (transfers.on_attended_transfer,),
    ami.MixMonitorStart: (channels.on_recording_started,),
    ami.MixMonitorStop: (notes.on_recording_stopped,),
    ami.MixMonitorMute: (notes.on_recording_muted,),
    ami.ChanSpyStart: (monitoring.on_started,),
    ami.ChanSpyStop: (monitoring.on_stopped,),
    ami.OriginateResponse: (originates.on_response,),
    ami.DeviceStateChange: (members.on_device_state,),
    ami.QueueCallerJoin: (queues.on_join,),
    ami.QueueCallerLeave: (queues.on_leave,),
    ami.QueueCallerAbandon: (queues.on_abandon,),
    ami.UserEvent: (queues.on_user_event, holds.on_user_event),
    ami.QueueMemberAdded: (members.on_member,),
    ami.QueueMemberRemoved: (members.on_member_removed,),
    ami.QueueMemberPause: (members.on_pause,),
    ami.QueueMemberPenalty: (members.on_member,),
    ami.QueueMemberStatus: (members.on_member,),
    ami.AgentCalled: (members.know_member, queues.on_agent_called),
    ami.AgentRingNoAnswer: (queues.on_ring_no_answer,),
    ami.AgentConnect: (queues.on_agent_connect,),
    ami.AgentComplete: (queues.on_agent_complete,),
    ami.LinkLost: (reconcile.on_link_lost,),
    ami.Snapshot: (reconcile.on_snapshot,),
    inputs.Restored: (reconcile.on_restored,),
    inputs.Tick: (on_tick,),
    inputs.OriginateRequested: (originates.on_requested,),
    inputs.OriginateSent: (originates.on_sent,),
    inputs.OriginateRefused: (originates.on_refused,),
    inputs.AgentsConfigured: (on_agents_configured,),
    inputs.QueuesConfigured: (on_queues_configured,),
    inputs.QueuesSeen: (reconcile.on_queues_seen,),
    inputs.CallersSeen: (queues.on_callers_seen,),
    inputs.MonitorRequested: (monitoring.on_requested,),
    inputs.TagsSet: (notes.on_tags_set,),
    inputs.WrapUpExtended: (on_wrap_up_extended,),
    inputs.WrapUpProlonged: (on_wrap_up_prolonged,),
    inputs.PhoneChanges: (agents.on_phone_changes,),
    inputs.HelpAsked: (help.on_asked,),
    inputs.HelpAnswered: (help.on_answered,),
    inputs.HelpEnded: (help.on_ended,),
    inputs.CallFound: (backfill.on_call_found,),
    inputs.PersonErased: (erasing.on_person_erased,),
}
