"""The data directory: may we, is there room, is the database ours, who else is in it?"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

from mhud.config import Settings
from mhud.doctor import sealing
from mhud.doctor.check import Check, ok, warning, wrong
from mhud.store import driver, inspection, place

LOW, OUT = 1_000_000_000, 100_000_000  # bytes
LOCK, DAEMON = "mhud.lock", "data.daemon"


def checks(settings: Settings) -> list[Check]:
    folder = settings.data_dir
    return [
        _folder(folder),
        _space(folder),
        _database(settings),
        *sealing.checks(settings),
        _daemon(folder),
    ]


def runs(found: list[Check]) -> bool:
    """Whether a daemon runs on the directory, as `checks` found it."""
    return any(one.name == DAEMON and one.text.startswith("A daemon") for one in found)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())


def _folder(folder: Path) -> Check:
    name, there = "data.folder", _existing(folder)
    fix = f"install -d -o mhud -m 0750 {folder}; run the doctor as mhud's user"
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return wrong(name, f"mhud may not write in {there}.", fix)
    if not folder.exists():
        return ok(name, f"{folder} is not there yet; mhud serve makes it.")
    return ok(name, f"mhud may write in {folder}.")


def _space(folder: Path) -> Check:
    name = "data.space"
    free = shutil.disk_usage(_existing(folder)).free
    text = f"{free / 1e9:.1f} GB are free for {folder}."
    fix = "make room on that disk, or move data_dir (MHUD_DATA_DIR); then restart mhud"
    if free < OUT:
        return wrong(name, text, fix)
    return warning(name, text, fix) if free < LOW else ok(name, text)


def _database(settings: Settings) -> Check:
    name, path = "data.database", settings.data_dir / place.DATABASE
    if not path.exists():
        return ok(name, "There is no database yet; mhud serve makes it.")
    try:
        found = inspection.revision(place.looked_at(settings))
    except driver.TROUBLES as error:
        fix = f"run the doctor as mhud's user; if it is broken: move {path} away, restore a backup"
        return wrong(name, f"{path} can't be read as a database: {error}.", fix)
    if found is not None and found > inspection.HEAD:
        fix = "install the newer mhud again, or restore a backup"
        return wrong(name, f"The database was made by a newer mhud (schema {found}).", fix)
    if found != inspection.HEAD:
        return ok(name, "The database is of an older mhud; mhud serve brings it up to date.")
    return ok(name, "The database can be opened, and its schema is current.")


def _daemon(folder: Path) -> Check:
    name, path = DAEMON, folder / LOCK
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            holder = file.read(100).strip()
            if holder and _is_locked(file.fileno()):
                return ok(name, f"A daemon runs on this directory: {holder}.")
    except OSError as error:
        if path.exists():
            fix = "run the doctor as mhud's user"
            return warning(name, f"{path} can't be read: {error.strerror}.", fix)
    return ok(name, "No daemon runs on this directory.")


def _is_locked(handle: int) -> bool:
    """Only for a moment, and only when a holder is named: nobody who starts is in the way."""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(handle, fcntl.LOCK_UN)
    return False
