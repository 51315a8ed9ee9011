"""Reports and schedules that are there, without the process that makes them."""

from __future__ import annotations

from datetime import timedelta

from mhud.services import Services
from mhud.services.file_keys import FileKeys
from mhud.services.report_desk import FOLDER
from mhud.services.report_drafts import Draft
from mhud.services.report_schedules import Schedule
from mhud.services.report_times import Every, Period
from mhud.services.report_wish import Matter, wish
from mhud.services.reports import Report
from mhud.store.report_schedules import ScheduleRepository
from mhud.store.reports import COMPLETED, ReportRepository
from mhud.vault import Vault

MATTER = Matter(metrics=("total_calls",), group_by="day", zone="UTC")
DAILY = Draft(
    name="Morning",
    active=True,
    every=Every.DAY,
    at="07:00",
    day=None,
    period=Period.YESTERDAY,
    matter=MATTER,
    format="csv",
    recipients=(),
)
TEXT = b"day,total_calls\r\n2025-03-02,4\r\n"


async def asked(services: Services, user_id: int, form: str = "csv") -> Report:
    """It waits for somebody to make it."""
    now = services.clock.now()
    about = wish(now - timedelta(days=1), now, MATTER)
    async with services.db.write() as tx:
        return await services.reports.reports.add_in(tx, about, form, user_id, now)


async def finished(
    services: Services, user_id: int, ago: timedelta = timedelta()
) -> tuple[Report, str]:
    """It is ready, and has been for so long; with the path of its link."""
    report, now = await asked(services, user_id), services.clock.now() - ago
    filename = f"report_{report.id[-16:]}.csv"
    vault = Vault(
        services.settings.data_dir / FOLDER, await FileKeys.open(services.db, services.clock)
    )
    draft = vault.begin(filename)
    draft.write(TEXT)
    draft.keep(filename)
    async with services.db.write() as tx:
        await ReportRepository(tx).change(
            report.id,
            status=COMPLETED,
            completed_at=now,
            expires_at=now + timedelta(days=7),
            filename=filename,
            size=len(TEXT),
            rows=1,
        )
        ready = await ReportRepository(tx).get(report.id)
    assert ready is not None
    link = services.reports.reports.link(ready)
    assert link is not None
    return ready, link


async def scheduled(services: Services, user_id: int, draft: Draft = DAILY) -> Schedule:
    """It is due tomorrow."""
    now = services.clock.now()
    schedule = Schedule(
        id=f"schedule-{user_id}-{now.timestamp():.0f}",
        **draft.columns(),
        created_by=user_id,
        created_at=now,
        updated_at=now,
        next_at=draft.plan.after(now),
    )
    async with services.db.write() as tx:
        await ScheduleRepository(tx).add(schedule)
    return schedule
