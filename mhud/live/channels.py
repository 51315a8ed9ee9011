"""Channel and bridge events → facts about channels, and which call each belongs to.

The Linkedid groups a call, and it can change without an event of its own (an attended transfer by
the phone): so it is read from *every* channel event, and a channel that changed it moves.
"""

from __future__ import annotations

from datetime import datetime

from mhud import ids
from mhud.ami import messages as ami
from mhud.live import merging
from mhud.live.changing import replace
from mhud.live.model import Call, CallStatus, Channel, Direction
from mhud.live.talk import RINGING, UP
from mhud.live.world import CallTrack, World

PATH_LENGTH = 200  # what a dialplan says of a call is kept up to here
TAG_LENGTH = 64
TAGS_KEPT = 20
DOWN = 0  # AST_STATE_DOWN: how a channel begins that Asterisk makes to reach somebody


def touch(world: World, chan: ami.Chan, at: datetime) -> Channel:
    """Makes the facts say what `chan` says, and returns the channel as it is now known."""
    known = world.channels.get(chan.uniqueid)
    if known is None:
        known = _first_seen(world, chan, at)
    if known.linkedid != chan.linkedid:
        known = merging.move(world, known, chan.linkedid)
    if known.state != chan.state or known.name != chan.name or known.exten != chan.exten:
        known = replace(
            known.named(chan.name),
            state=chan.state,
            caller_number=known.caller_number or chan.caller_number,  # of who is called: late
            exten=chan.exten or known.exten,
            up_at=known.up_at or (at if chan.state == UP else None),
        )
        world.put_channel(known)
    call_id = world.call_of[known.linkedid]
    world.touch_call(call_id)
    if chan.variables:
        _take_variables(world, world.calls[call_id], chan)
    return known


def touch_living(world: World, chan: ami.Chan | None, at: datetime) -> Channel | None:
    """As `touch`, but a channel that is gone is not made again by somebody's memory of it."""
    if chan is None or world.is_past(chan.uniqueid, chan.linkedid):
        return None
    return touch(world, chan, at)


def _first_seen(world: World, chan: ami.Chan, at: datetime) -> Channel:
    channel = Channel(
        uniqueid=chan.uniqueid,
        linkedid=chan.linkedid,
        name=chan.name,
        state=chan.state,
        created_at=at,
        dialed=chan.state in (DOWN, RINGING),
        caller_number=chan.caller_number,
        exten=chan.exten,
        up_at=at if chan.state == UP else None,
    )
    world.put_channel(channel)
    _enter_call(world, channel, chan, at)
    return channel


def _enter_call(world: World, channel: Channel, chan: ami.Chan, at: datetime) -> None:
    call_id = world.call_of.get(channel.linkedid)
    if call_id is None or call_id not in world.calls:
        call_id = _new_call(world, channel, chan, at).id
    track = world.tracks[call_id]
    track.channels[channel.uniqueid] = None
    track.first = track.first or channel.uniqueid
    _meet_agent(world, call_id, channel)


def _meet_agent(world: World, call_id: str, channel: Channel) -> None:
    """An agent's phone that is dialed in an agent's own call makes that call internal."""
    call, agent_id = world.calls[call_id], world.agent_of(channel)
    if agent_id is None or not channel.dialed:
        return
    if call.direction is Direction.OUTBOUND and call.agent_id is None:
        world.calls[call_id] = replace(call, agent_id=agent_id)
    elif call.direction is Direction.OUTBOUND and call.agent_id != agent_id and not call.talks:
        world.calls[call_id] = replace(call, direction=Direction.INTERNAL)


def _new_call(world: World, channel: Channel, chan: ami.Chan, at: datetime) -> Call:
    agent_id = world.agent_of(channel)
    originated = channel.state == DOWN
    direction = _direction(world, originated, agent_id, chan.exten)
    inbound = direction is Direction.INBOUND
    call = Call(
        id=ids.call_id(channel.linkedid),
        linkedids=(channel.linkedid,),
        direction=direction,
        status=CallStatus.IVR if inbound else CallStatus.INITIATING,
        start_time=at,
        caller_id=chan.connected_number if originated else chan.caller_number,
        destination=(chan.exten if chan.exten != "s" else "") or None,
        agent_id=agent_id,
        placed_by=agent_id,
        originated=originated,
        gap=channel.state not in (DOWN, 4),  # it was under way before it was seen
    )
    open_call(world, call)
    return call


def _direction(world: World, originated: bool, agent_id: str | None, exten: str) -> Direction:
    if not originated and agent_id is None:
        return Direction.INBOUND
    known = world.agent_by_extension(exten) or world.queue_by_extension(exten)
    return Direction.INTERNAL if known and not originated else Direction.OUTBOUND


def open_call(world: World, call: Call) -> CallTrack:
    """Adds a call to the open ones."""
    world.ended.pop(call.id, None)  # a ChannelId may be used again
    world.calls[call.id] = call
    world.tracks[call.id] = track = CallTrack()
    for linkedid in call.linkedids:
        world.call_of[linkedid] = call.id
    world.touch_call(call.id)
    return track


def _take_variables(world: World, call: Call, chan: ami.Chan) -> None:
    path = chan.variables.get("ivr_path")
    if path and path[:PATH_LENGTH] != call.ivr_path:
        call = replace(call, ivr_path=path[:PATH_LENGTH])
    given = chan.variables.get("MHU_TAGS", "").split(",")
    tags = tuple(filter(None, (tag.strip()[:TAG_LENGTH] for tag in given)))
    if tags and not call.tags_set and not set(tags) <= set(call.tags):
        together = tuple(dict.fromkeys((*call.tags, *tags)))
        call = replace(call, tags=together[:TAGS_KEPT])
    world.calls[call.id] = call


# ---- reducers


def on_channel(world: World, event: ami.ChannelEvent) -> None:
    """Newchannel, Newstate, and whatever else only says how a channel is."""
    touch(world, event.chan, event.at)


def on_rename(world: World, event: ami.Rename) -> None:
    if channel := world.channels.get(event.uniqueid):
        world.put_channel(channel.named(event.name))
        world.touch_call(world.call_of[channel.linkedid])


def on_hangup_request(world: World, event: ami.HangupRequest) -> None:
    channel = touch(world, event.chan, event.at)
    world.put_channel(replace(channel, far_end_hung_up=True))
    call_id = world.call_of[channel.linkedid]
    track = world.tracks[call_id]
    if track.first == channel.uniqueid:
        track.caller_hung_up = True
        track.hung_up_talking = world.calls[call_id].in_talk


def on_hold(world: World, event: ami.Hold) -> None:
    world.put_channel(replace(touch(world, event.chan, event.at), holding=True))


def on_unhold(world: World, event: ami.Unhold) -> None:
    channel = touch(world, event.chan, event.at)
    world.tracks[world.call_of[channel.linkedid]].held_before = False
    world.put_channel(replace(channel, holding=False))


def on_bridge_enter(world: World, event: ami.BridgeEnter) -> None:
    """A leg whose place was given away enters for whom has it now: Asterisk does not say so."""
    channel = touch(world, event.chan, event.at)
    heir = world.channels.get(world.stands_for.get(channel.uniqueid, ""))
    channel = heir or channel
    world.put_channel(replace(channel, bridge_id=event.bridge_id))
    merging.unite(world, channel, event.bridge_id)


def on_bridge_leave(world: World, event: ami.BridgeLeave) -> None:
    """Leave and Enter of neighbors may come in either order: only this bridge is left."""
    channel = touch(world, event.chan, event.at)
    if channel.bridge_id == event.bridge_id:
        world.put_channel(replace(channel, bridge_id=None))


def on_hangup(world: World, event: ami.Hangup) -> None:
    """The channel is gone; its cause is kept where it tells how a call ended."""
    if event.chan.uniqueid not in world.channels and event.chan.linkedid not in world.call_of:
        return  # of a call that was never seen, or is over
    channel = touch(world, event.chan, event.at)
    drop(world, channel, event.cause)


def drop(world: World, channel: Channel, cause: int | None) -> None:
    """Takes a channel away; `cause` None: it vanished unseen."""
    world.stands_for.pop(channel.uniqueid, None)
    call_id = world.call_of[channel.linkedid]
    track = world.tracks[call_id]
    track.channels.pop(channel.uniqueid, None)
    track.called.pop(channel.uniqueid, None)
    if cause is not None:
        track.last_cause = cause or track.last_cause
        if channel.dialed and channel.up_at is None and not channel.is_local:
            track.leg_cause = cause
    world.drop_channel(channel.uniqueid)
    world.touch_call(call_id)
    stop_waiting_anywhere(world, channel.uniqueid)


def stop_waiting_anywhere(world: World, uniqueid: str) -> None:
    for queue in world.queues.values():
        for entry in queue.waiting:
            if entry.uniqueid == uniqueid:
                stop_waiting(world, queue.id, uniqueid)


def stop_waiting(world: World, queue_id: str, uniqueid: str) -> None:
    world.touch_queue(queue_id)
    queue = world.queues[queue_id]
    left = tuple([entry for entry in queue.waiting if entry.uniqueid != uniqueid])
    if len(left) < len(queue.waiting):
        world.queues[queue_id] = replace(queue, waiting=left)


def on_recording_started(world: World, event: ami.MixMonitorStart) -> None:
    """One that begins when the channel of the former is gone takes its place, and is not paused."""
    channel = touch(world, event.chan, event.at)
    call = recorded_on(world, channel)
    if call.recording_channel not in world.channels:
        world.calls[call.id] = replace(
            call, recording_channel=channel.uniqueid, recording_paused=False
        )


def recorded_on(world: World, channel: Channel) -> Call:
    """The channel's call, which knows now that there is a recording of this name."""
    call = world.calls[world.call_of[channel.linkedid]]
    names = tuple(dict.fromkeys((*call.recordings, channel.uniqueid)))
    world.calls[call.id] = known = replace(call, recorded=True, recordings=names)
    return known
