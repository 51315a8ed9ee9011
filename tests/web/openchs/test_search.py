"""Search as the document prints it: what is found, how well, where, and by whom."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mhud.services.search import Asked, terms_of
from tests.case_desk import CaseDesk
from tests.printed import differences
from tests.printed_openchs import endpoint

TELLING = {
    "safe": {"title": "Child safety concern", "description": "A child, seen by a neighbour"},
    "school": {"title": "School fees", "description": "Two children at SCHOOL; Amína's élan"},
    "night": {"title": "Alone at night", "description": "Mother left home, the child is alone"},
    "bare": {"title": "Nothing said"},
}


async def told(desk: CaseDesk, who: str = "john") -> dict[str, int]:
    """Ids of the four cases, the last one newest."""
    return {name: await desk.case(who, **fields) for name, fields in TELLING.items()}


@pytest.fixture
async def told_desk(desk: CaseDesk) -> CaseDesk:
    await told(desk)
    return desk


async def find(desk: CaseDesk, q: str, who: str = "jane", **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await desk.good(
        who, "GET", f"/search/cases?{urlencode({'q': q, **more})}"
    )
    return found


async def ids(desk: CaseDesk, q: str, who: str = "jane", **more: Any) -> set[int]:
    return {case["id"] for case in await find(desk, q, who, **more)}


async def test_a_search_is_answered_as_printed(desk: CaseDesk) -> None:
    cases = await told(desk)
    status, answer = await desk.ask("jane", "GET", "/search/cases?q=child+concern")
    assert status == 200
    assert differences(endpoint("GET", "/search/cases").response, answer) == []
    assert [case["id"] for case in answer["data"]] == [cases["safe"]]
    assert answer["pagination"] == {"total": 1, "limit": 20, "offset": 0, "has_more": False}


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("child", {"safe", "night"}),
        ("CHILD", {"safe", "night"}),
        ("child*", {"safe", "night", "school"}),
        ("chi*", {"safe", "night", "school"}),
        ("c*", set()),  # one letter is a word
        ('"left home"', {"night"}),
        ('"home left"', set()),
        ('"left ho"*', {"night"}),
        ("amina elan", {"school"}),
        ("ÁMINA", {"school"}),
        ("school mother", set()),
        ("case-2025-000001", {"safe"}),
        ("000003", {"night"}),
        ("2025", {"safe", "school", "night", "bare"}),
        ("child NEAR alone", set()),
        ("child OR school", set()),
        ("alone -night", {"night"}),
        ("", set()),
        ('"', set()),
    ],
)
async def test_words_phrases_and_beginnings(desk: CaseDesk, q: str, names: set[str]) -> None:
    cases = await told(desk)
    assert await ids(desk, q) == {cases[name] for name in names}


async def test_it_says_in_which_fields_the_words_are(desk: CaseDesk) -> None:
    cases = await told(desk)
    where = {case["id"]: case["matched_fields"] for case in await find(desk, "child 2025")}
    assert where == {
        cases["safe"]: ["title", "description", "case_number"],
        cases["night"]: ["description", "case_number"],
    }
    (alone,) = await find(desk, "alone child")  # one word in one field, the other in another
    assert alone["matched_fields"] == ["title", "description"]


async def test_one_may_look_in_some_fields_only(desk: CaseDesk) -> None:
    cases = await told(desk)
    (found,) = await find(desk, "child", fields="title")
    assert (found["id"], found["matched_fields"]) == (cases["safe"], ["title"])
    both = await ids(desk, "school", fields="case_number, title,description")
    assert both == {cases["school"]}
    assert await ids(desk, "2025", fields="title,description") == set()
    for wrong in ("", "child_name", "title,"):
        assert (await desk.ask("jane", "GET", f"/search/cases?q=a&fields={wrong}"))[0] == 400


async def test_the_best_hit_has_1_and_comes_first_and_equal_ones_newest_first(
    desk: CaseDesk,
) -> None:
    cases = await told(desk)
    first, second = await find(desk, "child", sort="relevance")
    assert (first["id"], first["relevance_score"]) == (cases["safe"], 1)
    assert 0 < second["relevance_score"] < 1
    twins = [await desk.case(title="Twins of the river") for _ in range(3)]
    found = await find(desk, "twins", sort="relevance")
    assert [(case["id"], case["relevance_score"]) for case in found] == [
        (twin, 1) for twin in reversed(twins)
    ]
    by_age = await find(desk, "child")
    assert [case["id"] for case in by_age] == [cases["night"], cases["safe"]]
    assert max(case["relevance_score"] for case in by_age) == 1


async def test_pages_together_are_all_hits(desk: CaseDesk) -> None:
    made = [await desk.case(title=f"river {'river ' * (n % 3)}") for n in range(7)]
    whole = [case["id"] for case in await find(desk, "river")]
    assert sorted(whole) == made
    parts = [await find(desk, "river", limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [case["id"] for part in parts for case in part] == whole
    assert [len(part) for part in parts] == [3, 3, 1, 0]
    _, last = await desk.ask("jane", "GET", "/search/cases?q=river&limit=3&offset=6")
    assert last["pagination"] == {"total": 7, "limit": 3, "offset": 6, "has_more": False}


async def test_hits_behind_the_ranked_ones_follow_by_age(
    desk: CaseDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mhud.store.search_sqlite.RANKED", 3)
    made = [await desk.case(title=f"river {'river ' * n}") for n in range(6)]
    found = await find(desk, "river")
    assert {case["id"] for case in found[:3]} == set(made[3:])
    assert [case["id"] for case in found[3:]] == [made[2], made[1], made[0]]
    pages = [await find(desk, "river", limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [case["id"] for page in pages for case in page] == [case["id"] for case in found]
    assert all(0 < case["relevance_score"] <= 1 for case in found)


async def test_of_a_very_common_word_those_with_it_in_their_title_come_first(
    desk: CaseDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mhud.store.search_sqlite.COMMON", 3)
    both = await desk.case(title="The river at night")
    one = await desk.case(title="By the river", description="at night")
    none = [await desk.case(title="Case", description="river night") for _ in range(3)]
    found = await find(desk, "river night", sort="relevance")
    assert [case["id"] for case in found] == [both, one, *reversed(none)]
    assert [case["relevance_score"] for case in found] == [1, 0.6, 0.2, 0.2, 0.2]
    assert found[1]["matched_fields"] == ["title", "description"]
    in_texts = await find(desk, "river", fields="description")
    assert [case["id"] for case in in_texts] == list(reversed(none))
    assert await ids(desk, "river", "amina") == set()


async def test_everybody_finds_what_he_may_see_and_counts_no_more(desk: CaseDesk) -> None:
    johns = await desk.case("john", title="river of john")
    assigned = await desk.case("amina", title="river of amina", assigned_user_id=None)
    await desk.change(assigned, assigned_user_id=desk.ids["maria"])
    free = await desk.case("amina", title="river of nobody")
    seen = {
        "john": {johns},
        "amina": {assigned, free},
        "maria": {johns, assigned, free},  # John's is nobody's yet
        "jane": {johns, assigned, free},
    }
    for who, expected in seen.items():
        _, answer = await desk.ask(who, "GET", "/search/cases?q=river")
        assert {case["id"] for case in answer["data"]} == expected, who
        assert answer["pagination"]["total"] == len(expected), who
    await desk.change(johns, assigned_user_id=desk.ids["amina"])
    assert await ids(desk, "river", "amina") == {johns, assigned, free}
    assert await ids(desk, "river", "maria") == {assigned, free}
    assert await ids(desk, f"river \ue000a{desk.ids['maria']}", "john") == set()


async def test_a_change_is_found_at_once_and_what_was_before_is_not(desk: CaseDesk) -> None:
    case = await desk.case("jane", title="Lantern")
    await desk.change(case, title="Candle", description="by the river")
    assert await ids(desk, "lantern") == set()
    assert await ids(desk, "candle river") == {case}


async def test_a_deleted_case_is_not_found_until_it_is_restored(desk: CaseDesk) -> None:
    case = await desk.case(title="Lantern")
    assert (await desk.ask("alice", "DELETE", f"/cases/{case}"))[0] == 200
    assert await ids(desk, "lantern", "alice") == set()
    assert (await desk.ask("alice", "POST", f"/cases/{case}/restore"))[0] == 200
    assert await ids(desk, "lantern", "alice") == {case}


@pytest.mark.parametrize(
    "query", ["", "?limit=5", "?q=a&limit=0", "?q=a&limit=101", "?q=a&offset=-1", "?q=a&colour=b"]
)
async def test_a_question_of_another_shape_is_refused(desk: CaseDesk, query: str) -> None:
    status, answer = await desk.ask("jane", "GET", f"/search/cases{query}")
    assert (status, answer["error"]["code"]) == (400, "VALIDATION_ERROR")


NASTY = st.text(alphabet=st.sampled_from('"*-()^:+{},.\0\\%_ ab́é😀\u202eمن\ue000'), max_size=25)


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    question=NASTY
    | st.text(max_size=40)
    | st.sampled_from(["NEAR(a b)", "a AND", "NOT b", "{title}: a", "a + b", "^a"])
)
async def test_no_text_is_an_error(told_desk: CaseDesk, question: str) -> None:
    search = told_desk.home.services.case_views.search
    for who in ("jane", "maria"):
        principal = told_desk.principal(who)
        hits = await search.find(principal, Asked(terms=terms_of(question)), 20, 0)
        assert hits.total == len(hits.page) <= len(TELLING)
        assert all(hit.matched and 0 < hit.relevance <= 1 for hit in hits.page)
