"""The whole daemon under measurement, as `mhud serve` runs it, with keys for the load.

    python -m benchmarks.daemon prepare DIRECTORY
    python -m benchmarks.daemon AMI_PORT DIRECTORY

The first makes a database with a person and keys, which it prints; in a process of its own, because
what that takes is no part of a running daemon. The second prints one JSON line: its port and a port
that triggers: a connection that begins with `!` has one event told to all sockets for each further
byte, as the ledger would after its commit; one that begins with `?` measures until it is closed at
the other end how late a timer fires, and then gets the milliseconds as a JSON list, in order.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.common import SECRET, SERVER_CORE, USERNAME, pin
from mhud import daemon, logs
from mhud.clock import Clock, SystemClock
from mhud.config import IsolatedSettings, LogSettings
from mhud.feeds.payloads import Entry, entry_of, public_event
from mhud.live.events import CallConnected
from mhud.live.model import Call, CallStatus, Direction
from mhud.services import Services
from mhud.services.access import Access
from mhud.services.keys import KeyWish, add_key
from mhud.services.people import Person, add_person
from mhud.store.database import Database

RIGHTS = (
    "view_agents", "view_calls", "view_queues", "receive_events", "view_all_cases", "create_case",
    "view_analytics",
)  # fmt: skip
BEAT_S = 0.005
UNLIMITED = "enterprise:999999"
PASSWORD = "a password of the benchmark"  # noqa: S105 -- of nobody else


def settings(ami_port: int, directory: Path) -> IsolatedSettings:
    return IsolatedSettings.model_validate(
        {
            "ami": {"port": ami_port, "username": USERNAME, "secret": SECRET},
            "http": {"port": 0},
            "data_dir": directory,
        }
    )


async def ready(services: Services, base_url: str) -> None:
    await services.pump.until(lambda live: not live.stale and len(live.agents) > 1, 20)
    trigger = await _listen_for_triggers(services)
    print(json.dumps({"port": urlsplit(base_url).port, "trigger": trigger}), flush=True)


async def prepare(directory: Path) -> None:
    """Prints the keys of a supervisor, who may read numbers, and of an operator, who may not.

    In a database of the case builder they are those of people who created cases there.
    """
    chosen = settings(1, directory)
    db = await Database.of(chosen)
    access = await Access.open(db, SystemClock(), chosen)
    keys = [await _key(access, role) for role in ("supervisor", "operator")]
    await access.close()
    await db.close()
    print(json.dumps({"keys": keys, "password": PASSWORD}), flush=True)


async def _key(access: Access, role: str) -> str:
    email = f"{role}@example.org"
    there = [user for user in access.known.users.values() if user.username == f"{role}0"]
    if there:
        return await _key_of(access, there[0].id)
    person = Person(username=role, name=role, role=role, email=email, password=PASSWORD)
    return await _key_of(access, (await add_person(access, person)).id)


async def _key_of(access: Access, user_id: int) -> str:
    wish = KeyWish(name="of a benchmark", rights=RIGHTS, tier=UNLIMITED)
    return (await add_key(access, wish, user_id)).secret


def entry(services: Services) -> Entry:
    """A caller and his agent begin to talk: an event with numbers, so rights matter."""
    live = services.pump.live
    call = Call(
        id="1763760000.0",
        linkedids=("1763760000.0",),
        direction=Direction.INBOUND,
        status=CallStatus.IN_PROGRESS,
        start_time=live.now,
        answer_time=live.now,
        caller_id="+15550101234",
        destination="8005551234",
        agent_id=next(iter(live.agents)),
        queue_id="support",
    )
    at = live.now
    return entry_of(public_event(1, CallConnected(at=at, call=call), None), at)


async def lateness(clock: Clock, reader: asyncio.StreamReader) -> list[float]:
    """Milliseconds by which timers were late until the other end has nothing more to say."""
    late: list[float] = []
    while not reader.at_eof():
        due = clock.monotonic() + BEAT_S
        await clock.sleep(BEAT_S)
        late.append((clock.monotonic() - due) * 1000)
    return sorted(late)


async def _listen_for_triggers(services: Services) -> int:
    told = [entry(services)]

    async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readexactly(1) == b"?":
            late = asyncio.create_task(lateness(services.clock, reader))
            writer.write(json.dumps(await late).encode())
            await writer.drain()
        while asked := await reader.read(64):
            for _ in asked:
                services.bus.publish(told)
        writer.close()

    server = await asyncio.start_server(heard, "127.0.0.1", 0)
    return int(server.sockets[0].getsockname()[1])


def main(ami_port: int, directory: Path) -> None:
    logs.configure(LogSettings(level="error"))
    asyncio.run(daemon.serve(settings(ami_port, directory), on_ready=ready))


if __name__ == "__main__":
    pin(SERVER_CORE)
    if sys.argv[1] == "prepare":
        asyncio.run(prepare(Path(sys.argv[2])))
    else:
        main(int(sys.argv[1]), Path(sys.argv[2]))
