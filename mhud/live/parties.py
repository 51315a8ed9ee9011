"""Whom a call is about, and with whom he talks."""

from __future__ import annotations

from mhud.live.model import Call, Channel, Direction, Outcome
from mhud.live.queues import settle
from mhud.live.talk import Circle, caller
from mhud.live.world import CallTrack, World


def look_outside(world: World, call: Call, track: CallTrack, channels: tuple[Channel, ...]) -> Call:
    """Everybody from outside has hung up: what colleagues then say is no talk of this call's.

    Whom nobody talked with then, though a queue kept a place for him, gave up waiting.
    """
    if not call.talks or call.direction is Direction.INTERNAL:
        return call
    outside = any(not c.is_local and not _is_agent(world, c) for c in channels)
    track.outside |= outside
    had_left, track.left = track.left, track.outside and not outside
    gave_up = track.caller_hung_up and not track.hung_up_talking
    waited = track.left and not had_left and not call.in_talk and gave_up
    return settle(world, call, Outcome.ABANDONED) if waited and channels else call


def main_circle(
    world: World,
    call: Call,
    track: CallTrack,
    channels: tuple[Channel, ...],
    heard: list[Circle],
) -> Circle | None:
    """The talk that the call is about: the one with the person outside, else with who began.

    When nobody of them is left, those whom they left behind.
    """
    if not heard or track.left:
        return None
    wanted = {caller(call, track.first, channels)}
    if call.direction is Direction.OUTBOUND or track.first not in world.channels:
        outside = {c.uniqueid for c in channels if not c.is_local and not _is_agent(world, c)}
        wanted = outside or wanted
    for circle in heard:
        if any(channel.uniqueid in wanted for channel in circle.channels):
            return circle
    here = {channel.uniqueid for channel in channels}
    return None if wanted & here else heard[0]


def _is_agent(world: World, channel: Channel) -> bool:
    return world.agent_of(channel) is not None


def talker(
    world: World, call: Call, track: CallTrack, channels: tuple[Channel, ...], main: Circle | None
) -> tuple[str, str] | None:
    """With whom the caller talks: an agent if there is one, else the called party."""
    if main is None:
        return None
    began = caller(call, track.first, channels)
    rung_first = call.originated and began == track.first
    others = [c for c in main.channels if c.uniqueid != began or rung_first]
    if call.direction is Direction.OUTBOUND:
        others = list(main.channels)
    agents = [found for c in others if (found := world.agent_of(c))]
    if agents:
        return _same_or_last("agent", agents, track.talker)
    parties = [c.endpoint for c in others if not c.is_local]
    return _same_or_last("party", parties, track.talker) if parties else None


def _same_or_last(kind: str, found: list[str], talker: tuple[str, str] | None) -> tuple[str, str]:
    return talker if talker and talker[0] == kind and talker[1] in found else (kind, found[-1])
