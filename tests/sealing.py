"""Whole files sealed and opened again, as uploads and downloads do it in pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from mhud.sealed import CHUNK, FileKey, Sealer, Unsealer


def seal(source: BinaryIO, target: BinaryIO, key: FileKey) -> int:
    """Bytes that were sealed."""
    sealer, size = Sealer(key), 0
    while plain := source.read(CHUNK):
        size += len(plain)
        target.write(sealer.update(plain))
    target.write(sealer.finish())
    return size


def unseal(source: BinaryIO, target: BinaryIO, keys: Mapping[int, FileKey]) -> int:
    """Bytes that were opened. Raises SealError."""
    return sum(target.write(piece) for piece in Unsealer(source, keys).read())
