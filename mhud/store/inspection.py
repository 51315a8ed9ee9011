"""Looks at a database without touching it."""

from __future__ import annotations

from contextlib import closing

from mhud.store import driver
from mhud.store.migrate import HEAD as HEAD
from mhud.store.place import Place


def revision(place: Place) -> str | None:
    """The schema that an existing file is at; None when it has none yet.

    Raises StoreError, or one of driver.ERRORS.
    """
    with closing(driver.connect(place.path, place.key, read_only=True)) as connection:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if connection.execute(tables).fetchone() is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None
