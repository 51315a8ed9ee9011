"""Cases as the document prints them: made, read, listed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.case_desk import PRINTED, CaseDesk, case_desk
from tests.fake_clock import FakeClock
from tests.printed import differences
from tests.printed_openchs import endpoint

AI: dict[str, Any] = {
    "ai_transcript": "Transcribed call text...",
    "ai_translation": "Translated text...",
    "ai_risk_level": "high",
    "ai_confidence": 0.94,
}


async def test_a_new_case_is_answered_as_printed(desk: CaseDesk) -> None:
    status, answer = await desk.ask("john", "POST", "/cases", PRINTED)
    printed = endpoint("POST", "/cases").response
    assert status == 201
    assert differences(printed, answer) == []
    assert answer["message"] == printed["message"]
    assert answer["data"]["case_number"] == "CASE-2025-000001"
    assert answer["data"]["status"] == "open"
    assert answer["data"]["created_at"] == "2025-03-03T09:00:00Z"


async def test_a_case_is_read_as_printed_with_all_that_was_sent(desk: CaseDesk) -> None:
    case_id = await desk.case(**PRINTED)
    maria = desk.ids["maria"]
    assert (await desk.change(case_id, assigned_user_id=maria, **AI))[0] == 200
    status, answer = await desk.ask("john", "GET", f"/cases/{case_id}")
    assert status == 200
    assert differences(endpoint("GET", "/cases/{id}").response, answer) == []
    case = answer["data"]
    assert {name: case[name] for name in PRINTED} == PRINTED
    assert {name: case[name] for name in AI} == AI
    assert case["assigned_user_id"] == maria
    assert case["assigned_user"] == {"id": maria, "username": "maria", "role": "case_manager"}
    assert case["assigned_user_name"] == desk.home.services.access.known.users[maria].name
    assert case["created_by"] == desk.ids["john"]
    assert case["status"] == "assigned"
    assert case["created_at"] == case["updated_at"] == "2025-03-03T09:00:00Z"


async def test_a_case_with_a_title_only_has_every_other_field_as_null(desk: CaseDesk) -> None:
    case = await desk.read(await desk.case(title="Silence, then crying"))
    set_by_mhud = {
        "id", "case_number", "title", "priority", "status", "created_at", "updated_at", "created_by"
    }  # fmt: skip
    assert {name for name, value in case.items() if value is not None} == set_by_mhud
    assert case["priority"] == "medium"
    assert case["title"] == "Silence, then crying"


async def test_null_for_an_optional_field_of_a_new_case_is_the_same_as_leaving_it_out(
    desk: CaseDesk,
) -> None:
    case = await desk.read(await desk.case(priority=None, category=None, child_age=None))
    assert (case["priority"], case["category"], case["child_age"]) == ("medium", None, None)


async def test_who_may_list_nobody_is_told_the_name_of_whose_case_it_is(desk: CaseDesk) -> None:
    case_id = await desk.case()
    await desk.change(case_id, assigned_user_id=desk.ids["maria"])
    status, answer = await desk.ask("john", "GET", "/cases")
    assert status == 200
    maria = desk.home.services.access.known.users[desk.ids["maria"]]
    assert [line["assigned_user_name"] for line in answer["data"]] == [maria.name]


async def test_a_list_begins_with_the_oldest_for_who_asks_so(desk: CaseDesk) -> None:
    made = [await desk.case(), await desk.case()]
    await desk.home.clock.advance(60)
    made.append(await desk.case())
    for query, wanted in (("", made[:2]), ("&offset=2", made[2:])):
        status, answer = await desk.ask("jane", "GET", f"/cases?order=oldest&limit=2{query}")
        assert status == 200
        assert [line["id"] for line in answer["data"]] == wanted


async def test_the_list_is_answered_as_printed_newest_first(desk: CaseDesk) -> None:
    first = await desk.case(**PRINTED)
    await desk.home.clock.advance(60)
    second = await desk.case(**PRINTED)
    third = await desk.case(**PRINTED)  # in the same second
    status, answer = await desk.ask("jane", "GET", "/cases?status=open&priority=high&limit=10")
    assert status == 200
    assert differences(endpoint("GET", "/cases").response, answer, frozenset()) == []
    assert [case["id"] for case in answer["data"]] == [third, second, first]
    assert answer["data"][0] == {name: (await desk.read(third))[name] for name in answer["data"][0]}
    assert answer["pagination"] == {"total": 3, "limit": 10, "offset": 0, "has_more": False}


async def test_pages_together_are_the_whole_list(desk: CaseDesk) -> None:
    made = [await desk.case() for _ in range(5)]
    pages = [
        (await desk.ask("jane", "GET", f"/cases?limit=2&offset={offset}"))[1]
        for offset in (0, 2, 4, 6)
    ]
    assert [case["id"] for page in pages for case in page["data"]] == made[::-1]
    assert [page["pagination"]["has_more"] for page in pages] == [True, True, False, False]
    assert {page["pagination"]["total"] for page in pages} == {5}


async def test_a_list_without_a_limit_has_twenty(desk: CaseDesk) -> None:
    for _ in range(21):
        await desk.case()
    _, answer = await desk.ask("jane", "GET", "/cases")
    assert len(answer["data"]) == 20
    assert answer["pagination"] == {"total": 21, "limit": 20, "offset": 0, "has_more": True}


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "offset=-1", "status=new", "priority=urgent",
     "assigned_user_id=0", "assigned_user_id=jane", "created_after=soon", "colour=red",
     "created_after=2025-13-01", "status=open&status=closed"],
)  # fmt: skip
async def test_a_filter_that_is_none_is_refused_and_named(desk: CaseDesk, query: str) -> None:
    status, answer = await desk.ask("jane", "GET", f"/cases?{query}")
    assert status == 400
    assert answer["error"]["code"] == "VALIDATION_ERROR"
    assert [one["field"] for one in answer["error"]["details"]["fields"]] == [
        query.partition("=")[0]
    ]


async def test_each_filter_narrows_the_list(desk: CaseDesk) -> None:
    maria, john = desk.ids["maria"], desk.ids["john"]
    plain = await desk.case("amina")
    abuse = await desk.case(category="abuse", subcategory="physical_abuse", priority="high")
    neglect = await desk.case(category="neglect")
    await desk.change(abuse, assigned_user_id=maria)
    await desk.change(neglect, status="resolved")
    wanted = {
        "status=assigned": [abuse],
        "status=resolved": [neglect],
        "priority=high": [abuse],
        "priority=medium": [neglect, plain],
        "category=neglect": [neglect],
        "subcategory=physical_abuse": [abuse],
        f"assigned_user_id={maria}": [abuse],
        "unassigned=true": [neglect, plain],
        f"created_by={john}": [neglect, abuse],
        "status=assigned&priority=high&category=abuse": [abuse],
        "status=assigned&priority=low": [],
        "category=unknown": [],
        "client_id=client-of-nobody": [],
    }
    found = {query: await desk.listed(query=f"?{query}") for query in wanted}
    assert found == wanted


async def test_created_after_and_before_exclude_the_instant_itself(desk: CaseDesk) -> None:
    first = await desk.case()
    await desk.home.clock.advance(timedelta(hours=1).total_seconds())
    second = await desk.case()
    wanted = {
        "created_after=2025-03-03T08:59:59Z": [second, first],
        "created_after=2025-03-03T09:00:00Z": [second],
        "created_after=2025-03-03T12:00:00%2B03:00": [second],
        "created_after=2025-03-03T12:00:00": [second],  # without a zone: the helpline's
        "created_after=2025-03-03": [second, first],  # Nairobi's midnight
        "created_after=2025-03-04": [],
        "created_before=2025-03-03T10:00:00Z": [first],
        "created_before=2025-03-03": [],
        "created_after=2025-03-03T09:00:00Z&created_before=2025-03-03T10:00:00Z": [],
    }
    found = {query: await desk.listed(query=f"?{query}") for query in wanted}
    assert found == wanted


async def test_a_list_that_has_not_changed_is_not_sent_again(desk: CaseDesk) -> None:
    case_id = await desk.case()
    first = await desk.send("jane", "GET", "/cases")
    again = await desk.send("jane", "GET", "/cases", If_None_Match=first.headers["ETag"])
    assert again.status == 304
    await desk.change(case_id, priority="low")
    changed = await desk.send("jane", "GET", "/cases", If_None_Match=first.headers["ETag"])
    assert changed.status == 200


async def test_numbers_count_in_the_year_of_the_helplines_zone(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2025, 12, 31, 20, 59, 59, tzinfo=UTC))
    async with case_desk(tmp_path, clock) as desk:
        old = await desk.read(await desk.case())
        await clock.advance(1)  # midnight in Nairobi; in UTC it is still 2025
        new = await desk.read(await desk.case())
    assert (old["case_number"], new["case_number"]) == ("CASE-2025-000001", "CASE-2026-000001")


async def test_the_template_of_numbers_is_a_setting(tmp_path: Path) -> None:
    template = {"number_template": "{number}/{year}.KE"}
    async with case_desk(tmp_path, cases=template) as desk:
        case = await desk.read(await desk.case())
    assert case["case_number"] == "000001/2025.KE"


WRONG: list[tuple[str, Any]] = [
    ("title", ""), ("title", "   "), ("title", None), ("title", 7), ("title", "x" * 301),
    ("title", "a\x00b"), ("description", "x" * 20_001), ("description", ["a"]),
    ("category", "nonsense"), ("category", "physical_abuse"), ("subcategory", "physical_abuse"),
    ("priority", "urgent"), ("priority", 1), ("reporter_phone", "x" * 65),
    ("reporter_phone", "1\n2"), ("reporter_email", "nobody"), ("child_age", -1),
    ("child_age", 26), ("child_age", "12"), ("child_age", 1.5), ("child_age", True),
    ("child_gender", "girl"), ("client_id", "client-of-nobody"), ("ai_confidence", 1.1),
    ("ai_confidence", "0.5"), ("ai_risk_level", "extreme"), ("status", "open"), ("id", 5),
    ("case_number", "CASE-2025-000009"), ("created_by", 1), ("notes", "x"), ("nonsense", 1),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
async def test_a_wrong_field_is_refused_by_name_and_nothing_is_written(
    desk: CaseDesk, field: str, value: Any
) -> None:
    status, answer = await desk.ask("jane", "POST", "/cases", {"title": "Fine", field: value})
    assert status == 400
    assert [one["field"] for one in answer["error"]["details"]["fields"]] == [field]
    assert await desk.listed() == []
    assert (await desk.read(await desk.case()))["case_number"] == "CASE-2025-000001"


async def test_a_case_needs_a_title(desk: CaseDesk) -> None:
    status, answer = await desk.ask("john", "POST", "/cases", {"priority": "low"})
    assert status == 400
    assert [one["field"] for one in answer["error"]["details"]["fields"]] == ["title"]


async def test_a_subcategory_of_another_category_is_refused(desk: CaseDesk) -> None:
    body = {"title": "x", "category": "neglect", "subcategory": "physical_abuse"}
    status, answer = await desk.ask("john", "POST", "/cases", body)
    assert status == 400
    assert [one["field"] for one in answer["error"]["details"]["fields"]] == ["subcategory"]


@pytest.mark.parametrize("number", ["0", "-1", "99", "1.5", "x", "9" * 19, "9" * 100])
async def test_what_is_no_case_is_not_found(desk: CaseDesk, number: str) -> None:
    status, answer = await desk.ask("alice", "GET", f"/cases/{number}")
    assert (status, answer["error"]["code"]) == (404, "NOT_FOUND")


async def test_any_text_comes_back_as_it_was_sent(desk: CaseDesk) -> None:
    told = "“Mama” \U0001f9d2 مرحبا\r\n\tሰላም <b>&amp; '; DROP TABLE cases;-- %s {0}"
    case = await desk.read(await desk.case(title=told.replace("\r\n\t", " "), description=told))
    assert case["description"] == told


async def test_opening_a_case_is_on_record_and_listing_is_not(desk: CaseDesk) -> None:
    case_id = await desk.case(child_name="Maria W.")
    await desk.listed()
    await desk.read(case_id, "john")
    await desk.history(case_id, "jane")
    (first, second) = await desk.deeds("case.read")
    assert (first.username, first.subject_kind, first.subject_id) == ("john", "case", str(case_id))
    assert first.details == {"part": "case"}
    assert (second.username, second.details) == ("jane", {"part": "activities"})
    (made,) = await desk.deeds("case.create")
    assert (made.username, made.subject_id, made.details) == ("john", str(case_id), {})


async def test_a_creation_that_is_sent_again_makes_one_case(desk: CaseDesk) -> None:
    once = {"Idempotency_Key": "form-17"}
    first = await desk.send("john", "POST", "/cases", PRINTED, **once)
    again = await desk.send("john", "POST", "/cases", PRINTED, **once)
    assert await again.json() == await first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.status == 201
    assert len(await desk.listed()) == 1
