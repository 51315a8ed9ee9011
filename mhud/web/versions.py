"""ETag and If-Match: nobody overwrites what he has not seen."""

from __future__ import annotations

import re

from aiohttp import web
from pydantic import BaseModel

from mhud.errors import invalid
from mhud.web.answer import JSON, dump

NO_VERSION = 0  # versions begin with 1, so this one fits nothing
_VERSION = re.compile(r'"v?([0-9]{1,18})"')


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


def asked_version(request: web.Request) -> int | None:
    """For services that take one; None: any will do. Raises MhudError INVALID for several."""
    versions = asked_versions(request)
    if versions is None:
        return None
    if len(versions) > 1:
        raise invalid("If-Match", "takes one version here")
    return next(iter(versions), NO_VERSION)
