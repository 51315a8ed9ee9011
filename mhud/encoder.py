"""The process that makes an MP3 of WAV files: `python -m mhud.encoder BIT_RATE FD [FD …]`.

The files are open already, as descriptors, and are encoded one after the other as one piece. The
MP3 goes to standard output as it is made. At the end one line of JSON goes to standard error:
`samples` (of each channel), `rate` (of them a second), and `sha256`, one of each file. A process of
its own, so that a damaged file, a bug in the encoder or a very long call can be ended from outside.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

import lameenc

from mhud.wav import Wav, WavError, look

PIECE = 65_536
QUALITY = 5  # LAME's own default is 3; telephone speech at 8 kHz gains nothing by it
UNREADABLE = 3  # the exit status for files that can't be made one MP3
NICENESS = 10  # calls matter more


def main(arguments: list[str]) -> int:
    with contextlib.suppress(OSError):  # a sandbox may forbid it
        os.nice(NICENESS)
    bit_rate, descriptors = int(arguments[0]), map(int, arguments[1:])
    try:
        about = encode([os.fdopen(one, "rb") for one in descriptors], sys.stdout.buffer, bit_rate)
    except WavError as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    print(json.dumps(about), file=sys.stderr)
    return 0


def encode(files: list[BinaryIO], out: BinaryIO, bit_rate: int) -> dict[str, object]:
    """What is said at the end. `bit_rate` in kbit/s. Raises WavError or OSError."""
    found = [look(file) for file in files]
    if len({(one.rate, one.channels) for one in found}) != 1:
        raise WavError("the WAV files are of different rates")
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(found[0].channels)
    encoder.set_in_sample_rate(found[0].rate)
    encoder.set_out_sample_rate(found[0].rate)
    encoder.set_bit_rate(bit_rate)
    encoder.set_quality(QUALITY)
    sums = []
    for file, wav in zip(files, found, strict=True):
        total = hashlib.sha256()
        for piece in _sound(file, wav, total.update):
            out.write(encoder.encode(piece))
        sums.append(total.hexdigest())
    out.write(encoder.flush())
    out.flush()
    samples = sum(wav.size // wav.frame for wav in found)
    return {"samples": samples, "rate": found[0].rate, "sha256": sums}


def _sound(file: BinaryIO, wav: Wav, add: Callable[[bytes], object]) -> Iterator[bytes]:
    """The samples, while all of the file is added to its sum."""
    file.seek(0)
    add(file.read(wav.start))
    left = wav.size
    while left and (piece := file.read(min(PIECE, left))):
        add(piece)
        left -= len(piece)
        yield piece
    while rest := file.read(PIECE):
        add(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
