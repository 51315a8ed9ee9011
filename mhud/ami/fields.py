"""Out of the text of one AMI message: single headers, channels, memberships.

Blocks of headers that every event repeats are read by one regular expression in the order in
which Asterisk prints them, and header by header in any other order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from mhud.ami.messages import Chan, MemberState
from mhud.ids import ERRAND, TRIAL

EOL = "\r\n"
_NO_VARIABLES: Mapping[str, str] = {}
_NOBODY = frozenset({"", "unknown", "<unknown>"})
_AST_STATES = {str(state): state for state in range(11)}
_CHANNEL = (
    "Channel ChannelState - CallerIDNum - ConnectedLineNum - - - - Exten - Uniqueid Linkedid",
    "ChannelStateDesc CallerIDName ConnectedLineName Language AccountCode Context Priority",
)
_MEMBER = (
    "Queue MemberName Interface StateInterface Membership Penalty - - LastPause - - "
    "Status Paused PausedReason",
    "CallsTaken LastCall LoginTime InCall",
)


def decode(message: bytes) -> str:
    """Whole messages only, so that no character is cut. Each line ends with CR LF."""
    return message.decode("utf-8", "replace") + EOL


def value(text: str, name: str) -> str:
    """The first header of that name; empty when there is none. A later one may be forged."""
    return after(f"\r\n{name}: ", text)


def after(mark: str, text: str, start: int = 0) -> str:
    """What stands between the first `mark` and the end of its line; empty without one.

    Sought from `start` on, and from the beginning only where there is none.
    """
    found = text.find(mark, start)
    if found < 0:
        return after(mark, text) if start else ""
    found += len(mark)
    return text[found : text.find(EOL, found)]


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
    return integer(value(text, name))


def integer(content: str) -> int:
    return int(content) if content.isdecimal() and len(content) <= 15 else 0


def epoch(seconds: str) -> datetime | None:
    """Unix time as Asterisk prints it; None for 0 and for nonsense."""
    if seconds in ("0", ""):
        return None
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def chan(text: str, prefix: str = "") -> Chan | None:
    """The channel whose headers begin with `prefix`; None: none, or that of no call."""
    return chan_and_end(text, prefix)[0]


def chan_and_end(text: str, prefix: str = "") -> tuple[Chan | None, int]:
    """The same, and where the event's own headers begin: behind the channel, as Asterisk prints."""
    found = _channel_lines(prefix).search(text)
    if found is not None:
        return _chan(*found.groups()), found.end()
    contents = [*_one_by_one(text, _CHANNEL, prefix), _repeats(text, prefix)]
    return _chan(*contents), 0


def _chan(  # its parameters are the groups of `_channel_lines`
    name: str,
    state: str,
    caller_number: str,
    connected_number: str,
    exten: str,
    uniqueid: str,
    linkedid: str,
    variables: str,
) -> Chan | None:
    if not uniqueid or not name or uniqueid.startswith(ERRAND) or exten == TRIAL:
        return None
    return Chan(
        uniqueid=uniqueid,
        linkedid=linkedid or uniqueid,
        name=name,
        state=_AST_STATES.get(state, 0),
        caller_number=None if caller_number in _NOBODY else caller_number,
        connected_number=None if connected_number in _NOBODY else connected_number,
        exten=exten,
        variables=_assignments(variables) if variables else _NO_VARIABLES,
    )


def member(text: str) -> MemberState:
    """The membership that a queue event tells of."""
    found = _MEMBER_LINES.search(text)
    return _member(*(found.groups() if found else _one_by_one(text, _MEMBER)))


def member_row(text: str) -> MemberState:
    """The same from a row of QueueStatus, which has other names for two of the headers."""
    renamed = text.replace("\r\nName: ", "\r\nMemberName: ", 1)
    return member(renamed.replace("\r\nLocation: ", "\r\nInterface: ", 1))


def _member(
    queue: str,
    name: str,
    interface: str,
    state_interface: str,
    membership: str,
    penalty: str,
    last_pause: str,
    status: str,
    paused: str,
    paused_reason: str,
) -> MemberState:
    return MemberState(
        queue=queue,
        interface=interface,
        name=name,
        membership=membership,
        penalty=integer(penalty),
        status=integer(status),
        paused=paused == "1",
        paused_reason=paused_reason,
        last_pause=epoch(last_pause),
        state_interface=state_interface,
    )


@cache
def _channel_lines(prefix: str) -> re.Pattern[str]:
    variables = rf"((?:\r\n{prefix}ChanVariable: [^\r]*+)*+)"
    return re.compile(_in_order(_CHANNEL, prefix) + variables + r"(?=\r\n)")


def _in_order(block: tuple[str, str], prefix: str = "") -> str:
    """`block`: names to read, `-` for one to skip; then the names skipped, in their order."""
    skipped = iter(block[1].split())
    lines = (
        f"{next(skipped)}: [^\\r]*+" if name == "-" else f"{name}: ([^\\r]*+)"
        for name in block[0].split()
    )
    return "".join(rf"\r\n{prefix}{line}" for line in lines)


_MEMBER_LINES = re.compile(_in_order(_MEMBER) + r"(?=\r\n)")


def _one_by_one(text: str, block: tuple[str, str], prefix: str = "") -> list[str]:
    return [value(text, prefix + name) for name in block[0].split() if name != "-"]


def _repeats(text: str, prefix: str) -> str:
    found = re.findall(rf"\r\n{prefix}ChanVariable: .*?(?=\r\n)", text, re.DOTALL)
    return "".join(found)


def _assignments(lines: str) -> dict[str, str]:
    """Of `\\r\\nChanVariable: name=value` lines; empty values say nothing."""
    pairs = (line.partition(": ")[2].partition("=") for line in lines.split(EOL)[1:])
    return {name: content for name, _, content in pairs if content}
