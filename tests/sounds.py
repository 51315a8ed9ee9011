"""Tones as WAV files, as Asterisk leaves them, and what is heard in an MP3."""

from __future__ import annotations

import array
import math
import struct
from pathlib import Path

import miniaudio

RATE = 8000


def tone(*frequencies: int, seconds: float, amplitude: int = 8000) -> bytes:
    """Samples of 16 bits, all tones at once; without a frequency silence."""
    turns = [2 * math.pi * one / RATE for one in frequencies]
    second = [
        round(sum(amplitude * math.sin(turn * n) for turn in turns)) for n in range(RATE)
    ]  # of whole frequencies: it goes on without a click
    samples = array.array("h", second) * math.ceil(seconds)
    return samples.tobytes()[: round(seconds * RATE) * 2]


def wav(sound: bytes, *, said: int | None = None, rate: int = RATE) -> bytes:
    """`said`: the length that the header tells, where it is not that of the sound."""
    size = len(sound) if said is None else said
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, rate,
                       2 * rate, 2, 16)  # fmt: skip
    return head + struct.pack("<4sI", b"data", size) + sound


def wav_file(folder: Path, name: str, *frequencies: int, seconds: float) -> Path:
    path = folder / name
    path.write_bytes(wav(tone(*frequencies, seconds=seconds)))
    return path


class Heard:
    """An MP3, decoded."""

    def __init__(self, mp3: bytes) -> None:
        decoded = miniaudio.decode(mp3, miniaudio.SampleFormat.SIGNED16, 1, RATE)
        self.samples = decoded.samples
        self.seconds = len(self.samples) / RATE

    def loudness(self, frequency: int, begin: float = 0, end: float | None = None) -> float:
        """The amplitude of that tone between two seconds, by Goertzel."""
        part = self.samples[round(begin * RATE) : None if end is None else round(end * RATE)]
        factor = 2 * math.cos(2 * math.pi * frequency / RATE)
        before = earlier = 0.0
        for sample in part:
            before, earlier = sample + factor * before - earlier, before
        power = before * before + earlier * earlier - factor * before * earlier
        return 2 * math.sqrt(max(0.0, power)) / max(1, len(part))
