"""What mhud asks of Asterisk: one function per action, each argument checked.

All of them raise MhudError INVALID for a value that Asterisk would misunderstand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from mhud.ami.action import Action as Action
from mhud.ami.action import ident
from mhud.errors import invalid

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.+-]{0,78}")  # of a queue's name or a number too
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_CONTEXT = re.compile(r"[A-Za-z0-9_.-]{1,79}")
_EXTEN = re.compile(r"[A-Za-z0-9_.+*#-]{1,79}")
_DIGITS = re.compile(r"[0-9A-D*#]")


def _given(field: str, content: str) -> tuple[str, str]:
    if not content.strip():
        raise invalid(field, "is empty")
    return field, content


def _channel(name: str, field: str = "Channel") -> tuple[str, str]:
    """Asterisk takes `/…` for a regular expression and acts on every channel that matches."""
    if name.startswith("/"):
        raise invalid(field, "must not begin with a slash")
    return _given(field, name)


def _number(field: str, number: int) -> tuple[str, str]:
    """Asterisk makes 0 of a negative number, and calls it Success."""
    if number < 0:
        raise invalid(field, "must not be negative")
    return field, str(number)


def _maybe(field: str, content: str | None) -> tuple[tuple[str, str], ...]:
    return () if content is None else (_given(field, content),)


def _variable_name(name: str) -> str:
    """No dialplan functions: `CALLERID(num)` would be called."""
    if not _VARIABLE.fullmatch(name):
        raise invalid("Variable", "is not the name of a variable")
    return name


def _assignments(variables: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """One header each. A comma would begin another assignment; quotes and backslashes vanish."""
    for name, content in variables.items():
        yield "Variable", f"{_variable_name(name)}={_escaped(content)}"


def _escaped(content: str) -> str:
    return re.sub(r'([\\",])', r"\\\1", content)


def _sip_headers(headers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The one dialplan function that mhud calls, and with texts of its own only."""
    for name, content in headers.items():
        if not _HEADER.fullmatch(name):
            raise invalid("Variable", "is not the name of a SIP header")
        yield "Variable", f"PJSIP_HEADER(add,{name})={_escaped(content)}"


# ---- the connection itself


def login(username: str, secret: str) -> Action:
    return Action("Login", (("Username", username), ("Secret", secret), ("Events", "on")))


def logoff() -> Action:
    return Action("Logoff")


def ping() -> Action:
    return Action("Ping")


# ---- asking


def core_show_channels() -> Action:
    return Action("CoreShowChannels", is_list=True)


def queue_status(queue: str | None = None) -> Action:
    """An unknown queue is an empty list, no error."""
    return Action("QueueStatus", _maybe("Queue", queue), is_list=True)


def device_state_list() -> Action:
    return Action("DeviceStateList", is_list=True)


def core_status() -> Action:
    return Action("CoreStatus")


def getvar(variable: str, channel: str | None = None) -> Action:
    """`content` reads the reply. Without a channel: a global variable."""
    on = () if channel is None else (_channel(channel),)
    return Action("Getvar", (*on, ("Variable", _variable_name(variable))))


def dialplan_exists(context: str, exten: str) -> Action:
    """`content` reads the reply: 1, 0, or nothing where Asterisk lacks func_dialplan.

    The one function that mhud asks, with arguments in which nothing can be quoted or evaluated.
    """
    if not _CONTEXT.fullmatch(context):
        raise invalid("Context", "is not the name of a context")
    if not _EXTEN.fullmatch(exten):
        raise invalid("Exten", "is not an extension")
    return Action("Getvar", (("Variable", f"DIALPLAN_EXISTS({context},{exten},1)"),))


def content(fields: Mapping[str, str]) -> str:
    """What the reply to `getvar` brought; empty when the variable is not set."""
    return fields.get("Value", "")


# ---- calls


def hangup(channel: str, cause: int | None = None) -> Action:
    """By the channel's name or Uniqueid. `cause` is Q.850."""
    why = () if cause is None else (_number("Cause", cause),)
    return Action("Hangup", (_channel(channel), *why))


def originate(
    channel_id: str,
    channel: str,
    context: str,
    exten: str,
    caller_id: str | None,
    timeout_ms: int,
    variables: Mapping[str, str],
    other_channel_id: str | None = None,
    sip_headers: Mapping[str, str] | None = None,
) -> Action:
    """Calls `channel` and, when it answers, sends it to `exten`. Answered at once ("queued").

    `channel_id` becomes the channel's Uniqueid and the ActionID of the OriginateResponse;
    `other_channel_id` is needed for Local channels. `sip_headers` go with the INVITE to a PJSIP
    `channel` where Asterisk has res_pjsip_header_funcs; else it logs that and calls without.
    """
    other = () if other_channel_id is None else (ident("OtherChannelId", other_channel_id),)
    return Action(
        "Originate",
        (
            ("ActionID", ident("ChannelId", channel_id)),
            ("ChannelId", channel_id),
            *(("OtherChannelId", each) for each in other),
            _channel(channel),
            _given("Context", context),
            _given("Exten", exten),
            ("Priority", "1"),
            *_maybe("CallerID", caller_id),
            _number("Timeout", timeout_ms),
            ("Async", "true"),
            *_assignments(variables),
            *_sip_headers(sip_headers or {}),
        ),
    )


def redirect(
    channel: str,
    context: str,
    exten: str,
    extra_channel: str | None = None,
    extra_context: str | None = None,
    extra_exten: str | None = None,
) -> Action:
    """Success even when there is no such extension, which drops the call: check before.

    `extra_…` sends the other party of the bridge somewhere too; default: to the same place.
    """
    place = (_given("Context", context), _given("Exten", exten), ("Priority", "1"))
    if extra_channel is None:
        return Action("Redirect", (_channel(channel), *place))
    extra = (
        _channel(extra_channel, "ExtraChannel"),
        _given("ExtraContext", extra_context or context),
        _given("ExtraExten", extra_exten or exten),
        ("ExtraPriority", "1"),
    )
    return Action("Redirect", (_channel(channel), *place, *extra))


def blind_transfer(channel: str, context: str, exten: str) -> Action:
    """`channel` is the one who transfers. Success even to nowhere: check before."""
    fields = (_channel(channel), _given("Context", context), _given("Exten", exten))
    return Action("BlindTransfer", fields)


def atxfer(channel: str, context: str, exten: str) -> Action:
    """Presses the transfer keys for `channel`; a `#` at the end of `exten` saves 3 s."""
    fields = (_channel(channel), _given("Context", context), _given("Exten", exten))
    return Action("Atxfer", fields)


def cancel_atxfer(channel: str) -> Action:
    return Action("CancelAtxfer", (_channel(channel),))


def play_dtmf(channel: str, digit: str, duration_ms: int, pressed: bool = False) -> Action:
    """Sends a digit to whoever is at the channel; `pressed`: as if he himself had pressed it."""
    if not _DIGITS.fullmatch(digit):
        raise invalid("Digit", "is none of 0-9, A-D, * and #")
    fields = (_channel(channel), ("Digit", digit), _number("Duration", duration_ms))
    return Action("PlayDTMF", (*fields, *((("Receive", "true"),) if pressed else ())))


def mixmonitor_mute(channel: str, muted: bool, direction: str = "both") -> Action:
    """`direction`: read, write or both."""
    state = ("State", "1" if muted else "0")
    return Action("MixMonitorMute", (_channel(channel), _given("Direction", direction), state))


def setvar(variable: str, content: str, channel: str | None = None) -> Action:
    """Without a channel: a global variable."""
    on = () if channel is None else (_channel(channel),)
    return Action("Setvar", (*on, ("Variable", _variable_name(variable)), ("Value", content)))


# ---- queues


def queue_add(
    queue: str,
    interface: str,
    member_name: str,
    penalty: int = 0,
    paused: bool = False,
    reason: str = "",
) -> Action:
    """Success even for an interface that does not exist."""
    fields = (
        _given("Queue", queue),
        _given("Interface", interface),
        ("MemberName", member_name),
        _number("Penalty", penalty),
        ("Paused", str(paused).lower()),
        *((("Reason", reason),) if reason else ()),
    )
    return Action("QueueAdd", fields)


def queue_remove(queue: str, interface: str) -> Action:
    return Action("QueueRemove", (_given("Queue", queue), _given("Interface", interface)))


def queue_pause(interface: str, paused: bool, reason: str = "", queue: str | None = None) -> Action:
    """Without a queue: in all of them."""
    fields = (
        _given("Interface", interface),
        ("Paused", str(paused).lower()),
        *_maybe("Queue", queue),
        *((("Reason", reason),) if reason else ()),
    )
    return Action("QueuePause", fields)


def queue_penalty(interface: str, penalty: int, queue: str | None = None) -> Action:
    fields = (_given("Interface", interface), _number("Penalty", penalty))
    return Action("QueuePenalty", (*fields, *_maybe("Queue", queue)))


def queue_change_priority(queue: str, channel: str, priority: int) -> Action:
    """Of a waiting caller, by his channel's name; a higher one goes first. Told by no event."""
    fields = (
        _given("Queue", queue),
        _channel(channel, "Caller"),
        _number("Priority", priority),
        ("Immediate", "yes"),
    )
    return Action("QueueChangePriorityCaller", fields)


def queue_reload(queue: str | None = None) -> Action:
    """Reads the queues' parameters again. Success even for an unknown queue, and no event."""
    return Action("QueueReload", (*_maybe("Queue", queue), ("Parameters", "yes")))
