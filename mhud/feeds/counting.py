"""What a call that is over, and an agent's time, add to the tallies of reports.

The one place where they are counted: with each event, when everything is counted again, and for
the beginning and end of a stretch that begins or ends within a quarter of an hour. What is made of
the sums is in `services/metrics.py`.

A call counts where it began, with all its parts; an agent's time when it passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.feeds.contacts import queue_of
from mhud.live.model import Call, Direction, EndReason, Outcome, Visit, seconds_as_printed
from mhud.store import figures as store
from mhud.store.figures import (
    GREATEST,
    NO_COUNTS,
    NO_TIME,
    WRAP_UP,
    CallerKey,
    CallKey,
    SpellRow,
    TimeKey,
    beginning,
    quarter_of,
)

Callers = Callable[[str | None], int | None]
"""What stands for a caller's number; None: it is withheld, or no number."""
SERVICE_LEVEL_S = 20  # of a stay in a queue of which nobody said so
KEPT = {
    "on-call": "on_call_s",
    "wrap-up": "wrap_up_s",
    "ringing": "ringing_s",
    "available": "available_s",
    "on-break": "on_break_s",
    "unreachable": "unreachable_s",
}
"""An agent's status → what its seconds are added to."""


def nobody(number: str | None) -> int | None:
    """Counts no callers."""
    return None


class Tally:
    """Sums of some calls and spells, to be added to those in the store."""

    def __init__(self) -> None:
        self.calls: dict[CallKey, dict[str, int]] = {}
        self.callers: Counter[CallerKey] = Counter()
        self.time: dict[TimeKey, dict[str, int]] = {}
        self.spells: list[SpellRow] = []

    async def save(self, tx: AsyncConnection) -> None:
        await store.add_calls(tx, self.calls)
        await store.add_callers(tx, self.callers)
        await store.add_time(tx, self.time)
        await store.add_spells(tx, self.spells)

    # ---- calls

    def add_call(self, call: Call, callers: Callers) -> None:
        """One that is over. To listen to a call is none."""
        if call.monitors is not None:
            return
        quarter = quarter_of(call.start_time)
        for visit in call.visits:
            self._add_stay(quarter, visit)
        if not is_counted(call):
            return
        offered = is_offered(call)
        abandoned = offered and call.end_reason is EndReason.ABANDONED
        queue_id, agent_id = call.queue_id or "", call.agent_id or ""
        self._add(
            (quarter, queue_id, agent_id),
            calls=1,
            offered=int(offered),
            answered=int(bool(call.talks)),
            abandoned=int(abandoned),
            outbound=int(call.direction is Direction.OUTBOUND),
        )
        self._add_transfer(quarter, call)
        self._add_talks(quarter, call)
        if offered and call.direction is not Direction.OUTBOUND:
            caller = callers(call.caller_id)
            if caller is not None:
                self.callers[quarter, queue_id, agent_id, caller] += 1

    def _add_stay(self, quarter: int, visit: Visit) -> None:
        if visit.turned_away or visit.outcome in (None, Outcome.UNKNOWN):
            return
        threshold = visit.service_level_s
        within = visit.wait_s <= (SERVICE_LEVEL_S if threshold is None else threshold)
        waited = seconds_as_printed(visit.joined_at, visit.left_at or visit.joined_at)
        answered, abandoned = (visit.outcome is o for o in (Outcome.ANSWERED, Outcome.ABANDONED))
        self._add(
            (quarter, visit.queue_id, visit.agent_id or ""),
            stays=1,
            stays_answered=int(answered),
            stays_answered_within=int(answered and within),
            stays_abandoned=int(abandoned),
            stays_abandoned_within=int(abandoned and within),
            answered_wait_s=waited if answered else 0,
            longest_wait_s=waited,
        )

    def _add_transfer(self, quarter: int, call: Call) -> None:
        """For who did it first."""
        if not call.transfers:
            return
        by = call.sent_on[0].agent_id if call.sent_on else call.agent_id
        queue_id = queue_of(call, by) if by else call.queue_id
        self._add((quarter, queue_id or "", by or ""), transferred=1)

    def _add_talks(self, quarter: int, call: Call) -> None:
        for agent_id in dict.fromkeys(talk.agent_id for talk in call.talks if talk.agent_id):
            talk_s, hold_s = talked(call, agent_id)
            key = quarter, queue_of(call, agent_id) or "", agent_id
            self._add(key, contacts=1, talk_s=talk_s - hold_s, hold_s=hold_s)

    def add_wrap_up(self, spell: SpellRow) -> None:
        """To the call that was written up, if it is known."""
        if spell.call_began_at is not None:
            seconds = seconds_as_printed(spell.began_at, spell.ended_at)
            key = quarter_of(spell.call_began_at), spell.queue_id or "", spell.agent_id
            self._add(key, wrap_up_s=seconds)

    def _add(self, key: tuple[int, str, str], **counts: int) -> None:
        """With its agent, and without."""
        quarter, queue_id, agent_id = key
        for place in ((1, quarter, queue_id, agent_id), (0, quarter, queue_id, "")):
            sums = self.calls.setdefault(place, dict(NO_COUNTS))
            for name, count in counts.items():
                sums[name] = max(sums[name], count) if name == GREATEST else sums[name] + count

    # ---- agents

    def add_spell(self, spell: SpellRow) -> None:
        """To be kept itself, too."""
        self.spells.append(spell)
        self.add_time(spell, spell.began_at, spell.ended_at)
        if spell.status == WRAP_UP:
            self.add_wrap_up(spell)

    def add_time(self, spell: SpellRow, since: datetime, until: datetime) -> None:
        """As much of it as lies there, cut at the quarters."""
        name = KEPT[spell.status]
        for quarter, seconds in _cut(max(spell.began_at, since), min(spell.ended_at, until)):
            spent = self.time.setdefault((quarter, spell.agent_id), dict(NO_TIME))
            spent[name] += seconds


def is_counted(call: Call) -> bool:
    """Not one between colleagues, nor one that became part of another one, which counts."""
    if call.end_reason is EndReason.MERGED:
        return False
    return call.direction is not Direction.INTERNAL or bool(call.visits)


def is_offered(call: Call) -> bool:
    """Somebody called in, or waited in a queue."""
    return call.direction is not Direction.OUTBOUND or bool(call.visits)


def talked(call: Call, agent_id: str) -> tuple[int, int]:
    """Seconds that the agent talked, and those of them in which the other was on hold."""
    talk_s = hold_s = 0
    for talk in call.talks:
        if talk.agent_id == agent_id:
            ended_at = talk.ended_at or call.end_time or talk.began_at
            talk_s += seconds_as_printed(talk.began_at, ended_at)
            for hold in call.holds:
                begin, end = max(hold.began_at, talk.began_at), min(hold.ended_at, ended_at)
                hold_s += seconds_as_printed(begin, end) if begin < end else 0
    return talk_s, hold_s


def _cut(since: datetime, until: datetime) -> Iterator[tuple[int, int]]:
    """Quarters, and how many seconds of each lie between."""
    while since < until:
        quarter = quarter_of(since)
        end = min(until, beginning(quarter + 1))
        yield quarter, seconds_as_printed(since, end)
        since = end
