"""Runs the encoder (mhud/encoder.py) and takes what it makes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

PIECE = 65_536
PACKAGES = Path(__file__).parents[2]  # where this mhud lies
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG")  # of the environment, which holds secrets besides


class EncoderError(Exception):
    """The encoder failed, was ended, or took too long; the text says which."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """`size` and `sha256` are of the MP3; `sums` the SHA-256 of each file."""

    duration_s: float
    size: int
    sha256: bytes
    sums: tuple[bytes, ...]


async def encode(
    files: Sequence[BinaryIO], bit_rate: int, longest_s: float, write: Callable[[bytes], None]
) -> Encoded:
    """`write` gets the MP3 piece by piece, in a thread. `bit_rate` in kbit/s.

    Raises EncoderError, or what `write` raises. The process is gone when it returns or raises.
    """
    run = _Run(files, bit_rate, write)
    work = asyncio.ensure_future(asyncio.to_thread(run.go))
    try:
        async with asyncio.timeout(longest_s):
            return await asyncio.shield(work)
    except TimeoutError:
        raise EncoderError("it took too long") from None
    finally:
        run.stop()
        await asyncio.wait({work})
        work.exception()


class _Run:
    def __init__(
        self, files: Sequence[BinaryIO], bit_rate: int, write: Callable[[bytes], None]
    ) -> None:
        self._descriptors = [file.fileno() for file in files]
        self._bit_rate = bit_rate
        self._write = write
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def go(self) -> Encoded:
        with self._start() as process:
            try:
                size, total = self._take(cast(IO[bytes], process.stdout))
                said = cast(IO[bytes], process.stderr).read(PIECE)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise EncoderError(f"it ended with status {process.returncode}")
        return _encoded(said, size, total)

    def stop(self) -> None:
        """From another thread, and before it has begun, too."""
        with self._turn:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def _take(self, out: IO[bytes]) -> tuple[int, bytes]:
        """Size and SHA-256 of what was made."""
        total, size = hashlib.sha256(), 0
        while piece := out.read(PIECE):
            total.update(piece)
            size += len(piece)
            self._write(piece)
        return size, total.digest()

    def _start(self) -> subprocess.Popen[bytes]:
        """Raises EncoderError when it was stopped already, or there is no such program."""
        command = [sys.executable, "-m", "mhud.encoder", str(self._bit_rate)]
        with self._turn:
            if self._stopped:
                raise EncoderError("it was stopped")
            try:
                self._process = subprocess.Popen(  # noqa: S603 - ours, with numbers only
                    [*command, *map(str, self._descriptors)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    pass_fds=self._descriptors,
                    env=_environment(),
                    cwd="/",
                )
            except OSError as error:
                raise EncoderError("it can't be started") from error
            return self._process


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(PACKAGES)}


def _encoded(said: bytes, size: int, total: bytes) -> Encoded:
    """Raises EncoderError for what no encoder of ours says."""
    try:
        about = json.loads(said)
        sums = tuple(bytes.fromhex(one) for one in about["sha256"])
        return Encoded(about["samples"] / about["rate"], size, total, sums)
    except (ValueError, KeyError, TypeError, ZeroDivisionError):
        raise EncoderError("it said nothing of what it made") from None
