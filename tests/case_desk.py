"""A helpline's people at their desks, and what they ask of `/helpline/api`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from mhud.services.people import Person, add_person
from mhud.services.rights import Principal
from mhud.services.trail import Sought
from mhud.store.trail import Deed
from mhud.web.app import build_app
from tests.fake_clock import FakeClock
from tests.houses import House, house
from tests.printed_openchs import endpoint

API = "/helpline/api"
STAFF = {
    "john": "operator",
    "amina": "operator",
    "maria": "case_manager",
    "jane": "supervisor",
    "alice": "admin",
}
Answer = tuple[int, dict[str, Any]]
PRINTED: dict[str, Any] = endpoint("POST", "/cases").request


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """`ids` by username; each asks with a key that may do all that its owner may."""

    home: House
    http: TestClient[Any, Any]
    ids: Mapping[str, int]
    keys: Mapping[str, str]

    async def send(self, who: str, method: str, path: str, body: Any = None, **more: str) -> Any:
        """The response, read; `more` are headers with _ for -."""
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        headers = {"X-API-Key": self.keys[who], **headers}
        async with self.http.request(method, API + path, json=body, headers=headers) as answer:
            await answer.read()
            return answer

    async def ask(self, who: str, method: str, path: str, body: Any = None, **more: str) -> Answer:
        """Status and JSON."""
        answer = await self.send(who, method, path, body, **more)
        return answer.status, await answer.json()

    async def good(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """The data of an answer that is a success."""
        status, answer = await self.ask(who, method, path, body)
        assert status in (200, 201), answer
        assert answer["success"] is True
        return answer.get("data")

    async def case(self, who: str = "john", **fields: Any) -> int:
        """A new one's id."""
        made = await self.good(who, "POST", "/cases", {"title": "Somebody called", **fields})
        return int(made["id"])

    async def read(self, case_id: int, who: str = "jane") -> dict[str, Any]:
        found: dict[str, Any] = await self.good(who, "GET", f"/cases/{case_id}")
        return found

    async def change(self, case_id: int, who: str = "jane", **fields: Any) -> Answer:
        return await self.ask(who, "PUT", f"/cases/{case_id}", fields)

    async def listed(self, who: str = "jane", query: str = "") -> list[int]:
        """Ids, in the order of the list."""
        return [case["id"] for case in await self.good(who, "GET", f"/cases{query}")]

    async def history(self, case_id: int, who: str = "jane") -> list[dict[str, Any]]:
        """Oldest first."""
        found = await self.good(who, "GET", f"/cases/{case_id}/activities")
        return list(reversed(found))

    async def deeds(self, action: str) -> list[Deed]:
        page = await self.home.services.trail.page(Sought(action=action), 50, None)
        return list(reversed(page.deeds))

    def principal(self, who: str) -> Principal:
        access = self.home.services.access
        return access.user_principal(access.known.users[self.ids[who]])


@asynccontextmanager
async def case_desk(
    folder: Path, clock: FakeClock | None = None, **changes: Any
) -> AsyncIterator[CaseDesk]:
    """In Kenya. `changes` are settings."""
    settings = {"helpline": {"region": "KE"}, "timezone": "Africa/Nairobi", **changes}
    async with (
        house(folder, clock, **settings) as home,
        TestClient(TestServer(build_app(home.services))) as http,
    ):
        access = home.services.access
        people = [Person(username=name, name=name, role=role) for name, role in STAFF.items()]
        ids = {one.username: (await add_person(access, one)).id for one in people}
        keys = {name: await home.key(owner=ids[name]) for name in STAFF}
        yield CaseDesk(home, http, ids, keys)
