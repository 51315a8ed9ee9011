"""AMI actions that act within a talk: transfers, keys, joining, muting a recording."""

from __future__ import annotations

from mhud.sim.channels import Channel
from mhud.sim.consult import KEYS_S, Consultation, ask_colleague
from mhud.sim.keypad import press
from mhud.sim.pbx import Pbx
from mhud.sim.queue_actions import is_true
from mhud.sim.talk import Talk
from mhud.sim.transfers import blind_transfer
from mhud.sim.wire import Header, Reply, Request


def _existing(pbx: Pbx, request: Request, reply: Reply) -> Channel | None:
    name = request.get("Channel")
    channel = pbx.find(name)
    if not name:
        reply.error("No channel specified")
    elif channel is None:
        reply.error("Channel specified does not exist")
    return channel


def _with_target(pbx: Pbx, request: Request, reply: Reply) -> Channel | None:
    channel = _existing(pbx, request, reply)
    if channel and not request.has("Exten"):
        reply.error("No extension specified")
        return None
    return channel


def do_blind_transfer(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Success even when there is nothing at the target: the caller is dropped there."""
    channel = _with_target(pbx, request, reply)
    if channel is None:
        return
    if not isinstance(channel.activity, Talk):
        reply.error("Transfer failed")
        return
    reply.success("Transfer succeeded")
    context = request.get("Context") or pbx.phones[channel.endpoint].endpoint.transfer_context
    blind_transfer(pbx, channel, context, request.get("Exten"))


def do_atxfer(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Asterisk only presses keys for the agent, and promises nothing."""
    if channel := _with_target(pbx, request, reply):
        reply.success("Atxfer successfully queued")
        ask_colleague(pbx, channel, request.get("Context"), request.get("Exten"))


def do_cancel_atxfer(pbx: Pbx, request: Request, reply: Reply) -> None:
    if channel := _existing(pbx, request, reply):
        reply.success("CancelAtxfer successfully queued")
        pbx.later(KEYS_S, lambda: _cancel(channel))


def _cancel(transferer: Channel) -> None:
    asks = transferer.activity
    if isinstance(asks, Consultation) and transferer is asks.transferer:
        asks.cancel()


def do_bridge(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Takes both away from whatever they do."""
    found: list[Channel] = []
    for field in ("Channel1", "Channel2"):
        name = request.get(field)
        if not name:
            reply.error("Missing channel parameter in request")
            return
        channel = pbx.find(name)
        if channel is None:
            reply.error(f"{field} does not exist: {name}")
            return
        found.append(channel)
    first, second = found
    for channel in found:
        if channel.activity:
            channel.activity.moved(channel)
    if first.gone or second.gone or first is second:
        reply.error("Failed to bridge channels")
        return
    reply.success("Channels have been bridged")
    Talk(pbx, second, first)


def play_dtmf(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Any one digit is queued, a wrong one too. `Receive`: as if the phone had pressed it."""
    channel = pbx.find(request.get("Channel"))
    if "call" not in pbx.site.writes:
        reply.error("Permission denied")
    elif channel is None:
        reply.error("Channel not found")
    elif not request.has("Digit"):
        reply.error("No digit specified")
    else:
        reply.success("DTMF successfully queued")
        digit = request.get("Digit")[:1]
        if is_true(request.get("Receive")):
            press(pbx, channel, digit)
        else:
            channel.heard_keys += digit


def mixmonitor_mute(pbx: Pbx, request: Request, reply: Reply) -> None:
    direction, state = request.get("Direction"), request.get("State")
    channel = pbx.find(request.get("Channel"))
    if direction not in ("read", "write", "both"):
        reply.error("No direction specified. Must be read, write or both")
    elif not request.has("Channel"):
        reply.error("No channel specified")
    elif state not in ("0", "1"):
        reply.error("Invalid muting state specified")
    elif channel is None:
        reply.error("Could not find specified channel")
    elif not channel.recorded:
        reply.error("Cannot set mute flag")
    else:
        reply.success()
        fields: list[Header] = [("Direction", direction), ("State", state)]
        pbx.say("MixMonitorMute", channel, *fields)


def stop_mixmonitor(pbx: Pbx, request: Request, reply: Reply) -> None:
    channel = pbx.find(request.get("Channel"))
    if not request.has("Channel"):
        reply.error("No channel specified")
    elif channel is None:
        reply.error("No such channel")
    elif not channel.recorded:
        reply.error("Could not stop monitoring channel")
    else:
        reply.success()
        channel.recorded = False
        pbx.say("MixMonitorStop", channel)
