"""Calls that the demo's helpline had in the weeks before you came, for history and reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from mhud.config import Settings
from mhud.feeds.counting import Callers, Tally
from mhud.feeds.missed import keep_missed
from mhud.feeds.records import call_row
from mhud.feeds.tallies import spell_row
from mhud.live.changing import replace
from mhud.live.model import (
    AgentStatus,
    Call,
    CallStatus,
    Direction,
    EndReason,
    Hold,
    Outcome,
    Spell,
    Talk,
    Transfer,
    Visit,
)
from mhud.numbers import Numbers
from mhud.sim.demo_world import AGENTS, caller_number
from mhud.store.calls import save_calls
from mhud.store.database import Tx
from mhud.store.figures import SpellRow, is_all_counted, recounted_until

DAYS = 21
BY_HOUR = (1, 1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 6, 7, 9, 9, 8, 8, 10, 11, 9, 6, 3, 2)
"""How busy each hour of the day is."""
QUEUES = {"support": 20, "crisis": 10}
"""With the threshold of each, and how often it is called."""
FREE_S = 1500  # before each call, at most


async def seed_calls(tx: Tx, settings: Settings, now: datetime, callers: Callers) -> None:
    """Three weeks until midnight; nothing where they are already."""
    if await is_all_counted(tx):
        return
    past = _Past(Random(3))  # noqa: S311 - for looks
    today, tally = now.astimezone(settings.timezone).date(), Tally()
    calls = [
        call
        for back in range(DAYS, 0, -1)
        for call in past.calls_of(today - timedelta(days=back), settings)
    ]
    for call in calls:
        tally.add_call(call, callers)
        for spell in past.work_on(call):
            tally.add_spell(spell)
    await save_calls(tx, [call_row(call, settings.timezone) for call in calls])
    await tally.save(tx)
    yesterday = [call for call in calls if now - call.start_time < timedelta(days=2)]
    yesterday.sort(key=lambda call: call.start_time)
    await keep_missed(tx, yesterday, Numbers(settings.helpline.region))
    await recounted_until(tx, None)


class _Past:
    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._made = 0

    def calls_of(self, day: date, settings: Settings) -> Iterator[Call]:
        busy = 0.6 if day.weekday() >= 5 else 1.0
        for hour, weight in enumerate(BY_HOUR):
            began = datetime.combine(day, time(hour), settings.timezone).astimezone(UTC)
            for _ in range(round(weight * busy * self._dice.uniform(0.3, 0.7))):
                yield self._call(began + timedelta(seconds=self._dice.randrange(3500)))

    def _call(self, began: datetime) -> Call:
        self._made += 1
        ident = f"callpast{self._made:05}"
        call = Call(
            id=ident,
            linkedids=(f"demo-{ident}",),
            direction=Direction.INBOUND,
            status=CallStatus.ENDED,
            start_time=began,
            end_time=began,
            end_reason=EndReason.COMPLETED,
            caller_id=caller_number(self._dice),
            destination="116",
        )
        kind = self._dice.random()
        if kind < 0.1:
            return self._calls_out(call)
        if kind < 0.22:
            return self._waits(call, Outcome.ABANDONED, None)
        call = self._talks(self._waits(call, Outcome.ANSWERED, self._somebody()))
        return self._is_sent_on(call) if kind > 0.93 else call

    def _somebody(self, but: str | None = None) -> str:
        return self._dice.choice([one.agent_id for one in AGENTS if one.agent_id != but])

    def _waits(self, call: Call, outcome: Outcome, agent_id: str | None) -> Call:
        queue_id = self._dice.choices(sorted(QUEUES), (1, 3))[0]
        joined = call.end_time or call.start_time
        left = joined + timedelta(seconds=self._dice.expovariate(1 / 18))
        visit = Visit(
            queue_id=queue_id,
            joined_at=joined,
            left_at=left,
            outcome=outcome,
            agent_id=agent_id,
            service_level_s=QUEUES[queue_id],
        )
        gave_up: dict[str, Any] = {"end_reason": EndReason.ABANDONED} if agent_id is None else {}
        return replace(
            call,
            visits=(*call.visits, visit),
            queue_id=queue_id,
            agent_id=agent_id,
            end_time=left,
            **gave_up,
        )

    def _talks(self, call: Call) -> Call:
        began = call.end_time or call.start_time
        ended = began + timedelta(seconds=self._dice.triangular(20, 1500, 240))
        holds = call.holds
        if self._dice.random() < 0.15:
            held = began + (ended - began) / 3
            holds = (*holds, Hold(began_at=held, ended_at=held + (ended - began) / 6))
        talk = Talk(agent_id=call.agent_id, began_at=began, ended_at=ended)
        return replace(
            call,
            answer_time=call.answer_time or began,
            end_time=ended,
            holds=holds,
            talks=(*call.talks, talk),
        )

    def _is_sent_on(self, call: Call) -> Call:
        at = call.end_time or call.start_time
        sent_on = Transfer(at=at, kind="blind", agent_id=call.agent_id)
        call = replace(call, transfers=1, sent_on=(sent_on,))
        return self._talks(self._waits(call, Outcome.ANSWERED, self._somebody(call.agent_id)))

    def _calls_out(self, call: Call) -> Call:
        agent_id = self._somebody()
        call = replace(
            call,
            direction=Direction.OUTBOUND,
            caller_id=None,
            destination=call.caller_id,
            agent_id=agent_id,
            placed_by=agent_id,
            end_time=call.start_time + timedelta(seconds=20),
        )
        if self._dice.random() < 0.3:
            return replace(call, end_reason=EndReason.NO_ANSWER)
        return self._talks(call)

    def work_on(self, call: Call) -> Iterator[SpellRow]:
        """Of who talked: free before, and writing up afterwards."""
        for talk in call.talks:
            if talk.agent_id is None or talk.ended_at is None:
                continue
            rung = talk.began_at - timedelta(seconds=self._dice.uniform(2, 8))
            spells = (
                (AgentStatus.AVAILABLE, rung - timedelta(seconds=self._dice.uniform(1, FREE_S))),
                (AgentStatus.RINGING, rung),
                (AgentStatus.ON_CALL, talk.began_at),
                (AgentStatus.WRAP_UP, talk.ended_at),
            )
            ends = (rung, talk.began_at, talk.ended_at, talk.ended_at + timedelta(seconds=10))
            for (status, began), ended in zip(spells, ends, strict=True):
                row = spell_row(
                    talk.agent_id, Spell(status=status, began_at=began, call=call), ended
                )
                if row is not None:
                    yield row
