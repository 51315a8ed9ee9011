"""What is told of a WAV file, whole or not."""

from __future__ import annotations

import io
import struct

import pytest

from mhud.wav import WavError, look
from tests.sounds import tone, wav

SECOND = tone(440, seconds=1)


def test_a_file_that_was_closed_is_known_by_its_header() -> None:
    found = look(io.BytesIO(wav(SECOND)))
    assert (found.closed, found.rate, found.channels, found.start) == (True, 8000, 1, 44)
    assert (found.size, found.duration_s) == (16_000, 1.0)


def test_a_file_that_is_being_written_holds_what_is_there() -> None:
    found = look(io.BytesIO(wav(SECOND + b"\1", said=0)))
    assert (found.closed, found.size) == (False, 16_000)  # no half sample


def test_a_file_that_was_cut_in_the_middle_holds_what_is_left() -> None:
    found = look(io.BytesIO(wav(SECOND)[:8_044]))
    assert (found.closed, found.duration_s) == (False, 0.5)


def test_a_file_without_sound_is_not_taken_for_a_closed_one() -> None:
    found = look(io.BytesIO(wav(b"")))
    assert (found.closed, found.size) == (False, 0)


def test_what_follows_the_sound_and_what_precedes_it_is_no_sound() -> None:
    whole = wav(SECOND)
    between = struct.pack("<4sI", b"LIST", 3) + b"abc\0"
    found = look(io.BytesIO(whole[:36] + between + whole[36:] + between))
    assert (found.closed, found.start, found.size) == (True, 56, 16_000)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"RIFF\0\0\0\0WAVE",
        b"OggS" + bytes(60),
        wav(SECOND)[:30],
        wav(SECOND)[:40],
        wav(SECOND).replace(b"data", b"atad"),
        wav(SECOND, rate=0),
        wav(SECOND).replace(struct.pack("<HH", 1, 1), struct.pack("<HH", 49, 1), 1),
        b"RIFF\0\0\0\0WAVE" + struct.pack("<4sI", b"fmt ", 4) + bytes(40),
        b"RIFF\0\0\0\0WAVE" + struct.pack("<4sI", b"LIST", 0) * 100,
        b"RIFF\0\0\0\0WAVE" + struct.pack("<4sI", b"fmt ", 0xFFFFFFFF),
    ],
)
def test_what_is_no_wav_of_samples_is_said_so(content: bytes) -> None:
    with pytest.raises(WavError):
        look(io.BytesIO(content))


class Watched(io.BytesIO):
    """Knows how much was wanted at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.most = max(self.most, size or 0)
        return super().read(size)


def test_a_header_that_promises_much_makes_nobody_read_it() -> None:
    file = Watched(b"RIFF\0\0\0\0WAVE" + struct.pack("<4sI", b"fmt ", 0xFFFFFFFF))
    with pytest.raises(WavError):
        look(file)
    assert 0 < file.most < 100
