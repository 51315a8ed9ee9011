"""Reports of calls: asked for, waited for, downloaded. Every method raises ClientError."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

from mhud.client.errors import ClientError
from mhud.client.http import MHU, Ask, Http
from mhud.web.mhu.report_models import (
    AskedReport,
    CallReport,
    ListedReport,
    ListedReports,
    RemovedReport,
    ReportQuery,
    ReportStatus,
)

REPORTS = f"{MHU}/reports"
EVERY_S = 1.0
OVER = ("completed", "failed", "expired")


class ReportFailed(ClientError):
    """`status.problem` says why."""

    def __init__(self, status: ReportStatus) -> None:
        super().__init__(f"report {status.report_id} is {status.status}: {status.problem}")
        self.status = status


class Reports:
    def __init__(self, http: Http) -> None:
        self._http = http

    async def ask(self, wish: CallReport, *, key: str | None = None) -> AskedReport:
        return await self._http.post(AskedReport, f"{REPORTS}/calls", wish, key=key)

    async def status(self, report_id: str) -> ReportStatus:
        return await self._http.get(ReportStatus, _path(report_id) + "/status")

    async def one(self, report_id: str) -> ListedReport:
        """With what was asked."""
        return await self._http.get(ListedReport, _path(report_id))

    async def page(self, query: ReportQuery | None = None) -> ListedReports:
        """Newest first."""
        return await self._http.get(ListedReports, REPORTS, query)

    async def delete(self, report_id: str) -> RemovedReport:
        return await self._http.delete(RemovedReport, _path(report_id))

    async def finished(self, report_id: str) -> ReportStatus:
        """Looks once a second. Raises ReportFailed too."""
        while True:
            status = await self.status(report_id)
            if status.status == "completed":
                return status
            if status.status in OVER:
                raise ReportFailed(status)
            await self._http.clock.sleep(EVERY_S)

    async def download(self, status: ReportStatus) -> bytes:
        """The file of a completed one. Raises ReportFailed too."""
        if status.download_url is None:
            raise ReportFailed(status)
        link = urlsplit(status.download_url)  # its host may be how browsers reach mhud
        ask = Ask(method="GET", path=link.path, query=dict(parse_qsl(link.query)))
        return await self._http.send(ask)


def _path(report_id: str) -> str:
    return f"{REPORTS}/{quote(report_id, safe='')}"
