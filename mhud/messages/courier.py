"""The line in which messages wait, and the few who carry them: nobody who asks waits for that."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

import structlog

from mhud.clock import Clock
from mhud.errors import MhudError
from mhud.messages.message import Carrier, Kind, Message, Undelivered

log = structlog.get_logger(__name__)
AT_ONCE = 4
BOUND = 256  # wishes; more than a whole shift that signs in while the server stalls
PAUSES_S = (2.0, 8.0)  # before the second and the third try
STALE_S = 120.0  # who waited longer than this has asked again
SPREAD_S = 1.5
"""A message leaves within this time, at random: the work of sending one keeps the process busy for
some milliseconds, and who asks for something right then would see that there is a recipient."""
KINDS: tuple[Kind, ...] = ("email", "phone")
OUTCOMES = ("sent", "failed", "dropped", "capped")

_CHANCE = SystemRandom()
Make = Callable[[], Awaitable[Message | None]]


@dataclass(frozen=True, slots=True)
class _Wish:
    kind: Kind
    make: Make
    since: float
    told: asyncio.Future[bool] | None = None  # whether it was sent, for who waits to hear it

    def tell(self, *, sent: bool) -> None:
        if self.told is not None and not self.told.done():
            self.told.set_result(sent)


@dataclass(frozen=True, slots=True)
class Failure:
    """The last one. `reason` is a word; it names no address."""

    at: datetime
    kind: Kind
    reason: str


class Courier:
    """`offer` never waits. A message is made when its turn comes: it is as new as can be."""

    def __init__(
        self, carriers: Mapping[Kind, Carrier], clock: Clock, spread_s: float = SPREAD_S
    ) -> None:
        """`spread_s` 0: at once, where there is nobody to hide from."""
        self._carriers = dict(carriers)
        self._spread_s = spread_s
        self._clock = clock
        self._line: asyncio.Queue[_Wish] = asyncio.Queue(BOUND)
        self.counted: Counter[tuple[Kind, str]] = Counter()  # by kind and outcome
        self.last_failure: Failure | None = None

    def serves(self, kind: Kind) -> bool:
        return kind in self._carriers

    @property
    def waiting(self) -> int:
        return self._line.qsize()

    def offer(self, kind: Kind, make: Make) -> None:
        """`make` gives the message, or None when there is nothing to send after all.

        When the line is full the new wish is dropped and counted: older ones are nearer to their
        turn, and who gets nothing asks again.
        """
        self._put(_Wish(kind, make, self._clock.monotonic()))

    async def deliver(self, kind: Kind, make: Make) -> bool:
        """As `offer`, and waits: whether it was sent, or there was nothing to send after all.

        For who tries again later by himself. It ends: nobody waits in the line for longer than
        `STALE_S`, and carriers end in time of their own.
        """
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._put(_Wish(kind, make, self._clock.monotonic(), told))
        return await told

    def _put(self, wish: _Wish) -> None:
        try:
            self._line.put_nowait(wish)
        except asyncio.QueueFull:
            self._drop(wish, "line-full")

    def withheld(self, kind: Kind) -> None:
        """A cap was reached: the operator sees it, who asked does not."""
        self.counted[kind, "capped"] += 1
        log.warning("message_withheld", kind=kind, reason="cap-reached")

    async def run(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(self._work())

    async def _work(self) -> None:
        while True:
            wish = await self._line.get()
            if self._clock.monotonic() - wish.since > STALE_S:
                self._drop(wish, "waited-too-long")
                continue
            try:
                await self._serve(wish)
            except (Undelivered, MhudError) as error:
                reason = error.reason if isinstance(error, Undelivered) else error.code.value
                self._failed(wish, reason)
            except Exception:  # a strange server must not end the daemon
                log.exception("message_failed_unplanned", kind=wish.kind)
                self._failed(wish, "unplanned")

    async def _serve(self, wish: _Wish) -> None:
        """Raises Undelivered after the last try, and MhudError when the message can't be made."""
        message = await wish.make()
        if message is None:
            wish.tell(sent=True)
            return
        await self._clock.sleep(self._spread_s * _CHANCE.random())
        for pause_s in (*PAUSES_S, None):
            try:
                await self._carriers[wish.kind].carry(message)
                break
            except Undelivered as error:
                if pause_s is None or not error.again:
                    raise
                log.info("message_delayed", kind=wish.kind, reason=error.reason)
            await self._clock.sleep(pause_s)
        self.counted[wish.kind, "sent"] += 1
        wish.tell(sent=True)

    def _drop(self, wish: _Wish, reason: str) -> None:
        self.counted[wish.kind, "dropped"] += 1
        self._note(wish.kind, reason)
        wish.tell(sent=False)

    def _failed(self, wish: _Wish, reason: str) -> None:
        self.counted[wish.kind, "failed"] += 1
        self._note(wish.kind, reason)
        wish.tell(sent=False)

    def _note(self, kind: Kind, reason: str) -> None:
        self.last_failure = Failure(self._clock.now(), kind, reason)
        log.warning("message_not_sent", kind=kind, reason=reason)
