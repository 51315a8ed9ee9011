"""Reads on where it stopped in a file that Asterisk writes and others rotate. Blocks.

A place in a file is known by what stands before it, so it is found again under whatever name the
file has by then: renamed, copied and cut, or packed.
"""

from __future__ import annotations

import contextlib
import gzip
import os
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

BEFORE = 128  # bytes by which a place is known
READ = 1 << 18  # bytes at once
PACKED = ".gz"


@dataclass(frozen=True, slots=True)
class Place:
    """`mark` is made of what stands before `offset`; without anything there the inode tells."""

    inode: int
    offset: int
    mark: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """A whole line, and the place before it."""

    text: bytes
    place: Place


NEW = Place(0, 0, b"")
"""In a file that is not there yet: all that it will ever hold is ours."""


class Tail:
    """`place` None: the file is read from its present end on, for what was before is not ours."""

    def __init__(self, path: Path, place: Place | None) -> None:
        self.path = path
        self.place = place
        self.lost = 0  # times that the place was not found again: the file is read from its start
        self._file: BinaryIO | None = None
        self._found: Path | None = None  # under which name it was opened
        self._before = b""
        self._successor: Path | None = None

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def read(self, most: int) -> list[Raw]:
        """At most about so many lines; fewer, and none, when there is nothing more now.

        Raises OSError.
        """
        found: list[Raw] = []
        if self._file is not None and self._is_another():
            self.close()
        if self._file is None and not self._open():
            return found
        while len(found) < most:
            lines = self._lines()
            found += lines
            if not lines and not self._go_on():
                break
        return found

    # ---- within one file

    def _lines(self) -> list[Raw]:
        assert self._file is not None and self.place is not None  # noqa: S101 PT018 - for mypy
        self._file.seek(self.place.offset)
        block = self._file.read(READ)
        whole = block.rfind(b"\n") + 1
        if not whole and len(block) == READ:
            whole = READ  # no line is so long: this is no text
        return [self._step(text) for text in block[:whole].splitlines(keepends=True)]

    def _step(self, text: bytes) -> Raw:
        assert self.place is not None  # noqa: S101 - for mypy
        before = self.place
        self._before = (self._before + text)[-BEFORE:]
        self.place = Place(before.inode, before.offset + len(text), mark(self._before))
        return Raw(text, before)

    # ---- from one file to the next

    def _go_on(self) -> bool:
        """To what took the place of a file that is read to its end.

        Not before something is in it: until then Asterisk may still write to the old one. What it
        wrote meanwhile is read first.
        """
        if self._successor is not None:
            later, self._successor = self._successor, None
            self.close()
            return self._begin(later)
        self._successor = self._next()
        return self._successor is not None

    def _is_another(self) -> bool:
        """It was cut after somebody had copied it, and written to anew."""
        assert self._file is not None and self.place is not None  # noqa: S101 PT018 - for mypy
        return not _is_it(self.place, _before(self._file, self.place.offset), self.place.inode)

    def _next(self) -> Path | None:
        """The oldest file that is younger than this one; None while this one is still written."""
        assert self._file is not None  # noqa: S101 - for mypy
        mine = os.fstat(self._file.fileno())
        now = _stat(self.path)
        if now is not None and now.st_ino == mine.st_ino:
            return None
        age = mine.st_mtime_ns if self._found is None or self._found.suffix != PACKED else 0
        age = age or (stat.st_mtime_ns if (stat := _stat(self._found)) else 0)
        for path, stat in self._files():
            if stat.st_mtime_ns > age and stat.st_ino != mine.st_ino and stat.st_size:
                return path
        return None

    def _files(self) -> list[tuple[Path, os.stat_result]]:
        """The file and what was rotated away, oldest first; of a packed one and its source one."""
        near = self.path.parent.glob(self.path.name + "*")
        found = [(path, stat) for path in near if (stat := _stat(path))]
        return sorted(found, key=lambda each: (each[1].st_mtime_ns, each[0] == self.path))

    def _open(self) -> bool:
        """At the place where reading stopped, wherever that is now."""
        if self.place is None:
            if self._begin(self.path):
                return self._to_end()
            self.place = NEW
        for path, _ in sorted(self._files(), key=lambda each: each[0] != self.path):
            if self._begin(path, self.place):
                return True
        if _stat(self.path) is None:
            return False  # renamed, and not made again yet
        self.lost += bool(self.place.offset)
        return self._begin(self.path)

    def _begin(self, path: Path, place: Place | None = None) -> bool:
        """At the start of the file; or at `place`, if this is its file."""
        try:
            file = _opened(path)
        except FileNotFoundError:
            return False
        with contextlib.ExitStack() as leaving:
            leaving.callback(file.close)
            inode = os.fstat(file.fileno()).st_ino
            before = _before(file, place.offset) if place else b""
            if place and not _is_it(place, before, inode):
                return False
            leaving.pop_all()
        self._file, self._found, self._before = file, path, before
        self.place = Place(inode, place.offset if place else 0, mark(before))
        return True

    def _to_end(self) -> bool:
        """After the last whole line."""
        assert self._file is not None and self.place is not None  # noqa: S101 PT018 - for mypy
        size = os.fstat(self._file.fileno()).st_size
        start = max(0, size - READ)
        self._file.seek(start)
        whole = self._file.read(READ).rfind(b"\n") + 1
        offset = start + whole if whole or not start else size
        self._before = _before(self._file, offset)
        self.place = Place(self.place.inode, offset, mark(self._before))
        return True


def mark(before: bytes) -> bytes:
    return blake2b(before, digest_size=16).digest() if before else b""


def _is_it(place: Place, before: bytes, inode: int) -> bool:
    if not place.offset:
        return place.inode == inode
    return mark(before) == place.mark


def _before(file: BinaryIO, offset: int) -> bytes:
    """What stands before it; nothing if the file is shorter, or no packed file at all."""
    try:
        start = max(0, offset - BEFORE)
        file.seek(start)
        found = file.read(offset - start)
    except (OSError, EOFError):
        return b""
    return found if len(found) == offset - start else b""


def _opened(path: Path) -> BinaryIO:
    if path.suffix == PACKED:
        return gzip.open(path, "rb")  # type: ignore[return-value]  # has all that is used here
    return path.open("rb")


def _stat(path: Path | None) -> os.stat_result | None:
    try:
        return path.stat() if path is not None else None
    except OSError:
        return None
