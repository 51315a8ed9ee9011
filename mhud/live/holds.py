"""Holds by the dialplan, which plays music to whom an agent holds; and who is asked meanwhile."""

from __future__ import annotations

from datetime import datetime

from mhud.ami import messages as ami
from mhud.live.changing import replace
from mhud.live.channels import touch_living
from mhud.live.model import Call, Channel, Hold
from mhud.live.talk import UP, Circle
from mhud.live.words import Consultation
from mhud.live.world import CallTrack, World

HELD, RESUMED = "CallHeld", "CallResumed"
"""UserEvents of the held party's channel: music begins, music is over."""

# ---- reducers


def on_user_event(world: World, event: ami.UserEvent) -> None:
    channel = touch_living(world, event.chan, event.at)
    if channel is not None and event.name in (HELD, RESUMED):
        world.tracks[world.call_of[channel.linkedid]].held_before = False
        world.put_channel(replace(channel, held=event.name == HELD))


def on_bridge_leave(world: World, event: ami.BridgeLeave) -> None:
    """Who is taken out of the bridge in the midst of the music is not told as resumed."""
    channel = world.channels.get(event.chan.uniqueid)
    if channel is not None and channel.held and channel.bridge_id is None:
        world.put_channel(replace(channel, held=False))


# ---- derived


def over(call: Call, at: datetime) -> Call:
    """With the present hold, if there is one, among those that are over."""
    if call.held_since is None:
        return call
    hold = Hold(began_at=call.held_since, ended_at=at)
    holds, hold_s = (*call.holds, hold), call.hold_s + hold.seconds
    return replace(call, held_since=None, holds=holds, hold_s=hold_s)


def consult(
    world: World, call: Call, track: CallTrack, channels: tuple[Channel, ...], heard: list[Circle]
) -> Call:
    """Whether the agent who talks asks somebody else while his party waits for him."""
    asking = _consultation(world, call, track, channels, heard)
    if asking is call.consultation:
        return call
    begun = call.consultations + (1 if call.consultation is None else 0)
    return replace(call, consultation=asking, consultations=begun)


def _consultation(
    world: World, call: Call, track: CallTrack, channels: tuple[Channel, ...], heard: list[Circle]
) -> Consultation | None:
    agent = _who_holds(world, track, channels)
    if agent is None:
        return None
    hears = next((circle.channels for circle in heard if agent in circle.channels), ())
    waits = any(_is_kept(one, agent) and one not in hears for one in channels)
    asks = any(one.is_local and one.bridge_id == agent.bridge_id for one in channels)
    if not waits and call.consultation is not None:  # who waited has left; no Unhold says so
        track.held_before = False
        world.put_channel(replace(agent, holding=False))
    if not waits or not (hears or asks):
        return None
    return Consultation.TALKING if hears else Consultation.CALLING


def _who_holds(world: World, track: CallTrack, channels: tuple[Channel, ...]) -> Channel | None:
    """Asterisk holds for an agent as long as he asks, and unholds before he moves."""
    kind, who = track.talker or ("", "")
    if kind == "agent":
        for one in channels:
            if one.bridge_id is not None and world.agent_of(one) == who:
                return one if one.holding or track.held_before else None
    return None


def _is_kept(one: Channel, agent: Channel) -> bool:
    elsewhere = one.bridge_id is not None and one.bridge_id != agent.bridge_id
    return elsewhere and one.state == UP and not one.is_local
