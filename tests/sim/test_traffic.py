"""The demo's people: enough of them, for hours, and always the same for a seed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from mhud.sim import FakeAsterisk
from mhud.sim.demo_world import AGENTS, RESERVED, demo_site
from mhud.sim.wire import Headers
from tests.ami_client import value_of
from tests.fake_clock import FakeClock

HOUR = 3600


class Watch:
    """Counts what the fake says, and checks that it adds up."""

    def __init__(self, pbx: FakeAsterisk) -> None:
        self.names: Counter[str] = Counter()
        self.channels: set[str] = set()
        self.waiting: Counter[str] = Counter()
        self.log: list[str] = []
        self._tell = pbx.pbx.listener
        pbx.pbx.listener = self.hear

    def hear(self, privilege: str, headers: Headers) -> None:
        event = value_of(headers, "Event")
        self.names[event] += 1
        self.log.append(event)
        self._channel(event, value_of(headers, "Uniqueid"))
        if event in ("QueueCallerJoin", "QueueCallerLeave"):
            queue = value_of(headers, "Queue")
            self.waiting[queue] += 1 if event == "QueueCallerJoin" else -1
            assert value_of(headers, "Count") == str(self.waiting[queue])
        self._tell(privilege, headers)

    def _channel(self, event: str, uniqueid: str) -> None:
        if event == "Newchannel":
            assert uniqueid not in self.channels
            self.channels.add(uniqueid)
        elif event == "Hangup":
            self.channels.remove(uniqueid)


@asynccontextmanager
async def busy_hour(
    clock: FakeClock, seed: int = 1, speed: float = 1
) -> AsyncIterator[FakeAsterisk]:
    site = demo_site()
    pbx = FakeAsterisk(clock=clock, username="mhud", secret="secret", seed=seed, site=site)
    await pbx.start()
    traffic = asyncio.ensure_future(pbx.run_traffic(speed))
    try:
        yield pbx
    finally:
        traffic.cancel()
        with suppress(asyncio.CancelledError):
            await traffic
        await pbx.stop()


async def test_live_calls_come_within_seconds(clock: FakeClock) -> None:
    async with busy_hour(clock) as pbx:
        watch = Watch(pbx)
        await clock.advance(30)
        assert len({one.linkedid for one in pbx.pbx.channels.values()}) >= 3
        assert watch.names["AgentConnect"] >= 1


async def test_an_hour_holds_a_bit_of_everything_and_adds_up(clock: FakeClock) -> None:
    async with busy_hour(clock, seed=3) as pbx:
        watch = Watch(pbx)
        for _ in range(HOUR // 10):
            await clock.advance(10)
        seen = watch.names
        assert watch.channels == set(pbx.pbx.channels)
        assert pbx.pbx.timers.failures == 0
        assert len(pbx.pbx.timers) < 100
    assert seen["QueueCallerJoin"] > 100
    for event in ("AgentRingNoAnswer", "QueueCallerAbandon", "Hold", "BlindTransfer"):
        assert seen[event] > 0, event
    for event in ("QueueMemberPause", "QueueMemberRemoved", "ContactStatus", "AttendedTransfer"):
        assert seen[event] > 0, event


async def test_agent001_is_left_in_peace(clock: FakeClock) -> None:
    async with busy_hour(clock, seed=2) as pbx:
        for _ in range(HOUR // 60):
            await clock.advance(60)
            assert pbx.pbx.channels_of("agent001") == []
            member = pbx.pbx.queues["support"].member("PJSIP/agent001")
            assert member is not None
            assert not member.paused
    assert {"agent001"} == RESERVED


async def test_a_seed_makes_the_same_hour_again() -> None:
    async def log(seed: int) -> list[str]:
        clock = FakeClock()
        async with busy_hour(clock, seed) as pbx:
            watch = Watch(pbx)
            await clock.advance(600)
        return watch.log

    first = await log(7)
    assert first == await log(7)
    assert first != await log(8)


async def test_speed_makes_time_pass_faster(clock: FakeClock) -> None:
    async with busy_hour(clock, speed=20) as pbx:
        watch = Watch(pbx)
        for _ in range(36):
            await clock.advance(5)
        assert watch.names["QueueCallerJoin"] > 80
        assert watch.names["AgentComplete"] > 60


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_hours_with_faults_still_add_up(seed: int, clock: FakeClock) -> None:
    async with busy_hour(clock, seed, speed=20) as pbx:
        watch = Watch(pbx)
        faults = asyncio.ensure_future(pbx.run_faults(20))
        for _ in range(HOUR // 20 // 2):
            await clock.advance(2)
            assert not faults.done()
        faults.cancel()
        with suppress(asyncio.CancelledError):
            await faults
        assert watch.channels == set(pbx.pbx.channels)
        assert pbx.pbx.timers.failures == 0


def test_the_demo_has_the_agents_that_the_documents_name() -> None:
    jane = AGENTS[0]
    assert (jane.agent_id, jane.name, jane.extension) == ("agent001", "Jane Smith", "1001")
    assert jane.queues == ("support", "crisis")
    assert demo_site().extensions == {"2000": "support", "2001": "crisis"}
