"""Today's curve, as wallboards draw it: parallel lists."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel


class TodaysCurve(BaseModel):
    """A number for each quarter of an hour."""

    offered: list[int]
    answered: list[int]
    abandoned: list[int]


class QueueToday(TodaysCurve):
    """`opens_at`, `closes_at`: null where it is always open, or not at all today."""

    id: str
    name: str
    opens_at: datetime | None
    closes_at: datetime | None


class QueuesToday(BaseModel):
    """Stays in queues whose outcome is known, in the quarter in which their call began.

    `starts`: of each quarter since midnight in `timezone`; the last one goes on.
    """

    date: date
    timezone: str
    slot_seconds: int
    starts: list[datetime]
    queues: list[QueueToday]
    total: TodaysCurve
