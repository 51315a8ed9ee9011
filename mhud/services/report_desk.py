"""All that one may do about reports, and what makes and mails them."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog

from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import MhudError, kind
from mhud.live.state import LiveState
from mhud.messages.courier import Courier
from mhud.services.access import Access
from mhud.services.file_keys import FileKeys
from mhud.services.report_jobs import Runner
from mhud.services.report_mail import ReportMail
from mhud.services.report_making import ReportMaker
from mhud.services.report_names import Names
from mhud.services.report_schedules import Schedules
from mhud.services.reports import Reports
from mhud.services.tokens import keyed_hash
from mhud.services.trail import Trail
from mhud.store.database import Database
from mhud.store.reports import ReportRepository
from mhud.vault import Vault

log = structlog.get_logger(__name__)
FOLDER = "reports"  # in the data directory
KEY_FOR = "links to reports"
WORK = "work-*"  # folders of processes that were killed
TIDY_S = 3600.0


@dataclass(frozen=True, slots=True)
class ReportDesk:
    reports: Reports
    schedules: Schedules
    maker: ReportMaker
    mail: ReportMail
    clock: Clock

    @classmethod
    async def open(
        cls,
        settings: Settings,
        clock: Clock,
        db: Database,
        access: Access,
        trail: Trail,
        courier: Courier,
        live: LiveState,
    ) -> Self:
        """Sweeps first. Raises MhudError SERVICE_UNAVAILABLE, OSError."""
        folder = settings.data_dir / FOLDER
        vault = Vault(folder, await FileKeys.open(db, clock))
        await _sweep(db, vault)
        key = keyed_hash(KEY_FOR, access.api_key_key)
        maker = ReportMaker(settings, clock, db, vault, Runner(settings.reports.longest_s), live)
        names = Names(db, live, access)
        reports = Reports(settings, clock, db, trail, vault, maker, names, key)
        mail = ReportMail(settings, clock, db, access, courier, reports)
        schedules = Schedules(clock, db, access, trail, reports, maker, mail, names)
        return cls(reports, schedules, maker, mail, clock)

    async def run(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as tasks:
            for part in (self.maker, self.schedules, self.mail):
                tasks.create_task(part.run())
            tasks.create_task(self._tidy())

    async def _tidy(self) -> None:
        while True:
            try:
                await self.reports.tidy()
            except MhudError as error:  # the database, which has said so itself
                log.warning("reports_not_tidied", reason=error.code.value)
            await self.clock.sleep(TIDY_S)


async def _sweep(db: Database, vault: Vault) -> None:
    """Files without rows go, and rows whose files are gone say so. Raises MhudError, OSError."""
    async with db.read() as tx:
        known = await ReportRepository(tx).filenames()
    swept, foreign = await asyncio.to_thread(vault.sweep, known)
    if swept or foreign:
        log.warning("reports_swept", files=swept, of_another_database=foreign)
    await asyncio.to_thread(_remove_work, vault.folder)
    missing = known - set(await asyncio.to_thread(lambda: list(vault.names())))
    if missing:
        async with db.write() as tx:
            await ReportRepository(tx).lost(missing)


def _remove_work(folder: Path) -> None:
    """What spreadsheets were made of when their process was killed."""
    for path in folder.glob(WORK):
        try:
            shutil.rmtree(path)
        except OSError as error:
            log.warning("report_not_removed", reason=kind(error))
