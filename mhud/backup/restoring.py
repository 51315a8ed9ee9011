"""`mhud restore`: all is looked at before anything is changed, and what was there is kept aside.

Nothing is moved before it lies on disk in a second place, and the database is exchanged by one
rename: whoever pulls the plug in between finds the old system or the new one.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import IO

from mhud.backup import manifest as form
from mhud.backup.manifest import BackupError, Manifest
from mhud.backup.reading import PIECE, members, understood, verified
from mhud.store import copies, driver, trail_line
from mhud.store.driver import StoreError
from mhud.store.key import DatabaseKey
from mhud.store.migrate import HEAD
from mhud.store.place import Place
from mhud.store.soundness import problems
from mhud.store.trail import Deed
from mhud.vault import sync

SPARE = 16_777_216  # bytes that must be left besides
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a system lies, or shall lie. `key` opens the archive's database if it is encrypted."""

    folder: Path
    key: DatabaseKey | None

    @property
    def database(self) -> Path:
        return self.folder / form.DATABASE

    @property
    def attachments(self) -> Path:
        return self.folder / form.ATTACHMENTS


def restore(archive: Path, target: Target, aside: str, deed: Deed, *, replace: bool) -> Manifest:
    """For who holds the lock of the folder. What is replaced goes to the folder `aside` in it.
    What is restored has `deed` in its audit trail from the first.

    Blocks. Raises BackupError, StoreError, OSError: the system is as it was then.
    """
    if target.database.exists() and not replace:
        raise BackupError(f"{target.database} is there; --replace puts it aside")
    manifest = verified(archive)
    if manifest.schema > HEAD:
        raise BackupError(
            f"it was made by a newer mhud (schema {manifest.schema}; this one knows {HEAD})"
        )
    with _staged(archive, target, manifest) as stage:
        database = _checked(stage, target, manifest)
        trail_line.add(database, _with_origin(deed, manifest))
        _give_to_owner(target.folder, stage)
        _exchange(stage, target, target.folder / aside, manifest)
    _give_to_owner(target.folder, target.attachments, target.folder / aside)
    return manifest


@contextmanager
def _staged(archive: Path, target: Target, manifest: Manifest) -> Iterator[Path]:
    """Everything, in a folder of its own on the same disk, which is gone afterwards."""
    needed = sum(member.size for member in manifest.members.values()) + SPARE
    if shutil.disk_usage(target.folder).free < needed:
        raise BackupError(f"there is no room for it: {needed} bytes are needed")
    for left in target.folder.glob(".restore-*"):  # by one that was killed: the lock is ours now
        shutil.rmtree(left, ignore_errors=True)
    stage = target.folder / f".restore-{secrets.token_hex(4)}"
    stage.mkdir(mode=0o700)
    try:
        for folder in (form.ATTACHMENTS, form.KEYS):
            (stage / folder).mkdir(mode=0o700)
        with understood():
            for header, content in members(archive):
                if header.name != form.NAME:
                    _write(stage / header.name, content)
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _write(path: Path, content: IO[bytes]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(content, file, PIECE)
        file.flush()
        os.fsync(file.fileno())


def _checked(stage: Path, target: Target, manifest: Manifest) -> Place:
    """The database. Raises BackupError when the system would not stand on it."""
    database = Place(stage / form.DATABASE, _key(stage, target, manifest))
    try:
        wrong = problems(database)
        known = copies.filenames(database)
    except driver.ERRORS as error:
        raise BackupError(f"its database can't be opened: {error}") from error
    if wrong:
        raise BackupError(f"its database is broken: {'; '.join(wrong[:3])}")
    there = {path.name for path in (stage / form.ATTACHMENTS).iterdir()}
    if missing := len(known - there):
        raise BackupError(f"{missing} attachments are missing in it")
    return database


def _with_origin(deed: Deed, manifest: Manifest) -> Deed:
    return changed(deed, details={**deed.details, "made_at": manifest.made_at})


def _key(stage: Path, target: Target, manifest: Manifest) -> DatabaseKey | None:
    if manifest.key is None:
        return None
    inside = stage / form.KEYS / "database.key"
    key = DatabaseKey.parse(inside.read_text()) if inside.exists() else target.key
    if key is None:
        raise BackupError(
            f"its database is encrypted with the key {manifest.key}, and there is none here: "
            "put that one back first, see docs/encryption.md"
        )
    if key.fingerprint != manifest.key:
        raise BackupError(
            f"its database is encrypted with the key {manifest.key}; "
            f"the one here is {key.fingerprint}"
        )
    return key


def _exchange(stage: Path, target: Target, aside: Path, manifest: Manifest) -> None:
    _put_aside(stage, target, aside)
    _link_all(stage / form.ATTACHMENTS, target.attachments)
    for key in (stage / form.KEYS).iterdir():
        key.replace(target.folder / key.name)
    for end in BESIDE:
        target.database.with_name(target.database.name + end).unlink(missing_ok=True)
    (stage / form.DATABASE).replace(target.database)
    sync(target.folder)
    for path in list(target.attachments.iterdir()):
        if form.ATTACHMENTS + path.name not in manifest.members:
            path.unlink()


def _give_to_owner(folder: Path, *roots: Path) -> None:
    """Of the data directory, when root restores: else the daemon could not read what is its own."""
    owner = folder.stat()
    if os.geteuid() != 0:
        return
    found = [path for root in roots for path in (root, *root.rglob("*")) if path.exists()]
    for path in (*folder.glob("mhud.lock"), *found):
        os.chown(path, owner.st_uid, owner.st_gid)


def _put_aside(stage: Path, target: Target, aside: Path) -> None:
    """Second names for what is there: nothing is moved, so nothing is missing at any moment."""
    if target.database.exists():
        with contextlib.suppress(StoreError, *driver.ERRORS):  # it may be what is to be replaced
            plain = driver.is_plain(target.database)
            copies.merge(Place(target.database, None if plain else target.key))
    keys = [path.name for path in target.folder.glob("*.key")]
    if not target.database.exists():
        keys = [name for name in keys if (stage / form.KEYS / name).exists()]
    names = [target.database.name + end for end in ("", "-wal", "-journal")]
    there = [name for name in (*names, *keys) if (target.folder / name).exists()]
    files = target.attachments.is_dir() and any(target.attachments.iterdir())
    if not there and not files:
        return
    aside.mkdir(mode=0o700)
    for name in there:
        os.link(target.folder / name, aside / name)
    if files:
        _link_all(target.attachments, aside / form.ATTACHMENTS)
    sync(aside)


def _link_all(source: Path, goal: Path) -> None:
    goal.mkdir(mode=0o700, exist_ok=True)
    for path in source.iterdir():
        with contextlib.suppress(FileExistsError):  # our names are random: it is the same file
            os.link(path, goal / path.name)
    sync(goal)
