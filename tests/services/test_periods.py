"""Periods are cut in the helpline's time zone, also on the days when its clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhud.services.statistics import Period, Stretch, stretch_of

HOUR = timedelta(hours=1)
ZONES = ["Africa/Nairobi", "Europe/Berlin", "Asia/Kathmandu", "America/Santiago", "Africa/Cairo"]


@pytest.mark.parametrize(
    ("period", "zone", "now", "begin", "end"),
    [
        ("today", "Africa/Nairobi", "2025-03-03T09:00", "2025-03-02T21:00", "2025-03-03T21:00"),
        ("today", "Africa/Nairobi", "2025-03-03T21:00", "2025-03-03T21:00", "2025-03-04T21:00"),
        ("week", "Africa/Nairobi", "2025-03-09T20:59", "2025-03-02T21:00", "2025-03-09T21:00"),
        ("week", "Africa/Nairobi", "2025-03-09T21:00", "2025-03-09T21:00", "2025-03-16T21:00"),
        ("month", "Europe/Berlin", "2025-03-15T00:00", "2025-02-28T23:00", "2025-03-31T22:00"),
        ("month", "UTC", "2024-02-29T12:00", "2024-02-01T00:00", "2024-03-01T00:00"),
        ("year", "Asia/Kathmandu", "2025-12-31T18:14", "2024-12-31T18:15", "2025-12-31T18:15"),
        ("year", "Asia/Kathmandu", "2025-12-31T18:15", "2025-12-31T18:15", "2026-12-31T18:15"),
    ],
)
def test_a_period_goes_from_midnight_to_midnight(
    period: str, zone: str, now: str, begin: str, end: str
) -> None:
    at, first, last = (datetime.fromisoformat(f"{text}+00:00") for text in (now, begin, end))
    assert stretch_of(Period(period), at, ZoneInfo(zone)) == Stretch(first, last)


@pytest.mark.parametrize(
    ("zone", "noon", "hours"),
    [
        ("Europe/Berlin", "2025-03-30T12:00", 23),
        ("Europe/Berlin", "2025-10-26T12:00", 25),
        ("Africa/Cairo", "2025-04-25T12:00", 23),  # there is no midnight on this day
        ("America/Havana", "2025-11-02T12:00", 25),  # and here there are two
    ],
)
def test_a_day_on_which_clocks_change_is_as_long_as_it_is(zone: str, noon: str, hours: int) -> None:
    home = ZoneInfo(zone)
    stretch = stretch_of(Period.TODAY, datetime.fromisoformat(noon).replace(tzinfo=home), home)
    assert stretch.begin is not None
    assert stretch.end is not None
    assert stretch.end - stretch.begin == hours * HOUR
    assert (stretch.begin - timedelta(seconds=1)).astimezone(
        home
    ).date() < stretch.begin.astimezone(home).date()


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)),  # noqa: DTZ001 - made aware below
    st.sampled_from(ZONES),
    st.sampled_from(Period),
)
def test_now_is_in_its_period_and_the_next_one_begins_where_it_ends(
    at: datetime, name: str, period: Period
) -> None:
    now, zone = at.replace(tzinfo=UTC), ZoneInfo(name)
    stretch = stretch_of(period, now, zone)
    assert stretch.begin is not None
    assert stretch.end is not None
    assert stretch.begin <= now < stretch.end
    assert stretch_of(period, stretch.end, zone).begin == stretch.end
    assert stretch_of(period, stretch.end - timedelta(seconds=1), zone) == stretch
