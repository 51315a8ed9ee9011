"""The way in: one server, and one who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self

import orjson

from mhud.client.calls import Calls
from mhud.client.clients import Clients
from mhud.client.credentials import ApiKey, Credentials, Password
from mhud.client.event import Wanted
from mhud.client.events import Events
from mhud.client.floor import Agents, Queues
from mhud.client.helpline import Cases, Communications
from mhud.client.hooks import Webhooks
from mhud.client.http import MHU, Ask, Http
from mhud.client.reports import Reports
from mhud.clock import Clock, SystemClock
from mhud.web.mhu.bulk_models import BulkOperations, BulkResults, Operation


class Mhud:
    """`async with Mhud("https://…", api_key="…") as mhud:`

    A request is tried up to `tries` times where nothing can happen twice by it: reads, updates,
    and POSTs by their Idempotency-Key. `timeout_s` is of each try.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        login: tuple[str, str] | None = None,
        timeout_s: float = 30.0,
        tries: int = 4,
        tls: SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`login`: user name and password. `tls` None: whom the system trusts.

        Raises ValueError unless it is one of key and login, for a web address.
        """
        who = _credentials(api_key, login)
        self._http = Http(
            base_url, who, clock or SystemClock(), timeout_s=timeout_s, tries=tries, tls=tls
        )
        self._lines: list[Events] = []
        self.calls = Calls(self._http)
        self.agents = Agents(self._http)
        self.queues = Queues(self._http)
        self.clients = Clients(self._http)
        self.webhooks = Webhooks(self._http)
        self.reports = Reports(self._http)
        self.cases = Cases(self._http)
        self.communications = Communications(self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Also the lines on which events come."""
        for events in self._lines:
            await events.close()
        await self._http.close()

    def events(
        self,
        *,
        types: Sequence[str] | None = None,
        queues: Sequence[str] | None = None,
        agents: Sequence[str] | None = None,
        since: int | None = None,
    ) -> Events:
        """In order, each once, over lost connections; None: all, and from now on."""
        events = Events(self._http, Wanted(types, queues, agents), since)
        self._lines.append(events)
        return events

    async def bulk(self, operations: Sequence[Operation], *, key: str | None = None) -> BulkResults:
        """Up to 50, in their order; each has a status of its own. Raises ClientError."""
        body = BulkOperations(operations=list(operations))
        return await self._http.post(BulkResults, f"{MHU}/bulk", body, key=key)

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Any:
        """For what has no method here. `path` with its prefix; answers with the JSON, if any.

        A POST without a `key` is tried once. Raises ClientError.
        """
        raw = await self._http.send(
            Ask(
                method=method,
                path=path,
                body=None if body is None else orjson.dumps(dict(body)),
                query=query or {},
                headers={} if key is None else {"Idempotency-Key": key},
                repeatable=method != "POST" or key is not None,
            )
        )
        return orjson.loads(raw) if raw else None


def _credentials(api_key: str | None, login: tuple[str, str] | None) -> Credentials:
    if api_key is not None and login is None:
        return ApiKey(api_key)
    if login is not None and api_key is None:
        return Password(*login)
    raise ValueError("give either api_key or login")
