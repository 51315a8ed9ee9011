"""An Asterisk that floods, stalls or lies: memory stays bounded, the alarm is clear, mhud lives."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mhud.ami.wire import ENDLESS_LIST, ENDLESS_MESSAGE, TOO_FAST
from mhud.clock import SystemClock
from tests import lying_asterisk as lies
from tests.scripted_ami import Fields, ScriptedAmi, rows, scripted_ami, silence
from tests.served import Serve

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
MOST_MB = 350
MOST_WORK_S = 8.0  # of the daemon's own before an answer: others may have the processor meanwhile
WATCHED_S = 8.0
TICKS = os.sysconf("SC_CLK_TCK")


class House:
    """A daemon and the Asterisk that it believes."""

    def __init__(self, serve: Serve, process: Process, asterisk: ScriptedAmi) -> None:
        self.serve = serve
        self.process = process
        self.asterisk = asterisk
        self.problems: set[str] = set()
        self.most_work_s = 0.0

    @property
    def most_mb(self) -> int:
        """The most memory that the daemon ever held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024

    @property
    def work_s(self) -> float:
        """Seconds of a processor that the daemon has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / TICKS

    async def look(self) -> None:
        """Asks how it is, and how much it does before it answers."""
        began = self.work_s
        _, ready, _ = await self.serve.fetch("/health/ready")
        self.most_work_s = max(self.most_work_s, self.work_s - began)
        self.problems.add(str(ready["checks"]["pbx"]["problem"]))
        await SystemClock().sleep(0.1)

    async def watch(self, seconds: float = WATCHED_S) -> None:
        until = SystemClock().monotonic() + seconds
        while SystemClock().monotonic() < until:
            await self.look()

    async def recovers(self) -> bool:
        """Now that Asterisk is what it should be."""
        answer = await self.serve.until("/calls/active", lambda now: now["pbx"] == "fresh")
        return "calls" in answer and self.process.returncode is None


@asynccontextmanager
async def house(folder: Path, **answers: Callable[[Fields], str | None]) -> AsyncIterator[House]:
    async with scripted_ami() as asterisk:
        asterisk.answers.update(answers)
        serve = Serve(folder, asterisk.port, MHUD_AMI__RETRY_MAX_S="2")
        await serve.make_key()
        process = await serve.start()
        try:
            yield House(serve, process, asterisk)
        finally:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize(
    ("flood", "alarms"),
    [
        (lies.channel, {TOO_FAST, "Asterisk told of more than 10000 channels"}),
        (lies.joins, {TOO_FAST, "Asterisk told of more than 1000 queues"}),
        (lies.member, {TOO_FAST, "Asterisk told of more than 5000 agents"}),
        (lies.a_line_of_a_megabyte, {ENDLESS_MESSAGE}),
    ],
)
async def test_a_flood_is_cut_off_and_named(
    tmp_path: Path, flood: Callable[[int], str], alarms: set[str]
) -> None:
    """Which of the alarms comes first depends on how fast the machine is."""
    async with house(tmp_path) as helpline:
        liar = asyncio.create_task(lies.Liar(helpline.asterisk, flood).pour())
        while not alarms & helpline.problems:
            await helpline.look()
        await helpline.watch()
        liar.cancel()

        assert helpline.most_mb < MOST_MB
        assert helpline.most_work_s < MOST_WORK_S
        assert await helpline.recovers()


@pytest.mark.parametrize("flood", [lies.tagged, lies.noise])
async def test_nonsense_costs_little_and_breaks_nothing(
    tmp_path: Path, flood: Callable[[int], str]
) -> None:
    async with house(tmp_path) as helpline:
        liar = asyncio.create_task(lies.Liar(helpline.asterisk, flood).pour())
        await helpline.watch()
        liar.cancel()

        assert helpline.most_mb < MOST_MB
        assert await helpline.recovers()
        assert helpline.serve.logged("event_skipped") is None


async def test_a_list_without_end_is_cut_off_and_named(tmp_path: Path) -> None:
    async with house(tmp_path, QueueStatus=lies.endless_list) as helpline:
        while ENDLESS_LIST not in helpline.problems:
            await helpline.look()
        most_mb = helpline.most_mb
        helpline.asterisk.answers["QueueStatus"] = rows()

        assert await helpline.recovers()
        assert most_mb < MOST_MB


async def test_an_asterisk_that_stops_answering_is_left_and_tried_again(tmp_path: Path) -> None:
    async with house(tmp_path, QueueStatus=silence) as helpline:
        while "Asterisk did not answer in time" not in helpline.problems:
            await helpline.look()
        status, _, _ = await helpline.serve.fetch("/health/live")
        helpline.asterisk.answers["QueueStatus"] = rows()

        assert status == 200
        assert await helpline.recovers()
