"""Systems that webhooks are sent to: real HTTP servers, good, slow, rude and gone."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answers = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Heard:
    headers: Mapping[str, str]
    body: bytes

    @property
    def ident(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.event["data"]


@dataclass(slots=True)
class Receiver:
    """Answers as `answers` does, or with `status`. `heard` is all that came, in its order."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answers: Answers | None = None
    heard: list[Heard] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return [one.event["event_type"] for one in self.heard]

    @property
    def calls(self) -> list[str]:
        return [one.data["call_id"] for one in self.heard]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(Heard(dict(request.headers), await request.read()))
        if self.answers is not None:
            return await self.answers(request)
        return web.Response(status=self.status, headers=self.headers)


@asynccontextmanager
async def receiver(port: int = 0) -> AsyncIterator[Receiver]:
    """On loopback, which webhooks.allowed_networks must name."""
    one = Receiver()
    app = web.Application()
    app.router.add_post("/{tail:.*}", one._answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield one
    finally:
        await runner.cleanup()


@contextmanager
def nobody_listens(port: int) -> Iterator[None]:
    """Nor does anybody else take it meanwhile; a receiver of ours may."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", port))
        yield


@asynccontextmanager
async def raw_receiver(says: bytes, then: float = 0) -> AsyncIterator[str]:
    """Its address. Says the same to whoever comes, whatever he wants; `then` seconds of silence."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        try:
            writer.write(says)
            await writer.drain()
            if then:
                await reader.read(-1)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
