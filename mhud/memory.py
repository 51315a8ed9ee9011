"""What was only needed for a moment goes back to the system; what stays is left in peace."""

from __future__ import annotations

import ctypes
import gc

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1  # mallopt(3)
_LARGE = 1 << 20  # bytes; above what is read from a socket at once, below a password's 19 MiB


def give_back_large_blocks() -> None:
    """Has glibc map each large block by itself, for its whole life.

    By default it does so only until the first one is freed; then the next ones lie in the heap,
    which stays as large as two sign-ins at once ever made it. Elsewhere nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_TRIM_THRESHOLD, _LARGE)


def collect_seldom() -> None:
    """What is there now stays: the collector need not look at it again, nor look so often.

    A tenth of the CPU time of a polled read went into that, and the longest pauses of the loop.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
