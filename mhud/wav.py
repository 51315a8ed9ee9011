"""WAV files as Asterisk's MixMonitor writes them, the unfinished ones too.

Asterisk writes the length of the sound into the header when it closes the file. Until then, and for
ever if it died, the header says 0.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_PCM, _EXTENSIBLE = 1, 0xFFFE
_BITS = 16
MOST_CHUNKS = 64  # before the sound; a file with more is none of Asterisk's


class WavError(Exception):
    """The file is no WAV of 16-bit samples; the text says what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wav:
    """`start` and `size` of the sound that is there, in bytes; `rate` in samples a second.

    `closed`: the header knows how much sound there is, and there is that much.
    """

    rate: int
    channels: int
    start: int
    size: int
    closed: bool

    @property
    def frame(self) -> int:
        """Bytes of one sample of each channel."""
        return self.channels * _BITS // 8

    @property
    def duration_s(self) -> float:
        return self.size / self.frame / self.rate


def look(file: BinaryIO) -> Wav:
    """What the file holds now; its place in the file is anywhere afterwards.

    Raises WavError or OSError.
    """
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise WavError("this is no WAV file")
    rate, channels, said = _to_sound(file)
    start = file.tell()
    there = max(0, length - start)
    frame = channels * _BITS // 8
    size = (there if said == 0 else min(said, there)) // frame * frame
    return Wav(rate=rate, channels=channels, start=start, size=size, closed=0 < said <= there)


def _to_sound(file: BinaryIO) -> tuple[int, int, int]:
    """Rate, channels, and the length that the header says; the sound is next to be read."""
    known: tuple[int, int] | None = None
    for _ in range(MOST_CHUNKS):
        head = file.read(_CHUNK.size)
        if len(head) < _CHUNK.size:
            raise WavError("the WAV file ends in its header")
        name, size = _CHUNK.unpack(head)
        if name == b"data" and known is not None:
            return *known, size
        if name == b"fmt ":
            known = _format(file.read(min(size, _FORMAT.size)))
            file.seek(max(0, size - _FORMAT.size) + size % 2, os.SEEK_CUR)
        else:
            file.seek(size + size % 2, os.SEEK_CUR)
    raise WavError("the WAV file holds no sound")


def _format(raw: bytes) -> tuple[int, int]:
    if len(raw) < _FORMAT.size:
        raise WavError("the WAV file ends in its header")
    kind, channels, rate, _, _, bits = _FORMAT.unpack(raw[: _FORMAT.size])
    if kind not in (_PCM, _EXTENSIBLE) or bits != _BITS or channels not in (1, 2) or not rate:
        raise WavError("the WAV file does not hold samples of 16 bits")
    return rate, channels
