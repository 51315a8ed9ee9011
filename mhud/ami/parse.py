"""Bytes of one AMI message in, one typed value out. The only reader of AMI's field names.

Fast, because most of what a busy Asterisk says is of no interest: the event's name is looked up
in the bytes, and only events in `EVENTS` are decoded. A channel's block of headers is read by one
regular expression in the order Asterisk prints it, and header by header in any other order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from mhud.ami import messages as m

E = TypeVar("E", bound=m.Event)
Builder = Callable[[str, datetime], m.Event | None]

EOL = "\r\n"
_NOBODY = frozenset({"", "unknown", "<unknown>"})
_CHAN_HEADERS = (
    r"Channel: ([^\r]*)",
    r"ChannelState: ([0-9]{1,4})",
    r"ChannelStateDesc: [^\r]*",
    r"CallerIDNum: ([^\r]*)",
    r"CallerIDName: ([^\r]*)",
    r"ConnectedLineNum: ([^\r]*)",
    r"ConnectedLineName: [^\r]*",
    r"Language: [^\r]*",
    r"AccountCode: [^\r]*",
    r"Context: ([^\r]*)",
    r"Exten: ([^\r]*)",
    r"Priority: [^\r]*",
    r"Uniqueid: ([^\r]+)",
    r"Linkedid: ([^\r]+)",
)


def parse(message: bytes, received_at: datetime) -> m.Event | None:
    """The event that `message` (without the blank line at its end) tells of.

    None: nothing that mhud listens to, or too broken to mean anything. Never raises.
    """
    if not message.startswith(b"Event: "):
        return None
    build = EVENTS.get(message[7 : message.find(b"\r\n")])
    if build is None:
        return None
    text = decode(message)
    return build(text, _instant(text, received_at))


def decode(message: bytes) -> str:
    """Whole messages only, so that no character is cut. Each line ends with CR LF."""
    return message.decode("utf-8", "replace") + EOL


def value(text: str, name: str) -> str:
    """The first header of that name; empty when there is none. A later one may be forged."""
    mark = f"\r\n{name}: "
    start = text.find(mark)
    if start < 0:
        return ""
    start += len(mark)
    return text[start : text.find(EOL, start)]


def headers(text: str) -> dict[str, str]:
    """Every header of a decoded message; of a repeated one the first."""
    found: dict[str, str] = {}
    for line in text.split(EOL):
        name, colon, content = line.partition(":")
        if colon:
            found.setdefault(name, content.removeprefix(" "))
    return found


def whole(text: str, name: str) -> int:
    """A header as an integer; 0 for anything else."""
    content = value(text, name)
    return int(content) if content.isdecimal() and len(content) <= 15 else 0


def known(content: str) -> str | None:
    """None for what Asterisk prints when it does not know."""
    return None if content in _NOBODY else content


def epoch(seconds: str) -> datetime | None:
    """Unix time as Asterisk prints it; None for 0 and for nonsense."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC) if float(seconds) else None
    except (ValueError, OverflowError, OSError):
        return None


def chan(text: str, prefix: str = "") -> m.Chan | None:
    """The channel whose headers begin with `prefix`; None when there is no such channel."""
    found = _pattern(prefix).search(text)
    if found is None:
        return _chan_in_any_order(text, prefix)
    name, state, number, caller, connected, context, exten, uniqueid, linkedid, rest = (
        found.groups()
    )
    return m.Chan(
        uniqueid=uniqueid,
        linkedid=linkedid,
        name=name,
        state=int(state),
        caller_number=None if number in _NOBODY else number,
        caller_name=None if caller in _NOBODY else caller,
        connected_number=None if connected in _NOBODY else connected,
        context=context,
        exten=exten,
        variables=_variables(rest) if rest else {},
    )


@cache
def _pattern(prefix: str) -> re.Pattern[str]:
    lines = [f"\r\n{prefix}{header}" for header in _CHAN_HEADERS]
    return re.compile("".join(lines) + rf"((?:\r\n{prefix}ChanVariable: [^\r]*)*)\r\n")


def _chan_in_any_order(text: str, prefix: str) -> m.Chan | None:
    uniqueid = value(text, prefix + "Uniqueid")
    name = value(text, prefix + "Channel")
    if not uniqueid or not name:
        return None
    variables = re.findall(rf"\r\n{prefix}ChanVariable: .*?(?=\r\n)", text, re.DOTALL)
    return m.Chan(
        uniqueid=uniqueid,
        linkedid=value(text, prefix + "Linkedid") or uniqueid,
        name=name,
        state=whole(text, prefix + "ChannelState"),
        caller_number=known(value(text, prefix + "CallerIDNum")),
        caller_name=known(value(text, prefix + "CallerIDName")),
        connected_number=known(value(text, prefix + "ConnectedLineNum")),
        context=value(text, prefix + "Context"),
        exten=value(text, prefix + "Exten"),
        variables=_variables("".join(variables)),
    )


def _variables(lines: str) -> dict[str, str]:
    """Of `\\r\\nChanVariable: name=value` lines; empty values say nothing."""
    pairs = (line.partition(": ")[2].partition("=") for line in lines.split(EOL)[1:])
    return {name: content for name, _, content in pairs if content}


def _instant(text: str, received_at: datetime) -> datetime:
    stamp = value(text, "Timestamp")
    return (epoch(stamp) if stamp else None) or received_at


def member(text: str, interface: str = "Interface", name: str = "MemberName") -> m.MemberState:
    """The membership that a queue event tells of, or (with other names) a row of QueueStatus."""
    return m.MemberState(
        queue=value(text, "Queue"),
        interface=value(text, interface),
        name=value(text, name),
        membership=value(text, "Membership"),
        penalty=whole(text, "Penalty"),
        status=whole(text, "Status"),
        paused=value(text, "Paused") == "1",
        paused_reason=value(text, "PausedReason"),
        last_pause=epoch(value(text, "LastPause")),
        login_time=epoch(value(text, "LoginTime")),
        state_interface=value(text, "StateInterface"),
    )


# ---- how each event is built


def _of_channel(kind: Callable[..., E], **more: Callable[[str], Any]) -> Builder:
    """For events about one channel; `more` fields are read from the text by these functions."""

    def build(text: str, at: datetime) -> m.Event | None:
        channel = chan(text)
        if channel is None:
            return None
        return kind(at=at, chan=channel, **{field: read(text) for field, read in more.items()})

    return build


def _plain(kind: Callable[..., E], **fields: Callable[[str], Any]) -> Builder:
    def build(text: str, at: datetime) -> m.Event | None:
        return kind(at=at, **{field: read(text) for field, read in fields.items()})

    return build


def _of_member(kind: Callable[..., E]) -> Builder:
    def build(text: str, at: datetime) -> m.Event | None:
        state = member(text)
        return kind(at=at, member=state) if state.queue and state.interface else None

    return build


def _text(name: str) -> Callable[[str], str]:
    return lambda text: value(text, name)


def _int(name: str) -> Callable[[str], int]:
    return lambda text: whole(text, name)


def _is(name: str, wanted: str) -> Callable[[str], bool]:
    return lambda text: value(text, name) == wanted


def _blind_transfer(text: str, at: datetime) -> m.Event | None:
    transferer = chan(text, "Transferer")
    if transferer is None:
        return None
    return m.BlindTransfer(
        at=at,
        success=value(text, "Result") == "Success",
        transferer=transferer,
        transferee=chan(text, "Transferee"),
        exten=value(text, "Extension"),
    )


def _attended_transfer(text: str, at: datetime) -> m.Event | None:
    first, second = chan(text, "OrigTransferer"), chan(text, "SecondTransferer")
    if first is None or second is None:
        return None
    return m.AttendedTransfer(
        at=at,
        success=value(text, "Result") == "Success",
        first_leg=first,
        second_leg=second,
        transferee=chan(text, "Transferee"),
        target=chan(text, "TransferTarget"),
    )


def _user_event(text: str, at: datetime) -> m.Event:
    """What stands before the event's own name is Asterisk's, what follows is the dialplan's."""
    about, _, own = text.partition("\r\nUserEvent: ")
    name, _, own = own.partition(EOL)
    return m.UserEvent(at=at, name=name, chan=chan(about + EOL), fields=headers(own))


_QUEUE = _text("Queue")
_AGENT: dict[str, Callable[[str], Any]] = {
    "queue": _QUEUE,
    "interface": _text("Interface"),
    "dest": lambda text: chan(text, "Dest"),
}

EVENTS: dict[bytes, Builder] = {
    b"Newchannel": _of_channel(m.NewChannel),
    b"Newstate": _of_channel(m.NewState),
    b"HangupRequest": _of_channel(m.HangupRequest),
    b"Rename": _plain(m.Rename, uniqueid=_text("Uniqueid"), name=_text("Newname")),
    b"Hangup": _of_channel(m.Hangup, cause=_int("Cause")),
    b"BridgeEnter": _of_channel(m.BridgeEnter, bridge_id=_text("BridgeUniqueid")),
    b"BridgeLeave": _of_channel(m.BridgeLeave, bridge_id=_text("BridgeUniqueid")),
    b"Hold": _of_channel(m.Hold),
    b"Unhold": _of_channel(m.Unhold),
    b"BlindTransfer": _blind_transfer,
    b"AttendedTransfer": _attended_transfer,
    b"OriginateResponse": _plain(
        m.OriginateResponse,
        action_id=_text("ActionID"),
        success=_is("Response", "Success"),
        reason=_int("Reason"),
        uniqueid=_text("Uniqueid"),
    ),
    b"MixMonitorStart": _of_channel(m.MixMonitorStart),
    b"MixMonitorStop": _of_channel(m.MixMonitorStop),
    b"MixMonitorMute": _of_channel(m.MixMonitorMute, muted=_is("State", "1")),
    b"DeviceStateChange": _plain(m.DeviceStateChange, device=_text("Device"), state=_text("State")),
    b"QueueCallerJoin": _of_channel(m.QueueCallerJoin, queue=_QUEUE, position=_int("Position")),
    b"QueueCallerLeave": _of_channel(m.QueueCallerLeave, queue=_QUEUE),
    b"QueueCallerAbandon": _of_channel(m.QueueCallerAbandon, queue=_QUEUE),
    b"QueueMemberStatus": _of_member(m.QueueMemberStatus),
    b"QueueMemberAdded": _of_member(m.QueueMemberAdded),
    b"QueueMemberRemoved": _of_member(m.QueueMemberRemoved),
    b"QueueMemberPause": _of_member(m.QueueMemberPause),
    b"QueueMemberPenalty": _of_member(m.QueueMemberPenalty),
    b"AgentCalled": _of_channel(m.AgentCalled, **_AGENT),
    b"AgentRingNoAnswer": _of_channel(m.AgentRingNoAnswer, **_AGENT, ring_time_ms=_int("RingTime")),
    b"AgentConnect": _of_channel(
        m.AgentConnect, **_AGENT, hold_time_s=_int("HoldTime"), ring_time_s=_int("RingTime")
    ),
    b"AgentComplete": _of_channel(
        m.AgentComplete,
        **_AGENT,
        hold_time_s=_int("HoldTime"),
        talk_time_s=_int("TalkTime"),
        reason=_text("Reason"),
    ),
    b"UserEvent": _user_event,
    b"FullyBooted": _plain(m.FullyBooted, uptime_s=_int("Uptime")),
    b"Shutdown": _plain(m.Shutdown, restart=_is("Restart", "True")),
    b"Reload": _plain(m.Reload, module=_text("Module"), success=_is("Status", "0")),
}
