"""Where people are managed: an administrator, a supervisor, an operator, and the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from mhud.services.people import Person, add_person
from mhud.services.trail import Sought
from mhud.web.app import build_app
from tests.houses import PASSWORD
from tests.sign_in_desk import SignInDesk, sign_in_desk

PREFIX = "/helpline/api"
NEW = "eight tall lighthouses"


@dataclass
class Office:
    """Alice is the administrator, Sue a supervisor, John an operator."""

    desk: SignInDesk
    http: TestClient[Any, Any]
    tokens: dict[str, dict[str, str]]

    async def ask(
        self, method: str, path: str, body: Any = None, who: str = "alice", **headers: str
    ) -> tuple[int, Any]:
        sent = {**self.tokens[who], **headers}
        async with self.http.request(method, PREFIX + path, json=body, headers=sent) as answer:
            self.etag = answer.headers.get("ETag", "")
            return answer.status, await answer.json()

    async def signs_in(self, username: str, password: str = PASSWORD) -> bool:
        body = {"username": username, "password": password}
        async with self.http.post("/api/v1/auth/token", json=body) as answer:
            if answer.status == 200:
                token = (await answer.json())["access_token"]
                self.tokens[username] = {"Authorization": f"Bearer {token}"}
            return answer.status == 200

    def id_of(self, username: str) -> int:
        return self.desk.services.access.known.names[username].id

    async def deeds(self, action: str) -> list[tuple[str, str, dict[str, Any]]]:
        page = await self.desk.services.trail.page(Sought(action=action), 50, None)
        return [(one.username, one.subject_id, dict(one.details)) for one in page.deeds]


@asynccontextmanager
async def office_in(tmp_path: Path) -> AsyncIterator[Office]:
    async with (
        sign_in_desk(tmp_path) as desk,
        TestClient(TestServer(build_app(desk.services)), cookie_jar=DummyCookieJar()) as http,
    ):
        for name, role in (("alice", "admin"), ("sue", "supervisor")):
            person = Person(username=name, name=name.title(), role=role, password=PASSWORD)
            await add_person(desk.services.access, person)
        one = Office(desk, http, {"nobody": {}})
        for name in ("alice", "sue", "operator_john"):
            assert await one.signs_in(name)
        yield one


async def clerk(office: Office) -> None:
    """Holds the users' desk, and is no administrator: a role with less than theirs."""
    rights = ["view_users", "manage_users", "manage_roles", "create_case"]
    assert (await office.ask("POST", "/roles", {"name": "clerk", "rights": rights}))[0] == 201
    body = {"username": "clark", "role": "clerk", "password": PASSWORD}
    assert (await office.ask("POST", "/users", body))[0] == 201
    assert await office.signs_in("clark")
