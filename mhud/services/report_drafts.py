"""A schedule of reports as somebody wants it, and as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from mhud.errors import invalid
from mhud.services.report_times import Every, Period, Plan
from mhud.services.report_wish import Matter
from mhud.store.report_schedules import Schedule

DAYS = {Every.DAY: 0, Every.WEEK: 7, Every.MONTH: 31}  # the last one that there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`day`: of the week (Monday is 1) or of the month. `recipients`: ids of users."""

    name: str
    active: bool
    every: Every
    at: str
    day: int | None
    period: Period
    matter: Matter
    format: str
    recipients: tuple[int, ...]

    @property
    def plan(self) -> Plan:
        return Plan(self.every, self.at, self.day, ZoneInfo(self.matter.zone))

    def check(self) -> None:
        """Raises MhudError INVALID."""
        most = DAYS[self.every]
        if not most and self.day is not None:
            raise invalid("day", "is for weeks and months")
        if most and (self.day is None or not 1 <= self.day <= most):
            raise invalid("day", f"must be 1 to {most}")

    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "active": self.active,
            "every": self.every.value,
            "at": self.at,
            "day": self.day,
            "time_zone": self.matter.zone,
            "period": self.period.value,
            "wish": self.matter.stored(),
            "format": self.format,
            "recipients": list(self.recipients),
        }


def draft_of(schedule: Schedule) -> Draft:
    return Draft(
        name=schedule.name,
        active=schedule.active,
        every=Every(schedule.every),
        at=schedule.at,
        day=schedule.day,
        period=Period(schedule.period),
        matter=Matter.of(schedule.wish),
        format=schedule.format,
        recipients=tuple(schedule.recipients),
    )
