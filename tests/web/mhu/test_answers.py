"""Days, versions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import make_mocked_request
from pydantic import ValidationError

from mhud.web.mhu.answers import asked_versions, begin, end
from mhud.web.mhu.models import HistoryQuery, OpenHours, QueueChange

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


@pytest.mark.parametrize("hours", [("09:00", "09:00"), ("17:00", "09:00"), ("9:00", "17:00")])
def test_hours_run_forward_and_have_two_digits(hours: tuple[str, str]) -> None:
    with pytest.raises(ValidationError):
        OpenHours(start=hours[0], end=hours[1])
    assert OpenHours(start="00:00", end="24:00").end == "24:00"


def test_only_days_of_the_week_have_hours() -> None:
    with pytest.raises(ValidationError):
        QueueChange.model_validate({"operating_hours": {"caturday": {}}})
    assert QueueChange.model_validate({"operating_hours": {}}).operating_hours == {}


@pytest.mark.parametrize(
    ("header", "versions"),
    [
        (None, None),
        ("*", None),
        ('"v3"', frozenset({3})),
        ('"v3", "v4"', frozenset({3, 4})),
        ('W/"v3"', frozenset()),
        ('"else"', frozenset()),
        (f'"v{"9" * 5000}"', frozenset()),
    ],
)
def test_if_match_names_versions(header: str | None, versions: frozenset[int] | None) -> None:
    headers = {} if header is None else {"If-Match": header}
    assert asked_versions(make_mocked_request("PUT", "/", headers=headers)) == versions
