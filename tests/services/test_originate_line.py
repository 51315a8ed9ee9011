"""A limit on simultaneous outbound calls makes them wait, priority 1 first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.call_centre import Answer, CallCentre, call_centre
from tests.fake_clock import eventually, settle

AGENTS = ("agent001", "agent002", "agent003")


@pytest.fixture
async def narrow(tmp_path: Path) -> AsyncIterator[CallCentre]:
    """Room for one call at a time; three agents."""
    async with call_centre(tmp_path, originate={"max_simultaneous": 1, "wait_s": 60}) as centre:
        for agent in AGENTS:
            centre.pbx.agent_logs_in(agent, "support")
            await centre.agent_is("available", agent)
        yield centre


async def originate(centre: CallCentre, agent_id: str, priority: int = 5) -> Answer:
    body = {"agent_id": agent_id, "destination": "5550001", "priority": priority}
    return await centre.ask("POST", "/calls/outbound", body)


async def start(centre: CallCentre, agent_id: str, priority: int = 5) -> str:
    status, started = await originate(centre, agent_id, priority)
    assert status == 202
    call_id: str = started["call_id"]
    return call_id


async def reason(centre: CallCentre, call_id: str) -> Any:
    call = await centre.until(lambda live: live.ended.get(call_id))
    return call.end_reason.value


async def test_the_second_waits_until_the_first_talks(narrow: CallCentre) -> None:
    first = await start(narrow, "agent001")
    await start(narrow, "agent002")
    await settle()
    assert not narrow.pbx.pbx.channels_of("agent002")
    narrow.pbx.agent_answers("agent001")
    await narrow.pass_time(2)
    await eventually(lambda: narrow.pbx.pbx.channels_of("agent002"))
    assert narrow.live.calls[first].status == "in-progress"


async def test_priority_one_goes_before_who_came_earlier(narrow: CallCentre) -> None:
    first = await start(narrow, "agent001")
    await start(narrow, "agent002", priority=5)
    await start(narrow, "agent003", priority=1)
    await narrow.ask("POST", f"/calls/{first}/end")
    await narrow.agent_is("ringing", "agent003")
    assert not narrow.pbx.is_ringing("agent002")


async def test_who_waits_too_long_expires(narrow: CallCentre) -> None:
    await start(narrow, "agent001")
    narrow.pbx.agent_answers("agent001")
    waiting = await start(narrow, "agent002")
    narrow.pbx.agent_pauses("agent002", "lunch")
    await narrow.agent_is("on-break", "agent002")
    await narrow.pass_time(61)
    assert await reason(narrow, waiting) == "expired"
    assert not narrow.pbx.pbx.channels_of("agent002")


async def test_a_waiting_call_counts_as_pending_for_its_agent(narrow: CallCentre) -> None:
    await start(narrow, "agent001")
    waiting = await start(narrow, "agent002")
    status, error = await originate(narrow, "agent002")
    assert (status, error["details"]["call_id"]) == (409, waiting)


async def test_ending_a_waiting_call_takes_it_out_of_line(narrow: CallCentre) -> None:
    first = await start(narrow, "agent001")
    waiting = await start(narrow, "agent002")
    status, _ = await narrow.ask("POST", f"/calls/{waiting}/end")
    assert (status, await reason(narrow, waiting)) == (200, "expired")
    await narrow.ask("POST", f"/calls/{first}/end")
    await narrow.pass_time(2)
    assert not narrow.pbx.pbx.channels_of("agent002")


async def test_every_waiting_call_that_asterisk_refuses_ends_once(narrow: CallCentre) -> None:
    first = await start(narrow, "agent001")
    waiting = await start(narrow, "agent002")
    narrow.pbx.pbx.site = type(narrow.pbx.pbx.site)(writes=frozenset({"call", "agent"}))
    await narrow.ask("POST", f"/calls/{first}/end")
    assert await reason(narrow, waiting) in ("failed", "expired")


async def test_a_waiting_call_that_ended_with_the_link_rings_nobody(narrow: CallCentre) -> None:
    await start(narrow, "agent001")
    waiting = await start(narrow, "agent002")
    narrow.pbx.cut()
    await narrow.until(lambda live: live.stale)
    await narrow.pass_time(3)
    await narrow.until(lambda live: not live.stale)
    assert await reason(narrow, waiting) == "lost-link"
    for call_id in tuple(narrow.live.calls):
        await narrow.ask("POST", f"/calls/{call_id}/end")
    await narrow.pass_time(3)

    assert not narrow.pbx.pbx.channels_of("agent002")
    await narrow.pass_time(1)
    await eventually(lambda: not narrow.services.ledger.lag)
    told = await narrow.services.ledger.read(0, 500)
    of_it = [entry.type for entry in told if entry.call_id == waiting]
    assert [kind for kind in of_it if kind.startswith("call.")] == ["call.new", "call.ended"]
    assert (await originate(narrow, "agent002"))[0] == 202
