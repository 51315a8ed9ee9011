"""`/users/me`: who asks, as the document prints it, with whatever credential."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from mhud.services import signin
from mhud.services.people import Person, Phone, add_person
from mhud.services.rights import RIGHTS
from mhud.web.app import build_app
from tests.houses import PASSWORD, House, house
from tests.logins import signed_in

Api = TestClient[Any, Any]
ME = "/helpline/api/users/me"


async def me(api: Api, headers: dict[str, str]) -> dict[str, Any]:
    answer = await api.get(ME, headers=headers)
    shape = await answer.json()
    assert (answer.status, shape["success"]) == (200, True)
    found: dict[str, Any] = shape["data"]
    return found


async def john(home: House) -> int:
    phone = Phone(agent_id="agent002", interface="PJSIP/agent002")
    person = Person(
        username="operator_john",
        name="John Otieno",
        email="john@helpline.org",
        password=PASSWORD,
        phone=phone,
    )
    return (await add_person(home.services.access, person)).id


async def test_the_printed_fields_are_there(tmp_path: Path, aiohttp_client: AiohttpClient) -> None:
    async with house(tmp_path, helpline={"organization": "Nairobi Helpline"}) as home:
        api = await aiohttp_client(build_app(home.services))
        ident = await john(home)
        found = await me(api, await signed_in(home, "operator_john"))

    permissions = found.pop("permissions")
    assert found == {
        "id": ident,
        "username": "operator_john",
        "email": "john@helpline.org",
        "role": "operator",
        "organization": "Nairobi Helpline",
        "last_login": "2025-03-03T09:00:00Z",
        "name": "John Otieno",
        "agent_id": "agent002",
        "own_only": ["make_calls", "end_calls", "control_calls"],
    }
    assert {"create_case", "update_case", "receive_calls", "make_calls"} <= set(permissions)
    assert "view_users" not in permissions
    assert permissions == [right for right in RIGHTS if right in permissions]


async def test_a_key_is_its_owner_with_the_rights_that_it_was_given(api: Api, home: House) -> None:
    ident = await john(home)
    found = await me(api, await home.headers("view_calls", "make_calls", "view_users", owner=ident))

    assert (found["id"], found["username"]) == (ident, "operator_john")
    assert found["permissions"] == ["view_calls", "make_calls"]
    assert found["own_only"] == ["make_calls"]
    assert found["last_login"] is None


async def test_a_key_without_an_owner_is_its_service_user(api: Api, home: House) -> None:
    found = await me(api, await home.headers())

    assert found["username"].startswith("service-")
    assert (found["email"], found["agent_id"]) == (None, None)
    assert found["permissions"] == list(RIGHTS)


async def test_signing_in_with_a_password_is_a_login_too(api: Api, home: House) -> None:
    await home.person("ada", "admin")
    await home.clock.advance(60)
    grant = await signin.log_in(home.services.access, "ada", PASSWORD, "192.0.2.1")
    headers = {"Authorization": f"Bearer {grant.access_token}"}
    first = await me(api, headers)
    await home.clock.advance(60)
    await signed_in(home, "ada")
    second = await me(api, headers)

    assert first["last_login"] == "2025-03-03T09:01:00Z"
    assert second["last_login"] == "2025-03-03T09:02:00Z"
    assert second["permissions"] == list(RIGHTS)


async def test_the_etag_is_the_version_of_the_user(api: Api, home: House) -> None:
    answer = await api.get(ME, headers=await signed_in(home))

    assert answer.headers["ETag"] == '"1"'


async def test_leaving_with_a_token_ends_all_that_descends_from_it(api: Api, home: House) -> None:
    await home.person("ada", "admin")
    grant = await signin.log_in(home.services.access, "ada", PASSWORD, "192.0.2.1")
    headers = {"Authorization": f"Bearer {grant.access_token}"}
    left = await api.post("/helpline/api/logout", headers=headers)
    refreshed = await api.post("/api/v1/auth/refresh", json={"refresh_token": grant.refresh_token})

    assert (left.status, refreshed.status) == (200, 401)
    assert (await api.get(ME, headers=headers)).status == 401


async def test_a_key_can_not_leave(api: Api, home: House) -> None:
    headers = await home.headers()
    answer = await api.post("/helpline/api/logout", headers=headers)

    assert (answer.status, (await answer.json())["error"]["code"]) == (409, "CONFLICT")
    assert (await api.get(ME, headers=headers)).status == 200


@pytest.mark.parametrize("path", ["/sendOTP", "/verifyOTP", "/changeAuth", "/logout"])
async def test_no_key_for_retries_is_taken_where_one_signs_in_or_out(
    api: Api, home: House, path: str
) -> None:
    headers = {**await signed_in(home), "Idempotency-Key": "once"}
    answer = await api.post("/helpline/api" + path, headers=headers)
    problem = (await answer.json())["error"]

    assert (answer.status, problem["details"]["fields"][0]["field"]) == (400, "Idempotency-Key")


async def test_there_is_nothing_to_say_when_leaving(api: Api, home: House) -> None:
    jane = await signed_in(home)
    wordy = await api.post("/helpline/api/logout", headers=jane, json={"all": True})
    empty = await api.post("/helpline/api/logout", headers=jane, data=b"")

    assert (wordy.status, empty.status) == (400, 200)
