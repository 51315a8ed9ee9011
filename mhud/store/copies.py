"""Copies of the whole database, and what a backup must know of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection

from mhud.store import driver
from mhud.store.place import Place


def copy(source: Place, target: Path) -> None:
    """As it is at one instant, with the same key, while others write. Blocks.

    In one step: readers and the writer go on, for the log of changes is only not cut meanwhile.
    Raises StoreError, or one of driver.ERRORS.
    """
    with _opened(source) as here, _opened(Place(target, source.key)) as there:
        here.backup(there)


def filenames(place: Place) -> set[str]:
    """Of all attachments. Raises StoreError, or one of driver.ERRORS."""
    with _opened(place) as connection:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'attachments'"
        if connection.execute(tables).fetchone() is None:
            return set()  # of a schema that had none
        rows = connection.execute("SELECT filename FROM attachments").fetchall()
    return {str(name) for (name,) in rows}


def merge(place: Place) -> None:
    """Nothing of it lies beside the file when this returns, while nobody else uses it.

    Raises StoreError, or one of driver.ERRORS.
    """
    with _opened(place) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def _opened(place: Place) -> Iterator[Connection]:
    with closing(driver.connect(place.path, place.key)) as connection:
        yield connection
