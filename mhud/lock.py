"""One daemon per data directory: two would tell every event twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mhud.errors import conflict


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds the directory while the block runs; the kernel lets go when the process dies.

    Raises MhudError CONFLICT, or OSError when the directory can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    path = folder / "mhud.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise conflict(f"{folder} is served by {holder} already") from None
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield
        file.truncate(0)
