"""A server that answers what a test tells it to, and notes what it was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Answer = web.Response | None
"""None: the connection breaks before there is an answer."""


@dataclass(slots=True)
class Scripted:
    """`answers` in order, the last one for ever."""

    answers: list[Any]
    base_url: str = ""
    asked: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.bodies.append(await request.read())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        status, body, headers = answer
        return web.json_response(body, status=status, headers=headers)

    def keys(self) -> list[str | None]:
        return [request.headers.get("Idempotency-Key") for request in self.asked]


@asynccontextmanager
async def scripted(*answers: Any) -> AsyncIterator[Scripted]:
    """Each answer: status, JSON, headers; or None."""
    server = Scripted(list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    async with TestServer(app) as running:
        server.base_url = str(running.make_url("")).rstrip("/")
        yield server
