"""What people of the soak do by mhud's API to calls that go on: agents, and a supervisor.

They go by what mhud shows, as a console does, and are refused where a call is over meanwhile.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any

from tests.asterisk.api import Json
from tests.asterisk.soak_people import SERVED, Deed, Stage

PAIRS = {"hold": "unhold", "recording/pause": "recording/resume"}


class Consoles:
    """One pair of hands for all agents' consoles, and one for the supervisor's."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.dice = random.Random(f"{seed} consoles")  # noqa: S311 - dice
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        steering: dict[str, Deed] = {
            "blind transfer by api": self._transfer,
            "attended transfer by api": self._ask_first,
            "hold by api": lambda: self._there_and_back("hold"),
            "keys by api": lambda: self._command("dtmf", digits="12#"),
        }
        supervising: dict[str, Deed] = {
            "move a caller": self._move,
            "monitor": self._monitor,
            "pause a recording": lambda: self._there_and_back("recording/pause"),
            "tag": lambda: self._command("tags", "PUT", tags=["soak"]),
        }
        for deeds in (steering, supervising):
            self._tasks.append(asyncio.create_task(self._work(deeds)))

    async def end(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        for fault in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(fault, Exception):
                self.stage.faults.append(f"a console: {fault!r}")

    async def _work(self, deeds: dict[str, Deed]) -> None:
        while True:
            await self.stage.pause(self.dice, 0.5, 4)
            what = self.dice.choice(list(deeds))
            await self.stage.attempt(what, deeds[what])

    async def _any(self, status: str) -> Json | None:
        """A call of that status; none may be there."""
        calls = await self.stage.api.active(lambda call: bool(call["status"] == status))
        return self.dice.choice(calls) if calls else None

    async def _ask(self, call: Json, what: str, method: str = "POST", **body: Any) -> int:
        answer = await self.stage.api.ask(method, f"/calls/{call['id']}/{what}", body or None)
        self.stage.did[f"{what} answered {answer.status}"] += 1
        if answer.status >= 500 and answer.status not in (503, 504):
            self.stage.faults.append(f"{what} answered {answer.status}: {answer.body}")
        return answer.status

    async def _command(self, what: str, method: str = "POST", **body: Any) -> None:
        if call := await self._any("in-progress"):
            await self._ask(call, what, method, **body)

    async def _there_and_back(self, what: str) -> None:
        if (call := await self._any("in-progress")) and await self._ask(call, what) == 200:
            await self.stage.pause(self.dice, 0.3, 2)
            await self._ask(call, PAIRS[what])

    def _target(self, call: Json) -> Json:
        free = [one.id for one in self.stage.workers if not one.busy]
        if free and self.dice.random() < 0.4:
            return {"agent": self.dice.choice(free)}
        if self.dice.random() < 0.2:
            return {"number": f"+4941{self.dice.randrange(10**6):06d}"}
        return {"queue": self.dice.choice(SERVED)}

    async def _transfer(self) -> None:
        if call := await self._any("in-progress"):
            await self._ask(call, "transfer", type="blind", target=self._target(call))

    async def _ask_first(self) -> None:
        call = await self._any("in-progress")
        if call is None:
            return
        target = self._target(call)
        if await self._ask(call, "transfer", type="attended", target=target) == 200:
            await self.stage.pause(self.dice, 0.5, 3)
            await self._ask(call, self.dice.choice(("complete", "complete", "cancel")))

    async def _move(self) -> None:
        call = await self._any("queued")
        if call is not None:
            body = self.dice.choice(({"queue": self.dice.choice(SERVED)}, {"position": "front"}))
            await self._ask(call, "move", **body)

    async def _monitor(self) -> None:
        free = [one.id for one in self.stage.workers if not one.busy]
        call = await self._any("in-progress")
        if call is not None and free:
            mode = self.dice.choice(("listen", "whisper", "barge"))
            await self._ask(call, "monitor", mode=mode, agent_id=self.dice.choice(free))
