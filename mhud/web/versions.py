"""ETag and If-Match: nobody overwrites what he has not seen."""

from __future__ import annotations

import re

from aiohttp import web
from pydantic import BaseModel

from mhud.web.answer import JSON, dump

_VERSION = re.compile(r'"v?([0-9]{1,18})"')  # those of queues had a v once


def versioned(model: BaseModel, version: int, status: int = 200) -> web.Response:
    """With an ETag for If-Match: that of what is kept, whatever the live figures do."""
    headers = {"Content-Type": JSON, "ETag": f'"{version}"'}
    return web.Response(body=dump(model.model_dump()), headers=headers, status=status)


def asked_versions(request: web.Request) -> frozenset[int] | None:
    """The versions that If-Match names; None: any will do. A weak tag names none."""
    given = request.headers.getall("If-Match", [])
    tags = [tag.strip() for header in given for tag in header.split(",")]
    if not tags or tags == ["*"]:
        return None
    return frozenset(int(found[1]) for tag in tags if (found := _VERSION.fullmatch(tag)))
