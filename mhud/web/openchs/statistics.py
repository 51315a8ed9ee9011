"""Figures for dashboards: `/helpline/api/statistics/cases`."""

from __future__ import annotations

from pydantic import BaseModel

from mhud.errors import invalid
from mhud.services.statistics import Period, Scope, Stretch
from mhud.web.context import Context
from mhud.web.fields import Moment
from mhud.web.moments import begin, end
from mhud.web.openchs.answers import One
from mhud.web.openchs.dialect import openchs
from mhud.web.route import Wire


class StatisticsQuery(Wire):
    """`period` is the calendar's, the dates are instants or whole days; not both. Neither: all.

    `scope`: which cases `by_priority` and `by_category` count.
    """

    period: Period | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    scope: Scope = Scope.OPEN


class CaseStatistics(BaseModel):
    """`avg_resolution_time_hours`: of the cases resolved in the period; null when none was."""

    total_cases: int
    open_cases: int
    assigned_cases: int
    in_progress_cases: int
    resolved_cases: int
    by_priority: dict[str, int]
    by_category: dict[str, int]
    avg_resolution_time_hours: float | None


@openchs.get("/statistics/cases", right="view_analytics")
async def case_statistics(ctx: Context, query: StatisticsQuery) -> One[CaseStatistics]:
    """How many cases there are, of those that one sees: created in a period, or ever."""
    stretch = _stretch(ctx, query)
    found = await ctx.services.case_views.statistics.cases(ctx.principal, stretch, query.scope)
    return One(data=CaseStatistics.model_validate(found, from_attributes=True))


def _stretch(ctx: Context, query: StatisticsQuery) -> Stretch:
    """Raises MhudError INVALID."""
    dated = query.start_date is not None or query.end_date is not None
    if query.period is not None and dated:
        raise invalid("period", "is not given together with start_date or end_date")
    if query.period is not None:
        return ctx.services.case_views.statistics.period(query.period)
    zone = ctx.services.settings.timezone
    stretch = Stretch(begin(query.start_date, zone), end(query.end_date, zone))
    if stretch.begin and stretch.end and stretch.begin > stretch.end:
        raise invalid("end_date", "is before start_date")
    return stretch
