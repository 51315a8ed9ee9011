"""Looks at an archive from its first byte to its last, and believes nothing that it says."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mhud.backup import manifest as form
from mhud.backup.making import Hashed
from mhud.backup.manifest import BackupError, Manifest, Member

PIECE = 1_048_576
LARGEST_MANIFEST = 268_435_456


def verified(path: Path) -> Manifest:
    """Writes nothing.

    Raises BackupError for what is damaged, cut off, not ours, or newer than we are; OSError.
    """
    with understood():
        return _verified(path)


def _verified(path: Path) -> Manifest:
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    for header, content in members(path):
        if manifest is not None:
            raise BackupError("something follows its manifest")
        if header.name == form.NAME:
            if header.size > LARGEST_MANIFEST:
                raise BackupError("its manifest is damaged")
            manifest = form.parsed(content.read())
        else:
            found[header.name] = _read(header, content, found)
    if manifest is None:
        raise BackupError("it is cut off, or no backup of mhud: there is no manifest at its end")
    if found != manifest.members:
        raise BackupError(f"it is damaged: {_difference(found, manifest.members)}")
    if form.DATABASE not in found:
        raise BackupError("there is no database in it")
    return manifest


@contextmanager
def understood() -> Iterator[None]:
    """What tarfile says of an archive that it can't read becomes a BackupError."""
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BackupError("it is damaged, or no archive") from error


def members(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """Plain files with names of ours, in their order; each is read before the next.

    Raises BackupError for any other; `understood` is for what tarfile raises.
    """
    with tarfile.open(path, mode="r:") as tar:
        for header in tar:
            if header.type != tarfile.REGTYPE or header.issparse():
                raise BackupError("it holds what is no plain file")
            if header.name != form.NAME and not form.allowed(header.name):
                raise BackupError("it holds a file that does not belong there")
            content = tar.extractfile(header)
            if content is None:
                raise BackupError("it is damaged")
            yield header, content


def _read(header: tarfile.TarInfo, content: IO[bytes], found: dict[str, Member]) -> Member:
    if header.name in found:
        raise BackupError("it holds a file twice")
    source, size = Hashed(content), 0
    while piece := source.read(PIECE):
        size += len(piece)
    return Member(size, source.sum.hexdigest())


def _difference(found: dict[str, Member], told: dict[str, Member]) -> str:
    """Names only the first; they are ours."""
    names = sorted(set(found) | set(told))
    name = next(name for name in names if found.get(name) != told.get(name))
    if name not in found or name not in told:
        return f"{name} is {'missing' if name in told else 'not in its manifest'}"
    return f"{name} is not what was backed up"
