"""The audit trail over HTTP: who may read it, and what stands in a line."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from mhud.errors import MhudError
from mhud.store.trail import Sought, TrailRepository
from tests.call_centre import CallCentre
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
