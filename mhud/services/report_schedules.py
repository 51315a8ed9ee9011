"""Reports that are made by a schedule, and whose links are mailed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from mhud.clock import Clock
from mhud.errors import MhudError, conflict, forbidden, invalid, kind, not_found
from mhud.ids import new_report_schedule_id
from mhud.services.access import Access
from mhud.services.report_drafts import Draft, draft_of
from mhud.services.report_mail import ReportMail
from mhud.services.report_making import ReportMaker
from mhud.services.report_names import Names
from mhud.services.report_times import stretch
from mhud.services.report_wish import Wish
from mhud.services.reports import ALL, CREATE, Reports
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.services.versions import Versions, require_version
from mhud.store.database import Database, Tx
from mhud.store.report_schedules import Schedule as Schedule
from mhud.store.report_schedules import ScheduleRepository

log = structlog.get_logger(__name__)
LOOK_S = 15.0
MOST = 100  # of all
TIMING = ("every", "at", "day", "time_zone", "active")


class Schedules:
    """Seen by all who may see reports; changed by who made them, and who configures the system."""

    def __init__(
        self,
        clock: Clock,
        db: Database,
        access: Access,
        trail: Trail,
        reports: Reports,
        maker: ReportMaker,
        mail: ReportMail,
        names: Names,
    ) -> None:
        self._clock = clock
        self._db = db
        self._access = access
        self._trail = trail
        self._reports = reports
        self._maker = maker
        self._mail = mail
        self._names = names

    async def all(self) -> Sequence[Schedule]:
        """Oldest first."""
        async with self._db.read() as tx:
            return await ScheduleRepository(tx).all()

    async def one(self, ident: str) -> Schedule:
        """Raises MhudError NOT_FOUND."""
        async with self._db.read() as tx:
            return await _found(tx, ident)

    async def add(self, who: Principal, draft: Draft) -> Schedule:
        """Raises MhudError INVALID, FORBIDDEN, CONFLICT, SERVICE_UNAVAILABLE."""
        await self._check(draft)
        now = self._clock.now()
        schedule = Schedule(
            id=new_report_schedule_id(),
            **draft.columns(),
            created_by=who.user_id,
            created_at=now,
            updated_at=now,
            next_at=draft.plan.after(now) if draft.active else None,
        )
        async with self._db.write() as tx:
            if await ScheduleRepository(tx).count() >= MOST:
                raise conflict(f"there are {MOST} schedules already")
            await ScheduleRepository(tx).add(schedule)
            await self._record(tx, who, "create", schedule)
        return schedule

    async def change(
        self, who: Principal, ident: str, changes: dict[str, Any], versions: Versions = None
    ) -> Schedule:
        """`changes`: fields of Draft. Raises MhudError as `add`, and NOT_FOUND, PRECONDITION."""
        async with self._db.read() as tx:
            before = await self._own(tx, who, ident)
        known = draft_of(before)
        draft = replace(known, **changes)
        if draft != replace(known, active=False):  # at rest it reaches nobody, whoever has left
            await self._check(draft)
        now, values = self._clock.now(), draft.columns()
        if any(getattr(before, name) != values[name] for name in TIMING):
            values["next_at"] = draft.plan.after(now) if draft.active else None
        async with self._db.write() as tx:
            current = await self._own(tx, who, ident)
            require_version(versions, current.version, "schedule")
            if current.version != before.version:
                raise conflict("it was changed meanwhile")
            await ScheduleRepository(tx).change(current, **values, problem=None, updated_at=now)
            await self._record(tx, who, "update", current)
            return await _found(tx, ident)

    async def remove(self, who: Principal, ident: str) -> None:
        """Reports that it made stay. Raises MhudError NOT_FOUND, FORBIDDEN."""
        async with self._db.write() as tx:
            schedule = await self._own(tx, who, ident)
            await ScheduleRepository(tx).remove(ident)
            await self._record(tx, who, "delete", schedule)

    async def run(self) -> None:
        """For ever: asks for what is due."""
        while True:
            try:
                await self.ask_due()
            except MhudError as error:  # the database, which has said so itself
                log.warning("schedules_wait", reason=error.code.value)
            await self._clock.sleep(LOOK_S)

    async def ask_due(self) -> None:
        """What was missed while nobody looked is asked for once. Raises MhudError."""
        now = self._clock.now()
        async with self._db.read() as tx:
            due = await ScheduleRepository(tx).due(now)
        for schedule in due:
            try:
                await self._ask(schedule, now)
            except (KeyError, ValueError) as error:  # a zone, say, that this machine does not know
                log.exception("schedule_not_understood", reason=kind(error))
                await self._stop(schedule, "not-understood")

    async def _ask(self, schedule: Schedule, now: datetime) -> None:
        """The report and the schedule's next time in one transaction: never twice, never not."""
        draft = draft_of(schedule)
        due = draft.plan.latest(schedule.next_at or now, now)
        begin, end = stretch(draft.period, due, draft.plan.zone)
        wish = Wish(begin=begin, end=end, matter=draft.matter)
        estimate = await self._maker.estimate(wish)
        async with self._db.write() as tx:
            store = ScheduleRepository(tx)
            current = await store.get(schedule.id)
            if current is None or current.next_at != schedule.next_at:
                return  # somebody changed it just now
            if not self._may_still(schedule):
                await self._stop_in(tx, schedule, "maker-may-not")
                return
            report = await self._reports.add_in(
                tx,
                wish,
                schedule.format,
                schedule.created_by,
                estimate,
                schedule_id=schedule.id,
                mail_left=list(schedule.recipients),
            )
            following = draft.plan.after(now)
            told = {"next_at": following, "last_at": now, "last_report_id": report.id}
            await store.note(schedule.id, **told)
        self._maker.wake()

    async def _stop(self, schedule: Schedule, problem: str) -> None:
        async with self._db.write() as tx:
            await self._stop_in(tx, schedule, problem)

    async def _stop_in(self, tx: Tx, schedule: Schedule, problem: str) -> None:
        stopped = {"active": False, "next_at": None, "problem": problem}
        await ScheduleRepository(tx).note(schedule.id, **stopped)
        log.warning("schedule_stopped", schedule_id=schedule.id, problem=problem)

    def _may_still(self, schedule: Schedule) -> bool:
        """Whoever made it answers for what it shows."""
        user = self._access.known.users.get(schedule.created_by)
        if user is None or user.disabled:
            return False
        return self._access.user_principal(user).has(CREATE)

    async def _check(self, draft: Draft) -> None:
        """Raises MhudError INVALID, SERVICE_UNAVAILABLE where no mail can be sent."""
        draft.check()
        for user_id in draft.recipients:
            if self._mail.reader(user_id) is None:
                reason = "each must be a user with an e-mail address, view_reports and export_data"
                raise invalid("recipients", reason)
        await self._names.check(draft.matter)
        if draft.recipients:
            self._mail.require_server()

    async def _own(self, tx: Tx, who: Principal, ident: str) -> Schedule:
        schedule = await _found(tx, ident)
        if schedule.created_by != who.user_id and ALL not in who.rights:
            raise forbidden(ALL)
        return schedule

    async def _record(self, tx: Tx, who: Principal, deed: str, schedule: Schedule) -> None:
        action = f"report.schedule.{deed}"
        await self._trail.record_in(tx, who, action, schedule.id, "schedule", every=schedule.every)


async def _found(tx: Tx, ident: str) -> Schedule:
    """Raises MhudError NOT_FOUND."""
    schedule = await ScheduleRepository(tx).get(ident)
    if schedule is None:
        raise not_found("schedule", ident)
    return schedule
