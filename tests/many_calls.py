"""Calls and the work of agents as a helpline may have had them, by chance but from a seed.

All that can be odd about a call is among them: sent on, held over a change of talkers, merged,
given up after a talk, over midnight, with a withheld number.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mhud.live.model import (
    Call,
    CallStatus,
    Direction,
    EndReason,
    Hold,
    Outcome,
    Talk,
    Transfer,
    Visit,
)
from mhud.store.figures import SpellRow

QUEUES = {"support": 20, "crisis": 10, "youth": 45, "legal": 20}
"""With the threshold of each."""


@dataclass(frozen=True, slots=True)
class Made:
    """`caller` is who called, whatever his number looks like; None: withheld."""

    call: Call
    spells: tuple[SpellRow, ...]
    caller: int | None


class ManyCalls:
    """So many of them, in the order of chance."""

    def __init__(self, seed: int, zone: ZoneInfo, first: date, days: int, agents: int = 30) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - no secret
        self._first = datetime.combine(first, time(), zone).astimezone(UTC)
        self._seconds = days * 86_400
        self._agents = [f"agent{number:03}" for number in range(1, agents + 1)]
        self._kinds = {
            self._answered: 60,
            self._sent_on: 8,
            self._given_up: 10,
            self._given_up_later: 1,
            self._timed_out: 3,
            self._turned_away: 2,
            self._lost: 1,
            self._not_queued: 3,
            self._outbound: 10,
            self._between_colleagues: 1,
            self._merged: 1,
            self._listened_to: 1,
        }

    def make(self, count: int, people: int | None = None, name: str = "call") -> Iterator[Made]:
        kinds = self._dice.choices(list(self._kinds), list(self._kinds.values()), k=count)
        for number, kind in enumerate(kinds):
            caller = self._dice.randrange(people or count // 3 + 1)
            withheld = self._dice.random() < 0.05
            call = kind(self._begun(f"{name}{number:07}", None if withheld else caller))
            yield Made(call, tuple(self._work(call)), None if withheld else caller)

    def _begun(self, ident: str, caller: int | None) -> Call:
        start = self._first + timedelta(seconds=self._dice.random() * self._seconds)
        spelled = "anonymous" if caller is None else f"+2547{caller:08}"
        if caller is not None and self._dice.random() < 0.1:
            spelled = f"07{caller:08}"  # the same as it is dialed at home
        return Call(
            id=ident,
            linkedids=(ident,),
            direction=Direction.INBOUND,
            status=CallStatus.ENDED,
            start_time=start,
            end_time=start + timedelta(seconds=self._dice.random() * 20),
            end_reason=EndReason.COMPLETED,
            caller_id=spelled,
            destination="116",
        )

    def _after(self, at: datetime, most_s: float) -> datetime:
        return at + timedelta(seconds=self._dice.random() * most_s)

    def _waits(self, call: Call, outcome: Outcome, agent_id: str | None = None) -> Call:
        """Joins a queue when all that was is over, and leaves it."""
        queue_id = self._dice.choice(list(QUEUES))
        joined = call.end_time or call.start_time
        left = self._after(joined, 90)
        visit = Visit(
            queue_id=queue_id,
            joined_at=joined,
            left_at=left,
            outcome=outcome,
            agent_id=agent_id,
            service_level_s=QUEUES[queue_id],
        )
        return replace(
            call, visits=(*call.visits, visit), queue_id=queue_id, agent_id=agent_id, end_time=left
        )

    def _talks(self, call: Call, agent_id: str | None) -> Call:
        began = call.end_time or call.start_time
        longest = 40_000 if self._dice.random() < 0.002 else 700
        ended = self._after(began, longest)
        holds = call.holds
        if self._dice.random() < 0.2:
            held = self._after(began, (ended - began).total_seconds())
            holds = (*holds, Hold(began_at=held, ended_at=self._after(held, 60)))
        talk = Talk(agent_id=agent_id, began_at=began, ended_at=ended)
        return replace(
            call,
            answer_time=call.answer_time or began,
            talks=(*call.talks, talk),
            holds=holds,
            agent_id=agent_id,
            end_time=ended,
        )

    def _answered(self, call: Call) -> Call:
        agent_id = self._dice.choice(self._agents)
        return self._talks(self._waits(call, Outcome.ANSWERED, agent_id), agent_id)

    def _transferred(self, call: Call, kind: str) -> Call:
        sent_on = Transfer(at=call.end_time or call.start_time, kind=kind, agent_id=call.agent_id)
        return replace(call, transfers=call.transfers + 1, sent_on=(*call.sent_on, sent_on))

    def _sent_on(self, call: Call) -> Call:
        call = self._answered(call)
        for _ in range(self._dice.randrange(1, 3)):
            call = self._transferred(call, "blind")
            if self._dice.random() < 0.5:
                call = self._answered(call)
            else:
                call = self._talks(call, self._dice.choice([*self._agents, None]))
        return call

    def _given_up(self, call: Call) -> Call:
        return replace(self._waits(call, Outcome.ABANDONED), end_reason=EndReason.ABANDONED)

    def _given_up_later(self, call: Call) -> Call:
        return self._given_up(self._transferred(self._answered(call), "blind"))

    def _timed_out(self, call: Call) -> Call:
        waited = self._waits(call, Outcome.TIMEOUT)
        if self._dice.random() < 0.5:
            return self._answered(waited)
        return replace(waited, end_reason=EndReason.TIMEOUT)

    def _turned_away(self, call: Call) -> Call:
        at = call.end_time or call.start_time
        visit = Visit(queue_id="crisis", joined_at=at, left_at=at, outcome=Outcome.FULL)
        return replace(call, visits=(visit,), queue_id="crisis", end_reason=EndReason.REJECTED)

    def _lost(self, call: Call) -> Call:
        waited = self._waits(call, Outcome.UNKNOWN)
        return replace(waited, end_reason=EndReason.LOST_LINK, gap=True)

    def _not_queued(self, call: Call) -> Call:
        reasons = EndReason.ABANDONED, EndReason.REJECTED, EndReason.COMPLETED
        return replace(call, end_reason=self._dice.choice(reasons))

    def _outbound(self, call: Call) -> Call:
        agent_id = self._dice.choice(self._agents)
        call = replace(call, direction=Direction.OUTBOUND, agent_id=agent_id, placed_by=agent_id)
        if self._dice.random() < 0.6:
            return self._talks(call, agent_id)
        return replace(call, end_reason=EndReason.NO_ANSWER)

    def _between_colleagues(self, call: Call) -> Call:
        call = replace(call, direction=Direction.INTERNAL)
        if self._dice.random() < 0.5:
            return self._answered(call)
        return self._talks(call, self._dice.choice(self._agents))

    def _merged(self, call: Call) -> Call:
        return replace(self._answered(call), end_reason=EndReason.MERGED, merged_into="call-0")

    def _listened_to(self, call: Call) -> Call:
        return replace(self._answered(call), monitors="call-0")

    def _work(self, call: Call) -> Iterator[SpellRow]:
        """Of the agents who talked: free, rung, talking, writing up; and somebody's break."""
        for talk in call.talks:
            if talk.agent_id is None or talk.ended_at is None:
                continue
            rung = talk.began_at - timedelta(seconds=self._dice.random() * 20)
            free = rung - timedelta(seconds=self._dice.random() * 2_000)
            wrote = self._after(talk.ended_at, 60)
            kept = call.end_reason is not EndReason.MERGED and call.monitors is None
            kept = kept and (call.direction is not Direction.INTERNAL or bool(call.visits))
            for status, began, ended in (
                ("available", free, rung),
                ("ringing", rung, talk.began_at),
                ("on-call", talk.began_at, talk.ended_at),
                ("wrap-up", talk.ended_at, wrote),
                ("on-break", wrote, self._after(wrote, 10)),
            ):
                yield SpellRow(
                    agent_id=talk.agent_id,
                    began_at=began,
                    ended_at=ended,
                    status=status,
                    call_id=call.id,
                    queue_id=_through(call, talk.agent_id),
                    call_began_at=call.start_time if kept else None,
                )


def _through(call: Call, agent_id: str) -> str | None:
    """The queue by which he came to the call, as the agent's phone showed it."""
    found = call.queue_id
    for visit in call.visits:
        if visit.agent_id == agent_id:
            found = visit.queue_id
    return found
