"""A multipart form with one file, read as it comes: in memory there is never more than a piece."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from aiohttp import BodyPartReader, MultipartReader, StreamReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from mhud.errors import Code, MhudError, invalid

T = TypeVar("T")
Sink = Callable[[bytes], Awaitable[None]]
FORM_BYTES = 65_536  # of all that is not the file
FIELD_BYTES = 16_384
PIECE = 65_536
PARTS = 10
_PLAIN = frozenset({"binary", "7bit", "8bit", "identity"})


async def read_form(
    request: web.Request, sink: Sink, *, max_bytes: int, stall_s: float, longest_s: float
) -> tuple[str, dict[str, str]]:
    """The `file` part goes to `sink`; its name, and the text of the other parts by their names.

    Raises MhudError INVALID, TOO_LARGE or UNSUPPORTED_MEDIA, what `sink` raises, and
    ConnectionError when the sender is gone.
    """
    refuse_early(request, max_bytes)
    source = _Measured(request.content, max_bytes + FORM_BYTES, stall_s)
    try:
        async with asyncio.timeout(longest_s):
            return await _Form(request, source, sink).read()
    except TimeoutError as error:
        raise invalid("body", "did not arrive in time") from error
    except (web.RequestPayloadError, HttpProcessingError) as error:
        raise _broken() from error
    except (ValueError, RuntimeError, AssertionError, LookupError) as error:  # of the parser
        raise _broken() from error


def refuse_early(request: web.Request, max_bytes: int) -> None:
    """Before a byte is read. Raises MhudError UNSUPPORTED_MEDIA or TOO_LARGE."""
    if request.content_type != "multipart/form-data":
        raise MhudError(Code.UNSUPPORTED_MEDIA, "the body must be multipart/form-data")
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise MhudError(Code.UNSUPPORTED_MEDIA, "the body must not be compressed")
    if (request.content_length or 0) > max_bytes + FORM_BYTES:
        raise MhudError(Code.TOO_LARGE, "the file is too large")


class _Measured:
    """The request's bytes, as far as a multipart reader needs them: no endless ones, no stall."""

    def __init__(self, source: StreamReader, limit: int, stall_s: float) -> None:
        self._source = source
        self._left = limit
        self._stall_s = stall_s

    def at_eof(self) -> bool:
        return self._source.at_eof()

    def unread_data(self, data: bytes) -> None:
        self._left += len(data)
        self._source.unread_data(data)

    async def read(self, size: int = -1) -> bytes:
        return await self._counted(self._source.read(size))

    async def readline(self, **limits: Any) -> bytes:
        return await self._counted(self._source.readline(**limits))

    async def _counted(self, reading: Awaitable[bytes]) -> bytes:
        async with asyncio.timeout(self._stall_s):
            found = await reading
        self._left -= len(found)
        if self._left < 0:
            raise MhudError(Code.TOO_LARGE, "the body is too large")
        return found


class _Form:
    def __init__(self, request: web.Request, source: _Measured, sink: Sink) -> None:
        self._sink = sink
        self._name: str | None = None
        self._fields: dict[str, str] = {}
        self._parts: Any = MultipartReader(request.headers, cast("StreamReader", source))

    async def read(self) -> tuple[str, dict[str, str]]:
        for _ in range(PARTS):
            part = await self._parts.next()
            if part is None:
                return self._whole()
            if not isinstance(part, BodyPartReader):
                raise invalid("body", "must not hold a multipart body of its own")
            await self._take(part)
        raise invalid("body", "has too many parts")

    def _whole(self) -> tuple[str, dict[str, str]]:
        if self._name is None:
            raise invalid("file", "is missing")
        return self._name, self._fields

    async def _take(self, part: BodyPartReader) -> None:
        """A part is a file by its name in the form; what it says it holds does not count."""
        if {*map(str.lower, _encodings(part))} - _PLAIN:
            raise invalid("body", "has a part that is encoded")
        name = part.name
        if name is None:
            raise invalid("body", "has a part without a name")
        if name == "file":
            await self._take_file(part)
        elif name in self._fields:
            raise invalid(_shown(name), "is there twice")
        else:
            self._fields[name] = await _text(part, name)

    async def _take_file(self, part: BodyPartReader) -> None:
        if self._name is not None:
            raise invalid("file", "is there twice")
        if part.filename is None:
            raise invalid("file", "must be a file, with a filename")
        self._name = part.filename
        while not part.at_eof():
            await self._sink(await part.read_chunk(PIECE))


async def _text(part: BodyPartReader, name: str) -> str:
    if part.filename is not None:
        raise invalid(_shown(name), "must be text, not a file")
    found = b""
    while not part.at_eof():
        found += await part.read_chunk(FIELD_BYTES)
        if len(found) > FIELD_BYTES:
            raise invalid(_shown(name), "is too long")
    try:
        return found.decode()
    except UnicodeDecodeError:
        raise invalid(_shown(name), "is not UTF-8") from None


def _encodings(part: BodyPartReader) -> list[str]:
    names = hdrs.CONTENT_ENCODING, hdrs.CONTENT_TRANSFER_ENCODING
    return [part.headers[name] for name in names if name in part.headers]


def _shown(name: str) -> str:
    """What a consumer sent is not echoed, but for the name of a field."""
    return name[:64] if name.isprintable() else "body"


def _broken() -> MhudError:
    return invalid("body", "is cut off, or no multipart form")
