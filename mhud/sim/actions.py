"""Which function answers which action."""

from __future__ import annotations

from collections.abc import Callable

from mhud.sim import call_actions as call
from mhud.sim import control_actions as control
from mhud.sim import core_actions as core
from mhud.sim import queue_actions as queue
from mhud.sim.commands import COMMANDS, allowed
from mhud.sim.pbx import Pbx
from mhud.sim.wire import Reply, Request

Handler = Callable[[Pbx, Request, Reply], None]

HANDLERS: dict[str, Handler] = {
    "absolutetimeout": call.no_such_channel,
    "atxfer": control.do_atxfer,
    "blindtransfer": control.do_blind_transfer,
    "bridge": control.do_bridge,
    "bridgeinfo": core.bridge_info,
    "bridgelist": core.bridge_list,
    "cancelatxfer": control.do_cancel_atxfer,
    "coresettings": core.core_settings,
    "coreshowchannelmap": core.core_show_channel_map,
    "coreshowchannels": core.core_show_channels,
    "corestatus": core.core_status,
    "dbget": core.db_get,
    "devicestatelist": core.device_state_list,
    "extensionstate": core.extension_state,
    "getvar": call.getvar,
    "hangup": call.do_hangup,
    "listcommands": core.list_commands,
    "mixmonitormute": control.mixmonitor_mute,
    "originate": call.do_originate,
    "ping": core.ping,
    "playdtmf": control.play_dtmf,
    "queueadd": queue.queue_add,
    "queuechangeprioritycaller": queue.queue_priority,
    "queuelog": queue.queue_log,
    "queuememberringinuse": queue.queue_ring_in_use,
    "queuepause": queue.queue_pause,
    "queuepenalty": queue.queue_penalty,
    "queuereload": queue.queue_reload,
    "queueremove": queue.queue_remove,
    "queuereset": queue.queue_reset,
    "queuerule": queue.queue_rule,
    "queuestatus": queue.queue_status,
    "queuesummary": queue.queue_summary,
    "queuewithdrawcaller": queue.queue_withdraw,
    "redirect": call.do_redirect,
    "sendtext": call.no_such_channel,
    "setvar": call.setvar,
    "status": core.status,
    "stopmixmonitor": control.stop_mixmonitor,
    "userevent": core.user_event,
}


def answer(pbx: Pbx, request: Request, reply: Reply) -> None:
    """For a client that is logged in. What no recording shows is an unknown command."""
    action = request.get("Action")
    if not action:
        reply.error("Missing action in request")
        return
    if action.lower() in COMMANDS and not allowed(action, pbx.site.writes):
        reply.error("Permission denied")
        return
    handler = HANDLERS.get(action.lower())
    if handler is None:
        reply.error(unknown(action))
        return
    handler(pbx, request, reply)


def unknown(action: str) -> str:
    tail = "Use Action: ListCommands to show available commands."
    return f"Invalid/unknown command: {action}. {tail}"
