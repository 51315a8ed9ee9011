"""What is told and not gated: an event's way to a socket under load, memory, idle CPU, sign-ins.

In a house of 200 agents: the CPU time of 10 s in which nothing happens; memory; then 1 000 events/s
from Asterisk beside 200 polls/s, and how long each new call takes to a socket; then ten people who
sign in at once, and how late a poll is answered meanwhile.
"""

from __future__ import annotations

import asyncio
import json
from time import monotonic

import aiohttp

from benchmarks.common import (
    LOAD_CORE,
    Figure,
    cpu_s,
    emit,
    pin,
    rss_mb,
    say,
)
from benchmarks.house import House, house
from mhud import ids
from mhud.clock import SystemClock

IDLE_S = 10.0
EVENTS, EVENTS_PER_S = 15_000, 1_000
POLLS_PER_S = 200
SIGN_INS = 10
POLL = "/api/v1/agents/status"


class Night:
    def __init__(self, home: House, session: aiohttp.ClientSession) -> None:
        self.home = home
        self.clock = SystemClock()
        self._session = session
        self._base = f"http://127.0.0.1:{home.port}"
        self._key = {"X-API-Key": home.keys[0]}
        self.heard: dict[str, float] = {}
        self.polls = 0

    async def poll(self) -> float:
        """Seconds that it took."""
        began = monotonic()
        async with self._session.get(self._base + POLL, headers=self._key) as answer:
            await answer.read()
        self.polls += 1
        return monotonic() - began

    async def poll_for_ever(self) -> None:
        async with asyncio.TaskGroup() as polls:
            while True:
                polls.create_task(self.poll())
                await self.clock.sleep(1 / POLLS_PER_S)

    async def listen(self) -> None:
        async with self._session.ws_connect(self._base + "/ws") as socket:
            await socket.send_json({"type": "auth", "api_key": self.home.keys[0]})
            async for message in socket:
                told = json.loads(message.data)
                if told["type"] == "call.new":
                    self.heard.setdefault(told["call"]["id"], monotonic())

    async def event_to_socket(self) -> list[float]:
        """Milliseconds from Asterisk's write to the socket's read, in order of size."""
        pbx = self.home.pbx
        if pbx.stdin is None or pbx.stdout is None:
            raise RuntimeError("no pipes")
        tasks = [asyncio.create_task(self.listen()), asyncio.create_task(self.poll_for_ever())]
        await self.clock.sleep(1)
        began = monotonic()
        print("tell", EVENTS, EVENTS_PER_S, file=pbx.stdin, flush=True)
        said = json.loads(await asyncio.to_thread(pbx.stdout.readline))
        took = monotonic() - began
        await self.clock.sleep(1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        say("event to socket", calls=len(said), heard=len(self.heard), polls=self.polls, s=took)
        ways = (self.heard[ids.call_id(uid)] - at for uid, at in said.items())
        return sorted(way * 1000 for way in ways)

    async def sign_in(self) -> None:
        body = {"username": "operator", "password": self.home.password}
        async with self._session.post(self._base + "/api/v1/auth/token", json=body) as answer:
            if answer.status != 200:
                raise RuntimeError(f"the sign-in was answered with {answer.status}")
            await answer.read()

    async def polls_beside_sign_ins(self) -> float:
        """Milliseconds by which the slowest poll was slower than the middle one of before."""
        usual = sorted([await self.poll() for _ in range(50)])[25]
        signing = asyncio.gather(*(self.sign_in() for _ in range(SIGN_INS)))
        slowest = usual
        while not signing.done():
            slowest = max(slowest, await self.poll())
            await self.clock.sleep(0.002)
        await signing
        return (slowest - usual) * 1000


async def measure() -> list[Figure]:
    with house() as home:
        async with aiohttp.ClientSession() as session:
            night = Night(home, session)
            await night.clock.sleep(2)
            began = cpu_s(home.pid)
            await night.clock.sleep(IDLE_S)
            idle = (cpu_s(home.pid) - began) / IDLE_S * 100
            rss = rss_mb(home.pid)
            ways = await night.event_to_socket()
            say("memory after the events", mb=rss_mb(home.pid))
            lag = await night.polls_beside_sign_ins()
            say("memory after the sign-ins", mb=rss_mb(home.pid))
    p99 = ways[len(ways) * 99 // 100]
    detail = f"p50 {ways[len(ways) // 2]:.1f} ms"
    beside = f"{EVENTS_PER_S} events/s beside {POLLS_PER_S} polls/s"
    return [
        emit(
            Figure(f"Event to socket, p99, {beside}", round(p99, 1), "ms", None, 10, detail=detail)
        ),
        emit(Figure("Memory with 200 agents", round(rss), "MB", at_most=100)),
        emit(Figure("CPU while nothing happens", round(idle, 2), "%", at_most=1)),
        emit(Figure(f"A poll late beside {SIGN_INS} sign-ins", round(lag, 1), "ms", at_most=10)),
    ]


def main() -> list[Figure]:
    pin(LOAD_CORE)
    return asyncio.run(measure())


if __name__ == "__main__":
    main()
