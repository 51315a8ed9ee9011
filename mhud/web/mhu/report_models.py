"""What consumers send and get about reports of calls and their schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, StrictBool, WithJsonSchema

from mhud.services.metrics import METRICS
from mhud.services.report_ask import GroupBy
from mhud.services.report_times import Every, Period
from mhud.web.fields import Ident, Line, Moment, UserId, Whole
from mhud.web.route import Wire

Format = Literal["json", "csv", "xlsx"]
Status = Literal["generating", "completed", "failed", "expired"]


def _known(name: str) -> str:
    if name not in METRICS:
        raise ValueError("is no metric; docs/metrics.md lists them")
    return name


def _distinct(names: list[str] | None) -> list[str] | None:
    if names is not None and len(set(names)) < len(names):
        raise ValueError("names one twice")
    return names


Metric = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(METRICS)})
]
Metrics = Annotated[
    list[Metric], Field(min_length=1, max_length=len(METRICS)), AfterValidator(_distinct)
]
Idents = Annotated[list[Ident], Field(min_length=1, max_length=200), AfterValidator(_distinct)]
Zone = Annotated[str, Field(min_length=1, max_length=64)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
DayNumber = Annotated[Whole, Field(ge=1, le=31)]
Recipients = Annotated[list[UserId], Field(max_length=20), AfterValidator(_distinct)]


class _Matter(Wire):
    """Left out: all queues, all agents, all metrics, one row, the helpline's time zone."""

    queues: Idents | None = None
    agents: Idents | None = None
    metrics: Metrics | None = None
    group_by: GroupBy = "none"
    time_zone: Zone | None = None
    format: Format = "json"


class CallReport(_Matter):
    """Calls that began from `start_date` to `end_date`. A day as `end_date` belongs to it whole,
    and so does a second 59, as in 23:59:59; any other instant is where it ends.
    """

    start_date: Moment
    end_date: Moment


class AskedReport(BaseModel):
    report_id: str
    status: Status
    estimated_completion: datetime


class ReportStatus(BaseModel):
    """`progress` in percent; `size` in bytes. `download_url` is good until `expires_at`.

    `problem` of a failed one: disk-full, disk, took-too-long, too-large, interrupted, unplanned.
    """

    report_id: str
    status: Status
    download_url: str | None
    expires_at: datetime | None
    progress: int
    format: Format
    created_at: datetime
    estimated_completion: datetime | None
    completed_at: datetime | None
    rows: int | None
    size: int | None
    problem: str | None


class ListedReport(ReportStatus):
    """With what was asked."""

    start_date: datetime
    end_date: datetime
    time_zone: str
    group_by: GroupBy
    metrics: list[str]
    queues: list[str] | None
    agents: list[str] | None
    created_by: int
    schedule_id: str | None


class ListedReports(BaseModel):
    reports: list[ListedReport]
    next_cursor: str | None


class ReportQuery(Wire):
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=512)


class RemovedReport(BaseModel):
    success: Literal[True] = True
    report_id: str


class NewSchedule(_Matter):
    """A report of `period`, `every` day, week or month `at` a time of `time_zone`.

    `day`: of the week (Monday is 1) or of the month. `recipients`: ids of users who get the link
    by e-mail; left out, whoever makes the schedule.
    """

    name: Line
    every: Every
    at: TimeOfDay
    day: DayNumber | None = None
    period: Period
    recipients: Recipients | None = None
    active: StrictBool = True


class ScheduleChange(Wire):
    """What is sent is changed; null clears `day`, `queues`, `agents`, and means all `metrics`."""

    name: Line | None = None
    every: Every | None = None
    at: TimeOfDay | None = None
    day: DayNumber | None = None
    period: Period | None = None
    queues: Idents | None = None
    agents: Idents | None = None
    metrics: Metrics | None = None
    group_by: GroupBy | None = None
    time_zone: Zone | None = None
    format: Format | None = None
    recipients: Recipients | None = None
    active: StrictBool | None = None

    def sent(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class ScheduleObject(BaseModel):
    """`next_at` is null while it is not active. `problem`: why mhud stopped it."""

    id: str
    name: str
    every: Every
    at: str
    day: int | None
    time_zone: str
    period: Period
    queues: list[str] | None
    agents: list[str] | None
    metrics: list[str]
    group_by: GroupBy
    format: Format
    recipients: list[int]
    active: bool
    next_at: datetime | None
    last_at: datetime | None
    last_report_id: str | None
    problem: Literal["maker-may-not", "not-understood"] | None
    created_by: int
    created_at: datetime
    updated_at: datetime


class Schedules(BaseModel):
    schedules: list[ScheduleObject]
    total: int


class RemovedSchedule(BaseModel):
    success: Literal[True] = True
    schedule_id: str
