"""The daemon is killed in mid-call and comes back, against a simulated Asterisk."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mhud.clock import SystemClock
from mhud.sim import FakeAsterisk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


@asynccontextmanager
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    pbx = FakeAsterisk(clock=SystemClock(), username="mhud", secret="of the test")
    await pbx.start()
    yield pbx
    await pbx.stop()


class Serve:
    """`mhud serve` on one data directory, as often as wanted."""

    def __init__(self, folder: Path, ami_port: int) -> None:
        self.environment = {
            **os.environ,
            "MHUD_DATA_DIR": str(folder),
            "MHUD_AMI__PORT": str(ami_port),
            "MHUD_AMI__SECRET": "of the test",
            "MHUD_HTTP__PORT": "0",
            "MHUD_LOG__FORMAT": "json",
        }
        self.base = ""
        self.key = ""

    async def mhud(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "mhud",
            *arguments,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def make_key(self) -> None:
        made = await self.mhud("key", "add", "test", "--rights", "all", "--tier", "premium")
        out, _ = await made.communicate()
        self.key = out.decode().strip()

    async def start(self) -> asyncio.subprocess.Process:
        process = await self.mhud("serve")
        assert process.stderr is not None
        async for line in process.stderr:
            entry = json.loads(line)
            if entry["event"] == "listening":
                self.base = entry["address"]
                return process
        raise AssertionError("it ended before it listened")

    async def get(self, path: str) -> Any:
        headers = {"X-API-Key": self.key}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.get(self.base + "/api/v1" + path) as answer,
        ):
            return {**await answer.json(), "pbx": answer.headers.get("X-PBX-State", "fresh")}

    async def until(self, path: str, holds: Any) -> Any:
        while not holds(answer := await self.get(path)):
            await SystemClock().sleep(0.05)
        return answer

    async def events(self, ends: int) -> list[dict[str, Any]]:
        """The ledger from its beginning to this many ends of calls."""
        async with aiohttp.ClientSession() as session, session.ws_connect(self.base + "/ws") as ws:
            await ws.send_json({"type": "auth", "api_key": self.key})
            await ws.receive_json()
            await ws.send_json({"type": "subscribe", "since": 0})
            told: list[dict[str, Any]] = []
            while [event["type"] for event in told].count("call.ended") < ends:
                message = await ws.receive_json()
                told += [message] if "timestamp" in message else []
            return told


async def test_a_call_outlives_a_daemon_that_is_killed_in_the_middle_of_it(tmp_path: Path) -> None:
    async with asterisk() as pbx:
        serve = Serve(tmp_path, pbx.port)
        await serve.make_key()
        first = await serve.start()
        pbx.agent_logs_in("agent001", "support")
        talks = pbx.call_in("+254700000001", queue="support")
        pbx.agent_answers("agent001")
        waits = pbx.call_in("+254700000002", queue="support")
        before = await serve.until("/calls/active", lambda now: now["total"] == 2)
        await serve.until("/calls/active", lambda now: _statuses(now) == ["in-progress", "queued"])

        first.send_signal(signal.SIGKILL)
        await first.wait()
        waits.hangs_up()
        second = await serve.start()
        after = await serve.until(
            "/calls/active", lambda now: now["pbx"] == "fresh" and now["total"] == 1
        )
        talks.hangs_up()
        await serve.until("/calls/active", lambda now: now["total"] == 0)
        ids = [call["id"] for call in before["calls"]]
        ends = {one: (await serve.get(f"/calls/{one}"))["end_reason"] for one in ids}
        events = await serve.events(ends=2)
        second.terminate()
        await second.communicate()

    assert after["calls"][0]["id"] == ids[0]
    assert after["calls"][0]["answer_time"] == before["calls"][0]["answer_time"] is not None
    assert after["calls"][0]["gap"]
    assert ends == {ids[0]: "completed", ids[1]: "lost-link"}
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    for kind in ("call.new", "call.ended"):
        assert sorted(e["call"]["id"] for e in events if e["type"] == kind) == sorted(ids)


def _statuses(answer: Any) -> list[str]:
    return [call["status"] for call in answer["calls"]]


async def test_a_second_daemon_on_the_same_data_says_who_holds_it(tmp_path: Path) -> None:
    async with asterisk() as pbx:
        serve = Serve(tmp_path, pbx.port)
        first = await serve.start()
        second = await serve.mhud("serve")
        _, said = await second.communicate()
        first.terminate()
        await first.communicate()

    assert second.returncode == 1
    assert f"is served by process {first.pid} already" in said.decode()
