"""mhud itself, as its users start it: a process, its environment, its port."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from tests.asterisk.pbx_process import DIES_WITH_US, SECRET, PbxProcess, run
from tests.asterisk.ports import free_tcp_port

MHUD = Path(sys.executable).parent / "mhud"
LOOK_S = 0.05
START_S = 60.0  # given up as hanging: on a busy machine it takes long to load a program
ROSTER = {"agent080": "tstatic", "agent081": "tlogin,tlogin2", "agent082": "tlogin,tlogin2"}
"""Agents whom mhud knows before Asterisk tells: id → the queues that they join at log-in."""


class Daemon:
    """One `mhud serve`. It may be killed and started again on the same data."""

    def __init__(
        self, folder: Path, pbx: PbxProcess, ami_port: int, more: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.pbx = pbx
        self.http_port = free_tcp_port()
        self.key = ""
        self.options: tuple[str, ...] = ()  # of `mhud serve`
        self._process: asyncio.subprocess.Process | None = None
        self._environment = {
            **os.environ,
            "MHUD_DATA_DIR": str(folder / "data"),
            "MHUD_HTTP__PORT": str(self.http_port),
            "MHUD_AMI__PORT": str(ami_port),
            "MHUD_AMI__SECRET": SECRET,
            "MHUD_AMI__PING_EVERY_S": "0.5",
            "MHUD_AMI__SILENCE_LIMIT_S": "2",
            "MHUD_AMI__RETRY_S": "0.2",
            "MHUD_AMI__RETRY_MAX_S": "0.5",
            "MHUD_ORIGINATE__AGENT_RING_S": "2",
            "MHUD_CONTROL__CONSULT_WAIT_S": "5",
            "MHUD_QUEUE_DEFAULTS__WRAP_UP_SECONDS": "1",
            "MHUD_QUEUE_DEFAULTS__MAX_WAITING": "2",
            "MHUD_ASTERISK__QUEUE_INCLUDE": str(pbx.queue_include),
            "MHUD_ASTERISK__RECORDINGS": str(pbx.recordings),
            "MHUD_RECORDINGS__MISSING_AFTER_S": "5",
            **(more or {}),
        }

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.folder / "mhud.log"

    async def command(self, *arguments: str) -> str:
        """What `mhud ARGUMENTS` prints. Raises RuntimeError when it fails."""
        return await run("env", *self._settings(), MHUD, *arguments)

    async def start(self) -> None:
        """Returns when it is ready: database, HTTP and Asterisk."""
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        if not self.key:
            rights = ("--rights", "all", "--tier", "enterprise:100000")
            self.key = (await self.command("key", "add", "tests", *rights)).strip()
            for agent, queues in ROSTER.items():
                await self.command("agent", "add", agent, "--queues", queues)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *DIES_WITH_US, MHUD, "serve", *self.options, stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log, env=self._environment,
            )  # fmt: skip
        await self.until_ready(200, START_S)

    async def until_ready(self, status: int, timeout_s: float = 30) -> None:
        """Until /health/ready answers this. Raises RuntimeError when the daemon ends before."""
        assert self._process is not None
        ended = asyncio.ensure_future(self._process.wait())
        async with asyncio.timeout(timeout_s), aiohttp.ClientSession() as session:
            while await self._readiness(session) != status:
                await asyncio.wait((ended,), timeout=LOOK_S)
                if ended.done():
                    raise RuntimeError(f"mhud ended: {self.log.read_text()[-2000:]}")
        ended.cancel()

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.send_signal(number)
            async with asyncio.timeout(20):
                await process.wait()

    async def _readiness(self, session: aiohttp.ClientSession) -> int | None:
        try:
            async with session.get(f"{self.base_url}/health/ready") as answer:
                return answer.status
        except aiohttp.ClientError:
            return None

    def _settings(self) -> list[str]:
        pairs = self._environment.items()
        return [f"{name}={value}" for name, value in pairs if name.startswith("MHUD_")]
