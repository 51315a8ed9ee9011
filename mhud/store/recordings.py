"""What is known of recordings. The sealed files are in a vault, Asterisk's in its own folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, func, literal, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store import cursors
from mhud.store.schema import calls, ledger
from mhud.store.schema_recordings import recording_parts as parts
from mhud.store.schema_recordings import recording_position as position
from mhud.store.schema_recordings import recordings
from mhud.store.types import UtcDateTime

AT_ONCE = 500  # values in one question


class State(StrEnum):
    """Of a call's recording."""

    WAITING = "waiting"  # for Asterisk to close the file, for the encoder, or for the disk
    READY = "ready"
    FAILED = "failed"
    NOTHING = "nothing"  # nobody talked
    EXPIRED = "expired"  # over its time
    ERASED = "erased"  # with the person


class PartState(StrEnum):
    """Of a file of Asterisk's."""

    WAITING = "waiting"  # until it is looked into
    KEPT = "kept"  # it stays where it is
    UNWANTED = "unwanted"  # to be deleted
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """`duration` and `talk_s` in seconds, `size` in bytes of the MP3, of which `sha256` is."""

    call_id: str
    state: State
    started_at: datetime
    ended_at: datetime
    changed_at: datetime
    reason: str | None = None
    complete: bool | None = None
    talk_s: int | None = None
    duration: int | None = None
    size: int | None = None
    sha256: bytes | None = None
    filename: str | None = None
    attempts: int = 0
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`name` of the file without its ending; in the order of `began_at` and `place`."""

    name: str
    call_id: str
    began_at: datetime
    place: int = 0
    state: PartState = PartState.WAITING
    sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class RecordingPage:
    recordings: tuple[Recording, ...]
    next_cursor: str | None


class RecordingRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    # ---- calls that ended

    async def position(self) -> int | None:
        """The seq up to which ended calls were looked through; None: never yet."""
        seq: int | None = await self._tx.scalar(select(position.c.seq))
        return seq

    async def move_to(self, seq: int) -> None:
        new = insert(position).values(id=1, seq=seq)
        await self._tx.execute(
            new.on_conflict_do_update(index_elements=["id"], set_={"seq": new.excluded.seq})
        )

    async def ended_calls(self, since: int, until: int) -> tuple[str, ...]:
        """Ids of calls whose end has a seq above `since` and not above `until`, in that order."""
        ends = ledger.c.seq > since, ledger.c.seq <= until, ledger.c.type == "call.ended"
        rows = await self._tx.execute(select(ledger.c.call_id).where(*ends).order_by(ledger.c.seq))
        return tuple(dict.fromkeys(one for one in rows.scalars() if one is not None))

    async def expect(self, found: Recording) -> None:
        """Of a call that is over. One that is known already stays what it is."""
        await self._tx.execute(insert(recordings).values(asdict(found)).on_conflict_do_nothing())

    async def add_parts(self, found: Iterable[Part]) -> None:
        """Those that are known stay what they are."""
        rows = [asdict(one) for one in found]
        if rows:
            await self._tx.execute(insert(parts).on_conflict_do_nothing(), rows)

    async def hand_over(self, call_id: str, heir: str) -> None:
        """What was recorded of the one call belongs to the other from now on."""
        his = update(parts).where(parts.c.call_id == call_id)
        await self._tx.execute(his.values(call_id=heir))

    # ---- work

    async def due(self, now: datetime, limit: int) -> tuple[Recording, ...]:
        """What is to be looked at, the longest overdue first."""
        query = select(recordings).where(recordings.c.due_at <= now)
        return await self._select(query.order_by(recordings.c.due_at).limit(limit))

    async def parts_of(self, call_id: str) -> tuple[Part, ...]:
        query = select(parts).where(parts.c.call_id == call_id)
        rows = await self._tx.execute(query.order_by(parts.c.began_at, parts.c.place))
        return tuple(_part(row) for row in rows)

    async def settle(self, found: Recording) -> bool:
        """Writes what became of one that waits. False: it does not wait any more."""
        mine = recordings.c.call_id == found.call_id, recordings.c.state == State.WAITING
        changed = await self._tx.execute(update(recordings).where(*mine).values(asdict(found)))
        return changed.rowcount == 1

    async def postpone(self, call_id: str, due_at: datetime, attempts: int) -> None:
        one = update(recordings).where(recordings.c.call_id == call_id)
        waiting = one.where(recordings.c.state == State.WAITING)
        await self._tx.execute(waiting.values(due_at=due_at, attempts=attempts))

    async def wait_again(self, call_ids: Collection[str], now: datetime) -> int:
        """Failed ones are tried anew; says how many."""
        failed = recordings.c.call_id.in_(call_ids), recordings.c.state == State.FAILED
        values = {"state": State.WAITING, "due_at": now, "changed_at": now, "attempts": 0}
        mine = parts.c.call_id.in_(call_ids), parts.c.state == PartState.KEPT
        changed = await self._tx.execute(update(recordings).where(*failed).values(**values))
        await self._tx.execute(update(parts).where(*mine).values(state=PartState.WAITING))
        return changed.rowcount

    async def mark_parts(
        self, names: Collection[str], state: PartState, sums: Sequence[bytes] = ()
    ) -> None:
        """`sums`: SHA-256 of each file, in the order of `names`; none: they stay as known."""
        await self._tx.execute(update(parts).where(parts.c.name.in_(names)).values(state=state))
        for name, total in zip(names, sums, strict=False):
            one = update(parts).where(parts.c.name == name)
            await self._tx.execute(one.values(sha256=total))

    async def unwanted(self, limit: int) -> tuple[str, ...]:
        """Names of files that are to be deleted."""
        query = select(parts.c.name).where(parts.c.state == PartState.UNWANTED).limit(limit)
        return tuple((await self._tx.execute(query)).scalars())

    async def known_parts(self, names: Sequence[str]) -> dict[str, tuple[str, PartState]]:
        """Of these files those that are known: to which call, and their state."""
        known: dict[str, tuple[str, PartState]] = {}
        for start in range(0, len(names), AT_ONCE):
            some = parts.c.name.in_(names[start : start + AT_ONCE])
            rows = await self._tx.execute(
                select(parts.c.name, parts.c.call_id, parts.c.state).where(some)
            )
            known |= {row.name: (row.call_id, PartState(row.state)) for row in rows}
        return known

    # ---- reads

    async def get(self, call_id: str) -> Recording | None:
        found = await self._select(select(recordings).where(recordings.c.call_id == call_id))
        return found[0] if found else None

    async def ready(self, call_ids: Sequence[str]) -> frozenset[str]:
        """Of these calls those whose recording can be heard."""
        heard = select(recordings.c.call_id).where(recordings.c.state == State.READY)
        return await self._among(heard, call_ids)

    async def calls_over(self, call_ids: Sequence[str]) -> frozenset[str]:
        """Of these the calls that are known, and over."""
        return await self._among(select(calls.c.id).where(calls.c.state == "ended"), call_ids)

    async def failed_for_want(self, call_ids: Sequence[str]) -> frozenset[str]:
        """Of these calls those whose file was not there, or could not be read."""
        want = recordings.c.reason.in_(("missing", "unreadable"))
        failed = select(recordings.c.call_id).where(recordings.c.state == State.FAILED, want)
        return await self._among(failed, call_ids)

    async def waiting(self) -> int:
        """How many wait."""
        query = select(func.count()).where(recordings.c.state == State.WAITING)
        return await self._tx.scalar(query) or 0

    async def page(self, state: State | None, limit: int, cursor: str | None) -> RecordingPage:
        """By the end of the call, newest first; `state` None: those that were anything to hear.

        Raises MhudError INVALID for a cursor that is none of ours.
        """
        one = recordings.c.state != State.NOTHING if state is None else recordings.c.state == state
        where: list[ColumnElement[bool]] = [one]
        if cursor is not None:
            at, call_id = cursors.time_and_id(cursor)
            before = tuple_(literal(at, UtcDateTime), literal(call_id))
            where.append(tuple_(recordings.c.ended_at, recordings.c.call_id) < before)
        newest = recordings.c.ended_at.desc(), recordings.c.call_id.desc()
        query = select(recordings).where(*where).order_by(*newest).limit(limit + 1)
        rows = await self._select(query)
        more = _cursor(rows[limit - 1]) if len(rows) > limit else None
        return RecordingPage(rows[:limit], more)

    async def filenames(self) -> frozenset[str]:
        """Of sealed files."""
        query = select(recordings.c.filename).where(recordings.c.filename.is_not(None))
        return frozenset((await self._tx.execute(query)).scalars())

    async def _among(self, query: Any, call_ids: Sequence[str]) -> frozenset[str]:
        """Of a query for ids of calls those that are among these."""
        found: set[str] = set()
        column = next(iter(query.selected_columns))
        for start in range(0, len(call_ids), AT_ONCE):
            some = query.where(column.in_(call_ids[start : start + AT_ONCE]))
            found |= set((await self._tx.execute(some)).scalars())
        return frozenset(found)

    async def _select(self, query: Any) -> tuple[Recording, ...]:
        rows = (await self._tx.execute(query)).all()
        return tuple(replace(Recording(**row._mapping), state=State(row.state)) for row in rows)


async def end(tx: AsyncConnection, call_ids: Collection[str], state: State) -> tuple[str, ...]:
    """Nobody hears them any more. Names of the sealed files, whose rows know them no more.

    Asterisk's files that are still there are deleted later (`RecordingRepository.unwanted`).
    """
    mine = recordings.c.call_id.in_(call_ids)
    names = select(recordings.c.filename).where(mine, recordings.c.filename.is_not(None))
    files = tuple((await tx.execute(names)).scalars())
    nothing = dict.fromkeys(("reason", "complete", "duration", "size", "sha256", "filename"))
    values = {**nothing, "due_at": None, "state": state}
    await tx.execute(update(recordings).where(mine).values(**values))
    there = parts.c.call_id.in_(call_ids), parts.c.state != PartState.GONE
    await tx.execute(update(parts).where(*there).values(state=PartState.UNWANTED, sha256=None))
    return files


async def forget(tx: AsyncConnection, call_ids: Collection[str]) -> tuple[str, ...]:
    """Of calls that are gone themselves. Names of sealed files, as above."""
    files = await end(tx, call_ids, State.EXPIRED)
    left = parts.c.call_id.in_(call_ids), parts.c.state == PartState.GONE
    await tx.execute(delete(parts).where(*left))
    await tx.execute(delete(recordings).where(recordings.c.call_id.in_(call_ids)))
    return files


async def known(tx: AsyncConnection, call_ids: Collection[str]) -> frozenset[str]:
    """Of these calls those whose recording is mhud's to delete, or was."""
    query = select(recordings.c.call_id).where(recordings.c.call_id.in_(call_ids))
    return frozenset((await tx.execute(query)).scalars())


def _part(row: Any) -> Part:
    return replace(Part(**row._mapping), state=PartState(row.state))


def _cursor(row: Recording) -> str:
    return cursors.of(row.ended_at, row.call_id)
