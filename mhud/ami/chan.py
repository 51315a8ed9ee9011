"""What every message has: an instant, and nearly each a channel. Of messages.py, for its length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def message(kind: type[T]) -> type[T]:
    """A dataclass that nobody changes. mypy sees to that: a guard would slow each parse by 10 %."""
    return dataclass(slots=True, kw_only=True, unsafe_hash=True)(kind)


@message
class Event:
    """Something that happened at an instant: by Asterisk's Timestamp, or by our clock."""

    at: datetime


@message
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
    connected_number: str | None = None
    exten: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


@message
class ChannelEvent(Event):
    """An event about one channel."""

    chan: Chan
