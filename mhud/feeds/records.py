"""What of an event must survive a crash: the call's record, the agent's status and figures.

And what a call leaves to its agents when it is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.feeds.contacts import keep_contacts
from mhud.feeds.counting import Callers
from mhud.feeds.missed import keep_missed
from mhud.feeds.tallies import keep_tallies, look_up, spell_row
from mhud.live.events import (
    AgentEvent,
    AgentStatusChanged,
    CallCorrected,
    CallEnded,
    CallEvent,
    DomainEvent,
    QueueSlaBreach,
)
from mhud.live.model import Agent, Call
from mhud.numbers import Numbers
from mhud.store import calls as store
from mhud.store import tellings
from mhud.store.calls import AgentRow, CallRow
from mhud.store.figures import SpellRow


@dataclass(slots=True)
class Records:
    """Rows to write, the latest of each call and agent; and the calls that are over now.

    And ids of what services told: it stands in the ledger from now on. And what agents did until
    their status changed.
    """

    calls: dict[str, CallRow]
    agents: dict[str, AgentRow]
    over: dict[str, Call]
    told: list[int]
    spells: list[SpellRow]

    @classmethod
    def none(cls) -> Records:
        return cls({}, {}, {}, [], [])

    @classmethod
    def of_telling(cls, ident: int) -> Records:
        return cls({}, {}, {}, [ident], [])

    def update(self, other: Records) -> None:
        """A call that comes again becomes the newest."""
        for call_id, row in other.calls.items():
            self.calls.pop(call_id, None)
            self.calls[call_id] = row
        self.agents.update(other.agents)
        self.over.update(other.over)
        self.told.extend(other.told)
        self.spells.extend(other.spells)

    def trim(self, bound: int) -> None:
        """Forgets the oldest calls and spells above `bound`."""
        del self.spells[:-bound]
        while len(self.calls) > bound:
            forgotten = next(iter(self.calls))
            del self.calls[forgotten]
            self.over.pop(forgotten, None)

    async def save(
        self, tx: AsyncConnection, numbers: Numbers, callers: Callers, *, again: bool
    ) -> None:
        """`again`: a commit of some of this seemed to fail, and may have been kept."""
        over = await look_up(tx, self.over)
        await store.save_calls(tx, tuple(self.calls.values()))
        await store.save_agents(tx, tuple(self.agents.values()))
        await keep_contacts(tx, self.over.values(), numbers)
        await keep_missed(tx, self.over.values(), numbers)
        await keep_tallies(tx, over, self.spells, callers, again=again)
        await tellings.forget(tx, self.told)


def records_of(event: DomainEvent, timezone: ZoneInfo) -> Records:
    """A breach is kept too: it must not be told again after a restart."""
    records = Records.none()
    if isinstance(event, CallEvent | QueueSlaBreach):
        records.calls[event.call.id] = call_row(event.call, timezone)
        if isinstance(event, CallEnded | CallCorrected):
            records.over[event.call.id] = event.call
    elif isinstance(event, AgentEvent):
        records.agents[event.agent.id] = agent_row(event.agent, event.at, timezone)
        if isinstance(event, AgentStatusChanged) and event.spell is not None:
            row = spell_row(event.agent.id, event.spell, event.at)
            records.spells.extend([row] if row else [])
    return records


def call_row(call: Call, timezone: ZoneInfo) -> CallRow:
    return CallRow(
        id=call.id,
        state=store.state_of(call),
        start_time=call.start_time,
        end_time=call.end_time,
        direction=call.direction.value,
        caller_id=call.caller_id,
        destination=call.destination,
        agent_id=call.agent_id,
        queue_id=call.queue_id,
        end_reason=call.end_reason.value if call.end_reason else None,
        merged_into=call.merged_into,
        monitors=call.monitors,
        record=store.encode(call),
        day=_day(call.start_time, timezone),
    )


def agent_row(agent: Agent, at: datetime, timezone: ZoneInfo) -> AgentRow:
    return AgentRow(
        agent_id=agent.id,
        status=agent.status,
        since=agent.since,
        pending=agent.pending_status,
        day=_day(at, timezone),
        day_figures=agent.day,
        help=agent.help,
    )


def _day(at: datetime, timezone: ZoneInfo) -> str:
    return at.astimezone(timezone).date().isoformat()
