"""Out of the text of one AMI message: single headers, channels, memberships.

Blocks of headers that every event repeats are read by one regular expression in the order in
which Asterisk prints them, and header by header in any other order.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache, lru_cache

from mhud.ami.messages import Chan, MemberState

EOL = "\r\n"
_NOBODY = frozenset({"", "unknown", "<unknown>"})
_CHANNEL = (
    "Channel ChannelState - CallerIDNum CallerIDName ConnectedLineNum - - - Context Exten - "
    "Uniqueid Linkedid",
    "ChannelStateDesc ConnectedLineName Language AccountCode Priority",
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


def after(mark: str, text: str) -> str:
    """What stands between the first `mark` and the end of its line; empty without one."""
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
    """The channel whose headers begin with `prefix`; None when there is no such channel."""
    found = _in_order(_CHANNEL, prefix, repeats=True).search(text)
    if found is not None:
        return _chan(*found.groups())
    return _chan(*_one_by_one(text, _CHANNEL, prefix), _repeats(text, prefix))


@lru_cache(1024)
def _chan(
    name: str,
    state: str,
    caller_number: str,
    caller_name: str,
    connected_number: str,
    context: str,
    exten: str,
    uniqueid: str,
    linkedid: str,
    variables: str,
) -> Chan | None:
    """Two events in three repeat what was said of the channel before: same text, same value."""
    if not uniqueid or not name:
        return None
    return Chan(
        uniqueid=uniqueid,
        linkedid=linkedid or uniqueid,
        name=name,
        state=integer(state),
        caller_number=None if caller_number in _NOBODY else caller_number,
        caller_name=None if caller_name in _NOBODY else caller_name,
        connected_number=None if connected_number in _NOBODY else connected_number,
        context=context,
        exten=exten,
        variables=_assignments(variables) if variables else {},
    )


def member(text: str) -> MemberState:
    """The membership that a queue event tells of."""
    found = _in_order(_MEMBER).search(text)
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
def _in_order(block: tuple[str, str], prefix: str = "", repeats: bool = False) -> re.Pattern[str]:
    """`block`: names to read, `-` for one to skip; then the names skipped, in their order."""
    skipped = iter(block[1].split())
    lines = [
        rf"\r\n{prefix}{next(skipped)}: [^\r]*" if name == "-" else rf"\r\n{prefix}{name}: ([^\r]*)"
        for name in block[0].split()
    ]
    variables = rf"((?:\r\n{prefix}ChanVariable: [^\r]*)*)" if repeats else ""
    return re.compile("".join(lines) + variables + r"\r\n")


def _one_by_one(text: str, block: tuple[str, str], prefix: str = "") -> list[str]:
    return [value(text, prefix + name) for name in block[0].split() if name != "-"]


def _repeats(text: str, prefix: str) -> str:
    found = re.findall(rf"\r\n{prefix}ChanVariable: .*?(?=\r\n)", text, re.DOTALL)
    return "".join(found)


def _assignments(lines: str) -> dict[str, str]:
    """Of `\\r\\nChanVariable: name=value` lines; empty values say nothing."""
    pairs = (line.partition(": ")[2].partition("=") for line in lines.split(EOL)[1:])
    return {name: content for name, _, content in pairs if content}
