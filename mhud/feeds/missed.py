"""Callers who called in vain, until somebody talks with them; in the ledger's transaction."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import Call, Direction, EndReason
from mhud.numbers import Numbers
from mhud.store.database import is_refusal
from mhud.store.missed import Missed, MissedRepository

log = structlog.get_logger(__name__)
IN_VAIN = frozenset(
    (EndReason.ABANDONED, EndReason.TIMEOUT, EndReason.REJECTED, EndReason.NO_ANSWER,
     EndReason.BUSY, EndReason.UNREACHABLE, EndReason.FAILED)
)  # fmt: skip
ASKED = "callback"  # the tag that our dialplan gives


async def keep_missed(tx: AsyncConnection, calls: Iterable[Call], numbers: Numbers) -> None:
    """Of calls that are over, also such that are told late. Withheld numbers are nobody's.

    One that can't be kept is logged, and costs only itself. Raises what the disk refuses.
    """
    for call in calls:
        try:
            async with tx.begin_nested():
                await _keep(MissedRepository(tx), call, numbers)
        except Exception as error:
            if is_refusal(error):
                raise
            log.exception("missed_caller_not_kept", call_id=call.id)


def concerns(call: Call) -> bool:
    """Somebody from outside, or to him."""
    return call.direction is not Direction.INTERNAL and not call.monitors and call.is_over


async def _keep(store: MissedRepository, call: Call, numbers: Numbers) -> None:
    inbound = call.direction is Direction.INBOUND
    number = call.caller_id if inbound else call.destination
    key = numbers.key(number)
    if key is None or number is None or not concerns(call):
        return
    if call.talks:
        await _reached(store, key, call)
    elif inbound and call.end_reason in IN_VAIN:
        await _missed(store, key, number, call, numbers)


async def _reached(store: MissedRepository, key: str, call: Call) -> None:
    await store.reached(key, call.talks[-1].began_at)
    if call.backfilled:
        await store.forget(call.id)


async def _missed(
    store: MissedRepository, key: str, number: str, call: Call, numbers: Numbers
) -> None:
    """One that is told late may have been made good already."""
    if call.backfilled and await store.was_reached(numbers.spellings(key), call.start_time):
        return
    asked = ASKED in call.tags
    await store.missed(
        Missed(
            phone_key=key,
            phone=number,
            call_id=call.id,
            at=call.start_time,
            queue_id=call.queue_id,
            asked=asked,
        )
    )
