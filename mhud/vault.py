"""A folder of sealed files under names of ours. All of it blocks: call it in a thread.

A file has its final name only when all of it is on disk. Who keeps a row about each file writes it
after that and deletes it before, so a crash leaves a file without a row at worst: `sweep` ends it.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

from mhud.sealed import FileKey, Sealer, SealError, Unsealer

PART = ".part"
NAME = re.compile(r"([a-z]{1,16}_)?[0-9a-f]{16}(\.[a-z0-9]{1,8})?")


class Keys(Protocol):
    """With `current` files are sealed; all of `by_number` open them."""

    @property
    def current(self) -> FileKey: ...

    @property
    def by_number(self) -> Mapping[int, FileKey]: ...


class Draft:
    """A file that is being written. A `with` block ends it: what was not kept by then is gone."""

    def __init__(self, folder: Path, name: str, key: FileKey) -> None:
        self._path = folder / (name + PART)
        self._file = _create(self._path)
        self._sealer = Sealer(key)
        self._turn = threading.Lock()  # an upload may be given up while a thread still writes

    def write(self, piece: bytes) -> None:
        """Raises OSError."""
        with self._turn:
            if not self._file.closed:
                self._file.write(self._sealer.update(piece))

    def keep(self, name: str) -> None:
        """On disk under its name when it returns. Raises OSError; it may have its name then."""
        with self._turn:
            self._file.write(self._sealer.finish())
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._path.rename(self._path.with_name(name))
            sync(self._path.parent)

    def drop(self) -> None:
        """Leaves nothing of what was not kept; never raises for a disk that refuses."""
        with self._turn:
            with contextlib.suppress(OSError):  # what is buffered may not fit either
                self._file.close()
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)


class Vault:
    """The folder is made with its first file."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.folder = folder
        self._keys = keys

    def begin(self, name: str) -> Draft:
        """Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Draft(self.folder, name, self._keys.current)

    def open(self, name: str) -> tuple[BinaryIO, Unsealer]:
        """The file, the caller's to close, and what reads it. Raises OSError or SealError."""
        file = (self.folder / name).open("rb")
        try:
            return file, Unsealer(file, self._keys.by_number)
        except BaseException:
            file.close()
            raise

    def remove(self, names: Collection[str]) -> None:
        """Those that are gone already are no error. Raises OSError."""
        remove(self.folder, names)

    def free_bytes(self) -> int:
        """On the disk of the folder. Raises OSError."""
        disk = os.statvfs(self.folder if self.folder.is_dir() else self.folder.parent)
        return disk.f_bavail * disk.f_frsize

    def names(self) -> Iterator[str]:
        """Of the files that are ours, half written ones included; a stranger's are left alone."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if NAME.fullmatch(path.name.removesuffix(PART)):
                yield path.name

    def sweep(self, known: Collection[str]) -> tuple[int, int]:
        """Removes our files that nobody knows, while nothing is being written; says how many.

        And how many stay because they were sealed with keys that are not here: they belong to
        another database, which somebody may yet put back. Raises OSError.
        """
        lost = set(self.names()) - set(known)
        foreign = {name for name in lost if not name.endswith(PART) and not self._is_ours(name)}
        self.remove(lost - foreign)
        return len(lost - foreign), len(foreign)

    def _is_ours(self, name: str) -> bool:
        try:
            self.open(name)[0].close()
        except SealError:
            return False
        return True


def remove(folder: Path, names: Collection[str]) -> None:
    """Those that are gone already are no error; no key is needed. Raises OSError."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
    if names and folder.is_dir():
        sync(folder)


def sync(folder: Path) -> None:
    """So that names in it outlive a power cut. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _create(path: Path) -> BinaryIO:
    """Raises OSError, also when it is there already."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(handle, "wb")
