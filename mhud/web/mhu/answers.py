"""Small things that the MHU handlers share: versions, days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel

from mhud.web.answer import JSON, dump

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


def begin(moment: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """A day begins at its midnight; an instant without an offset is the helpline's."""
    if moment is None or isinstance(moment, datetime):
        return _in_utc(moment, zone)
    return _in_utc(datetime.combine(moment, time()), zone)


def end(moment: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """A day ends where the next one begins."""
    if moment is None or isinstance(moment, datetime):
        return _in_utc(moment, zone)
    return _in_utc(datetime.combine(moment + timedelta(days=1), time()), zone)


def _in_utc(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
