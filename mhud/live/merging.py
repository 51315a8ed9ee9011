"""Two calls that become one: a channel whose Linkedid changed belongs to another call now."""

from __future__ import annotations

from mhud.live.changing import replace
from mhud.live.model import Channel
from mhud.live.world import World


def move(world: World, known: Channel, linkedid: str) -> Channel:
    """The channel under its new Linkedid, in the call of that name. The older call lives."""
    old_id, new_id = world.call_of[known.linkedid], world.call_of.get(linkedid)
    moved = replace(known, linkedid=linkedid)
    world.put_channel(moved)
    if new_id is None:  # nobody else is there: the call goes on under a second name
        old = world.calls[old_id]
        world.calls[old_id] = replace(old, linkedids=(*old.linkedids, linkedid))
        world.call_of[linkedid] = old_id
    elif new_id != old_id:
        if world.calls[old_id].start_time < world.calls[new_id].start_time:
            _swallow(world, old_id, new_id)
        else:
            _carry(world, known.uniqueid, old_id, new_id)
            world.tracks[old_id].merging_into = new_id
            world.touch_call(old_id)
            world.touch_call(new_id)
    return moved


def unite(world: World, entered: Channel, bridge_id: str) -> None:
    """Who shares a bridge shares the oldest Linkedid, which Asterisk gives without a word."""
    oldest = world.calls[world.call_of[entered.linkedid]]
    for uniqueid in tuple(world.by_bridge.get(bridge_id, ())):
        other = world.channels[uniqueid]
        theirs = world.calls[world.call_of[other.linkedid]]
        if theirs.start_time > oldest.start_time:
            move(world, other, entered.linkedid)


def _swallow(world: World, older: str, younger: str) -> None:
    """The younger call's channels and names become the older call's."""
    for uniqueid in tuple(world.tracks[younger].channels):
        _carry(world, uniqueid, younger, older)
    world.tracks[younger].merging_into = older
    linkedids = (*world.calls[older].linkedids, *world.calls[younger].linkedids)
    world.calls[older] = replace(world.calls[older], linkedids=linkedids)
    for linkedid in world.calls[younger].linkedids:
        world.call_of[linkedid] = older
    world.touch_call(older)
    world.touch_call(younger)


def _carry(world: World, uniqueid: str, old_id: str, new_id: str) -> None:
    """The channel changes its call, and if it waits in a queue, its call waits there."""
    old, new = world.tracks[old_id], world.tracks[new_id]
    old.channels.pop(uniqueid)
    new.channels[uniqueid] = None
    if uniqueid in old.called:
        new.called[uniqueid] = old.called.pop(uniqueid)
    for queue in world.queues.values():
        if any(entry.uniqueid == uniqueid for entry in queue.waiting):
            _wait_on(world, queue.id, uniqueid, new_id)
            _carry_visit(world, queue.id, old_id, new_id)


def give_place(world: World, leaving: Channel, heir: Channel) -> None:
    """Who waits in a queue is replaced there by another one; no event of the queue says so."""
    old_id, new_id = world.call_of[leaving.linkedid], world.call_of[heir.linkedid]
    for queue in tuple(world.queues.values()):
        if any(entry.uniqueid == leaving.uniqueid for entry in queue.waiting):
            _wait_on(world, queue.id, leaving.uniqueid, new_id, heir.uniqueid)
            if old_id != new_id:
                _carry_visit(world, queue.id, old_id, new_id)
                world.tracks[old_id].merging_into = new_id
            world.touch_call(old_id)
            world.touch_call(new_id)


def _wait_on(
    world: World, queue_id: str, uniqueid: str, call_id: str, heir: str | None = None
) -> None:
    queue = world.queues[queue_id]
    waiting = (
        replace(entry, call_id=call_id, uniqueid=heir or uniqueid)
        if entry.uniqueid == uniqueid
        else entry
        for entry in queue.waiting
    )
    world.queues[queue_id] = replace(queue, waiting=tuple(waiting))


def _carry_visit(world: World, queue_id: str, old_id: str, new_id: str) -> None:
    old, new = world.calls[old_id], world.calls[new_id]
    visits = (*new.visits, *old.visits[-1:])
    world.calls[old_id] = replace(old, visits=old.visits[:-1])
    world.calls[new_id] = replace(new, visits=visits, queue_id=queue_id)
