"""Calls that mhud asked for: calls from then on, whether Asterisk makes channels or not."""

from __future__ import annotations

from datetime import timedelta

from mhud import ids
from mhud.ami import messages as ami
from mhud.live import channels, inputs
from mhud.live.model import Call, CallStatus, Direction, EndReason
from mhud.live.world import World


def on_requested(world: World, event: inputs.OriginateRequested) -> None:
    target = event.destination
    known = world.agent_by_extension(target) or world.queue_by_extension(target)
    call = Call(
        id=ids.call_id(event.channel_id),
        linkedids=(event.channel_id,),
        direction=Direction.INTERNAL if known else Direction.OUTBOUND,
        status=CallStatus.INITIATING,
        start_time=event.at,
        caller_id=event.caller_id,
        destination=target,
        agent_id=event.agent_id,
        placed_by=event.agent_id,
        variables=dict(event.variables),
        originated=True,
        deadline=event.at + timedelta(seconds=event.deadline_s),
    )
    if call.id not in world.calls and call.id not in world.ended:
        channels.open_call(world, call)


def on_sent(world: World, event: inputs.OriginateSent) -> None:
    if track := world.tracks.get(ids.call_id(event.channel_id)):
        track.sent = True


def on_refused(world: World, event: inputs.OriginateRefused) -> None:
    _refuse(world, event.channel_id, event.reason)


def on_response(world: World, event: ami.OriginateResponse) -> None:
    """A failure without a channel is all we will ever hear of this call.

    Matched by ActionID: a failure for a ChannelId in use names the living call's Uniqueid.
    """
    if not event.success:
        _refuse(world, event.action_id, None)


def _refuse(world: World, channel_id: str, reason: EndReason | None) -> None:
    call_id = ids.call_id(channel_id)
    track = world.tracks.get(call_id)
    if track is None or track.channels:
        return  # not ours, or its Hangup will tell more
    track.refused = reason or EndReason.UNREACHABLE
    world.touch_call(call_id)


def tick(world: World) -> None:
    """Nothing came of what was asked, in all the time it had."""
    for call in tuple(world.calls.values()):
        if call.deadline is not None and world.now >= call.deadline and not world.stale:
            track = world.tracks[call.id]
            track.refused, track.lost = EndReason.FAILED, track.doubted
            world.touch_call(call.id)
