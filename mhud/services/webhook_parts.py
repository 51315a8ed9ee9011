"""What the service of webhooks is given, and what it shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mhud.store.webhooks import Webhook


class Outbox(Protocol):
    """The part of feeds/webhook_outbox.py that is needed here."""

    on_gone: Callable[[str], Awaitable[None]] | None

    async def reload(self) -> None: ...
    async def run(self) -> None: ...
    async def close(self) -> None: ...
    async def test(self, webhook: Webhook) -> int: ...
    def again(self, webhook_id: str, line: str, n: int) -> None: ...
    def is_away(self, webhook_id: str) -> bool: ...
    @property
    def active(self) -> int: ...
    @property
    def away(self) -> int: ...
    @property
    def counts(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """`waiting` deliveries; `is_away`: it does not answer, and is left alone for a while."""

    webhook: Webhook
    waiting: int
    is_away: bool
    rotation_ends_at: datetime | None
    new_secret: str | None = field(default=None, repr=False)
