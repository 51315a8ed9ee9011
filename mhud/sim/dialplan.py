"""Where a channel goes: the contexts of the project's own Asterisk configuration."""

from __future__ import annotations

from mhud.sim.channels import RING, UP, Channel
from mhud.sim.dial import dial_number, dial_phone
from mhud.sim.pbx import Pbx
from mhud.sim.talk import hang_up
from mhud.sim.waiting import enter_queue


def run(pbx: Pbx, channel: Channel, context: str, exten: str) -> None:
    """The channel runs the dialplan from here. A place that does not exist ends it."""
    channel.activity = None
    queue = exten if context == "queues" else pbx.site.extensions.get(exten)
    phone = pbx.site.phone_of(exten)
    if not pbx.site.exists(context, exten):
        hang_up(pbx, channel)
    elif context == "hold":
        _music(pbx, channel)
    elif queue is not None:
        enter_queue(pbx, channel, queue)
    elif phone is not None:
        dial_phone(pbx, channel, pbx.phones[phone.name])
    else:
        dial_number(pbx, channel, exten)


def _music(pbx: Pbx, channel: Channel) -> None:
    channel.goes("hold", "s", 2)
    channel.runs("MusicOnHold", "default,300")
    pbx.say("MusicOnHoldStart", channel, ("Class", "default"))


def redirect(pbx: Pbx, channel: Channel, context: str, exten: str) -> None:
    """Taken away from whatever the channel is doing."""
    if channel.activity:
        channel.activity.moved(channel)
    if not channel.gone:
        run(pbx, channel, context, exten)


def redirect_both(
    pbx: Pbx, first: Channel, place: tuple[str, str], second: Channel, other: tuple[str, str]
) -> None:
    """Both legs of a talk go on, each to its own place; app_queue says nothing of its call."""
    bridge = first.bridge
    for channel in (second, first):
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
