"""Files that only we can read: AES-256-GCM in chunks of 64 KiB, which can be read from the middle.

    header   magic 8 | version 1 | number of the key 4 | salt 32
    chunk    ciphertext of 65 536 bytes (the last: 0 … 65 536), then its tag of 16

Each file has a key of its own, HKDF-SHA-256 of the key that the header numbers and of the salt, so
a nonce may count from 0: chunk's number, and whether it is the last. The header is authenticated
with each chunk. So a chunk that was changed, moved, taken from another file, left out or added is
an error, and so is a file that ends early: the construction is Rogaway's STREAM, as in Tink.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 65_536  # bytes of plain text in each chunk but the last
TAG = 16
KEY_BYTES = 32
_MAGIC, _VERSION, _SALT = b"MHUDSEAL", 1, 32
_HEADER = struct.Struct(f">8sBI{_SALT}s")
_NONCE = struct.Struct(">7xI?")
HEADER = _HEADER.size
MOST_CHUNKS = 2**32


class SealError(Exception):
    """The file is not what was sealed, or not a sealed file at all; the text says which."""


class UnknownKeyError(SealError):
    """The file was sealed with a key that is not among those given."""


@dataclass(frozen=True, slots=True)
class FileKey:
    """`number` is written into the files, so that older keys go on opening older files."""

    number: int
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls, number: int) -> FileKey:
        return cls(number, secrets.token_bytes(KEY_BYTES))


class Sealer:
    """Plain bytes in pieces of any size go in, sealed bytes come out; at most a chunk is held."""

    def __init__(self, key: FileKey) -> None:
        salt = secrets.token_bytes(_SALT)
        self._header = _HEADER.pack(_MAGIC, _VERSION, key.number, salt)
        self._cipher = _cipher(key.secret, salt)
        self._held = bytearray()
        self._index = 0
        self._begun = self._ended = False

    def update(self, plain: bytes | bytearray | memoryview) -> bytes:
        """What can be written now; may be empty, for the last chunk is only known at the end."""
        self._held += plain
        out = [self._begin()]
        while len(self._held) > CHUNK:
            out.append(self._chunk(bytes(self._held[:CHUNK]), last=False))
            del self._held[:CHUNK]
        return b"".join(out)

    def finish(self) -> bytes:
        """The rest. A file without it can't be opened."""
        out = self._begin() + self._chunk(bytes(self._held), last=True)
        self._ended = True
        return out

    def _begin(self) -> bytes:
        if self._ended:
            raise ValueError("this file is finished")
        header = b"" if self._begun else self._header
        self._begun = True
        return header

    def _chunk(self, plain: bytes, *, last: bool) -> bytes:
        nonce = _NONCE.pack(self._index, last)
        self._index += 1
        return self._cipher.encrypt(nonce, plain, self._header)


class Unsealer:
    """Reads a sealed file anywhere. Blocks as the file does: call it in a thread.

    Its end is looked at first, so `size` can be believed before a byte is handed out. Raises
    SealError, UnknownKeyError or OSError, when it is made and when it is read.
    """

    def __init__(self, source: BinaryIO, keys: Mapping[int, FileKey]) -> None:
        self._source = source
        length = source.seek(0, os.SEEK_END)
        source.seek(0)
        self._header = source.read(HEADER)
        self._cipher = _cipher_of(self._header, keys)
        self.chunks = -(-(length - HEADER) // (CHUNK + TAG))
        self.size = length - HEADER - TAG * self.chunks
        if self.chunks < 1 or self.size < 0 or self.chunks > MOST_CHUNKS:
            raise SealError("the sealed file is cut off")
        self.chunk(self.chunks - 1)

    def chunk(self, index: int) -> bytes:
        """Plain bytes from `index` · CHUNK on."""
        last = index == self.chunks - 1
        self._source.seek(HEADER + index * (CHUNK + TAG))
        sealed = self._source.read(CHUNK + TAG)
        try:
            return self._cipher.decrypt(_NONCE.pack(index, last), sealed, self._header)
        except InvalidTag:
            raise SealError("the sealed file was changed or is cut off") from None

    def read(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Pieces of at most CHUNK bytes; what lies behind the end is not there."""
        end = self.size if length is None else min(self.size, start + length)
        while start < end:
            index, offset = divmod(start, CHUNK)
            piece = self.chunk(index)[offset : offset + end - start]
            start += len(piece)
            yield piece


def _parsed(header: bytes) -> tuple[int, bytes]:
    if len(header) < HEADER or not header.startswith(_MAGIC):
        raise SealError("this is no sealed file")
    _, version, number, salt = _HEADER.unpack(header)
    if version != _VERSION:
        raise SealError(f"the file was sealed by a newer mhud (version {version})")
    return number, salt


def _cipher_of(header: bytes, keys: Mapping[int, FileKey]) -> AESGCM:
    number, salt = _parsed(header)
    if number not in keys:
        raise UnknownKeyError(f"the file was sealed with key {number}, which is not here")
    return _cipher(keys[number].secret, salt)


def _cipher(secret: bytes, salt: bytes) -> AESGCM:
    if len(secret) != KEY_BYTES:
        raise ValueError(f"a file key has {KEY_BYTES} bytes")
    own = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"mhud file 1")
    return AESGCM(own.derive(secret))
