"""The database gets a key, another key, or its key back. The caller holds the data directory.

A new key is on disk before the database has it, and the old one is kept until then: after an
interruption `place` finds out which of the two it is.
"""

from __future__ import annotations

from pathlib import Path

from mhud.config import Settings
from mhud.store import driver, key
from mhud.store.driver import StoreError
from mhud.store.key import DatabaseKey
from mhud.store.place import DATABASE, Place, given, key_file, left_over, place, upcoming
from mhud.store.rewrite import rewrite, wipe


def encrypt(settings: Settings) -> Place:
    """A plain database becomes an encrypted one. Blocks. Raises StoreError, OSError.

    After an interruption: overwrites what is left of the plain one.
    """
    path = settings.data_dir / DATABASE
    if driver.is_fresh(path):
        raise StoreError(f"there is no database in {settings.data_dir} yet; a new one is encrypted")
    if not driver.is_plain(path):
        return _finished(settings, path)
    driver.module(DatabaseKey.new())
    key.remove_drafts(key_file(settings))
    new = given(settings) or key.made(key_file(settings))
    rewrite(Place(path, None), new)
    return Place(path, new)


def _finished(settings: Settings, path: Path) -> Place:
    there = place(settings)
    if not left_over(path).exists():
        raise StoreError(f"{path} is encrypted already; `mhud database rekey` changes its key")
    if not driver.opens(path, there.key):
        raise StoreError(f"the key does not open {path}; {left_over(path)} was left alone")
    wipe(left_over(path))
    return there


def rekey(settings: Settings, new_file: Path | None = None) -> Place:
    """Another key. `new_file` is where it goes if the settings themselves hold the old one.

    Blocks. Raises StoreError or OSError; then the old key is still right.
    """
    there = place(settings)
    if there.key is None:
        raise StoreError(f"{there.path} is not encrypted; `mhud database encrypt` does that")
    if (given(settings) is None) != (new_file is None):
        raise StoreError(
            "the key comes from store.key: name a file for the new one with --new-key FILE"
            if new_file is None
            else f"the key lies in {key_file(settings)}, and so will the new one"
        )
    new, file = DatabaseKey.new(), key_file(settings)
    key.remove_drafts(file)
    if new_file is None:
        _forget_an_earlier_attempt(there, file)
    key.write(new_file or upcoming(file), new)
    rewrite(there, new)
    return Place(there.path, new) if new_file else place(settings)


def _forget_an_earlier_attempt(there: Place, file: Path) -> None:
    """Its key never came into the database, for `place` had that choice before."""
    if not driver.opens(there.path, there.key):
        raise StoreError(f"the key in {file} does not open {there.path}; nothing was changed")
    upcoming(file).unlink(missing_ok=True)


def put_back(settings: Settings, found: DatabaseKey) -> Path:
    """A key that was written down goes where it is looked for. Raises StoreError, OSError."""
    path, file = settings.data_dir / DATABASE, key_file(settings)
    if given(settings) is not None:
        raise StoreError("store.key is set, and wins: correct that")
    if file.exists():
        raise StoreError(f"{file} is there already; move it away first if it is the wrong one")
    if not driver.is_fresh(path) and not driver.opens(path, found):
        raise StoreError(f"the key {found.fingerprint} does not open {path}; nothing was changed")
    key.write(file, found)
    return file
