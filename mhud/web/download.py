"""A file on its way out: its length said, its type not guessed at, a part of it if asked for."""

from __future__ import annotations

import asyncio
import re

import structlog
from aiohttp import Payload, hdrs, web
from aiohttp.abc import AbstractStreamWriter

from mhud.errors import Code, MhudError, kind
from mhud.sealed import SealError
from mhud.services.opened_file import OpenedFile

log = structlog.get_logger(__name__)
_NO_END = re.compile("bytes=-0+")  # the last 0 bytes, which aiohttp takes for all of them


def download(
    request: web.Request, file: OpenedFile, stall_s: float, etag: str | None = None
) -> web.Response:
    """Offered under our name for it: with the sender's, a text could become a program.

    `etag` without quotes, of what never changes: then the rest may be asked for after a break.

    Raises MhudError RANGE.
    """
    try:
        start, length, status = _asked(request, file.size, etag)
    except MhudError:
        file.close()
        raise
    response = web.Response(status=status)
    if request.method == "HEAD":
        file.close()
    else:
        response.body = _Sealed(file, start, length, stall_s)
    headers = response.headers
    headers[hdrs.CONTENT_TYPE] = file.about.mime_type
    headers[hdrs.CONTENT_LENGTH] = str(length)
    headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{file.about.filename}"'
    headers[hdrs.ACCEPT_RANGES] = "bytes"
    if etag is not None:
        headers[hdrs.ETAG] = f'"{etag}"'
    if status == 206:
        headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{start + length - 1}/{file.size}"
    return response


def _asked(request: web.Request, size: int, etag: str | None) -> tuple[int, int, int]:
    """Start, length and status. What is no range of bytes, or several, is answered whole."""
    header = request.headers.get(hdrs.RANGE, "")
    if not header.startswith("bytes=") or "," in header or not _is_same(request, etag):
        return 0, size, 200
    try:
        start, stop, _ = request.http_range.indices(size)
    except ValueError:
        return 0, size, 200
    if start >= stop or _NO_END.fullmatch(header):
        raise MhudError(Code.RANGE, "the file ends before this range", size=size)
    return start, stop - start, 206


def _is_same(request: web.Request, etag: str | None) -> bool:
    """As what he has the beginning of, if he says what that was."""
    before = request.headers.get(hdrs.IF_RANGE)
    return before is None or (etag is not None and before == f'"{etag}"')


class _Sealed(Payload):
    """Opened and written piece by piece."""

    def __init__(self, file: OpenedFile, start: int, length: int, stall_s: float) -> None:
        super().__init__(file, content_type=file.about.mime_type)
        self._span = start, length
        self._stall_s = stall_s

    @property
    def size(self) -> int:
        return self._span[1]

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise TypeError("a file is not text")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Raises ConnectionError when the rest can't be given: the receiver sees it cut off."""
        try:
            async for piece in self._value.read(*self._span):
                async with asyncio.timeout(self._stall_s):
                    await writer.write(piece)
        except (OSError, SealError, TimeoutError) as error:
            if not isinstance(error, ConnectionError):
                log.error("download_cut_off", reason=kind(error))
            raise ConnectionError from error
        finally:
            self._value.close()

    async def close(self) -> None:
        self._value.close()
