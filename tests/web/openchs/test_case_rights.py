"""Who may do what with whose case: each role on his own, an assigned, another's, nobody's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.case_desk import CaseDesk

NOTE = {"activity_type": "note", "description": "x"}
ESCALATION = {"activity_type": "escalation", "description": "x"}
OPERATIONS: dict[str, tuple[str, str, Any]] = {
    "read": ("GET", "", None),
    "history": ("GET", "/activities", None),
    "change": ("PUT", "", {"priority": "low"}),
    "change by POST": ("POST", "", {"priority": "low"}),
    "note in an update": ("PUT", "", {"notes": "x"}),
    "note": ("POST", "/activities", NOTE),
    "escalate": ("POST", "/activities", ESCALATION),
    "take": ("PUT", "", {"assigned_user_id": "me", "priority": "low"}),
    "give away": ("PUT", "", {"assigned_user_id": "amina"}),
    "unassign": ("PUT", "", {"assigned_user_id": None, "priority": "low"}),
    "delete": ("DELETE", "", None),
}
NOT_SEEN = dict.fromkeys(OPERATIONS, 404)
ALL = dict.fromkeys(OPERATIONS, 200)
WORKS = {**ALL, "take": 403, "give away": 403, "unassign": 403, "delete": 403}
# As (whose, who): what he gets, 200 for any success. An unassigned case has nobody to be taken
# from, so unassigning one is no change but of the priority.
EXPECTED: dict[tuple[str, str], dict[str, int]] = {
    ("created by him", "john"): {**WORKS, "unassign": 200},
    ("created by him", "maria"): {**WORKS, "take": 200, "unassign": 200},
    ("created by him", "jane"): {**ALL, "delete": 403},
    ("created by him", "alice"): ALL,
    ("assigned to him", "john"): {**WORKS, "take": 200},
    ("assigned to him", "maria"): {**WORKS, "take": 200},
    ("assigned to him", "jane"): {**ALL, "delete": 403},
    ("assigned to him", "alice"): ALL,
    ("his, but assigned to amina", "john"): {**WORKS, "give away": 200},
    ("his, but assigned to amina", "maria"): {**WORKS, "give away": 200},
    ("his, but assigned to amina", "jane"): {**ALL, "delete": 403},
    ("his, but assigned to amina", "alice"): ALL,
    ("another's", "john"): {**NOT_SEEN, "delete": 403},
    ("another's", "maria"): {**NOT_SEEN, "delete": 403},
    ("another's", "jane"): {**ALL, "delete": 403},
    ("another's", "alice"): ALL,
    ("nobody's", "john"): {**NOT_SEEN, "delete": 403},
    ("nobody's", "maria"): {
        **WORKS, "change": 403, "change by POST": 403, "take": 200, "unassign": 403,
    },
    ("nobody's", "jane"): {**ALL, "delete": 403},
    ("nobody's", "alice"): ALL,
}  # fmt: skip


async def make(desk: CaseDesk, whose: str, who: str) -> int:
    """ "Another's" was made by amina and is hers."""
    mine = whose in ("created by him", "his, but assigned to amina")
    case_id = await desk.case(who if mine else "amina")
    assignee = {"assigned to him": who, "created by him": None, "nobody's": None}.get(
        whose, "amina"
    )
    if assignee is not None:
        assert (await desk.change(case_id, assigned_user_id=desk.ids[assignee]))[0] == 200
    return case_id


@pytest.mark.parametrize(("whose", "who"), EXPECTED)
async def test_what_one_may_do_with_a_case(desk: CaseDesk, whose: str, who: str) -> None:
    found = {}
    for name, (method, path, body) in OPERATIONS.items():
        case_id = await make(desk, whose, who)
        sent = dict(body) if body else body
        if sent and sent.get("assigned_user_id"):
            sent["assigned_user_id"] = desk.ids.get(sent["assigned_user_id"], desk.ids[who])
        status, _ = await desk.ask(who, method, f"/cases/{case_id}{path}", sent)
        found[name] = 200 if status == 201 else status
    assert found == EXPECTED[whose, who]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("john", {"created by him", "assigned to him", "his, but assigned to amina"}),
        (
            "maria",
            {"created by him", "assigned to him", "his, but assigned to amina", "nobody's"},
        ),
        ("jane", {whose for whose, _ in EXPECTED}),
        ("alice", {whose for whose, _ in EXPECTED}),
    ],
)
async def test_a_list_and_its_count_hold_what_one_may_open(
    desk: CaseDesk, who: str, seen: set[str]
) -> None:
    kinds = dict.fromkeys(whose for whose, _ in EXPECTED)
    made = {await make(desk, whose, who): whose for whose in kinds}
    for query in ("?limit=100", "?limit=100&priority=medium"):
        _, answer = await desk.ask(who, "GET", f"/cases{query}")
        assert {made[case["id"]] for case in answer["data"]} == seen
        assert answer["pagination"]["total"] == len(seen)


async def test_a_refused_change_changes_nothing(desk: CaseDesk) -> None:
    case_id = await desk.case("amina")
    before = await desk.read(case_id)
    status, answer = await desk.change(case_id, "maria", priority="low", notes="half of it")
    assert (status, answer["error"]["code"]) == (403, "FORBIDDEN")
    assert await desk.read(case_id) == before
    assert len(await desk.history(case_id)) == 1


async def test_who_is_taken_off_a_case_sees_it_no_more(desk: CaseDesk) -> None:
    case_id = await desk.case("jane")
    await desk.change(case_id, assigned_user_id=desk.ids["john"])
    assert await desk.listed("john") == [case_id]
    await desk.change(case_id, assigned_user_id=desk.ids["amina"])
    assert await desk.listed("john") == []
    assert (await desk.ask("john", "GET", f"/cases/{case_id}"))[0] == 404


async def test_deleted_cases_are_for_who_may_restore_them(desk: CaseDesk) -> None:
    case_id = await desk.case()
    await desk.good("alice", "DELETE", f"/cases/{case_id}")
    for who in ("john", "maria", "jane"):
        assert (await desk.ask(who, "GET", "/cases?deleted=true"))[0] == 403
        assert (await desk.ask(who, "POST", f"/cases/{case_id}/restore"))[0] == 403
    assert await desk.listed("alice") == []


@pytest.mark.parametrize(
    ("who", "status"), [("john", 403), ("maria", 403), ("jane", 201), ("alice", 201)]
)
async def test_only_who_assigns_without_limit_makes_a_case_for_another(
    desk: CaseDesk, who: str, status: int
) -> None:
    body = {"title": "x", "assigned_user_id": desk.ids["amina"]}
    assert (await desk.ask(who, "POST", "/cases", body))[0] == status
    assert len(await desk.listed("amina")) == (status == 201)


async def test_a_case_manager_may_make_a_case_for_himself(desk: CaseDesk) -> None:
    body = {"title": "x", "assigned_user_id": desk.ids["maria"]}
    made = await desk.good("maria", "POST", "/cases", body)
    assert made["status"] == "assigned"
    told = [one["activity_type"] for one in await desk.history(made["id"], "maria")]
    assert told == ["status_change", "assignment"]


async def test_an_unknown_assignee_is_not_told_apart_for_who_may_assign_nobody(
    desk: CaseDesk,
) -> None:
    case_id = await desk.case()
    found = {
        (await desk.change(case_id, "john", assigned_user_id=user))[0]
        for user in (desk.ids["amina"], 9999)
    }
    assert found == {403}


ROUTES = [
    ("GET", "/cases", None),
    ("POST", "/cases", {"title": "x"}),
    *((method, f"/cases/1{path}", body) for method, path, body in OPERATIONS.values()),
    ("POST", "/cases/1/restore", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_nobody_and_keys_without_a_right_on_cases_get_nothing(
    desk: CaseDesk, method: str, path: str, body: Any
) -> None:
    await desk.case()
    status, _ = await desk.ask("john", method, path, body, X_API_Key="mhuk_nonsense")
    assert status == 401
    key = await desk.home.key("view_calls", "view_clients", owner=desk.ids["alice"])
    assert (await desk.ask("john", method, path, body, X_API_Key=key))[0] == 403


async def test_a_key_sees_and_does_what_it_was_given_of_its_owners_rights(desk: CaseDesk) -> None:
    own, others = await desk.case("jane"), await desk.case("amina")
    key = await desk.home.key("create_case", owner=desk.ids["jane"])
    assert (await desk.ask("jane", "GET", f"/cases/{own}", X_API_Key=key))[0] == 200
    assert (await desk.ask("jane", "GET", f"/cases/{others}", X_API_Key=key))[0] == 404
    body = {"priority": "low"}
    assert (await desk.ask("jane", "PUT", f"/cases/{own}", body, X_API_Key=key))[0] == 403
    _, listed = await desk.ask("jane", "GET", "/cases", X_API_Key=key)
    assert [case["id"] for case in listed["data"]] == [own]
    more = await desk.home.key("view_all_cases", owner=desk.ids["john"])  # who lacks that
    assert (await desk.ask("jane", "GET", "/cases", X_API_Key=more))[0] == 403


async def test_escalating_needs_its_own_right(desk: CaseDesk) -> None:
    case_id = await desk.case()
    path = f"/cases/{case_id}/activities"
    notes = await desk.home.key("update_case", owner=desk.ids["john"])
    assert (await desk.ask("john", "POST", path, NOTE, X_API_Key=notes))[0] == 201
    assert (await desk.ask("john", "POST", path, ESCALATION, X_API_Key=notes))[0] == 403
    escalates = await desk.home.key("escalate_case", owner=desk.ids["john"])
    assert (await desk.ask("john", "POST", path, ESCALATION, X_API_Key=escalates))[0] == 201
    assert (await desk.ask("john", "POST", path, NOTE, X_API_Key=escalates))[0] == 403
    at, both = f"/cases/{case_id}", {"escalation": "Now", "notes": "And this"}
    assert (await desk.ask("john", "PUT", at, {"escalation": "Now"}, X_API_Key=notes))[0] == 403
    assert (await desk.ask("john", "PUT", at, both, X_API_Key=escalates))[0] == 403
    assert (await desk.ask("john", "PUT", at, {"escalation": "Now"}, X_API_Key=escalates))[0] == 200
