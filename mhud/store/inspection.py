"""Looks at a database without touching it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from mhud.store.migrate import HEAD as HEAD


def revision(path: Path) -> str | None:
    """The schema that an existing file is at; None when it has none yet. Raises sqlite3.Error."""
    target = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(target, uri=True, timeout=5)) as connection:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if connection.execute(tables).fetchone() is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None
