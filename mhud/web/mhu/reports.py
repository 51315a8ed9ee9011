"""Reports of calls: `/api/v1/reports`. Their files are at `/reports/download/{name}`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from mhud.services.metrics import METRICS
from mhud.services.report_wish import Matter, Wish, wish, zone_named
from mhud.services.reports import CREATE, VIEW, Report
from mhud.web import moments
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.report_models import (
    AskedReport,
    CallReport,
    ListedReport,
    ListedReports,
    RemovedReport,
    ReportQuery,
    ReportStatus,
)
from mhud.web.origin import absolute


@mhu.post("/reports/calls", right=CREATE, status=202)
async def create_report(ctx: Context, body: CallReport) -> AskedReport:
    """Ask for a report of calls; it is made beside everything else, and its status tells when."""
    report = await ctx.services.reports.reports.ask(ctx.principal, _wish(ctx, body), body.format)
    return AskedReport(
        report_id=report.id,
        status="generating",
        estimated_completion=report.estimated_completion,
    )


@mhu.get("/reports/{report_id}", right=VIEW)
async def one_report(ctx: Context, report_id: str) -> ListedReport:
    """What was asked, how far it is, and where it can be downloaded."""
    return _listed(ctx, await ctx.services.reports.reports.one(report_id))


@mhu.get("/reports/{report_id}/status", right=VIEW)
async def report_status(ctx: Context, report_id: str) -> ReportStatus:
    """How far it is, and where it can be downloaded. The download needs `export_data`, too."""
    report = await ctx.services.reports.reports.one(report_id)
    return ReportStatus.model_validate(_status(ctx, report))


@mhu.get("/reports", right=VIEW)
async def list_reports(ctx: Context, query: ReportQuery) -> ListedReports:
    """Newest first, also those whose file is gone, for a month."""
    page = await ctx.services.reports.reports.page(query.limit, query.cursor)
    found = [_listed(ctx, one) for one in page.reports]
    return ListedReports(reports=found, next_cursor=page.next_cursor)


@mhu.delete("/reports/{report_id}", right=CREATE)
async def delete_report(ctx: Context, report_id: str) -> RemovedReport:
    """Stop it, or take its file away. Whoever asked for it may, and who has `system_config`."""
    await ctx.services.reports.reports.remove(ctx.principal, report_id)
    return RemovedReport(report_id=report_id)


def _wish(ctx: Context, body: CallReport) -> Wish:
    """Raises MhudError INVALID."""
    name = zone_named(body.time_zone, ctx.services.settings.timezone)
    zone = ZoneInfo(name)
    matter = Matter(
        metrics=tuple(body.metrics or METRICS),
        group_by=body.group_by,
        zone=name,
        queues=tuple(body.queues) if body.queues else None,
        agents=tuple(body.agents) if body.agents else None,
    )
    return wish(moments.begin(body.start_date, zone), moments.end(body.end_date, zone), matter)


def _status(ctx: Context, report: Report) -> dict[str, object]:
    reports = ctx.services.reports.reports
    path, running = reports.link(report), report.status == "generating"
    return {
        "report_id": report.id,
        "status": report.status,
        "download_url": None if path is None else absolute(ctx.request, path),
        "expires_at": report.expires_at,
        "progress": reports.progress(report),
        "format": report.format,
        "created_at": report.created_at,
        "estimated_completion": _expected(ctx, report) if running else None,
        "completed_at": report.completed_at,
        "rows": report.rows,
        "size": report.size,
        "problem": report.problem,
    }


def _expected(ctx: Context, report: Report) -> datetime:
    """Never in the past of one that is not ready."""
    return max(report.estimated_completion, ctx.services.clock.now())


def _listed(ctx: Context, report: Report) -> ListedReport:
    asked = Wish.of(report.wish)
    return ListedReport.model_validate(
        {
            **_status(ctx, report),
            "start_date": asked.begin,
            "end_date": asked.end,
            "time_zone": asked.matter.zone,
            **report.wish,
            "created_by": report.created_by,
            "schedule_id": report.schedule_id,
        }
    )
