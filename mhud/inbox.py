"""The one queue between Asterisk and the state. Never drops an event silently."""

from __future__ import annotations

import asyncio

from mhud.ami.messages import Event

BOUND = 10_000


class Inbox:
    """Events in order. When it is full `put` says so, and the link treats itself as lost."""

    def __init__(self, bound: int = BOUND) -> None:
        self.bound = bound
        self._queue: asyncio.Queue[Event] = asyncio.Queue(bound)

    def put(self, event: Event) -> bool:
        """False: no room, and the event is lost: ask Asterisk for everything again."""
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            return False
        return True

    async def get(self) -> Event:
        return await self._queue.get()

    def __len__(self) -> int:
        return self._queue.qsize()
