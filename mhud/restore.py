"""What the store remembers, told to the state before Asterisk is asked."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from mhud.live.inputs import NO_FIGURES, AgentThen, Restored
from mhud.store import calls as store
from mhud.store.database import Database


async def restored(db: Database, now: datetime, timezone: ZoneInfo) -> Restored:
    """Open calls, and those that ended in the helpline's day. Raises MhudError."""
    local = now.astimezone(timezone)
    midnight = datetime.combine(local.date(), time(), tzinfo=timezone)
    async with db.read() as tx:
        open_calls = await store.open_calls(tx)
        ended = await store.ended_since(tx, midnight)
        agents = await store.agent_live(tx)
    today = local.date().isoformat()
    return Restored(
        at=now,
        open_calls=open_calls,
        ended_today=ended,
        agents=tuple(
            AgentThen(
                agent_id=row.agent_id,
                status=row.status.value,
                since=row.since,
                figures=row.day_figures if row.day == today else NO_FIGURES,
                help=row.help,
            )
            for row in agents
        ),
    )
