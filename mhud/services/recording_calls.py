"""Which calls left a recording: those that the ledger says are over, and whose files lie there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mhud.ids import call_id
from mhud.live.model import Call
from mhud.services.recording_spool import part_name
from mhud.store.calls import get_call
from mhud.store.database import Tx
from mhud.store.recordings import Part, PartState, Recording, RecordingRepository, State

MERGES = 5  # in a row; nobody transfers one caller so often while nobody hangs up


async def note_ended(tx: Tx, call: Call, now: datetime, names: Sequence[str] = ()) -> None:
    """What it left is expected from now on; that of a merged call belongs to the other one.

    `names` of files that lie there, besides those that the call knows of.
    """
    store = RecordingRepository(tx)
    heir_id, heir = await _heir(tx, call)
    known = call.recordings or ((call.recording_channel,) if call.recording_channel else ())
    named = dict.fromkeys((*filter(None, map(part_name, known)), *names))
    await store.add_parts(
        Part(name=name, call_id=heir_id, began_at=call.start_time, place=place)
        for place, name in enumerate(named)
    )
    if heir_id != call.id:
        await store.hand_over(call.id, heir_id)
    if heir is not None and heir.is_over and await store.parts_of(heir_id):
        await store.expect(_expected(heir, now))


async def _heir(tx: Tx, call: Call) -> tuple[str, Call | None]:
    """The call that lives on, or lived last; None: nothing else is known of it yet."""
    heir: Call | None = call
    heir_id = call.id
    for _ in range(MERGES):
        if heir is None or heir.merged_into is None:
            break
        heir_id = heir.merged_into
        heir = await get_call(tx, heir_id)
    return heir_id, heir


def _expected(call: Call, now: datetime) -> Recording:
    return Recording(
        call_id=call.id,
        state=State.WAITING,
        started_at=call.start_time,
        ended_at=call.end_time or now,
        changed_at=now,
        talk_s=talk_s(call),
        due_at=now,
    )


def talk_s(call: Call) -> int | None:
    """Seconds in which anybody talked; None: not all of the call was watched."""
    if call.gap:
        return None
    total, until = 0.0, call.start_time
    for talk in sorted(call.talks, key=lambda one: one.began_at):
        ended = talk.ended_at or call.end_time or talk.began_at
        total += max(0.0, (ended - max(talk.began_at, until)).total_seconds())
        until = max(until, ended)
    return int(total)


async def unnoticed(tx: Tx, names: Sequence[str]) -> dict[str, str]:
    """Of files that lie there those of calls that are over, and of which nobody took note.

    File → call. What belongs to no call that is known is left alone.
    """
    store = RecordingRepository(tx)
    known = await store.known_parts(names)
    calls = {name: call_id(name) for name in names if name not in known}
    over = await store.calls_over(sorted(set(calls.values())))
    return {name: call for name, call in calls.items() if call in over}


async def note_file(tx: Tx, ident: str, name: str, now: datetime) -> None:
    """Of a call whose recording nobody expected, or expected no more."""
    store, call = RecordingRepository(tx), await get_call(tx, ident)
    if call is None:
        return
    before = await store.get((await _heir(tx, call))[0])
    await note_ended(tx, call, now, [name])
    if before is None or before.state is State.WAITING:
        return
    if before.state is State.FAILED:
        await store.mark_parts([name], PartState.KEPT)
        await store.wait_again([before.call_id], now)
    else:  # heard already, or over its time
        late = PartState.KEPT if before.state is State.READY else PartState.UNWANTED
        await store.mark_parts([name], late)


async def late(tx: Tx, names: Sequence[str]) -> dict[str, str]:
    """Of files that lie there those for want of which a recording failed. File → call."""
    store = RecordingRepository(tx)
    known = await store.known_parts(names)
    kept = {name: call for name, (call, state) in known.items() if state is PartState.KEPT}
    failed = await store.failed_for_want(sorted(set(kept.values())))
    return {name: call for name, call in kept.items() if call in failed}
