"""What MixMonitor would have left: a WAV file per recorded channel, named after it.

Its sound is invented: a low and a high tone in turn, second by second, as long as people talked.
"""

from __future__ import annotations

import math
import re
import wave
from array import array
from functools import cache
from pathlib import Path

from mhud.clock import Clock
from mhud.sim.channels import Channel

RATE = 8000
LONGEST_S = 600
VOICES = 220, 330  # Hz
_FILTER = re.compile(r"[^0-9a-zA-Z.-]")


class Tape:
    """`folder` None: nothing is written."""

    def __init__(self, clock: Clock, folder: Path | None = None) -> None:
        self.folder = folder
        self._clock = clock

    def runs(self, channel: Channel) -> None:
        """The channel is in a bridge now."""
        channel.bridged_at = self._clock.monotonic()

    def pauses(self, channel: Channel) -> None:
        if channel.bridged_at is not None:
            channel.bridged_s += self._clock.monotonic() - channel.bridged_at
            channel.bridged_at = None

    def ends(self, channel: Channel) -> None:
        """The channel is gone."""
        self.pauses(channel)
        if self.folder is not None and channel.recorded:
            _write(self.folder / (_FILTER.sub("", channel.uniqueid) + ".wav"), channel.bridged_s)


def _write(path: Path, seconds: float) -> None:
    """Under its name when it is whole."""
    draft = path.with_suffix(".part")
    with wave.open(str(draft), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for second in range(math.ceil(min(seconds, LONGEST_S))):
            samples = min(RATE, round((seconds - second) * RATE))
            file.writeframesraw(_second(VOICES[second % 2])[: 2 * samples])
    draft.replace(path)


@cache
def _second(frequency: int) -> bytes:
    turn = 2 * math.pi * frequency / RATE
    return array("h", (round(6000 * math.sin(turn * n)) for n in range(RATE))).tobytes()
