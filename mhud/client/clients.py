"""Clients are helped persons, sessions their contacts. Every method raises ClientError."""

from __future__ import annotations

from urllib.parse import quote

from mhud.client.http import MHU, Http
from mhud.web.mhu.client_models import (
    Candidates,
    ClientChange,
    ClientObject,
    ClientSearch,
    FoundClients,
    LookupQuery,
    NewClient,
    NewSession,
    PageQuery,
    SessionChange,
    SessionObject,
    Sessions,
)

CLIENTS = f"{MHU}/clients"


class Clients:
    def __init__(self, http: Http) -> None:
        self._http = http

    async def search(self, query: ClientSearch) -> FoundClients:
        return await self._http.get(FoundClients, f"{CLIENTS}/search", query)

    async def look_up(self, query: LookupQuery) -> Candidates:
        """Who may be calling. A number names nobody for sure: people share phones."""
        return await self._http.get(Candidates, f"{CLIENTS}/lookup", query)

    async def one(self, client_id: str) -> ClientObject:
        return await self._http.get(ClientObject, _path(client_id))

    async def add(self, client: NewClient, *, key: str | None = None) -> ClientObject:
        return await self._http.post(ClientObject, CLIENTS, client, key=key)

    async def update(self, client_id: str, change: ClientChange) -> ClientObject:
        path = _path(client_id)
        return await self._http.put(ClientObject, path, change)

    async def sessions(self, client_id: str, query: PageQuery | None = None) -> Sessions:
        return await self._http.get(Sessions, _path(client_id) + "/sessions", query)

    async def begin_session(
        self, client_id: str, session: NewSession, *, key: str | None = None
    ) -> SessionObject:
        path = _path(client_id) + "/sessions"
        return await self._http.post(SessionObject, path, session, key=key)

    async def update_session(
        self, client_id: str, session_id: str, change: SessionChange
    ) -> SessionObject:
        path = f"{_path(client_id)}/sessions/{quote(session_id, safe='')}"
        return await self._http.put(SessionObject, path, change)


def _path(client_id: str) -> str:
    return f"{CLIENTS}/{quote(client_id, safe='')}"
