"""A daemon with a (simulated) Asterisk, a link that is up, and an HTTP client with all rights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from mhud.ami.link import LinkState
from mhud.live.inputs import Tick
from mhud.live.model import Agent, Call
from mhud.live.state import LiveState
from mhud.services import Services
from mhud.services.wrapup import WrapUp
from mhud.sim import FakeAsterisk
from mhud.sim.site import Site
from mhud.web.app import build_app
from tests.fake_clock import FakeClock, eventually, settle
from tests.houses import House, house

USER, SECRET = "mhud", "a secret of the tests"
QUEUES = ("support", "crisis")
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CallCentre:
    """`pbx` is a script's Asterisk; `key` are an administrator's headers."""

    house: House
    pbx: FakeAsterisk
    http: TestClient[Any, Any]
    key: Mapping[str, str]
    include: Path

    @property
    def services(self) -> Services:
        return self.house.services

    @property
    def live(self) -> LiveState:
        return self.house.services.pump.live

    @property
    def clock(self) -> FakeClock:
        return self.house.clock

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Status and JSON. Headers of another principal replace the administrator's."""
        asked = {**({} if "X-API-Key" in headers else self.key), **headers}
        url = "/api/v1" + path
        async with self.http.request(method, url, json=body, headers=asked) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **headers: str) -> dict[str, Any]:
        status, found = await self.ask("GET", path, **headers)
        assert status == 200, found
        return found

    async def until(self, holds: Any) -> Any:
        """What `holds` says of the state, as soon as it is true."""
        await eventually(lambda: holds(self.live))
        return holds(self.live)

    async def pass_time(self, seconds: int) -> None:
        """Second by second: timers of the PBX run, and the state hears of each second."""
        for _ in range(seconds):
            await self.clock.advance(1)
            self.services.pump.inbox.put(Tick(at=self.clock.now()))
            await settle()

    async def agent_is(self, status: str, agent_id: str = "agent001") -> Agent:
        await eventually(lambda: self._status(agent_id) == status)
        return self.live.agents[agent_id]

    def _status(self, agent_id: str) -> str:
        agent = self.live.agents.get(agent_id)
        return agent.status.value if agent else ""

    async def only_call(self) -> Call:
        await eventually(lambda: len(self.live.calls) == 1)
        return next(iter(self.live.calls.values()))


@asynccontextmanager
async def call_centre(
    folder: Path, site: Site | None = None, **changes: Any
) -> AsyncIterator[CallCentre]:
    """`changes` are settings; `asterisk` and `ami` are added to."""
    clock, include = FakeClock(), folder / "mhud-queues.conf"
    pbx = FakeAsterisk(
        clock=clock, username=USER, secret=SECRET, queue_include=include, site=site or Site()
    )
    await pbx.start()
    settings = {
        **changes,
        "ami": {"port": pbx.port, "username": USER, "secret": SECRET, **changes.get("ami", {})},
        "asterisk": {"queue_include": include, **changes.get("asterisk", {})},
    }
    try:
        async with house(folder, clock, **settings) as built:
            await built.services.agents.load()
            await built.services.queues.load()
            async with _running(built.services), TestClient(_server(built)) as http:
                await eventually(lambda: built.services.link.state is LinkState.UP)
                await eventually(lambda: not built.services.pump.live.stale)
                yield CallCentre(built, pbx, http, await built.headers(), include)
    finally:
        await pbx.stop()


def _server(built: House) -> TestServer:
    return TestServer(build_app(built.services))


@asynccontextmanager
async def _running(services: Services) -> AsyncIterator[None]:
    """What a daemon runs but ticks: time passes when the test says so."""
    parts = (
        services.pump.run(),
        services.link.run(),
        services.calls.run(),
        services.agents.run(),
        services.queues.run(),
        WrapUp(
            services.pump.live, services.link, services.clock, services.agents.is_changing
        ).run(),
    )
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
