"""AMI actions that change calls and variables."""

from __future__ import annotations

import re

from mhud.sim.channels import Channel
from mhud.sim.dialplan import redirect, redirect_both
from mhud.sim.originate import originate, read_order, refusal
from mhud.sim.pbx import Pbx
from mhud.sim.talk import hang_up
from mhud.sim.wire import Reply, Request

FUNCTIONS = frozenset({"DIALPLAN_EXISTS", "CALLERID"})  # of those that may be read


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
    elif name.endswith(")") and name.partition("(")[0] not in FUNCTIONS:
        reply.error("GetVar Access Forbidden: Variable")
    else:
        reply.success("", ("Variable", name), ("Value", _value(pbx, channel, name)))


def _value(pbx: Pbx, channel: Channel | None, name: str) -> str:
    function, _, arguments = name.removesuffix(")").partition("(")
    if function in pbx.site.unloaded:
        return ""
    if function == "DIALPLAN_EXISTS":
        context, exten, *_ = [*arguments.split(","), ""]
        return str(int(pbx.site.exists(context, exten)))
    if function == "CALLERID":
        return channel.number if channel else ""
    return (channel.variables if channel else pbx.variables).get(name, "")
