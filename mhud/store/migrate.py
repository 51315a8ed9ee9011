"""Brings a database's schema up to date: Alembic without an ini file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

HEAD = "0007"  # newest migration; a test compares it with the folder
MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaError(Exception):
    """The database can't be used by this version of mhud; the text says why."""


def migrate(path: Path) -> None:
    """Creates the file if there is none. Blocks: call it in a thread.

    Raises SchemaError for a newer schema or a file that is no database.
    """
    found = _revision(path)
    if found == HEAD:
        return
    _refuse_what_is_newer(found)
    _upgrade(path)


def _revision(path: Path) -> str | None:
    """The migration that the file is at; None when it has no schema yet."""
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise SchemaError(f"{path} can't be opened: {error}") from error
    except sqlite3.DatabaseError as error:
        raise SchemaError(f"{path} is not a database of mhud: {error}") from error
    return str(row[0]) if row else None


def _refuse_what_is_newer(found: str | None) -> None:
    if found is not None and found > HEAD:
        raise SchemaError(
            f"the database was made by a newer mhud (schema {found}); this one knows schemas up "
            f"to {HEAD}. Install the newer mhud again, or restore a backup."
        )


def _upgrade(path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["path"] = path
    command.upgrade(config, "head")
