"""Webhooks and deliveries that are there, for tests that are about something else."""

from __future__ import annotations

from datetime import timedelta

from mhud.services import Services
from mhud.services.rights import COMMAND_LINE
from mhud.store import deliveries
from mhud.store.deliveries import EXHAUSTED, NewDelivery, Tried

NETWORK = "192.0.2.0/24"  # must be among webhooks.allowed_networks
URL = "https://192.0.2.1/hook"


async def registered(services: Services, url: str = URL, events: tuple[str, ...] = ("*",)) -> str:
    """The id of a new webhook."""
    made = await services.webhooks.add(COMMAND_LINE, {"url": url, "events": events})
    return made.webhook.id


async def given_up(services: Services, webhook_id: str, line: str = "call-1") -> str:
    """The id of a delivery that was tried once and given up."""
    now = services.clock.now()
    new = NewDelivery(
        webhook_id=webhook_id,
        line=line,
        seq=1,
        type="call.ended",
        at=now,
        give_up_at=now + timedelta(days=1),
        body=b"{}",
    )
    async with services.db.write() as tx:
        (one,) = await deliveries.keep(tx, [new])
        tried = Tried(n=one.n, state=EXHAUSTED, attempts=1, tried_at=now, duration_ms=3, status=500)
        await deliveries.settle(tx, [tried])
    return one.id
