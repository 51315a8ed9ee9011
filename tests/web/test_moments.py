"""Days and instants as consumers name them, hours of opening."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from mhud.web.mhu.models import HistoryQuery, OpenHours, QueueChange
from mhud.web.moments import begin, end

NAIROBI = ZoneInfo("Africa/Nairobi")


def test_a_day_is_the_helplines() -> None:
    day = date(2025, 3, 3)
    assert begin(day, NAIROBI) == datetime(2025, 3, 2, 21, tzinfo=UTC)
    assert end(day, NAIROBI) == datetime(2025, 3, 3, 21, tzinfo=UTC)


def test_an_instant_is_taken_as_it_is_and_without_an_offset_as_the_helplines() -> None:
    noon = datetime(2025, 3, 3, 12, tzinfo=UTC)
    assert end(noon, NAIROBI) == noon
    assert begin(datetime(2025, 3, 3, 15), NAIROBI) == noon  # noqa: DTZ001 - that is the point


def test_a_query_tells_a_day_from_midnight() -> None:
    query = HistoryQuery.model_validate({"since": "2025-03-03", "until": "2025-03-03T00:00:00Z"})
    assert query.since == date(2025, 3, 3)
    assert query.until == datetime(2025, 3, 3, tzinfo=UTC)
    assert not isinstance(query.since, datetime)


@pytest.mark.parametrize("moment", ["yesterday", "2025-13-01", "2025-03-03T25:00:00Z", ""])
def test_nonsense_is_refused_without_an_echo(moment: str) -> None:
    with pytest.raises(ValidationError) as caught:
        HistoryQuery.model_validate({"since": moment})
    assert not moment or moment not in caught.value.errors()[0]["msg"]


@pytest.mark.parametrize("hours", [("09:00", "09:00"), ("9:00", "17:00"), ("09:00", "24:30")])
def test_hours_have_a_length_and_two_digits(hours: tuple[str, str]) -> None:
    with pytest.raises(ValidationError):
        OpenHours(start=hours[0], end=hours[1])
    assert OpenHours(start="00:00", end="24:00").end == "24:00"
    assert OpenHours(start="20:00", end="06:00").end == "06:00"  # on the next day


def test_only_days_of_the_week_have_hours() -> None:
    with pytest.raises(ValidationError):
        QueueChange.model_validate({"operating_hours": {"caturday": {}}})
    assert QueueChange.model_validate({"operating_hours": {}}).operating_hours == {}
