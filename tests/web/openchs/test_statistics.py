"""Statistics as the document prints them: whatever a case goes through, the figures add up."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.case_desk import CaseDesk
from tests.printed import differences
from tests.printed_openchs import endpoint

HOUR_S = 3600
DAY_S = 24 * HOUR_S
STATUSES = ("open", "assigned", "in_progress", "resolved")


async def figures(desk: CaseDesk, query: str = "", who: str = "jane") -> dict[str, Any]:
    found: dict[str, Any] = await desk.good(who, "GET", f"/statistics/cases{query}")
    assert found["total_cases"] == sum(found[f"{name}_cases"] for name in STATUSES)
    counted = found["total_cases" if "scope=all" in query else "open_cases"]
    if "scope=unresolved" in query:
        counted = found["total_cases"] - found["resolved_cases"]
    assert sum(found["by_priority"].values()) == sum(found["by_category"].values()) == counted
    return found


async def test_statistics_are_answered_as_printed(desk: CaseDesk) -> None:
    await desk.case(category="abuse", priority="high")
    status, answer = await desk.ask("jane", "GET", "/statistics/cases?period=month")
    printed = deepcopy(endpoint("GET", "/statistics/cases").response)
    printed["data"]["avg_resolution_time_hours"] = None  # nothing was resolved
    assert status == 200
    assert differences(printed, answer) == []
    assert answer["data"]["by_priority"] == {"critical": 0, "high": 1, "medium": 0, "low": 0}
    assert answer["data"]["by_category"]["abuse"] == 1


async def test_a_case_is_counted_by_what_it_is_now_there_and_back(desk: CaseDesk) -> None:
    case = await desk.case("jane", category="abuse", priority="high")

    async def becomes(status: str) -> dict[str, Any]:
        await desk.home.clock.advance(2 * HOUR_S)
        assert (await desk.change(case, status=status))[0] == 200
        return await figures(desk)

    for status, name, hours in (
        ("assigned", "assigned", None),
        ("in_progress", "in_progress", None),
        ("resolved", "resolved", 6),
        ("in_progress", "in_progress", None),
        ("closed", "resolved", 10),
        ("closed", "resolved", 10),
        ("in_progress", "in_progress", None),
    ):
        found = await becomes(status)
        assert {one: found[f"{one}_cases"] for one in STATUSES} == {
            one: int(one == name) for one in STATUSES
        }
        assert found["avg_resolution_time_hours"] == hours


async def test_tables_count_open_cases_or_all_that_there_are(desk: CaseDesk) -> None:
    await desk.case("jane", category="abuse", priority="high")
    done = await desk.case("jane", category="health", priority="low")
    await desk.case("jane")
    await desk.change(done, status="closed")
    found = await figures(desk)
    assert (found["by_category"]["health"], found["by_category"]["uncategorized"]) == (0, 1)
    everything = await figures(desk, "?scope=all")
    assert (everything["by_category"]["health"], everything["by_priority"]["low"]) == (1, 1)
    await desk.change(done, category="abuse", priority="critical")
    moved = await figures(desk, "?scope=all")
    assert (moved["by_category"]["health"], moved["by_category"]["abuse"]) == (0, 2)
    assert moved["by_priority"] == {"critical": 1, "high": 1, "medium": 1, "low": 0}


async def test_tables_count_what_is_not_resolved_yet(desk: CaseDesk) -> None:
    for status, priority in (
        ("open", "low"),
        ("assigned", "medium"),
        ("in_progress", "high"),
        ("resolved", "critical"),
        ("closed", "critical"),
    ):
        case = await desk.case("jane", priority=priority)
        await desk.change(case, status=status)
    found = await figures(desk, "?scope=unresolved")
    assert found["by_priority"] == {"critical": 0, "high": 1, "medium": 1, "low": 1}


async def test_a_period_is_the_calendars_in_the_helplines_zone(desk: CaseDesk) -> None:
    """It is Monday, 3 March 2025, noon in Nairobi."""
    first = await desk.case("jane")
    desk.home.clock.is_set_forward(12 * HOUR_S - 1)  # the last second of the day
    await desk.case("jane")
    desk.home.clock.is_set_forward(1)
    await desk.case("jane")
    assert (await figures(desk, "?period=today"))["total_cases"] == 1
    assert (await figures(desk, "?period=week"))["total_cases"] == 3
    assert (await figures(desk, "?start_date=2025-03-03&end_date=2025-03-03"))["total_cases"] == 2
    assert (await figures(desk, "?end_date=2025-03-03T09:00:00Z"))["total_cases"] == 0
    assert (await figures(desk, "?start_date=2025-03-03T09:00:01Z"))["total_cases"] == 2
    desk.home.clock.is_set_forward(6 * DAY_S)  # the next Monday
    assert (await figures(desk, "?period=week"))["total_cases"] == 0
    assert (await figures(desk, "?period=month"))["total_cases"] == 3
    await desk.change(first, status="resolved")
    week = await figures(desk, "?period=week")
    assert (week["total_cases"], week["avg_resolution_time_hours"]) == (0, 156)
    before = await figures(desk, "?end_date=2025-03-09")
    assert (before["resolved_cases"], before["avg_resolution_time_hours"]) == (1, None)


@pytest.mark.parametrize(
    "query",
    [
        "?period=today&start_date=2025-01-01",
        "?period=today&end_date=2025-01-01",
        "?start_date=2025-02-01&end_date=2025-01-01",
        "?period=decade",
        "?start_date=yesterday",
        "?scope=some",
    ],
)
async def test_a_question_that_means_nothing_is_refused(desk: CaseDesk, query: str) -> None:
    status, answer = await desk.ask("jane", "GET", f"/statistics/cases{query}")
    assert (status, answer["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert "yesterday" not in str(answer)


async def test_everybody_counts_what_he_may_see(desk: CaseDesk) -> None:
    await desk.case("john", category="abuse")
    await desk.case("amina")
    marias = await desk.case("amina")
    await desk.change(marias, assigned_user_id=desk.ids["maria"])
    gone = await desk.case("john")
    await desk.ask("alice", "DELETE", f"/cases/{gone}")
    for query in ("", "?period=today", "?start_date=2020-01-01"):
        counts = {
            who: (found["open_cases"], found["assigned_cases"])
            for who in desk.ids
            for found in [await figures(desk, query, who)]
        }
        assert counts == {
            "john": (1, 0), "amina": (1, 1), "maria": (2, 1), "jane": (2, 1), "alice": (2, 1),
        }, query  # fmt: skip
    await desk.ask("alice", "POST", f"/cases/{gone}/restore")
    assert (await figures(desk, who="john"))["open_cases"] == 2
