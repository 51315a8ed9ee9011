"""A call centre in which somebody can be told to steer a call, and everybody who may or may not.

agent001 talks, agent002 is a colleague, agent009 is the phone of who listens.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mhud.ami.link import LinkState
from mhud.live.model import Call
from mhud.services.people import Person, Phone, add_person
from mhud.sim.channels import Channel
from mhud.sim.script import Caller
from mhud.sim.site import Site
from mhud.sim.wire import Request
from tests.call_centre import Answer, CallCentre, call_centre
from tests.fake_clock import PATIENCE_S, eventually, settle
from tests.houses import PASSWORD

SITE = Site(channelvars=("ivr_path", "MHU_TAGS"))
CALLER = "+254700123456"
OPERATORS = {"owner": "agent001", "other": "agent003"}
ROLES = {"supervisor": "supervisor", "admin": "admin", "case manager": "case_manager"}
KEYS = {
    "key: control_calls": ("control_calls",),
    "key: monitor_calls": ("monitor_calls",),
    "key: manage_agents": ("manage_agents",),
    "key: make_calls": ("make_calls",),
    "key: end_calls": ("end_calls",),
    "key: view_calls": ("view_calls",),
    "key: all": ("all",),
}
QUESTIONS = frozenset({"Ping", "QueueStatus", "Getvar", "CoreShowChannels", "DeviceStateList"})
EVERYBODY = ("nobody", *OPERATORS, *ROLES, *KEYS)


@dataclass(slots=True)
class Room:
    """`call_id` is the call that is steered. Time passes while a command waits for its effect."""

    centre: CallCentre
    call_id: str = ""
    caller: Caller | None = None
    known: dict[str, Mapping[str, str]] = field(default_factory=dict)
    heard: list[Request] = field(default_factory=list)  # all that Asterisk was asked to do

    # ---- who asks

    async def headers(self, who: str) -> Mapping[str, str]:
        if who not in self.known:
            self.known[who] = await self._headers(who)
        return self.known[who]

    async def _headers(self, who: str) -> Mapping[str, str]:
        house = self.centre.house
        if who == "nobody":
            return {}
        if who in KEYS:
            return await house.headers(*KEYS[who])
        role = ROLES.get(who, "operator")
        username = who.replace(" ", "_")
        await house.person(username, role, OPERATORS.get(who))
        body = {"username": username, "password": PASSWORD}
        async with self.centre.http.post("/api/v1/auth/token", json=body) as answer:
            return {"Authorization": f"Bearer {(await answer.json())['access_token']}"}

    async def ask(
        self, method: str, path: str, body: Any = None, who: str = "key: all", **headers: str
    ) -> Answer:
        asking = await self.begins(method, path, body, who, **headers)
        while not asking.done():
            async with self.centre.services.db.write():
                pass  # the disk is a real one: time must not outrun what it has to write
            await self.centre.clock.advance(0.05)
        return asking.result()

    async def begins(
        self, method: str, path: str, body: Any = None, who: str = "key: all", **headers: str
    ) -> asyncio.Task[Answer]:
        """Time stands still for it."""
        sent = {**await self.headers(who), **headers}
        return asyncio.create_task(self._send(method, path, body, sent))

    async def until(self, holds: Callable[[], object]) -> None:
        """Time passes until then."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                await settle()
                await self.centre.clock.advance(0.05)

    async def _send(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        url = "/api/v1" + path
        http = self.centre.http
        async with http.request(method, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    def hears(self, request: Request) -> None:
        """Questions change nothing, and a pause for writing up is the daemon's own idea."""
        writes_up = request.get("Reason") == "wrap-up"
        if request.get("Action") not in QUESTIONS and not writes_up:
            self.heard.append(request)

    @property
    def call(self) -> Call:
        return self.centre.live.calls[self.call_id]

    def picks_up(self, *agents: str) -> None:
        """Half a second after it began to ring."""
        pbx = self.centre.pbx

        def rings(leg: Channel) -> None:
            if leg.endpoint in agents:
                pbx.pbx.later(0.5, lambda: pbx.agent_answers(leg.endpoint))

        pbx.pbx.on_ring = rings

    @property
    def deeds(self) -> list[str]:
        """The names of what Asterisk was asked to do."""
        return [one.get("Action") for one in self.heard]

    # ---- what goes on

    async def on_duty(self) -> None:
        """agent002 has an account, so that mhud knows his extension."""
        pbx, services = self.centre.pbx, self.centre.services
        phone = Phone(agent_id="agent002", interface="PJSIP/agent002", extension="1002")
        person = Person(username="colleague", name="C", role="operator", phone=phone)
        await add_person(services.access, person)
        await services.agents.load()
        pbx.agent_logs_in("agent001", "support")
        pbx.agent_logs_in("agent003", "crisis")
        await self.centre.agent_is("available")
        for agent in ("agent002", "agent009"):
            pbx.agent_logs_in(agent, "crisis")
            pbx.agent_pauses(agent, "meeting")
            await self.centre.agent_is("on-break", agent)

    async def caller_waits(self, queue: str = "support") -> None:
        """agent001 is away."""
        self.centre.pbx.agent_pauses("agent001", "lunch")
        await self.centre.agent_is("on-break")
        self.caller = self.centre.pbx.call_in(CALLER, queue)
        await eventually(lambda: any(one.waiting for one in self.centre.live.queues.values()))
        self.call_id = (await self.centre.only_call()).id

    async def caller_talks(self) -> None:
        """With agent001; the call is recorded."""
        self.caller = self.centre.pbx.call_in(CALLER, "support")
        await self.centre.agent_is("ringing")
        self.centre.pbx.agent_answers("agent001")
        await self.centre.until(lambda live: [c for c in live.calls.values() if c.talks])
        self.call_id = (await self.centre.only_call()).id

    async def agent_writes_up(self) -> None:
        await self.caller_talks()
        self.centre.pbx.agent_hangs_up("agent001")
        await self.centre.agent_is("wrap-up")
        await self.centre.pass_time(1)
        await eventually(lambda: "wrap-up" in self.pauses_of("agent001"))

    async def call_is_over(self) -> None:
        await self.agent_writes_up()
        await eventually(lambda: not self.centre.live.calls)

    async def link_is_lost(self) -> None:
        await self.centre.pbx.stop()
        await eventually(lambda: self.centre.services.link.state is not LinkState.UP)
        await eventually(lambda: self.centre.live.stale)

    def pauses_of(self, agent: str) -> set[str]:
        """The reasons for which he is paused, as Asterisk has them."""
        queues = self.centre.pbx.pbx.queues.values()
        members = [queue.member(f"PJSIP/{agent}") for queue in queues]
        return {one.reason for one in members if one and one.paused}

    def channels_of(self, agent: str) -> list[Channel]:
        return self.centre.pbx.pbx.channels_of(agent)


@asynccontextmanager
async def control_room(folder: Path, site: Site = SITE, **settings: Any) -> AsyncIterator[Room]:
    async with call_centre(folder, site, **settings) as centre:
        room = Room(centre)
        centre.pbx.server.on_request = room.hears
        await room.on_duty()
        await room.headers("key: all")
        yield room
