"""The folder into which Asterisk writes recordings. All of it blocks: call it in a thread."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from mhud.wav import Wav, WavError, look

ENDING = ".wav"
MOST = 20_000  # files that are looked through at once
SMALLEST = 44  # bytes of a WAV's header: what is shorter holds no sound
_FILTER = re.compile(r"[^0-9a-zA-Z.-]")  # as FILTER() in [record] of asterisk-conf
_NAME = re.compile(r"[0-9a-zA-Z.-]{1,150}")


class Found(Enum):
    WHOLE = auto()  # Asterisk has closed it
    OPEN = auto()  # there is sound in it, and Asterisk writes it yet, or will never close it
    EMPTY = auto()
    MISSING = auto()
    UNREADABLE = auto()  # not ours to read, or no WAV


@dataclass(frozen=True, slots=True)
class Look:
    """`size` of the file in bytes."""

    found: Found
    size: int = 0
    wav: Wav | None = None

    @property
    def has_sound(self) -> bool:
        return self.found in (Found.WHOLE, Found.OPEN)


def part_name(uniqueid: str) -> str:
    """What [record] of asterisk-conf calls the file of a channel, without its ending."""
    return _FILTER.sub("", uniqueid)


class Spool:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def look(self, name: str) -> Look:
        try:
            with self.open(name) as file:
                size = os.fstat(file.fileno()).st_size
                if size < SMALLEST:
                    return Look(Found.EMPTY, size)
                return _judged(look(file), size)
        except FileNotFoundError:
            return Look(Found.MISSING)
        except (OSError, WavError):
            return Look(Found.UNREADABLE)

    def open(self, name: str) -> BinaryIO:
        """Raises OSError, also for what is no plain file: a link may lead anywhere."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        handle = os.open(self._path(name), flags)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(f"{ENDING} is no plain file")
        return os.fdopen(handle, "rb")

    def remove(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those that are gone now, or were before; the folder may not be ours to delete in."""
        gone = []
        for name in names:
            try:
                self._path(name).unlink(missing_ok=True)
            except OSError:
                continue
            gone.append(name)
        return tuple(gone)

    def names(self) -> list[str]:
        """Of files in it, without their ending; at most MOST. Raises OSError."""
        with os.scandir(self.folder) as entries:
            found = (entry.name.removesuffix(ENDING) for entry in entries if _is_ours(entry.name))
            return list(islice(found, MOST))

    def _path(self, name: str) -> Path:
        """Raises OSError for what is no name of a file of ours."""
        if not _NAME.fullmatch(name):
            raise OSError("this is no name of a recording")
        return self.folder / (name + ENDING)


def _judged(wav: Wav, size: int) -> Look:
    if wav.size == 0:
        return Look(Found.EMPTY, size)
    return Look(Found.WHOLE if wav.closed else Found.OPEN, size, wav)


def _is_ours(name: str) -> bool:
    stem = name.removesuffix(ENDING)
    return stem != name and _NAME.fullmatch(stem) is not None
