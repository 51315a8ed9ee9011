"""The tests' databases are encrypted, as a helpline's are; here is their key, and a way in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mhud.config import Settings, load
from mhud.store import driver
from mhud.store.key import DatabaseKey
from mhud.store.place import place

KEY = DatabaseKey("5ea1" * 16)


@contextmanager
def inside(path: Path, key: DatabaseKey | None = KEY) -> Iterator[sqlite3.Connection]:
    """The file itself, in autocommit; closed when the block ends."""
    with closing(driver.connect(path, key)) as connection:
        yield connection


@contextmanager
def inside_of(settings: Settings | None = None) -> Iterator[sqlite3.Connection]:
    """The database of a data directory, with the key that lies there."""
    there = place(settings or load())
    with inside(there.path, there.key) as connection:
        yield connection
