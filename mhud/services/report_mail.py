"""Links to scheduled reports, by e-mail: each recipient gets his, and who could not be reached is
tried again for a day. Figures are never in a mail.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import Code, MhudError
from mhud.messages.courier import Courier
from mhud.messages.message import Message
from mhud.services.access import Access
from mhud.services.reached import base_url
from mhud.services.report_wish import Wish
from mhud.services.reports import EXPORT, VIEW, Reports
from mhud.store.database import Database
from mhud.store.report_schedules import ScheduleRepository
from mhud.store.reports import Report, ReportRepository
from mhud.store.users import User

log = structlog.get_logger(__name__)
LOOK_S = 15.0
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 360, 1080))
"""Before the second, third … try."""
_PLACEHOLDER = re.compile(r"{(name|organization|begin|end|link|expires)}")


class ReportMail:
    """`run` is for ever."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        db: Database,
        access: Access,
        courier: Courier,
        reports: Reports,
    ) -> None:
        self._clock = clock
        self._db = db
        self._access = access
        self._courier = courier
        self._reports = reports
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Other settings hold from now on."""
        self._settings = settings

    def require_server(self) -> None:
        """Raises MhudError SERVICE_UNAVAILABLE."""
        if not self._courier.serves("email"):
            text = "no mail server is configured here"
            raise MhudError(Code.SERVICE_UNAVAILABLE, text, reason="no-mail")

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.send_due()
            except MhudError as error:  # the database, which has said so itself
                log.warning("report_mail_waits", reason=error.code.value)
            await self._clock.sleep(LOOK_S)

    async def send_due(self) -> None:
        """Raises MhudError SERVICE_UNAVAILABLE."""
        async with self._db.read() as tx:
            due = await ReportRepository(tx).to_mail(self._clock.now())
        for report in due:
            await self._send(report)

    async def _send(self, report: Report) -> None:
        """To all who are left, and then notes who still is.

        The try is noted first: a disk that refuses must not have them told again and again.
        """
        again = self._again(report)
        if not await self._note(report, mail_at=again, mail_tries=report.mail_tries + 1):
            return
        async with self._db.read() as tx:
            schedule = await ScheduleRepository(tx).get(report.schedule_id or "")
        name = schedule.name if schedule is not None else report.id
        left = [user_id for user_id in report.mail_left or () if self.reader(user_id) is not None]
        offers = [
            self._courier.deliver("email", partial(self._letter, report.id, name, one))
            for one in left
        ]
        sent = await asyncio.gather(*offers)
        missed = [user_id for user_id, done in zip(left, sent, strict=True) if not done]
        await self._note(report, mail_left=missed, mail_at=again if missed else None)
        if missed and again is None:
            log.error("report_mail_given_up", report_id=report.id)
        log.info("report_mailed", report_id=report.id, sent=sum(sent), missed=len(missed))

    async def _note(self, report: Report, **values: Any) -> bool:
        """False when it is gone. Raises MhudError SERVICE_UNAVAILABLE."""
        async with self._db.write() as tx:
            return await ReportRepository(tx).change(report.id, **values)

    def reader(self, user_id: int) -> User | None:
        """Who can open what he is sent; None: he can't (any more), or has no address."""
        user = self._access.known.users.get(user_id)
        if user is None or user.disabled or not user.email:
            return None
        principal = self._access.user_principal(user)
        return user if principal.has(VIEW) and principal.has(EXPORT) else None

    def _again(self, report: Report) -> datetime | None:
        """When the next try is due; None: this is the last one."""
        if report.mail_tries >= len(PAUSES):
            return None
        return self._clock.now() + PAUSES[report.mail_tries]

    async def _letter(self, report_id: str, name: str, user_id: int) -> Message | None:
        """When its turn has come; None when it is of no use any more."""
        async with self._db.read() as tx:
            report = await ReportRepository(tx).get(report_id)
        user = self.reader(user_id)
        link = None if report is None else self._reports.link(report)
        if report is None or link is None or user is None or user.email is None:
            return None
        filled = {
            **self._stretch(report),
            "name": name,
            "link": base_url(self._settings.http) + link,
        }
        texts = self._settings.reports.subject, self._settings.reports.text
        subject, text = (_PLACEHOLDER.sub(lambda at: filled[at[1]], one) for one in texts)
        return Message(kind="email", to=user.email, subject=subject, text=text)

    def _stretch(self, report: Report) -> dict[str, str]:
        """In days and times of the report's own zone; the end is what still belongs to it."""
        wish = Wish.of(report.wish)
        zone = ZoneInfo(wish.matter.zone)
        last = wish.end - timedelta(seconds=1)
        instants = {"begin": wish.begin, "end": last, "expires": report.expires_at or last}
        shown = {name: f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for name, at in instants.items()}
        return {**shown, "organization": self._settings.helpline.organization}
