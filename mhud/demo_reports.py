"""A report that the demo's supervisor gets each morning; the first one as soon as it starts."""

from __future__ import annotations

from datetime import datetime

from mhud.config import Settings
from mhud.services.metrics import METRICS
from mhud.services.report_drafts import Draft
from mhud.services.report_times import Every, Period
from mhud.services.report_wish import Matter
from mhud.store.database import Tx
from mhud.store.report_schedules import Schedule, ScheduleRepository

SCHEDULE_ID = "schedule123456"


async def seed_reports(tx: Tx, settings: Settings, now: datetime, supervisor_id: int) -> None:
    """Due at once, as if it had been missed; nothing where it is there already."""
    store = ScheduleRepository(tx)
    if await store.get(SCHEDULE_ID) is not None:
        return
    draft = Draft(
        name="The last seven days",
        active=True,
        every=Every.DAY,
        at="07:00",
        day=None,
        period=Period.LAST_7_DAYS,
        matter=Matter(metrics=tuple(METRICS), group_by="day", zone=str(settings.timezone)),
        format="xlsx",
        recipients=(supervisor_id,),
    )
    schedule = Schedule(
        id=SCHEDULE_ID,
        **draft.columns(),
        created_by=supervisor_id,
        created_at=now,
        updated_at=now,
        next_at=now,
    )
    await store.add(schedule)
