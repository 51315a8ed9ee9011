"""What every message has: an instant, and nearly each a channel. Of messages.py, for its length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at an instant: by Asterisk's Timestamp, or by our clock."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chan:
    """The channel as Asterisk printed it in the event (its "channel snapshot").

    `state` is AST_STATE_*: 0 Down, 4 Ring (calling in), 5 Ringing, 6 Up, 7 Busy.
    `variables` are those named by manager.conf's channelvars; empty values are left out.
    """

    uniqueid: str
    linkedid: str
    name: str
    state: int
    caller_number: str | None = None
    caller_name: str | None = None
    connected_number: str | None = None
    context: str = ""
    exten: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvent(Event):
    """An event about one channel."""

    chan: Chan
