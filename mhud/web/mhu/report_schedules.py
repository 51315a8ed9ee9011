"""Reports that are made by a schedule: `/api/v1/reports/schedules`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiohttp import web

from mhud.errors import invalid
from mhud.services.metrics import METRICS
from mhud.services.report_drafts import Draft
from mhud.services.report_schedules import Schedule
from mhud.services.report_wish import Matter, zone_named
from mhud.services.reports import CREATE, VIEW
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.report_models import (
    NewSchedule,
    RemovedSchedule,
    ScheduleChange,
    ScheduleObject,
    Schedules,
)
from mhud.web.versions import versioned

OF_MATTER = {"queues", "agents", "metrics", "group_by", "time_zone"}
MAY_BE_NULL = {"day", "queues", "agents", "metrics"}


@mhu.get("/reports/schedules", right=VIEW)
async def list_schedules(ctx: Context) -> Schedules:
    """Oldest first."""
    found = await ctx.services.reports.schedules.all()
    return Schedules(schedules=[_object(one) for one in found], total=len(found))


@mhu.post("/reports/schedules", right=CREATE, status=201)
async def create_schedule(ctx: Context, body: NewSchedule) -> ScheduleObject | web.Response:
    """Have a report made again and again, and its link mailed. What is missed is made up for once.

    The time is the clock's of the time zone: one that the change of clocks leaves out comes that
    much later, one that it repeats is taken the first time.
    """
    made = await ctx.services.reports.schedules.add(ctx.principal, _draft(ctx, body))
    return versioned(_object(made), made.version, status=201)


@mhu.get("/reports/schedules/{schedule_id}", right=VIEW)
async def one_schedule(ctx: Context, schedule_id: str) -> ScheduleObject | web.Response:
    """One of them."""
    found = await ctx.services.reports.schedules.one(schedule_id)
    return versioned(_object(found), found.version)


@mhu.put("/reports/schedules/{schedule_id}", right=CREATE, versions=True)
async def update_schedule(
    ctx: Context, schedule_id: str, body: ScheduleChange
) -> ScheduleObject | web.Response:
    """Whoever made it may, and who has `system_config`. Honors If-Match."""
    schedules = ctx.services.reports.schedules
    before = await schedules.one(schedule_id)
    changes = _changes(ctx, before, body.sent())
    found = await schedules.change(ctx.principal, schedule_id, changes, ctx.if_match)
    return versioned(_object(found), found.version)


@mhu.delete("/reports/schedules/{schedule_id}", right=CREATE)
async def delete_schedule(ctx: Context, schedule_id: str) -> RemovedSchedule:
    """Reports that it has made stay as long as others. Rights as for a change."""
    await ctx.services.reports.schedules.remove(ctx.principal, schedule_id)
    return RemovedSchedule(schedule_id=schedule_id)


def _draft(ctx: Context, body: NewSchedule) -> Draft:
    """Raises MhudError INVALID."""
    given = [ctx.principal.user_id] if body.recipients is None else body.recipients
    matter = Matter(
        metrics=tuple(body.metrics or METRICS),
        group_by=body.group_by,
        zone=zone_named(body.time_zone, ctx.services.settings.timezone),
        queues=tuple(body.queues) if body.queues else None,
        agents=tuple(body.agents) if body.agents else None,
    )
    return Draft(
        name=body.name,
        active=body.active,
        every=body.every,
        at=body.at,
        day=body.day,
        period=body.period,
        matter=matter,
        format=body.format,
        recipients=tuple(given),
    )


def _changes(ctx: Context, before: Schedule, sent: dict[str, Any]) -> dict[str, Any]:
    """Fields of Draft. Raises MhudError INVALID."""
    for name, value in sent.items():
        if value is None and name not in MAY_BE_NULL:
            raise invalid(name, "can't be cleared")
    changes = {name: _kept(value) for name, value in sent.items() if name not in OF_MATTER}
    told = {name: _kept(value) for name, value in sent.items() if name in OF_MATTER}
    if "time_zone" in told:
        told["zone"] = zone_named(told.pop("time_zone"), ctx.services.settings.timezone)
    if "metrics" in told:
        told["metrics"] = told["metrics"] or tuple(METRICS)
    return {**changes, "matter": replace(Matter.of(before.wish), **told)}


def _kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _object(schedule: Schedule) -> ScheduleObject:
    told = {name: getattr(schedule, name, None) for name in ScheduleObject.model_fields}
    return ScheduleObject.model_validate({**told, **_of_matter(schedule)})


def _of_matter(schedule: Schedule) -> dict[str, Any]:
    return {name: schedule.wish[name] for name in ("queues", "agents", "metrics", "group_by")}
