"""AMI actions that change calls and variables."""

from __future__ import annotations

import re

from mhud.sim.channels import Channel
from mhud.sim.dialplan import redirect, redirect_both
from mhud.sim.originate import originate, read_order, refusal
from mhud.sim.pbx import Pbx
from mhud.sim.talk import hang_up
from mhud.sim.transfers import blind_transfer
from mhud.sim.wire import Header, Reply, Request


def do_originate(pbx: Pbx, request: Request, reply: Reply) -> None:
    problem = refusal(pbx, request)
    if problem:
        reply.error(problem)
        return
    order = read_order(request)
    queued = request.get("Async").lower() in ("true", "yes", "1")
    made = originate(pbx, order)
    if queued or made:
        reply.success("Originate successfully queued")
    else:
        reply.error("Originate failed")


def do_hangup(pbx: Pbx, request: Request, reply: Reply) -> None:
    """By name or Uniqueid; `/expression/` hangs up everybody whose name it matches."""
    name = request.get("Channel")
    if not name:
        reply.error("No channel specified")
    elif name.startswith("/"):
        _hang_up_matching(pbx, name.strip("/"), reply)
    elif channel := pbx.find(name):
        reply.success("Channel Hungup")
        hang_up(pbx, channel, _cause(request))
    else:
        reply.error("No such channel")


def _cause(request: Request) -> int:
    cause = request.get("Cause", "16")
    return int(cause) if cause.isdigit() and 0 < int(cause) < 128 else 16


def _hang_up_matching(pbx: Pbx, expression: str, reply: Reply) -> None:
    reply.listing("Channels hung up will follow")
    for channel in [one for one in pbx.channels.values() if re.search(expression, one.name)]:
        reply.item("ChannelHungup", [("Channel", channel.name)])
        hang_up(pbx, channel)
    reply.complete("ChannelsHungupListComplete")


def do_redirect(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Success even when there is nothing at the target: the channel is hung up there."""
    name, extra_name = request.get("Channel"), request.get("ExtraChannel")
    if not name:
        reply.error("Channel not specified")
        return
    channel = pbx.find(name)
    if channel is None:
        reply.error(f"Channel does not exist: {name}")
        return
    place = request.get("Context"), request.get("Exten")
    extra = pbx.find(extra_name) if extra_name else None
    if extra_name and extra is None:
        reply.error(f"ExtraChannel does not exist: {extra_name}")
    elif extra is not None:
        reply.success("Dual Redirect successful")
        other = request.get("ExtraContext", place[0]), request.get("ExtraExten", place[1])
        redirect_both(pbx, channel, place, extra, other)
    else:
        reply.success("Redirect successful")
        redirect(pbx, channel, *place)


def do_blind_transfer(pbx: Pbx, request: Request, reply: Reply) -> None:
    channel = _existing(pbx, request, reply)
    if channel is None:
        return
    if channel.bridge is None:
        reply.error("Transfer failed")
        return
    reply.success("Transfer succeeded")
    context = request.get("Context") or pbx.phones[channel.endpoint].endpoint.transfer_context
    blind_transfer(pbx, channel, context, request.get("Exten"))


def _existing(pbx: Pbx, request: Request, reply: Reply) -> Channel | None:
    name = request.get("Channel")
    channel = pbx.find(name)
    if not name:
        reply.error("No channel specified")
    elif channel is None:
        reply.error("Channel specified does not exist")
    return channel


def do_atxfer(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Asterisk only presses keys for the agent, and promises nothing; here nothing follows."""
    if _existing(pbx, request, reply):
        reply.success("Atxfer successfully queued")


def do_cancel_atxfer(pbx: Pbx, request: Request, reply: Reply) -> None:
    if _existing(pbx, request, reply):
        reply.success("CancelAtxfer successfully queued")


def do_bridge(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Knows only what was recorded of a Bridge that cannot be."""
    for field in ("Channel1", "Channel2"):
        name = request.get(field)
        if not name:
            reply.error("Missing channel parameter in request")
            return
        if pbx.find(name) is None:
            reply.error(f"{field} does not exist: {name}")
            return
    reply.error("Failed to bridge channels")


def no_such_channel(pbx: Pbx, request: Request, reply: Reply) -> None:
    """SendText and AbsoluteTimeout: only their refusals are known."""
    reply.error("No such channel" if request.has("Channel") else "No channel specified")


def setvar(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Without a channel it is one of the dialplan's globals."""
    name, value = request.get("Variable"), request.get("Value")
    channel = pbx.find(request.get("Channel"))
    if not name:
        reply.error("No variable specified")
    elif request.has("Channel") and channel is None:
        reply.error("No such channel")
    else:
        reply.success("Variable Set")
        if channel is None:
            pbx.variables[name] = value
        else:
            channel.sets(name, value)


def getvar(pbx: Pbx, request: Request, reply: Reply) -> None:
    name = request.get("Variable")
    channel = pbx.find(request.get("Channel"))
    if not name:
        reply.error("No variable specified")
    elif request.has("Channel") and channel is None:
        reply.error("No such channel")
    elif name.endswith(")"):
        reply.error("GetVar Access Forbidden: Variable")
    else:
        known = channel.variables if channel else pbx.variables
        reply.success("", ("Variable", name), ("Value", known.get(name, "")))


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
