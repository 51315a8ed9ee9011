"""Agent Management over HTTP, against a simulated Asterisk."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mhud.services.people import Person, Phone, add_person
from mhud.sim.site import Site, StaticMember
from tests.call_centre import Answer, CallCentre, call_centre
from tests.fake_clock import settle
from tests.houses import PASSWORD


async def hire(
    centre: CallCentre, agent_id: str = "agent001", queues: tuple[str, ...] = ("support", "crisis")
) -> dict[str, str]:
    """Jane Smith and her phone; headers of hers."""
    phone = Phone(agent_id=agent_id, interface=f"PJSIP/{agent_id}", extension="1001", queues=queues)
    person = Person(username=f"j-{agent_id}", name="Jane Smith", password=PASSWORD, phone=phone)
    await add_person(centre.services.access, person)
    await centre.services.agents.load()
    await centre.agent_is("offline", agent_id)
    body = {"username": person.username, "password": PASSWORD}
    async with centre.http.post("/api/v1/auth/token", json=body) as answer:
        return {"Authorization": f"Bearer {(await answer.json())['access_token']}"}


async def put(centre: CallCentre, status: str, reason: str | None = None, **more: Any) -> Answer:
    body = {"status": status, **({} if reason is None else {"reason_code": reason})}
    agent_id = more.pop("agent_id", "agent001")
    return await centre.ask("PUT", f"/agents/{agent_id}/status", body, **more)


def members(centre: CallCentre, agent: str = "agent001") -> dict[str, tuple[bool, str]]:
    """What the PBX itself holds: queue → (paused, reason)."""
    found = {}
    for name, queue in centre.pbx.pbx.queues.items():
        if member := queue.member(f"PJSIP/{agent}"):
            found[name] = (member.paused, member.reason)
    return found


# ---- reading


async def test_an_agents_status_prints_every_documented_field(centre: CallCentre) -> None:
    await hire(centre)
    await put(centre, "available")
    await centre.pass_time(300)
    (agent,) = (await centre.get("/agents/status"))["agents"]
    wanted = {
        "id": "agent001",
        "name": "Jane Smith",
        "status": "available",
        "current_call_id": None,
        "time_in_status": 300,
        "queues": ["support", "crisis"],
    }
    assert {name: agent[name] for name in wanted} == wanted


async def test_one_agent_and_all_agents_print_the_documented_object(centre: CallCentre) -> None:
    await hire(centre)
    agent = await centre.get("/agents/agent001")
    assert (agent["extension"], agent["roles"]) == ("1001", ["agent"])
    assert agent["statistics"]["calls_today"] == 0
    assert await centre.get("/agents") == {"agents": [agent], "total": 1}


async def test_an_unknown_agent_is_not_found(centre: CallCentre) -> None:
    assert (await centre.ask("GET", "/agents/nobody"))[0] == 404
    assert (await put(centre, "available", agent_id="nobody"))[0] == 404


async def test_whoever_serves_a_queue_in_asterisk_is_an_agent(centre: CallCentre) -> None:
    centre.pbx.agent_logs_in("agent007", "support")
    await centre.agent_is("available", "agent007")
    assert (await centre.get("/agents/agent007"))["queues"] == ["support"]


# ---- setting


async def test_logging_in_joins_all_of_the_agents_queues(centre: CallCentre) -> None:
    await hire(centre)
    status, changed = await put(centre, "available")
    assert status == 200
    assert changed["success"] is True
    assert (changed["previous_status"], changed["current_status"]) == ("offline", "available")
    assert members(centre) == {"support": (False, ""), "crisis": (False, "")}


async def test_the_documents_break_works_as_printed(centre: CallCentre) -> None:
    await hire(centre)
    await put(centre, "available")
    status, changed = await put(centre, "on-break", "lunch")
    assert status == 200
    assert changed.pop("timestamp").endswith("Z")
    assert changed == {
        "success": True,
        "agent_id": "agent001",
        "previous_status": "available",
        "current_status": "on-break",
        "pending_status": None,
    }
    assert members(centre) == {"support": (True, "lunch"), "crisis": (True, "lunch")}


async def test_a_break_without_a_reason_is_just_a_break(centre: CallCentre) -> None:
    await hire(centre)
    await put(centre, "on-break")
    assert members(centre)["support"] == (True, "break")


async def test_back_from_a_break_all_queues_are_served(centre: CallCentre) -> None:
    await hire(centre)
    await put(centre, "on-break", "lunch")
    _, changed = await put(centre, "available")
    assert (changed["previous_status"], changed["current_status"]) == ("on-break", "available")
    assert members(centre) == {"support": (False, ""), "crisis": (False, "")}


async def test_going_offline_leaves_all_queues(centre: CallCentre) -> None:
    await hire(centre)
    await put(centre, "available")
    _, changed = await put(centre, "offline")
    assert changed["current_status"] == "offline"
    assert members(centre) == {}


async def test_offline_twice_is_no_error(centre: CallCentre) -> None:
    await hire(centre)
    status, changed = await put(centre, "offline")
    assert (status, changed["previous_status"]) == (200, "offline")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("on-break", "holiday"),
        ("on-break", ""),
        ("available", "lunch"),
        ("offline", "lunch"),
        ("wrap-up", None),
        ("sleeping", None),
    ],
)
async def test_what_does_not_exist_can_not_be_set(
    centre: CallCentre, status: str, reason: str | None
) -> None:
    await hire(centre)
    code, error = await put(centre, status, reason)
    assert (code, error["code"]) == (400, "validation_error")


async def test_an_agent_without_queues_can_not_log_in(centre: CallCentre) -> None:
    await hire(centre, queues=())
    status, error = await put(centre, "available")
    assert status == 409
    assert "no queues configured" in error["message"]


async def test_a_queue_that_is_not_there_is_named_and_nothing_is_joined(
    centre: CallCentre,
) -> None:
    await hire(centre, queues=("support", "nosuch"))
    status, error = await put(centre, "available")
    assert (status, error["details"]["queues"]) == (409, ["nosuch"])
    assert members(centre) == {}


async def test_a_queue_that_goes_missing_meanwhile_is_named_and_the_rest_taken_back(
    centre: CallCentre,
) -> None:
    await hire(centre)
    del centre.pbx.pbx.queues["crisis"]
    status, error = await put(centre, "available")
    assert (status, error["details"]["queues"]) == (409, ["crisis"])
    assert members(centre) == {}


async def test_an_operator_sets_his_own_status_only(centre: CallCentre) -> None:
    hers = await hire(centre)
    statuses = []
    for agent_id in ("agent001", "agent002"):
        await centre.services.agents.load()
        centre.pbx.agent_logs_in("agent002", "support")
        await centre.agent_is("available", "agent002")
        url = f"/api/v1/agents/{agent_id}/status"
        async with centre.http.put(url, json={"status": "on-break"}, headers=hers) as answer:
            statuses.append(answer.status)
    assert statuses == [200, 403]


async def test_a_key_without_the_right_sets_nobodys_status(centre: CallCentre) -> None:
    await hire(centre)
    reader = await centre.house.headers("view_agents")
    status, error = await put(centre, "available", **reader)
    assert (status, error["code"]) == (403, "insufficient_permissions")


async def test_an_agent_with_an_unreachable_phone_may_log_in(centre: CallCentre) -> None:
    await hire(centre)
    centre.pbx.phone_goes("agent001")
    status, changed = await put(centre, "available")
    assert (status, changed["current_status"]) == (200, "unreachable")


async def test_already_a_member_is_a_success(centre: CallCentre) -> None:
    await hire(centre)
    centre.pbx.faults.drop("QueueMemberAdded")
    centre.pbx.agent_logs_in("agent001", "support", paused=True)
    status, changed = await put(centre, "available")
    assert (status, changed["current_status"]) == (200, "available")
    assert members(centre) == {"support": (False, ""), "crisis": (False, "")}


# ---- in a call


async def talk(centre: CallCentre) -> None:
    await put(centre, "available")
    centre.pbx.call_in("254700123456", "support")
    await centre.agent_is("ringing")
    centre.pbx.agent_answers("agent001")
    await centre.agent_is("on-call")


async def test_a_break_set_in_a_call_pauses_at_once_and_shows_after_it(centre: CallCentre) -> None:
    await hire(centre)
    await talk(centre)
    _, changed = await put(centre, "on-break", "lunch")
    assert (changed["current_status"], changed["pending_status"]) == ("on-call", "on-break")
    assert members(centre)["crisis"] == (True, "lunch")
    centre.pbx.agent_hangs_up("agent001")
    await centre.agent_is("wrap-up")
    await centre.pass_time(12)
    assert (await centre.agent_is("on-break")).reason_code == "lunch"


async def test_offline_set_in_a_call_leaves_the_queues_after_it(centre: CallCentre) -> None:
    await hire(centre)
    await talk(centre)
    _, changed = await put(centre, "offline")
    assert (changed["current_status"], changed["pending_status"]) == ("on-call", "offline")
    assert members(centre)["support"] == (True, "offline")
    centre.pbx.agent_hangs_up("agent001")
    await centre.until(lambda live: not live.agents["agent001"].memberships)
    assert members(centre) == {}


async def test_available_ends_the_wrap_up(centre: CallCentre) -> None:
    await hire(centre)
    await talk(centre)
    centre.pbx.agent_hangs_up("agent001")
    await centre.agent_is("wrap-up")
    await centre.pass_time(1)
    _, changed = await put(centre, "available")
    assert (changed["previous_status"], changed["current_status"]) == ("wrap-up", "available")
    await centre.pass_time(2)
    assert members(centre)["support"] == (False, "")


async def test_a_break_that_is_set_while_the_wrap_up_begins_stays_a_break(
    centre: CallCentre,
) -> None:
    """Asterisk is slow, and the wrap-ups of both agents begin one after the other."""
    for number, agent_id in (("254700123456", "agent001"), ("254700123457", "agent002")):
        centre.pbx.agent_logs_in(agent_id, "support")
        await centre.agent_is("available", agent_id)
        centre.pbx.call_in(number, "support")
        await centre.agent_is("ringing", agent_id)
        centre.pbx.agent_answers(agent_id)
        await centre.agent_is("on-call", agent_id)
    for agent_id in ("agent001", "agent002"):
        centre.pbx.agent_hangs_up(agent_id)
        await centre.agent_is("wrap-up", agent_id)
    centre.pbx.faults.slow_s = 0.2
    await centre.clock.advance(0.5)
    setting = asyncio.create_task(put(centre, "on-break", "lunch", agent_id="agent002"))
    await settle(500)
    centre.pbx.faults.slow_s = 0
    await centre.clock.advance(0.2)
    status, changed = await setting
    await settle(500)
    await centre.pass_time(30)

    assert status == 200, changed
    assert members(centre, "agent002") == {"support": (True, "lunch")}


# ---- static members


async def test_a_static_member_stays_paused_and_counts_as_offline(tmp_path: Any) -> None:
    static = StaticMember("crisis", "PJSIP/agent010", "Agent 010")
    async with call_centre(tmp_path, Site(members=(static,))) as centre:
        await centre.agent_is("available", "agent010")
        _, gone = await put(centre, "offline", agent_id="agent010")
        assert gone["current_status"] == "offline"
        assert members(centre, "agent010") == {"crisis": (True, "offline")}
        _, back = await put(centre, "available", agent_id="agent010")
        assert (back["previous_status"], back["current_status"]) == ("offline", "available")
        assert members(centre, "agent010") == {"crisis": (False, "")}


# ---- when Asterisk does not answer


async def test_without_a_link_nothing_is_set_and_reads_say_that_they_are_stale(
    centre: CallCentre,
) -> None:
    await hire(centre)
    await centre.pbx.server.close()
    await centre.until(lambda live: live.stale)
    status, error = await put(centre, "available")
    assert (status, error["code"]) == (503, "pbx_unavailable")
    async with centre.http.get("/api/v1/agents/status", headers=centre.key) as answer:
        assert (answer.status, answer.headers["X-PBX-State"]) == (200, "stale")


async def test_what_asterisk_takes_and_never_shows_is_a_timeout(tmp_path: Any) -> None:
    async with call_centre(tmp_path, ami={"action_timeout_s": 0.3}) as centre:
        await hire(centre)
        await put(centre, "available")
        for _ in range(2):
            centre.pbx.faults.drop("QueueMemberPause")
        status, error = await put(centre, "on-break")
        assert (status, error["code"]) == (504, "pbx_timeout")


async def test_two_changes_at_once_come_one_after_the_other(centre: CallCentre) -> None:
    await hire(centre)
    answers = await asyncio.gather(put(centre, "available"), put(centre, "on-break", "lunch"))
    assert [status for status, _ in answers] == [200, 200]
    assert len(set(members(centre).values())) == 1


async def test_a_new_colleague_shows_up_by_himself(centre: CallCentre) -> None:
    phone = Phone(agent_id="agent005", interface="PJSIP/agent005", queues=("support",))
    person = Person(username="new", name="New One", phone=phone)
    centre.services.access.on_change(centre.services.agents.look_soon)
    await add_person(centre.services.access, person)
    await centre.pass_time(1)
    assert (await centre.agent_is("offline", "agent005")).profile.name == "New One"
