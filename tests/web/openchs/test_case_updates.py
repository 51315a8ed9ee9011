"""What becomes of a case: status, assignment, notes, deletion, and the trail of it all."""

from __future__ import annotations

from typing import Any

import pytest

from mhud.services.case_words import Status
from mhud.services.people import disable
from tests.case_desk import PRINTED, CaseDesk
from tests.printed import differences
from tests.printed_openchs import endpoint

UPDATE = endpoint("PUT", "/cases/{id}")
ORDER = [status.value for status in Status]
NAMED = {"previous_name": None, "new_name": None}  # of whom a case is taken from and given to
BACK = {("resolved", "in_progress"), ("closed", "in_progress")}


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_the_printed_update_works_by_both_methods(desk: CaseDesk, method: str) -> None:
    case_id = await desk.case(**PRINTED)
    await desk.home.clock.advance(75 * 60)
    maria = desk.ids["maria"]
    body = {**UPDATE.request, "assigned_user_id": maria}
    status, answer = await desk.ask("jane", method, f"/cases/{case_id}", body)
    assert status == 200
    assert differences(UPDATE.response, answer) == []
    assert answer["message"] == UPDATE.response["message"]
    assert answer["data"] == {
        "id": case_id,
        "case_number": "CASE-2025-000001",
        "status": "assigned",
        "updated_at": "2025-03-03T10:15:00Z",
    }
    case = await desk.read(case_id)
    assert (case["assigned_user_id"], case["priority"]) == (maria, "critical")
    assert case["updated_at"] == "2025-03-03T10:15:00Z"


async def test_each_change_has_its_activity_and_notes_are_one(desk: CaseDesk) -> None:
    case_id = await desk.case(**PRINTED)
    body = {**UPDATE.request, "assigned_user_id": desk.ids["maria"]}
    await desk.good("jane", "PUT", f"/cases/{case_id}", body)
    told = [
        (one["activity_type"], one["description"], one["previous_value"], one["new_value"])
        for one in (await desk.history(case_id))[1:]
    ]
    assert told == [
        ("assignment", "Case assigned to maria", None, "maria"),
        ("status_change", "Case status changed from open to assigned", "open", "assigned"),
        (
            "priority_change",
            "Case priority changed from high to critical",
            "high",
            "critical",
        ),
        ("note", "Escalated due to immediate danger", None, None),
    ]


async def test_the_history_is_answered_as_printed_newest_first(desk: CaseDesk) -> None:
    case_id = await desk.case()
    await desk.change(case_id, notes="Initial assessment completed")
    await desk.change(case_id, status="assigned")
    status, answer = await desk.ask("john", "GET", f"/cases/{case_id}/activities")
    assert status == 200
    printed = endpoint("GET", "/cases/{id}/activities").response
    assert differences(printed, answer, frozenset({"previous_value", "new_value"})) == []
    newest = answer["data"][0]
    assert {name: newest[name] for name in newest if name not in ("id", "created_at")} == {
        **{k: v for k, v in printed["data"][0].items() if k not in ("id", "created_at")},
        "user_name": "jane",
        **NAMED,
        "user_display_name": "jane",
    }
    assert [one["activity_type"] for one in answer["data"]] == [
        "status_change", "note", "status_change"
    ]  # fmt: skip
    assert answer["pagination"] == {"total": 3, "limit": 1000, "offset": 0, "has_more": False}


async def test_a_new_case_begins_its_history(desk: CaseDesk) -> None:
    (begun,) = await desk.history(await desk.case())
    assert (begun["activity_type"], begun["new_value"]) == ("status_change", "open")
    assert begun["user_name"] == "john"


@pytest.mark.parametrize("before", ORDER)
@pytest.mark.parametrize("after", ORDER)
async def test_a_status_follows_forward_and_what_is_done_may_be_taken_up_again(
    desk: CaseDesk, before: str, after: str
) -> None:
    case_id = await desk.case()
    await desk.change(case_id, status=before)
    events = len(await desk.history(case_id))
    status, answer = await desk.change(case_id, status=after, priority="low")
    allowed = ORDER.index(after) >= ORDER.index(before) or (before, after) in BACK
    assert status == (200 if allowed else 409)
    case = await desk.read(case_id)
    assert case["status"] == (after if allowed else before)
    told = (await desk.history(case_id))[events:]
    if allowed:
        assert ("status" in {one["description"].split()[1] for one in told}) is (before != after)
    else:
        assert answer["error"]["code"] == "CONFLICT"
        assert answer["error"]["details"]["status"] == before
        assert case["priority"] == "medium"
        assert told == []


async def test_resolving_is_an_activity_of_its_own_kind_with_its_time(desk: CaseDesk) -> None:
    case_id = await desk.case()
    await desk.home.clock.advance(3600)
    await desk.change(case_id, status="resolved")
    assert (await desk.history(case_id))[-1]["activity_type"] == "resolution"
    assert (await desk.read(case_id))["resolved_at"] == "2025-03-03T10:00:00Z"
    await desk.home.clock.advance(3600)
    await desk.change(case_id, status="closed")
    assert (await desk.read(case_id))["resolved_at"] == "2025-03-03T10:00:00Z"
    await desk.change(case_id, status="in_progress")
    assert (await desk.read(case_id))["resolved_at"] is None
    await desk.change(case_id, status="closed")
    assert (await desk.read(case_id))["resolved_at"] == "2025-03-03T11:00:00Z"


@pytest.mark.parametrize("status", [None, "open"])
async def test_assigning_an_open_case_makes_it_assigned(desk: CaseDesk, status: str | None) -> None:
    case_id = await desk.case()
    wish: dict[str, Any] = {"status": status} if status else {}
    wish["assigned_user_id"] = desk.ids["amina"]
    assert (await desk.change(case_id, **wish))[1]["data"]["status"] == "assigned"


async def test_assigning_a_case_that_is_worked_on_leaves_its_status(desk: CaseDesk) -> None:
    case_id = await desk.case()
    await desk.change(case_id, status="in_progress")
    await desk.change(case_id, assigned_user_id=desk.ids["amina"])
    assert (await desk.read(case_id))["status"] == "in_progress"
    await desk.change(case_id, assigned_user_id=desk.ids["maria"])
    assert (await desk.read(case_id))["status"] == "in_progress"
    last = (await desk.history(case_id))[-1]
    assert (last["previous_value"], last["new_value"]) == ("amina", "maria")


async def test_a_case_may_be_taken_from_everybody(desk: CaseDesk) -> None:
    case_id = await desk.case()
    await desk.change(case_id, assigned_user_id=desk.ids["amina"])
    await desk.change(case_id, assigned_user_id=None)
    case = await desk.read(case_id)
    assert (case["assigned_user_id"], case["assigned_user"]) == (None, None)
    last = (await desk.history(case_id))[-1]
    assert (last["activity_type"], last["previous_value"]) == ("assignment", "amina")


async def test_nobody_and_who_may_not_sign_in_are_assigned_nothing(desk: CaseDesk) -> None:
    case_id = await desk.case()
    await disable(desk.home.services.access, "amina")
    for user_id in (desk.ids["amina"], 10_000, 0, -1, "8", 2**63):
        status, answer = await desk.change(case_id, assigned_user_id=user_id)
        assert status == 400
        assert [one["field"] for one in answer["error"]["details"]["fields"]] == [
            "assigned_user_id"
        ]
    assert (await desk.read(case_id))["assigned_user_id"] is None


async def test_null_clears_what_may_be_empty_and_leaves_the_rest(desk: CaseDesk) -> None:
    case_id = await desk.case(**PRINTED)
    cleared: dict[str, Any] = dict.fromkeys(set(PRINTED) - {"title", "priority"})
    assert (await desk.change(case_id, **cleared))[0] == 200
    case = await desk.read(case_id)
    assert {name for name in PRINTED if case[name] is not None} == {"title", "priority"}
    assert case["title"] == PRINTED["title"]


@pytest.mark.parametrize("field", ["title", "status", "priority"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_null_does_not_clear_what_a_case_must_have(
    desk: CaseDesk, field: str, method: str
) -> None:
    case_id = await desk.case()
    status, answer = await desk.ask("john", method, f"/cases/{case_id}", {field: None})
    assert status == 400
    assert [one["field"] for one in answer["error"]["details"]["fields"]] == [field]


async def test_fields_that_are_not_named_stay(desk: CaseDesk) -> None:
    case_id = await desk.case(**PRINTED)
    before = await desk.read(case_id)
    await desk.change(case_id, child_age=13)
    assert await desk.read(case_id) == {**before, "child_age": 13}


async def test_changed_fields_are_named_in_the_history_and_their_texts_are_not(
    desk: CaseDesk,
) -> None:
    case_id = await desk.case(**PRINTED)
    await desk.change(case_id, child_name="Esther", description="Another story")
    last = (await desk.history(case_id))[-1]
    assert last["activity_type"] == "note"
    assert last["description"] == "Case changed: child_name, description"
    (deed,) = await desk.deeds("case.update")
    assert deed.details == {"fields": ["child_name", "description"]}


async def test_what_changes_nothing_leaves_no_trace(desk: CaseDesk) -> None:
    case_id = await desk.case(**PRINTED)
    await desk.home.clock.advance(60)
    first = await desk.send("john", "GET", f"/cases/{case_id}")
    status, answer = await desk.change(case_id, **PRINTED, status="open")
    assert status == 200
    assert answer["data"]["updated_at"] == "2025-03-03T09:00:00Z"
    assert (await desk.change(case_id))[0] == 200
    assert (await desk.change(case_id, notes=None))[0] == 200
    again = await desk.send("john", "GET", f"/cases/{case_id}")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert len(await desk.history(case_id)) == 1


async def test_a_note_alone_is_a_change(desk: CaseDesk) -> None:
    case_id = await desk.case()
    await desk.home.clock.advance(60)
    _, answer = await desk.change(case_id, "john", notes="The aunt called back")
    assert answer["data"]["updated_at"] == "2025-03-03T09:01:00Z"
    last = (await desk.history(case_id))[-1]
    assert (last["activity_type"], last["description"]) == ("note", "The aunt called back")


async def test_another_category_takes_the_subcategory_of_the_old_one_away(desk: CaseDesk) -> None:
    case_id = await desk.case(category="abuse", subcategory="physical_abuse")
    await desk.change(case_id, category="neglect")
    case = await desk.read(case_id)
    assert (case["category"], case["subcategory"]) == ("neglect", None)
    await desk.change(case_id, category="abuse", subcategory="online_abuse")
    assert (await desk.change(case_id, subcategory="abandonment"))[0] == 400
    await desk.change(case_id, category=None)
    case = await desk.read(case_id)
    assert (case["category"], case["subcategory"]) == (None, None)


@pytest.mark.parametrize(
    "body",
    [{"status": "new"}, {"priority": "urgent"}, {"category": "nonsense"}, {"created_by": 1},
     {"child_age": 26}, {"client_id": "client-of-nobody"}, {"nonsense": 1}, {"id": 7}],
)  # fmt: skip
async def test_a_wrong_field_of_an_update_is_named_and_nothing_changes(
    desk: CaseDesk, body: dict[str, Any]
) -> None:
    case_id = await desk.case()
    before = await desk.read(case_id)
    status, answer = await desk.change(case_id, notes="half written", **body)
    assert status == 400
    assert [one["field"] for one in answer["error"]["details"]["fields"]] == list(body)
    assert await desk.read(case_id) == before
    assert len(await desk.history(case_id)) == 1


# ---- versions


async def test_a_change_for_an_older_version_is_refused(desk: CaseDesk) -> None:
    case_id = await desk.case()
    seen = (await desk.send("john", "GET", f"/cases/{case_id}")).headers["ETag"]
    first = await desk.send("jane", "PUT", f"/cases/{case_id}", {"priority": "low"}, If_Match=seen)
    assert first.status == 200
    late = await desk.send("john", "PUT", f"/cases/{case_id}", {"priority": "high"}, If_Match=seen)
    assert late.status == 412
    assert (await late.json())["error"]["code"] == "PRECONDITION_FAILED"
    assert (await desk.read(case_id))["priority"] == "low"
    now = first.headers["ETag"]
    assert now == (await desk.send("john", "GET", f"/cases/{case_id}")).headers["ETag"]
    again = await desk.send("john", "POST", f"/cases/{case_id}", {"notes": "x"}, If_Match=now)
    assert again.status == 200


async def test_deleting_an_older_version_is_refused(desk: CaseDesk) -> None:
    made = await desk.send("john", "POST", "/cases", {"title": "x"})
    case_id = (await made.json())["data"]["id"]
    await desk.change(case_id, priority="low")
    late = await desk.send("alice", "DELETE", f"/cases/{case_id}", If_Match=made.headers["ETag"])
    assert late.status == 412
    assert await desk.listed() == [case_id]


# ---- posted activities


async def test_the_printed_activity_is_answered_as_printed(desk: CaseDesk) -> None:
    case_id = await desk.case()
    printed = endpoint("POST", "/cases/{id}/activities")
    path = f"/cases/{case_id}/activities"
    status, answer = await desk.ask("john", "POST", path, printed.request)
    assert status == 201
    assert differences(printed.response, answer) == []
    last = (await desk.history(case_id))[-1]
    assert last == {
        **printed.request,
        "id": answer["data"]["id"],
        "previous_value": None,
        "new_value": None,
        "user_name": "john",
        "created_at": answer["data"]["created_at"],
        **NAMED,
        "user_display_name": "john",
    }
    (deed,) = await desk.deeds("case.activity")
    assert (deed.subject_id, deed.details) == (str(case_id), {"type": "note"})


@pytest.mark.parametrize(
    ("body", "field"),
    [({"activity_type": "status_change", "description": "x"}, "activity_type"),
     ({"activity_type": "nonsense", "description": "x"}, "activity_type"),
     ({"activity_type": "note"}, "description"),
     ({"activity_type": "note", "description": " "}, "description"),
     ({"activity_type": "note", "description": "x" * 20_001}, "description"),
     ({"activity_type": "note", "description": "x", "user_name": "jane"}, "user_name")],
)  # fmt: skip
async def test_an_activity_that_nobody_may_post_is_refused(
    desk: CaseDesk, body: dict[str, Any], field: str
) -> None:
    case_id = await desk.case()
    status, answer = await desk.ask("jane", "POST", f"/cases/{case_id}/activities", body)
    assert status == 400
    assert [one["field"] for one in answer["error"]["details"]["fields"]] == [field]
    assert len(await desk.history(case_id)) == 1


async def test_an_escalation_may_be_posted(desk: CaseDesk) -> None:
    case_id = await desk.case()
    body = {"activity_type": "escalation", "description": "Needs a supervisor tonight"}
    await desk.good("john", "POST", f"/cases/{case_id}/activities", body)
    assert (await desk.history(case_id))[-1]["activity_type"] == "escalation"


async def test_a_case_is_escalated_and_more_urgent_in_one_request(desk: CaseDesk) -> None:
    case_id = await desk.case(priority="medium")
    body = {"escalation": "He is back at the gate", "priority": "critical"}
    await desk.good("john", "PUT", f"/cases/{case_id}", body)
    told = [(one["activity_type"], one["description"]) for one in await desk.history(case_id)]
    assert told[1:] == [
        ("priority_change", "Case priority changed from medium to critical"),
        ("escalation", "He is back at the gate"),
    ]
    assert (await desk.read(case_id))["priority"] == "critical"


async def test_an_escalation_that_is_refused_in_part_is_refused_whole(desk: CaseDesk) -> None:
    case_id = await desk.case(priority="medium")
    body = {"escalation": "Now", "priority": "high", "assigned_user_id": desk.ids["maria"]}
    status, _ = await desk.ask("john", "PUT", f"/cases/{case_id}", body)  # who assigns nobody
    assert status == 403
    assert len(await desk.history(case_id)) == 1
    assert (await desk.read(case_id))["priority"] == "medium"


async def test_an_escalation_says_why(desk: CaseDesk) -> None:
    case_id = await desk.case()
    status, answer = await desk.ask("john", "PUT", f"/cases/{case_id}", {"escalation": " "})
    assert status == 400
    assert [one["field"] for one in answer["error"]["details"]["fields"]] == ["escalation"]


async def test_a_history_names_people_as_their_colleagues_know_them(desk: CaseDesk) -> None:
    case_id = await desk.case()
    names = desk.home.services.access.known.names
    body = {"assigned_user_id": desk.ids["maria"]}
    await desk.good("jane", "PUT", f"/cases/{case_id}", body)
    given = next(one for one in await desk.history(case_id) if one["activity_type"] == "assignment")
    assert (given["user_name"], given["new_value"]) == ("jane", "maria")
    assert given["user_display_name"] == names["jane"].name
    assert (given["previous_name"], given["new_name"]) == (None, names["maria"].name)


# ---- deleted


async def test_a_deleted_case_is_gone_and_may_be_brought_back_as_it_was(desk: CaseDesk) -> None:
    case_id, other = await desk.case(**PRINTED), await desk.case()
    before = await desk.read(case_id)
    status, answer = await desk.ask("alice", "DELETE", f"/cases/{case_id}")
    assert status == 200
    assert answer == endpoint("DELETE", "/cases/{id}").response
    assert await desk.listed("alice") == [other]
    for method, path, body in (
        ("GET", "", None), ("PUT", "", {"priority": "low"}), ("DELETE", "", None),
        ("GET", "/activities", None),
        ("POST", "/activities", {"activity_type": "note", "description": "x"}),
    ):  # fmt: skip
        assert (await desk.ask("alice", method, f"/cases/{case_id}{path}", body))[0] == 404
    assert await desk.listed("alice", "?deleted=true") == [case_id]
    restored = await desk.good("alice", "POST", f"/cases/{case_id}/restore")
    assert restored["status"] == "open"
    assert await desk.listed() == [other, case_id]
    assert await desk.read(case_id) == before
    told = [one["description"] for one in await desk.history(case_id)]
    assert told == ["Case created", "Case deleted", "Case restored"]
    assert [deed.username for deed in await desk.deeds("case.delete")] == ["alice"]
    assert [deed.subject_id for deed in await desk.deeds("case.restore")] == [str(case_id)]


async def test_a_case_that_is_not_deleted_can_t_be_restored(desk: CaseDesk) -> None:
    case_id = await desk.case()
    for number in (case_id, 99, "9" * 30):
        assert (await desk.ask("alice", "POST", f"/cases/{number}/restore"))[0] == 404


async def test_a_number_is_never_given_twice(desk: CaseDesk) -> None:
    case_id = await desk.case()
    await desk.good("alice", "DELETE", f"/cases/{case_id}")
    assert (await desk.read(await desk.case()))["case_number"] == "CASE-2025-000002"
