"""A talk that can be listened to: a caller, an agent and a supervisor, each with his own voice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.asterisk.api import WAIT_S, Answer, Json
from tests.asterisk.desk import Desk
from tests.asterisk.parties import TRUNK_HOST
from tests.asterisk.voice import RATE, Speaker

CALLER_HZ, AGENT_HZ, BOSS_HZ = 400, 700, 1100


async def until(holds: Callable[[], bool], what: str, timeout_s: float = WAIT_S) -> None:
    """Looks every 20 ms: what sounds tells nobody."""
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout_s
    while not holds():
        assert loop.time() < end, what
        waiting = loop.create_future()
        loop.call_later(0.02, waiting.cancel)
        await asyncio.wait((waiting,))


@dataclass
class Talk:
    """A caller and an agent talk, and a supervisor's phone is ready. All of them have a voice."""

    desk: Desk
    caller: Speaker
    agent: Speaker
    boss: Speaker
    call: Json
    agent_id: str
    boss_id: str
    boss_queue: str

    async def monitor(self, mode: str) -> Answer:
        body = {"mode": mode, "agent_id": self.boss_id}
        return await self.desk.api.ask("POST", f"/calls/{self.call['id']}/monitor", body)

    async def hear_for(self, seconds: float) -> None:
        """So much sound arrives at the agent."""
        voice = self.agent.voice
        goal = voice.samples + seconds * RATE
        await until(lambda: voice.samples >= goal, "the talk is silent")

    async def sounds(
        self, caller: tuple[int, ...], agent: tuple[int, ...], boss: tuple[int, ...]
    ) -> None:
        """Each hears these tones and no other."""
        wanted = ((self.caller, caller), (self.agent, agent), (self.boss, boss))
        everybody = (CALLER_HZ, AGENT_HZ, BOSS_HZ)

        def heard() -> list[tuple[int, ...]]:
            return [tuple(hz for hz in everybody if party.voice.hears(hz)) for party, _ in wanted]

        await until(lambda: heard() == [tones for _, tones in wanted], "they hear others")


@asynccontextmanager
async def talk(desk: Desk) -> AsyncIterator[Talk]:
    async with _speakers(desk) as (caller, agent, boss):
        for one in (agent, boss):
            await one.register()
        other, _ = desk.another_queue()
        await desk.admin.act("QueueAdd", Queue=desk.queue, Interface=f"PJSIP/{agent.user}")
        await desk.admin.act("QueueAdd", Queue=other, Interface=f"PJSIP/{boss.user}")
        await desk.watcher.sees("agent.logged_in", agent={"id": boss.user})
        await caller.call(desk.dial)
        event = await desk.watcher.sees("call.connected", call={"queue_id": desk.queue})
        yield Talk(desk, caller, agent, boss, event["call"], agent.user, boss.user, other)


@asynccontextmanager
async def _speakers(desk: Desk) -> AsyncIterator[tuple[Speaker, Speaker, Speaker]]:
    ports = desk.pbx.ports
    caller = Speaker(ports.sip, CALLER_HZ)
    agent = Speaker(ports.sip, AGENT_HZ, f"agent{next(desk.numbers.agents):03d}")
    boss = Speaker(ports.sip, BOSS_HZ, f"agent{next(desk.numbers.agents):03d}")
    await caller.start(TRUNK_HOST, ports.next_sip(), ports.next_media())
    for one in (agent, boss):
        await one.start("127.0.0.1", ports.next_sip(), ports.next_media())
    try:
        yield caller, agent, boss
    finally:
        for one in (caller, agent, boss):
            one.close()
