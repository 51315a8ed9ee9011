"""A database is written anew under another key: all of it or nothing, whenever the power fails.

The copy is made beside it, compared row by row, and then takes its name. What was there before is
overwritten last; until then it has a name of its own, so that nobody forgets it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import zip_longest
from pathlib import Path
from sqlite3 import Connection

from mhud.store import driver
from mhud.store.driver import StoreError
from mhud.store.key import DatabaseKey, sync
from mhud.store.place import Place, left_over

ROOM = 1.2  # of the database's size: for the copy
BLOCK = 1_048_576


def rewrite(old: Place, new: DatabaseKey) -> None:
    """Nobody else may use the database meanwhile. Blocks: a few seconds per 100 MB.

    Raises StoreError or OSError; then the database is as it was.
    """
    wipe(left_over(old.path))
    _need_room(old.path)
    with alone(old) as source:
        draft = _draft(source, old.path, new)
        os.link(old.path, left_over(old.path))
        draft.replace(old.path)
        sync(old.path.parent)
    wipe(left_over(old.path))


def _draft(source: Connection, path: Path, key: DatabaseKey) -> Path:
    """The copy: complete, compared, and on the disk."""
    draft = path.with_name(path.name + ".draft")
    try:
        export(source, draft, key)
        compare(source)
        source.execute("DETACH copy")
    except driver.TROUBLES as error:
        _remove(draft)
        raise StoreError(f"{path} could not be copied: {error}; nothing was changed") from error
    was = path.stat()
    os.chown(draft, was.st_uid, was.st_gid)  # root may run this
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    return draft


def wipe(path: Path) -> None:
    """Overwrites a file, and removes it. What the disk itself keeps aside is out of reach.

    A file that has another name, too, is the database itself: the conversion was cut off between
    its two steps. That only loses this name.
    """
    if not path.exists():
        return
    if path.stat().st_nlink == 1:
        _overwrite(path)
    path.unlink()
    sync(path.parent)


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        for _ in range(-(-path.stat().st_size // BLOCK)):
            file.write(bytes(BLOCK))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def alone(place: Place) -> Iterator[Connection]:
    """Holds the file, so that nobody writes what the copy lacks; ends its log of changes."""
    with closing(driver.connect(place.path, place.key, cipher=True)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except driver.ERRORS as error:
            raise StoreError(f"{place.path} can't be had alone: {error}; stop mhud") from error
        if mode != "delete":
            raise StoreError(f"{place.path} is in use by another program")
        yield connection


def _need_room(path: Path) -> None:
    needed = int(path.stat().st_size * ROOM)
    if shutil.disk_usage(path.parent).free < needed:
        raise StoreError(f"a copy needs {needed / 1e6:.0f} MB of free disk beside {path}")


def export(source: Connection, draft: Path, key: DatabaseKey) -> None:
    _remove(draft)
    attach = str(draft), f"x'{key.digits}'"
    source.execute("ATTACH ? AS copy KEY ?", attach)
    source.execute("SELECT sqlcipher_export('copy')")
    source.execute("DETACH copy")
    source.execute("ATTACH ? AS copy KEY ?", attach)  # as it lies on the disk, not as remembered


def compare(source: Connection) -> None:
    """Raises StoreError unless the copy is sound and has the same schema and the same rows."""
    damage = source.execute("PRAGMA copy.cipher_integrity_check").fetchall()
    sound = source.execute("PRAGMA copy.integrity_check").fetchall()
    same = _schema(source, "main") == _schema(source, "copy")
    if damage or sound != [("ok",)] or not same:
        raise StoreError("the copy is not sound")
    for table in _tables(source):
        if not _equal(source, table):
            raise StoreError(f"the copy of {table} is not like it")


def _schema(source: Connection, of: str) -> list[tuple[object, ...]]:
    """Without SQLite's own tables, which have no statement."""
    columns = "type, name, tbl_name, sql"
    wanted = f"SELECT {columns} FROM {of}.sqlite_master WHERE sql IS NOT NULL"  # noqa: S608
    return source.execute(f"{wanted} ORDER BY type, name").fetchall()


def _tables(source: Connection) -> list[str]:
    """Those with rows of their own, the search index's included."""
    wanted = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0"
    return [str(name) for (name,) in source.execute(wanted)]


def _equal(source: Connection, table: str) -> bool:
    """In the order in which the rows lie."""
    quoted = table.replace('"', '""')
    here, there = (
        source.execute(f'SELECT * FROM {of}."{quoted}" NOT INDEXED')  # noqa: S608 - from the schema
        for of in ("main", "copy")
    )
    return all(one == other for one, other in zip_longest(here, there))


def _remove(draft: Path) -> None:
    for name in (draft.name, f"{draft.name}-journal", f"{draft.name}-wal", f"{draft.name}-shm"):
        draft.with_name(name).unlink(missing_ok=True)
