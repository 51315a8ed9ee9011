from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhud.services.report_times import Every, Period, Plan, stretch

BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def daily(time: str, zone: ZoneInfo = BERLIN) -> Plan:
    return Plan(Every.DAY, time, None, zone)


def test_a_daily_report_comes_at_the_same_time_of_the_clock_in_summer_and_winter() -> None:
    plan = daily("07:00")
    assert plan.after(at("2025-01-10T12:00:00Z")) == at("2025-01-11T06:00:00Z")
    assert plan.after(at("2025-07-10T12:00:00Z")) == at("2025-07-11T05:00:00Z")


def test_a_time_that_the_change_of_clocks_leaves_out_comes_an_hour_later_once() -> None:
    plan = daily("02:30")
    first = plan.after(at("2025-03-29T12:00:00Z"))
    assert first == at("2025-03-30T03:30:00+02:00")
    assert plan.after(first) == at("2025-03-31T02:30:00+02:00")


def test_a_time_that_the_change_of_clocks_repeats_is_taken_the_first_time_only() -> None:
    plan = daily("02:30")
    first = plan.after(at("2025-10-25T12:00:00Z"))
    assert first == at("2025-10-26T02:30:00+02:00")
    assert plan.after(first) == at("2025-10-27T02:30:00+01:00")


def test_a_zone_that_is_not_whole_hours_away_has_its_own_midnights() -> None:
    due = daily("00:00", KATHMANDU).after(at("2025-05-05T18:00:00Z"))
    assert due == at("2025-05-05T18:15:00Z")
    assert stretch(Period.YESTERDAY, due, KATHMANDU) == (at("2025-05-04T18:15:00Z"), due)


def test_a_weekly_report_comes_on_its_day() -> None:
    plan = Plan(Every.WEEK, "08:00", 1, BERLIN)
    due = plan.after(at("2025-06-04T00:00:00Z"))
    assert due == at("2025-06-09T08:00:00+02:00")
    week = stretch(Period.LAST_WEEK, due, BERLIN)
    assert week == (at("2025-06-02T00:00:00+02:00"), at("2025-06-09T00:00:00+02:00"))


def test_the_31st_of_a_shorter_month_is_its_last_day() -> None:
    plan = Plan(Every.MONTH, "09:00", 31, BERLIN)
    days, due = [], at("2025-01-01T00:00:00Z")
    for _ in range(4):
        due = plan.after(due)
        days.append(f"{due:%m-%d}")
    assert days == ["01-31", "02-28", "03-31", "04-30"]


def test_what_was_missed_meanwhile_is_made_up_for_once_with_the_latest() -> None:
    plan = daily("07:00")
    missed = at("2025-06-02T07:00:00+02:00")
    latest = plan.latest(missed, at("2025-06-05T06:59:00+02:00"))
    assert latest == at("2025-06-04T07:00:00+02:00")
    assert plan.latest(missed, missed) == missed


@pytest.mark.parametrize(
    ("period", "begin", "end"),
    [
        (Period.YESTERDAY, "2025-03-30", "2025-03-31"),  # a day of 23 hours
        (Period.LAST_7_DAYS, "2025-03-24", "2025-03-31"),
        (Period.LAST_WEEK, "2025-03-24", "2025-03-31"),
        (Period.LAST_30_DAYS, "2025-03-01", "2025-03-31"),
        (Period.LAST_MONTH, "2025-02-01", "2025-03-01"),
        (Period.MONTH_TO_DATE, "2025-03-01", "2025-03-31"),
        (Period.LAST_QUARTER, "2024-10-01", "2025-01-01"),
        (Period.LAST_YEAR, "2024-01-01", "2025-01-01"),
    ],
)
def test_periods_are_whole_days_before_the_day_of_the_report(
    period: Period, begin: str, end: str
) -> None:
    found = stretch(period, at("2025-03-31T05:00:00+02:00"), BERLIN)
    midnights = tuple(f"{one.astimezone(BERLIN):%Y-%m-%d %H:%M}" for one in found)
    assert midnights == (f"{begin} 00:00", f"{end} 00:00")


def test_on_the_first_of_a_month_the_month_to_date_is_the_whole_one_before() -> None:
    found = stretch(Period.MONTH_TO_DATE, at("2025-04-01T05:00:00Z"), ZoneInfo("UTC"))
    assert found == (at("2025-03-01T00:00:00Z"), at("2025-04-01T00:00:00Z"))


@given(
    start=st.integers(0, 5_000_000).map(
        lambda n: at("2020-01-01T00:00:00Z") + timedelta(minutes=n)
    ),
    time=st.times().map(lambda one: f"{one:%H:%M}"),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "America/Sao_Paulo", "UTC"]),
)
def test_each_local_day_has_a_daily_report_once(start: datetime, time: str, zone: str) -> None:
    plan, due = daily(time, ZoneInfo(zone)), start
    days = []
    for _ in range(5):
        following = plan.after(due)
        assert due < following <= due + timedelta(hours=26)
        due = following
        days.append(due.astimezone(ZoneInfo(zone)).date())
    assert days == [days[0] + timedelta(days=n) for n in range(5)]
