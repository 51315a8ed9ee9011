"""Facts about channels → what a call is now, and what to tell about the difference."""

from __future__ import annotations

from collections.abc import Iterator

from mhud.live import ending, events, holds, notes, transfers
from mhud.live.changing import differ, replace
from mhud.live.model import (
    Call,
    CallStatus,
    Channel,
    Direction,
    Outcome,
    Talk,
    Visit,
)
from mhud.live.parties import look_outside, main_circle, talker
from mhud.live.status import status_of
from mhud.live.talk import Circle, circles
from mhud.live.world import CallTrack, World


def refresh(world: World, call_id: str) -> None:
    """Derives the call again, and tells what changed since it was last told."""
    track = world.tracks[call_id]
    call = _derive(world, world.calls[call_id], track)
    if call is track.told and track.channels:
        return
    if track.told is None:
        world.tell(events.CallStarted(at=world.now, call=call))
        if world.looking_around:
            track.told = call  # found as it is: what came before was not seen
    if _is_over(world, call, track):
        call = ending.end(world, call, track)
        _close(world, call)
    else:
        world.calls[call_id] = call
    for event in _differences(world, track, call):
        world.tell(event)
    if track.told is None or differ(call, track.told):
        world.version += 1
    track.told = call


def _is_over(world: World, call: Call, track: CallTrack) -> bool:
    """No channel is left; an originate still waits for its first one until its deadline.

    Of what was restored nothing is known before Asterisk was asked.
    """
    if track.channels or (track.restored and world.stale):
        return False
    return call.deadline is None or track.refused is not None or track.lost


def _close(world: World, call: Call) -> None:
    del world.calls[call.id]
    for linkedid in call.linkedids:
        if world.call_of.get(linkedid) == call.id:
            del world.call_of[linkedid]
            world.remember_gone(linkedid)
    world.tracks.pop(call.id)
    world.keep_ended(call)
    for agent_id in {talk.agent_id for talk in call.talks} | {call.agent_id}:
        if agent_id in world.agents:
            world.touch_agent(agent_id)


def _derive(world: World, call: Call, track: CallTrack) -> Call:
    """What the facts mean. Each step reads what the one before wrote, also in `track`."""
    channels = world.channels_of(call.id)
    call = look_outside(world, call, track, channels)
    if call.originated:
        _notice_agent_leg(world, call, track, channels)
    if channels and call.deadline is not None:
        call = replace(call, deadline=None)
    heard, main = circles(channels), None
    if heard or not _is_silent(call, track):
        main = main_circle(world, call, track, channels, heard)
        call = _derive_talk(world, call, track, channels, heard, main)
    call = transfers.count(call, track, main, world.now)
    waiting = _waits_in_queue(world, call, track)
    if waiting and call.queue_id != call.visits[-1].queue_id:
        call = replace(call, queue_id=call.visits[-1].queue_id, agent_id=None)
    status = status_of(call, track, channels, main, waiting)
    return call if status is call.status else replace(call, status=status)


def _is_silent(call: Call, track: CallTrack) -> bool:
    """When nobody hears anybody now: nor did anybody when the call was derived last."""
    ended = track.talker is None and not call.in_talk
    return ended and call.held_since is None and call.consultation is None


def _derive_talk(
    world: World,
    call: Call,
    track: CallTrack,
    channels: tuple[Channel, ...],
    heard: list[Circle],
    main: Circle | None,
) -> Call:
    who = talker(world, call, track, channels, main)
    waiting = _waits_in_queue(world, call, track)
    if who is not None and who != track.talker:
        call = _begin_talk(world, call, track, who)
    elif who is None and call.talks and not _still_there(world, call, track, channels, waiting):
        call = _end_talk(world, call, track)
    _mark_for_wrap_up(world, call, track)
    call = _hold(world, call, track, main, heard)
    return holds.consult(world, call, track, channels, heard)


def _notice_agent_leg(
    world: World, call: Call, track: CallTrack, channels: tuple[Channel, ...]
) -> None:
    for channel in channels:
        rung_first = channel.uniqueid == track.first
        agents_own = call.agent_id is not None and world.agent_of(channel) == call.agent_id
        if not channel.is_local and (rung_first or agents_own):
            track.agent_leg_seen = True
            track.agent_leg_up |= channel.up_at is not None


def _waits_in_queue(world: World, call: Call, track: CallTrack) -> bool:
    """In a queue; not so if only a Local half is, by which an agent asks for a colleague."""
    if not call.visits or call.visits[-1].left_at is not None:
        return False
    if track.talker is None and not track.left:
        return True
    line = world.queues[call.visits[-1].queue_id].waiting
    ours = [world.channels.get(entry.uniqueid) for entry in line if entry.call_id == call.id]
    if track.left:
        return any(c is not None and not c.is_local for c in ours)
    return not ours or any(c is None or not c.is_local for c in ours)


def _still_there(
    world: World, call: Call, track: CallTrack, channels: tuple[Channel, ...], waiting: bool
) -> bool:
    """Between two bridges, on hold or in a consultation the talker keeps his phone in the call.

    And somebody else keeps his; and the talker has not sent him on.
    """
    if waiting or track.talker is None or track.left or track.awaited:
        return False
    kind, who = track.talker
    if kind == "agent" and _changes_phone(world, who, call.id):
        return True
    if sum(not channel.is_local for channel in channels) < 2:
        return False
    named = (world.agent_of(one) if kind == "agent" else one.endpoint for one in channels)
    return who in named


def _changes_phone(world: World, agent_id: str, call_id: str) -> bool:
    track = world.agent_tracks.get(agent_id)
    return track is not None and track.changes_phone_in == call_id


def _begin_talk(world: World, call: Call, track: CallTrack, talker: tuple[str, str]) -> Call:
    at = world.now
    agent_id = talker[1] if talker[0] == "agent" else None
    if track.talker is None and agent_id is None and call.in_talk:
        track.talker = talker  # restored: who he is was not written down
        return call
    call = _end_talk(world, call, track)
    visits = call.visits
    if visits and visits[-1].outcome is None:
        visits = (*visits[:-1], _answered(world, visits[-1], agent_id))
    if agent_id is not None:
        if track.told is not None or not world.looking_around:
            world.agent_tracks[agent_id].assigned.append(call.id)
        world.touch_agent(agent_id)
    track.talker = talker
    return replace(
        call,
        answer_time=call.answer_time or at,
        talks=(*call.talks, Talk(agent_id=agent_id, began_at=at)),
        visits=visits,
        agent_id=_agent_after(call, agent_id, track.first not in world.channels),
    )


def _mark_for_wrap_up(world: World, call: Call, track: CallTrack) -> None:
    """The agent who talks will write this call up, also if he began before we looked."""
    kind, who = track.talker or ("", "")
    if kind == "agent" and call.direction is not Direction.INTERNAL:
        world.agent_tracks[who].served = call.id


def _agent_after(call: Call, talking: str | None, left: bool) -> str | None:
    """An originated call stays its agent's until another agent takes it over, or he has left."""
    if call.direction is Direction.INBOUND or (talking and (left or not call.originated)):
        return talking
    return (talking if call.direction is Direction.OUTBOUND else None) or call.agent_id


def _answered(world: World, visit: Visit, agent_id: str | None) -> Visit:
    left_at = visit.left_at or world.now
    done = replace(visit, left_at=left_at, outcome=Outcome.ANSWERED, agent_id=agent_id)
    world.days[visit.queue_id].add(world.now, Outcome.ANSWERED, done.wait_s)
    world.touch_queue(visit.queue_id)
    return done


def _end_talk(world: World, call: Call, track: CallTrack) -> Call:
    track.talker, track.held_before = None, False
    if not call.in_talk:
        return call
    if call.agent_id in world.agents:
        world.touch_agent(call.agent_id)
    return replace(call, talks=(*call.talks[:-1], replace(call.talks[-1], ended_at=world.now)))


def _hold(
    world: World, call: Call, track: CallTrack, main: Circle | None, heard: list[Circle]
) -> Call:
    """On hold: a party of the talk holds, or the agent talks to somebody else meanwhile."""
    if track.talker is None:
        held = False
    elif main is None:
        kind, who = track.talker
        held = call.held_since is not None or (
            kind == "agent"
            and any(world.agent_of(c) == who for circle in heard for c in circle.channels)
        )
    else:
        held = track.held_before or any(one.holding or one.held for one in main.channels)
    if held == (call.held_since is not None):
        return call
    return replace(call, held_since=world.now) if held else holds.over(call, world.now)


def _differences(world: World, track: CallTrack, call: Call) -> Iterator[events.DomainEvent]:
    before, at = track.told or replace(call, visits=(), talks=(), transfers=0), world.now
    if any(not visit.turned_away for visit in call.visits[len(before.visits) :]):
        yield events.CallQueued(at=at, call=call)
    if call.transfers > before.transfers and track.transfer is not None:
        kind, who, target = track.transfer
        yield events.CallTransferred(at=at, call=call, kind=kind, from_agent_id=who, target=target)
    track.transfer = None
    if len(call.talks) > len(before.talks):
        yield events.CallConnected(at=at, call=call)
    if call.held_since and not before.held_since:
        yield events.CallHeld(at=at, call=call)
    held = call.held_since is not None or before.held_since is not None
    track.owes_resumed = (track.owes_resumed or held) and not track.left
    if track.owes_resumed and call.status is CallStatus.IN_PROGRESS:
        track.owes_resumed = False
        yield events.CallResumed(at=at, call=call)
    yield from notes.differences(before, call, at)
    if call.is_over:
        yield events.CallEnded(at=at, call=call)
