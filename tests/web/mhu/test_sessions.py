"""`/api/v1/sessions`: where people are signed in, and its end."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from mhud.services.rights import BUILT_IN_ROLES, COMMAND_LINE, OWN
from mhud.services.roles import add_role
from mhud.web.cookie import NAME
from tests.houses import House
from tests.logins import cookie, signed_in

Api = TestClient[Any, Any]
SESSIONS = "/api/v1/sessions"
ME = "/helpline/api/users/me"


async def sessions(api: Api, headers: dict[str, str], query: str = "") -> list[dict[str, Any]]:
    answer = await api.get(SESSIONS + query, headers=headers)
    shape = await answer.json()
    assert answer.status == 200, shape
    assert shape["total"] == len(shape["sessions"])
    found: list[dict[str, Any]] = shape["sessions"]
    return found


async def test_one_sees_his_own_and_which_it_is_that_asks(api: Api, home: House) -> None:
    ident = await home.person()
    first = {"Cookie": f"{NAME}={await cookie(home, 'jane', 'Mozilla/5.0 (X11)')}"}
    await home.clock.advance(60)
    second = await signed_in(home)
    await signed_in(home, "bob")
    await home.clock.advance(60)
    here, there = await sessions(api, first)

    assert here == {
        "id": here["id"],
        "user_id": ident,
        "username": "jane",
        "how": "otp",
        "created_at": "2025-03-03T09:00:00Z",
        "last_seen_at": "2025-03-03T09:02:00Z",
        "expires_at": "2025-03-04T09:00:00Z",
        "ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (X11)",
        "current": True,
    }
    assert (there["current"], there["last_seen_at"]) == (False, "2025-03-03T09:01:00Z")
    assert [one["current"] for one in await sessions(api, second)] == [False, True]


async def test_the_cookie_itself_is_never_shown(api: Api, home: House) -> None:
    jane = await signed_in(home)
    answer = await api.get(SESSIONS, headers=jane)

    assert jane["Cookie"].partition("=")[2] not in await answer.text()


async def test_who_manages_users_sees_all_and_may_ask_for_one(api: Api, home: House) -> None:
    await signed_in(home)
    await home.clock.advance(1)
    await signed_in(home, "bob")
    await home.clock.advance(1)
    ada = await signed_in(home, "ada", "admin")
    await home.clock.advance(1)
    sue = await signed_in(home, "sue", "supervisor")

    assert [one["username"] for one in await sessions(api, ada)] == ["jane", "bob", "ada", "sue"]
    assert [one["username"] for one in await sessions(api, ada, "?user=bob")] == ["bob"]
    assert [one["username"] for one in await sessions(api, sue)] == ["sue"]
    assert await sessions(api, sue, "?user=bob") == []


async def test_one_may_end_his_own_elsewhere(api: Api, home: House) -> None:
    here, there = await signed_in(home), await signed_in(home)
    (other,) = [one for one in await sessions(api, here) if not one["current"]]
    ended = await api.delete(f"{SESSIONS}/{other['id']}", headers=here)

    assert (ended.status, await ended.json()) == (
        200,
        {"success": True, "session_id": other["id"]},
    )
    assert (await api.get(ME, headers=there)).status == 401
    assert (await api.get(ME, headers=here)).status == 200
    assert (await api.delete(f"{SESSIONS}/{other['id']}", headers=here)).status == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [("operator", 404), ("case_manager", 404), ("supervisor", 404), ("admin", 200)],
)
async def test_anothers_may_be_ended_by_who_manages_users(
    api: Api, home: House, role: str, status: int
) -> None:
    jane = await signed_in(home)
    (hers,) = await sessions(api, jane)
    other = await signed_in(home, "other", role)
    answer = await api.delete(f"{SESSIONS}/{hers['id']}", headers=other)

    assert answer.status == status
    assert (await api.get(ME, headers=jane)).status == (401 if status == 200 else 200)


async def test_a_key_does_not_sign_its_owner_out_unless_it_manages_users(
    api: Api, home: House
) -> None:
    ident = await home.person("ada", "admin")
    ada = await signed_in(home, "ada")
    (hers,) = await sessions(api, ada)
    reader = await home.headers("view_calls", owner=ident)
    manager = await home.headers("manage_users", owner=ident)

    assert await sessions(api, reader) == []
    assert (await api.delete(f"{SESSIONS}/{hers['id']}", headers=reader)).status == 404
    assert [one["current"] for one in await sessions(api, manager)] == [False]
    assert (await api.delete(f"{SESSIONS}/{hers['id']}", headers=manager)).status == 200
    assert (await api.get(ME, headers=ada)).status == 401


@pytest.mark.parametrize(("role", "status"), [("operator", 200), ("admin", 403)])
async def test_nobody_ends_the_login_of_who_can_more_than_he(
    api: Api, home: House, role: str, status: int
) -> None:
    rights = ["manage_users", *(right.removesuffix(OWN) for right in BUILT_IN_ROLES["operator"])]
    await add_role(home.services.access, "porter", rights, COMMAND_LINE)
    pete = await signed_in(home, "pete", "porter")
    other = await signed_in(home, "other", role)
    (theirs,) = await sessions(api, pete, "?user=other")
    answer = await api.delete(f"{SESSIONS}/{theirs['id']}", headers=pete)

    assert answer.status == status
    assert ("rights that you lack" in await answer.text()) is (status == 403)
    assert (await api.get(ME, headers=other)).status == (401 if status == 200 else 200)


@pytest.mark.parametrize("path", ["/login-unknown", "/x%0ay", "/mhus_secret"])
async def test_what_is_no_session_is_not_there(api: Api, home: House, path: str) -> None:
    answer = await api.delete(SESSIONS + path, headers=await home.headers())

    assert answer.status == 404
    assert "secret" not in await answer.text()


async def test_an_end_is_in_the_audit_trail_with_the_login_that_did_it(
    api: Api, home: House
) -> None:
    ada = await signed_in(home, "ada", "admin")
    await home.clock.advance(1)
    await signed_in(home)
    hers, own = sorted(await sessions(api, ada), key=lambda one: bool(one["current"]))
    await api.delete(f"{SESSIONS}/{hers['id']}", headers=ada)
    trail = await (await api.get("/api/v1/audit?action=login.*", headers=ada)).json()

    assert [(one["action"], one["subject_id"]) for one in trail["entries"]] == [
        ("login.end", hers["id"]),
        ("login.start", hers["id"]),
        ("login.start", own["id"]),
    ]
    assert trail["entries"][0]["credential"] == f"login:{own['id']}"
    assert trail["entries"][0]["username"] == "ada"
