"""Recording what goes over the link, and reading it back."""

from __future__ import annotations

import os
import queue
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import structlog

from mhud.ami.anonymise import anonymise as anonymise
from mhud.ami.fields import decode, epoch, value
from mhud.ami.messages import Event, LinkLost
from mhud.ami.parse import ROWS, Row, parse, row
from mhud.ami.snapshot import fold

log = structlog.get_logger(__name__)
BOUND = 2_000  # chunks that may wait for the disk
CLOSE_S = 5.0  # how long the daemon's end waits for it
_SECRET = re.compile(rb"(?im)^(Secret:|Key:|Variable: MHU_SECRET=)[^\r\n]*")
_END = b"\r\n\r\n"
_BANNER = b"Asterisk Call Manager/"
_SNAPSHOT = (b"CoreShowChannelsComplete", b"QueueStatusComplete", b"DeviceStateListComplete")


def _base(path: Path) -> str:
    """`day.ami`, `day.in.ami` and `day` all mean `day.in.ami` and `day.out.ami`."""
    name = str(path).removesuffix(".ami")
    return name.removesuffix(".in").removesuffix(".out")


class Sink(Protocol):
    """A file, as far as a trace needs one."""

    def write(self, chunk: bytes, /) -> object: ...

    def close(self) -> None: ...


class TraceWriter:
    """Writes each direction to its own file, from a thread of its own, readable by the owner only.

    A disk too slow or full ends the trace, never the link.
    """

    def __init__(self, path: Path, open_file: Callable[[Path], Sink] | None = None) -> None:
        """Raises OSError when the files can't be made. Appends to those that are there."""
        self.broken = False
        base = _base(path)
        make = open_file or _private
        self._files = [make(Path(base + end)) for end in (".in.ami", ".out.ami")]
        self._chunks: queue.Queue[tuple[int, bytes] | None] = queue.Queue(BOUND)
        self._thread = threading.Thread(target=self._write, name="trace", daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """A new connection: what the last one left half said must not run into it."""
        self._put(0, _END)
        self._put(1, _END)

    def heard(self, chunk: bytes) -> None:
        self._put(0, chunk)

    def said(self, chunk: bytes) -> None:
        """One whole action; a password in it is not written."""
        self._put(1, _SECRET.sub(rb"\1 ********", chunk))

    def close(self, timeout_s: float = CLOSE_S) -> None:
        """Waits for the disk, but not for one that hangs: what it did not take is lost."""
        try:
            self._chunks.put(None, timeout=timeout_s)
        except queue.Full:
            self._give_up("the disk hangs")
            return
        self._thread.join(timeout_s)

    def _put(self, file: int, chunk: bytes) -> None:
        if self.broken:
            return
        try:
            self._chunks.put_nowait((file, chunk))
        except queue.Full:
            self._give_up("the disk is too slow")

    def _give_up(self, reason: str) -> None:
        self.broken = True
        log.warning("trace_ended", reason=reason)

    def _write(self) -> None:
        while (todo := self._chunks.get()) is not None:
            self._write_one(*todo)
        for file in self._files:
            file.close()

    def _write_one(self, file: int, chunk: bytes) -> None:
        if self.broken:
            return
        try:
            self._files[file].write(chunk)
        except OSError as error:
            self._give_up(str(error.strerror))


def _private(path: Path) -> Sink:
    """Callers' numbers are in it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab", 0)


def read_trace(path: Path) -> Iterator[Event]:
    """The events of a recorded `.in.ami`, as the link would have put them into the inbox.

    Lists become a Snapshot once all three that make one are there; meanwhile events wait, as they
    do in the link. A second connection in the file begins with a LinkLost.
    Raises OSError.
    """
    yield from replay(path.read_bytes())


def replay(stream: bytes) -> Iterator[Event]:
    """See `read_trace`."""
    at = _first_instant(stream)
    fold_up = _Folding()
    connections = 0
    for message in stream.split(_END):
        body = message.lstrip(b"\r\n")
        if body.startswith(_BANNER):
            connections += 1
            yield from fold_up.give_up()
            if connections > 1:
                yield LinkLost(at=at)
            body = body.partition(b"\r\n")[2]  # the banner has no blank line after it
        if body.startswith(b"Event: "):
            at = epoch(value(decode(body), "Timestamp")) or at
            yield from fold_up.take(body, at)
    yield from fold_up.give_up()


def _first_instant(stream: bytes) -> datetime:
    """For what comes before the first Timestamp and has none of its own."""
    found = re.search(rb"\r\nTimestamp: ([0-9.]{1,20})\r\n", stream)
    return (epoch(found[1].decode()) if found else None) or datetime.fromtimestamp(0, UTC)


def _is_row(name: bytes, message: bytes) -> bool:
    """Every row names the action that asked for it; DeviceStateChange is an event as well."""
    return name.decode("utf-8", "replace") in ROWS and b"\r\nActionID: " in message


class _Folding:
    """Recorded lists, until they make a Snapshot."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._ended: set[bytes] = set()
        self._held: list[Event] = []

    def take(self, message: bytes, at: datetime) -> Iterator[Event]:
        name = message[7 : message.find(b"\r\n")]
        if _is_row(name, message):
            self._rows.append(row(message, at))
            return
        if name in _SNAPSHOT:
            yield from self._end_of_list(name, at)
        event = parse(message, at)
        if event is not None and self._ended:
            self._held.append(event)
        elif event is not None:
            yield event

    def _end_of_list(self, name: bytes, at: datetime) -> Iterator[Event]:
        """A list asked for by itself is nobody's snapshot: the channels must have come first."""
        if name == _SNAPSHOT[0] or self._ended:
            self._ended.add(name)
        else:
            self._rows.clear()
        if self._ended.issuperset(_SNAPSHOT):
            yield fold(self._rows, at)
            yield from self.give_up()

    def give_up(self) -> Iterator[Event]:
        """What was held back, after the snapshot or without one."""
        yield from self._held
        self._rows, self._held = [], []
        self._ended = set()
