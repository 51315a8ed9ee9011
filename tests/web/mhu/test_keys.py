"""`/api/v1/keys`."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from mhud.services import signin
from mhud.services.keys import KeyWish, add_key, list_keys
from mhud.services.rights import BUILT_IN_ROLES, COMMAND_LINE, OWN
from mhud.services.roles import add_role
from mhud.services.trail import Sought
from tests.houses import PASSWORD, House

Api = TestClient[Any, Any]
KEYS = "/api/v1/keys"
OPERATOR = BUILT_IN_ROLES["operator"]


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


async def manager(home: House, *more: str) -> dict[str, str]:
    """Somebody signed in whose role can manage keys, and `more`."""
    await add_role(home.services.access, "porter", ["manage_keys", *more], COMMAND_LINE)
    await home.person("pete", "porter")
    grant = await signin.log_in(home.services.access, "pete", PASSWORD, "192.0.2.1")
    return {"Authorization": f"Bearer {grant.access_token}"}


async def key_of(home: House, owner: int | None, *rights: str) -> str:
    """Its id."""
    wish = KeyWish(name="of another", rights=rights)
    return (await add_key(home.services.access, wish, owner)).key.id


@pytest.mark.parametrize("role", ["operator", "admin", None])
async def test_a_key_whose_owner_can_more_than_who_asks_is_not_revoked(
    api: Api, home: House, role: str | None
) -> None:
    """Without an owner it is of a service that is limited by nothing."""
    headers = await manager(home, "view_calls")
    owner = await home.person("ada", role) if role else None
    key_id = await key_of(home, owner, "view_calls")
    answer = await api.delete(f"{KEYS}/{key_id}", headers=headers)

    shape = await answer.json()
    assert answer.status == 403
    assert "rights that you lack" in shape["message"]
    assert [one.id for one in list_keys(home.services.access)] == [key_id]


async def test_a_key_whose_owner_can_no_more_than_who_asks_is_revoked(
    api: Api, home: House
) -> None:
    headers = await manager(home, *(right.removesuffix(OWN) for right in OPERATOR))
    key_id = await key_of(home, await home.person("john", "operator"), "view_calls")
    assert (await api.delete(f"{KEYS}/{key_id}", headers=headers)).status == 200


async def test_one_revokes_ones_own_key_whatever_it_was_given(api: Api, home: House) -> None:
    headers = await manager(home)
    pete = home.services.access.known.names["pete"].id
    key_id = await key_of(home, pete, "all")
    assert (await api.delete(f"{KEYS}/{key_id}", headers=headers)).status == 200


async def test_a_key_revokes_those_of_its_owner_that_can_no_more_than_itself(
    api: Api, home: House
) -> None:
    ada = await home.person("ada", "admin")
    headers = await home.headers("manage_keys", "view_calls", owner=ada)
    more, less = await key_of(home, ada, "end_calls"), await key_of(home, ada, "view_calls")
    assert (await api.delete(f"{KEYS}/{more}", headers=headers)).status == 403
    assert (await api.delete(f"{KEYS}/{less}", headers=headers)).status == 200


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
