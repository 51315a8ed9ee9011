"""Memberships and phones → what an agent does now, and what to tell about the difference."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mhud.live import events, inputs, spells
from mhud.live.changing import differ, replace
from mhud.live.model import (
    OFFLINE_REASON,
    WRAP_UP_REASON,
    Agent,
    AgentDay,
    AgentStatus,
    Call,
    Channel,
    Queue,
)
from mhud.live.talk import RINGING
from mhud.live.world import AgentTrack, World

_BUSY = (AgentStatus.ON_CALL, AgentStatus.RINGING, AgentStatus.WRAP_UP)
_HANDLING = (AgentStatus.ON_CALL, AgentStatus.WRAP_UP)
_UNREACHABLE = ("UNAVAILABLE", "INVALID")


def refresh(world: World, agent_id: str) -> None:
    """Derives the agent again, and tells what changed since he was last told."""
    if agent_id in world.restored and not world.looking_around:
        return  # as he was told before the restart, until Asterisk has been asked
    restored = world.restored.pop(agent_id, None)
    agent, track = world.agents[agent_id], world.agent_tracks[agent_id]
    before = track.told
    talks, calls = _calls(world, agent_id, track)
    if agent is before and restored is None and _is_as_told(track, talks, calls):
        return
    agent = _on_the_phone(_wrap_up(world, agent, track, talks), *calls)
    status = _status(agent)
    if restored is not None and status is not before.status:
        before = replace(before, since=world.now)  # when he changed nobody knows: in no figure
    agent = _moved(world, agent, status, track, before)
    world.agents[agent_id] = agent
    if differ(agent, before):
        world.version += 1
    track.told = agent
    rings = agent.ringing_call_id != before.ringing_call_id
    if rings or track.assigned or track.missed or status is not before.status:
        for event in _differences(world, track, before, agent):
            world.tell(event)
        track.assigned, track.missed = [], []


def on_phone_changes(world: World, event: inputs.PhoneChanges) -> None:
    """He is in his call all the while, though he has no channel in it for a moment."""
    track = world.agent_tracks.get(event.agent_id)
    if track is None:
        return
    for call_id in (track.changes_phone_in, event.call_id):
        if call_id in world.calls:
            world.touch_call(call_id)
    track.changes_phone_in = event.call_id
    world.touch_agent(event.agent_id)


def _calls(
    world: World, agent_id: str, track: AgentTrack
) -> tuple[bool, tuple[str | None, str | None]]:
    """Whether he talks; the call that he is in, and the one that rings."""
    up, dialing, ringing = _phones(world, agent_id)
    if track.changes_phone_in in world.calls:
        return True, (track.changes_phone_in, None)
    return bool(up), (_call_of(world, up or dialing), _call_of(world, ringing))


def _is_as_told(track: AgentTrack, up: bool, calls: tuple[str | None, str | None]) -> bool:
    """Of an agent whose facts are those that he was told with: his phones are so too."""
    told = track.told
    writes_up = told.wrap_up_until is not None or (track.served is not None and not up)
    news = track.assigned or track.missed or writes_up
    return not news and calls == (told.call_id, told.ringing_call_id)


def _on_the_phone(agent: Agent, call_id: str | None, ringing_call_id: str | None) -> Agent:
    """In these calls; and with the reason of his pauses, if he is paused everywhere."""
    reason = _reason(agent)
    known = agent.call_id, agent.ringing_call_id, agent.reason_code
    if known == (call_id, ringing_call_id, reason):
        return agent
    return replace(agent, call_id=call_id, ringing_call_id=ringing_call_id, reason_code=reason)


def _phones(world: World, agent_id: str) -> tuple[list[Channel], list[Channel], list[Channel]]:
    """His channels that are up, those on which he dials, and those that ring, oldest first."""
    up, dialing, ringing = [], [], []
    for interface in world.phones.get(agent_id, ()):
        for uniqueid in world.by_endpoint.get(interface, ()):
            channel = world.channels[uniqueid]
            if channel.up_at is not None:
                up.append(channel)
            elif not channel.dialed and not channel.is_local:
                dialing.append(channel)
            elif channel.dialed and _rings(world, channel):
                ringing.append(channel)
    if len(up) > 1:
        up.sort(key=lambda channel: channel.up_at or channel.created_at)
    return up, dialing, ringing


def _rings(world: World, channel: Channel) -> bool:
    called = world.tracks[world.call_of[channel.linkedid]].called
    return channel.state == RINGING or channel.uniqueid in called


def _call_of(world: World, channels: list[Channel]) -> str | None:
    return world.call_of[channels[0].linkedid] if channels else None


def _paused_everywhere(agent: Agent) -> bool:
    for member in agent.memberships.values():  # most often the first one decides
        if not member.paused:
            return False
    return bool(agent.memberships)


def _reason(agent: Agent) -> str | None:
    if not _paused_everywhere(agent):
        return None
    reasons = (m.paused_reason for m in agent.memberships.values())
    return next((reason for reason in reasons if reason), None)


def _is_offline(agent: Agent) -> bool:
    for member in agent.memberships.values():
        if not member.paused or member.paused_reason != OFFLINE_REASON:
            return False
    return True


def _status(agent: Agent) -> AgentStatus:
    """The first that holds, in the order of docs/api.md."""
    if _is_offline(agent) and not (agent.call_id and agent.memberships):
        return AgentStatus.OFFLINE
    if agent.call_id:
        return AgentStatus.ON_CALL
    if agent.ringing_call_id:
        return AgentStatus.RINGING
    if agent.reason_code == WRAP_UP_REASON or agent.wrap_up_until is not None:
        return AgentStatus.WRAP_UP
    if agent.device_state in _UNREACHABLE:
        return AgentStatus.UNREACHABLE
    return AgentStatus.ON_BREAK if _paused_everywhere(agent) else AgentStatus.AVAILABLE


def _pending(agent: Agent, status: AgentStatus) -> AgentStatus | None:
    """What he will be when the call (and its wrap-up) is over, if he asked for it."""
    if status in _BUSY and _paused_everywhere(agent) and agent.reason_code != WRAP_UP_REASON:
        return AgentStatus.OFFLINE if _is_offline(agent) else AgentStatus.ON_BREAK
    return None


def _moved(
    world: World, agent: Agent, status: AgentStatus, track: AgentTrack, before: Agent
) -> Agent:
    """With this status, since now if it is a new one, and with what follows from it."""
    day, pending = _day(world, agent.day, status, track, before), _pending(agent, status)
    if status is not before.status:
        asked = None if status is AgentStatus.OFFLINE else agent.help
        since = world.now
        return replace(
            agent, status=status, since=since, day=day, pending_status=pending, help=asked
        )
    if day is agent.day and pending is agent.pending_status:
        return agent
    return replace(agent, day=day, pending_status=pending)


def _wrap_up(world: World, agent: Agent, track: AgentTrack, up: bool) -> Agent:
    """Begins when his last phone leaves a call that he had talked in; ends by the clock."""
    if up:
        return _without_wrap_up(agent)
    served, track.served = track.served, None
    if not agent.memberships:
        return _without_wrap_up(agent)
    if served is not None:
        track.writes_up = served
        seconds = _wrap_up_s(world, agent, world.call(served))
        if seconds:
            return replace(agent, wrap_up_until=world.now + timedelta(seconds=seconds))
    return _found_wrap_up(world, agent, track)


def _without_wrap_up(agent: Agent) -> Agent:
    return agent if agent.wrap_up_until is None else replace(agent, wrap_up_until=None)


def _found_wrap_up(world: World, agent: Agent, track: AgentTrack) -> Agent:
    """A wrap-up pause that was there before us (a restart) has its end too."""
    known = track.told.reason_code == WRAP_UP_REASON
    if _reason(agent) != WRAP_UP_REASON or known or agent.wrap_up_until is not None:
        return agent
    began = min(member.paused_since or world.now for member in agent.memberships.values())
    seconds = _first_queue(world, agent).profile.wrap_up_s
    return replace(agent, wrap_up_until=began + timedelta(seconds=seconds))


def _wrap_up_s(world: World, agent: Agent, call: Call | None) -> int:
    """Seconds to write up this call: its queue's, else the agent's first queue's."""
    queue_id = call.queue_id if call else None
    queue = world.queues.get(queue_id or "") or _first_queue(world, agent)
    return queue.profile.wrap_up_s


def _first_queue(world: World, agent: Agent) -> Queue:
    return world.queues[next(iter(agent.memberships))]


def _day(
    world: World, day: AgentDay, status: AgentStatus, track: AgentTrack, before: Agent
) -> AgentDay:
    """Calls he took today, and the seconds he handled them (talk, then wrap-up) or could have."""
    if track.assigned:
        day = replace(day, calls=day.calls + len(track.assigned))
    if status is before.status:
        return day
    if before.status is AgentStatus.AVAILABLE:
        return replace(day, available_s=day.available_s + world.seconds_today(before.since))
    if before.status in _HANDLING and before.day.calls:
        return replace(day, handled_s=day.handled_s + world.seconds_today(before.since))
    return day


def _differences(
    world: World, track: AgentTrack, before: Agent, agent: Agent
) -> Iterator[events.DomainEvent]:
    at, offline = world.now, AgentStatus.OFFLINE
    if before.status is offline and agent.status is not offline:
        yield events.AgentLoggedIn(at=at, agent=agent)
    if agent.ringing_call_id and agent.ringing_call_id != before.ringing_call_id:
        yield events.AgentRinging(at=at, agent=agent, call=_known(world, agent.ringing_call_id))
    for call_id in track.assigned:
        yield events.AgentCallAssigned(at=at, agent=agent, call=_known(world, call_id))
    if agent.status is not before.status:
        spell = spells.ended(world, before, track)
        yield events.AgentStatusChanged(at=at, agent=agent, previous=before.status, spell=spell)
    for call_id, ring_time_s in track.missed:
        call = _known(world, call_id)
        yield events.AgentMissedCall(at=at, agent=agent, call=call, ring_time_s=ring_time_s)
    if before.help is not None and agent.help is None:
        yield events.AgentHelpEnded(at=at, agent=agent)
    if agent.status is offline and before.status is not offline:
        yield events.AgentLoggedOut(at=at, agent=agent)


def _known(world: World, call_id: str) -> Call:
    call = world.call(call_id)
    assert call is not None, "a call that an agent's phone is in has been refreshed before him"  # noqa: S101
    return call


def tick(world: World) -> None:
    """Wrap-ups that end by the clock; the pause that goes with them is ended by services/wrapup."""
    for agent in tuple(world.agents.values()):
        if agent.wrap_up_until is not None and world.now >= agent.wrap_up_until:
            world.agents[agent.id] = replace(agent, wrap_up_until=None)
            world.touch_agent(agent.id)
