"""Reports are made one after the other, each in a process of its own, and after a restart again."""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from mhud.clock import Clock, rfc3339
from mhud.config import Settings
from mhud.errors import MhudError, kind
from mhud.live.state import LiveState
from mhud.services.report_figures import formulas_of, rows_to_read
from mhud.services.report_jobs import Job, Made, NotMadeError, Runner, asked
from mhud.services.report_wish import Wish
from mhud.services.tellings import Telling, tell
from mhud.store.database import Database
from mhud.store.reports import COMPLETED, FAILED, Report, ReportRepository
from mhud.vault import Vault

log = structlog.get_logger(__name__)
TRIES = 5  # that are begun; one that takes the daemon down each time must end
PAUSE_S = 10.0  # after a failure that may pass, and while the database refuses
LOOK_S = 60.0  # without being woken
START_S = 2.0  # what any report takes
ROWS_PER_S = 100_000.0  # that are read, until there is better knowledge
WEIGHT = 0.3  # of what was measured last


class ReportMaker:
    """`run` is for ever; `wake` says that there is something to do."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        db: Database,
        vault: Vault,
        runner: Runner,
        live: LiveState,
    ) -> None:
        self._settings = settings.reports
        self._data_dir = settings.data_dir
        self._region = settings.helpline.region
        self._clock = clock
        self._db = db
        self._vault = vault
        self.runner = runner
        self._live = live
        self._wanted = asyncio.Event()
        self._current: str | None = None
        self._percent = 0
        self._rows_per_s = ROWS_PER_S

    @property
    def current(self) -> str | None:
        """The report that is being made."""
        return self._current

    def wake(self) -> None:
        self._wanted.set()

    def cancel(self, report_id: str) -> None:
        """Its row is gone already; what is being made of it is not wanted any more."""
        if report_id == self._current:
            self.runner.kill()

    def progress_of(self, report_id: str) -> int:
        """Percents; 0 for one that waits."""
        return self._percent if report_id == self._current else 0

    async def estimate(self, wish: Wish) -> datetime:
        """When it will be ready, if it is asked for now: those before it are made first."""
        now = self._clock.now()
        async with self._db.read() as tx:
            rows = await rows_to_read(tx, asked(wish, {}))
            waiting = await ReportRepository(tx).waiting()
        begins = max([now, *(one.estimated_completion for one in waiting)])
        return begins + timedelta(seconds=START_S + rows / self._rows_per_s)

    async def run(self) -> None:
        """For ever."""
        while True:
            self._wanted.clear()
            try:
                while (report := await self._next()) is not None:
                    await self._make(report)
            except MhudError as error:  # the database, which has said so itself
                log.warning("report_waits", reason=error.code.value)
                await self._clock.sleep(PAUSE_S)
                continue
            await self._rest()

    async def _rest(self) -> None:
        """Until woken, or it is time to look."""
        sleep = asyncio.ensure_future(self._clock.sleep(LOOK_S))
        woken = asyncio.ensure_future(self._wanted.wait())
        try:
            await asyncio.wait((sleep, woken), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            woken.cancel()

    async def _next(self) -> Report | None:
        async with self._db.read() as tx:
            waiting = await ReportRepository(tx).waiting()
        return waiting[0] if waiting else None

    async def _make(self, report: Report) -> None:
        """Raises MhudError when the database refuses to hear how it went."""
        if report.tries >= TRIES:
            await self._fail(report, "interrupted")
            return
        async with self._db.write() as tx:
            if not await ReportRepository(tx).change(report.id, tries=report.tries + 1):
                return
        self._current, self._percent = report.id, 0
        try:
            await self._try(report)
        except NotMadeError as error:
            await self._not_made(report, error)
        except MhudError:
            raise
        except Exception as error:  # whatever it is: no call may end because of a report
            log.exception("report_failed_unplanned", report_id=report.id, reason=kind(error))
            await self._fail(report, "unplanned")
        finally:
            self._current = None

    async def _try(self, report: Report) -> None:
        """Raises NotMadeError, MhudError."""
        filename = f"report_{secrets.token_hex(8)}.{report.format}"
        if not await asyncio.to_thread(has_room, self._vault, self._settings.spare_bytes):
            raise NotMadeError("disk-full", again=False)
        wish, began = Wish.of(report.wish), self._clock.monotonic()
        formulas = formulas_of(self._live)
        async with self._db.read() as tx:
            rows = await rows_to_read(tx, asked(wish, formulas))
        job = Job(
            report_id=report.id,
            database=str(self._db.path),
            key=None if self._db.key is None else self._db.key.digits,
            folder=str(self._vault.folder),
            filename=filename,
            format=report.format,
            wish=report.wish,
            formulas=formulas,
            made_at=rfc3339(self._clock.now()),
            data_dir=str(self._data_dir),
            region=self._region,
        )
        kept = False
        try:
            made = await self.runner.make(job, self._note)
            kept = await self._keep(report, filename, made)
        finally:
            if not kept:
                await self._drop(filename)
        self._learn(rows, self._clock.monotonic() - began)

    async def _keep(self, report: Report, filename: str, made: Made) -> bool:
        """Whether it is still wanted. The row, and what the world is told: both, or neither."""
        now = self._clock.now()
        expires = now + timedelta(days=self._settings.keep_days)
        mail = now if report.mail_left else None
        async with self._db.write() as tx:
            wanted = await ReportRepository(tx).change(
                report.id,
                status=COMPLETED,
                completed_at=now,
                expires_at=expires,
                filename=filename,
                size=made.size,
                rows=made.rows,
                mail_at=mail,
            )
            if wanted:
                told = {
                    "report_id": report.id,
                    "status": COMPLETED,
                    "format": report.format,
                    "rows": made.rows,
                    "size": made.size,
                    "expires_at": rfc3339(expires),
                    "schedule_id": report.schedule_id,
                }
                await tell(tx, Telling(type="report.completed", at=now, object=told))
        log.info("report_made", report_id=report.id, rows=made.rows, bytes=made.size)
        return wanted

    async def _not_made(self, report: Report, error: NotMadeError) -> None:
        """Raises MhudError."""
        log.warning("report_not_made", report_id=report.id, reason=error.reason)
        if not error.again:
            await self._fail(report, error.reason)
            return
        async with self._db.read() as tx:
            wanted = await ReportRepository(tx).get(report.id)
        if wanted is not None:
            await self._clock.sleep(PAUSE_S)

    async def _fail(self, report: Report, problem: str) -> None:
        """Raises MhudError."""
        values = {"status": FAILED, "problem": problem, "completed_at": self._clock.now()}
        async with self._db.write() as tx:
            await ReportRepository(tx).change(report.id, **values, mail_left=None)

    async def _drop(self, filename: str) -> None:
        """What a disk refuses to forget is swept at the next start."""
        try:
            await asyncio.to_thread(self._vault.remove, [filename, filename + ".part"])
        except OSError as error:
            log.warning("report_not_removed", reason=kind(error))

    def _note(self, percent: int) -> None:
        self._percent = percent

    def _learn(self, rows: int, took_s: float) -> None:
        """Only of one that was long enough to tell."""
        if took_s > 2 * START_S and rows:
            measured = rows / (took_s - START_S)
            self._rows_per_s += WEIGHT * (measured - self._rows_per_s)


def has_room(vault: Vault, spare_bytes: int) -> bool:
    """Calls must be recorded when files no longer fit. Blocks; a disk that refuses has none."""
    try:
        Path(vault.folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        return vault.free_bytes() > spare_bytes
    except OSError as error:
        log.error("reports_disk_refused", reason=kind(error))
        return False
