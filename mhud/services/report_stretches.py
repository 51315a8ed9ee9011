"""The hours, days, weeks and months of a time zone, over changes of its clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from mhud.services.report_ask import Ask
from mhud.store.figures import QUARTER_S, beginning

DAY = timedelta(days=1)
QUARTER = timedelta(seconds=QUARTER_S)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since`, inclusive, to `until`, both in UTC and within what was asked for."""

    name: str | None
    since: datetime
    until: datetime

    @property
    def quarters(self) -> tuple[int, int]:
        """The whole quarters of an hour in it, the second one excluded; none when not less."""
        first = -(-_microseconds(self.since) // _QUARTER_US)
        return first, _microseconds(self.until) // _QUARTER_US

    @property
    def rests(self) -> list[tuple[datetime, datetime]]:
        """What lies within a quarter, at the beginning and at the end."""
        first, last = self.quarters
        if first > last:
            return [(self.since, self.until)]
        pairs = (self.since, beginning(first)), (beginning(last), self.until)
        return [pair for pair in pairs if pair[0] < pair[1]]


def stretches(ask: Ask) -> list[Stretch]:
    """In the order of time; a single one without a name where it is not grouped by time."""
    start, end = ask.start.astimezone(UTC), ask.end.astimezone(UTC)
    if start >= end:
        return []
    cut = _CUTS.get(ask.group_by)
    if cut is None:
        return [Stretch(None, start, end)]
    return list(cut(start, end, ask.timezone))


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[Stretch]:
    while start < end:
        name = _hour(start, zone)
        local = start.astimezone(zone)
        into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        until = start - into + timedelta(hours=1)
        if until.astimezone(zone).utcoffset() != local.utcoffset():  # the clocks change in it
            until = beginning(int(start.timestamp()) // QUARTER_S + 1)
            while _hour(until, zone) == name:
                until += QUARTER
        yield Stretch(name, start, min(until, end))
        start = until


def _hour(at: datetime, zone: ZoneInfo) -> str:
    """With the offset of this instant: that of the full hour may be another one."""
    local = at.astimezone(zone)
    offset = timezone(local.utcoffset() or timedelta())
    return local.replace(minute=0, second=0, microsecond=0, tzinfo=offset).isoformat()


def _by_date(
    name: Callable[[date], str], following: Callable[[date], date]
) -> Callable[[datetime, datetime, ZoneInfo], Iterator[Stretch]]:
    def cut(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[Stretch]:
        while start < end:
            day = start.astimezone(zone).date()
            until = midnight(following(day), zone)
            yield Stretch(name(day), start, min(until, end))
            start = until

    return cut


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins there, in UTC; where the clocks skip midnight, right after."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


_CUTS: dict[str, Callable[[datetime, datetime, ZoneInfo], Iterator[Stretch]]] = {
    "hour": _hours,
    "day": _by_date(date.isoformat, lambda day: day + DAY),
    "week": _by_date(_week, lambda day: day + DAY * (7 - day.weekday())),
    "month": _by_date(
        lambda day: day.isoformat()[:7],
        lambda day: (day.replace(day=1) + timedelta(days=32)).replace(day=1),
    ),
}
_QUARTER_US = QUARTER_S * 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
