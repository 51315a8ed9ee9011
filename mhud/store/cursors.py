"""A place in a list that is read page by page, as a consumer gets it and gives it back."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

import orjson
from pydantic import AwareDatetime, TypeAdapter

from mhud.errors import MhudError, invalid

_PLACE: TypeAdapter[tuple[AwareDatetime, str]] = TypeAdapter(tuple[AwareDatetime, str])


def of(at: datetime, ident: str) -> str:
    """For a list in the order of instants, and of ids where these are the same."""
    return printed(orjson.dumps([at, ident]))


def time_and_id(cursor: str) -> tuple[datetime, str]:
    """In UTC. Raises MhudError INVALID for a cursor that is none of ours."""
    try:
        at, ident = _PLACE.validate_json(read(cursor))
        return at.astimezone(UTC), ident
    except (ValueError, OverflowError) as error:
        raise unknown() from error


def printed(place: bytes) -> str:
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def read(cursor: str) -> bytes:
    """Raises MhudError INVALID where it is no base64; what it holds, the list must check."""
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (ValueError, binascii.Error) as error:
        raise unknown() from error


def unknown() -> MhudError:
    return invalid("cursor", "this is not a cursor that mhud gave")
