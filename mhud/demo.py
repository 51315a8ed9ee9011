"""`mhud demo`: the daemon on a simulated PBX with the traffic of a busy hour."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import secrets
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mhud.clock import Clock, SystemClock
from mhud.config import IsolatedSettings, Settings
from mhud.daemon import serve
from mhud.demo_data import PEOPLE, Credentials, seed
from mhud.demo_webhooks import receiver, subscribe
from mhud.errors import invalid
from mhud.services import Services
from mhud.sim.demo_world import demo_site, log_everybody_in
from mhud.sim.fake import FakeAsterisk

AMI_USER = "mhud"
LOOPBACK = ("127.0.0.0/8", "::1/128")  # where who tries the demo has his receiver
MONITOR = "monitor"  # of the data directory: where the simulated Asterisk records
OUTBOX = "outbox"  # of the data directory: messages that would go to people


@dataclass(frozen=True, slots=True)
class Options:
    """`data` None: a directory that goes when the demo ends. `speed` 1 is a busy hour.

    `faults_every_s`: a bad moment of the PBX about so often; None: never.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path | None = None
    speed: float = 1.0
    seed: int = 1
    faults_every_s: float | None = None
    ready_file: Path | None = None


OnReady = Callable[[Services], Awaitable[None]]


async def run(options: Options, on_ready: OnReady | None = None) -> None:
    """Until SIGTERM or SIGINT. Raises MhudError or OSError when it can't start."""
    _loopback(options.host)
    clock = SystemClock()
    with ExitStack() as stack:
        data = options.data or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="mhud-demo-"))
        )
        data.mkdir(parents=True, exist_ok=True)
        await _run(options, data, clock, on_ready)


def _loopback(host: str) -> None:
    """Its data is invented, its credentials are printed: nobody else shall reach it."""
    try:
        fine = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        fine = False
    if not fine:
        raise invalid("--host", "the demo listens on loopback only, as 127.0.0.1")


async def _run(options: Options, data: Path, clock: Clock, on_ready: OnReady | None) -> None:
    outbox, include = data / OUTBOX, data / "queues_mhud.conf"
    for folder in (outbox, data / MONITOR):
        folder.mkdir(exist_ok=True)
    secret = secrets.token_urlsafe(24)
    include.touch()  # as an installation does
    pbx = _pbx(options, clock, data, secret, include)
    await pbx.start()
    log_everybody_in(pbx)
    settings = _settings(options, data, pbx.port, secret, include)
    credentials = await seed(settings, clock)

    async def tell(services: Services, base_url: str) -> None:
        await services.pump.until(lambda live: not live.stale, 5)
        await subscribe(services, hook)
        ready = _ready(base_url, credentials, pbx.port, secret, outbox)
        if options.ready_file is not None:
            _write(options.ready_file, json.dumps(ready, indent=2))
        print(_welcome(base_url, credentials), flush=True)
        # only now: mhud hears of every call from its beginning
        moving.extend(tasks.create_task(part) for part in _shift(pbx, options))
        if on_ready is not None:
            await on_ready(services)

    moving: list[asyncio.Task[None]] = []
    try:
        async with asyncio.TaskGroup() as tasks:
            try:
                async with receiver() as hook:
                    await serve(settings, on_ready=tell)
            finally:
                for task in moving:
                    task.cancel()
                await pbx.stop()
    except ExceptionGroup as group:  # of one, as a port that is taken
        raise group.exceptions[0] from group


def _pbx(options: Options, clock: Clock, data: Path, secret: str, include: Path) -> FakeAsterisk:
    return FakeAsterisk(
        clock=clock,
        username=AMI_USER,
        secret=secret,
        seed=options.seed,
        queue_include=include,
        recordings=data / MONITOR,
        site=demo_site(),
    )


def _shift(pbx: FakeAsterisk, options: Options) -> list[Coroutine[Any, Any, None]]:
    """Traffic, and faults if they are wanted."""
    parts = [pbx.run_traffic(options.speed)]
    if options.faults_every_s is not None:
        parts.append(pbx.run_faults(options.faults_every_s))
    return parts


def _settings(options: Options, data: Path, port: int, secret: str, include: Path) -> Settings:
    wrap_up = max(1, round(10 / options.speed))
    return IsolatedSettings.model_validate(
        {
            "ami": {"port": port, "username": AMI_USER, "secret": secret},
            "http": {"host": options.host, "port": options.port},
            "data_dir": data,
            "outbox": data / OUTBOX,
            "webhooks": {"allowed_networks": LOOPBACK},
            "helpline": {"region": "KE", "organization": "Nairobi Helpline"},
            "asterisk": {
                "queue_include": include,
                "recordings": data / MONITOR,
                "announcements": {"announce123": "queue-thankyou", "announce124": "vm-goodbye"},
                "music_on_hold": {"moh456": "default", "moh457": "calm"},
            },
            "queues": {
                "support": {
                    "name": "Support Queue",
                    "extension": "2000",
                    "max_wait_time": 240,
                    "announcement_id": "announce123",
                    "music_on_hold_id": "moh456",
                    "wrap_up_seconds": wrap_up,
                    "max_waiting": 5,
                    "max_longest_wait": 120,
                },
                "crisis": {
                    "name": "Crisis Queue",
                    "extension": "2001",
                    "music_on_hold_id": "moh456",
                    "wrap_up_seconds": wrap_up,
                    "service_level_seconds": 10,
                    "max_waiting": 3,
                    "max_longest_wait": 60,
                },
            },
        }
    )


def _ready(
    base_url: str, credentials: Credentials, port: int, secret: str, outbox: Path
) -> dict[str, object]:
    emails = {worker.username: worker.email for worker in PEOPLE}
    return {
        "base_url": base_url,
        "ws_url": base_url.replace("http", "ws", 1) + "/ws",
        "api_key": credentials.api_key,
        "users": {
            name: {"password": password, "email": emails[name]}
            for name, password in credentials.passwords.items()
        },
        "ami": {"host": "127.0.0.1", "port": port, "username": AMI_USER, "secret": secret},
        "outbox": str(outbox.resolve()),
    }


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and for the owner's eyes only: it holds credentials."""
    partial = path.with_name(path.name + ".partial")
    partial.touch(mode=0o600)
    partial.write_text(text)
    partial.replace(path)


def _program() -> str:
    """As it was started: `make run` puts it on nobody's PATH."""
    started = sys.argv[0]
    return started if Path(started).name == "mhud" else "mhud"


def _welcome(base_url: str, credentials: Credentials) -> str:
    people = "\n".join(
        f"    {one.username:20} {credentials.passwords[one.username]:18} {one.email}"
        for one in PEOPLE
    )
    return f"""
mhud runs on a simulated PBX: {base_url}/

  API key (all rights, this run only): {credentials.api_key}
  People, their passwords (this run only) and where their sign-in codes would go:
{people}

  Sign-in codes: {base_url}/outbox
  Live calls:  curl -H 'X-API-Key: {credentials.api_key}' {base_url}/api/v1/calls/active
  Events:      MHUD_API_KEY={credentials.api_key} {_program()} watch --url {base_url}
  API:         {base_url}/docs
  First steps: docs/getting-started.md
  Stop:        Ctrl-C
"""
