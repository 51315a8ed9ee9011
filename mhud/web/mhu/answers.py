"""Small things that the MHU handlers share: versions."""

from __future__ import annotations

import re

from aiohttp import web
from pydantic import BaseModel

from mhud.web.answer import JSON, dump
from mhud.web.moments import begin as begin
from mhud.web.moments import end as end

_VERSION = re.compile(r"[0-9]{1,18}")


def versioned(model: BaseModel, version: int) -> web.Response:
    """With an ETag for If-Match: that of the settings, whatever the live figures do."""
    return web.Response(
        body=dump(model.model_dump()), headers={"Content-Type": JSON, "ETag": f'"v{version}"'}
    )


def asked_versions(request: web.Request) -> frozenset[int] | None:
    """The versions that If-Match names; None: any will do."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    tags = (tag.strip() for tag in header.split(","))
    found = (tag[2:-1] for tag in tags if tag.startswith('"v') and tag.endswith('"'))
    return frozenset(int(number) for number in found if _VERSION.fullmatch(number))
