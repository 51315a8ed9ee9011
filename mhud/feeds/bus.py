"""What is on disk, to whoever listens. Publishing never waits for anybody."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import structlog

from mhud.feeds.payloads import Entry as Entry

log = structlog.get_logger(__name__)
BOUND = 256


class Listener(Protocol):
    """Called in the publisher's own turn, so it must return at once."""

    def kept(self, entries: Sequence[Entry]) -> None: ...

    def stalled(self) -> None:
        """The disk refuses; entries come later."""
        ...


class Subscription:
    """Entries for one reader with a pace of its own."""

    def __init__(self, bound: int) -> None:
        self.lost = False
        self._bound = bound
        self._entries: deque[Entry] = deque()
        self._ready = asyncio.Event()

    async def get(self) -> Entry | None:
        """The next entry. None: the reader was too slow, and reads on in the ledger."""
        await self._ready.wait()
        if self.lost:
            self.lost = False
            entry = None
        else:
            entry = self._entries.popleft()
        if not self._entries:
            self._ready.clear()
        return entry

    def put(self, entry: Entry) -> None:
        """A full buffer is emptied: half of the truth is no use to the reader."""
        if self.lost:
            return
        if len(self._entries) >= self._bound:
            self._entries.clear()
            self.lost = True
        else:
            self._entries.append(entry)
        self._ready.set()


class Bus:
    """Fans entries out: to listeners at once, to subscriptions by a bounded buffer each."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._subscriptions: list[Subscription] = []

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def forget(self, listener: Listener) -> None:
        self._listeners.remove(listener)

    def subscribe(self, bound: int = BOUND) -> Subscription:
        subscription = Subscription(bound)
        self._subscriptions.append(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        self._subscriptions.remove(subscription)

    def publish(self, entries: Sequence[Entry]) -> None:
        """Never waits, never raises: a listener's bug is its own loss."""
        for listener in self._listeners:
            try:
                listener.kept(entries)
            except Exception:
                log.exception("listener_failed", listener=type(listener).__name__)
        for subscription in self._subscriptions:
            for entry in entries:
                subscription.put(entry)

    def stalled(self) -> None:
        for listener in self._listeners:
            listener.stalled()
