"""Queue Management of the MHU document."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from zoneinfo import ZoneInfo

from aiohttp import web

from mhud.feeds.objects import queue_object
from mhud.live.model import AgentStatus, Queue
from mhud.services import Services
from mhud.services.polled import Page
from mhud.services.rights import Principal
from mhud.services.today import SLOT_S, Day, nothing, opening
from mhud.web.answer import dump
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.models import (
    QueueChange,
    QueueChanged,
    QueueList,
    QueueObject,
    QueueStats,
)
from mhud.web.mhu.today_models import QueuesToday, QueueToday, TodaysCurve
from mhud.web.versions import versioned


@mhu.polled("/queues/stats", right="view_queues", answers=QueueStats)
def queue_statistics(services: Services, _principal: Principal) -> Page:
    """Who waits now, who is free, and how well today's callers were served."""

    def build() -> bytes:
        return dump({"queues": [_now(services, queue) for queue in services.queues.all()]})

    return services.queues.polled.get("all", build)


@mhu.get("/queues", right="view_queues")
async def all_queues(ctx: Context) -> QueueList:
    """All queues, by id."""
    queues = [_queue(ctx, queue) for queue in ctx.services.queues.all()]
    return QueueList(queues=queues, total=len(queues))


@mhu.get("/queues/today", right="view_queues", etag=True)
async def queues_today(ctx: Context) -> QueuesToday:
    """What each quarter of an hour brought to each queue since midnight."""
    queues = ctx.services.queues
    day = await queues.today.day()
    zone = ctx.services.settings.timezone
    return QueuesToday(
        date=day.date,
        timezone=zone.key,
        slot_seconds=SLOT_S,
        starts=list(day.starts),
        queues=[_today(one, day, zone) for one in queues.all()],
        total=TodaysCurve(**asdict(day.total)),
    )


@mhu.get("/queues/{queue_id}", right="view_queues")
async def one_queue(ctx: Context, queue_id: str) -> QueueObject | web.Response:
    """One queue; its ETag is the version of its settings, for If-Match."""
    queue = ctx.services.queues.one(queue_id)
    return versioned(_queue(ctx, queue), ctx.services.queues.version(queue_id))


@mhu.put("/queues/{queue_id}", right="manage_queues", versions=True)
async def update_queue(
    ctx: Context, queue_id: str, body: QueueChange
) -> QueueChanged | web.Response:
    """Changes settings in Asterisk and here; answers when Asterisk holds them. Honors If-Match."""
    sent = body.model_dump(include=set(body.model_fields_set))
    update = await ctx.services.queues.update(ctx.principal, queue_id, sent, ctx.if_match)
    changed = QueueChanged(
        queue_id=queue_id,
        updated_fields=list(update.updated_fields),
        verified=list(update.verified),
    )
    return versioned(changed, update.version)


def _today(queue: Queue, day: Day, zone: ZoneInfo) -> QueueToday:
    opens_at, closes_at = opening(queue.profile.operating_hours, day.date, zone)
    curve = day.queues.get(queue.id, nothing(len(day.starts)))
    return QueueToday(
        id=queue.id, name=queue.name, opens_at=opens_at, closes_at=closes_at, **asdict(curve)
    )


def _now(services: Services, queue: Queue) -> dict[str, object]:
    live = services.pump.live
    figures = live.figures(queue.id)
    return {
        "id": queue.id,
        "name": queue.name,
        "calls_waiting": len(queue.waiting),
        "longest_wait_time": queue.longest_wait_s(live.now),
        "average_wait_time": figures.average_wait_time,
        "available_agents": live.available_agents(queue.id),
        "agents": _statuses(services, queue),
        "handled_today": figures.handled_today,
        "abandoned_today": figures.abandoned_today,
        "sla_today": figures.sla_today,
        "sla_current": figures.sla_current,
        "sla": asdict(figures.sla),
    }


def _statuses(services: Services, queue: Queue) -> dict[str, int]:
    agents = services.pump.live.agents
    serving = {member.agent_id for member in queue.members.values()}
    counted = Counter(agents[agent_id].status for agent_id in serving)
    return {status.value: counted[status] for status in AgentStatus}


def _queue(ctx: Context, queue: Queue) -> QueueObject:
    live = ctx.services.pump.live
    return QueueObject.model_validate(queue_object(queue, live.figures(queue.id), live.now))
