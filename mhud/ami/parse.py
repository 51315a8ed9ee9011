"""Bytes of one AMI message in, one typed value out.

Fast, because most of what a busy Asterisk says is of no interest: the event's name is looked up
in the bytes, and only events in `EVENTS` are decoded at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from mhud.ami import messages as m
from mhud.ami.fields import (
    EOL,
    after,
    chan,
    chan_and_end,
    decode,
    epoch,
    headers,
    integer,
    member,
    member_row,
    value,
    whole,
)

E = TypeVar("E", bound=m.Event)
Builder = Callable[[str, datetime], m.Event | None]
Read = Callable[[str, int], Any]
"""Of a text, and where to begin: one value."""

_TIMESTAMP = "\r\nTimestamp: "
_HEAD = 200  # characters; Asterisk prints the instant third, or not at all
Row = (
    m.ChannelNow
    | m.QueueNow
    | m.MemberState
    | m.CallerNow
    | m.DeviceStateChange
    | Mapping[str, str]
)
"""One item of a list that Asterisk answers with; headers where mhud has no type for it."""


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
    stamp = text.find(_TIMESTAMP, 0, _HEAD)
    at = None if stamp < 0 else epoch(after(_TIMESTAMP, text, stamp))
    return build(text, at or received_at)


def row(message: bytes, at: datetime) -> Row:
    """One item of a list, which has no instant of its own. Never raises."""
    text = decode(message)
    build = ROWS.get(value(EOL + text, "Event"))
    return (build(text, at) if build else None) or headers(text)


# ---- how each event is built


def _of_channel(kind: Callable[..., E], **more: Read) -> Builder:
    """For events about one channel; `more` fields are read from the text by these functions."""

    def build(text: str, at: datetime) -> m.Event | None:
        channel, end = chan_and_end(text)
        if channel is None:
            return None
        return kind(at=at, chan=channel, **{field: read(text, end) for field, read in more.items()})

    def build_bare(text: str, at: datetime) -> m.Event | None:
        channel = chan(text)
        return None if channel is None else kind(at=at, chan=channel)

    return build if more else build_bare


def _plain(kind: Callable[..., E], **fields: Read) -> Builder:
    def build(text: str, at: datetime) -> m.Event | None:
        return kind(at=at, **{field: read(text, 0) for field, read in fields.items()})

    return build


def _of_member(kind: Callable[..., E]) -> Builder:
    def build(text: str, at: datetime) -> m.Event | None:
        state = member(text)
        return kind(at=at, member=state) if state.queue and state.interface else None

    return build


def _text(name: str) -> Callable[[str, int], str]:
    return partial(after, f"\r\n{name}: ")


def _int(name: str) -> Callable[[str, int], int]:
    read = _text(name)
    return lambda text, start: integer(read(text, start))


def _is(name: str, wanted: str) -> Callable[[str, int], bool]:
    read = _text(name)
    return lambda text, start: read(text, start) == wanted


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
        takes_its_place=value(text, "DestType") == "App",
    )


def _spy_start(text: str, at: datetime) -> m.Event | None:
    spy = chan(text, "Spyer")
    return None if spy is None else m.ChanSpyStart(at=at, chan=spy, spyee=chan(text, "Spyee"))


def _spy_stop(text: str, at: datetime) -> m.Event | None:
    spy = chan(text, "Spyer")
    return None if spy is None else m.ChanSpyStop(at=at, chan=spy)


def _user_event(text: str, at: datetime) -> m.Event:
    """What stands before the event's own name is Asterisk's, what follows is the dialplan's."""
    about, _, own = text.partition("\r\nUserEvent: ")
    name, _, own = own.partition(EOL)
    return m.UserEvent(at=at, name=name, chan=chan(about + EOL), fields=headers(own))


_QUEUE = _text("Queue")
_AGENT: dict[str, Read] = {
    "queue": _QUEUE,
    "interface": _text("Interface"),
    "dest": lambda text, _: chan(text, "Dest"),
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
    b"ChanSpyStart": _spy_start,
    b"ChanSpyStop": _spy_stop,
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


# ---- rows of lists


def _channel_now(text: str, _: datetime) -> m.ChannelNow | None:
    channel = chan(text)
    if channel is None:
        return None
    return m.ChannelNow(
        chan=channel,
        application=value(text, "Application"),
        application_data=value(text, "ApplicationData"),
        bridge_id=value(text, "BridgeId") or None,
        age_s=_clock_face(value(text, "Duration")),
    )


def _clock_face(duration: str) -> int:
    """`01:02:03` in seconds; 0 for anything else. Hours may pass 24."""
    parts = duration.split(":")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 9 for part in parts):
        return 0
    hours, minutes, seconds = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds


def _queue_now(text: str, _: datetime) -> m.QueueNow:
    return m.QueueNow(
        name=value(text, "Queue"),
        strategy=value(text, "Strategy"),
        max_callers=whole(text, "Max"),
        service_level_s=whole(text, "ServiceLevel"),
    )


def _caller_now(text: str, _: datetime) -> m.CallerNow:
    return m.CallerNow(
        queue=value(text, "Queue"),
        uniqueid=value(text, "Uniqueid"),
        position=whole(text, "Position"),
        wait_s=whole(text, "Wait"),
        priority=whole(text, "Priority"),
    )


def _device_now(text: str, at: datetime) -> m.DeviceStateChange:
    return m.DeviceStateChange(at=at, device=value(text, "Device"), state=value(text, "State"))


ROWS: dict[str, Callable[[str, datetime], Row | None]] = {
    "CoreShowChannel": _channel_now,
    "QueueParams": _queue_now,
    "QueueMember": lambda text, _: member_row(text),
    "QueueEntry": _caller_now,
    "DeviceStateChange": _device_now,
}
