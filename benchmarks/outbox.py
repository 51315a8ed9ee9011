"""Webhooks: from the ledger on disk to a receiver and settled on disk, against plain POSTs.

A plain POST is signed and sent by the same library, 16 in flight, and nothing remembers it. Both
send to the same sink on the other core, in turns. The outbox has the daemon's database, encrypted,
every commit synced. What counts is the sender's CPU time per delivery: it has one core.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

import aiohttp
import orjson

from benchmarks.common import (
    LOAD_CORE,
    ROUNDS,
    SERVER_CORE,
    Figure,
    emit,
    free_port,
    median,
    pin,
    python,
    running,
    say,
    wait_for_port,
)
from mhud.clock import SystemClock
from mhud.config import FeedSettings, WebhookSettings
from mhud.feeds.bus import Bus
from mhud.feeds.ledger import Ledger
from mhud.feeds.webhook_outbox import Outbox
from mhud.live.events import CallEnded
from mhud.live.model import Call, CallStatus, Direction, EndReason
from mhud.memory import collect_seldom
from mhud.store.database import Database
from mhud.store.key import DatabaseKey
from mhud.store.webhooks import Webhook, WebhookRepository

EVENTS = 1000  # as many as the ledger has in memory, where live ones are
PLAIN = 3000
IN_FLIGHT = 16
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="  # noqa: S105 -- of nobody
RECEIVERS = (1, 4)
AT = datetime(2025, 3, 3, 9, tzinfo=UTC)
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok"


# ---- the sink


class _Sink(asyncio.Protocol):
    """Answers 200 to whatever is posted."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._heard = b""

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head = self._heard[:end].lower()
            length = int(head[head.find(b"content-length:") + 15 :].split(b"\r\n")[0])
            if len(self._heard) < end + 4 + length:
                return
            self._heard = self._heard[end + 4 + length :]
            self._transport.write(GOOD)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Sink, "127.0.0.1", port)
    await server.serve_forever()


# ---- what is compared


async def plain(url: str, count: int) -> None:
    body = orjson.dumps({"event_type": "call.ended", "data": {"note": "x" * 460}})
    turns = iter(range(count))
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:

        async def one_after_the_other() -> None:
            for _ in turns:
                digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
                headers = {"Content-Type": "application/json", "X-Signature": f"sha256={digest}"}
                async with session.post(url, data=body, headers=headers) as answer:
                    await answer.read()

        await asyncio.gather(*(one_after_the_other() for _ in range(IN_FLIGHT)))


class Desk:
    """A ledger of so many calls that ended, and webhooks that want all of them."""

    def __init__(self, folder: Path, receivers: int) -> None:
        self._count = EVENTS * receivers
        self._receivers = receivers
        self._path = folder / "mhud.db"
        self._key = DatabaseKey.new()

    async def fill(self, url: str) -> None:
        async with self._open() as (db, ledger, _):
            ledger.publish([_ended(number) for number in range(EVENTS)])
            await ledger.drain()
            async with db.write() as tx:
                for number in range(self._receivers):
                    await WebhookRepository(tx).add(_webhook(number, url))

    async def send(self) -> tuple[float, float]:
        """As `measured`; what a daemon does once, when it starts, is done before."""
        async with self._open() as (_, _, outbox):

            async def work() -> None:
                running = asyncio.create_task(outbox.run())
                while outbox.books.delivered < self._count:
                    await SystemClock().sleep(0.002)
                await outbox.books.written()
                running.cancel()
                await asyncio.wait({running})

            return await measured(work, self._count)

    def _open(self) -> Opened:
        return Opened(self._path, self._key)


class Opened:
    def __init__(self, path: Path, key: DatabaseKey) -> None:
        self._path = path
        self._key = key

    async def __aenter__(self) -> tuple[Database, Ledger, Outbox]:
        clock, bus = SystemClock(), Bus()
        self._db = await Database.open(self._path, self._key)
        ledger = await Ledger.open(self._db, bus, clock, FeedSettings(), ZoneInfo("UTC"))
        settings = WebhookSettings(allowed_networks=("127.0.0.0/8",))
        return self._db, ledger, Outbox(self._db, ledger, bus, clock, settings)

    async def __aexit__(self, *_error: object) -> None:
        await self._db.close()


def _ended(number: int) -> CallEnded:
    call = Call(
        id=f"call-{number}",
        linkedids=(str(number),),
        direction=Direction.INBOUND,
        status=CallStatus.ENDED,
        start_time=AT,
        end_time=AT + timedelta(seconds=60),
        end_reason=EndReason.COMPLETED,
        caller_id="+254700123456",
        destination="+254800000116",
        queue_id="support",
    )
    return CallEnded(at=AT, call=call)


def _webhook(number: int, url: str) -> Webhook:
    return Webhook(
        id=f"webhook-{number}",
        url=url,
        events=("*",),
        secret=SECRET,
        after_seq=0,
        created_by=1,
        created_at=AT,
        updated_at=AT,
    )


async def measured(work: Callable[[], Awaitable[None]], count: int) -> tuple[float, float]:
    """Deliveries per second, and microseconds of CPU for each."""
    began, used = perf_counter(), process_time()
    await work()
    seconds, cpu = perf_counter() - began, process_time() - used
    return count / seconds, cpu / count * 1e6


async def one_round(url: str) -> dict[str, tuple[float, float]]:
    found = {"plain": await measured(lambda: plain(url, PLAIN), PLAIN)}
    for receivers in RECEIVERS:
        with TemporaryDirectory() as folder:
            desk = Desk(Path(folder), receivers)
            await desk.fill(url)
            found[f"outbox to {receivers}"] = await desk.send()
    return found


@contextmanager
def sink() -> Iterator[str]:
    port = free_port()
    with running(python("outbox", port), LOAD_CORE):
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}/hook"


def main(rounds: int = ROUNDS) -> list[Figure]:
    pin(SERVER_CORE)
    collect_seldom()  # as the daemon does
    with sink() as url:
        found = [asyncio.run(one_round(url)) for _ in range(rounds)]
    figures = []
    for variant in found[0]:
        speed = median(each[variant][0] for each in found)
        cpu = median(each[variant][1] for each in found)
        say("outbox", variant=variant, deliveries_s=round(speed), us_cpu=round(cpu))
        if variant != "plain":
            ratio = round(median(each["plain"][1] / each[variant][1] for each in found), 2)
            name = f"Webhooks: {variant} receiver{'s' if variant[-1] != '1' else ''}"
            figure = Figure(name, ratio, "of plain POSTs", at_least=0.4, gated=True)
            figures.append(emit(figure))
    return figures


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
