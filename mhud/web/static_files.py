"""Files of a folder as browsers fetch them: packed once, and sent again only when they changed."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

FOR_EVER = "public, max-age=31536000, immutable"
DIGITS = 16  # of a hash: enough to tell versions of one file apart


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it was when it was read last. `stamp`: when it was changed, and its size."""

    stamp: tuple[int, int]
    digest: str
    packed: bytes | None = field(default=None, repr=False)  # once somebody asked for it


class Files:
    """Those in `folder` of a kind that `kinds` names by its suffix. A changed one is seen at once.

    What is asked for with `?v=` and the right digest never changes and may be kept for ever.
    """

    def __init__(self, folder: Path, kinds: Mapping[str, str]) -> None:
        self._folder = folder
        self._kinds = kinds
        self._known: dict[str, Known] = {}

    def __contains__(self, name: str) -> bool:
        return self._path(name) is not None

    def digest(self, name: str) -> str:
        """SHA-256 of what it holds now, as hex. Reads the disk. Raises OSError: not there."""
        path = self._path(name)
        if path is None:
            raise FileNotFoundError(name)
        return self._current(name, path).digest

    async def answer(
        self, request: web.Request, name: str, headers: Mapping[str, str]
    ) -> web.StreamResponse:
        """Raises HTTPNotFound."""
        path = self._path(name)
        if path is None:
            raise web.HTTPNotFound
        kind = self._kinds[path.suffix]
        unpacks = "gzip" in request.headers.get("Accept-Encoding", "") and kind != "image/png"
        known = await asyncio.to_thread(self._current, name, path, unpacks)
        headers = {**headers, "Content-Type": kind, "Vary": "Accept-Encoding"}
        if request.query.get("v") == known.digest[:DIGITS]:
            headers["Cache-Control"] = FOR_EVER
        if not unpacks:
            return web.FileResponse(path, headers=headers)
        etag = f"{known.digest[:DIGITS]}-gzip"
        headers["ETag"] = f'"{etag}"'
        if etag in {one.value for one in request.if_none_match or ()}:
            return web.Response(status=304, headers=headers)
        return web.Response(body=known.packed, headers={**headers, "Content-Encoding": "gzip"})

    def _path(self, name: str) -> Path | None:
        """Nothing hidden, and nothing above the folder."""
        parts = name.split("/")
        if "\0" in name or "\\" in name or any(not part or part[0] == "." for part in parts):
            return None
        path = self._folder.joinpath(*parts)
        try:
            return path if path.suffix in self._kinds and path.is_file() else None
        except OSError:  # longer than a name can be
            return None

    def _current(self, name: str, path: Path, is_packed: bool = False) -> Known:
        facts = path.stat()
        stamp = (facts.st_mtime_ns, facts.st_size)
        known = self._known.get(name)
        if known is None or known.stamp != stamp or (is_packed and known.packed is None):
            body = path.read_bytes()
            packed = gzip.compress(body, mtime=0) if is_packed else None
            known = Known(stamp, hashlib.sha256(body).hexdigest(), packed)
            self._known[name] = known
        return known
