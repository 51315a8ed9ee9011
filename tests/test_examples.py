"""The programs of docs/examples, as integrators run them, against a running demo."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mhud.client import Mhud
from mhud.client.models import NewWebhook
from mhud.clock import SystemClock
from tests.running_demo import running_demo

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
PATIENCE_S = 90
NUMBER = "+254711000111"
RECEIVERS = {
    "webhook_receiver.py": (sys.executable, "Running on"),
    "webhook_receiver.mjs": ("node", "listening on"),
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with running_demo(tmp_path_factory.mktemp("demo"), "--speed", "10") as ready:
        yield ready


@pytest.fixture
async def mhud(demo: dict[str, Any]) -> AsyncIterator[Mhud]:
    async with Mhud(demo["base_url"], api_key=demo["api_key"]) as client:
        yield client


@asynccontextmanager
async def running(
    program: str, example: str, *arguments: str, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Killed when the block ends, as if the machine had died."""
    process = await asyncio.create_subprocess_exec(
        program,
        str(EXAMPLES / example),
        *arguments,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_PROXY": "127.0.0.1", **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def asking(demo: dict[str, Any]) -> dict[str, str]:
    return {"MHUD_URL": demo["base_url"], "MHUD_API_KEY": demo["api_key"]}


async def said(process: asyncio.subprocess.Process, words: str) -> str:
    """The first line with these words."""
    assert process.stdout is not None
    async for line in process.stdout:
        if words in line.decode():
            return line.decode().strip()
    raise AssertionError(f"it ended without having said {words!r}")


PAGE = EXAMPLES.parent / "integrators.md"


async def test_the_first_program_of_the_page_runs_as_printed(
    demo: dict[str, Any], tmp_path: Path
) -> None:
    printed = PAGE.read_text().partition("```python\n")[2].partition("```")[0]
    program = tmp_path / "first.py"
    filled_in = printed.replace("http://127.0.0.1:8080", demo["base_url"])
    program.write_text(filled_in.replace("mhuk_…", demo["api_key"]))
    async with running(sys.executable, str(program)) as process:
        assert (await said(process, "crisis")).split()[1].isdigit()
        assert (await said(process, "call")).startswith("call")
        process.kill()


async def test_the_bulk_of_the_page_is_answered_as_it_says(
    demo: dict[str, Any],
) -> None:
    printed = PAGE.read_text().partition("-d '\n")[2].partition("'\n")[0]
    headers = {"X-API-Key": demo["api_key"]}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(demo["base_url"] + "/api/v1/bulk", data=printed) as answer,
    ):
        results = (await answer.json())["results"]
    assert (results[0]["status"], results[2]["status"]) == (200, 200)
    assert results[1]["status"] in {200, 409}  # the demo's agents are busy people


async def test_a_call_is_begun_once_under_its_name_and_followed_to_its_end(
    demo: dict[str, Any], mhud: Mhud
) -> None:
    asked = (sys.executable, "outbound_call.py", "agent001", NUMBER, "reminder-1")
    async with running(*asked, **asking(demo)) as process:
        call_id = (await said(process, "rings")).split()[0]
        await in_progress(mhud, call_id)
        await mhud.calls.end(call_id)
        assert (await said(process, "after")).startswith(f"{call_id} completed after ")
        assert await process.wait() == 0
    async with running(*asked, **asking(demo)) as again:
        assert await said(again, "rings") == f"{call_id} rings"
        assert (await said(again, "after")).startswith(f"{call_id} completed")


async def in_progress(mhud: Mhud, call_id: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while (await mhud.calls.one(call_id)).status != "in-progress":
            await SystemClock().sleep(0.2)


async def test_events_are_followed_over_a_death_without_missing_one_or_taking_one_twice(
    demo: dict[str, Any], mhud: Mhud, tmp_path: Path
) -> None:
    kept = tmp_path / "events.jsonl"
    for enough in (30, 60, 90):
        async with running(sys.executable, "follow_events.py", str(kept), "call.*", **asking(demo)):
            while lines(kept) < enough:
                await SystemClock().sleep(0.05)
        with kept.open("a") as file:
            file.write('{"seq": 4711, "ty')  # what a death in the middle of a line leaves
    *whole, _cut = kept.read_text().splitlines()
    seqs = [json.loads(line)["seq"] for line in whole]
    expected = []
    async for event in mhud.events(types=["call.*"], since=0):
        expected.append(event.seq)
        if event.seq == seqs[-1]:
            break
    assert seqs == expected


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.mark.parametrize("example", RECEIVERS)
async def test_a_webhook_is_received_verified_and_handled_once(
    demo: dict[str, Any], mhud: Mhud, example: str
) -> None:
    program, listens = RECEIVERS[example]
    secret, port = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(), free_port()
    url = f"http://127.0.0.1:{port}/"
    async with running(program, example, str(port), WEBHOOK_SECRET=secret) as receiver:
        await said(receiver, listens)
        wish = NewWebhook(url=url, events=["call.*"], secret=secret)
        webhook = await mhud.webhooks.add(wish)
        assert (await mhud.webhooks.test(webhook.id)).success
        await said(receiver, "webhook.test")
        told = await said(receiver, "call.")
        assert told.split()[1].startswith("call-")
        assert await forged(url, secret) == [400, 400, 204, 204]
        assert await said(receiver, "call.forged") == "call.forged call-once"
        await mhud.webhooks.delete(webhook.id)
        receiver.terminate()
        assert receiver.stdout is not None
        assert b"call-once" not in await receiver.stdout.read()


async def forged(url: str, secret: str) -> list[int]:
    """Unsigned, signed but old, signed, and the same once more: the statuses."""
    body = json.dumps(
        {
            "event_type": "call.forged",
            "timestamp": "2025-03-07T11:45:30Z",
            "webhook_id": "webhook1",
            "data": {"call_id": "call-once"},
        }
    ).encode()
    now = int(SystemClock().now().timestamp())
    good = signed(body, secret, now)
    wanted = [{}, signed(body, secret, now - 3600), good, good]
    async with aiohttp.ClientSession() as session:
        answers = [await session.post(url, data=body, headers=headers) for headers in wanted]
    return [answer.status for answer in answers]


def signed(body: bytes, secret: str, second: int) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, b"once.%d.%b" % (second, body), hashlib.sha256)
    return {
        "webhook-id": "once",
        "webhook-timestamp": str(second),
        "webhook-signature": "v1,AAAA v1," + base64.b64encode(digest).decode(),
    }


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
