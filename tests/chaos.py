"""Webhooks while receivers fail and mhud is killed: who lives gets everything, in order.

    python -m tests.chaos [EVENTS] [RECEIVERS] [KILLS]

10 000 events, 20 receivers and 5 kills unless it is told otherwise. Exit status 1: a promise was
broken. The truth is what the ledger holds in the end.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from sqlalchemy import select

from mhud.clock import SystemClock
from mhud.config import IsolatedSettings
from mhud.sim import FakeAsterisk
from mhud.store.database import Database
from mhud.store.schema import ledger
from tests.served import SECRET, Serve

PAUSES = {"RETRY_S": "0.3", "RETRY_MAX_S": "3", "TIMEOUT_S": "1", "GIVE_UP_S": "3600"}
CALLS_AT_ONCE = 20
AHEAD = 150
PATIENCE_S = 600.0
OK, ERROR, BUSY = 200, 500, 503
clock = SystemClock()


@dataclass(slots=True)
class Receiver:
    """`mood`: good, clumsy (500 now and then), busy (503), slow, stalls (for seconds), dead until
    it is woken, or gone for good. `taken` are the seqs that it said 200 to.
    """

    mood: str
    port: int = 0
    open: bool = False
    taken: list[tuple[int, str]] = field(default_factory=list)
    known: set[int] = field(default_factory=set)
    seen: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(5))  # noqa: S311
    server: asyncio.Server | None = None

    async def begin(self) -> None:
        self.server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]
        self.open = True

    async def end(self) -> None:
        if self.server is not None and self.open:
            self.open = False
            self.server.close()
            await asyncio.sleep(0)  # noqa: TID251 - a turn of the loop

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while self.open:
                head = await reader.readuntil(b"\r\n\r\n")
                lower = head.lower()
                length = int(lower[lower.index(b"content-length:") + 15 :].split(b"\r\n")[0])
                status = await self._judge(orjson.loads(await reader.readexactly(length)))
                writer.write(b"HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n" % status)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            pass  # all of it ends
        finally:
            writer.close()

    async def _judge(self, event: dict[str, object]) -> int:
        self.seen += 1
        if self.mood == "clumsy" and self.dice.random() < 0.05:
            return ERROR
        if self.mood == "busy" and self.dice.random() < 0.2:
            return BUSY
        if self.mood == "slow":
            await clock.sleep(0.02)
        if self.mood == "stalls" and self.seen % 500 == 0:
            await clock.sleep(2)  # longer than it has
            return OK  # nobody hears it
        data = event["data"]
        assert isinstance(data, dict)
        assert isinstance(event["seq"], int)
        self.taken.append((event["seq"], data["call_id"]))
        self.known.add(event["seq"])
        return OK


def moods(count: int) -> list[str]:
    """Half of them good, the others each in its own way bad; one never comes back."""
    bad = ("clumsy", "busy", "slow", "stalls", "dead")
    others = [bad[turn % len(bad)] for turn in range(count // 2 - 1)]
    return ["good"] * (count - len(others) - 1) + others + ["gone for good"]


@asynccontextmanager
async def receivers(count: int) -> AsyncIterator[list[Receiver]]:
    found = [Receiver(mood) for mood in moods(count)]
    async with AsyncExitStack() as stack:
        for one in found:
            await one.begin()
            stack.push_async_callback(one.end)
            if one.mood in ("dead", "gone for good"):
                await one.end()
        yield found


class Chaos:
    """`events`: of calls, about so many."""

    def __init__(self, folder: Path, pbx: FakeAsterisk, found: Sequence[Receiver]) -> None:
        settings = {f"MHUD_WEBHOOKS__{name}": value for name, value in PAUSES.items()}
        settings["MHUD_WEBHOOKS__ALLOWED_NETWORKS"] = '["127.0.0.0/8"]'
        self.serve = Serve(folder, pbx.port, **settings)
        self.folder = folder
        self.receivers = found
        self._pbx = pbx
        self.happening = True
        self._number = self._before = 0

    @property
    def first(self) -> Receiver:
        return self.receivers[0]

    @property
    def _ahead(self) -> int:
        """Calls since the last start that nobody may have heard of yet."""
        return self._number - len(self.first.known) // 3 - self._before

    async def restart(self, process: Process) -> Process:
        """Killed; what happens while it is away, it may never hear of."""
        process.kill()
        await process.wait()
        fresh = await self.serve.start()
        self._before += self._ahead
        return fresh

    async def calls(self) -> None:
        """Callers come and give up, until it is enough."""
        waiting = []
        while self.happening:
            await clock.sleep(0.02)
            if self._ahead > AHEAD:  # a slow machine is to be slow, not to pile up
                continue
            self._number += 1
            waiting.append(self._pbx.call_in(f"+2547{self._number:08}", queue="support"))
            if len(waiting) >= CALLS_AT_ONCE:
                waiting.pop(0).hangs_up()
        for caller in waiting:
            caller.hangs_up()

    async def register(self) -> None:
        for one in self.receivers:
            wish = {"url": f"http://127.0.0.1:{one.port}/", "events": ["call.*"]}
            await self.serve.post("/webhooks", wish)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.first.known) < count:
                await clock.sleep(0.1)

    async def all_told(self, found: Sequence[Receiver], wanted: set[int]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while any(not wanted <= one.known for one in found):
                await clock.sleep(0.1)

    async def ledger(self) -> set[int]:
        """Which events webhooks must have heard of."""
        db = await Database.of(IsolatedSettings.model_validate({"data_dir": self.folder}))
        async with db.read() as tx:
            rows = await tx.execute(select(ledger.c.seq).where(ledger.c.type.like("call.%")))
            found = set(rows.scalars())
        await db.close()
        return found


async def chaos(folder: Path, events: int, count: int, kills: int) -> list[str]:
    """What was promised and not kept."""
    pbx = FakeAsterisk(clock=clock, username="mhud", secret=SECRET)
    await pbx.start()
    async with receivers(count) as found, asyncio.TaskGroup() as tasks:
        world = Chaos(folder, pbx, found)
        await world.serve.make_key()
        process = await world.serve.start()
        await world.serve.until("/calls/active", lambda now: now["pbx"] == "fresh")
        await world.register()
        calls = tasks.create_task(world.calls())
        for turn in range(1, kills + 1):
            await world.until(turn * events // (kills + 1))
            process = await world.restart(process)
            for one in found:
                if one.mood == "dead" and turn == kills // 2 + 1:
                    await one.begin()
        await world.until(events)
        world.happening = False
        await calls
        await world.serve.until("/calls/active", lambda now: now["total"] == 0)
        await clock.sleep(1)  # until the ledger has written the last of it
        ended = clock.monotonic()
        wanted = await world.ledger()
        good = [one for one in found if one.mood == "good"]
        await world.all_told(good, wanted)
        good_s = clock.monotonic() - ended
        await world.all_told([one for one in found if one.mood != "gone for good"], wanted)
        print(
            json.dumps({"good_s": round(good_s, 1), "all_s": round(clock.monotonic() - ended, 1)})
        )
        process.terminate()
        await process.wait()
    await pbx.stop()
    return [wrong for one in found for wrong in broken(one, wanted)]


def broken(one: Receiver, wanted: set[int]) -> list[str]:
    counts = Counter(seq for seq, _ in one.taken)
    doubled = sum(counts.values()) - len(counts)
    lost = len(wanted - counts.keys())
    print(json.dumps({"mood": one.mood, "events": len(counts), "lost": lost, "doubled": doubled}))
    if one.mood == "gone for good":
        return []
    wrong = [f"{one.mood}: {lost} lost"] if lost else []
    if doubled > len(wanted) / 100:
        wrong.append(f"{one.mood}: {doubled} doubled")
    if counts.keys() - wanted:
        wrong.append(f"{one.mood}: heard what is not in the ledger")
    return wrong + ([f"{one.mood}: out of order"] if not in_order(one) else [])


def in_order(one: Receiver) -> bool:
    """Of each call, by what came first; what comes again is known."""
    last: dict[str, int] = {}
    seen: set[int] = set()
    for seq, call_id in one.taken:
        if seq in seen:
            continue
        seen.add(seq)
        if seq < last.get(call_id, 0):
            return False
        last[call_id] = seq
    return True


def main(arguments: Sequence[str]) -> int:
    events, count, kills = [int(word) for word in arguments] or (10_000, 20, 5)
    with tempfile.TemporaryDirectory() as folder:
        wrong = asyncio.run(chaos(Path(folder), events, count, kills))
    print("\n".join(wrong) or "nothing lost, in order, hardly anything doubled")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
