"""An agent of the soak whose phone holds two calls, and joins them: an attended transfer."""

from __future__ import annotations

import asyncio

from tests.asterisk.soak_people import Deed, Stage, Worker
from tests.asterisk.softphone import Dialog, Softphone


class Receptionist(Worker):
    """Asks a colleague or a queue before he hands the caller over."""

    def __init__(self, stage: Stage, number: int, queues: tuple[str, ...], seed: int) -> None:
        super().__init__(stage, number, queues, seed)
        ports = stage.parties.ports
        self._desk = Softphone(number, ports.sip, ports.next_media())

    async def begin(self) -> None:
        await self._desk.open(self.stage.parties.ports.next_sip())
        self._tasks.append(asyncio.create_task(self._receive()))
        await super().begin()

    async def end(self) -> None:
        await super().end()
        self._desk.close()

    async def plug_in(self, temper: str) -> None:
        """Always the one phone; it answers at once."""
        await self._desk.register()

    def deeds(self) -> dict[str, Deed]:
        kept = ("pause by api", "pause by pbx", "log out by api", "log out by pbx", "call out")
        return {what: deed for what, deed in super().deeds().items() if what in kept}

    async def _receive(self) -> None:
        while True:
            first = await self._desk.answered.get()
            await self.stage.pause(self.dice, 0.3, 2)
            if self.dice.random() < 0.5:
                await self._hand_over(first)
            await self.stage.pause(self.dice, 0.3, 3)
            await self._end(first)

    async def _hand_over(self, first: Dialog) -> None:
        """Calls somebody meanwhile; joins the two, or goes back to the caller."""
        if first.call_id in self._desk.over:
            return
        self.stage.did["consultation"] += 1
        try:
            second = await self._desk.call(self._target())
        except (RuntimeError, TimeoutError):
            self.stage.did["consultation, in vain"] += 1
            return
        await self.stage.pause(self.dice, 0.2, 2)
        over = {first.call_id, second.call_id} & self._desk.over
        if not over and self.dice.random() < 0.7:
            await self.stage.attempt(
                "attended transfer", lambda: self._desk.attended_transfer(first, second)
            )
            await self.stage.pause(self.dice, 0.5, 1)
        await self._end(second)

    async def _end(self, dialog: Dialog) -> None:
        if dialog.call_id not in self._desk.over:
            await self.stage.attempt("hang up", lambda: self._desk.hang_up(dialog))
