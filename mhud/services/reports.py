"""Reports that somebody asked for: what may be asked, who sees and gets them, and for how long."""

from __future__ import annotations

import asyncio
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from mhud.clock import Clock, rfc3339
from mhud.config import Settings
from mhud.errors import Code, MhudError, forbidden, kind, not_found
from mhud.ids import new_report_id
from mhud.sealed import SealError
from mhud.services.opened_file import OpenedFile
from mhud.services.report_formats import MEDIA
from mhud.services.report_making import ReportMaker, has_room
from mhud.services.report_names import Names
from mhud.services.report_wish import Wish
from mhud.services.rights import Principal
from mhud.services.tokens import keyed_hash
from mhud.services.trail import Trail
from mhud.store.database import Database, Tx
from mhud.store.reports import COMPLETED, EXPIRED, FAILED, GENERATING, ReportPage, ReportRepository
from mhud.store.reports import Report as Report
from mhud.vault import Vault

log = structlog.get_logger(__name__)
VIEW, CREATE, EXPORT, ALL = "view_reports", "create_reports", "export_data", "system_config"
SIGNATURE_BYTES = 16
RETRY_S = 60
LISTED = timedelta(days=30)  # how long one is still listed whose file is gone
PATH = "/reports/download/"


@dataclass(frozen=True, slots=True)
class Download:
    """As whoever gets the file sees it."""

    filename: str
    mime_type: str


class Reports:
    """Whoever may see reports sees all of them, for they hold the helpline's figures and nobody's
    story. Who asked for one, and who configures the system, deletes it.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        db: Database,
        trail: Trail,
        vault: Vault,
        maker: ReportMaker,
        names: Names,
        key: bytes,
    ) -> None:
        """`key` signs links."""
        self._settings = settings.reports
        self._clock = clock
        self._db = db
        self._trail = trail
        self._vault = vault
        self._maker = maker
        self._names = names
        self._key = key

    async def ask(self, who: Principal, wish: Wish, form: str) -> Report:
        """It will be made.

        Raises MhudError INVALID, RATE_LIMITED, SERVICE_UNAVAILABLE.
        """
        await self._names.check(wish.matter)
        await self._make_sure_of_room()
        estimate = await self._maker.estimate(wish)
        async with self._db.write() as tx:
            if await ReportRepository(tx).waiting_of(who.user_id) >= self._settings.waiting_each:
                raise MhudError(
                    Code.RATE_LIMITED,
                    "too many of your reports wait to be made",
                    retry_after=RETRY_S,
                )
            report = await self.add_in(tx, wish, form, who.user_id, estimate)
            told = {"format": form, "group_by": wish.matter.group_by, **_stretch(wish)}
            await self._trail.record_in(tx, who, "report.create", report.id, "report", **told)
        self._maker.wake()
        return report

    async def add_in(
        self,
        tx: Tx,
        wish: Wish,
        form: str,
        user_id: int,
        estimate: datetime,
        **more: Any,
    ) -> Report:
        """In somebody's transaction, who wakes the maker after it."""
        report = Report(
            id=new_report_id(),
            wish=wish.stored(),
            format=form,
            created_by=user_id,
            created_at=self._clock.now(),
            estimated_completion=estimate,
            **more,
        )
        await ReportRepository(tx).add(report)
        return report

    async def one(self, report_id: str) -> Report:
        """Raises MhudError NOT_FOUND."""
        async with self._db.read() as tx:
            return await _found(tx, report_id)

    async def page(self, limit: int, cursor: str | None) -> ReportPage:
        """Newest first. Raises MhudError INVALID for a cursor that is none of ours."""
        async with self._db.read() as tx:
            return await ReportRepository(tx).page(limit=limit, cursor=cursor)

    async def remove(self, who: Principal, report_id: str) -> None:
        """Stops it where it is being made. Raises MhudError NOT_FOUND, FORBIDDEN."""
        async with self._db.write() as tx:
            report = await _found(tx, report_id)
            if report.created_by != who.user_id and ALL not in who.rights:
                raise forbidden(ALL)
            await ReportRepository(tx).remove(report_id)
            told = {"status": report.status}
            await self._trail.record_in(tx, who, "report.delete", report_id, "report", **told)
        self._maker.cancel(report_id)
        if report.filename is not None:
            await self._forget([report.filename])

    async def open(self, who: Principal, name: str, signature: str) -> OpenedFile:
        """Recorded before a byte is handed out; the caller closes it.

        Raises MhudError FORBIDDEN, NOT_FOUND, GONE, SERVICE_UNAVAILABLE.
        """
        for right in (VIEW, EXPORT):
            if not who.has(right):
                raise forbidden(right)
        report = await self._downloadable(name, signature)
        async with self._db.write() as tx:
            told = {"format": report.format, "bytes": report.size}
            await self._trail.record_in(tx, who, "report.download", report.id, "report", **told)
        try:
            file, reader = await asyncio.to_thread(self._vault.open, report.filename or "")
        except (OSError, SealError) as error:
            log.error("report_not_readable", report_id=report.id, reason=kind(error))
            raise MhudError(Code.SERVICE_UNAVAILABLE, "this file can't be read") from error
        return OpenedFile(Download(name, MEDIA[report.format]), file, reader)

    def link(self, report: Report) -> str | None:
        """Where it can be downloaded, without the host; None while there is no file."""
        if report.status != COMPLETED:
            return None
        return f"{PATH}{name_of(report)}?signature={self._signature(report)}"

    def progress(self, report: Report) -> int:
        """Percents."""
        if report.status == GENERATING:
            return self._maker.progress_of(report.id)
        return 100 if report.status in (COMPLETED, EXPIRED) else 0

    async def tidy(self) -> None:
        """What was kept long enough goes. Raises MhudError SERVICE_UNAVAILABLE, OSError."""
        now = self._clock.now()
        async with self._db.write() as tx:
            store = ReportRepository(tx)
            over = await store.over(now)
            for report in over:
                await store.change(report.id, status=EXPIRED, filename=None)
            await store.forget(now - LISTED)
        await self._forget([one.filename for one in over if one.filename is not None])

    async def _downloadable(self, name: str, signature: str) -> Report:
        report_id, _, form = name.rpartition(".")
        async with self._db.read() as tx:
            report = await _found(tx, report_id)
        if report.format != form or report.status in (GENERATING, FAILED):
            raise not_found("report", "")
        if report.status != COMPLETED:
            raise gone()
        if not hmac.compare_digest(self._signature(report).encode(), signature.encode()):
            raise MhudError(
                Code.FORBIDDEN, "the link is not whole: take download_url from the report's status"
            )
        if report.expires_at is None or report.expires_at <= self._clock.now():
            raise gone()
        return report

    def _signature(self, report: Report) -> str:
        """Of one file: a report that was made again has another."""
        text = f"report {name_of(report)} {report.filename} {report.completed_at}"
        signed = keyed_hash(text, self._key)[:SIGNATURE_BYTES]
        return urlsafe_b64encode(signed).rstrip(b"=").decode()

    async def _forget(self, filenames: Sequence[str]) -> None:
        """What a disk refuses to forget is swept at the next start."""
        try:
            await asyncio.to_thread(self._vault.remove, filenames)
        except OSError as error:
            log.warning("report_not_removed", reason=kind(error))

    async def _make_sure_of_room(self) -> None:
        if not await asyncio.to_thread(has_room, self._vault, self._settings.spare_bytes):
            raise MhudError(Code.SERVICE_UNAVAILABLE, "the disk is full")


def name_of(report: Report) -> str:
    """Of its file, as whoever downloads it sees it."""
    return f"{report.id}.{report.format}"


def gone() -> MhudError:
    return MhudError(Code.GONE, "this report is not kept any more: ask for it again")


async def _found(tx: Tx, report_id: str) -> Report:
    report = await ReportRepository(tx).get(report_id)
    if report is None:
        raise not_found("report", report_id)
    return report


def _stretch(wish: Wish) -> dict[str, str]:
    return {"begin": rfc3339(wish.begin), "end": rfc3339(wish.end)}
