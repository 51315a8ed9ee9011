"""A file on its way in: counted, told, hashed, sealed and written as its pieces come."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from mhud.errors import Code, MhudError, invalid, kind
from mhud.services.file_kinds import Recognizer

if TYPE_CHECKING:
    from mhud.vault import Draft, Vault

log = structlog.get_logger(__name__)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
BATCH = 262_144  # bytes that go to a thread at once


@dataclass(frozen=True, slots=True)
class Received:
    """`size` in bytes and `sha256` are of what was sent; `kind` is its media type."""

    size: int
    sha256: bytes
    kind: str


class Incoming:
    """Used by one task. Nothing is on disk before the first batch is full."""

    def __init__(self, vault: Vault, max_bytes: int, kinds: frozenset[str]) -> None:
        self._vault = vault
        self._max_bytes = max_bytes
        self._recognizer = Recognizer(kinds)
        self._sum = hashlib.sha256()
        self._draft: Draft | None = None
        self._pieces = bytearray()
        self._size = 0
        self._turn = threading.Lock()  # it may be given up while a thread makes its file
        self._is_given_up = False

    async def add(self, piece: bytes) -> None:
        """Raises MhudError TOO_LARGE, UNSUPPORTED_MEDIA or SERVICE_UNAVAILABLE."""
        self._size += len(piece)
        if self._size > self._max_bytes:
            raise too_large()
        self._pieces += piece
        if len(self._pieces) >= BATCH:
            await self._flush()

    async def finish(self) -> Received:
        """Raises MhudError INVALID for an empty file, UNSUPPORTED_MEDIA or SERVICE_UNAVAILABLE."""
        if not self._size:
            raise invalid("file", "is empty")
        await self._flush()
        return Received(self._size, self._sum.digest(), self._recognizer.finish())

    async def keep(self, name: str) -> None:
        """After `finish`: on disk when it returns. Raises MhudError SERVICE_UNAVAILABLE."""
        if self._draft is None:
            raise ValueError("nothing came yet")
        try:
            await asyncio.to_thread(self._draft.keep, name)
        except OSError as error:
            raise disk_refused(error) from error

    async def drop(self) -> None:
        """What was kept stays."""
        await asyncio.to_thread(self._give_up)

    def _give_up(self) -> None:
        with self._turn:
            self._is_given_up = True
            if self._draft is not None:
                self._draft.drop()

    async def _flush(self) -> None:
        pieces, self._pieces = bytes(self._pieces), bytearray()
        try:
            await asyncio.to_thread(self._take, pieces)
        except OSError as error:
            raise disk_refused(error) from error

    def _take(self, pieces: bytes) -> None:
        with self._turn:
            if self._is_given_up:
                return
            self._recognizer.see(pieces)
            self._sum.update(pieces)
            if self._draft is None:
                self._draft = self._vault.begin(secrets.token_hex(8))
            self._draft.write(pieces)


def too_large() -> MhudError:
    return MhudError(Code.TOO_LARGE, "the file is too large")


def disk_refused(error: OSError) -> MhudError:
    """What is wrong with the disk is for the log."""
    log.error("attachment_not_written", reason=kind(error))
    full = error.errno in _FULL
    return MhudError(
        Code.SERVICE_UNAVAILABLE, "the disk is full" if full else "files can't be kept now"
    )
