"""Asterisks that no one would wish for: they flood, stall, lie and never end."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable

from mhud.clock import SystemClock
from tests.scripted_ami import Fields, ScriptedAmi, message, response

CHUNK = 50  # messages written at once


def channel(number: int, event: str = "Newchannel", **more: str) -> str:
    """One event about a channel that exists nowhere else."""
    unique = f"1700000000.{number}"
    return message(
        f"Event: {event}",
        f"Channel: PJSIP/trunk-{number:08x}",
        "ChannelState: 4",
        "ChannelStateDesc: Ring",
        f"CallerIDNum: 2547{number:08d}",
        "CallerIDName: <unknown>",
        "ConnectedLineNum: <unknown>",
        "ConnectedLineName: <unknown>",
        "Language: en",
        "AccountCode: ",
        "Context: from-trunk",
        "Exten: 116123",
        "Priority: 1",
        f"Uniqueid: {unique}",
        f"Linkedid: {unique}",
        *(f"{name}: {value}" for name, value in more.items()),
    )


def joins(number: int) -> str:
    """A caller in a queue of his own."""
    more = {"Queue": f"queue{number}", "Position": "1", "Count": "1"}
    return channel(number, "QueueCallerJoin", **more)


def member(number: int) -> str:
    return message(
        "Event: QueueMemberAdded",
        "Queue: support",
        f"MemberName: nobody {number}",
        f"Interface: PJSIP/nobody{number}",
        f"StateInterface: PJSIP/nobody{number}",
        "Membership: dynamic",
        "Penalty: 0",
        "CallsTaken: 0",
        "LastCall: 0",
        "LastPause: 0",
        "LoginTime: 1700000000",
        "InCall: 0",
        "Status: 1",
        "Paused: 0",
        "PausedReason: ",
        "Ringinuse: 0",
        "Wrapuptime: 0",
    )


def tagged(number: int) -> str:
    """Each event of one call brings a tag of 10 kB that was not there before."""
    return channel(1, "Newstate", ChanVariable=f"MHU_TAGS=tag{number}{'x' * 10_000}")


def a_line_of_a_megabyte(_: int) -> str:
    return "Event: Newchannel\r\nCallerIDName: " + "A" * 1_000_000


def noise(number: int) -> str:
    """Events with what no Asterisk would write in each of its fields."""
    odd = ("", "-1", "1e999", "NaN", "\x00", "\u202e", "9" * 400, "/.*/", "${SHELL(id)}")
    word = odd[number % len(odd)]
    kinds = (
        "QueueCallerJoin",
        "BridgeEnter",
        "Hangup",
        "AgentConnect",
        "DialEnd",
        "UserEvent",
        word,
    )
    kind = kinds[number % len(kinds)]
    names = ("Uniqueid", "Linkedid", "Channel", "ChannelState", "Queue", "Position", "Count")
    more = ("Interface", "BridgeUniqueid", "HoldTime", "TalkTime", "Timestamp", "Cause", "Paused")
    return message(f"Event: {kind}", *(f"{name}: {word}" for name in (*names, *more)))


class Liar:
    """Pours what `text` makes into each connection that has taken its snapshot."""

    def __init__(self, asterisk: ScriptedAmi, text: Callable[[int], str]) -> None:
        self._asterisk = asterisk
        self._text = text

    async def pour(self) -> None:
        """For ever, as fast as the other side reads."""
        number = itertools.count()
        while True:
            peers = self._asterisk.peers
            peer = peers[-1] if peers else None
            if peer is None or peer.gone or not peer.count("CoreStatus"):
                await SystemClock().sleep(0.02)
                continue
            with contextlib.suppress(ConnectionError):
                peer.say("".join(self._text(next(number)) for _ in range(CHUNK)))
                await peer.writer.drain()
            await SystemClock().sleep(0)


def endless_list(fields: Fields) -> str:
    """Ten items of 10 kB, more than can be true, and never an end."""
    ident = f"ActionID: {fields['ActionID']}"
    item = message("Event: QueueParams", ident, "Queue: support", "Strategy: " + "x" * 10_000)
    return response(fields, "EventList: start") + item * 4_000
