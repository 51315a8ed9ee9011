"""A file that is being handed out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from mhud.sealed import Unsealer


class About(Protocol):
    """Under which name it is offered, and what it is."""

    @property
    def filename(self) -> str: ...

    @property
    def mime_type(self) -> str: ...


class OpenedFile:
    """`size` in bytes, of what was sent once."""

    def __init__(self, about: About, file: BinaryIO, reader: Unsealer) -> None:
        self.about = about
        self.size = reader.size
        self._file = file
        self._reader = reader

    async def read(self, start: int, length: int) -> AsyncIterator[bytes]:
        """Piece by piece. Raises SealError or OSError when the file was damaged meanwhile."""
        pieces = self._reader.read(start, length)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece

    def close(self) -> None:
        """Again is no error."""
        self._file.close()
