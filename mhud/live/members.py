"""Members and devices as facts: who is an agent, which interface is whose, where each serves."""

from __future__ import annotations

from mhud.ami import messages as ami
from mhud.live.changing import differ, replace
from mhud.live.inputs import AgentThen
from mhud.live.model import WRAP_UP_REASON, Agent, AgentProfile, AgentStatus, Member
from mhud.live.queues import ensure_queue
from mhud.live.world import AgentTrack, World

UNKNOWN = "UNKNOWN"
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
    interface = normal(profile.interface)
    known = world.agents.get(profile.id)
    if known is not None and normal(known.profile.interface) != interface:
        world.disown_interface(normal(known.profile.interface))
    if known is None:
        agent = _newcomer(world, profile)
        world.agent_tracks[profile.id] = AgentTrack(told=agent)
    else:
        agent = replace(known, profile=profile)
    world.agents[profile.id] = agent
    world.own_interface(interface, profile.id)
    _take_over(world, interface, profile.id)
    world.touch_agent(profile.id)
    world.version += 1


def _newcomer(world: World, profile: AgentProfile) -> Agent:
    """Offline until his membership is seen; after a restart as he was when last told."""
    agent = Agent(profile=profile, status=AgentStatus.OFFLINE, since=world.now)
    then = world.restored.get(profile.id)
    return agent if then is None else as_he_was(world, agent, then)


def as_he_was(world: World, agent: Agent, then: AgentThen) -> Agent:
    """With the figures of the day; and, until Asterisk has been asked, with his status."""
    agent = replace(agent, day=then.figures, help=then.help)
    if world.stale:
        return replace(agent, status=AgentStatus(then.status), since=then.since)
    del world.restored[agent.id]
    return agent


def _take_over(world: World, interface: str, agent_id: str) -> None:
    """What an adopted agent, or the phone's former owner, served with this interface."""
    for queue in tuple(world.queues.values()):
        for member in tuple(queue.members.values()):
            if normal(member.interface) == interface and member.agent_id != agent_id:
                device_state = world.agents[member.agent_id].device_state
                enlist(world, replace(member, agent_id=agent_id))
                _set_device(world, agent_id, device_state)


def set_member(world: World, state: ami.MemberState) -> None:
    """This interface serves this queue, as `state` says."""
    agent_id = ensure_agent(world, state.interface, state.name)
    device = state.state_interface
    if device not in ("", state.interface) and normal(device) not in world.interfaces:
        world.own_interface(normal(device), agent_id)
    enlist(
        world,
        Member(
            queue_id=state.queue,
            interface=state.interface,
            agent_id=agent_id,
            name=state.name,
            membership=state.membership,
            penalty=state.penalty,
            paused=state.paused,
            paused_reason=state.paused_reason if state.paused else "",
            paused_since=state.last_pause if state.paused else None,
        ),
    )
    _set_device(world, agent_id, _DEVICE_BY_STATUS.get(state.status, UNKNOWN))


def enlist(world: World, member: Member) -> None:
    """Both sides of a membership; the order of queues stays, for the first one is the agent's."""
    queue, agent_id = ensure_queue(world, member.queue_id), member.agent_id
    former = queue.members.get(member.interface)
    world.touch_agent(agent_id)
    if former is not None and not differ(former, member):
        return  # as most often: Asterisk tells of each member again whenever his phone changes
    if former is not None and former.agent_id != agent_id:
        remove_member(world, queue.id, member.interface)
        queue = world.queues[queue.id]
    world.queues[queue.id] = replace(queue, members={**queue.members, member.interface: member})
    agent = world.agents[agent_id]
    world.agents[agent_id] = replace(agent, memberships={**agent.memberships, queue.id: member})


def _set_device(world: World, agent_id: str, state: str) -> None:
    """What his phone does, unless it is not known now."""
    agent = world.agents[agent_id]
    if state not in (UNKNOWN, agent.device_state):
        world.agents[agent_id] = replace(agent, device_state=state)


def remove_member(world: World, queue_id: str, interface: str) -> None:
    queue = ensure_queue(world, queue_id)
    member = queue.members.get(interface)
    if member is None:
        return
    members = {name: m for name, m in queue.members.items() if m is not member}
    world.queues[queue_id] = replace(queue, members=members)
    agent = world.agents[member.agent_id]
    left = {name: m for name, m in agent.memberships.items() if name != queue_id}
    world.agents[agent.id] = replace(agent, memberships=left)
    world.touch_agent(agent.id)


# ---- reducers


def on_member(world: World, event: ami.MemberEvent) -> None:
    world.member_changes += isinstance(event, ami.QueueMemberAdded)
    set_member(world, event.member)


def on_pause(world: World, event: ami.QueueMemberPause) -> None:
    """Asterisk is the truth: who is unpaused by hand in his wrap-up has ended it."""
    world.member_changes += 1
    queue = world.queues.get(event.member.queue)
    before = queue.members.get(event.member.interface) if queue else None
    set_member(world, event.member)
    if before is None or before.paused_reason != WRAP_UP_REASON or event.member.paused:
        return
    agent = world.agents[before.agent_id]
    if agent.wrap_up_until is not None:
        world.agents[agent.id] = replace(agent, wrap_up_until=None)


def on_member_removed(world: World, event: ami.QueueMemberRemoved) -> None:
    world.member_changes += 1
    remove_member(world, event.member.queue, event.member.interface)


def on_device_state(world: World, event: ami.DeviceStateChange) -> None:
    agent_id = world.interfaces.get(event.device)
    if agent_id is not None:
        agent = world.agents[agent_id]
        if agent.device_state != event.state:
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
