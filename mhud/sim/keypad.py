"""Keys pressed in a talk, and the hold that some of them begin (features.conf, [held])."""

from __future__ import annotations

from mhud.sim.channels import Channel
from mhud.sim.pbx import Pbx
from mhud.sim.talk import Talk, user_event

HOLD, HOLD_KEYS = "mhu-hold", "*#8"
LOOK_S = 0.25
CHANNEL = "MHU_HOLD"  # the variable that names the agent's channel while the other party is held


def press(pbx: Pbx, channel: Channel, digit: str) -> None:
    """As if the phone of `channel` had pressed it. A caller has no features."""
    channel.pressed += digit
    talk = channel.activity
    features = channel.variables.get("DYNAMIC_FEATURES", "").split("#")
    if not isinstance(talk, Talk) or HOLD not in features:
        return
    if channel.pressed.endswith(HOLD_KEYS):
        channel.pressed = ""
        _hold(pbx, talk, talk.other(channel))


def _hold(pbx: Pbx, talk: Talk, held: Channel) -> None:
    if not held.variables.get(CHANNEL):
        return
    user_event(pbx, held, "CallHeld")
    pbx.say("MusicOnHoldStart", held, ("Class", "default"))
    _look_later(pbx, talk, held)


def _look_later(pbx: Pbx, talk: Talk, held: Channel) -> None:
    pbx.later(LOOK_S, lambda: _look(pbx, talk, held))


def _look(pbx: Pbx, talk: Talk, held: Channel) -> None:
    """The dialplan looks whether mhud has taken the variable away."""
    if held.gone:
        return
    if held.activity is talk and held.variables.get(CHANNEL):
        _look_later(pbx, talk, held)
        return
    held.variables[CHANNEL] = ""
    pbx.say("MusicOnHoldStop", held)
    user_event(pbx, held, "CallResumed")
