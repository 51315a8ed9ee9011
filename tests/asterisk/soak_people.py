"""Who calls and who answers in the soak: everybody acts by dice of his own, so a seed repeats."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from mhud.clock import SystemClock
from tests.asterisk.api import Api
from tests.asterisk.parties import Parties, Party
from tests.asterisk.scenario import Behavior
from tests.asterisk.soak_tap import Tap

PHONES = {
    "answers": Behavior(after_s=0.3),
    "answers late": Behavior(after_s=1.2),
    "lets it ring": Behavior(after_s=None),
    "rejects": Behavior(final=603, after_s=0.2),
    "is busy": Behavior(final=486, after_s=0.1),
}
PHONE_ODDS = (8, 4, 2, 2, 1)
WAYS_IN = ("116123", "8001", "8002", "8003", "8004", "8100", "8101", "8102", "8103")
WAY_ODDS = (4, 5, 5, 4, 3, 2, 1, 1, 2)
SERVED = ("t01", "t02", "t03", "tlast", "support", "tover", "tshort")
Deed = Callable[[], Awaitable[object]]
TROUBLE = (TimeoutError, OSError, aiohttp.ClientError, RuntimeError)
"""What befalls who talks to a daemon that is being killed, or to a phone whose call is over."""


@dataclass
class Stage:
    """What everybody shares. Nobody begins anything while the gate is shut."""

    tap: Tap
    api: Api
    parties: Parties
    workers: list[Worker] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)  # of the soak itself
    clock: SystemClock = field(default_factory=SystemClock)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self, dice: random.Random, least_s: float, most_s: float) -> None:
        await self.clock.sleep(dice.uniform(least_s, most_s))
        await self.gate.wait()

    async def attempt(self, what: str, act: Deed) -> None:
        self.did[what] += 1
        try:
            await act()
        except TROUBLE:
            self.did[f"{what}, in vain"] += 1


class Worker:
    """An agent: a phone for each temper, of which one is plugged in."""

    def __init__(self, stage: Stage, number: int, queues: tuple[str, ...], seed: int) -> None:
        self.stage = stage
        self.number = number
        self.queues = queues
        self.dice = random.Random(f"{seed} worker {number}")  # noqa: S311 - dice
        self.id = f"agent{number:03d}"
        self.interface = f"PJSIP/{self.id}"
        self.phones: dict[str, Party] = {}
        self.phone: Party | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        await self.plug_in("answers")
        for queue in self.queues:
            await self.stage.tap.act("QueueAdd", Queue=queue, Interface=self.interface)
        self._tasks.append(asyncio.create_task(self._moods()))

    async def end(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        for fault in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(fault, Exception):
                self.stage.faults.append(f"{self.id}: {fault!r}")

    async def plug_in(self, temper: str) -> None:
        if temper not in self.phones:
            self.phones[temper] = await self.stage.parties.phone(self.number, PHONES[temper])
            self._tasks.append(asyncio.create_task(self._serve(self.phones[temper])))
        else:
            address = self.phones[temper].address
            await self.stage.parties.register_at(self.number, address[1])
        self.phone = self.phones[temper]

    @property
    def busy(self) -> bool:
        return any(True for _ in self.stage.tap.living(f"{self.interface}-"))

    async def _serve(self, phone: Party) -> None:
        while True:
            await phone.rang.get()
            if await self.stage.tap.talks(self.interface, 3):
                await self.stage.pause(self.dice, 0.5, 3)
                await self._talk(phone)

    async def _talk(self, phone: Party) -> None:
        kind = self.dice.choices(("end", "hold", "transfer", "wait"), (4, 3, 3, 3))[0]
        if kind == "hold":
            await self._say("hold", phone.hold)
            await self.stage.pause(self.dice, 0.3, 2)
            await self._say("unhold", phone.unhold)
            await self.stage.pause(self.dice, 0.3, 2)
        elif kind == "transfer":
            target = self._target()
            await self._say("transfer", lambda: phone.refer(target, self.stage.parties.ports.sip))
            return
        if kind != "wait":
            await self._say("hang up", phone.hang_up)

    async def _say(self, what: str, act: Deed) -> None:
        if any(leg.up for leg in self.stage.tap.living(f"{self.interface}-")):
            await self.stage.attempt(what, act)

    def _target(self) -> str:
        others = [one for one in self.stage.workers if one is not self and not one.busy]
        if others and self.dice.random() < 0.5:
            return f"1{self.dice.choice(others).number:03d}"
        return self.dice.choice(("8001", "8002", "8003", "8004"))

    def deeds(self) -> dict[str, Deed]:
        return {
            "another phone": self._another_phone,
            "unplug": self._unplug,
            "pause by api": lambda: self._status("on-break"),
            "pause by pbx": lambda: self._pbx_pause(True),
            "log out by api": lambda: self._status("offline"),
            "log out by pbx": self._leave,
            "call out": self._call_out,
            "call out again": self._call_out,
        }

    async def _moods(self) -> None:
        deeds = self.deeds()
        while True:
            await self.stage.pause(self.dice, 2, 8)
            what = self.dice.choice(list(deeds))
            await self.stage.attempt(what, deeds[what])

    async def _another_phone(self) -> None:
        await self.plug_in(self.dice.choices(list(PHONES), PHONE_ODDS)[0])

    async def _unplug(self) -> None:
        if self.phone is not None:
            await self.stage.parties.unregister(self.number, self.phone)
        await self.stage.pause(self.dice, 0.5, 4)
        await self._another_phone()

    async def _status(self, status: str) -> None:
        await self.stage.api.set_status(self.id, status)
        await self.stage.pause(self.dice, 0.5, 5)
        await self.stage.api.set_status(self.id, "available")

    async def _pbx_pause(self, paused: bool) -> None:
        fields = {"Interface": self.interface, "Reason": "lunch"}
        await self.stage.tap.act("QueuePause", Paused="true" if paused else "false", **fields)
        if paused:
            await self.stage.pause(self.dice, 0.5, 5)
            await self._pbx_pause(False)

    async def _leave(self) -> None:
        for queue in self.queues:
            await self.stage.tap.act("QueueRemove", Queue=queue, Interface=self.interface)
        await self.stage.pause(self.dice, 0.5, 4)
        for queue in self.queues:
            await self.stage.tap.act("QueueAdd", Queue=queue, Interface=self.interface)

    async def _call_out(self) -> None:
        others = [one for one in self.stage.workers if one is not self and not one.busy]
        number = f"+4940{self.dice.randrange(10**6):06d}"
        if others and self.dice.random() < 0.2:
            number = f"1{self.dice.choice(others).number:03d}"
        answer = await self.stage.api.originate(self.id, number)
        self.stage.did[f"originate answered {answer.status}"] += 1


class Crowd:
    """Callers, one after the other and side by side."""

    def __init__(self, stage: Stage, per_s: float, seed: int) -> None:
        self.stage = stage
        self.per_s = per_s
        self.dice = random.Random(f"{seed} crowd")  # noqa: S311 - dice
        self._count = 0
        self._calls: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        self._task = asyncio.create_task(self._come())

    async def end(self) -> None:
        """No more come; those who are there leave in their own time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def vanish(self) -> None:
        """When the soak itself has failed."""
        for task in self._calls:
            task.cancel()
        await self.end()

    async def _come(self) -> None:
        while True:
            await self.stage.clock.sleep(self.dice.expovariate(self.per_s))
            await self.stage.gate.wait()
            self._count += 1
            way = self.dice.choices(WAYS_IN, WAY_ODDS)[0]
            dice = random.Random(self.dice.random())  # noqa: S311 - dice
            task = asyncio.create_task(self._call(way, f"+4930{self._count:06d}", dice))
            self._calls.add(task)
            task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._calls.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.stage.faults.append(f"a caller: {fault!r}")

    async def _call(self, way: str, number: str, dice: random.Random) -> None:
        self.stage.did[f"caller of {way}"] += 1
        caller = await self.stage.parties.call(way, number)
        if way == "116123" and dice.random() < 0.7:
            await self.stage.pause(dice, 0.5, 2)
            await self.stage.attempt("choose in the menu", lambda: self._choose(caller, number))
        await self.stage.pause(dice, 0.3, 14)
        if caller.process is not None and caller.process.returncode is None:
            await self.stage.attempt("caller hangs up", caller.hang_up)

    async def _choose(self, caller: Party, number: str) -> None:
        """As a digit would; the channel is found by the number on it."""
        async with asyncio.timeout(5):
            await caller.talking.wait()
        for row in await self.stage.tap.act("CoreShowChannels"):
            if row.get("CallerIDNum") == number and row.get("Context") == "ivr-main":
                where = {"Context": "ivr-main", "Exten": "1", "Priority": "1"}
                await self.stage.tap.act("Redirect", Channel=row["Channel"], **where)
