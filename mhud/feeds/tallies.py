"""The tallies of reports, kept with the events that they follow from, in the ledger's transaction.

So after a `kill -9` they hold just what the world has been told. Nothing here may cost the ledger
anything but time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.feeds.contacts import queue_of
from mhud.feeds.counting import KEPT, Callers, Tally, is_counted
from mhud.live.model import Call, Spell
from mhud.store import figures as store
from mhud.store.figures import SpellRow, beginning, quarter_of

log = structlog.get_logger(__name__)


def spell_row(agent_id: str, spell: Spell, ended_at: datetime) -> SpellRow | None:
    """None: it is not kept, for he was away, or nothing lasted."""
    if spell.status.value not in KEPT or spell.began_at >= ended_at:
        return None
    call = spell.call
    counts = call is not None and call.monitors is None and is_counted(call)
    return SpellRow(
        agent_id=agent_id,
        began_at=spell.began_at,
        ended_at=ended_at,
        status=spell.status.value,
        call_id=call.id if call else None,
        queue_id=queue_of(call, agent_id) if call else None,
        call_began_at=call.start_time if call and counts else None,
    )


@dataclass(frozen=True, slots=True)
class Over:
    """Calls that are over: those that were not before, and where the others were and are counted.

    Others are there when Asterisk's books corrected them, and after a commit that seemed to fail.
    """

    fresh: Sequence[Call] = ()
    recounted: Collection[int] = ()  # quarters


async def look_up(tx: AsyncConnection, over: Mapping[str, Call]) -> Over:
    """Before their records are saved, by which it is known what was counted."""
    if not over:
        return Over()
    known = await store.ended(tx, over)
    now = {quarter_of(over[call_id].start_time) for call_id in known}
    fresh = [call for call_id, call in over.items() if call_id not in known]
    return Over(fresh, now | {quarter_of(began_at) for began_at in known.values()})


async def keep_tallies(
    tx: AsyncConnection,
    over: Over,
    spells: Sequence[SpellRow],
    callers: Callers,
    *,
    again: bool,
) -> None:
    """`again`: the spells may have been written before, by a commit that seemed to fail."""
    tally = _tally_of(over.fresh, callers)
    known = await store.kept(tx, spells) if again and spells else frozenset()
    for spell in spells:
        if (spell.agent_id, spell.began_at) not in known:
            tally.add_spell(spell)
    await tally.save(tx)
    for quarter in sorted(over.recounted):
        await recount(tx, quarter, callers)


async def recount(tx: AsyncConnection, quarter: int, callers: Callers) -> int:
    """What the records say of the calls that began in this quarter, however often it was said.

    Answers how many calls there are.
    """
    since, until = beginning(quarter), beginning(quarter + 1)
    calls = await store.began(tx, since, until)
    tally = _tally_of(calls, callers)
    for spell in await store.wrap_ups(tx, since, until):
        tally.add_wrap_up(spell)
    await store.forget(tx, quarter, quarter + 1)
    await tally.save(tx)
    return len(calls)


def _tally_of(calls: Iterable[Call], callers: Callers) -> Tally:
    tally = Tally()
    for call in calls:
        try:
            tally.add_call(call, callers)
        except Exception:  # a bug in counting costs one call's figures
            log.exception("call_not_counted", call_id=call.id)
    return tally
