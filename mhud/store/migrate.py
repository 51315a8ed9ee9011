"""Brings a database's schema up to date: Alembic without an ini file."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from mhud.store import driver
from mhud.store.driver import StoreError
from mhud.store.key import DatabaseKey
from mhud.store.learning import learn

HEAD = "0017"  # newest migration; a test compares it with the folder
MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaError(StoreError):
    """The database can't be used by this version of mhud, or with this key."""


def migrate(path: Path, key: DatabaseKey | None = None) -> None:
    """Creates the file if there is none. Blocks: call it in a thread.

    Raises SchemaError for a newer schema, a wrong key or a file that is no database.
    """
    found = _revision(path, key)
    if found == HEAD:
        return
    _refuse_what_is_newer(found)
    try:
        _upgrade(path, key)
    except DBAPIError as error:  # all steps are one transaction
        raise SchemaError(
            f"{path} could not be brought from schema {found} to {HEAD}: {error.orig}. "
            "It is as it was; make room or mend that, and start mhud again."
        ) from error


def _revision(path: Path, key: DatabaseKey | None) -> str | None:
    """The migration that the file is at; None when it has no schema yet."""
    try:
        with closing(driver.connect(path, key)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except driver.ERRORS as error:
        if "no such table" in str(error):
            return None
        raise SchemaError(_refusal(path, key, error)) from error
    return str(row[0]) if row else None


def _refusal(path: Path, key: DatabaseKey | None, error: Exception) -> str:
    if not driver.is_no_database(error):
        return f"{path} can't be opened: {error}"
    if key is None:
        return f"{path} is not a database of mhud, or is encrypted, and no key was given"
    return (
        f"{path} can't be opened with the key {key.fingerprint}: it was encrypted with another "
        "one, is damaged, or is not a database of mhud. Nothing was changed. Put the right key "
        "back, or restore a backup; see docs/encryption.md."
    )


def _refuse_what_is_newer(found: str | None) -> None:
    if found is not None and found > HEAD:
        raise SchemaError(
            f"the database was made by a newer mhud (schema {found}); this one knows schemas up "
            f"to {HEAD}. Install the newer mhud again, or restore a backup."
        )


def _upgrade(path: Path, key: DatabaseKey | None) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connect"] = lambda: driver.connect(path, key)
    config.attributes["module"] = driver.module(key)
    command.upgrade(config, "head")
    with closing(driver.connect(path, key)) as connection, suppress(*driver.ERRORS):
        learn(connection)  # what it then does not know, it guesses, as before
