"""Whose files of which cases: who sees a case has its files, who may write in it adds one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from mhud.services.trail import Sought
from tests.case_desk import API, CaseDesk
from tests.shift import NUMBER, OPENCHS, shift

ROLES = ("john", "maria", "jane", "alice")
SEEN: dict[str, dict[str, bool]] = {
    "created by him": dict.fromkeys(ROLES, True),
    "assigned to him": dict.fromkeys(ROLES, True),
    "another's": {"john": False, "maria": False, "jane": True, "alice": True},
    "nobody's": {"john": False, "maria": True, "jane": True, "alice": True},
    "deleted": dict.fromkeys(ROLES, False),
}


def form() -> FormData:
    made = FormData()
    made.add_field("file", b"She told us everything.", filename="letter.txt")
    return made


async def request(http: Any, method: str, path: str, headers: Mapping[str, str]) -> int:
    data = form() if method == "POST" else None
    async with http.request(method, path, data=data, headers=headers) as answer:
        await answer.read()
        return int(answer.status)


async def make(desk: CaseDesk, whose: str, who: str) -> int:
    """By amina, and hers, unless it is said to be somebody's."""
    case_id = await desk.case(who if whose in ("created by him", "deleted") else "amina")
    if whose in ("assigned to him", "another's"):
        owner = desk.ids[who if whose == "assigned to him" else "amina"]
        assert (await desk.change(case_id, assigned_user_id=owner))[0] == 200
    return case_id


@pytest.mark.parametrize("whose", SEEN)
@pytest.mark.parametrize("who", ROLES)
async def test_who_may_send_list_and_fetch_files(desk: CaseDesk, whose: str, who: str) -> None:
    case_id = await make(desk, whose, who)
    path = f"{API}/cases/{case_id}/attachments"
    assert await request(desk.http, "POST", path, {"X-API-Key": desk.keys["alice"]}) == 201
    if whose == "deleted":
        await desk.good("alice", "DELETE", f"/cases/{case_id}")
    mine = {"X-API-Key": desk.keys[who]}
    asked = {
        "send": await request(desk.http, "POST", path, mine),
        "list": await request(desk.http, "GET", path, mine),
        "fetch": await request(desk.http, "GET", f"{path}/1", mine),
        "ask for": await request(desk.http, "HEAD", f"{path}/1", mine),
    }
    good = {"send": 201, "list": 200, "fetch": 200, "ask for": 200}
    assert asked == (good if SEEN[whose][who] else dict.fromkeys(good, 404))
    kept = list((desk.home.services.settings.data_dir / "attachments").iterdir())
    assert len(kept) == (2 if SEEN[whose][who] else 1)


async def test_a_wrong_credential_opens_nothing(desk: CaseDesk) -> None:
    path = f"{API}/cases/{await desk.case()}/attachments"
    for headers in ({}, {"X-API-Key": "wrong"}, {"Authorization": "Bearer wrong"}):
        for method, where in (("POST", path), ("GET", path), ("GET", f"{path}/1")):
            assert await request(desk.http, method, where, headers) == 401


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ("view_all_cases", {"POST": 403, "GET": 200}),
        ("update_case", {"POST": 404, "GET": 404}),
        ("view_clients", {"POST": 403, "GET": 403}),
    ],
)
async def test_a_key_can_do_what_its_rights_say(
    desk: CaseDesk, right: str, expected: dict[str, int]
) -> None:
    path = f"{API}/cases/{await desk.case()}/attachments"
    headers = {"X-API-Key": await desk.home.key(right)}
    got = {method: await request(desk.http, method, path, headers) for method in expected}
    assert got == expected


async def test_in_a_call_its_agent_has_the_files_of_what_the_number_suggests(
    tmp_path: Path,
) -> None:
    async with shift(tmp_path) as house:
        case_id = await house.case("sue", reporter_phone=NUMBER)
        path = f"{OPENCHS}/cases/{case_id}/attachments"
        http, mine = house.centre.http, house.headers["otieno"]
        assert await request(http, "POST", path, mine) == 404
        _, call_id = await house.talks()
        assert await request(http, "POST", path, mine) == 201
        assert await request(http, "GET", path, mine) == 200
        assert await request(http, "GET", f"{path}/1", mine) == 200
        assert await request(http, "GET", f"{path}/1", house.headers["wanjiku"]) == 404
        page = await house.centre.services.trail.page(Sought(action="attachment.*"), 10, None)
        assert [deed.action for deed in page.deeds] == ["attachment.read", "attachment.create"]
        for deed in page.deeds:
            assert (deed.details["via"], deed.details["call_id"]) == ("call-context", call_id)
