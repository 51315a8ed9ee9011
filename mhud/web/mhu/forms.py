"""What forms of pages offer: `/forms`, of the settings, and who serves a queue."""

from __future__ import annotations

from pydantic import BaseModel

from mhud.live.model import AgentStatus
from mhud.services.queue_settings import STRATEGIES
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu


class Choices(BaseModel):
    """`queue_file` false: mhud has no file of queues.conf, and strategy, announcement, music,
    max_callers and ring_seconds of a queue can't be changed here.
    """

    break_reasons: list[str]
    strategies: list[str]
    announcements: list[str]
    music_on_hold: list[str]
    queue_file: bool
    timezone: str
    organization: str


class QueueMember(BaseModel):
    """`membership` static: queues.conf names him. `paused`: in this queue."""

    agent_id: str
    name: str
    status: AgentStatus
    membership: str
    penalty: int
    paused: bool
    paused_reason: str | None


class QueueMembers(BaseModel):
    """`configured`: agents who join when they log in, whether they are here now or not."""

    queue_id: str
    members: list[QueueMember]
    configured: list[str]


@mhu.get("/forms", right=())
async def choices(ctx: Context) -> Choices:
    """What may be chosen: reasons of breaks, strategies and tables of the settings."""
    settings = ctx.services.agents.settings
    asterisk = ctx.services.settings.asterisk
    return Choices(
        break_reasons=list(settings.reason_codes),
        strategies=list(STRATEGIES),
        announcements=sorted(asterisk.announcements),
        music_on_hold=sorted(asterisk.music_on_hold),
        queue_file=asterisk.queue_include is not None,
        timezone=settings.timezone.key,
        organization=settings.helpline.organization,
    )


@mhu.get("/queues/{queue_id}/members", right=("view_queues", "manage_queues"))
async def queue_members(ctx: Context, queue_id: str) -> QueueMembers:
    """Who serves a queue now, and who is to. Changed by `PUT /agents/{agent_id}`."""
    queue, agents = ctx.services.queues.one(queue_id), ctx.services.pump.live.agents
    members = [
        QueueMember(
            agent_id=one.agent_id,
            name=agents[one.agent_id].profile.name,
            status=agents[one.agent_id].status,
            membership=one.membership,
            penalty=one.penalty,
            paused=one.paused,
            paused_reason=one.paused_reason or None,
        )
        for one in queue.members.values()
    ]
    configured = sorted(one.id for one in agents.values() if queue_id in one.profile.queues)
    members.sort(key=lambda one: one.agent_id)
    return QueueMembers(queue_id=queue_id, members=members, configured=configured)
