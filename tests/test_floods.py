"""What a flood from outside costs in log lines, on a daemon of its own."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mhud.clock import SystemClock
from mhud.floodgate import PER_MINUTE
from mhud.sim import FakeAsterisk
from tests.served import SECRET, Serve

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
HOSTILE = (
    b"\x16\x03\x01 no http\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\r\nContent-Length: x+254700123456\r\n\r\n",
    b"POST /api/v1/auth/token HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{+2547001",
    b"GET /api/v1/calls/+254700123456 HTTP/1.1\r\nHost: a\r\nX-API-Key: mk_x\r\n\r\n",
    b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
)
SLOW = "request_slow_or_failed"  # the first part on a busy machine, of what could be read, too
_POST = b"POST /api/v1/auth/token HTTP/1.1\r\nHost: a\r\n"
QUOTABLE = (
    b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    b"GET /api/v1/calls?number=+254&name=Amina HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /api/v1/calls?number=+254&name=Amina\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /calls of Amina +254 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX-Amina +254: a\r\n\r\n",
    _POST + b"Transfer-Encoding: chunked\r\n\r\nAmina +254\r\n",
    _POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nAmina +254\r\n",
    _POST + b"Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\nAmina +254",
    _POST + b"Content-Length: 10\r\n\r\nAmina +254",
)


@asynccontextmanager
async def running(serve: Serve) -> AsyncIterator[None]:
    process = await serve.start()
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


def lines(serve: Serve) -> list[str]:
    return serve.log.read_text().splitlines()


async def until(serve: Serve, metric: str, value: float) -> None:
    while await serve.metric(metric) != value:
        await SystemClock().sleep(0.01)


async def ask(port: int, request: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    await reader.read(100)
    writer.close()


async def test_hostile_requests_fill_no_disk_and_are_not_quoted(tmp_path: Path) -> None:
    serve = Serve(tmp_path, 1)
    async with running(serve):
        port = int(serve.base.rpartition(":")[2])
        for _ in range(100):
            await asyncio.gather(*(ask(port, request) for request in HOSTILE))
        status, _, _ = await serve.fetch("/health/live")
    assert status == 200
    assert len(lines(serve)) < 10 * len(HOSTILE)
    assert "2547001" not in serve.log.read_text()


async def test_what_can_not_be_read_is_not_logged_at_all(tmp_path: Path) -> None:
    serve = Serve(tmp_path, 1)
    async with running(serve):
        for request in QUOTABLE:
            await ask(int(serve.base.rpartition(":")[2]), request)
        await serve.fetch("/health/live")
    told = [json.loads(line) for line in lines(serve)]  # no library's line is JSON
    late = [one for one in told if one["event"] == SLOW and one["status"] < 500]
    usual = {"listening", "ami_down", "stopping"}
    assert {one["event"] for one in told if one not in late} <= usual


async def test_a_link_that_comes_and_goes_fills_no_disk_and_is_told(tmp_path: Path) -> None:
    pbx = FakeAsterisk(clock=SystemClock(), username="mhud", secret=SECRET)
    await pbx.start()
    quick = {"MHUD_AMI__RETRY_S": "0.01", "MHUD_AMI__RETRY_MAX_S": "0.02"}
    serve = Serve(tmp_path, pbx.port, **quick)
    async with running(serve):
        for lost in range(3 * PER_MINUTE):
            await until(serve, "mhud_pbx_up", 1)
            pbx.cut()
            await until(serve, "mhud_pbx_links_lost_total", lost + 1)
    await pbx.stop()
    entries = [json.loads(line) for line in lines(serve)]
    told = Counter(entry["event"] for entry in entries)
    assert (told["ami_up"], told["ami_down"]) == (PER_MINUTE, PER_MINUTE)
    hidden = {entry["of"]: entry["count"] for entry in entries if entry["event"] == "suppressed"}
    assert hidden["ami_down"] >= 2 * PER_MINUTE - 1
