"""`/reports/download/{name}`: the file of a report. Outside both dialects, as in the document."""

from __future__ import annotations

from aiohttp import web
from pydantic import Field

from mhud.services.reports import EXPORT
from mhud.web.context import Context
from mhud.web.download import download
from mhud.web.mhu.dialect import beside
from mhud.web.route import Wire

STALL_S = 30.0


class DownloadQuery(Wire):
    """`signature`: as `download_url` has it; a second lock, not a way in."""

    signature: str = Field("", max_length=128)


@beside.get("/reports/download/{name}", right=EXPORT, media="*/*")
async def download_report(ctx: Context, name: str, query: DownloadQuery) -> web.StreamResponse:
    """The file, for who may see reports, too. A link that is over is 410, one that is cut 403.

    `name` is the report's id and its format. Who took which report is in the audit trail.
    """
    reports = ctx.services.reports.reports
    file = await reports.open(ctx.principal, name, query.signature)
    return download(ctx.request, file, STALL_S)
