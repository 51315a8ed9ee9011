"""An agent at his browser: signed in, with the phone of the page, and with ears."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import aiohttp
from playwright.async_api import Browser, BrowserContext, Page, Route

from mhud.portal import STATIC
from mhud.web.cookie import NAME
from mhud.web.portal import FIRST
from tests.asterisk.api import Json
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk
from tests.asterisk.parties import TRUNK_HOST
from tests.asterisk.voice import Speaker

AGENTS = {f"agent{number:03d}": f"1{number:03d}" for number in range(83, 90)}
"""Those of tests/asterisk/pbx whose phones are in browsers."""
HUM = 880  # Hz, of Chromium's microphone
CALLER = 440
PASSWORD = "a-long-word-of-the-tests-7"
WAIT_MS = 15_000
START = """async () => {
  const store = await import("/portal/phone/store.js");
  const line = await import("/portal/phone/line.js");
  const sound = await import("/portal/phone/sound.js");
  const microphone = await import("/portal/phone/microphone.js");
  Object.assign(window, { phone: store.phone, line, sound, microphone });
  await window.phone.start();
  return window.phone.state.value;
}"""
ANSWERS = """() => {
  if (window.phone.state.value === "ringing") window.phone.answer();
  return window.phone.state.value === "talking";
}"""
HEARS = """hz => {
  const stream = window.sound.heard();
  if (!stream?.getAudioTracks().length) return false;
  if (window.ear?.of !== stream) {
    const context = new AudioContext(), ear = context.createAnalyser();
    ear.fftSize = 4096;
    context.createMediaStreamSource(stream).connect(ear);
    window.ear = { of: stream, ear, context };
  }
  const { ear, context } = window.ear, bins = new Float32Array(ear.frequencyBinCount);
  ear.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(Math.max(...bins));
  return Math.max(...bins) > -60 && Math.abs(loudest * context.sampleRate / ear.fftSize - hz) < 15;
}"""
CARRIED = """async enough => {
  for (const found = {}; ; await new Promise(again => setTimeout(again, 100))) {
    (await window.line.connection().getStats()).forEach(one => {
      if (one.type === "inbound-rtp")
        found.came = one.packetsReceived, found.lost = one.packetsLost;
      if (one.type === "outbound-rtp") found.sent = one.packetsSent;
      if (one.type === "transport") found.dtls = one.dtlsState;
    });
    if (found.came > enough && found.sent > enough) return found;
  }
}"""


async def apart(route: Route) -> None:
    """The page as it is while one of its modules is being changed: a test reaches its phone."""
    answer = await route.fetch()
    await route.fulfill(response=answer, path=STATIC / FIRST)


async def hire(base: str, key: str) -> None:
    """Everybody of AGENTS, with his phone."""
    async with aiohttp.ClientSession(headers={"X-API-Key": key}) as session:
        for agent, extension in AGENTS.items():
            phone = {"agent_id": agent, "extension": extension, "queues": ["support"]}
            person = {"username": agent, "name": agent, "role": "operator", "password": PASSWORD}
            at = f"{base}/helpline/api/users"
            async with session.post(at, json={**person, **phone}) as answer:
                assert answer.status == 201, await answer.text()


@dataclass
class Seat:
    """A page of an agent; `page` may be loaded again or closed by a test."""

    agent: str
    base: str
    page: Page

    async def start(self) -> str:
        """Loads the page and starts its phone. The phone's state."""
        await self.page.goto(self.base + "/")
        state: str = await self.page.evaluate(START)
        return state

    async def is_(self, state: str, timeout_ms: int = WAIT_MS) -> None:
        """Waits until the phone says so."""
        wanted = "wanted => window.phone.state.value === wanted"
        await self.page.wait_for_function(wanted, arg=state, timeout=timeout_ms)

    async def answers(self) -> None:
        """Takes the call. Queues here ring for 2 s, and again: who is late takes it then."""
        await self.page.wait_for_function(ANSWERS, timeout=WAIT_MS, polling=100)

    async def hears(self, hertz: int = CALLER) -> None:
        await self.page.wait_for_function(HEARS, arg=hertz, timeout=WAIT_MS, polling=100)

    async def carried(self, packets: int) -> dict[str, Any]:
        """What getStats tells as soon as more than so many have gone each way."""
        async with asyncio.timeout(WAIT_MS / 1000):
            found: dict[str, Any] = await self.page.evaluate(CARRIED, packets)
            return found

    async def until(self, script: str, timeout_ms: int = WAIT_MS) -> None:
        """Waits until that expression about the phone is true, as `muted.value`."""
        await self.page.wait_for_function(f"() => window.phone.{script}", timeout=timeout_ms)

    async def do(self, script: str) -> Any:
        """JavaScript on the phone, as `hangup()`."""
        return await self.page.evaluate(f"() => window.phone.{script}")


@dataclass
class Seats:
    """Who is at work in one test; when it is over he leaves the queue."""

    browser: Browser
    daemon: Daemon
    desk: Desk
    contexts: list[BrowserContext] = field(default_factory=list)
    callers: list[Speaker] = field(default_factory=list)
    at_desk: list[Seat] = field(default_factory=list)
    permissions: tuple[str, ...] = ("microphone",)

    async def cookie(self, agent: str) -> str:
        """Of a new login session, as by the page's form."""
        base = self.daemon.base_url
        body = {"username": agent, "password": PASSWORD}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{base}/helpline/api/login", json=body) as answer,
        ):
            assert answer.status == 200, await answer.text()
            return answer.cookies[NAME].value

    async def sit(self, agent: str, cookie: str | None = None, *, reachable: bool = True) -> Seat:
        """A new browser with its page, not started yet. `reachable`: its phone, for a test."""
        context = await self.browser.new_context(permissions=self.permissions)
        self.contexts.append(context)
        value = cookie or await self.cookie(agent)
        await context.add_cookies([{"name": NAME, "value": value, "url": self.daemon.base_url}])
        if reachable:
            await context.route(f"{self.daemon.base_url}/", apart)
        return Seat(agent, self.daemon.base_url, await context.new_page())

    async def tab(self, seat: Seat) -> Seat:
        """Another tab of the same browser, not started yet."""
        return Seat(seat.agent, seat.base, await seat.page.context.new_page())

    async def at_work(self) -> Seat:
        """An agent with a started phone, in the test's queue."""
        seat = await self.sit(self.next_agent())
        assert await seat.start() == "idle"
        await self.serves(seat)
        return seat

    async def serves(self, seat: Seat) -> None:
        """The test's queue, from now on."""
        await self._act("QueueAdd", seat)
        self.at_desk.append(seat)
        reached = {"id": seat.agent, "status": "available"}
        await self.desk.watcher.sees("agent.status_changed", agent=reached)

    async def goes_on(self) -> None:
        """Until the test's queue gives calls to everybody who serves it."""
        async with asyncio.timeout(10):
            while "Paused" in await self.desk.pbx.cli(f"queue show {self.desk.queue}"):
                continue

    def next_agent(self) -> str:
        return next(_AGENTS)

    async def caller(self) -> Speaker:
        """Somebody outside who has dialed the test's queue, and says his tone."""
        ports = self.desk.pbx.ports
        caller = Speaker(ports.sip, CALLER)
        self.callers.append(caller)
        await caller.start(TRUNK_HOST, ports.next_sip(), ports.next_media())
        await caller.call(self.desk.dial)
        return caller

    async def talk(self) -> tuple[Seat, Speaker, Json]:
        """An agent talks with a caller: page, caller, call."""
        seat = await self.at_work()
        caller = await self.caller()
        await seat.is_("ringing")
        await seat.answers()
        event = await self.desk.watcher.sees("call.connected", call={"agent_id": seat.agent})
        return seat, caller, event["call"]

    async def _act(self, action: str, seat: Seat) -> None:
        where = {"Queue": self.desk.queue, "Interface": f"PJSIP/{seat.agent}"}
        await self.desk.admin.act(action, **where)

    async def close(self) -> None:
        for seat in self.at_desk:
            await self._act("QueueRemove", seat)
        for caller in self.callers:
            caller.close()
        for context in self.contexts:
            # What `apart` is answering just then would fail the next test.
            await context.unroute_all(behavior="ignoreErrors")
            await context.close()


_AGENTS = cycle(AGENTS)
