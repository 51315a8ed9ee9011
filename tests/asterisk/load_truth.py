"""What is so at each instant, by an AMI connection beside mhud's, and mhud against it.

The truth is kept as changes in Asterisk's order, each with Asterisk's own time. mhud is within
`WITHIN_S` of it if what it answered is the truth of an instant at most so long before the question.
"""

from __future__ import annotations

import asyncio
import bisect
import itertools
from collections import Counter
from dataclasses import dataclass, field

from mhud.ids import call_id
from tests.asterisk.administrator import Message, parse
from tests.asterisk.pbx_process import SECRET

WITHIN_S = 2.0
AHEAD_S = 0.05  # a clock's step between Asterisk's stamp and ours
Pair = tuple[str, str]
"""A call's id, and the queue in which it waits or "": a call that is not over."""


@dataclass
class Truth:
    """All pairs that ever began or stopped to be, in order. Times are seconds of the epoch."""

    times: list[float] = field(default_factory=list)
    changes: list[tuple[frozenset[Pair], frozenset[Pair]]] = field(default_factory=list)  # -, +
    begun: int = 0
    ended: int = 0
    nearest: frozenset[Pair] = frozenset()  # what was wrong at least in what was judged last
    _now: set[Pair] = field(default_factory=set)
    _legs: Counter[str] = field(default_factory=Counter)  # call → channels that live
    _waits: dict[str, str] = field(default_factory=dict)

    def hear(self, message: Message) -> None:
        event, call = message["Event"], call_id(message.get("Linkedid", ""))
        before = self._pairs(call)
        if event == "Newchannel":
            self.begun += not self._legs[call]
            self._legs[call] += 1
        elif event == "Hangup":
            self._legs[call] -= 1
            if not self._legs[call]:
                self.ended += 1
                del self._legs[call]
                self._waits.pop(call, None)
        elif event == "QueueCallerJoin":
            self._waits[call] = message["Queue"]
        else:  # mhud takes Abandon for the end of his waiting; Leave follows at once
            self._waits.pop(call, None)
        after = self._pairs(call)
        if before != after:
            self._change(float(message["Timestamp"]), before, after)

    def _pairs(self, call: str) -> frozenset[Pair]:
        return frozenset({(call, self._waits.get(call, ""))} if self._legs.get(call) else ())

    def _change(self, at: float, gone: frozenset[Pair], come: frozenset[Pair]) -> None:
        self._now = (self._now - gone) | come
        self.times.append(max(at, self.times[-1] if self.times else at))
        self.changes.append((gone, come))

    def behind(self, seen: frozenset[Pair], asked: float, answered: float) -> float | None:
        """How many seconds old `seen` was when it was asked for; None: it was not so in time.

        Runs back through the changes from the answer on, undoing one after the other.
        """
        at = bisect.bisect_right(self.times, answered + AHEAD_S)
        self.nearest = wrong = self._until(at) ^ seen
        until = asked
        while wrong and at and until >= asked - WITHIN_S:
            at -= 1
            gone, come = self.changes[at]
            wrong ^= gone ^ come
            until = self.times[at]
            self.nearest = min(self.nearest, wrong, key=len)
        if wrong or until < asked - WITHIN_S:
            return None
        return max(0.0, asked - until)

    def _until(self, count: int) -> frozenset[Pair]:
        """What was so after the first `count` changes."""
        now = set(self._now)
        for gone, come in reversed(self.changes[count:]):
            now = (now - come) | gone
        return frozenset(now)


class Ear:
    """Keeps the truth. Hears the classes call and agent only: Asterisk works for each listener."""

    def __init__(self, port: int) -> None:
        self.truth = Truth()
        self.lost = False  # Asterisk ended the connection
        self._port = port
        self._ids = itertools.count(1)
        self._task: asyncio.Task[None]
        self._writer: asyncio.StreamWriter

    async def open(self) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**22)
        self.act("Login", Username="test", Secret=SECRET, Events="call,agent")
        self._task = asyncio.create_task(self._listen(reader))

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._writer.close()

    def act(self, action: str, **fields: str) -> None:
        rows = {"Action": action, "ActionID": f"ear-{next(self._ids)}", **fields}
        text = "".join(f"{key}: {value}\r\n" for key, value in rows.items())
        self._writer.write(f"{text}\r\n".encode())

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        await reader.readline()
        while True:
            try:
                block = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                self.lost = True
                return
            event = block[7 : block.find(b"\r")]
            if block.startswith(b"Event: ") and event in _HEARD:
                self.truth.hear(parse(block))


_HEARD = (
    b"Newchannel", b"Hangup", b"QueueCallerJoin", b"QueueCallerAbandon", b"QueueCallerLeave",
)  # fmt: skip
