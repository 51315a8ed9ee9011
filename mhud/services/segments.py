"""The parts of a call in the order of time: who waited, rang, talked, held, wrote up, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mhud.live.model import Call, seconds_as_printed
from mhud.services.calls import Calls
from mhud.store.database import Database
from mhud.store.figures import SpellRow, spells_of


class SegmentKind(StrEnum):
    QUEUE = "queue"
    RING = "ring"
    TALK = "talk"
    HOLD = "hold"
    TRANSFER = "transfer"
    WRAP_UP = "wrap-up"


_OF_SPELLS = {"ringing": SegmentKind.RING, "wrap-up": SegmentKind.WRAP_UP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """`outcome` is how a stay in a queue ended, or the kind of a transfer, which has no length.

    Without `end_time` and `duration` (seconds) it goes on.
    """

    kind: SegmentKind
    start_time: datetime
    end_time: datetime | None
    duration: int | None
    queue_id: str | None = None
    agent_id: str | None = None
    outcome: str | None = None


class Segments:
    def __init__(self, db: Database, calls: Calls) -> None:
        self._db = db
        self._calls = calls

    async def of(self, call_id: str) -> tuple[Segment, ...]:
        """Oldest first. Rings and wrap-ups are known when they are over.

        Raises MhudError NOT_FOUND, SERVICE_UNAVAILABLE.
        """
        call = await self._calls.one(call_id)
        async with self._db.read() as tx:
            spells = await spells_of(tx, call_id)
        return segments_of(call, spells)


def segments_of(call: Call, spells: Iterable[SpellRow]) -> tuple[Segment, ...]:
    """What a call's record and the work of its agents say."""
    found = [*_transfers(call), *_waits(call), *_talks(call), *_holds(call), *_work(spells)]
    return tuple(sorted(found, key=lambda one: one.start_time))


def _segment(
    kind: SegmentKind, began: datetime, ended: datetime | None, **more: str | None
) -> Segment:
    duration = None if ended is None else seconds_as_printed(began, ended)
    return Segment(kind=kind, start_time=began, end_time=ended, duration=duration, **more)


def _waits(call: Call) -> Iterator[Segment]:
    for visit in call.visits:
        yield _segment(
            SegmentKind.QUEUE,
            visit.joined_at,
            visit.left_at,
            queue_id=visit.queue_id,
            agent_id=visit.agent_id,
            outcome=visit.outcome,
        )


def _talks(call: Call) -> Iterator[Segment]:
    for talk in call.talks:
        yield _segment(SegmentKind.TALK, talk.began_at, talk.ended_at, agent_id=talk.agent_id)


def _holds(call: Call) -> Iterator[Segment]:
    for hold in call.holds:
        yield _segment(SegmentKind.HOLD, hold.began_at, hold.ended_at)
    if call.held_since is not None:
        yield _segment(SegmentKind.HOLD, call.held_since, None)


def _transfers(call: Call) -> Iterator[Segment]:
    for one in call.sent_on:
        yield _segment(
            SegmentKind.TRANSFER, one.at, one.at, agent_id=one.agent_id, outcome=one.kind
        )


def _work(spells: Iterable[SpellRow]) -> Iterator[Segment]:
    for spell in spells:
        kind = _OF_SPELLS.get(spell.status)
        if kind is not None:
            yield _segment(
                kind,
                spell.began_at,
                spell.ended_at,
                queue_id=spell.queue_id,
                agent_id=spell.agent_id,
            )
