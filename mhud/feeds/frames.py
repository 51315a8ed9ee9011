"""WebSocket frames as a server sends them (RFC 6455), made once and written to many."""

from __future__ import annotations

import struct

from mhud.feeds.payloads import Entry

TEXT, CLOSE = 0x81, 0x88  # with FIN: never fragmented


def text_frame(payload: bytes) -> bytes:
    return _header(TEXT, len(payload)) + payload


def close_frame(code: int, reason: str) -> bytes:
    """`reason` of at most 123 bytes."""
    payload = struct.pack("!H", code) + reason.encode()
    return _header(CLOSE, len(payload)) + payload


def _header(first: int, length: int) -> bytes:
    if length < 126:
        return struct.pack("!BB", first, length)
    if length < 65536:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)


class Frames:
    """An entry's renderings, each framed once."""

    __slots__ = ("bare", "entry", "full", "masked")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.full = text_frame(entry.full)
        self.masked = self.full if entry.masked is entry.full else text_frame(entry.masked)
        self.bare = self.full if entry.bare is entry.full else text_frame(entry.bare)
