"""mhud's public API as a consumer sees it: REST, and a client of /ws that nobody here wrote."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Json = dict[str, Any]
WAIT_S = 20.0  # given up as hanging; how long a thing may take is asserted by tests
ANSWERS = ("auth.ok", "subscribe.ok")  # of the socket itself


@dataclass(frozen=True)
class Answer:
    status: int
    body: Json
    headers: Mapping[str, str]


def holds(found: Any, wanted: Any) -> bool:
    """Whether everything in `wanted` is in `found`; a callable judges by itself."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            key in found and holds(found[key], value) for key, value in wanted.items()
        )
    return bool(wanted(found)) if callable(wanted) else bool(found == wanted)


class Watcher:
    """Keeps all events that came since it was opened."""

    def __init__(self, url: str, key: str) -> None:
        self.events: list[Json] = []
        self._url = url
        self._key = key
        self._socket: ClientConnection
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    async def open(self, since: int | None = None) -> Self:
        """`since`: replays what came after that seq."""
        self._socket = await connect(self._url)
        await self._socket.send(json.dumps({"type": "auth", "api_key": self._key}))
        first = json.loads(await self._socket.recv())
        assert first["type"] == "auth.ok", first
        if since is not None:
            await self._socket.send(json.dumps({"type": "subscribe", "since": since}))
        self._task = asyncio.create_task(self._listen())
        return self

    async def close(self) -> None:
        await self._socket.close()
        if self._task is not None:
            await self._task

    async def sees(self, type_: str, timeout_s: float = WAIT_S, **parts: Any) -> Json:
        """The first event of that type, so far or to come, that has these parts."""
        found = await self.sees_many(1, type_, timeout_s, **parts)
        return found[0]

    async def sees_many(
        self, count: int, type_: str, timeout_s: float = WAIT_S, **parts: Any
    ) -> list[Json]:
        try:
            async with asyncio.timeout(timeout_s):
                while len(found := self.all(type_, **parts)) < count:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {type_} with {parts} in {self._summary()}") from None
        return found

    def all(self, type_: str, **parts: Any) -> list[Json]:
        return [one for one in self.events if one["type"] == type_ and holds(one, parts)]

    def story(self, call_id: str) -> list[str]:
        """The types of the events that are about the call itself, in order."""
        return [
            one["type"]
            for one in self.events
            if one["type"].startswith("call.") and one["call"]["id"] == call_id
        ]

    @property
    def last_seq(self) -> int:
        return int(self.events[-1]["seq"]) if self.events else 0

    def _summary(self) -> str:
        return "\n".join(_line(one) for one in self.events)

    async def _listen(self) -> None:
        try:
            async for text in self._socket:
                event = json.loads(text)
                if event["type"] not in ANSWERS:
                    self.events.append(event)
                self._changed.set()
        except ConnectionClosed:
            return


def _line(event: Json) -> str:
    parts = [str(event["seq"]), event["type"]]
    for name, keys in (
        ("call", ("id", "status", "direction", "agent_id", "queue_id", "end_reason")),
        ("agent", ("id", "status", "pending_status")),
        ("queue", ("id",)),
    ):
        if name in event:
            parts.append(f"{name}={[event[name].get(key) for key in keys]}")
    return " ".join(parts)


class Api:
    """REST. `at` is where: "/calls/active" is under /api/v1."""

    def __init__(self, base_url: str, key: str) -> None:
        self.base_url = base_url
        self.key = key
        self._session: aiohttp.ClientSession

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(headers={"X-API-Key": self.key})

    async def close(self) -> None:
        await self._session.close()

    def watcher(self) -> Watcher:
        return Watcher(f"ws{self.base_url.removeprefix('http')}/ws", self.key)

    async def ask(
        self, method: str, at: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        url = f"{self.base_url}/api/v1{at}"
        async with (
            asyncio.timeout(WAIT_S),
            self._session.request(method, url, json=body, headers=headers) as answer,
        ):
            return Answer(answer.status, await answer.json(), answer.headers)

    async def get(self, at: str) -> Json:
        answer = await self.ask("GET", at)
        assert answer.status == 200, (answer.status, answer.body)
        return answer.body

    async def text(self, at: str) -> str:
        """Of a path that is not under /api/v1, such as "/metrics"."""
        async with asyncio.timeout(WAIT_S), self._session.get(f"{self.base_url}{at}") as answer:
            return await answer.text()

    async def call(self, call_id: str) -> Json:
        return await self.get(f"/calls/{call_id}")

    async def agent(self, agent_id: str) -> Json:
        return await self.get(f"/agents/{agent_id}")

    async def queue(self, queue_id: str) -> Json:
        """The queue's row of /queues/stats."""
        rows = (await self.get("/queues/stats"))["queues"]
        row: Json = next(row for row in rows if row["id"] == queue_id)
        return row

    async def active(self, judge: Callable[[Json], bool]) -> list[Json]:
        return [call for call in (await self.get("/calls/active"))["calls"] if judge(call)]

    async def set_status(self, agent_id: str, status: str, **more: str) -> Answer:
        return await self.ask("PUT", f"/agents/{agent_id}/status", {"status": status, **more})

    async def originate(self, agent_id: str, destination: str, **more: Any) -> Answer:
        body = {"agent_id": agent_id, "destination": destination, **more}
        return await self.ask("POST", "/calls/outbound", body)

    async def end(self, call_id: str) -> Answer:
        return await self.ask("POST", f"/calls/{call_id}/end")
