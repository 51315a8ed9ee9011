"""Members and devices → what an agent does now, and what to tell about the difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from mhud.ami import messages as ami
from mhud.live import events
from mhud.live.model import (
    OFFLINE_REASON,
    WRAP_UP_REASON,
    Agent,
    AgentProfile,
    AgentStatus,
    Call,
    Channel,
    Direction,
    Member,
)
from mhud.live.queues import ensure_queue
from mhud.live.talk import RINGING
from mhud.live.world import AgentTrack, World

DEFAULT_WRAP_UP_S = 10
_UNREACHABLE = ("UNAVAILABLE", "INVALID")
_DEVICE_BY_STATUS = {
    1: "NOT_INUSE",
    2: "INUSE",
    3: "BUSY",
    4: "INVALID",
    5: "UNAVAILABLE",
    6: "RINGING",
    7: "RINGINUSE",
    8: "ONHOLD",
}


def normal(interface: str) -> str:
    """The interface as a channel's name shows it: a Local member's `/n` is not part of it."""
    return interface.removesuffix("/n")


def adopted_id(interface: str) -> str:
    """`agent001` for `PJSIP/agent001`, `1001` for `Local/1001@agents/n`."""
    return normal(interface).partition("/")[2].partition("@")[0] or interface


def ensure_agent(world: World, interface: str, name: str = "") -> str:
    """The agent with this interface; one that nobody told us of is adopted under its name."""
    agent_id = world.interfaces.get(normal(interface))
    if agent_id is None:
        agent_id = adopted_id(interface)
        if agent_id in world.agents:
            agent_id = normal(interface).replace("/", "-")  # two technologies, one name
        shown = name if name and name != interface else agent_id
        add_agent(world, AgentProfile(id=agent_id, name=shown, interface=interface))
    return agent_id


def add_agent(world: World, profile: AgentProfile) -> None:
    """A person joins the roster, or his profile changes."""
    known = world.agents.get(profile.id)
    if known is not None and known.profile.interface != profile.interface:
        world.disown_interface(normal(known.profile.interface))
    if known is None:
        agent = Agent(profile=profile, status=AgentStatus.OFFLINE, since=world.now)
        world.agent_tracks[profile.id] = AgentTrack(told=agent)
    else:
        agent = replace(known, profile=profile)
    world.agents[profile.id] = agent
    world.own_interface(normal(profile.interface), profile.id)
    world.touch_agent(profile.id)
    world.version += 1


def set_member(world: World, state: ami.MemberState) -> None:
    """This interface serves this queue, as `state` says."""
    queue = ensure_queue(world, state.queue)
    agent_id = ensure_agent(world, state.interface, state.name)
    device = normal(state.state_interface or state.interface)
    if device not in world.interfaces:
        world.own_interface(device, agent_id)
    member = Member(
        queue_id=state.queue,
        interface=state.interface,
        agent_id=agent_id,
        name=state.name,
        membership=state.membership,
        penalty=state.penalty,
        status=state.status,
        paused=state.paused,
        paused_reason=state.paused_reason if state.paused else "",
        paused_since=state.last_pause if state.paused else None,
    )
    world.queues[state.queue] = replace(queue, members={**queue.members, state.interface: member})
    agent = world.agents[agent_id]
    world.agents[agent_id] = replace(
        agent,
        memberships={**agent.memberships, state.queue: member},
        device_state=_DEVICE_BY_STATUS.get(state.status, agent.device_state),
    )
    world.touch_agent(agent_id)


def remove_member(world: World, queue_id: str, interface: str) -> None:
    queue = ensure_queue(world, queue_id)
    members = {name: m for name, m in queue.members.items() if name != interface}
    world.queues[queue_id] = replace(queue, members=members)
    agent_id = world.interfaces.get(normal(interface))
    if agent_id is not None:
        agent = world.agents[agent_id]
        left = {name: m for name, m in agent.memberships.items() if name != queue_id}
        world.agents[agent_id] = replace(agent, memberships=left)
        world.touch_agent(agent_id)


# ---- reducers


def on_member(world: World, event: ami.MemberEvent) -> None:
    set_member(world, event.member)


def on_member_removed(world: World, event: ami.QueueMemberRemoved) -> None:
    ensure_agent(world, event.member.interface, event.member.name)
    remove_member(world, event.member.queue, event.member.interface)


def on_device_state(world: World, event: ami.DeviceStateChange) -> None:
    agent_id = world.interfaces.get(event.device)
    if agent_id is not None:
        agent = world.agents[agent_id]
        world.agents[agent_id] = replace(agent, device_state=event.state)
        world.touch_agent(agent_id)


def know_member(world: World, event: ami.AgentEvent) -> None:
    """Asterisk rang this interface for this queue: so it serves it."""
    queue = ensure_queue(world, event.queue)
    if event.interface not in queue.members:
        set_member(
            world,
            ami.MemberState(
                queue=event.queue,
                interface=event.interface,
                name="",
                membership="dynamic",
                penalty=0,
                status=0,
                paused=False,
                paused_reason="",
            ),
        )


# ---- derived


def refresh(world: World, agent_id: str) -> None:
    """Derives the agent again, and tells what changed since he was last told."""
    agent, track = world.agents[agent_id], world.agent_tracks[agent_id]
    before = track.told or agent
    up, ringing = _phones(world, agent)
    agent = _wrap_up(world, agent, track, bool(up))
    agent = replace(
        agent,
        call_id=_call_of(world, up),
        ringing_call_id=_call_of(world, ringing),
        reason_code=_reason(agent),
    )
    status = _status(agent, bool(up), bool(ringing))
    agent = replace(agent, pending_status=_pending(agent, status))
    if status is not before.status:
        agent = _moved(world, agent, status, before)
    agent = _figures(world, agent, track, before)
    world.agents[agent_id] = agent
    if agent != before:
        world.version += 1
    for event in _differences(world, track, before, agent):
        world.tell(event)
    track.told = agent
    track.assigned, track.missed = [], []


def _phones(world: World, agent: Agent) -> tuple[list[Channel], list[Channel]]:
    """His channels that are up, and those that ring, oldest first."""
    up, ringing = [], []
    for interface in world.phones.get(agent.id, ()):
        for uniqueid in world.by_endpoint.get(interface, ()):
            channel = world.channels[uniqueid]
            if channel.up_at is not None:
                up.append(channel)
            elif channel.dialed and _rings(world, channel):
                ringing.append(channel)
    return sorted(up, key=lambda c: c.up_at or c.created_at), ringing


def _rings(world: World, channel: Channel) -> bool:
    call_id = world.call_of.get(channel.linkedid)
    called = world.tracks[call_id].called if call_id else {}
    return channel.state == RINGING or channel.uniqueid in called


def _call_of(world: World, channels: list[Channel]) -> str | None:
    for channel in channels:
        call_id = world.call_of.get(channel.linkedid)
        if call_id in world.calls:
            return call_id
    return None


def _paused_everywhere(agent: Agent) -> bool:
    return bool(agent.memberships) and all(m.paused for m in agent.memberships.values())


def _reason(agent: Agent) -> str | None:
    if not _paused_everywhere(agent):
        return None
    reasons = (m.paused_reason for m in agent.memberships.values())
    return next((reason for reason in reasons if reason), None)


def _is_offline(agent: Agent) -> bool:
    if not agent.memberships:
        return True
    paused = (m.paused and m.paused_reason == OFFLINE_REASON for m in agent.memberships.values())
    return all(paused)


def _status(agent: Agent, up: bool, ringing: bool) -> AgentStatus:
    """The first that holds, in the order of decisions 3.5."""
    wraps_up = agent.reason_code == WRAP_UP_REASON or agent.wrap_up_until is not None
    order = (
        (_is_offline(agent) and not (up and agent.memberships), AgentStatus.OFFLINE),
        (up, AgentStatus.ON_CALL),
        (ringing, AgentStatus.RINGING),
        (wraps_up, AgentStatus.WRAP_UP),
        (agent.device_state in _UNREACHABLE, AgentStatus.UNREACHABLE),
        (_paused_everywhere(agent), AgentStatus.ON_BREAK),
    )
    return next((status for holds, status in order if holds), AgentStatus.AVAILABLE)


def _pending(agent: Agent, status: AgentStatus) -> AgentStatus | None:
    """What he will be when the call (and its wrap-up) is over, if he asked for it."""
    busy = (AgentStatus.ON_CALL, AgentStatus.RINGING, AgentStatus.WRAP_UP)
    if status not in busy or not _paused_everywhere(agent):
        return None
    if agent.reason_code == WRAP_UP_REASON:
        return None
    return AgentStatus.OFFLINE if _is_offline(agent) else AgentStatus.ON_BREAK


def _moved(world: World, agent: Agent, status: AgentStatus, before: Agent) -> Agent:
    since = world.now
    day = agent.day
    then = world.restored.pop(agent.id, None)
    if then is not None:
        day = then.figures
        since = then.since if then.status == status.value else since
    if before.status is AgentStatus.AVAILABLE:
        day = replace(day, available_s=day.available_s + world.seconds_today(before.since))
    return replace(agent, status=status, since=since, day=day)


def _wrap_up(world: World, agent: Agent, track: AgentTrack, up: bool) -> Agent:
    """Begins when his last phone leaves a call that he had talked in; ends by the clock."""
    if up or not agent.memberships:
        return replace(agent, wrap_up_until=None)
    if track.served is not None:
        call = world.call(track.served)
        track.served = None
        seconds = wrap_up_s(world, agent, call)
        if seconds:
            return replace(agent, wrap_up_until=world.now + timedelta(seconds=seconds))
    return _found_wrap_up(world, agent, track)


def _found_wrap_up(world: World, agent: Agent, track: AgentTrack) -> Agent:
    """A wrap-up pause that was there before us (a restart) has its end too."""
    began = [
        member.paused_since or world.now
        for member in agent.memberships.values()
        if member.paused and member.paused_reason == WRAP_UP_REASON
    ]
    known = track.told is not None and track.told.reason_code == WRAP_UP_REASON
    if not began or known or agent.wrap_up_until is not None:
        return agent
    queue = world.queues[next(iter(agent.memberships))]
    return replace(agent, wrap_up_until=min(began) + timedelta(seconds=queue.profile.wrap_up_s))


def wrap_up_s(world: World, agent: Agent, call: Call | None) -> int:
    """Seconds to write up this call: its queue's, else the agent's first queue's."""
    if call is None or call.direction is Direction.INTERNAL:
        return 0
    queue_id = call.queue_id or next(iter(agent.memberships), None)
    queue = world.queues.get(queue_id) if queue_id else None
    return queue.profile.wrap_up_s if queue else DEFAULT_WRAP_UP_S


def _figures(world: World, agent: Agent, track: AgentTrack, before: Agent) -> Agent:
    """Calls he took today, and the seconds he handled them: talk, then wrap-up."""
    day = agent.day
    if track.assigned:
        day = replace(day, calls=day.calls + len(track.assigned))
    handling = (AgentStatus.ON_CALL, AgentStatus.WRAP_UP)
    if before.status in handling and agent.status is not before.status and before.day.calls:
        day = replace(day, handled_s=day.handled_s + world.seconds_today(before.since))
    return replace(agent, day=day)


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
        yield events.AgentStatusChanged(at=at, agent=agent, previous=before.status)
    for call_id, ring_time_s in track.missed:
        call = _known(world, call_id)
        yield events.AgentMissedCall(at=at, agent=agent, call=call, ring_time_s=ring_time_s)
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
