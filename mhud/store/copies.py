"""Copies of the whole database, and whether one is sound."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection

from mhud.store import driver
from mhud.store.key import DatabaseKey
from mhud.store.place import Place


def copy(source: Place, target: Path) -> None:
    """As it is at one instant, with the same key, while others write. Blocks.

    In one step: readers and the writer go on, for the log of changes is only not cut meanwhile.
    Raises StoreError, or one of driver.ERRORS.
    """
    with _opened(source.path, source.key) as here, _opened(target, source.key) as there:
        here.backup(there)


def filenames(path: Path, key: DatabaseKey | None) -> dict[str, int]:
    """Of all attachments: how many bytes were sent. Raises StoreError, one of driver.ERRORS."""
    with _opened(path, key) as connection:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'attachments'"
        if connection.execute(tables).fetchone() is None:
            return {}  # of a schema that had none
        rows = connection.execute("SELECT filename, file_size FROM attachments").fetchall()
    return {str(name): int(size) for name, size in rows}


def merge(path: Path, key: DatabaseKey | None) -> None:
    """Nothing of it lies beside the file when this returns, while nobody else uses it.

    Raises StoreError, or one of driver.ERRORS.
    """
    with _opened(path, key) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def problems(path: Path, key: DatabaseKey | None) -> list[str]:
    """What SQLite finds wrong with it; nothing of what is in it. Blocks, and reads all of it.

    Raises StoreError, or one of driver.ERRORS: it can't be opened with this key at all.
    """
    with _opened(path, key) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    lost = sorted({f"{table}: rows that point nowhere" for table, *_ in orphans})
    return [text for text in found if text != "ok"] + lost


def revision(path: Path, key: DatabaseKey | None) -> str | None:
    """The schema that it is at. Raises StoreError, or one of driver.ERRORS."""
    with _opened(path, key) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


@contextmanager
def _opened(path: Path, key: DatabaseKey | None) -> Iterator[Connection]:
    with closing(driver.connect(path, key)) as connection:
        yield connection
