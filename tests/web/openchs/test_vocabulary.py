"""Categories and dispositions: there from the start, changed by an administrator, kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.case_desk import CaseDesk, case_desk
from tests.houses import house
from tests.printed import differences
from tests.printed_openchs import endpoint

PRINTED = endpoint("GET", "/dispositions").response
EXPECTED = {
    "abuse": {"physical_abuse", "sexual_abuse", "emotional_abuse", "online_abuse"},
    "neglect": set(),
    "education": set(),
    "health": set(),
    "mental_health": set(),
}


def by_code(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for one in found}


async def test_dispositions_are_answered_as_printed_with_the_printed_ones(desk: CaseDesk) -> None:
    status, answer = await desk.ask("john", "GET", "/dispositions")
    assert status == 200
    assert differences(PRINTED, answer) == []
    assert answer["data"][:2] == PRINTED["data"]
    assert answer["pagination"]["total"] == len(answer["data"]) > 10


async def test_a_fresh_installation_has_categories(desk: CaseDesk) -> None:
    found = by_code(await desk.good("john", "GET", "/categories"))
    for code, inner in EXPECTED.items():
        assert found[code]["parent"] is None
        assert {one for one in found if found[one]["parent"] == code} >= inner
    assert found["abuse"] == {"code": "abuse", "name": "Abuse", "parent": None, "is_active": True}


async def test_a_new_category_and_its_subcategory_serve_at_once(desk: CaseDesk) -> None:
    wish = {"code": "child_labor_2", "name": "Work"}
    made = await desk.good("alice", "POST", "/categories", wish)
    assert made == {**wish, "parent": None, "is_active": True}
    inner = {"code": "herding", "name": "Herding", "parent": "child_labor_2"}
    await desk.good("alice", "POST", "/categories", inner)
    case_id = await desk.case(category="child_labor_2", subcategory="herding")
    assert (await desk.read(case_id))["subcategory"] == "herding"
    deeds = await desk.deeds("category.create")
    assert [deed.subject_id for deed in deeds] == ["child_labor_2", "herding"]


async def test_an_inactive_category_stays_with_its_cases_and_no_case_gets_it(
    desk: CaseDesk,
) -> None:
    case_id = await desk.case(category="health")
    changed = await desk.good("alice", "PUT", "/categories/health", {"is_active": False})
    assert (changed["is_active"], changed["name"]) == (False, "Health")
    assert (await desk.ask("john", "POST", "/cases", {"title": "x", "category": "health"}))[
        0
    ] == 400
    assert (await desk.read(case_id))["category"] == "health"
    assert (await desk.change(case_id, category="health", priority="low"))[0] == 200
    assert "health" not in by_code(await desk.good("john", "GET", "/categories"))
    every = await desk.good("john", "GET", "/categories?include_inactive=true")
    assert by_code(every)["health"]["is_active"] is False
    assert await desk.listed(query="?category=health") == [case_id]


async def test_the_subcategory_of_a_case_changes_though_its_category_is_inactive(
    desk: CaseDesk,
) -> None:
    case_id = await desk.case(category="neglect", subcategory="abandonment")
    inner = {"code": "left_alone", "name": "Left alone", "parent": "neglect"}
    await desk.good("alice", "POST", "/categories", inner)
    await desk.good("alice", "PUT", "/categories/neglect", {"is_active": False})
    assert (await desk.change(case_id, subcategory="left_alone"))[0] == 200
    assert (await desk.change(case_id, subcategory="bullying"))[0] == 400
    assert (await desk.change(case_id, subcategory=None))[0] == 200
    found = await desk.read(case_id)
    assert (found["category"], found["subcategory"]) == ("neglect", None)


async def test_a_disposition_is_made_and_changed(desk: CaseDesk) -> None:
    wish = {"code": "LEGAL_AID", "name": "Legal aid", "category": "referral"}
    made = await desk.good("alice", "POST", "/dispositions", wish)
    assert made == {**wish, "id": made["id"], "is_active": True}
    path = f"/dispositions/{made['id']}"
    changed = await desk.good("alice", "PUT", path, {"name": "Lawyer", "is_active": False})
    assert changed == {**made, "name": "Lawyer", "is_active": False}
    listed = by_code(await desk.good("john", "GET", "/dispositions"))
    assert "LEGAL_AID" not in listed
    (deed,) = await desk.deeds("disposition.update")
    assert (deed.subject_id, deed.details) == (str(made["id"]), {"fields": ["is_active", "name"]})


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/categories", {"code": "abuse", "name": "x"}, 409),
        ("POST", "/categories", {"code": "Abuse!", "name": "x"}, 400),
        ("POST", "/categories", {"code": "x", "name": ""}, 400),
        ("POST", "/categories", {"code": "x", "name": "x", "parent": "nonsense"}, 400),
        ("POST", "/categories", {"code": "x", "name": "x", "parent": "physical_abuse"}, 400),
        ("PUT", "/categories/abuse", {"parent": "neglect"}, 400),
        ("PUT", "/categories/abuse", {"name": None}, 400),
        ("PUT", "/categories/abuse", {"is_active": "no"}, 400),
        ("PUT", "/categories/nonsense", {"name": "x"}, 404),
        ("POST", "/dispositions", {"code": "CASE_NEW", "name": "x", "category": "x"}, 409),
        ("POST", "/dispositions", {"code": "x", "name": "x", "category": "x"}, 400),
        ("POST", "/dispositions", {"code": "X", "name": "x"}, 400),
        ("PUT", "/dispositions/50", {"code": "INFO_PROVIDED"}, 409),
        ("PUT", "/dispositions/9999", {"name": "x"}, 404),
    ],
)
async def test_wrong_words_are_refused_and_nothing_changes(
    desk: CaseDesk, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    kind = path.split("/")[1]
    before = await desk.good("alice", "GET", f"/{kind}?include_inactive=true")
    assert (await desk.ask("alice", method, path, body))[0] == status
    assert await desk.good("alice", "GET", f"/{kind}?include_inactive=true") == before


@pytest.mark.parametrize("who", ["john", "maria", "jane"])
async def test_only_administrators_change_words(desk: CaseDesk, who: str) -> None:
    for method, path, body in (
        ("POST", "/categories", {"code": "x", "name": "x"}),
        ("PUT", "/categories/abuse", {"name": "x"}),
        ("POST", "/dispositions", {"code": "X", "name": "x", "category": "x"}),
        ("PUT", "/dispositions/50", {"name": "x"}),
    ):
        assert (await desk.ask(who, method, path, body))[0] == 403
    for path in ("/categories", "/dispositions"):
        assert (await desk.ask(who, "GET", path, X_API_Key="mhuk_nonsense"))[0] == 401


async def test_changed_words_stay_changed_over_a_restart(tmp_path: Path) -> None:
    async with case_desk(tmp_path) as desk:
        await desk.good("alice", "PUT", "/dispositions/50", {"name": "Neuer Fall"})
        await desk.good("alice", "PUT", "/categories/other", {"is_active": False})
    async with house(tmp_path) as again:
        words = again.services.cases.words
        assert words.dispositions[50].name == "Neuer Fall"
        assert words.categories["other"].is_active is False
