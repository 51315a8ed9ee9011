"""`mhud backup`: beside a running daemon, without stopping it for a moment."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import secrets
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO

import mhud
from mhud.backup import manifest as form
from mhud.backup.manifest import BackupError, Manifest, Member
from mhud.clock import rfc3339
from mhud.store import copies, inspection
from mhud.store.place import Place
from mhud.vault import sync

TRIES = 3  # files of a client who was erased meanwhile are gone: from the beginning then


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What is put in; of the files in the folders of `recordings` only a list."""

    place: Place
    attachments: Path
    recordings: tuple[Path, ...]
    keys: dict[str, Path]


def make(sources: Sources, target: Path, at: datetime, *, with_keys: bool) -> Manifest:
    """Under its name when all of it is on disk; until then beside it, under another.

    Blocks. Raises BackupError, StoreError, OSError, or one of driver.ERRORS.
    """
    if target.exists():
        raise BackupError(f"{target} is there already; nothing was overwritten")
    if not sources.place.path.exists():
        raise BackupError(f"{sources.place.path} is not there: nothing to back up")
    mark = secrets.token_hex(4)
    draft, copy = (target.with_name(f".{target.name}.{mark}{end}") for end in (".part", ".db"))
    try:
        made = _tried(sources, draft, copy, at, with_keys=with_keys)
        draft.rename(target)
        sync(target.parent)
    finally:
        _remove(draft, copy)
    return made


def _tried(sources: Sources, draft: Path, copy: Path, at: datetime, *, with_keys: bool) -> Manifest:
    for _ in range(TRIES):
        _remove(draft, copy)
        try:
            with _private(draft) as file:
                made = _write(sources, file, copy, at, with_keys=with_keys)
                file.flush()
                os.fsync(file.fileno())
        except _VanishedError:
            continue
        return made
    raise BackupError("attachments are missing that the database knows; see docs/keeping.md")


def _write(
    sources: Sources, file: BinaryIO, copy: Path, at: datetime, *, with_keys: bool
) -> Manifest:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        writing = _Writing(tar, at)
        schema = _add_stored(sources, writing, copy)
        if sources.recordings:
            writing.add_bytes(form.RECORDINGS, _index(sources.recordings))
        for name, path in sources.keys.items() if with_keys else ():
            writing.add(form.KEYS + name, path)
        key = sources.place.key
        made = Manifest(
            made_at=rfc3339(at),
            mhud=mhud.__version__,
            schema=schema,
            key=key.fingerprint if key else None,
            keys={name: form.fingerprint(path.read_bytes()) for name, path in sources.keys.items()},
            members=dict(writing.members),
        )
        writing.add_bytes(form.NAME, form.printed(made))
    return made


def _add_stored(sources: Sources, writing: _Writing, copy: Path) -> str:
    """The database first: what is written later is not in it. Gives its schema."""
    place = sources.place
    _private(copy).close()
    copies.copy(place, copy)
    copied = Place(copy, place.key)
    schema, names = inspection.revision(copied), copies.filenames(copied)
    writing.add(form.DATABASE, copy)
    for name in sorted(names):
        try:
            writing.add(form.ATTACHMENTS + name, sources.attachments / name)
        except FileNotFoundError:
            raise _VanishedError from None
    return schema or ""


class _VanishedError(Exception):
    """An attachment that the copied database knows is gone: somebody was erased meanwhile."""


def _remove(*paths: Path) -> None:
    for path in paths:
        for end in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)


class _Writing:
    def __init__(self, tar: tarfile.TarFile, at: datetime) -> None:
        self.members: dict[str, Member] = {}
        self._tar = tar
        self._at = at

    def add(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self._put(name, file, os.fstat(file.fileno()).st_size)

    def add_bytes(self, name: str, content: bytes) -> None:
        self._put(name, io.BytesIO(content), len(content))

    def _put(self, name: str, file: IO[bytes], size: int) -> None:
        source = Hashed(file)
        header = tarfile.TarInfo(name)
        header.size, header.mode, header.mtime = size, 0o600, int(self._at.timestamp())
        self._tar.addfile(header, source)
        self.members[name] = Member(size, source.sum.hexdigest())


class Hashed(io.RawIOBase):
    """Reads through, and knows the SHA-256 of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.sum = hashlib.sha256()
        self._file = file

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.sum.update(piece)
        return piece


def _private(path: Path) -> BinaryIO:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(handle, "wb")


def _index(folders: tuple[Path, ...]) -> bytes:
    """Which recordings there are, so that one knows what to look for: names, bytes, times."""
    found = []
    for folder, path in [(one, path) for one in folders for path in sorted(one.rglob("*"))]:
        with contextlib.suppress(OSError):  # one that was deleted meanwhile
            about = path.stat()
            if path.is_file():
                name = str(path.relative_to(folder))
                found.append({"name": name, "size": about.st_size, "at": int(about.st_mtime)})
    return json.dumps(found, indent=1).encode()
