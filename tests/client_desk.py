"""Somebody who may see and keep clients, and what he asks of `/api/v1/clients`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from mhud.services.trail import Sought
from mhud.web.app import build_app
from tests.houses import House, house

CLIENTS = "/api/v1/clients"
Shape = dict[str, Any]


class Desk:
    """Somebody who may see and keep clients."""

    def __init__(self, http: TestClient[Any, Any], home: House, headers: dict[str, str]) -> None:
        self.http = http
        self.home = home
        self.headers = headers

    async def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Shape]:
        """Headers of another principal replace his own."""
        asked = {**({} if "Authorization" in headers else self.headers), **headers}
        async with self.http.request(method, CLIENTS + path, json=body, headers=asked) as answer:
            return answer.status, await answer.json()

    async def keep(self, **values: Any) -> Shape:
        status, client = await self.ask("POST", "", {"name": "Somebody", **values})
        assert status == 201, client
        return client

    async def find(self, query: str) -> list[str]:
        url = f"{CLIENTS}/search"
        async with self.http.get(url, params={"query": query}, headers=self.headers) as answer:
            shape = await answer.json()
            assert answer.status == 200, shape
            assert shape["total"] == len(shape["clients"])
            return [client["name"] for client in shape["clients"]]

    async def deeds(self) -> list[tuple[str, str]]:
        page = await self.home.services.trail.page(Sought(), 50, None)
        return [(deed.action, deed.subject_id) for deed in reversed(page.deeds)]


@asynccontextmanager
async def client_desk(folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    """In Kenya."""
    async with (
        house(folder, helpline={"region": "KE"}, **settings) as home,
        TestClient(TestServer(build_app(home.services))) as http,
    ):
        yield Desk(http, home, await home.headers("view_clients", "manage_clients"))
