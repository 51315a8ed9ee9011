"""The making of cases beside a busy helpline: told, not gated, for all of it is time by the clock.

    python -m benchmarks.case_calls [SECONDS]

A pretended Asterisk says what 20 calls a second bring, 1 400 events. Beside it cases are made over
HTTP: first one for each call, 20 a second, then by 16 writers without a pause. How late the
daemon's timers fire, how long an event takes to a socket, how long a case takes.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import aiohttp

from benchmarks.case_builder import WEIGHTS, words
from benchmarks.case_reads import percentile
from benchmarks.common import LOAD_CORE, Figure, emit, pin, say
from benchmarks.house import House, house
from mhud import ids
from mhud.clock import SystemClock

SECONDS = 20
CALLS_PER_S, EVENTS_PER_S = 20, 1_400
WRITERS = 16
WARM_S = 5
LAG_MS, EVENT_MS, CASE_MS = 20, 50, 100


class Helpline:
    def __init__(self, home: House, session: aiohttp.ClientSession) -> None:
        self._home = home
        self._session = session
        self._clock = SystemClock()
        self._dice = random.Random(7)  # noqa: S311 - repeatable, not secret
        self._base = f"http://127.0.0.1:{home.port}"
        self._key = {"X-API-Key": home.keys[0]}
        self.heard: dict[str, float] = {}

    async def make(self, took: list[float]) -> None:
        case = {
            "title": words(self._dice, 5, WEIGHTS),
            "description": words(self._dice, 28, WEIGHTS),
            "category": "abuse",
            "reporter_phone": f"+2547{self._dice.randrange(10**8):08d}",
        }
        began = monotonic()
        url = f"{self._base}/helpline/api/cases"
        async with self._session.post(url, json=case, headers=self._key) as answer:
            if answer.status != 201:
                raise RuntimeError(f"a case was answered with {answer.status}")
            await answer.read()
        took.append((monotonic() - began) * 1000)

    async def warm_up(self) -> None:
        """The agents have signed in; what is only loaded when it is needed, is."""
        await self._clock.sleep(WARM_S)
        await self.make([])

    async def one_for_each_call(self, took: list[float], end: float) -> None:
        async with asyncio.TaskGroup() as making:
            while monotonic() < end:
                making.create_task(self.make(took))
                await self._clock.sleep(1 / CALLS_PER_S)

    async def without_a_pause(self, took: list[float], end: float) -> None:
        async def write() -> None:
            while monotonic() < end:
                await self.make(took)

        await asyncio.gather(*(write() for _ in range(WRITERS)))

    async def listen(self) -> None:
        async with self._session.ws_connect(self._base + "/ws") as socket:
            await socket.send_json({"type": "auth", "api_key": self._home.keys[0]})
            async for message in socket:
                told = json.loads(message.data)
                if told["type"] == "call.new":
                    self.heard.setdefault(told["call"]["id"], monotonic())

    @asynccontextmanager
    async def lateness(self) -> AsyncIterator[list[float]]:
        """Filled when the block is over: the daemon's own, in milliseconds."""
        late: list[float] = []
        reader, writer = await asyncio.open_connection("127.0.0.1", self._home.trigger)
        writer.write(b"?")
        yield late
        writer.write_eof()
        late += json.loads(await reader.read())
        writer.close()

    async def beside(self, kind: str, seconds: int) -> list[Figure]:
        pbx = self._home.pbx
        if pbx.stdin is None or pbx.stdout is None:
            raise RuntimeError("no pipes")
        making = self.one_for_each_call if kind == "one for each call" else self.without_a_pause
        took: list[float] = []
        self.heard.clear()
        listening = asyncio.create_task(self.listen())
        await self._clock.sleep(1)
        async with self.lateness() as late:
            print("tell", EVENTS_PER_S * seconds, EVENTS_PER_S, file=pbx.stdin, flush=True)
            said = asyncio.create_task(asyncio.to_thread(pbx.stdout.readline))
            await making(took, monotonic() + seconds)
            told = json.loads(await said)
        await self._clock.sleep(2)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        heard = {uid: self.heard.get(ids.call_id(uid)) for uid in told}
        ways = [(at - told[uid]) * 1000 for uid, at in heard.items() if at is not None]
        say("cases beside calls", kind=kind, cases=len(took), calls=len(told), heard=len(ways))
        return _figures(kind, took, late, ways)


def _figures(kind: str, took: list[float], late: list[float], ways: list[float]) -> list[Figure]:
    beside = f"beside {CALLS_PER_S} calls/s, {kind}"
    return [
        _figure(f"A case made {beside}, p99", percentile(took, 0.99), CASE_MS, took),
        _figure(f"Loop lag {beside}, p99", percentile(late, 0.99), LAG_MS, late),
        _figure(f"Event to socket {beside}, p99.9", percentile(ways, 0.999), EVENT_MS, ways),
    ]


def _figure(name: str, value: float, most: float, of: list[float]) -> Figure:
    detail = f"p50 {percentile(of, 0.5):.1f} ms"
    return emit(Figure(name, round(value, 1), "ms", at_most=most, detail=detail))


async def measure(seconds: int) -> list[Figure]:
    with house() as home:
        async with aiohttp.ClientSession() as session:
            helpline = Helpline(home, session)
            await helpline.warm_up()
            found = await helpline.beside("one for each call", seconds)
            return found + await helpline.beside(f"{WRITERS} writers", seconds)


def main(seconds: int = SECONDS) -> list[Figure]:
    pin(LOAD_CORE)
    return asyncio.run(measure(seconds))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
