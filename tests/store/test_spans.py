"""A stretch of time is cut into months, days and rests without a gap and without counting twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from mhud.store.spans import Cut, cut

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-9.5))])
INSTANT = st.datetimes(datetime(2023, 11, 1), datetime(2026, 3, 1), timezones=ZONES)  # noqa: DTZ001 - hypothesis adds the zone
NEW_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


def times_counted(found: Cut, at: datetime) -> int:
    day = at.astimezone(UTC).date().isoformat()
    whole = sum(span in (day, day[:7]) for span in found.whole)
    return whole + sum(begin <= at < end for begin, end in found.rests)


@given(INSTANT, INSTANT, st.lists(INSTANT, max_size=20))
def test_each_instant_of_a_stretch_is_counted_once_and_no_other(
    begin: datetime, end: datetime, instants: list[datetime]
) -> None:
    found = cut(begin, end)
    edges = [begin, end, begin - timedelta(microseconds=1), end - timedelta(microseconds=1)]
    for at in [*instants, *edges]:
        assert times_counted(found, at) == (begin <= at < end)


@given(INSTANT, INSTANT)
def test_what_is_counted_case_by_case_is_less_than_two_days(begin: datetime, end: datetime) -> None:
    rests = cut(begin, end).rests
    assert sum((last - first for first, last in rests), timedelta()) < timedelta(days=2)


def test_a_year_is_twelve_months() -> None:
    found = cut(NEW_YEAR, NEW_YEAR.replace(year=2026))
    assert found == Cut(tuple(f"2025-{month:02d}" for month in range(1, 13)))


def test_a_stretch_that_ends_before_it_begins_holds_nothing() -> None:
    assert cut(NEW_YEAR, NEW_YEAR) == cut(NEW_YEAR + timedelta(1), NEW_YEAR) == Cut()
