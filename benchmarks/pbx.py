"""A pretended Asterisk with 200 agents in five queues, for a daemon under measurement.

    python -m benchmarks.pbx PORT

Prints `ready` once it listens. A line `tell EVENTS RATE` on stdin then has it say so many events of
the stream, RATE a second, and print a JSON line: when (CLOCK_MONOTONIC) it said each `Newchannel`
of a caller, by its Uniqueid.
"""

from __future__ import annotations

import asyncio
import json
import sys
from itertools import islice
from time import monotonic

from benchmarks.common import LOAD_CORE, SECRET, USERNAME, pin
from benchmarks.stream import events
from benchmarks.stream_call import AGENTS, QUEUES, agent_name, interface
from mhud.clock import SystemClock
from mhud.sim.fake import FakeAsterisk
from mhud.sim.site import TRUNK, Endpoint, QueueSettings, Site

BURST_S = 0.01  # a busy Asterisk flushes some events at a time


def site() -> Site:
    phones = [Endpoint(_phone(agent), str(2000 + agent)) for agent in range(AGENTS)]
    return Site(endpoints=(*phones, TRUNK), queues={name: QueueSettings() for name in QUEUES})


def _phone(agent: int) -> str:
    return interface(agent).removeprefix("PJSIP/")


async def main(port: int) -> None:
    clock = SystemClock()
    pbx = FakeAsterisk(clock=clock, username=USERNAME, secret=SECRET, port=port, site=site())
    await pbx.start()
    for agent in range(AGENTS):
        mine = QUEUES[agent % 5], QUEUES[(agent + 1) % 5]
        pbx.agent_logs_in(_phone(agent), *mine, name=agent_name(agent))
    print("ready", flush=True)
    while words := (await asyncio.to_thread(sys.stdin.readline)).split():
        told = await tell(pbx, clock, int(words[1]), float(words[2]))
        print(json.dumps(told), flush=True)


async def tell(pbx: FakeAsterisk, clock: SystemClock, count: int, rate: float) -> dict[str, float]:
    said: dict[str, float] = {}
    waiting = iter(events(1 + count // 60)[:count])
    began, sent = monotonic(), 0
    while sent < count:
        due = min(count, int((monotonic() - began) * rate) + 1)
        burst = list(islice(waiting, due - sent))
        sent += len(burst)
        for message in burst:
            if message.startswith(b"Event: Newchannel") and b"/trunk-out-" in message:
                said[message.rpartition(b"Linkedid: ")[2].decode().strip()] = monotonic()
            for session in pbx.server.sessions:
                session.send(message)
        await clock.sleep(BURST_S)
    return said


if __name__ == "__main__":
    pin(LOAD_CORE)
    asyncio.run(main(int(sys.argv[1])))
