"""Many calls at once through a real Asterisk; is mhud's account of them always fresh?

    python -m tests.asterisk.load --rate 50 --minutes 5 [--ramp 10] [--keep DIR]

SIPp makes `rate` calls a second: 70 % ring an agent's phone directly, 20 % go to two queues that
twenty agents serve and half of these soon give up, 10 % leave in the menu. Each
second /calls/active must be the truth of an instant of the last two seconds (load_truth.py), call
by call with the queue it waits in. At the end each `call.new` has its one `call.ended`, mhud knows
as many calls as Asterisk, and neither of the two has lost the connection. Ends with the figures,
and with status 1 if something does not hold. --ramp: the rate grows by so much each half minute
instead of holding, until something does not.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.common import cpu_s, rss_mb
from mhud.clock import SystemClock
from tests.asterisk import ports, sip
from tests.asterisk.api import Api, Watcher
from tests.asterisk.daemon import Daemon
from tests.asterisk.load_figures import Sample, Stretch
from tests.asterisk.load_sipp import Sipp, callers, phones
from tests.asterisk.load_truth import Ear
from tests.asterisk.parties import PHONE_HOST, TRUNK_HOST
from tests.asterisk.pbx_process import PbxProcess

AGENTS, PHONES = 20, 79
QUEUES = ("support", "crisis")
MIX = {"dial": (0.7, 2.0), "queue": (0.1, 4.0), "impatient": (0.1, 1.0), "menu": (0.1, 1.0)}
"""Share of the calls, and seconds of stay."""
USUAL = {
    "MHUD_AMI__PING_EVERY_S": "10",
    "MHUD_AMI__SILENCE_LIMIT_S": "25",
}
DRAIN_S = 20.0


class Load:
    """The stage, its traffic, and what was seen each second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SystemClock()
        self.wrong: list[str] = []
        self.stretches: list[Stretch] = []
        self.memory: dict[str, float] = {}
        self.counts: Counter[str] = Counter()
        self.pbx: PbxProcess
        self.daemon: Daemon
        self.ear: Ear
        self.api: Api
        self.watcher: Watcher
        self._pids: dict[str, int] = {}
        self._cpu: dict[str, float] = {}
        self._waiting: list[Sample] = []  # to be judged when the truth is known
        self._block: ports.Ports
        self._traffic = 0

    async def run(self, rates: list[tuple[float, float]]) -> None:
        """Each rate for so many seconds, until one does not hold."""
        async with AsyncExitStack() as leaving:
            await self._open(leaving)
            for rate, seconds in rates:
                await self._stretch(rate, seconds)
                if not self.stretches[-1].holds:
                    break
            await self._drain()
            await self._judge()

    async def _open(self, leaving: AsyncExitStack) -> None:
        self._block = block = leaving.enter_context(ports.block())
        self.pbx = PbxProcess(self.folder / "pbx", block)
        await self.pbx.start()
        leaving.push_async_callback(self.pbx.stop)
        self.daemon = Daemon(self.folder / "mhud", self.pbx, block.ami, USUAL)
        leaving.push_async_callback(self.daemon.stop)
        await self.daemon.start()
        self.ear, self.api = Ear(block.ami), Api(self.daemon.base_url, self.daemon.key)
        self.watcher = self.api.watcher()
        for part in (self.ear, self.api, self.watcher):
            await part.open()
            leaving.push_async_callback(part.close)
        assert self.pbx.pid is not None
        self._pids = {"Asterisk": self.pbx.pid, "mhud": self.daemon.pid}
        await self._plug_in(leaving)

    async def _plug_in(self, leaving: AsyncExitStack) -> None:
        """All phones are one SIPp; the first twenty agents serve both queues."""
        (self.folder / "sip").mkdir(parents=True, exist_ok=True)
        address = (PHONE_HOST, self._block.next_sip())
        desk = Sipp(self.folder / "sip", "phones", address, self._block.next_media())
        await desk.start(phones(ring_s=0.2))
        leaving.push_async_callback(desk.stop)
        for number in range(1, PHONES + 1):
            await sip.register(self._block.sip, f"agent{number:03d}", address[1])
            for queue in QUEUES if number <= AGENTS else ("t60",):
                self.ear.act("QueueAdd", Queue=queue, Interface=f"PJSIP/agent{number:03d}")

    async def _stretch(self, rate: float, seconds: float) -> None:
        stretch = Stretch(rate)
        self.stretches.append(stretch)
        before = self.ear.truth.begun
        async with AsyncExitStack() as leaving:
            for kind, (share, stay_s) in MIX.items():
                await self._call(leaving, kind, rate * share, stay_s, seconds)
            self._busy()
            for _ in range(int(seconds)):
                await self.clock.sleep(1)
                await self._look(stretch)
        self._judge_waiting(all_=True)
        stretch.made = (self.ear.truth.begun - before) / seconds

    async def _call(
        self, leaving: AsyncExitStack, kind: str, rate: float, stay_s: float, seconds: float
    ) -> None:
        self._traffic += 1
        numbers = {
            "dial": [f"1{number:03d}" for number in range(AGENTS + 1, PHONES + 1)],
            "queue": ["8200", "8201"],
            "impatient": ["8200", "8201"],
            "menu": ["116123"],
        }[kind]
        name = f"{kind}-{self._traffic}"
        listed = self.folder / "sip" / f"{name}.numbers"
        listed.write_text("\n".join(("SEQUENTIAL", *(f"{number};" for number in numbers))))
        address = (TRUNK_HOST, self._block.next_sip())
        sipp = Sipp(self.folder / "sip", name, address, self._block.next_media())
        # SIPp takes whole calls: so many in ten seconds
        period = ("-r", str(round(rate * 10)), "-rp", "10000", "-l", "2000")
        count = ("-m", str(round(rate * seconds)), "-inf", str(listed))
        await sipp.start(callers(stay_s), *period, *count, f"127.0.0.1:{self._block.sip}")
        leaving.push_async_callback(self._left, sipp, kind)

    async def _left(self, sipp: Sipp, kind: str) -> None:
        """The last callers have hung up; or some are stuck."""
        try:
            async with asyncio.timeout(DRAIN_S):
                await sipp.ended()
        except TimeoutError:
            self.wrong.append(f"{kind}: callers do not come to an end")
        await sipp.stop()
        self.counts[f"SIPp's {kind} calls"] += sipp.count("TotalCallCreated")
        self.counts[f"SIPp's {kind} calls that failed"] += sipp.count("FailedCall(C)")

    async def _look(self, stretch: Stretch) -> None:
        """Asks mhud, and judges what it answered before."""
        asked = self.clock.now().timestamp()
        active = (await self.api.get("/calls/active"))["calls"]
        answered = self.clock.now().timestamp()
        seen = frozenset(
            (call["id"], call["queue_id"] if call["status"] == "queued" else "") for call in active
        )
        gauges = await self._gauges()
        sample = Sample(
            asked, answered, seen, gauges["mhud_ledger_lag_events"], gauges["mhud_inbox_events"],
            self._busy(),
        )  # fmt: skip
        stretch.samples.append(sample)
        self._waiting.append(sample)
        self._judge_waiting()

    def _judge_waiting(self, *, all_: bool = False) -> None:
        """The ear itself may be late: it must have heard something younger than the answer."""
        truth = self.ear.truth
        for sample in tuple(self._waiting):
            if all_ or (truth.times and truth.times[-1] > sample.answered + 0.5):
                sample.behind = truth.behind(sample.seen, sample.asked, sample.answered)
                self._waiting.remove(sample)
                if sample.behind is None:
                    self.wrong.append(
                        f"at {sample.asked:.1f} mhud was not within 2 s of the truth: "
                        f"at least {sorted(truth.nearest)} differed"
                    )

    async def _gauges(self) -> dict[str, float]:
        text = await self.api.text("/metrics")
        rows = (line.split() for line in text.splitlines() if line and line[0] != "#")
        return {row[0]: float(row[1]) for row in rows if "{" not in row[0]}

    def _busy(self) -> dict[str, float]:
        """CPU seconds since the last look."""
        used = {who: cpu_s(pid) for who, pid in self._pids.items()}
        spent = {who: used[who] - self._cpu.get(who, used[who]) for who in used}
        self._cpu = used
        return spent

    async def _drain(self) -> None:
        """All calls end; mhud has told everything."""
        until = self.clock.monotonic() + DRAIN_S
        while self.clock.monotonic() < until:
            active = await self.api.get("/calls/active")
            gauges = await self._gauges()
            told = (
                self.watcher.last_seq
                >= gauges["mhud_ledger_events_total"] + gauges["mhud_ledger_lag_events"]
            )
            if not active["total"] and self.ear.truth.begun == self.ear.truth.ended and told:
                break
            await self.clock.sleep(0.25)
        self._judge_waiting(all_=True)
        if active["total"]:
            self.wrong.append(f"{active['total']} calls are still active")

    async def _judge(self) -> None:
        truth, events = self.ear.truth, self.watcher.events
        self.memory = {who: rss_mb(pid, "VmHWM") for who, pid in self._pids.items()}
        new = Counter(one["call"]["id"] for one in events if one["type"] == "call.new")
        ended = Counter(one["call"]["id"] for one in events if one["type"] == "call.ended")
        self.counts.update({"calls": truth.begun, "events of /ws": len(events)})
        odd = {one: (new[one], ended[one]) for one in new | ended if new[one] != ended[one]}
        self._hold(not odd, f"not one call.new and one call.ended: {odd}")
        self._hold(set(new.values()) <= {1}, "a call began twice")
        self._hold(
            truth.begun == truth.ended == len(new),
            f"Asterisk had {truth.begun} calls and ended {truth.ended}, mhud {len(new)}",
        )
        marked = sum(one["call"]["gap"] for one in events if one["type"] == "call.ended")
        self._hold(not marked, f"{marked} calls are marked as not seen whole")
        seqs = [one["seq"] for one in events]
        self._hold(seqs == list(range(seqs[0], seqs[0] + len(seqs))), "/ws is not gapless")
        for reason, count in Counter(
            one["call"]["end_reason"] for one in events if one["type"] == "call.ended"
        ).items():
            self.counts[f"calls that ended as {reason}"] = count
        await self._judge_links()

    async def _judge_links(self) -> None:
        """mhud logged in once and never lost the link; Asterisk still has that one session."""
        log = self.daemon.log.read_text()
        self._hold(log.count('"ami_up"') == 1 and '"ami_down"' not in log, "mhud lost its link")
        errors = [line for line in log.splitlines() if '"level":"error"' in line.replace(" ", "")]
        self._hold(not errors, f"mhud's log: {errors[:3]}")
        self._hold(not self.ear.lost, "Asterisk dropped the connection beside mhud's")
        shown = await self.pbx.cli("manager show connected")
        names = [line.split()[0] for line in shown.splitlines() if line.split()]
        self._hold(names.count("mhud") == 1, f"Asterisk's manager connections: {names}")

    def _hold(self, holds: bool, what: str) -> None:
        if not holds:
            self.wrong.append(what)

    def report(self) -> Iterator[str]:
        for stretch in self.stretches:
            yield from stretch.lines()
        for who, used in self.memory.items():
            yield f"memory of {who}: {used:.0f} MB at most"
        for what, count in self.counts.items():
            yield f"{count:8} {what}"
        yield f"{len(self.wrong):8} things that do not hold"
        for line in self.wrong[:20]:
            yield f"   {line}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--ramp", type=float, default=0)
    parser.add_argument("--keep", type=Path)
    wanted = parser.parse_args()
    rates = [(wanted.rate, wanted.minutes * 60)]
    if wanted.ramp:
        rates = [(wanted.rate + wanted.ramp * n, 30.0) for n in range(int(wanted.minutes * 2))]
    with tempfile.TemporaryDirectory(prefix="mhud-load-") as folder:
        load = Load(wanted.keep or Path(folder))
        load.folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(load.run(rates))
    print("\n".join(load.report()))
    return 1 if load.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
