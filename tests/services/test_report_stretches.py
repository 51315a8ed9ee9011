"""Hours, days, weeks and months where the clocks change, and where they are odd all year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from mhud.services.report_ask import Ask, GroupBy
from mhud.services.report_stretches import Stretch, stretches

HOUR = timedelta(hours=1)


def cut(zone: str, group_by: GroupBy, start: str, end: str) -> list[Stretch]:
    there = ZoneInfo(zone)
    begin, until = (datetime.fromisoformat(at).replace(tzinfo=there) for at in (start, end))
    ask = Ask(start=begin, end=until, timezone=there, metrics=(), group_by=group_by)
    return stretches(ask)


def lengths(found: list[Stretch]) -> list[tuple[str | None, float]]:
    return [(one.name, (one.until - one.since) / HOUR) for one in found]


def test_days_of_a_change_of_clocks_have_23_and_25_hours() -> None:
    assert lengths(cut("Europe/Berlin", "day", "2025-03-29", "2025-04-01")) == [
        ("2025-03-29", 24),
        ("2025-03-30", 23),
        ("2025-03-31", 24),
    ]
    assert lengths(cut("Europe/Berlin", "day", "2025-10-26", "2025-10-27")) == [("2025-10-26", 25)]


def test_the_hour_that_comes_twice_is_two_and_the_one_that_does_not_come_is_none() -> None:
    autumn = cut("Europe/Berlin", "hour", "2025-10-26T01:00", "2025-10-26T04:00")
    assert lengths(autumn) == [
        ("2025-10-26T01:00:00+02:00", 1),
        ("2025-10-26T02:00:00+02:00", 1),
        ("2025-10-26T02:00:00+01:00", 1),
        ("2025-10-26T03:00:00+01:00", 1),
    ]
    spring = cut("Europe/Berlin", "hour", "2025-03-30T01:00", "2025-03-30T04:00")
    assert [one.name for one in spring] == [
        "2025-03-30T01:00:00+01:00",
        "2025-03-30T03:00:00+02:00",
    ]


def test_where_the_clocks_change_by_half_an_hour_an_hour_may_have_half_of_it() -> None:
    """Lord Howe: from 02:00 to 01:30 in April, from 02:00 to 02:30 in October."""
    autumn = cut("Australia/Lord_Howe", "hour", "2025-04-06T01:00", "2025-04-06T03:00")
    assert lengths(autumn) == [
        ("2025-04-06T01:00:00+11:00", 1),
        ("2025-04-06T01:00:00+10:30", 0.5),
        ("2025-04-06T02:00:00+10:30", 1),
    ]
    spring = cut("Australia/Lord_Howe", "hour", "2025-10-05T01:00", "2025-10-05T04:00")
    assert [hours for _, hours in lengths(spring)] == [1, 0.5, 1]


def test_hours_begin_at_a_quarter_where_the_zone_is_five_and_three_quarters_ahead() -> None:
    found = cut("Asia/Kathmandu", "hour", "2025-03-03T00:00", "2025-03-03T02:00")
    assert [one.since for one in found] == [
        datetime(2025, 3, 2, 18, 15, tzinfo=UTC),
        datetime(2025, 3, 2, 19, 15, tzinfo=UTC),
    ]
    assert all(one.rests == [] for one in found)


def test_a_day_begins_later_where_the_clocks_skip_midnight() -> None:
    found = cut("Africa/Cairo", "day", "2025-04-24", "2025-04-26")
    assert lengths(found) == [("2025-04-24", 24), ("2025-04-25", 23)]


def test_a_day_that_a_country_left_out_is_none() -> None:
    found = cut("Pacific/Apia", "day", "2011-12-29", "2012-01-01")
    assert [name for name, hours in lengths(found) if hours] == ["2011-12-29", "2011-12-31"]


def test_weeks_begin_on_mondays_and_belong_to_the_year_of_their_thursday() -> None:
    assert lengths(cut("UTC", "week", "2024-12-28", "2025-01-07")) == [
        ("2024-W52", 48),
        ("2025-W01", 168),
        ("2025-W02", 24),
    ]


def test_months_are_as_long_as_they_are() -> None:
    assert lengths(cut("UTC", "month", "2024-02-15", "2024-04-01")) == [
        ("2024-02", 15 * 24),
        ("2024-03", 31 * 24),
    ]


@pytest.mark.parametrize("group_by", get_args(GroupBy))
def test_nothing_that_was_asked_for_is_left_out_or_taken_twice(group_by: GroupBy) -> None:
    found = cut("Europe/Berlin", group_by, "2024-10-25T13:07:09", "2025-04-02T01:59:59")
    assert all(one.until == two.since for one, two in pairwise(found))
    assert found[0].since == datetime(2024, 10, 25, 11, 7, 9, tzinfo=UTC)
    assert found[-1].until == datetime(2025, 4, 1, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("group_by", get_args(GroupBy))
def test_an_empty_interval_has_no_stretch(group_by: GroupBy) -> None:
    assert cut("UTC", group_by, "2025-03-03", "2025-03-03") == []


def test_what_lies_within_a_quarter_is_the_rest() -> None:
    at = datetime(2025, 3, 3, tzinfo=UTC)
    whole = Stretch(None, at, at + HOUR)
    assert (whole.rests, whole.quarters[1] - whole.quarters[0]) == ([], 4)
    odd = Stretch(None, at + timedelta(minutes=1), at + timedelta(minutes=31))
    assert odd.rests == [
        (at + timedelta(minutes=1), at + timedelta(minutes=15)),
        (at + timedelta(minutes=30), at + timedelta(minutes=31)),
    ]
    short = Stretch(None, at + timedelta(minutes=1), at + timedelta(minutes=2))
    assert short.rests == [(short.since, short.until)]
