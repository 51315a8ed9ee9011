"""Files of a folder as browsers fetch them: packed once, and sent again only when they changed."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Packed:
    """`etag` changes with the file."""

    etag: str
    body: bytes = field(repr=False)


class Files:
    """Those that are in `folder` now and of a kind that `kinds` names by its suffix.

    A changed one is seen at once; a new one when this is made anew.
    """

    def __init__(self, folder: Path, kinds: Mapping[str, str]) -> None:
        self._kinds = kinds
        self._paths = {
            path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*")
            if path.suffix in kinds and path.is_file()
        }
        self._packed: dict[str, Packed] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._paths

    async def answer(
        self, request: web.Request, name: str, headers: Mapping[str, str]
    ) -> web.StreamResponse:
        """Raises HTTPNotFound."""
        path = self._paths.get(name)
        if path is None:
            raise web.HTTPNotFound
        kind = self._kinds[path.suffix]
        headers = {**headers, "Content-Type": kind, "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("Accept-Encoding", "") or kind == "image/png":
            return web.FileResponse(path, headers=headers)
        packed = await asyncio.to_thread(self._current, name, path)
        headers["ETag"] = f'"{packed.etag}"'
        if packed.etag in {known.value for known in request.if_none_match or ()}:
            return web.Response(status=304, headers=headers)
        return web.Response(body=packed.body, headers={**headers, "Content-Encoding": "gzip"})

    def _current(self, name: str, path: Path) -> Packed:
        facts = path.stat()
        etag = f"{facts.st_mtime_ns:x}-{facts.st_size:x}-gzip"
        packed = self._packed.get(name)
        if packed is None or packed.etag != etag:
            packed = self._packed[name] = Packed(etag, gzip.compress(path.read_bytes(), mtime=0))
        return packed
