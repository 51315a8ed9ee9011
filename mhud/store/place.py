"""Where the database lies, and the key that opens it. A key is made with a new database only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mhud.config import Settings
from mhud.store import driver, key
from mhud.store.driver import StoreError
from mhud.store.key import DatabaseKey

DATABASE, KEY = "mhud.sqlite3", "database.key"
NEXT = ".next"  # beside the key's file while it is changed


@dataclass(frozen=True, slots=True)
class Place:
    """`key` None: the database is plain, or shall be."""

    path: Path
    key: DatabaseKey | None


def place(settings: Settings) -> Place:
    """Makes the key of a database that is yet to be made, and nothing else. Blocks.

    Raises StoreError when the key of an encrypted database is not there; OSError.
    """
    path = settings.data_dir / DATABASE
    if driver.is_plain(path):
        return Place(path, None)
    if not driver.is_fresh(path):
        return Place(path, _needed(settings, path))
    if settings.store.encryption == "off":
        return Place(path, None)
    driver.module(DatabaseKey.new())  # before a key lies about for a database that can't be made
    return Place(path, given(settings) or key.made(key_file(settings)))


def looked_at(settings: Settings) -> Place:
    """As `place`, but changes nothing, and a key that is not there is None. Raises StoreError."""
    path = settings.data_dir / DATABASE
    encrypted = not driver.is_plain(path) and not driver.is_fresh(path)
    return Place(path, found(settings) if encrypted else None)


def left_over(path: Path) -> Path:
    """What was there before a conversion, until it is overwritten and gone."""
    return path.with_name(path.name + ".before")


def key_file(settings: Settings) -> Path:
    return settings.store.key_file or settings.data_dir / KEY


def given(settings: Settings) -> DatabaseKey | None:
    """The key that stands in the settings themselves, by environment or credential."""
    digits = settings.store.key.get_secret_value()
    return DatabaseKey.parse(digits) if digits else None


def found(settings: Settings) -> DatabaseKey | None:
    """The key that there is; none is made. Raises StoreError, OSError."""
    return given(settings) or key.read(key_file(settings))


def _needed(settings: Settings, path: Path) -> DatabaseKey:
    there = given(settings) or _settled(key_file(settings), path)
    if there is None:
        raise StoreError(
            f"{path} is encrypted, or is not a database, and there is no key: "
            f"{key_file(settings)} is not there and store.key is empty. Put the key back "
            "(`mhud database import-key` takes the one that was written down); "
            "nothing was changed."
        )
    return there


def upcoming(file: Path) -> Path:
    """Where the next key lies while `mhud database rekey` is at work, or was interrupted."""
    return file.with_name(file.name + NEXT)


def _settled(file: Path, database: Path) -> DatabaseKey | None:
    """The key of the file; which of two it is after an interruption, the database decides.

    The next key is never taken away here: it may be about to become the only one.
    """
    after = key.read(upcoming(file))
    if after is None or not driver.opens(database, after):
        return key.read(file)
    upcoming(file).replace(file)
    key.sync(file.parent)
    return after
