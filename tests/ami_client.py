"""A client for the fake AMI server that adds nothing of its own: bytes there, messages back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from tests.fake_clock import PATIENCE_S

Headers = list[tuple[str, str]]


def messages(text: str) -> list[Headers]:
    """Cuts AMI text at empty lines. A line without a colon (the banner) has an empty name."""
    blocks = [block.strip("\r\n") for block in text.split("\r\n\r\n")]
    return [[_header(line) for line in block.split("\r\n")] for block in blocks if block]


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    return (name, value.removeprefix(" ")) if colon else ("", line)


def value_of(message: Headers, name: str) -> str:
    """The first header of that name, or an empty string."""
    return next((content for key, content in message if key == name), "")


class RawClient:
    """`heard` is everything so far, as text."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.heard = ""
        self._asked = count(1)

    async def send(self, text: str) -> None:
        self.writer.write(text.encode())
        await self.writer.drain()

    async def until(self, text: str, timeout_s: float = PATIENCE_S) -> str:
        """Reads on until `text` has been heard. Raises TimeoutError, EOFError."""
        async with asyncio.timeout(timeout_s):
            while text not in self.heard:
                received = await self.reader.read(65536)
                if not received:
                    raise EOFError(f"closed before {text!r}")
                self.heard += received.decode()
        return self.heard

    async def until_closed(self, timeout_s: float = PATIENCE_S) -> str:
        async with asyncio.timeout(timeout_s):
            while received := await self.reader.read(65536):
                self.heard += received.decode()
        return self.heard

    async def log_in(self, username: str = "mhud", secret: str = "secret") -> None:
        await self.send(f"Action: Login\r\nUsername: {username}\r\nSecret: {secret}\r\n\r\n")
        await self.until("Message: Authentication accepted\r\n\r\n")

    async def ask(self, *lines: str) -> Headers:
        """One action; its Response. What came before it is forgotten."""
        ident = f"asked-{next(self._asked)}"
        self.heard = ""
        await self.send("\r\n".join([*lines, f"ActionID: {ident}"]) + "\r\n\r\n")
        await self.until(f"ActionID: {ident}\r\n")
        await self.until("\r\n\r\n")
        answers = [one for one in messages(self.heard) if ("ActionID", ident) in one]
        self.heard = self.heard.partition(f"ActionID: {ident}\r\n")[2].partition("\r\n\r\n")[2]
        return answers[0]

    async def everything(self) -> list[Headers]:
        """What has been said up to now: a Ping goes round behind it."""
        await self.send("Action: Ping\r\nActionID: the-end\r\n\r\n")
        await self.until("ActionID: the-end\r\n")
        told = messages(self.heard.partition("Response: Success\r\nActionID: the-end")[0])
        self.heard = ""
        return told


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[RawClient]:
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = RawClient(reader, writer)
    try:
        yield client
    finally:
        writer.close()
