"""A helpline that people look at: the whole daemon on a simulated PBX, in the test's own process.

Its queues, people, cases and callers' history are those of `mhud demo`; nobody calls, answers or
hangs up unless the test says so.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from mhud.clock import SystemClock
from mhud.config import IsolatedSettings, Settings
from mhud.daemon import Daemon, assembled
from mhud.demo_data import Credentials, seed
from mhud.live.model import Agent
from mhud.live.state import LiveState
from mhud.reload import Reload
from mhud.services import Services
from mhud.services.login_sessions import start
from mhud.sim.demo_world import AGENTS, demo_site, log_everybody_in
from mhud.sim.fake import FakeAsterisk
from mhud.sim.script import Caller
from mhud.sim.site import Site
from mhud.web.app import build_app
from mhud.web.mhu.dialect import PLAIN
from mhud.web.server import Runner

USER, SECRET = "mhud", "a secret of the tests"
WAIT_S = 15.0  # for what takes milliseconds on a machine that has nothing else to do
START_S = 60.0  # ten thousand agents are read in several seconds
LOOK_S = 0.02
CALLER = "+254700123456"


@dataclass(frozen=True, slots=True)
class House:
    """`pbx` is a script's Asterisk. `credentials` are those of the demo's people."""

    pbx: FakeAsterisk
    services: Services
    base: str
    credentials: Credentials

    @property
    def live(self) -> LiveState:
        return self.services.pump.live

    async def until(self, holds: Callable[[LiveState], Any], timeout_s: float = WAIT_S) -> Any:
        """What `holds` says of the state, as soon as it is true. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while not (found := holds(self.live)):
                await self.services.clock.sleep(LOOK_S)
        return found

    async def agent_is(self, status: str, agent_id: str) -> Agent:
        await self.until(lambda live: _status(live, agent_id) == status)
        return self.live.agents[agent_id]

    async def caller(
        self, queue: str = "support", number: str = CALLER, name: str = ""
    ) -> tuple[Caller, str]:
        """Somebody who waits there from now on, and the call's id."""
        known = set(self.live.calls)
        caller = self.pbx.call_in(number, queue, name=name)
        new = await self.until(lambda live: set(live.calls) - known)
        return caller, new.pop()

    async def talks(
        self, agent_id: str, queue: str = "support", number: str = CALLER, name: str = ""
    ) -> tuple[Caller, str]:
        """A caller with whom this agent, the only one who is free there, talks."""
        caller, call_id = await self.caller(queue, number, name)
        await self.until(lambda _: self.pbx.is_ringing(agent_id))
        self.pbx.agent_answers(agent_id)
        await self.until(lambda live: live.calls[call_id].in_talk)
        return caller, call_id

    async def only(self, *agents: str) -> None:
        """Everybody else is on a break, so that it is known whose phone rings."""
        for agent_id in list(self.live.agents):
            await (self.free if agent_id in agents else self.away)(agent_id)

    async def free(self, agent_id: str) -> None:
        self.pbx.agent_unpauses(agent_id)
        await self.agent_is("available", agent_id)

    async def away(self, agent_id: str, reason: str = "lunch") -> None:
        self.pbx.agent_pauses(agent_id, reason)
        await self.agent_is("on-break", agent_id)

    async def cookie(self, username: str) -> str:
        """Of a new login of his, as after a one-time code."""
        access = self.services.access
        return await start(access, self.services.trail, access.known.names[username], "otp")


def _status(live: LiveState, agent_id: str) -> str:
    agent = live.agents.get(agent_id)
    return agent.status.value if agent else ""


def _is_everybody_free(live: LiveState) -> bool:
    return all(_status(live, one.agent_id) == "available" for one in AGENTS)


@dataclass(frozen=True, slots=True)
class Template:
    """A filled data directory, to be copied: filling one takes seconds."""

    folder: Path
    credentials: Credentials


async def template(folder: Path) -> Template:
    """`folder` is not there yet."""
    (folder / "outbox").mkdir(parents=True)
    settings = _settings(folder, 1, folder / "mhud-queues.conf", {})
    return Template(folder, await seed(settings, SystemClock()))


async def bare_template(folder: Path) -> Template:
    """People and a key, and nothing that they did yet. `folder` is not there yet."""
    (folder / "outbox").mkdir(parents=True)
    settings = _settings(folder, 1, folder / "mhud-queues.conf", {})
    return Template(folder, await seed(settings, SystemClock(), has_past=False))


@asynccontextmanager
async def running_house(
    template: Template,
    folder: Path,
    pbx_site: Site | None = None,
    log_in: Callable[[FakeAsterisk], None] = log_everybody_in,
    **changes: Any,
) -> AsyncIterator[House]:
    """In `folder`, which is not there yet. `log_in` says who is there when mhud comes, beside the
    demo's agents. `changes` are sections of the settings."""
    clock = SystemClock()
    await asyncio.to_thread(shutil.copytree, template.folder, folder)
    include = folder / "mhud-queues.conf"
    pbx = FakeAsterisk(
        clock=clock,
        username=USER,
        secret=SECRET,
        queue_include=include,
        recordings=folder,
        site=pbx_site or site(),
    )
    await pbx.start()
    try:
        log_everybody_in(pbx)
        log_in(pbx)
        settings = _settings(folder, pbx.port, include, changes)
        async with assembled(settings, clock) as daemon, _served(daemon) as base:
            house = House(pbx, daemon.services, base, template.credentials)
            await house.until(_is_everybody_free, START_S)
            yield house
    finally:
        await pbx.stop()


def site() -> Site:
    """The demo's, where a queue rings every phone: the test answers for everybody."""
    return replace(demo_site(), reserved=frozenset())


def quiet_site() -> Site:
    """The demo's, where callers wait for an hour."""
    return replace(demo_site(), max_wait=3600)


@asynccontextmanager
async def _served(daemon: Daemon) -> AsyncIterator[str]:
    """Its address, while everything of it runs."""
    app = build_app(daemon.services)
    runner = Runner(app, PLAIN)
    await runner.setup()
    work = asyncio.create_task(daemon.run(Reload(daemon.services, lambda _: None, None)))
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
        await daemon.services.link.close()
        work.cancel()
        await asyncio.wait([work])
        if not work.cancelled() and (error := work.exception()) is not None:
            raise error


def _settings(folder: Path, port: int, include: Path, changes: dict[str, Any]) -> Settings:
    return IsolatedSettings.model_validate(
        {
            "ami": {"port": port, "username": USER, "secret": SECRET},
            "http": {"port": 0},
            "data_dir": folder,
            "outbox": folder / "outbox",
            "webhooks": {"allowed_networks": ("127.0.0.0/8",)},
            "helpline": {"region": "KE", "organization": "Nairobi Helpline"},
            "asterisk": {
                "queue_include": include,
                "recordings": folder,
                "announcements": {"announce123": "queue-thankyou"},
                "music_on_hold": {"moh456": "default", "moh457": "calm"},
            },
            "queues": {
                "support": {"name": "Support Queue", "extension": "2000", "wrap_up_seconds": 30},
                "crisis": {"name": "Crisis Queue", "extension": "2001", "wrap_up_seconds": 30},
            },
            **changes,
        }
    )
