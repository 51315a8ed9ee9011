"""The daemon is killed again and again while cases are written; nothing acknowledged is lost.

`MHUD_KILLS` says how often.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mhud.clock import SystemClock
from tests.served import Serve

KILLS = int(os.environ.get("MHUD_KILLS", "10"))
WRITERS = 8
API = "/helpline/api"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(60 + 20 * KILLS)]


@dataclass
class Writers:
    """`numbers`, `notes` and `statuses` by case: what the daemon said that it had done."""

    http: aiohttp.ClientSession
    numbers: dict[int, str] = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=dict)
    statuses: dict[int, str] = field(default_factory=dict)
    done: int = 0

    async def work(self, base: str, name: str) -> None:
        """Until the daemon is gone."""
        try:
            while True:
                case = await self.post(f"{base}/cases", {"title": name, "category": "abuse"})
                self.numbers[case["id"]] = case["case_number"]
                path = f"{base}/cases/{case['id']}"
                note = {"activity_type": "note", "description": f"{name} {self.done}"}
                await self.post(f"{path}/activities", note)
                self.notes[case["id"]] = [note["description"]]
                changed = {"status": "in_progress", "notes": f"{name} again"}
                self.statuses[case["id"]] = (await self.post(path, changed))["status"]
                self.notes[case["id"]].append(changed["notes"])
        except aiohttp.ClientError:
            pass

    async def post(self, url: str, body: dict[str, Any]) -> Any:
        async with self.http.post(url, json=body) as answer:
            told = await answer.json()
            assert answer.status in (200, 201), told
        self.done += 1
        return told["data"]

    async def check(self, base: str) -> None:
        """All that was acknowledged is there, and no number is missing."""
        found = await self.all_cases(base)
        assert {case: found[case]["case_number"] for case in self.numbers} == self.numbers
        assert {case: found[case]["status"] for case in self.statuses} == self.statuses
        by_year: dict[str, list[int]] = {}
        for case in found.values():
            _, year, number = case["case_number"].split("-")
            by_year.setdefault(year, []).append(int(number))
        for counted in by_year.values():
            assert sorted(counted) == list(range(1, len(counted) + 1))
        for case, notes in self.notes.items():
            history = await self.get(f"{base}/cases/{case}/activities")
            lines = [one["description"] for one in history["data"]]
            assert lines[-1] == "Case created"
            assert set(notes) <= set(lines)
        for known in (self.numbers, self.notes, self.statuses):
            known.clear()

    async def all_cases(self, base: str) -> dict[int, Any]:
        found: dict[int, Any] = {}
        more = True
        while more:
            page = await self.get(f"{base}/cases?limit=100&offset={len(found)}")
            found |= {case["id"]: case for case in page["data"]}
            more = page["pagination"]["has_more"]
        assert len(found) == page["pagination"]["total"]
        return found

    async def get(self, url: str) -> Any:
        async with self.http.get(url) as answer:
            assert answer.status == 200
            return await answer.json()


async def test_no_acknowledged_case_note_or_status_is_lost_and_no_number_is_left_out(
    tmp_path: Path,
) -> None:
    serve = Serve(tmp_path, 1)
    made = await serve.mhud("key", "add", "test", "--rights", "all", "--tier", "enterprise:1000000")
    key = (await made.communicate())[0].decode().strip()
    dice, written = random.Random(11), 0  # noqa: S311 - the same moments each time
    limit = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(headers={"X-API-Key": key}, timeout=limit) as http:
        writers = Writers(http)
        for _ in range(KILLS):
            daemon = await serve.start()
            await writers.check(serve.base + API)
            writers.done = 0
            tasks = [
                asyncio.create_task(writers.work(serve.base + API, f"writer {number}"))
                for number in range(WRITERS)
            ]
            while writers.done < 10 + dice.randrange(20):
                await SystemClock().sleep(0.01)
            await SystemClock().sleep(dice.random() / 50)
            daemon.send_signal(signal.SIGKILL)
            await daemon.wait()
            await asyncio.gather(*tasks)
            written += writers.done
        daemon = await serve.start()
        await writers.check(serve.base + API)
        daemon.terminate()
        await daemon.communicate()
    assert written >= 10 * KILLS
