"""Recordings of a real Asterisk beside what the fake says, made comparable.

Replaced by what they mean: ids and channel names (by order of appearance), times, and what only
the machine of the recording had. Everything else is compared, in the recording's order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from tests.ami_client import Headers, messages
from tests.ami_client import value_of as value

TRACES = Path(__file__).parent / "traces"

# Another in each run or on each machine; the header itself must be there.
ENVIRONMENT = frozenset(
    {
        "Timestamp",
        "SystemName",
        "AsteriskVersion",
        "CoreStartupDate",
        "CoreStartupTime",
        "CoreReloadDate",
        "CoreReloadTime",
        "CoreProcessedCalls",
        "Uptime",
        "LastReload",
        "Challenge",
        "Id",
        "LoginTime",
        "LastCall",
        "LastPause",
        "RoundtripUsec",
        "URI",
        "Wait",
        "Duration",
        "Seconds",
        "ApplicationData",
        "Data",
        "Nativeformats",
        "Readformat",
        "Readtrans",
        "Writeformat",
        "Writetrans",
        "Priority",
        # Whole seconds of a real clock, and what depends on which thread was first:
        "HoldTime",
        "TalkTime",
        "RingTime",
        "InCall",
        "DestChannelState",
        "DestChannelStateDesc",
    }
)
# What depends on whether the channel's own thread had moved on: two recordings of the same
# scenario differ here.
RACES = {"AgentComplete": ("Context", "Exten"), "NewConnectedLine": ("ChanVariable",)}
CHANNEL = re.compile(r"(?:PJSIP|Local)/[\w@]+-[0-9a-f]{8}(?:;[12])?")
PREFIXES = (
    "Dest",
    "Transferer",
    "Transferee",
    "OrigTransferer",
    "SecondTransferer",
    "TransferTarget",
)


def recorded(stem: str) -> list[Headers]:
    """What Asterisk said, without the banner."""
    text = (TRACES / f"{stem}.in.ami").read_bytes().decode()
    return messages(text.partition("\r\n")[2])


def asked(stem: str) -> list[str]:
    """The client's actions, each with the empty line that ends it."""
    text = (TRACES / f"{stem}.out.ami").read_bytes().decode()
    return [f"{block}\r\n\r\n" for block in text.split("\r\n\r\n") if block]


@dataclass
class Names:
    """Gives every id its number of appearance, so that two runs can be compared."""

    known: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str, ident: str) -> str:
        if not ident:
            return ""
        same = sum(1 for one in self.known.values() if one.startswith(f"{kind} "))
        return self.known.setdefault(f"{kind}:{ident}", f"{kind} {same + 1}")

    def header(self, name: str, content: str) -> tuple[str, str]:
        if name in ENVIRONMENT or name.endswith("Priority"):
            return name, "…"
        if name.startswith("ChanVariable("):
            return "ChanVariable(…)", content
        if (name.lower().endswith("uniqueid") and "Bridge" in name) or name.lower() == "bridgeid":
            return name, self.of("bridge", content)
        if name.lower().endswith(("uniqueid", "linkedid")):
            return name, self.of("id", content)
        return name, CHANNEL.sub(lambda found: self.of("channel", found[0]), content)

    def message(self, message: Headers) -> Headers:
        raced = RACES.get(value(message, "Event"), ())
        return [
            (name, "…") if name in raced else self.header(name, content)
            for name, content in message
        ]


def answers(told: list[Headers]) -> dict[str, list[Headers]]:
    """Response and list of each action, by ActionID; a device list in one order."""
    names = Names()
    found: dict[str, list[Headers]] = defaultdict(list)
    for message in told:
        ident = value(message, "ActionID")
        if ident and value(message, "Event") not in ("OriginateResponse", "UserEvent"):
            found[ident].append(message)
    return {
        ident: [names.message(one) for one in _in_one_order(listing)]
        for ident, listing in found.items()
    }


def _in_one_order(listing: list[Headers]) -> list[Headers]:
    """Asterisk prints devices, channels and a queue's members in the order of a hash."""
    rows = ("DeviceStateChange", "QueueMember", "CoreShowChannel", "Status")
    tidy: list[Headers] = []
    for sortable, run in groupby(listing, key=lambda one: value(one, "Event") in rows):
        same = list(run)
        tidy += sorted(same, key=_row_name) if sortable else same
    return tidy


def _row_name(row: Headers) -> str:
    return value(row, "Device") + value(row, "Location") + value(row, "CallerIDNum")


def news(told: list[Headers]) -> list[Headers]:
    """The events that nobody asked for."""
    own = ("OriginateResponse", "UserEvent")
    return [
        one
        for one in told
        if one[0][0] == "Event"
        and (not value(one, "ActionID") or value(one, "Event") in own)
        and value(one, "Event") != "FullyBooted"
    ]


def strands(told: list[Headers], ignored: frozenset[str] = frozenset()) -> dict[str, list[Headers]]:
    """The events of each channel, bridge, device and member in their order.

    Between strands Asterisk's threads race: the recordings show several orders for one scenario.
    """
    names = Names()
    found: dict[str, list[Headers]] = defaultdict(list)
    for message in told:
        clean = names.message(message)
        if value(message, "Event") not in ignored:
            found[_strand(clean)].append(clean)
    return dict(found)


def nameless(message: Headers) -> Headers:
    """Without the numbers and names of the parties."""
    ends = ("CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName")
    return [(name, "…" if name.endswith(ends) else content) for name, content in message]


def _strand(message: Headers) -> str:
    event = value(message, "Event")
    if event in ("AgentComplete", "OriginateResponse"):
        return f"{event} of {value(message, 'Uniqueid')}"
    if event.startswith("QueueMember"):
        return f"member {value(message, 'Queue')} {value(message, 'Interface')}"
    if value(message, "Uniqueid"):
        return value(message, "Uniqueid")
    for name in ("DestUniqueid", "TransfererUniqueid", "OrigTransfererUniqueid"):
        if value(message, name):
            return f"{event} of {value(message, name)}"
    return (
        value(message, "BridgeUniqueid")
        or value(message, "Device")
        or value(message, "Peer")
        or value(message, "EndpointName")
        or event
    )
