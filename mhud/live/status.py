"""What a call is doing, in one word."""

from __future__ import annotations

from mhud.live import monitoring
from mhud.live.model import Call, CallStatus, Channel, Direction
from mhud.live.talk import RINGING, UP, Circle
from mhud.live.world import CallTrack


def status_of(
    call: Call,
    track: CallTrack,
    channels: tuple[Channel, ...],
    main: Circle | None,
    waiting: bool,
) -> CallStatus:
    """The first that holds. `main`: who talk, if anybody does."""
    if call.monitors is not None:
        return monitoring.status(track.listening)
    if call.held_since is not None:
        return CallStatus.ON_HOLD
    if main is not None or track.talker is not None:
        return CallStatus.IN_PROGRESS
    if waiting:
        return CallStatus.QUEUED
    if track.left:
        return CallStatus.IN_PROGRESS
    return _before_talk(call, track, channels)


def _before_talk(call: Call, track: CallTrack, channels: tuple[Channel, ...]) -> CallStatus:
    if call.originated:
        return CallStatus.RINGING if track.agent_leg_up else CallStatus.INITIATING
    dialed = [c for c in channels if c.dialed and not c.is_local and c.state != UP]
    if any(channel.state == RINGING for channel in dialed):
        return CallStatus.RINGING
    if call.direction is Direction.INBOUND:
        return CallStatus.IVR
    first_up = any(c.uniqueid == track.first and c.state == UP for c in channels)
    return CallStatus.IVR if first_up and not dialed else CallStatus.INITIATING
