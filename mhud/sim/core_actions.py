"""AMI actions about Asterisk itself, its channels, bridges and devices."""

from __future__ import annotations

from mhud.sim.channels import UNKNOWN, Channel
from mhud.sim.commands import listing
from mhud.sim.pbx import Pbx
from mhud.sim.wire import Header, Headers, Reply, Request

VERSION = "22.10.1"


def ping(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.success("", ("Ping", "Pong"), ("Timestamp", f"{pbx.epoch():.6f}"))


def core_settings(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.success(
        "",
        ("AMIversion", "11.0.0"),
        ("AsteriskVersion", VERSION),
        ("SystemName", pbx.site.name),
        ("CoreMaxCalls", "0"),
        ("CoreMaxLoadAvg", "0.000000"),
        ("CoreRunUser", ""),
        ("CoreRunGroup", ""),
        ("CoreMaxFilehandles", "0"),
        ("CoreRealTimeEnabled", "No"),
        ("CoreCDRenabled", "No"),
        ("CoreHTTPenabled", "No"),
        ("SoundsSearchCustomDir", "No"),
    )


def core_status(pbx: Pbx, request: Request, reply: Reply) -> None:
    day, time = pbx.started.strftime("%Y-%m-%d"), pbx.started.strftime("%H:%M:%S")
    reply.success(
        "",
        ("CoreStartupDate", day),
        ("CoreStartupTime", time),
        ("CoreReloadDate", day),
        ("CoreReloadTime", time),
        ("CoreCurrentCalls", str(len(pbx.channels))),
        ("CoreProcessedCalls", str(pbx.processed)),
    )


def core_show_channels(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.listing("Channels will follow")
    for channel in pbx.channels.values():
        seconds = int(pbx.since(channel.born))
        duration = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        fields = [
            ("Application", channel.application),
            ("ApplicationData", channel.application_data),
            ("Duration", duration),
            ("BridgeId", channel.bridge.ident if channel.bridge else ""),
        ]
        reply.item("CoreShowChannel", [*pbx.shown(channel), *fields])
    reply.complete("CoreShowChannelsComplete")


def core_show_channel_map(pbx: Pbx, request: Request, reply: Reply) -> None:
    channel = pbx.find(request.get("Channel"))
    if channel is None:
        reply.error("Could not get channel snapshot")
        return
    reply.listing("Channel map will follow")
    others = channel.bridge.channels if channel.bridge else []
    for other in others:
        if other is not channel:
            row = [("Channel", channel.name), ("ConnectedChannel", other.name)]
            reply.item("CoreShowChannelMap", row)
    reply.complete("CoreShowChannelMapComplete")


def status(pbx: Pbx, request: Request, reply: Reply) -> None:
    wanted = request.get("Channel")
    only = pbx.find(wanted) if wanted else None
    if wanted and only is None:
        reply.error("No such channel")
        return
    channels = [only] if only else list(pbx.channels.values())
    reply.listing("Channel status will follow")
    for channel in channels:
        row = [("Privilege", "Call"), *pbx.shown(channel), *_inside(pbx, channel)]
        reply.item("Status", row, id_last=True)
    reply.complete("StatusComplete", ("Items", str(len(channels))))


def _inside(pbx: Pbx, channel: Channel) -> Headers:
    return [
        ("Type", "PJSIP"),
        ("DNID", channel.dialled),
        ("EffectiveConnectedLineNum", channel.connected_number or UNKNOWN),
        ("EffectiveConnectedLineName", channel.connected_display or UNKNOWN),
        ("TimeToHangup", "0"),
        ("BridgeID", channel.bridge.ident if channel.bridge else ""),
        ("Application", channel.application),
        ("Data", channel.application_data),
        ("Nativeformats", "(ulaw)"),
        ("Readformat", "ulaw"),
        ("Readtrans", ""),
        ("Writeformat", "ulaw"),
        ("Writetrans", ""),
        ("Callgroup", "0"),
        ("Pickupgroup", "0"),
        ("Seconds", str(int(pbx.since(channel.born)))),
    ]


def device_state_list(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.listing("Device State Changes will follow")
    for device, state in pbx.devices.items():
        reply.item("DeviceStateChange", [("Device", device), ("State", state)])
    reply.complete("DeviceStateListComplete")


def bridge_list(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.listing("Bridge listing will follow")
    for bridge in pbx.bridges.values():
        reply.item("BridgeListItem", bridge.headers())
    reply.complete("BridgeListComplete")


def bridge_info(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.error("Specified BridgeUniqueid not found")


def list_commands(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.success("", *listing(pbx.site.writes))


def user_event(pbx: Pbx, request: Request, reply: Reply) -> None:
    """Needs the right `user`, because it can forge any event."""
    reply.success("Event Sent")
    hidden = ("action", "actionid", "userevent")
    own: list[Header] = [one for one in request.headers if one[0].lower() not in hidden]
    ident = [("ActionID", request.get("ActionID"))] if request.has("ActionID") else []
    pbx.emit("UserEvent", "user", [("UserEvent", request.get("UserEvent")), *own, *ident])


def db_get(pbx: Pbx, request: Request, reply: Reply) -> None:
    reply.error("Database entry not found")


def extension_state(pbx: Pbx, request: Request, reply: Reply) -> None:
    if not request.has("Exten"):
        reply.error("Extension not specified")
        return
    reply.success(
        "Extension Status",
        ("Exten", request.get("Exten")),
        ("Context", request.get("Context")),
        ("Hint", ""),
        ("Status", "-1"),
        ("StatusText", "Unknown"),
    )
