"""What a file is, told from its bytes. Nothing is unpacked, and what its name says does not count.

Containers (zip, ole, riff …) are told by their first bytes, by the package `filetype`.
"""

from __future__ import annotations

import codecs
import re

import filetype

from mhud.errors import Code, MhudError

HEAD = 8192  # bytes that are looked at
TEXT = "text/plain"
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_WRITTEN = frozenset({"application/pdf", "application/rtf", "application/postscript"})
"""Formats that may read as text, and are none."""


class Recognizer:
    """Sees a file pass by. Text is what is UTF-8 to its end and has no control characters."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._head = bytearray()
        self._kind: str | None = None
        self._utf8 = codecs.getincrementaldecoder("utf-8-sig")()

    def see(self, piece: bytes) -> None:
        """Raises MhudError UNSUPPORTED_MEDIA as soon as it is clear."""
        if self._kind is None:
            self._head += piece
            if len(self._head) >= HEAD:
                self._settle(last=False)
        elif self._kind == TEXT:
            self._read(piece, last=False)

    def finish(self) -> str:
        """The media type. Raises MhudError UNSUPPORTED_MEDIA."""
        if self._kind is None:
            return self._settle(last=True)
        if self._kind == TEXT:
            self._read(b"", last=True)
        return self._kind

    def _settle(self, *, last: bool) -> str:
        head = bytes(self._head)
        found: str | None = filetype.guess_mime(head)
        if found not in _WRITTEN and (found is None or not _CONTROLS.search(head)):
            found = self._text_or(found, head, last=last)
        if found is None or found not in self._allowed:
            raise unsupported()
        self._kind = found
        self._head.clear()
        return found

    def _text_or(self, found: str | None, head: bytes, *, last: bool) -> str | None:
        """A letter that begins with `BM` is no picture."""
        try:
            self._read(head, last=last)
        except MhudError:
            return found
        return TEXT

    def _read(self, piece: bytes, *, last: bool) -> None:
        try:
            self._utf8.decode(piece, final=last)
        except UnicodeDecodeError:
            raise unsupported() from None
        if _CONTROLS.search(piece):
            raise unsupported()


def extension(kind: str) -> str:
    """Without a dot; `bin` for what has none."""
    if kind == TEXT:
        return "txt"
    found = filetype.get_type(mime=kind)
    return str(found.extension) if found else "bin"


def family(kind: str) -> str:
    """Of the words for `file_type`, the one that fits."""
    head = kind.partition("/")[0]
    return head if head in {"image", "audio", "video"} else "document"


def unsupported() -> MhudError:
    return MhudError(Code.UNSUPPORTED_MEDIA, "files of this kind are not taken")
