"""What is changed in Asterisk's own files shows up by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

from mhud.ami.link import LinkState
from mhud.services.queue_watch import EVERY_S, QueueWatch
from tests.call_centre import call_centre
from tests.fake_clock import eventually, settle


async def test_a_member_of_a_file_that_asterisk_read_again_is_an_agent_soon(
    tmp_path: Path,
) -> None:
    async with call_centre(tmp_path) as centre:
        services, clock = centre.house.services, centre.pbx.clock
        watch = QueueWatch(services.link, services.pump.inbox, clock, services.pump.live)
        work = asyncio.create_task(watch.run())
        await settle()
        listener, centre.pbx.pbx.listener = centre.pbx.pbx.listener, lambda *_: None
        centre.pbx.agent_logs_in("agent005", "support")  # and nobody is told
        centre.pbx.pbx.listener = listener
        assert "agent005" not in services.pump.live.agents
        await centre.house.clock.advance(EVERY_S)
        await eventually(lambda: "agent005" in services.pump.live.agents)
        work.cancel()


async def test_without_a_link_nobody_is_asked(tmp_path: Path) -> None:
    async with call_centre(tmp_path) as centre:
        services = centre.house.services
        watch = QueueWatch(
            services.link, services.pump.inbox, centre.house.clock, services.pump.live
        )
        work = asyncio.create_task(watch.run())
        await settle()
        await centre.pbx.stop()
        await eventually(lambda: services.link.state is not LinkState.UP)
        await centre.house.clock.advance(EVERY_S)
        assert not work.done(), "it goes on and waits for the link"
        work.cancel()
