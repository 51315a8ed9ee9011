"""The daemon's parts, wired."""

from __future__ import annotations

import asyncio
from pathlib import Path

from mhud.daemon import assembled
from mhud.live.inputs import Tick
from mhud.services.people import Person, Phone, add_person
from tests.fake_clock import FakeClock, eventually
from tests.houses import settings_for


async def test_a_new_agent_is_known_at_the_next_tick(tmp_path: Path) -> None:
    """And not only when the roster is looked at anyway, a quarter of a minute later."""
    clock = FakeClock()
    async with assembled(settings_for(tmp_path), clock) as daemon:
        services = daemon.services
        tasks = [asyncio.create_task(part) for part in (services.pump.run(), services.agents.run())]
        phone = Phone(agent_id="agent001", interface="PJSIP/agent001")
        await add_person(services.access, Person(username="jane", name="Jane", phone=phone))
        services.pump.inbox.put(Tick(at=clock.now()))
        await eventually(lambda: "agent001" in services.pump.live.agents, timeout_s=5)
        for task in tasks:
            task.cancel()

    assert services.pump.live.agents["agent001"].profile.name == "Jane"
