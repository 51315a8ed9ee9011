"""What pages need beside the rest: choices of forms, members of queues, retention, assignees."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from aiohttp.test_utils import TestClient
from sqlalchemy import insert

from mhud.services.people import disable
from mhud.store.schema_contacts import drafts
from tests.call_centre import CallCentre
from tests.houses import House
from tests.web.mhu.test_calls import operator


async def test_everybody_reads_what_may_be_chosen(centre: CallCentre) -> None:
    headers = await operator(centre, "agent001")
    async with centre.http.get("/api/v1/forms", headers=headers) as answer:
        assert answer.status == 200
        found = await answer.json()
    assert "lunch" in found["break_reasons"]
    assert "round-robin" in found["strategies"]
    assert (found["announcements"], found["music_on_hold"]) == (["announce123"], ["moh456"])
    assert (found["queue_file"], found["timezone"]) == (True, "UTC")


async def test_a_queue_has_members_and_those_who_are_to_come(centre: CallCentre) -> None:
    for username, agent_id in (("jane", "agent001"), ("otieno", "agent002")):
        user_id = await centre.house.person(username)
        body = {"agent_id": agent_id, "user_id": user_id, "queues": ["support"]}
        assert (await centre.ask("POST", "/agents", body))[0] == 201
    await centre.services.agents.load()
    await centre.agent_is("offline", "agent002")
    body = {"status": "on-break", "reason_code": "lunch"}
    assert (await centre.ask("PUT", "/agents/agent001/status", body))[0] == 200
    found = await centre.get("/queues/support/members")
    assert found["configured"] == ["agent001", "agent002"]
    (member,) = found["members"]
    assert member == {
        "agent_id": "agent001",
        "name": "Jane",
        "status": "on-break",
        "membership": "dynamic",
        "penalty": 0,
        "paused": True,
        "paused_reason": "lunch",
    }
    assert (await centre.ask("GET", "/queues/nowhere/members"))[0] == 404


async def kinds(api: TestClient[Any, Any], headers: dict[str, str]) -> dict[str, dict[str, Any]]:
    async with api.get("/api/v1/retention", headers=headers) as answer:
        assert answer.status == 200
        return {one["kind"]: one for one in (await answer.json())["kinds"]}


async def test_retention_says_what_is_kept_how_long_and_what_went_last(
    home: House, api: TestClient[Any, Any]
) -> None:
    headers, retention = await home.headers("all"), home.services.retention
    before = await kinds(api, headers)
    never = {"due": 0, "last_run_at": None, "last_removed": None}
    assert before["retries"] == {"kind": "retries", "days": 1, **never}
    assert [one.name for one in retention.rules] == list(before)
    old = home.clock.now() - timedelta(days=before["drafts"]["days"] + 1)
    user_id = await home.person("jane")
    async with home.services.db.write() as tx:
        row = {"user_id": user_id, "call_id": "call-1", "form": {}, "updated_at": old}
        await tx.execute(insert(drafts).values(**row))
    await home.clock.advance(60)
    assert (await kinds(api, headers))["drafts"]["due"] == 1
    purging = asyncio.ensure_future(retention.purge())
    while not purging.done():
        async with home.services.db.write():
            pass  # the disk is a real one: time must not outrun what it has to write
        await home.clock.advance(0.1)
    after = (await kinds(api, headers))["drafts"]
    assert (after["due"], after["last_removed"]) == (0, 1)
    lasted = home.clock.now() - datetime.fromisoformat(after["last_run_at"])
    assert lasted <= timedelta(minutes=1)


async def test_a_case_may_be_given_to_whoever_is_active(centre: CallCentre) -> None:
    home: House = centre.house
    for username in ("wanjiru", "abdi", "gone"):
        await home.person(username)
    await disable(home.services.access, "gone")
    async with centre.http.get("/helpline/api/assignees", headers=centre.key) as answer:
        found = (await answer.json())["data"]
    assert [one["name"] for one in found] == ["Abdi", "Wanjiru"]
    assert found[0]["role"] == "operator"
