"""Links that are good once, and signing in with a password and a cookie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from mhud.services import invitations
from mhud.services.rights import COMMAND_LINE
from mhud.services.trail import Sought
from mhud.web.app import build_app
from mhud.web.cookie import NAME
from mhud.web.health import ADDRESSES
from tests.houses import PASSWORD, House, house

NEW = "eight tall lighthouses"
ME = "/helpline/api/users/me"


@dataclass
class Site:
    home: House
    app: web.Application
    http: TestClient[Any, Any]

    async def post(
        self, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, answer, and the headers of who was signed in by it."""
        url = f"/helpline/api{path}"
        async with self.http.post(url, json=body, headers=headers) as answer:
            found = answer.cookies.get(NAME)
            cookie = {"Cookie": f"{NAME}={found.value}"} if found else {}
            return answer.status, await answer.json(), cookie

    async def me(self, headers: dict[str, str]) -> dict[str, Any] | None:
        async with self.http.get(ME, headers=headers) as answer:
            return (await answer.json())["data"] if answer.status == 200 else None

    async def look(self, token: str) -> tuple[int, Any]:
        status, answer, _ = await self.post("/invitations/look", {"token": token})
        return status, answer.get("data", answer)

    async def accept(self, token: str, **more: Any) -> tuple[int, Any, dict[str, str]]:
        return await self.post("/invitations/accept", {"token": token, "password": NEW, **more})

    async def deeds(self) -> list[tuple[str, str, dict[str, Any]]]:
        page = await self.home.services.trail.page(Sought(), 50, None)
        return [(one.username, one.action, dict(one.details)) for one in page.deeds]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with house(tmp_path) as home:
        app = build_app(home.services)
        async with TestClient(TestServer(app), cookie_jar=DummyCookieJar()) as http:
            yield Site(home, app, http)


async def first_link(site: Site) -> str:
    return (await invitations.set_up(site.home.services.access, COMMAND_LINE)).token


# ---- the first administrator


async def test_who_has_the_first_link_becomes_the_administrator_and_is_signed_in(
    site: Site,
) -> None:
    token = await first_link(site)
    status, offer = await site.look(token)
    assert (status, offer["kind"], offer["username"]) == (200, "setup", None)
    body = {"username": "alice", "name": "Alice Otieno", "email": "alice@example.org"}
    status, answer, cookie = await site.accept(token, **body)
    assert (status, answer["user"]["username"], answer["user"]["role"]) == (200, "alice", "admin")
    me = await site.me(cookie)
    assert me is not None
    assert (me["name"], me["email"]) == ("Alice Otieno", "alice@example.org")
    assert [deed[:2] for deed in await site.deeds()] == [
        ("alice", "login.start"),
        ("command-line", "user.create"),
        ("command-line", "user.invite"),
    ]
    assert (await site.look(token))[0] == 410
    assert (await site.accept(token, username="eve"))[0] == 410


async def test_the_first_administrator_needs_a_name_and_a_good_password(site: Site) -> None:
    token = await first_link(site)
    for body, field in (
        ({}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "alice", "password": "short"}, "password"),
        ({"username": "alice", "email": "nowhere"}, "email"),
    ):
        status, answer, cookie = await site.accept(token, **body)
        assert (status, cookie) == (400, {}), body
        assert field in answer["error"]["details"]["fields"][0]["field"], body
    assert (await site.accept(token, username="alice"))[0] == 200


async def test_once_there_is_an_administrator_the_first_link_makes_no_other(site: Site) -> None:
    token = await first_link(site)
    await site.home.person("alice", "admin")
    assert (await site.accept(token, username="eve"))[0] == 409
    assert "eve" not in site.home.services.access.known.names


async def test_only_the_newest_link_is_good_and_only_for_a_day(site: Site) -> None:
    first = await first_link(site)
    second = await first_link(site)
    assert (await site.look(first))[0] == 410
    assert (await site.look(second))[0] == 200
    await site.home.clock.advance(24 * 3600)
    assert (await site.look(second))[0] == 410
    assert (await site.look("mhui_guessed"))[0] == 410


# ---- people who are invited


async def test_an_administrator_invites_and_the_person_sets_his_password(site: Site) -> None:
    user_id = await site.home.person("jane")
    _, _, before = await site.post("/login", {"username": "jane", "password": PASSWORD})
    admin = await site.home.headers("all")
    status, answer, _ = await site.post(f"/users/{user_id}/invite", **admin)
    assert status == 201
    token = answer["data"]["token"]
    assert answer["data"]["link"].endswith(f"/#/welcome/{token}")
    status, offer = await site.look(token)
    assert (status, offer["kind"], offer["username"], offer["name"]) == (
        200,
        "password",
        "jane",
        "Jane",
    )
    assert (await site.accept(token, username="jane"))[0] == 400
    status, _, cookie = await site.accept(token)
    assert status == 200
    assert (await site.me(cookie) or {})["username"] == "jane"
    assert await site.me(before) is None, "with the old password he is signed in no more"
    assert (await site.post("/login", {"username": "jane", "password": PASSWORD}))[0] == 401
    assert (await site.post("/login", {"username": "jane", "password": NEW}))[0] == 200
    assert ("jane", "user.accept", {}) in await site.deeds()


async def test_nobody_invites_who_can_do_more_nor_who_is_disabled_nor_nobody(site: Site) -> None:
    boss = await site.home.person("boss", "admin")
    jane = await site.home.person("jane")
    few = await site.home.headers("manage_users")
    assert (await site.post(f"/users/{boss}/invite", **few))[0] == 403
    admin = await site.home.headers("all")
    assert (await site.post("/users/999/invite", **admin))[0] == 404
    token = (await site.post(f"/users/{jane}/invite", **admin))[1]["data"]["token"]
    async with site.http.put(
        f"/helpline/api/users/{jane}", json={"is_active": False}, headers=admin
    ) as answer:
        assert answer.status == 200
    assert (await site.look(token))[0] == 410
    assert (await site.accept(token))[0] == 410
    assert (await site.post(f"/users/{jane}/invite", **admin))[0] == 409


@pytest.mark.parametrize("change", [{"password": NEW}, {"role": "admin"}, {"is_active": False}])
async def test_a_link_ends_with_what_its_person_was_when_it_was_made(
    site: Site, change: dict[str, Any]
) -> None:
    """Who has a copy can't come back by it, nor be what his colleague became since."""
    jane = await site.home.person("jane")
    admin = await site.home.headers("all")
    token = (await site.post(f"/users/{jane}/invite", **admin))[1]["data"]["token"]
    for wish in (change, {"is_active": True}):
        url = f"/helpline/api/users/{jane}"
        async with site.http.put(url, json=wish, headers=admin) as answer:
            assert answer.status == 200, await answer.text()
    assert (await site.look(token))[0] == 410
    assert (await site.accept(token))[0] == 410


async def test_a_link_ends_when_its_person_chooses_another_password_himself(site: Site) -> None:
    jane = await site.home.person("jane")
    admin = await site.home.headers("all")
    token = (await site.post(f"/users/{jane}/invite", **admin))[1]["data"]["token"]
    _, _, cookie = await site.post("/login", {"username": "jane", "password": PASSWORD})
    body = {"old_password": PASSWORD, "new_password": NEW}
    assert (await site.post("/changeAuth", body, **cookie))[0] == 200
    assert (await site.look(token))[0] == 410


# ---- a password and a cookie


async def test_a_password_signs_in_with_a_cookie_that_ends_by_logging_out(site: Site) -> None:
    await site.home.person("jane")
    status, answer, cookie = await site.post("/login", {"username": "JANE", "password": PASSWORD})
    assert (status, answer["user"]["role"]) == (200, "operator")
    me = await site.me(cookie)
    assert me is not None
    assert me["username"] == "jane"
    assert ("jane", "login.start", {"how": "password"}) in await site.deeds()
    assert (await site.post("/logout", **cookie))[0] == 200
    assert await site.me(cookie) is None


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(site: Site) -> None:
    await site.home.person("jane")
    wrong = await site.post("/login", {"username": "jane", "password": "nine old lighthouses"})
    unknown = await site.post("/login", {"username": "nobody", "password": PASSWORD})
    assert (wrong[0], unknown[0]) == (401, 401)
    assert wrong[1]["error"] == unknown[1]["error"]
    assert (wrong[2], unknown[2]) == ({}, {})


async def test_after_ten_tries_in_a_minute_one_waits_whichever_way_he_tries(site: Site) -> None:
    await site.home.person("jane")
    body = {"username": "jane", "password": "nine old lighthouses"}
    for _ in range(10):
        assert (await site.post("/login", body))[0] == 401
    assert (await site.post("/login", body))[0] == 429
    async with site.http.post("/api/v1/auth/token", json=body) as answer:
        assert answer.status == 429


@pytest.mark.parametrize("path", ["/helpline/api/login", "/api/v1/auth/token"])
async def test_who_has_many_addresses_of_one_network_guesses_no_more_often(
    site: Site, path: str
) -> None:
    await site.home.person("jane")
    site.app[ADDRESSES].trust(["127.0.0.1"])
    for last in range(5):
        headers = {"X-Forwarded-For": f"2001:db8::{last:x}"}
        body = {"username": "jane", "password": f"wrong {last}"}
        async with site.http.post(path, json=body, headers=headers) as answer:
            assert answer.status == 401
    body, headers = {"username": "jane", "password": PASSWORD}, {"X-Forwarded-For": "2001:db8::ff"}
    async with site.http.post(path, json=body, headers=headers) as answer:
        assert answer.status == 401, "he waits like everybody after five failures"
    headers = {"X-Forwarded-For": "2001:db8:0:1::1"}
    async with site.http.post(path, json=body, headers=headers) as answer:
        assert answer.status == 200


async def test_a_foreign_page_signs_nobody_in(site: Site) -> None:
    await site.home.person("jane")
    token = await first_link(site)
    foreign = {"Origin": "https://elsewhere.example"}
    body = {"username": "jane", "password": PASSWORD}
    assert (await site.post("/login", body, **foreign))[0] == 403
    for step in ("look", "accept"):
        body = {"token": token, "password": NEW} if step == "accept" else {"token": token}
        assert (await site.post(f"/invitations/{step}", body, **foreign))[0] == 403
