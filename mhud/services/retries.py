"""What makes a retried request do its work once: claims, and the first answer to each."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from mhud.clock import Clock
from mhud.errors import MhudError
from mhud.store.database import Database
from mhud.store.idempotency import DONE as DONE
from mhud.store.idempotency import RUNNING as RUNNING
from mhud.store.idempotency import Claim as Claim
from mhud.store.idempotency import IdempotencyRepository
from mhud.store.idempotency import Kept as Kept

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """As it went out."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)


async def claim(db: Database, clock: Clock, wanted: Claim) -> Kept | None:
    """None: it is the first, and must be settled. Raises MhudError SERVICE_UNAVAILABLE."""
    async with db.write() as tx:
        return await IdempotencyRepository(tx).claim(wanted, clock.now())


async def settle(db: Database, claimed: Claim, answer: Answer | None) -> None:
    """Keeps the answer; None releases the claim, because nothing was done.

    When the database refuses, the claim stays: better refused than done twice.
    """
    try:
        async with db.write() as tx:
            kept = IdempotencyRepository(tx)
            if answer is None:
                await kept.release(claimed)
            else:
                await kept.finish(claimed, answer.status, answer.headers, answer.body)
    except MhudError as error:
        log.warning("answer_not_kept", reason=error.message)
