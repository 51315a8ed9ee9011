"""The audit trail over HTTP: who may read it, and what stands in a line."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from mhud.errors import MhudError
from mhud.store.trail import Sought, TrailRepository
from tests.call_centre import CallCentre
from tests.fake_clock import settle
from tests.houses import PASSWORD


async def sign_in(centre: CallCentre, username: str, role: str) -> dict[str, str]:
    await centre.house.person(username, role)
    body = {"username": username, "password": PASSWORD}
    async with centre.http.post("/api/v1/auth/token", json=body) as answer:
        return {"Authorization": f"Bearer {(await answer.json())['access_token']}"}


async def does(centre: CallCentre, action: str, subject: str, **details: str) -> None:
    services = centre.services
    who = services.access.authenticate_key(centre.key["X-API-Key"])
    await services.trail.note(who, action, subject, **details)


async def test_a_line_says_who_what_when_and_with_which_credential(centre: CallCentre) -> None:
    await does(centre, "call.hold", "call-1.1", agent_id="agent001")
    (line,) = (await centre.get("/audit"))["entries"]
    assert line["credential"].startswith("key:key-")
    assert line["at"].endswith("Z")
    wanted = {"action": "call.hold", "subject_kind": "call", "subject_id": "call-1.1"}
    assert {name: line[name] for name in wanted} == wanted
    assert line["details"] == {"agent_id": "agent001"}


async def test_pages_follow_their_cursor(centre: CallCentre) -> None:
    for number in range(5):
        await does(centre, "call.hold", f"call-{number}")
    first = await centre.get("/audit?limit=3")
    rest = await centre.get(f"/audit?limit=3&cursor={first['next_cursor']}")
    subjects = [line["subject_id"] for line in first["entries"] + rest["entries"]]
    assert subjects == [f"call-{number}" for number in reversed(range(5))]
    assert rest["next_cursor"] is None


async def test_filters_narrow(centre: CallCentre) -> None:
    await does(centre, "call.hold", "call-1")
    await does(centre, "call.monitor.listen", "call-2")
    found = await centre.get("/audit?action=call.monitor.*")
    assert [line["subject_id"] for line in found["entries"]] == ["call-2"]
    assert (await centre.get("/audit?subject=call-3"))["entries"] == []
    assert (await centre.get("/audit?until=2001-01-01"))["entries"] == []


async def test_a_wrong_filter_is_named(centre: CallCentre) -> None:
    for wrong in ("action=call%20hold", "limit=0", "limit=501", "since=soon", "color=red"):
        status, answer = await centre.ask("GET", f"/audit?{wrong}")
        assert status == 400, wrong
        assert answer["details"][0]["field"] == wrong.partition("=")[0]


async def test_only_who_may_view_the_audit_log_reads_it(centre: CallCentre) -> None:
    supervisor = await sign_in(centre, "sue", "supervisor")
    async with centre.http.get("/api/v1/audit", headers=supervisor) as answer:
        assert answer.status == 403
    admin = await sign_in(centre, "ada", "admin")
    async with centre.http.get("/api/v1/audit", headers=admin) as answer:
        assert answer.status == 200


async def fails(centre: CallCentre, times: int, username: str = "sue") -> None:
    for _ in range(times):
        body = {"username": username, "password": "not this one"}
        async with centre.http.post("/api/v1/auth/token", json=body) as answer:
            assert answer.status == 401


async def logins(centre: CallCentre, action: str = "login.*") -> list[dict[str, Any]]:
    """Lines about them, newest first."""
    found: list[dict[str, Any]] = (await centre.get(f"/audit?action={action}"))["entries"]
    return found


async def locks(centre: CallCentre, count: int) -> list[dict[str, Any]]:
    """All of them, once there are so many: they are written beside the answer."""
    while len(found := await logins(centre, "login.locked")) < count:
        await settle()
    return found


async def test_signing_in_by_password_is_in_the_trail_with_its_address(centre: CallCentre) -> None:
    await sign_in(centre, "sue", "supervisor")
    (line,) = await logins(centre)
    assert (line["action"], line["username"], line["ip"]) == ("login.start", "sue", "127.0.0.1")
    assert (line["subject_kind"], line["details"]) == ("login", {"how": "password"})
    assert line["subject_id"].startswith("family-")


async def test_an_account_that_must_wait_is_in_the_trail_once_for_each_wait(
    centre: CallCentre,
) -> None:
    await centre.house.person("sue", "supervisor")
    sue = str(centre.services.access.known.names["sue"].id)
    await fails(centre, 4)
    assert await logins(centre) == []
    await fails(centre, 4)
    (line,) = await locks(centre, 1)
    assert (line["username"], line["ip"]) == ("", "127.0.0.1")
    assert (line["subject_kind"], line["subject_id"]) == ("user", sue)
    assert line["details"] == {"failures": 5, "wait_s": 30}
    await centre.clock.advance(61)
    await fails(centre, 2)
    newest, _ = await locks(centre, 2)
    assert newest["details"] == {"failures": 6, "wait_s": 60}


async def test_failing_in_the_name_of_nobody_leaves_no_line(centre: CallCentre) -> None:
    """Whoever likes could fill the trail, and a password may stand where a name belongs."""
    await fails(centre, 8, "hunter2")
    assert await logins(centre) == []


async def test_a_deed_and_its_change_are_kept_together_or_not_at_all(centre: CallCentre) -> None:
    services = centre.services
    who = services.access.authenticate_key(centre.key["X-API-Key"])

    async def fails_halfway() -> None:
        async with services.db.write() as tx:
            await services.trail.record_in(tx, who, "case.delete", "7", "case")
            await tx.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(MhudError):
        await fails_halfway()
    async with services.db.read() as tx:
        assert (await TrailRepository(tx).page(Sought(), limit=9)).deeds == ()
