"""Instants and days that consumers name, as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import overload
from zoneinfo import ZoneInfo


@overload
def begin(moment: datetime | date, zone: ZoneInfo) -> datetime: ...
@overload
def begin(moment: None, zone: ZoneInfo) -> None: ...
@overload
def begin(moment: datetime | date | None, zone: ZoneInfo) -> datetime | None: ...
def begin(moment: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """A day begins at its midnight; an instant without an offset is the helpline's."""
    if moment is None or isinstance(moment, datetime):
        return _in_utc(moment, zone)
    return _in_utc(datetime.combine(moment, time()), zone)


@overload
def end(moment: datetime | date, zone: ZoneInfo) -> datetime: ...
@overload
def end(moment: None, zone: ZoneInfo) -> None: ...
@overload
def end(moment: datetime | date | None, zone: ZoneInfo) -> datetime | None: ...
def end(moment: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """A day ends where the next one begins."""
    if moment is None or isinstance(moment, datetime):
        return _in_utc(moment, zone)
    return _in_utc(datetime.combine(moment + timedelta(days=1), time()), zone)


def _in_utc(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
