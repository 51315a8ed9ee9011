"""Lines of queue_log and of the CDR csv, as values. What can't be read is None, never an error.

`queue_log`: second since 1970 | channel | queue | agent | event | up to five values. The CDR csv
has 18 columns with uniqueid and userfield, and 21 with peeraccount, linkedid and sequence.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST = 4096
"""Bytes of a line. A longer one is damaged, for Asterisk writes none, and would fill memory."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_S = 7_258_118_400  # the year 2200
WITH_UNIQUEID, WITH_LINKEDID = 17, 20
FIELDS = 5
NOBODY = ("", "NONE")
OF_NO_CALL = frozenset(
    ("ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE", "PAUSEALL", "UNPAUSEALL", "PENALTY",
     "MEMBERPENALTY", "RINGINUSE", "CONFIGRELOAD", "QUEUESTART", "AGENTLOGIN", "AGENTLOGOFF")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One event of a caller's channel in a queue; `agent` is an interface or a member's name."""

    at: datetime
    uniqueid: str
    queue: str
    agent: str | None
    event: str
    values: tuple[str, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """What it is looked up by until its channel's call is known."""
        return self.uniqueid

    @property
    def last_at(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of the CDR csv: a channel, and whom it was bound to, or tried to reach."""

    caller: str | None = field(repr=False)
    exten: str = field(repr=False)
    context: str
    channel: str
    other: str
    application: str
    argument: str = field(repr=False)
    start: datetime
    answer: datetime | None
    end: datetime
    disposition: str
    uniqueid: str
    userfield: str = field(repr=False)
    linkedid: str

    @property
    def key(self) -> str:
        return self.linkedid

    @property
    def last_at(self) -> datetime:
        return self.end


Line = QueueLine | Leg
Parse = Callable[[bytes], Line | None]


def queue_line(raw: bytes) -> QueueLine | None:
    """None for what is about no call, and for what is no line of queue_log."""
    if len(raw) > LONGEST:
        return None
    parts = _text(raw).split("|")
    if len(parts) < FIELDS or parts[4] in OF_NO_CALL or parts[1] in NOBODY:
        return None
    at = _second(parts[0])
    if at is None:
        return None
    _, uniqueid, queue, agent, event, *values = parts
    known = None if agent in NOBODY else agent
    return QueueLine(at, uniqueid, queue, known, event, tuple(values))


def cdr_line(zone: ZoneInfo) -> Callable[[bytes], Leg | None]:
    """`zone` is in which the file's times are."""

    def parse(raw: bytes) -> Leg | None:
        if len(raw) > LONGEST:
            return None
        try:
            row = next(csv.reader([_text(raw)], strict=True), [])
        except csv.Error:
            return None
        return _leg(row, zone) if len(row) >= WITH_UNIQUEID else None

    return parse


def _leg(row: list[str], zone: ZoneInfo) -> Leg | None:
    _, caller, exten, context, _, channel, other, application, argument = row[:9]
    start, answer, end = (_instant(text, zone) for text in row[9:12])
    uniqueid = row[16]
    if start is None or end is None or not uniqueid:
        return None
    linkedid = row[19] if len(row) >= WITH_LINKEDID and row[19] else uniqueid
    userfield = row[17] if len(row) > WITH_UNIQUEID else ""
    return Leg(
        caller or None, exten, context, channel, other, application, argument,
        start, answer, max(start, end), row[14], uniqueid, userfield, linkedid,
    )  # fmt: skip


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").rstrip("\r\n")


def _second(text: str) -> datetime | None:
    """Older versions and databases write a fraction, too."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return EPOCH + timedelta(seconds=seconds) if 0 < seconds < LATEST_S else None


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def columns(raw: bytes) -> int:
    """Of a line of the CDR csv; 0 if it is none."""
    try:
        return len(next(csv.reader([_text(raw)], strict=True), []))
    except csv.Error:
        return 0
