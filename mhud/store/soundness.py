"""Whether a database is sound: its pages, their seals, its indexes, and what points to what."""

from __future__ import annotations

from contextlib import closing
from sqlite3 import Connection

from mhud.store import driver
from mhud.store.place import Place

MOST = 20  # problems of each kind that are told
LOOKS = 3  # a daemon that writes at the moment may be in the middle of a page


def problems(place: Place) -> list[str]:
    """What is wrong, without anything of what is stored. Blocks, and reads the whole file.

    A daemon may run on it. Raises StoreError, or one of driver.ERRORS when it can't be opened.
    """
    with closing(driver.connect(place.path, place.key, read_only=True)) as connection:
        return [
            *_seals(connection, place),
            *_pages(connection),
            *sorted(f"{table}: rows that point nowhere" for table in _orphans(connection)),
        ]


def _pages(connection: Connection) -> list[str]:
    try:
        rows = connection.execute(f"PRAGMA integrity_check({MOST})").fetchall()
    except driver.ERRORS as error:
        return [f"it can't be read to its end: {error}"]
    return [str(text) for (text,) in rows if text != "ok"]


def _seals(connection: Connection, place: Place) -> list[str]:
    """Each page's, by the file itself; only what each look finds is wrong."""
    if place.key is None:
        return []
    found = _unsealed(connection)
    for _ in range(LOOKS - 1):
        if found:
            found = [text for text in _unsealed(connection) if text in found]
    return found


def _unsealed(connection: Connection) -> list[str]:
    rows = connection.execute("PRAGMA cipher_integrity_check").fetchmany(MOST)
    return [str(text) for (text,) in rows]


def _orphans(connection: Connection) -> set[str]:
    try:
        rows = connection.execute("PRAGMA foreign_key_check").fetchall()
    except driver.ERRORS:  # `_pages` has said why
        return set()
    return {str(table) for table, *_ in rows}
