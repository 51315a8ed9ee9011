"""Phones and queues of agents, kept over the API."""

from __future__ import annotations

from typing import Any

import pytest

from mhud.store.users import UserRepository
from tests.call_centre import Answer, CallCentre
from tests.web.mhu.test_help import supervisor


@pytest.fixture
async def jane(centre: CallCentre) -> int:
    return await centre.house.person("jane")


async def hire(centre: CallCentre, user_id: int, agent_id: str = "agent001", **more: Any) -> Answer:
    body = {"agent_id": agent_id, "user_id": user_id, **more}
    return await centre.ask("POST", "/agents", body)


async def listed(centre: CallCentre) -> dict[str, dict[str, Any]]:
    found = await centre.get("/agents/roster")
    assert found["total"] == len(found["agents"])
    return {one["agent_id"]: one for one in found["agents"]}


async def ask(
    centre: CallCentre, headers: dict[str, str], method: str, at: str, body: Any = None
) -> tuple[int, dict[str, Any]]:
    url = f"/api/v1{at}"
    async with centre.http.request(method, url, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_who_gets_a_phone_is_an_agent_who_can_log_in(centre: CallCentre, jane: int) -> None:
    status, made = await hire(centre, jane, queues=["support"], extension="1001")
    assert status == 201
    assert (made["user_id"], made["interface"], made["queues"]) == (
        jane,
        "PJSIP/agent001",
        ["support"],
    )
    assert (made["status"], made["is_active"], made["extension"]) == (None, True, "1001")
    await centre.services.agents.load()
    await centre.agent_is("offline")
    assert (await centre.ask("PUT", "/agents/agent001/status", {"status": "available"}))[0] == 200
    found = (await listed(centre))["agent001"]
    assert (found["status"], found["username"]) == ("available", "jane")


async def test_nobody_has_two_phones_and_no_phone_two_people(centre: CallCentre, jane: int) -> None:
    other = await centre.house.person("otieno")
    assert (await hire(centre, jane))[0] == 201
    status, error = await hire(centre, jane, "agent002")
    assert (status, error["details"]["reason"]) == (409, "has-phone")
    assert (await hire(centre, other))[0] == 409
    assert (await hire(centre, other, "agent002", interface="PJSIP/agent001"))[0] == 409
    assert (await hire(centre, 999, "agent002"))[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"agent_id": "a b"}, "agent_id"),
        ({"interface": "PJSIP"}, "interface"),
        ({"extension": "1 2"}, "extension"),
        ({"queues": ["nowhere"]}, "queues"),
    ],
)
async def test_what_asterisk_would_not_understand_is_refused(
    centre: CallCentre, jane: int, body: dict[str, Any], field: str
) -> None:
    wish = {"agent_id": "agent001", "user_id": jane, **body}
    status, error = await centre.ask("POST", "/agents", wish)
    assert status == 400
    assert error["details"][0]["field"] == field
    assert await listed(centre) == {}


async def test_a_supervisor_changes_queues_and_no_phone(centre: CallCentre, jane: int) -> None:
    await hire(centre, jane, queues=["support"])
    amina = await supervisor(centre, "amina")
    at = "/agents/agent001"
    status, changed = await ask(centre, amina, "PUT", at, {"queues": ["support", "crisis"]})
    assert (status, changed["queues"], changed["version"]) == (200, ["support", "crisis"], 3)
    for body in ({"interface": "PJSIP/other"}, {"extension": "1002"}):
        assert (await ask(centre, amina, "PUT", at, body))[0] == 403
    assert (await ask(centre, amina, "DELETE", at))[0] == 403
    few = await centre.house.headers("manage_users", "view_users")
    assert (await ask(centre, few, "PUT", at, {"queues": []}))[0] == 403


async def test_nobody_changes_the_phone_of_who_can_do_more(centre: CallCentre) -> None:
    boss = await centre.house.person("boss", "admin")
    await hire(centre, boss, queues=["support"])
    amina = await supervisor(centre, "amina")
    assert (await ask(centre, amina, "PUT", "/agents/agent001", {"queues": []}))[0] == 403


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    centre: CallCentre, jane: int
) -> None:
    _, made = await hire(centre, jane, queues=["support"])
    version = {"If-Match": f'"{made["version"]}"'}
    status, _ = await centre.ask("PUT", "/agents/agent001", {"queues": []}, **version)
    assert status == 200
    body = {"queues": ["crisis"]}
    assert (await centre.ask("PUT", "/agents/agent001", body, **version))[0] == 412
    assert (await listed(centre))["agent001"]["queues"] == []


async def test_queues_that_the_command_line_gave_him_a_moment_ago_stay(
    centre: CallCentre, jane: int
) -> None:
    await hire(centre, jane, queues=["support"])
    async with centre.services.db.write() as tx:  # as another process, not yet heard of here
        await UserRepository(tx).revise(jane, queues=["support", "crisis"])
    status, changed = await centre.ask("PUT", "/agents/agent001", {"extension": "1002"})
    assert (status, changed["queues"]) == (200, ["support", "crisis"])
    assert (await listed(centre))["agent001"]["extension"] == "1002"


async def test_who_is_at_work_keeps_his_phone_until_he_is_offline(
    centre: CallCentre, jane: int
) -> None:
    await hire(centre, jane, queues=["support"])
    await centre.services.agents.load()
    at = "/agents/agent001"
    assert (await centre.ask("PUT", f"{at}/status", {"status": "available"}))[0] == 200
    for method, body in (("DELETE", None), ("PUT", {"interface": "PJSIP/other"})):
        status, error = await centre.ask(method, at, body)
        assert (status, error["details"]["reason"]) == (409, "available")
    assert (await centre.ask("PUT", at, {"extension": "1002"}))[0] == 200
    assert (await centre.ask("PUT", f"{at}/status", {"status": "offline"}))[0] == 200
    status, changed = await centre.ask("PUT", at, {"interface": "PJSIP/other"})
    assert (status, changed["interface"], changed["extension"]) == (200, "PJSIP/other", "1002")
    assert await centre.ask("DELETE", at) == (200, {"success": True, "agent_id": "agent001"})
    assert await listed(centre) == {}
    assert (await centre.ask("DELETE", at))[0] == 404
    assert "jane" in centre.services.access.known.names


async def test_who_is_disabled_at_work_is_no_agent_any_more_when_he_has_left_his_queues(
    centre: CallCentre, jane: int
) -> None:
    at = "/agents/agent001"
    await hire(centre, jane, queues=["support"])
    await centre.services.agents.load()
    assert (await centre.ask("PUT", f"{at}/status", {"status": "available"}))[0] == 200
    url, body = f"/helpline/api/users/{jane}", {"is_active": False}
    async with centre.http.put(url, json=body, headers=centre.key) as answer:
        assert answer.status == 200
    await centre.services.agents.load()
    await centre.agent_is("available")  # else nobody could take his phone out of the queue
    assert (await centre.ask("PUT", f"{at}/status", {"status": "offline"}))[0] == 200
    await centre.services.agents.load()
    await centre.until(lambda live: "agent001" not in live.agents)
    assert (await centre.ask("PUT", f"{at}/status", {"status": "available"}))[0] == 404
    assert (await listed(centre))["agent001"]["is_active"] is False


async def test_a_disabled_person_stands_in_the_list_as_what_he_is(
    centre: CallCentre, jane: int
) -> None:
    await hire(centre, jane)
    body = {"is_active": False}
    url = f"/helpline/api/users/{jane}"
    async with centre.http.put(url, json=body, headers=centre.key) as answer:
        assert answer.status == 200
    found = (await listed(centre))["agent001"]
    assert (found["is_active"], found["username"]) == (False, "jane")
