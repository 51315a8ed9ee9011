"""Calls that end become contacts in waiting: one for each agent who talked, or tried in vain.

They are written with the call's own record, in the ledger's transaction: who hears that a call is
over finds its communication. Nothing here may cost the ledger anything but time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import Call, Direction, EndReason, seconds_as_printed
from mhud.numbers import Numbers
from mhud.store.communications import CommunicationRepository, Contact
from mhud.store.database import is_refusal

log = structlog.get_logger(__name__)
ANSWERED = "answered"
_IN_VAIN = {
    EndReason.NO_ANSWER: "missed",
    EndReason.BUSY: "busy",
    EndReason.REJECTED: "busy",  # how many phones say that their owner does not want to talk
}
_BY_PHONE = {EndReason.UNREACHABLE: "failed", EndReason.FAILED: "failed"}
"""Of calls that an agent dialed himself; of others it may have been his own phone that failed."""


async def keep_contacts(tx: AsyncConnection, calls: Iterable[Call], numbers: Numbers) -> None:
    """Of calls that are over. One that can't be kept is logged, and costs only itself.

    Raises what the disk refuses, which the whole transaction is tried again for.
    """
    found = [contact for call in calls for contact in contacts_of(call, numbers)]
    if not found or await _kept(tx, found):
        return
    for contact in found:
        if not await _kept(tx, [contact]):
            log.error("contact_lost", call_id=contact.call_id, agent_id=contact.agent_id)


async def _kept(tx: AsyncConnection, contacts: Sequence[Contact]) -> bool:
    try:
        async with tx.begin_nested():
            await CommunicationRepository(tx).add_pending(contacts)
    except Exception as error:
        if is_refusal(error):
            raise
        log.exception("contacts_not_kept")
        return False
    return True


def contacts_of(call: Call, numbers: Numbers) -> Iterator[Contact]:
    """None of a call between colleagues, nor of one that nobody of us took: it is history."""
    if call.direction is Direction.INTERNAL or call.monitors or call.end_time is None:
        return
    inbound = call.direction is Direction.INBOUND
    address = call.caller_id if inbound else call.destination
    for agent_id, seconds, status in _shares(call):
        yield Contact(
            call_id=call.id,
            agent_id=agent_id,
            direction=call.direction.value,
            contact_address=address,
            contact_key=numbers.key(address),
            duration=seconds,
            call_status=status,
            queue_id=queue_of(call, agent_id),
            at=call.end_time,
        )


def queue_of(call: Call, agent_id: str) -> str | None:
    """From which he took the call, whatever queue it was in later."""
    taken = (visit.queue_id for visit in reversed(call.visits) if visit.agent_id == agent_id)
    return next(taken, call.queue_id)


def _shares(call: Call) -> Iterator[tuple[str, int, str]]:
    """Each agent's talk in seconds, and how it went."""
    talked: dict[str, int] = {}
    for talk in call.talks:
        if talk.agent_id is not None:
            ended = talk.ended_at or call.end_time or talk.began_at
            seconds = seconds_as_printed(talk.began_at, ended)
            talked[talk.agent_id] = talked.get(talk.agent_id, 0) + seconds
    for agent_id, seconds in talked.items():
        yield agent_id, seconds, ANSWERED
    if call.placed_by is not None and not call.talks and (status := _in_vain(call)):
        yield call.placed_by, 0, status


def _in_vain(call: Call) -> str | None:
    """What came of an outbound call that nobody answered; None if the agent never tried."""
    if call.direction is not Direction.OUTBOUND or call.end_reason is None:
        return None
    status = _IN_VAIN.get(call.end_reason)
    return status or (None if call.originated else _BY_PHONE.get(call.end_reason))
