"""Somebody who polls over one connection, byte for byte as written here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from mhud.services import Services
from mhud.web.app import build_app
from mhud.web.mhu.dialect import PLAIN
from mhud.web.server import Runner
from tests.fake_clock import PATIENCE_S


@dataclass(frozen=True, slots=True)
class Heard:
    """`headers` by their lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Poller:
    """`parsed` counts the requests that the server had to parse."""

    runner: web.AppRunner
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> web.Application:
        return self.runner.app

    @property
    def parsed(self) -> int:
        server = self.runner.server
        assert server is not None
        return server.requests_count

    async def get(self, path: str, **more: str) -> Heard:
        """`more`: headers, with `_` for `-`."""
        self.writer.write(self.request(path, **more))
        return await self.heard()

    def request(self, path: str, **more: str) -> bytes:
        named = {"Host": "x", **self.headers}
        named |= {name.replace("_", "-"): value for name, value in more.items()}
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
        return "".join(f"{line}\r\n" for line in [*lines, ""]).encode()

    @asynccontextmanager
    async def another(self) -> AsyncIterator[Poller]:
        """On another connection, with the same headers."""
        reader, writer = await asyncio.open_connection(*self.runner.addresses[0][:2])
        yield Poller(self.runner, reader, writer, self.headers)
        writer.close()

    async def say(self, data: bytes) -> None:
        """Returns when the server has read it: it answers somebody who came later."""
        self.writer.write(data)
        async with self.another() as other:
            await other.get("/health/live")

    async def heard(self) -> Heard:
        async with asyncio.timeout(PATIENCE_S):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.split("\r\n")[:-2]
            headers = {name.lower(): value for name, value in (x.split(": ", 1) for x in lines)}
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return Heard(int(first.split()[1]), headers, body)


@asynccontextmanager
async def poller(services: Services, headers: dict[str, str]) -> AsyncIterator[Poller]:
    """On a server as the daemon has it."""
    runner = Runner(build_app(services), PLAIN)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Poller(runner, reader, writer, headers)
    finally:
        writer.close()
        await runner.cleanup()
