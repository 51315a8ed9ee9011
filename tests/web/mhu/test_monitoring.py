"""Supervisors listen to calls: over HTTP, against a simulated Asterisk."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mhud.live.model import Call
from mhud.live.state import LiveState
from tests.call_centre import CallCentre, call_centre
from tests.fake_clock import eventually, settle
from tests.houses import PASSWORD
from tests.web.mhu.test_calls import talk

Headers = dict[str, str]


async def signed_in(centre: CallCentre, name: str, role: str, agent_id: str | None) -> Headers:
    await centre.house.person(name, role, agent_id)
    await centre.services.agents.load()
    await settle()
    body = {"username": name, "password": PASSWORD}
    async with centre.http.post("/api/v1/auth/token", json=body) as answer:
        return {"Authorization": f"Bearer {(await answer.json())['access_token']}"}


async def ask(
    centre: CallCentre, headers: Headers, at: str, body: Any = None, method: str = "POST"
) -> tuple[int, dict[str, Any]]:
    async with centre.http.request(method, f"/api/v1{at}", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


@pytest.fixture
async def staffed(centre: CallCentre) -> CallCentre:
    """Agent001 serves support; agent009 is registered, and in no queue."""
    centre.pbx.agent_logs_in("agent001", "support")
    await centre.agent_is("available")
    centre.pbx.phone_registers("agent009")
    return centre


@pytest.fixture
async def boss(staffed: CallCentre) -> Headers:
    return await signed_in(staffed, "sue", "supervisor", "agent009")


async def listens(centre: CallCentre, headers: Headers, call_id: str, mode: str) -> dict[str, Any]:
    """His phone rings, he takes it, and he hears the call."""
    body = {"mode": mode}
    asked = asyncio.create_task(ask(centre, headers, f"/calls/{call_id}/monitor", body))
    await eventually(lambda: centre.pbx.is_ringing("agent009"))
    centre.pbx.agent_answers("agent009")
    await settle()
    await centre.clock.advance(0.2)
    status, begun = await asked
    assert status == 200, begun
    return begun


def spying(live: LiveState) -> Call | None:
    return next((call for call in live.calls.values() if call.monitors), None)


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
async def test_a_supervisor_s_phone_hears_the_call(
    staffed: CallCentre, boss: Headers, mode: str
) -> None:
    call_id = await talk(staffed)
    watched = staffed.live.calls[call_id]
    begun = await listens(staffed, boss, call_id, mode)
    assert begun == {
        "success": True,
        "call_id": call_id,
        "mode": mode,
        "agent_id": "agent009",
        "monitor_call_id": begun["monitor_call_id"],
        "status": "in-progress",
    }
    shown = await staffed.get(f"/calls/{begun['monitor_call_id']}")
    assert (shown["monitors"], shown["monitor_mode"]) == (call_id, mode)
    assert (shown["direction"], shown["queue_id"]) == ("internal", None)
    assert staffed.live.calls[call_id] == watched
    assert staffed.live.agents["agent001"].call_id == call_id
    assert staffed.live.agents["agent009"].call_id == begun["monitor_call_id"]


async def test_it_is_over_with_the_call_and_is_in_no_history_and_no_wrap_up(
    staffed: CallCentre, boss: Headers
) -> None:
    staffed.pbx.agent_logs_in("agent009", "crisis")
    call_id = await talk(staffed)
    begun = await listens(staffed, boss, call_id, "listen")
    staffed.pbx.agent_hangs_up("agent001")
    await staffed.until(lambda live: not live.calls)
    await staffed.agent_is("available", "agent009")
    assert staffed.live.agents["agent009"].day.calls == 0
    ended = await staffed.get(f"/calls/{begun['monitor_call_id']}")
    assert (ended["status"], ended["end_reason"]) == ("ended", "completed")
    history: list[dict[str, Any]] = []
    while not history:
        await staffed.clock.advance(0.1)
        history = (await staffed.get("/calls"))["calls"]
    assert [call["id"] for call in history] == [call_id]


async def test_another_mode_changes_his_and_the_same_changes_nothing(
    staffed: CallCentre, boss: Headers
) -> None:
    call_id = await talk(staffed)
    begun = await listens(staffed, boss, call_id, "listen")
    changing = asyncio.create_task(
        ask(staffed, boss, f"/calls/{call_id}/monitor", {"mode": "barge"})
    )
    await eventually(lambda: spying(staffed.live).status == "initiating")  # type: ignore[union-attr]
    await staffed.clock.advance(0.2)
    status, changed = await changing
    assert (status, changed["mode"]) == (200, "barge")
    assert changed["monitor_call_id"] == begun["monitor_call_id"]
    status, again = await ask(staffed, boss, f"/calls/{call_id}/monitor", {"mode": "barge"})
    assert (status, again) == (200, changed)
    trail = (await staffed.get("/audit?action=call.monitor.*"))["entries"]
    assert [line["action"] for line in trail] == ["call.monitor.barge", "call.monitor.listen"]


async def test_who_listened_stands_in_the_audit_trail_with_his_address(
    staffed: CallCentre, boss: Headers
) -> None:
    call_id = await talk(staffed)
    begun = await listens(staffed, boss, call_id, "whisper")
    (line,) = (await staffed.get(f"/audit?subject={call_id}"))["entries"]
    assert (line["username"], line["action"], line["ip"]) == (
        "sue",
        "call.monitor.whisper",
        "127.0.0.1",
    )
    assert line["details"] == {
        "agent_id": "agent009",
        "monitor_call_id": begun["monitor_call_id"],
    }


async def test_nobody_listens_when_it_can_t_be_recorded(staffed: CallCentre, boss: Headers) -> None:
    call_id = await talk(staffed)
    async with staffed.services.db.write() as tx:
        await tx.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    status, error = await ask(staffed, boss, f"/calls/{call_id}/monitor", {"mode": "listen"})
    assert (status, error["code"]) == (503, "service_unavailable")
    assert not staffed.pbx.is_ringing("agent009")
    assert list(staffed.live.calls) == [call_id]


async def test_an_operator_may_not_listen(staffed: CallCentre) -> None:
    operator = await signed_in(staffed, "olga", "operator", "agent009")
    call_id = await talk(staffed)
    status, error = await ask(staffed, operator, f"/calls/{call_id}/monitor", {"mode": "listen"})
    assert (status, error["code"]) == (403, "insufficient_permissions")


async def refused(centre: CallCentre, headers: Headers, call_id: str, **body: str) -> str:
    answer = await ask(centre, headers, f"/calls/{call_id}/monitor", {"mode": "listen", **body})
    assert answer[0] == 409, answer
    return str(answer[1]["details"]["reason"])


async def test_a_call_in_which_nobody_talks_can_t_be_listened_to(
    staffed: CallCentre, boss: Headers
) -> None:
    staffed.pbx.call_in("254700123456", "crisis")
    await staffed.until(lambda live: live.queues["crisis"].waiting)
    waiting = await staffed.only_call()
    assert await refused(staffed, boss, waiting.id) == "not-talking"


async def test_a_phone_that_is_not_free_can_t_listen(staffed: CallCentre, boss: Headers) -> None:
    call_id = await talk(staffed)
    assert await refused(staffed, boss, call_id, agent_id="agent001") == "same-call"
    assert await refused(staffed, dict(staffed.key), call_id) == "no-phone"
    staffed.pbx.agent_logs_in("agent009", "crisis")
    staffed.pbx.call_in("254700000009", "crisis")
    await staffed.agent_is("ringing", "agent009")
    assert await refused(staffed, boss, call_id) == "ringing"
    staffed.pbx.agent_answers("agent009")
    await staffed.agent_is("on-call", "agent009")
    assert await refused(staffed, boss, call_id) == "on-call"


async def test_a_phone_that_is_away_can_t_listen(staffed: CallCentre, boss: Headers) -> None:
    staffed.pbx.agent_logs_in("agent009", "crisis")
    await staffed.agent_is("available", "agent009")
    call_id = await talk(staffed)
    staffed.pbx.phone_unregisters("agent009")
    await staffed.agent_is("unreachable", "agent009")
    assert await refused(staffed, boss, call_id) == "unreachable"


async def test_two_wishes_at_once_ring_one_phone_once(staffed: CallCentre, boss: Headers) -> None:
    call_id = await talk(staffed)
    at, body = f"/calls/{call_id}/monitor", {"mode": "listen"}
    first = asyncio.create_task(ask(staffed, boss, at, body))
    await eventually(lambda: staffed.pbx.is_ringing("agent009"))
    assert await refused(staffed, boss, call_id) == "pending"
    staffed.pbx.agent_answers("agent009")
    await settle()
    await staffed.clock.advance(0.2)
    assert (await first)[0] == 200
    assert len([c for c in staffed.live.calls.values() if c.monitors]) == 1


async def test_while_his_phone_rings_for_long_the_answer_says_so(
    staffed: CallCentre, boss: Headers
) -> None:
    call_id = await talk(staffed)
    asked = asyncio.create_task(ask(staffed, boss, f"/calls/{call_id}/monitor", {"mode": "listen"}))
    await eventually(lambda: staffed.pbx.is_ringing("agent009"))
    status, begun = await asked
    assert (status, begun["status"]) == (200, "initiating")
    assert await refused(staffed, boss, call_id) == "ringing"


async def test_a_phone_that_refuses_is_a_conflict(staffed: CallCentre, boss: Headers) -> None:
    call_id = await talk(staffed)
    asked = asyncio.create_task(ask(staffed, boss, f"/calls/{call_id}/monitor", {"mode": "listen"}))
    await eventually(lambda: staffed.pbx.is_ringing("agent009"))
    staffed.pbx.agent_rejects("agent009")
    status, error = await asked
    assert (status, error["details"]["reason"]) == (409, "agent-did-not-answer")


async def test_unknown_calls_agents_and_modes(staffed: CallCentre, boss: Headers) -> None:
    call_id = await talk(staffed)
    at = f"/calls/{call_id}/monitor"
    assert (await ask(staffed, boss, "/calls/call-9/monitor", {"mode": "listen"}))[0] == 404
    assert (await ask(staffed, boss, at, {"mode": "listen", "agent_id": "nobody"}))[0] == 404
    status, error = await ask(staffed, boss, at, {"mode": "shout"})
    assert (status, error["details"][0]["field"]) == (400, "mode")


async def test_without_a_way_in_the_dialplan_nothing_begins(tmp_path: Path) -> None:
    async with call_centre(tmp_path, control={"monitor_context": "nowhere"}) as centre:
        centre.pbx.agent_logs_in("agent001", "support")
        centre.pbx.agent_logs_in("agent009", "crisis")
        await centre.agent_is("available", "agent009")
        call_id = await talk(centre)
        body = {"mode": "listen", "agent_id": "agent009"}
        status, error = await centre.ask("POST", f"/calls/{call_id}/monitor", body)
        assert (status, error["code"]) == (409, "conflict")
        assert error["details"]["call_id"] != call_id
        await centre.until(lambda live: list(live.calls) == [call_id])


async def test_it_is_ended_like_a_call(staffed: CallCentre, boss: Headers) -> None:
    call_id = await talk(staffed)
    begun = await listens(staffed, boss, call_id, "barge")
    status, _ = await ask(staffed, boss, f"/calls/{begun['monitor_call_id']}/end")
    assert status == 200
    assert list(staffed.live.calls) == [call_id]
    assert staffed.pbx.is_talking("agent001")


async def test_after_a_lost_link_it_is_known_again(staffed: CallCentre, boss: Headers) -> None:
    call_id = await talk(staffed)
    begun = await listens(staffed, boss, call_id, "whisper")
    staffed.services.link.resync()
    await settle()
    await staffed.clock.advance(2)
    await settle()
    call = staffed.live.calls[begun["monitor_call_id"]]
    assert (call.status, call.monitors, call.monitor_mode) == ("in-progress", call_id, "whisper")


async def test_what_was_under_way_when_the_link_was_lost_is_not_told_as_over_at_once(
    staffed: CallCentre, boss: Headers
) -> None:
    """Asterisk may yet ring his phone, and would make a second call of it."""
    call_id = await talk(staffed)
    staffed.pbx.go_deaf()
    body = {"mode": "listen"}
    asked = asyncio.create_task(ask(staffed, boss, f"/calls/{call_id}/monitor", body))
    await staffed.until(lambda live: any(call.monitors for call in live.calls.values()))
    staffed.pbx.cut()
    status, answer = await asked
    assert (status, answer["code"]) == (503, "pbx_unavailable")
    call = staffed.live.call(answer["details"]["call_id"])
    assert call is not None
    assert not call.is_over
