"""A wire without a network: what goes in is given by hand, what comes out is kept."""

from __future__ import annotations

import asyncio

from mhud.ami.wire import Wire

BANNER = b"Asterisk Call Manager/11.0.0\r\n"


class Ears:
    """Implements mhud.ami.wire.Listener."""

    def __init__(self, room: int = 1_000_000) -> None:
        self.room = room
        self.events: list[bytes] = []
        self.chunks: list[bytes] = []
        self.spoken: list[bytes] = []

    def heard(self, chunk: bytes) -> None:
        self.chunks.append(chunk)

    def said(self, chunk: bytes) -> None:
        self.spoken.append(chunk)

    def event(self, message: bytes) -> bool:
        self.events.append(message)
        return len(self.events) <= self.room


class Loopless(asyncio.Transport):
    """A transport that leads nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.waiting = 0
        self.aborted = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.aborted = True


def wire(ears: Ears, *, greeted: bool = True) -> tuple[Wire, Loopless]:
    """A connected wire; needs a running loop."""
    made, transport = Wire(ears), Loopless()
    made.connection_made(transport)
    if greeted:
        made.data_received(BANNER)
    return made, transport


def listen(chunks: list[bytes]) -> list[bytes]:
    """The events that a wire hears when these bytes come in these pieces."""

    async def run() -> list[bytes]:
        ears = Ears()
        made, _ = wire(ears, greeted=False)
        for chunk in chunks:
            made.data_received(chunk)
        made.cut("over")
        return ears.events

    return asyncio.run(run())
