"""Brings a database up to date in a process that dies, or whose disk is full, on the way.

    python -m tests.upgrading PATH KEY die STATEMENTS
    python -m tests.upgrading PATH KEY full BYTES

KEY is empty for a plain database. The first ends with status 137, the second prints what is said.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from mhud.store.key import DatabaseKey
from mhud.store.migrate import SchemaError, migrate

KILLED = 137


def die_after(statements: int) -> None:
    left = statements

    @event.listens_for(Engine, "after_cursor_execute")
    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(KILLED)


def no_file_above(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def main(path: str, key: str, what: str, number: str) -> None:
    {"die": die_after, "full": no_file_above}[what](int(number))
    try:
        migrate(Path(path), DatabaseKey(key) if key else None)
    except SchemaError as error:
        print(error)


if __name__ == "__main__":
    main(*sys.argv[1:])
