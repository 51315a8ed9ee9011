"""What is no HTTP gets an answer in the documented shape, and nothing that came is repeated."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from mhud.web.app import build_app
from mhud.web.mhu.dialect import PLAIN
from mhud.web.server import Runner
from tests.fake_clock import PATIENCE_S
from tests.houses import House

KEY = b"mhuk_not-to-be-repeated"


@pytest.fixture
async def port(home: House) -> AsyncIterator[int]:
    runner = Runner(build_app(home.services), PLAIN)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def said(port: int, sent: bytes) -> bytes:
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        heard = await reader.read()
        writer.close()
    return heard


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense " + KEY + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\nX-API-Key: " + KEY + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-API-Key: " + KEY + b"\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nX-API-Key: " + KEY + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nbad header " + KEY + b"\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_in_the_documented_shape(port: int, sent: bytes) -> None:
    head, _, body = (await said(port, sent)).partition(b"\r\n\r\n")
    error = json.loads(body)
    assert head.startswith(b"HTTP/1.1 400 ") or head.startswith(b"HTTP/1.0 400 ")
    assert (error["error"], error["code"], error["status"]) == (True, "validation_error", 400)
    assert f"X-Request-Id: {error['request_id']}".encode() in head
    assert KEY not in head + body
    assert b"Server: mhud\r\n" in head
    assert b"aiohttp" not in head


async def test_a_proper_request_is_answered_as_ever(port: int) -> None:
    heard = await said(port, b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 200 ")
    assert heard.endswith(b'{"status":"alive"}')


async def test_the_longest_search_that_the_document_allows_is_one(port: int, home: House) -> None:
    """1000 characters, each of twelve bytes on the wire."""
    key = (await home.headers())["X-API-Key"]
    line = b"GET /helpline/api/search/cases?q=" + b"%F0%9F%98%80" * 1000 + b" HTTP/1.1\r\n"
    heard = await said(
        port, line + f"X-API-Key: {key}\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    )
    assert heard.startswith(b"HTTP/1.1 200 ")
