"""A demo day with random faults, steered by the API at random, watched from inside and outside.

    python -m tests.soak --minutes 60 --speed 20

Ends with a line of figures, and with status 1 if a promise was broken: an invariant of the state,
a call without exactly one end, a gap in the ledger's order, an error in the log.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from websockets.asyncio.client import ClientConnection, connect

from mhud.clock import SystemClock
from mhud.demo import Options, run
from mhud.services import Services
from tests.soak_steering import Steering

LOOK_EVERY_S = 5.0
FAULT_MEAN_S = 30.0
SETTLE_S = 20.0
ANSWERS = ("auth.ok", "subscribe.ok")  # they name a seq, and are no events


@dataclass
class Findings:
    """What was seen. `broken` lists the promises that were not kept."""

    events: Counter[str] = field(default_factory=Counter)
    started: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    last_seq: int = 0
    broken: list[str] = field(default_factory=list)
    log_errors: list[str] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)  # to commands on calls

    def saw(self, event: dict[str, Any]) -> None:
        seq = int(event["seq"])
        if self.last_seq and seq != self.last_seq + 1:
            self.broken.append(f"seq {seq} came after {self.last_seq}")
        self.last_seq = seq
        self.events[event["type"]] += 1
        if event["type"] == "call.new":
            self.started[event["call"]["id"]] += 1
        elif event["type"] == "call.ended":
            self.ended[event["call"]["id"]] += 1

    def close(self, still_open: set[str]) -> None:
        """Every call exists once, and has ended once unless it is still open."""
        for call_id, times in self.started.items():
            if times != 1:
                self.broken.append(f"{call_id} began {times} times")
            expected = 0 if call_id in still_open else 1
            if self.ended[call_id] != expected:
                self.broken.append(f"{call_id} ended {self.ended[call_id]} times")
        for call_id in self.ended.keys() - self.started.keys():
            self.broken.append(f"{call_id} ended without having begun")
        self.broken += [f"error in the log: {line}" for line in self.log_errors]


def watch_log(findings: Findings) -> None:
    def keep(_logger: Any, method: str, entry: Any) -> Any:
        if method in ("error", "exception", "critical"):
            findings.log_errors.append(str(dict(entry)))
        raise structlog.DropEvent

    structlog.configure(processors=[keep], cache_logger_on_first_use=False)


async def listen(ready: dict[str, Any], findings: Findings, first: asyncio.Event) -> None:
    """Follows `/ws` with resume, as a consumer would."""
    async for socket in connect(ready["ws_url"], max_size=None, compression=None):
        await socket.send(json.dumps({"type": "auth", "api_key": ready["api_key"]}))
        greeting = json.loads(await socket.recv())
        if greeting["type"] != "auth.ok":
            findings.broken.append(f"the socket said {greeting}")
            return
        findings.last_seq = findings.last_seq or int(greeting["seq"])
        since = {"type": "subscribe", "events": ["*"], "since": findings.last_seq}
        await socket.send(json.dumps(since))
        first.set()
        await _read(socket, findings)


async def _read(socket: ClientConnection, findings: Findings) -> None:
    async for message in socket:
        event = json.loads(message)
        if "seq" in event and event["type"] not in ANSWERS:
            findings.saw(event)


async def look(services: Services, findings: Findings, clock: SystemClock) -> None:
    while True:
        await clock.sleep(LOOK_EVERY_S)
        live = services.pump.live
        findings.broken += live.check()
        if services.pump.skipped:
            findings.broken.append(f"{services.pump.skipped} events were skipped")
        findings.rss_mb.append(rss_mb())


def rss_mb() -> float:
    used = Path("/proc/self/statm").read_text().split()[1]
    return int(used) * resource.getpagesize() / 1e6


async def soak(minutes: float, speed: float, seed: int, findings: Findings) -> None:
    """Runs the demo in this process and judges it."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="mhud-soak-") as folder:
        ready_file = Path(folder) / "ready.json"
        known = asyncio.Event()
        box: list[Services] = []

        async def on_ready(services: Services) -> None:
            box.append(services)
            known.set()

        options = Options(
            port=0,
            data=Path(folder) / "data",
            speed=speed,
            seed=seed,
            faults_every_s=FAULT_MEAN_S,
            ready_file=ready_file,
        )
        demo = asyncio.create_task(run(options, on_ready))
        await asyncio.wait({demo, asyncio.create_task(known.wait())}, return_when="FIRST_COMPLETED")
        if demo.done():
            await demo
        ready = json.loads(ready_file.read_text())
        first = asyncio.Event()
        steering = Steering(ready, seed)
        watchers = [
            asyncio.create_task(listen(ready, findings, first)),
            asyncio.create_task(look(box[0], findings, clock)),
            asyncio.create_task(steering.run(clock)),
        ]
        await first.wait()
        before = set(box[0].pump.live.calls)
        await clock.sleep(minutes * 60)
        if demo.done():
            await demo
        stop(watchers[-1])
        findings.answers = steering.answers
        findings.broken += steering.broken
        while box[0].ledger.lag or findings.last_seq < box[0].ledger.last_seq:
            await clock.sleep(0.05)
        still_open = set(box[0].pump.live.calls)
        for call_id in before:
            findings.ended.pop(call_id, None)
            findings.started.pop(call_id, None)
        findings.close(still_open)
        for task in (*watchers, demo):
            task.cancel()
        await asyncio.gather(*watchers, demo, return_exceptions=True)


def stop(watcher: asyncio.Task[None]) -> None:
    """Raises what it ended of, if it did."""
    if watcher.done():
        watcher.result()
    watcher.cancel()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--speed", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    findings = Findings()
    watch_log(findings)
    asyncio.run(soak(wanted.minutes, wanted.speed, wanted.seed, findings))
    rss = findings.rss_mb
    middle = len(rss) // 2
    print(
        f"{len(findings.started)} calls, {sum(findings.events.values())} events, "
        f"{findings.events['pbx.disconnected']} lost links; memory {rss[0]:.0f} MB at first, "
        f"{max(rss[:middle] or rss):.0f} at most in the first half, "
        f"{max(rss[middle:]):.0f} in the second; {len(findings.broken)} promises broken"
    )
    for said, times in sorted(findings.answers.items()):
        print(f"   {times:5} {said}")
    for line in findings.broken[:20]:
        print("  ", line)
    return 1 if findings.broken else 0


if __name__ == "__main__":
    sys.exit(main())
