"""`mhud serve` as its own process, on one data directory, as often as a test wants."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import aiohttp

from mhud.clock import SystemClock

SECRET = "of the test"
ANSWER_S = 60  # for what takes milliseconds on a machine that has nothing else to do


class Serve:
    """What it logs is in the file `log`, so that no pipe can fill up and hold the daemon."""

    def __init__(self, folder: Path, ami_port: int, **settings: str) -> None:
        """`settings` are more MHUD_… variables."""
        self.log = folder / "served.log"
        self.base = ""
        self.key = ""
        self._environment = {
            **os.environ,
            "MHUD_DATA_DIR": str(folder),
            "MHUD_AMI__PORT": str(ami_port),
            "MHUD_AMI__SECRET": SECRET,
            "MHUD_HTTP__PORT": "0",
            "MHUD_LOG__FORMAT": "json",
            **settings,
        }

    async def mhud(self, *arguments: str, stderr: Any = PIPE) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "mhud",
            *arguments,
            env=self._environment,
            stdout=PIPE,
            stderr=stderr,
        )

    async def make_key(self) -> None:
        made = await self.mhud("key", "add", "test", "--rights", "all", "--tier", "premium")
        out, _ = await made.communicate()
        self.key = out.decode().strip()

    async def start(self) -> Process:
        """Returns when it listens."""
        with self.log.open("w") as log:
            process = await self.mhud("serve", stderr=log)
        while (found := self.logged("listening")) is None:
            assert process.returncode is None, self.log.read_text()
            await SystemClock().sleep(0.02)
        self.base = found["address"]
        return process

    def logged(self, event: str) -> dict[str, Any] | None:
        """The first line of this kind since the last start."""
        for line in self.log.read_text().splitlines():
            if f'"event":"{event}"' in line.replace(" ", ""):
                entry: dict[str, Any] = json.loads(line)
                return entry
        return None

    async def get(self, path: str) -> Any:
        """Of the MHU dialect; `pbx` says whether the state is fresh or stale."""
        _, body, headers = await self.fetch("/api/v1" + path)
        return {**body, "pbx": headers.get("X-PBX-State", "fresh")}

    async def fetch(self, path: str) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers."""
        limit = aiohttp.ClientTimeout(total=ANSWER_S)
        async with (
            aiohttp.ClientSession(headers={"X-API-Key": self.key}, timeout=limit) as session,
            session.get(self.base + path) as answer,
        ):
            return answer.status, await answer.json(), dict(answer.headers)

    async def post(self, path: str, body: Any) -> Any:
        """Of the MHU dialect; what is made."""
        async with (
            aiohttp.ClientSession(headers={"X-API-Key": self.key}) as session,
            session.post(f"{self.base}/api/v1{path}", json=body) as answer,
        ):
            made = await answer.json()
            assert answer.ok, made
            return made

    async def metric(self, name: str) -> float:
        """Of the line that begins with `name`."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(self.base + "/metrics") as answer,
        ):
            lines = (await answer.text()).splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith(name + " "))

    async def until(self, path: str, holds: Any) -> Any:
        while not holds(answer := await self.get(path)):
            await SystemClock().sleep(0.05)
        return answer

    async def events(self, kind: str, count: int) -> list[dict[str, Any]]:
        """What was told, and so is on disk, from the beginning to the so manyth of this kind at
        least, in its order: what happens before one asks for the rest comes ahead of it.
        """
        async with aiohttp.ClientSession() as session, session.ws_connect(self.base + "/ws") as ws:
            await ws.send_json({"type": "auth", "api_key": self.key})
            await ws.receive_json()
            await ws.send_json({"type": "subscribe", "since": 0})
            told: list[dict[str, Any]] = []
            is_whole = False
            while not is_whole or [event["type"] for event in told].count(kind) < count:
                message = await ws.receive_json()
                is_whole |= message["type"] == "subscribe.ok"
                told += [message] if "timestamp" in message else []
            return sorted(told, key=lambda event: int(event["seq"]))
