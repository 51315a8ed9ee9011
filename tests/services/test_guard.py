"""The state of an Asterisk that can't be true is not kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mhud.ami.link import LinkState
from mhud.live import state
from mhud.services.guard import EVERY_S, Guard
from tests.call_centre import call_centre
from tests.fake_clock import eventually, settle


async def test_more_agents_than_any_helpline_has_cost_the_link_and_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with call_centre(tmp_path) as centre:
        services, clock = centre.house.services, centre.house.clock
        work = asyncio.create_task(Guard(services.pump.live, services.link, clock).run())
        await settle()
        await clock.advance(EVERY_S)
        assert services.link.state is LinkState.UP
        few = len(services.pump.live.agents) - 1
        monkeypatch.setitem(state.CROWDS, "agents", few)
        with capture_logs() as logs:
            await clock.advance(EVERY_S)
            await eventually(lambda: services.link.state is not LinkState.UP)
        await eventually(lambda: services.link.problem)
        assert services.link.problem == f"Asterisk told of more than {few} agents"
        assert [entry["problem"] for entry in logs if entry["event"] == "too_crowded"] == [
            services.link.problem
        ]
        work.cancel()
