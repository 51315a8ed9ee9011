"""`/api/v1/keys`."""

from __future__ import annotations

from typing import Any

from aiohttp.test_utils import TestClient

from mhud.services import signin
from mhud.services.trail import Sought
from tests.houses import PASSWORD, House

Api = TestClient[Any, Any]
KEYS = "/api/v1/keys"


async def admin(home: House) -> dict[str, str]:
    await home.person("ada", "admin")
    grant = await signin.log_in(home.services.access, "ada", PASSWORD, "192.0.2.1")
    return {"Authorization": f"Bearer {grant.access_token}"}


async def test_a_key_is_made_shown_once_listed_and_revoked(api: Api, home: House) -> None:
    headers = await admin(home)
    wish = {"name": "crm", "rights": ["view_calls"], "tier": "enterprise:500"}
    made = await api.post(KEYS, json=wish, headers=headers)
    shape = await made.json()
    key = {"X-API-Key": shape["api_key"]}
    assert made.status == 201
    assert (shape["owner"], shape["tier"], shape["expires_at"]) == ("ada", "enterprise:500", None)
    used = await api.get("/api/v1/calls/active", headers=key)
    assert (used.status, used.headers["X-RateLimit-Limit"]) == (200, "500")
    listed = await (await api.get(KEYS, headers=headers)).json()
    assert listed["total"] == 1
    assert "api_key" not in listed["keys"][0]
    assert listed["keys"][0]["last_used_at"] == "2025-03-03T09:00:00Z"
    gone = await api.delete(f"{KEYS}/{shape['id']}", headers=headers)

    assert await gone.json() == {"success": True, "key_id": shape["id"]}
    assert (await api.get("/api/v1/calls/active", headers=key)).status == 401
    assert (await api.delete(f"{KEYS}/{shape['id']}", headers=headers)).status == 404


async def test_a_key_can_not_have_rights_that_its_creator_lacks(api: Api, home: House) -> None:
    headers = await home.headers("manage_keys", "view_calls")
    wish = {"name": "crm", "rights": ["view_calls", "end_calls"]}
    answer = await api.post(KEYS, json=wish, headers=headers)
    everything = await api.post(KEYS, json={**wish, "rights": ["all"]}, headers=headers)

    assert (answer.status, (await answer.json())["details"]) == (403, {"right": "end_calls"})
    assert everything.status == 403


async def test_a_key_that_is_over_before_it_began_is_refused(api: Api, home: House) -> None:
    wish = {"name": "crm", "rights": ["all"], "expires_at": "2020-01-01T00:00:00Z"}
    answer = await api.post(KEYS, json=wish, headers=await admin(home))

    assert (answer.status, (await answer.json())["details"][0]["field"]) == (400, "expires_at")


async def test_the_trail_knows_who_made_and_who_revoked_a_key(api: Api, home: House) -> None:
    headers = await admin(home)
    wish = {"name": "crm", "rights": ["view_queues", "view_calls"]}
    made = await (await api.post(KEYS, json=wish, headers=headers)).json()
    await api.delete(f"{KEYS}/{made['id']}", headers=headers)
    page = await home.services.trail.page(Sought(action="key.*"), 10, None)
    ada = home.services.access.known.names["ada"].id

    assert [(one.username, one.action, one.subject_id, one.details) for one in page.deeds] == [
        ("ada", "key.revoke", made["id"], {}),
        (
            "ada",
            "key.create",
            made["id"],
            {"owner_id": ada, "rights": ["view_calls", "view_queues"]},
        ),
    ]
