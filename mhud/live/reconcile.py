"""What Asterisk says it has, against what we think it has: after a login, or when in doubt.

A snapshot replaces the facts; what they mean and what changed is then derived as after any event.
It can be ahead of the events that follow it, never behind, so those are applied on top. For the
same reason what it lists no more is not given up at once, unless the link was lost before: the
event of its end may be on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from mhud.ami import messages as ami
from mhud.live import channels, members, monitoring, queues
from mhud.live.events import PbxConnected, PbxDisconnected, QueueConfigChanged
from mhud.live.figures import QueueDay
from mhud.live.inputs import QueuesSeen, Restored
from mhud.live.model import Call, Direction, Outcome, Visit, Waiting
from mhud.live.talk import circles
from mhud.live.world import World

T = TypeVar("T")
IN_FLIGHT = timedelta(seconds=2)  # how long an event may take to come after the lists
ON_ITS_WAY = timedelta(seconds=10)  # an originate, when the link that carried it was lost
_DIALED_BY = ("AppQueue", "AppDial", "AppDial2")


def on_link_lost(world: World, event: ami.LinkLost) -> None:
    if not world.stale:
        world.stale = True
        world.version += 1
        world.tell(PbxDisconnected(at=world.now))


def on_snapshot(world: World, event: ami.Snapshot) -> None:
    was_stale = world.stale
    for now in event.queues:
        see_queue(world, now)
    _members(world, event)
    _channels(world, event, was_stale)
    monitoring.look_around(world, event)
    _callers(world, event, was_stale)
    _forget_queues(world, event)
    for device, state in event.devices.items():
        members.on_device_state(
            world, ami.DeviceStateChange(at=event.at, device=device, state=state)
        )
    for call in tuple(world.calls.values()) if was_stale else ():
        world.calls[call.id] = replace(call, gap=True)  # of each something went unheard
        world.touch_call(call.id)
    for agent_id in world.restored.keys() & world.agents.keys():
        world.touch_agent(agent_id)
    world.stale, world.looking_around = False, True
    world.version += 1
    if was_stale:
        world.tell(PbxConnected(at=world.now))


def on_queues_seen(world: World, event: QueuesSeen) -> None:
    """Tells what changed in Asterisk's files; with nothing listed app_queue is being loaded."""
    if world.stale or not event.queues:
        return
    for now in event.queues:
        before = world.queues.get(now.name)
        see_queue(world, now)
        if world.queues[now.name] != before:
            world.version += 1
            if before is not None:
                world.tell(QueueConfigChanged(at=world.now, queue=world.queues[now.name]))
    if event.as_of == world.member_changes:
        _members(world, event)
    _forget_queues(world, event)


def see_queue(world: World, now: ami.QueueNow) -> None:
    """What queues.conf says of a queue, as Asterisk has read it."""
    world.queues[now.name] = replace(
        queues.ensure_queue(world, now.name),
        strategy=now.strategy,
        max_callers=now.max_callers,
        pbx_service_level_s=now.service_level_s,
    )


def _members(world: World, event: ami.Snapshot | QueuesSeen) -> None:
    listed = {(member.queue, member.interface) for member in event.members}
    for queue in tuple(world.queues.values()):
        for interface in tuple(queue.members):
            if (queue.id, interface) not in listed:
                members.remove_member(world, queue.id, interface)
    for member in event.members:
        members.set_member(world, member)


def _channels(world: World, event: ami.Snapshot, was_stale: bool) -> None:
    listed = {row.chan.uniqueid for row in event.channels}
    for channel in tuple(world.channels.values()):
        if channel.uniqueid in listed:
            world.unlisted.pop(channel.uniqueid, None)
        elif was_stale:
            channels.drop(world, channel, None)
        else:
            world.unlisted.setdefault(channel.uniqueid, event.at)
    # the first channel of a call before its legs, so that its direction is right
    for row in sorted(event.channels, key=lambda row: row.chan.uniqueid != row.chan.linkedid):
        _channel(world, row, event.at)
    for call in tuple(world.calls.values()):
        track = world.tracks[call.id]
        if track.channels or track.merging_into or (call.deadline and not was_stale):
            continue
        if call.deadline is not None and track.sent:
            _doubt(world, call, call.deadline)
            continue
        track.lost = True  # it ended, or never began, while nobody looked
        world.touch_call(call.id)


def _doubt(world: World, call: Call, deadline: datetime) -> None:
    """Asterisk may yet take up the originate: told as lost by then, its call would begin twice."""
    world.tracks[call.id].doubted = True
    world.calls[call.id] = replace(call, deadline=min(deadline, world.now + ON_ITS_WAY))


def _channel(world: World, row: ami.ChannelNow, at: datetime) -> None:
    began = at - timedelta(seconds=row.age_s)
    fresh = row.chan.uniqueid not in world.channels
    world.gone.pop(row.chan.uniqueid, None)
    channel = channels.touch(world, row.chan, began)
    channel = world.channels[channel.uniqueid]
    if fresh:
        dialed = channel.dialed or row.application in _DIALED_BY
        channel = replace(channel, dialed=dialed)
        track = world.tracks[world.call_of[channel.linkedid]]
        if channel.uniqueid == channel.linkedid:
            track.first = channel.uniqueid
        if row.application == "Queue":
            _in_queue(world, channel.linkedid, row.application_data.partition(",")[0])
    held = channel.held and channel.bridge_id == row.bridge_id  # the music stays in its talk
    world.put_channel(replace(channel, bridge_id=row.bridge_id, held=held))


def _in_queue(world: World, linkedid: str, queue_id: str) -> None:
    """He is in Queue(), waiting or talking; the extension there is not what he dialed."""
    call = world.calls[world.call_of[linkedid]]
    if call.queue_id is None and call.direction is Direction.INBOUND:
        dialed = None if call.destination == queue_id else call.destination
        world.calls[call.id] = replace(call, queue_id=queue_id, destination=dialed)


def tick(world: World) -> None:
    """No word came of what Asterisk lists no more: it ended unseen."""
    if world.stale:
        return
    for entry in _overdue(world, world.unlisted_waits):
        for queue in tuple(world.queues.values()):
            if entry in queue.waiting:
                channels.stop_waiting(world, queue.id, entry.uniqueid)
                _left_unseen(world, world.calls[entry.call_id])
    for uniqueid in _overdue(world, world.unlisted):
        call_id = world.call_of[world.channels[uniqueid].linkedid]
        channels.drop(world, world.channels[uniqueid], None)
        world.tracks[call_id].lost |= not world.tracks[call_id].channels


def _overdue(world: World, doubts: dict[T, datetime]) -> list[T]:
    found = [one for one, since in doubts.items() if world.now - since > IN_FLIGHT]
    for one in found:
        del doubts[one]
    return found


def _callers(world: World, event: ami.Snapshot, was_stale: bool) -> None:
    """Who waits, in Asterisk's order; and who, as we thought, waited, and does no more."""
    waiting: dict[str, list[Waiting]] = {queue_id: [] for queue_id in world.queues}
    for row in sorted(event.callers, key=lambda row: row.position):
        call = world.call_of_channel(row.uniqueid)
        if call is None:
            continue
        queues.ensure_queue(world, row.queue)
        joined = _joined(world, call, row, event.at)
        entry = Waiting(uniqueid=row.uniqueid, call_id=call.id, joined_at=joined)
        waiting.setdefault(row.queue, []).append(entry)
    listed = {entry.uniqueid for entries in waiting.values() for entry in entries}
    world.unlisted_waits = {} if was_stale else _in_doubt(world, listed, event.at)
    for queue_id, entries in waiting.items():
        world.touch_queue(queue_id)
        queue = world.queues[queue_id]
        entries += [entry for entry in queue.waiting if entry in world.unlisted_waits]
        world.queues[queue_id] = replace(queue, waiting=tuple(entries))
    if was_stale:
        _settle_callers(world, waiting)


def _in_doubt(world: World, listed: set[str], at: datetime) -> dict[Waiting, datetime]:
    return {
        entry: world.unlisted_waits.get(entry, at)
        for queue in world.queues.values()
        for entry in queue.waiting
        if entry.uniqueid not in listed
    }


def _settle_callers(world: World, waiting: Mapping[str, list[Waiting]]) -> None:
    waits = {entry.call_id for entries in waiting.values() for entry in entries}
    for call in tuple(world.calls.values()):
        if call.id not in waits and call.visits and call.visits[-1].outcome is None:
            _left_unseen(world, call)


def _forget_queues(world: World, event: ami.Snapshot | QueuesSeen) -> None:
    """Those that a reload took away. No queue at all: app_queue itself is not there."""
    named = {now.name for now in event.queues}
    for queue in tuple(world.queues.values()) if named else ():
        if queue.id not in named and not queue.waiting and not queue.members:
            queues.refresh(world, queue.id, world.dirty_queues.pop(queue.id, 0))
            del world.queues[queue.id]


def _joined(world: World, call: Call, row: ami.CallerNow, at: datetime) -> datetime:
    last = call.visits[-1] if call.visits else None
    if last is not None and last.queue_id == row.queue and last.left_at is None:
        return last.joined_at
    joined = at - timedelta(seconds=row.wait_s)
    level = world.queues[row.queue].service_level_s
    visit = Visit(queue_id=row.queue, joined_at=joined, service_level_s=level)
    call = queues.settle(world, call, Outcome.UNKNOWN)
    asks = queues.asks(world, call, world.channels[row.uniqueid])
    queue_id = call.queue_id if asks else row.queue
    world.calls[call.id] = replace(call, visits=(*call.visits, visit), queue_id=queue_id)
    return joined


def _left_unseen(world: World, call: Call) -> None:
    """Another one talks now: answered, and the derivation says so. Else nobody knows."""
    heard = [
        channel for circle in circles(world.channels_of(call.id)) for channel in circle.channels
    ]
    asked = call.in_talk and call.talks[-1].agent_id in {world.agent_of(one) for one in heard}
    if not heard or asked:
        world.calls[call.id] = queues.settle(world, call, Outcome.UNKNOWN)
        world.touch_call(call.id)


def on_restored(world: World, event: Restored) -> None:
    """The daemon starts again: what it knew when it stopped, to be checked by a snapshot."""
    _count_visits(world, (*event.ended_today, *event.open_calls), world.local_day(event.at))
    for call in event.ended_today:
        world.keep_ended(call)
    for call in event.open_calls:
        _reopen(world, call)
    for then in event.agents:
        world.restored[then.agent_id] = then
        agent = world.agents.get(then.agent_id)
        if agent is not None:
            agent = members.as_he_was(world, agent, then)
            world.agents[agent.id] = world.agent_tracks[agent.id].told = agent


def _count_visits(world: World, calls: tuple[Call, ...], today: date) -> None:
    ended = [
        (visit.left_at, visit.outcome, visit)
        for call in calls
        for visit in call.visits
        if visit.left_at and visit.outcome not in (None, Outcome.UNKNOWN) and not visit.turned_away
    ]
    for left_at, outcome, visit in sorted(ended, key=lambda each: each[0]):
        if outcome and world.local_day(left_at) == today:
            day = world.days.setdefault(visit.queue_id, QueueDay())
            day.add(left_at, outcome, visit.wait_s)


def _reopen(world: World, call: Call) -> None:
    track = channels.open_call(world, call)
    track.told, track.restored = call, True
    track.first = call.linkedids[0]
    track.held_before = call.held_since is not None  # Asterisk lists no holds
    track.agent_leg_seen = track.agent_leg_up = bool(call.talks)
    talk = call.talks[-1] if call.talks else None
    if talk is not None and talk.ended_at is None and talk.agent_id:
        track.talker = ("agent", talk.agent_id)
    for visit in call.visits:
        queues.ensure_queue(world, visit.queue_id)
    world.dirty_calls.pop(call.id, None)  # nothing is known until Asterisk is asked
