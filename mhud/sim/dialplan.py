"""Where a channel goes: the contexts of the project's own Asterisk configuration."""

from __future__ import annotations

from collections.abc import Callable

from mhud.sim.channels import RING, UP, Channel
from mhud.sim.dial import dial_number, dial_phone, end_lead
from mhud.sim.pbx import Pbx
from mhud.sim.supervise import supervise
from mhud.sim.talk import Talk, hang_up, wind_up
from mhud.sim.waiting import enter_queue, put_back

MUSIC_S = 300.0


def run(pbx: Pbx, channel: Channel, context: str, exten: str) -> None:
    """The channel runs the dialplan from here. A place that does not exist ends it."""
    channel.activity = None
    if pbx.site.exists(context, exten):
        PLACES.get(context, _dial)(pbx, channel, exten)
    else:
        hang_up(pbx, channel)


def _dial(pbx: Pbx, channel: Channel, exten: str) -> None:
    queue, phone = pbx.site.extensions.get(exten), pbx.site.phone_of(exten)
    if queue is not None:
        enter_queue(pbx, channel, queue)
    elif phone is not None:
        dial_phone(pbx, channel, pbx.phones[phone.name])
    else:
        dial_number(pbx, channel, exten)


def _music(pbx: Pbx, channel: Channel, exten: str) -> None:
    channel.goes("hold", exten, 2)
    channel.runs("MusicOnHold", f"default,{MUSIC_S:g}")
    pbx.say("MusicOnHoldStart", channel, ("Class", "default"))
    channel.activity = Music(pbx, channel)


class Music:
    """Implements Activity: music for a while, then the end."""

    def __init__(self, pbx: Pbx, channel: Channel) -> None:
        self.pbx = pbx
        pbx.later(MUSIC_S, lambda: self._is_over(channel))

    def _is_over(self, channel: Channel) -> None:
        if channel.activity is self:
            self.lost(channel, 16, far_end=False)

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        if far_end:
            self.pbx.say("HangupRequest", channel)
        self.moved(channel)
        wind_up(self.pbx, channel, 0)
        self.pbx.forget(channel, 0 if far_end else 16)

    def moved(self, channel: Channel) -> None:
        self.pbx.say("MusicOnHoldStop", channel)
        channel.activity = None


# ---- where mhud sends calls


def _consult(pbx: Pbx, channel: Channel, exten: str) -> None:
    """Where it leads to, mhud has put on the agent's channel."""
    if channel.variables.get("BLINDTRANSFER"):
        _not_taken(pbx, channel, 0)
        return
    channel.variables["MHU_CONSULT"] = "1"
    context, target, *_ = [*channel.variables.get("MHU_TARGET", "").split(","), "", ""]
    if context == "consult":
        hang_up(pbx, channel)
    else:
        run(pbx, channel, context, target)


def _queue(pbx: Pbx, channel: Channel, exten: str) -> None:
    enter_queue(pbx, channel, exten, _not_taken)


def _transfer_agent(pbx: Pbx, channel: Channel, exten: str) -> None:
    phone = pbx.site.phone_of(exten)
    channel.goes("transfer-agent", exten)
    if phone is None:
        _not_taken(pbx, channel, 0)
    else:
        dial_phone(pbx, channel, pbx.phones[phone.name], _not_taken)


def _phone_rejoin(pbx: Pbx, channel: Channel, exten: str) -> None:
    """The extension is the phone of an agent whose page was loaded again."""
    if exten in pbx.phones:
        dial_phone(pbx, channel, pbx.phones[exten], _not_taken)
    else:
        _not_taken(pbx, channel, 20)


def _rescue(pbx: Pbx, channel: Channel, exten: str) -> None:
    enter_queue(pbx, channel, pbx.site.fallback)


def _transfer_number(pbx: Pbx, channel: Channel, exten: str) -> None:
    dial_number(pbx, channel, exten, _not_taken)


def _not_taken(pbx: Pbx, channel: Channel, cause: int) -> None:
    """Back to whoever sent the caller on, if his phone is free, then to a queue; to his own, if
    mhud took him from there. An agent who asks is only told that nobody is there."""
    sender = channel.variables.pop("BLINDTRANSFER", "").rpartition("-")[0].removeprefix("PJSIP/")
    if channel.variables.get("MHU_CONSULT"):
        end_lead(pbx, channel, cause)
    elif sender in pbx.phones and pbx.devices[f"PJSIP/{sender}"] == "NOT_INUSE":
        dial_phone(pbx, channel, pbx.phones[sender], _not_taken)
    elif not sender and channel.variables.get("MHU_MOVED_FROM"):
        put_back(pbx, channel)
    else:
        enter_queue(pbx, channel, pbx.site.fallback)


PLACES: dict[str, Callable[[Pbx, Channel, str], None]] = {
    "consult": _consult,
    "hold": _music,
    "phone-rejoin": _phone_rejoin,
    "queues": _queue,
    "rescue": _rescue,
    "supervise": supervise,
    "transfer-agent": _transfer_agent,
    "transfer-number": _transfer_number,
}


def redirect(pbx: Pbx, channel: Channel, context: str, exten: str) -> None:
    """Taken away from whatever the channel is doing."""
    channel.goes(context, exten)
    if channel.activity:
        channel.activity.moved(channel)
    if not channel.gone:
        run(pbx, channel, context, exten)


def redirect_both(
    pbx: Pbx, first: Channel, place: tuple[str, str], second: Channel, other: tuple[str, str]
) -> None:
    """Both legs of a talk go on, each to its own place; app_queue says nothing of its call."""
    bridge, talk = first.bridge, first.activity
    if isinstance(talk, Talk) and talk.served:
        talk.served.count()
    for channel, target in ((second, other), (first, place)):
        channel.goes(*target)
        pbx.leave(channel)
        channel.activity = None
        channel.on_hold = False
    if bridge:
        pbx.destroy(bridge)
    run(pbx, second, *other)
    run(pbx, first, *place)


def incoming(pbx: Pbx, number: str, *, name: str = "", did: str = "", menu: bool = True) -> Channel:
    """A caller from outside, answered and in the menu (or, without `menu`, about to be sent on)."""
    caller = pbx.new_channel("trunk", state=RING)
    caller.number, caller.display = number, name
    caller.dialled = did or pbx.site.did
    caller.goes("from-trunk", caller.dialled)
    pbx.announce(caller)
    pbx.changes_state(caller, UP)
    pbx.refresh("trunk")
    caller.sets("__ivr_path", "main" if menu else "direct")
    if menu:
        caller.goes("ivr-main", "s", 5)
        caller.runs("BackGround", "basic-pbx-ivr-main")
        caller.hangup_handler = True
    return caller


def choose(pbx: Pbx, caller: Channel, queue: str) -> None:
    """The caller presses the key for a queue; without a menu he is just led there."""
    if caller.hangup_handler:
        caller.sets("__ivr_path", f"{caller.variables['ivr_path']}/{queue}")
    enter_queue(pbx, caller, queue)


def phone_dials(pbx: Pbx, endpoint: str, exten: str) -> Channel:
    """An agent picks up his phone and dials."""
    known = pbx.phones[endpoint].endpoint
    channel = pbx.new_channel(endpoint, state=RING)
    channel.dialled = exten
    channel.goes(known.transfer_context, exten)
    pbx.announce(channel)
    pbx.refresh(endpoint)
    run(pbx, channel, known.transfer_context, exten)
    return channel
