"""Input at the edge of what a type can hold is an error of who sent it, not of ours."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from mhud.cli import main
from tests.houses import House


@pytest.mark.parametrize(
    "query",
    ["until=9999-12-31", "until=9999-12-31T23:59:59-23:00", "since=0001-01-01T00:00:00%2B23:00"],
)
async def test_a_moment_at_the_end_of_the_calendar_is_refused(
    api: TestClient[Any, Any], home: House, query: str
) -> None:
    answer = await api.get(f"/api/v1/calls?{query}", headers=await home.headers("view_calls"))
    assert answer.status == 400
    assert [wrong["field"] for wrong in (await answer.json())["details"]] == [query[:5]]


@pytest.mark.parametrize("name", ["a\x00b", "a\nb", "\x1b[2J", "\u202eevil"])
async def test_a_keys_name_holds_nothing_that_a_terminal_obeys(
    api: TestClient[Any, Any], home: House, name: str
) -> None:
    body = {"name": name, "rights": ["view_calls"]}
    answer = await api.post("/api/v1/keys", json=body, headers=await home.headers("all"))
    assert answer.status == 400
    assert (await answer.json())["details"][0]["field"] == "name"


@pytest.mark.parametrize("days", ["0", "-1", "9999999", "99999999999", "x"])
def test_a_key_for_no_days_or_for_ever_and_a_day_is_asked_wrongly(days: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["key", "add", "wallboard", "--rights", "all", "--days", days])
    assert ended.value.code == 2
