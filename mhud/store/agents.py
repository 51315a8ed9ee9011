"""The roster: people with phones, out of the table of users."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.live.model import AgentProfile
from mhud.store.schema import users


async def roster(tx: AsyncConnection) -> tuple[AgentProfile, ...]:
    """Everybody with an agent id who is not disabled, by agent id."""
    wanted = users.c.agent_id.is_not(None), users.c.disabled.is_(False)
    rows = await tx.execute(select(users).where(*wanted).order_by(users.c.agent_id))
    return tuple(_profile(row) for row in rows)


def _profile(row: Row[Any]) -> AgentProfile:
    return AgentProfile(
        id=row.agent_id,
        name=row.name,
        interface=row.interface or f"PJSIP/{row.agent_id}",
        username=row.username,
        email=row.email,
        extension=row.extension,
        roles=_roles(row.role),
        skills=dict(row.skills or {}),
        queues=tuple(row.queues or ()),
    )


def _roles(role: str) -> tuple[str, ...]:
    """The MHU document calls an operator `agent`, and whoever has a phone is one."""
    return ("agent",) if role == "operator" else ("agent", role)
