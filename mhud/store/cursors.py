"""A place in a list that is read page by page, as a consumer gets it and gives it back."""

from __future__ import annotations

import base64
import binascii

from mhud.errors import MhudError, invalid


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
