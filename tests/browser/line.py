"""A page's /ws in a test's hands."""

from __future__ import annotations

import json

from playwright.async_api import WebSocketRoute


class Line:
    """`truncated`: the next replay has lost its beginning. `dead`: nothing comes any more, and
    nobody says so, as after a sleep."""

    def __init__(self) -> None:
        self.truncated = False
        self.dead = False
        self.asked: list[dict[str, object]] = []
        self.page: WebSocketRoute | None = None

    async def take(self, route: WebSocketRoute) -> None:
        self.page, server = route, route.connect_to_server()
        route.on_message(lambda text: self._up(route, server, text))
        self.dead = False
        server.on_message(lambda text: None if self.dead else route.send(text))

    def _up(self, page: WebSocketRoute, server: WebSocketRoute, text: str | bytes) -> None:
        said = json.loads(text)
        if said["type"] == "subscribe":
            self.asked.append(said)
            if self.truncated and "since" in said:
                page.send(json.dumps({"type": "replay.truncated", "oldest": said["since"] + 1}))
                said["since"] += 1_000_000  # so that nothing of it is replayed
        server.send(json.dumps(said))

    async def breaks(self) -> None:
        assert self.page is not None
        await self.page.close(code=1012)
