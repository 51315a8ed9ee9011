"""Asking for help by API: who is told, who comes first, what the lists show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.call_centre import CallCentre
from tests.houses import PASSWORD
from tests.web.mhu.test_calls import operator, talk

AT = "/agents/agent001/help"


@pytest.fixture
async def staffed(centre: CallCentre) -> CallCentre:
    centre.pbx.agent_logs_in("agent001", "support")
    await centre.agent_is("available")
    return centre


async def supervisor(centre: CallCentre, name: str) -> dict[str, str]:
    await centre.house.person(name, "supervisor")
    body = {"username": name, "password": PASSWORD}
    async with centre.http.post("/api/v1/auth/token", json=body) as answer:
        return {"Authorization": f"Bearer {(await answer.json())['access_token']}"}


async def post(centre: CallCentre, headers: dict[str, str], at: str) -> tuple[int, dict[str, Any]]:
    async with centre.http.post(f"/api/v1{at}", headers=headers) as answer:
        return answer.status, await answer.json()


async def test_an_agent_asks_and_everybody_sees_who_comes(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    jane = await operator(staffed, "agent001")
    amina = await supervisor(staffed, "amina")
    status, asked = await post(staffed, jane, AT)
    assert (status, asked["agent_id"], asked["help"]["call_id"]) == (200, "agent001", call_id)
    assert (await post(staffed, jane, AT)) == (200, asked)
    status, answered = await post(staffed, amina, f"{AT}/answer")
    assert status == 200
    assert (await post(staffed, amina, f"{AT}/answer"))[1] == answered
    for path in ("/agents", "/agents/status"):
        (shown,) = (await staffed.get(path))["agents"]
        assert shown["help"] == answered["help"]
    assert answered["help"]["answered_by_name"] == "Amina"
    assert answered["help"]["answered_by"] == staffed.services.access.known.names["amina"].id
    assert await post(staffed, jane, f"{AT}/end") == (
        200,
        {"success": True, "agent_id": "agent001", "help": None},
    )
    assert (await staffed.get("/agents/agent001"))["help"] is None
    trail = (await staffed.get("/audit?action=agent.help.*"))["entries"]
    assert [line["action"] for line in trail] == [
        "agent.help.end",
        "agent.help.answer",
        "agent.help",
    ]
    (line,) = (await staffed.get("/audit?action=agent.help"))["entries"]
    assert line["details"] == {"call_id": call_id}


async def test_only_the_first_who_answers_comes(staffed: CallCentre) -> None:
    first, second = await supervisor(staffed, "amina"), await supervisor(staffed, "otieno")
    status, error = await post(staffed, first, f"{AT}/answer")
    assert (status, error["details"]["reason"]) == (409, "no-help")
    await staffed.ask("POST", AT)
    assert (await post(staffed, first, f"{AT}/answer"))[0] == 200
    status, error = await post(staffed, second, f"{AT}/answer")
    assert (status, error["details"]["reason"]) == (409, "answered")
    assert (await staffed.get("/agents/agent001"))["help"]["answered_by_name"] == "Amina"


async def test_one_asks_for_oneself_and_not_for_others(staffed: CallCentre) -> None:
    other = await operator(staffed, "agent002")
    for step in ("", "/answer", "/end"):
        assert (await post(staffed, other, f"{AT}{step}"))[0] == 403, step


async def test_what_nobody_asked_for_can_be_ended_all_the_same(staffed: CallCentre) -> None:
    status, answer = await staffed.ask("POST", f"{AT}/end")
    assert (status, answer["help"]) == (200, None)
