"""Who listens to whom: a supervisor's phone in ChanSpy is a call of its own, joined with nobody.

So the call that is listened to stays as it is, whatever the mode: nobody answers, nobody leaves.
"""

from __future__ import annotations

from datetime import timedelta

from mhud import ids
from mhud.ami import messages as ami
from mhud.live import channels, inputs
from mhud.live.changing import replace
from mhud.live.model import Call, CallStatus, Channel, Direction
from mhud.live.world import World

MODES = ("listen", "whisper", "barge")  # the extensions of the dialplan's context for this
CHANSPY = "ChanSpy"


def on_requested(world: World, event: inputs.MonitorRequested) -> None:
    call = Call(
        id=ids.call_id(event.channel_id),
        linkedids=(event.channel_id,),
        direction=Direction.INTERNAL,
        status=CallStatus.INITIATING,
        start_time=event.at,
        agent_id=event.agent_id,
        placed_by=event.agent_id,
        originated=True,
        monitors=event.call_id,
        monitor_mode=event.mode,
        deadline=event.at + timedelta(seconds=event.deadline_s),
    )
    if call.id not in world.calls and call.id not in world.ended:
        channels.open_call(world, call)


def on_started(world: World, event: ami.ChanSpyStart) -> None:
    """Also one that somebody began without us."""
    spy = channels.touch(world, event.chan, event.at)
    target = channels.touch_living(world, event.spyee, event.at)
    _listens(world, spy, target)


def on_stopped(world: World, event: ami.ChanSpyStop) -> None:
    spy = channels.touch(world, event.chan, event.at)
    call_id = world.call_of[spy.linkedid]
    world.tracks[call_id].listening = False


def _listens(world: World, spy: Channel, target: Channel | None) -> None:
    call = world.calls[world.call_of[spy.linkedid]]
    watched = world.call_of[target.linkedid] if target else call.monitors
    if watched is None or watched == call.id:
        return
    mode = spy.exten if spy.exten in MODES else call.monitor_mode
    world.calls[call.id] = replace(
        call, direction=Direction.INTERNAL, monitors=watched, monitor_mode=mode
    )
    world.tracks[call.id].listening = True
    world.touch_call(call.id)


def look_around(world: World, event: ami.Snapshot) -> None:
    """Who listens now, as Asterisk lists it. The target is a Uniqueid, or a channel's name."""
    for call in world.calls.values():
        world.tracks[call.id].listening = False
    by_name = {channel.name: channel for channel in world.channels.values()}
    for row in event.channels:
        if row.application == CHANSPY:
            wanted = row.application_data.partition(",")[0]
            target = world.channels.get(wanted) or by_name.get(wanted)
            _listens(world, world.channels[row.chan.uniqueid], target)


def status(listening: bool) -> CallStatus:
    """Of a call that listens to another: until it does, somebody's phone is being called."""
    return CallStatus.IN_PROGRESS if listening else CallStatus.INITIATING
