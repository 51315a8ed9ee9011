"""`mhud replay TRACE`: what the state would have told of a recorded connection, as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import BinaryIO

import orjson

from mhud.ami.messages import Event
from mhud.ami.trace import anonymise, read_trace
from mhud.feeds.payloads import public_event
from mhud.live.events import DomainEvent
from mhud.live.inputs import Tick
from mhud.live.state import LiveState

SILENCE = timedelta(hours=1)  # longer pauses of a recording pass without ticking


def with_ticks(events: Iterable[Event]) -> Iterator[Event]:
    """The same events, and a Tick at every whole second between them, as the daemon has."""
    last: datetime | None = None
    for event in events:
        if last is not None and event.at - last < SILENCE:
            second = last.replace(microsecond=0) + timedelta(seconds=1)
            while second <= event.at:
                yield Tick(at=second)
                second += timedelta(seconds=1)
        yield event
        last = max(last, event.at) if last else event.at


def told(events: Iterable[Event], live: LiveState) -> Iterator[DomainEvent]:
    """Everything that follows from `events`, in order."""
    for event in with_ticks(events):
        yield from live.apply(event)


def recording(path: Path) -> Path:
    """What Asterisk said: of `day`, as `serve --trace day` was told, that is `day.in.ami`."""
    return path if path.exists() else path.with_name(path.name + ".in.ami")


def run(path: Path, out: BinaryIO | None = None) -> None:
    """Prints one public event a line. Raises OSError when the trace can't be read."""
    out = out or sys.stdout.buffer
    seq = count(1)
    live = LiveState()
    for event in told(read_trace(recording(path)), live):
        out.write(orjson.dumps(public_event(next(seq), event, None)) + b"\n")
    out.flush()


def print_anonymised(path: Path, out: BinaryIO | None = None) -> None:
    """Prints the recording itself, with numbers and names replaced, fit for a bug report."""
    out = out or sys.stdout.buffer
    out.write(anonymise(recording(path).read_bytes()))
    out.flush()
