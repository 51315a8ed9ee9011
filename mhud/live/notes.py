"""What is noted at a call besides who talks: its recording, its tags."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mhud.ami import messages as ami
from mhud.live import channels, inputs
from mhud.live.changing import replace
from mhud.live.events import CallEvent, CallRecordingPaused, CallRecordingResumed, CallTagged
from mhud.live.model import Call
from mhud.live.world import World


def on_recording_muted(world: World, event: ami.MixMonitorMute) -> None:
    channel = channels.touch(world, event.chan, event.at)
    call = channels.recorded_on(world, channel)
    if call.recording_channel in (None, channel.uniqueid):
        world.calls[call.id] = replace(
            call, recording_channel=channel.uniqueid, recording_paused=event.muted
        )


def on_recording_stopped(world: World, event: ami.MixMonitorStop) -> None:
    channel = channels.touch(world, event.chan, event.at)
    call = world.calls[world.call_of[channel.linkedid]]
    if call.recording_channel == channel.uniqueid:  # of another channel the next one may be
        world.calls[call.id] = replace(call, recording_channel=None, recording_paused=False)


def on_tags_set(world: World, event: inputs.TagsSet) -> None:
    """Also of a call that is over: then nothing is derived, and it is told here."""
    if call := world.calls.get(event.call_id):
        world.calls[call.id] = replace(call, tags=event.tags, tags_set=True)
        world.touch_call(call.id)
        return
    ended = world.ended.get(event.call_id) or event.stored
    if ended is None:
        return
    tagged = replace(ended, tags=event.tags, tags_set=True)
    world.keep_ended(tagged)
    world.version += 1
    world.tell(CallTagged(at=world.now, call=tagged))


def differences(before: Call, call: Call, at: datetime) -> Iterator[CallEvent]:
    if call.recording_paused and not before.recording_paused:
        yield CallRecordingPaused(at=at, call=call)
    if before.recording_paused and not call.recording_paused:
        yield CallRecordingResumed(at=at, call=call)
    if call.tags_set and (call.tags, True) != (before.tags, before.tags_set):
        yield CallTagged(at=at, call=call)
