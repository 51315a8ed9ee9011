"""A busy helpline on a real Asterisk, with a bad link and mhud killed, judged by Asterisk's books.

    python -m tests.asterisk.soak --minutes 60 --seed 1 [--keep DIR]

Random callers and agents act. Now and then the link to mhud is cut or falls silent, or mhud is
killed; then everybody stands still and mhud's lists must equal Asterisk's. At the end each call is
compared with queue_log and with how its dialing ended. Ends with figures, and with status 1 at a
deviation. With --keep the AMI trace, the logs and queue_log stay in DIR.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from mhud.clock import SystemClock
from tests.asterisk import ports
from tests.asterisk.api import Api, Json, Watcher
from tests.asterisk.daemon import Daemon
from tests.asterisk.parties import Parties, Party
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.proxy import Proxy
from tests.asterisk.scenario import Behavior
from tests.asterisk.soak_control import Consoles
from tests.asterisk.soak_lists import asterisk_lists, differences, history, mhud_lists
from tests.asterisk.soak_people import SERVED, Crowd, Stage, Worker
from tests.asterisk.soak_reception import Receptionist
from tests.asterisk.soak_tap import Tap
from tests.asterisk.soak_verdict import (
    Gap,
    Verdict,
    judge_calls,
    judge_cdr,
    judge_events,
    queue_log,
)

WORKERS, RECEPTIONISTS = 8, 2
CALLERS_PER_S = 1.2
OUTSIDE = (Behavior(), Behavior(final=486), Behavior(final=480), Behavior(after_s=None),
           Behavior(final=603), Behavior(after_s=1.0))  # fmt: skip
FATES = ("nothing", "nothing", "cut", "kill", "stall")  # shuffled, and again when all have struck
SETTLE_TRIES = 40
LOOK_S = 0.25
BOOKS_S = 12.0  # until what nobody saw has come out of Asterisk's books


class Follower:
    """A consumer of /ws who comes back after each end of mhud and asks for what he missed."""

    def __init__(self, api: Api) -> None:
        self.events: list[Json] = []
        self._api = api
        self._watcher: Watcher | None = None

    async def open(self) -> None:
        since = self.events[-1]["seq"] if self.events else 0
        self._watcher = await self._api.watcher().open(since=since)

    async def close(self) -> None:
        if self._watcher is not None:
            await self._watcher.close()
            self.events += self._watcher.events
            self._watcher = None


class Soak:
    """The stage, its people and its misfortunes."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.seed = seed
        self.dice = random.Random(f"{seed} misfortunes")  # noqa: S311 - dice
        self.clock = SystemClock()
        self.verdict = Verdict()
        self.gaps: list[Gap] = []
        self.outside: Party | None = None
        self._fates: list[str] = []
        self._spared = set(FATES)  # of which none has struck yet
        self.pbx: PbxProcess
        self.wire: Proxy
        self.daemon: Daemon
        self.stage: Stage
        self.follower: Follower

    async def run(self, seconds: float) -> Verdict:
        async with AsyncExitStack() as leaving:
            leaving.callback(self._keep)
            await self._open(leaving)
            crowd = Crowd(self.stage, CALLERS_PER_S, self.seed)
            leaving.push_async_callback(crowd.vanish)
            for worker in self.stage.workers:
                leaving.push_async_callback(worker.end)
                await worker.begin()
            self.stage.gate.set()
            await crowd.begin()
            consoles = Consoles(self.stage, self.seed)
            leaving.push_async_callback(consoles.end)
            consoles.begin()
            until = self.clock.monotonic() + seconds
            while self.clock.monotonic() < until or self._spared:
                await self._round()
            await consoles.end()
            await crowd.end()
            for worker in self.stage.workers:
                await worker.end()
            await self._drain()
            await self._judge()
        return self.verdict

    async def _open(self, leaving: AsyncExitStack) -> None:
        block = leaving.enter_context(ports.block())
        self.pbx = PbxProcess(self.folder / "pbx", block)
        await self.pbx.start()
        leaving.push_async_callback(self.pbx.stop)
        self.wire = Proxy(block.ami)
        await self.wire.open()
        leaving.push_async_callback(self.wire.cut)
        self.daemon = Daemon(self.folder / "mhud", self.pbx, self.wire.port, self.pbx.books)
        self.daemon.options = ("--trace", str(self.folder / "trace.ami"))
        tap, parties = Tap(block.ami), Parties(self.folder / "sip", block)
        await self._hire(tap, parties)
        leaving.push_async_callback(self.daemon.stop)
        api = self.stage.api
        self.follower = Follower(api)
        for part in (tap, parties, api, self.follower):
            await part.open()
            leaving.push_async_callback(part.close)

    async def _hire(self, tap: Tap, parties: Parties) -> None:
        self.stage = Stage(tap, Api(self.daemon.base_url, ""), parties)
        for number in range(1, WORKERS + RECEPTIONISTS + 1):
            queues = tuple(self.dice.sample(SERVED, 3))
            kind = Worker if number <= WORKERS else Receptionist
            self.stage.workers.append(kind(self.stage, number, queues, self.seed))
        await self.daemon.start()
        for worker in self.stage.workers:
            await self.daemon.command(
                "agent", "add", worker.id, "--queues", *[",".join(worker.queues)]
            )
        self.stage.api.key = self.daemon.key

    async def _round(self) -> None:
        await self._change_outside()
        await self.clock.sleep(self.dice.uniform(5, 12))
        if not self._fates:
            self._fates = self.dice.sample(FATES, len(FATES))
        fate = self._fates.pop()
        self._spared.discard(fate)
        if fate == "cut":
            await self._cut()
        elif fate == "kill":
            await self._kill()
        elif fate == "stall":
            await self._stall()
        await self.clock.sleep(self.dice.uniform(0, 4))
        await self._quiet_moment()

    async def _change_outside(self) -> None:
        """Whoever is called through the trunk is of another mind now."""
        if self.outside is not None:
            self.outside.die()
            await self.outside.gone()
        self.outside = await self.stage.parties.outside(self.dice.choice(OUTSIDE))

    async def _cut(self) -> None:
        self.verdict.figures["links cut"] += 1
        begin = self.clock.now()
        await self.wire.cut()
        await self.clock.sleep(self.dice.uniform(0.1, 4))
        await self.wire.open()
        await self.daemon.until_ready(200)
        await self.clock.sleep(0.1)
        self._note_gap(begin)

    async def _stall(self) -> None:
        """The connection is there, and says nothing more until mhud gives it up."""
        self.verdict.figures["links gone silent"] += 1
        begin = self.clock.now()
        self.wire.stall()
        await self.daemon.until_ready(503)
        await self.clock.sleep(self.dice.uniform(0, 2))
        self.wire.flow()
        await self.daemon.until_ready(200)
        await self.clock.sleep(0.1)
        self._note_gap(begin)

    async def _kill(self) -> None:
        self.verdict.figures["kills of mhud"] += 1
        begin = self.clock.now()
        await self.daemon.kill()
        await self.follower.close()
        await self.clock.sleep(self.dice.uniform(0.1, 2))
        await self.daemon.start()
        self._note_gap(begin)
        await self.follower.open()

    def _note_gap(self, begin: datetime) -> None:
        self.gaps.append(Gap(begin, self.clock.now(), heard=self.wire.flows_since))

    async def _quiet_moment(self) -> None:
        """Nobody begins anything; phones still ring and are answered."""
        self.stage.gate.clear()
        self.verdict.figures["quiet moments"] += 1
        found = ["nothing was compared"]
        for _ in range(SETTLE_TRIES):
            found = await self._differences()
            if not found:
                break
            await self.clock.sleep(LOOK_S)
        at = self.clock.now().isoformat()
        lists = await asterisk_lists(self.stage.tap)
        self.verdict.figures["calls alive in quiet moments"] += len(lists["calls"])
        self.verdict.figures["callers waiting in quiet moments"] += sum(
            lists["waiting"][1].values()
        )
        self.verdict.figures["paused agents in quiet moments"] += len(lists["paused"])
        self.verdict.judge(not found, f"quiet moment at {at}: {found}")
        self.stage.gate.set()

    async def _differences(self) -> list[str]:
        theirs = await asterisk_lists(self.stage.tap)
        ours = await mhud_lists(self.stage.api)
        if theirs != await asterisk_lists(self.stage.tap):
            return ["Asterisk does not stand still"]
        return differences(theirs, ours)

    async def _drain(self) -> None:
        """Everybody goes home; what is left is hung up, and the wrap-ups run out."""
        await self.clock.sleep(3)
        await self.pbx.cli("channel request hangup all")
        for _ in range(SETTLE_TRIES):
            active = await self.stage.api.get("/calls/active")
            if not active["total"] and not any(True for _ in self.stage.tap.living()):
                break
            await self.clock.sleep(LOOK_S)
        self.verdict.judge(not active["total"], f"still active: {active['calls']}")
        await self.clock.sleep(1.5)
        await self._quiet_moment()
        await self.clock.sleep(BOOKS_S)

    async def _judge(self) -> None:
        for fault in self.stage.faults:
            self.verdict.judge(False, f"the soak itself failed: {fault}")
        await self.follower.close()
        replay = await self.stage.api.watcher().open(since=0)
        for _ in range(SETTLE_TRIES):
            if replay.last_seq >= len(self.follower.events):
                break
            await self.clock.sleep(LOOK_S)
        await replay.close()
        events = self.follower.events
        judge_events(self.verdict, events, replay.events[: len(events)])
        log = queue_log(self.pbx.folder / "log/queue_log")
        told = await history(self.stage.api, events, self.daemon.folder / "data")
        judge_calls(self.verdict, self.stage.tap, told, events, log, self.gaps)
        judge_cdr(self.verdict, self.pbx.folder / "log/cdr-csv/Master.csv", self.stage.tap)
        self.verdict.figures["AMI events"] = self.stage.tap.events
        self.verdict.figures["deeds of people"] = sum(self.stage.did.values())
        lines = self.daemon.log.read_text().splitlines()
        for line in lines:
            bad = '"level":"error"' in line or "[error" in line or "Traceback" in line
            self.verdict.judge(not bad, f"mhud's log: {line}")

    def _keep(self) -> None:
        """For whoever looks for the cause of a deviation."""
        story = {"did": self.stage.did, "gaps": [str(gap) for gap in self.gaps]}
        (self.folder / "soak.json").write_text(json.dumps(story, indent=1))
        lines = "\n".join(self.verdict.deviations)
        (self.folder / "deviations.txt").write_text(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mhud-soak-") as folder:
        soak = Soak(wanted.keep or Path(folder), wanted.seed)
        soak.folder.mkdir(parents=True, exist_ok=True)
        verdict = asyncio.run(soak.run(wanted.minutes * 60))
    for name, count in verdict.figures.items():
        print(f"{count:8} {name}")
    print(f"{len(verdict.deviations):8} deviations")
    for line in verdict.deviations[:30]:
        print("  ", line[:1000])
    return 1 if verdict.deviations else 0


if __name__ == "__main__":
    sys.exit(main())
