"""Contacts of a client with an agent, `/api/v1/clients/{id}/sessions`; and two who are one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from mhud.feeds.records import call_row
from mhud.live.model import Call, CallStatus, Direction
from mhud.services import signin
from mhud.store.calls import save_calls
from mhud.store.schema_contacts import communications
from tests.client_desk import Desk, Shape, client_desk
from tests.houses import PASSWORD

PRINTED = {
    "agent_id": "agent001",
    "call_id": "call789012",
    "session_type": "support",
    "notes": "Client called about anxiety issues",
    "priority": "medium",
    "tags": ["anxiety", "first-time-caller"],
}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """jsmith is agent001, and had the ended call."""
    async with client_desk(tmp_path) as opened:
        user_id = await opened.home.person("jsmith", "operator", "agent001")
        await opened.home.person("other", "operator", "agent002")
        await _keep_call(opened, user_id)
        yield opened


async def _keep_call(desk: Desk, user_id: int) -> None:
    now = desk.home.clock.now()
    call = Call(
        id="call789012",
        linkedids=("1",),
        direction=Direction.INBOUND,
        status=CallStatus.ENDED,
        start_time=now - timedelta(minutes=10),
        end_time=now - timedelta(minutes=1),
        caller_id="+254722000000",
        agent_id="agent001",
    )
    row = {
        "state": "pending",
        "call_id": call.id,
        "contact_type": "call",
        "direction": "inbound",
        "contact_address": call.caller_id,
        "contact_key": call.caller_id,
        "user_id": user_id,
        "agent_id": "agent001",
        "created_at": now,
        "updated_at": now,
    }
    async with desk.home.services.db.write() as tx:
        await save_calls(tx, [call_row(call, desk.home.services.settings.timezone)])
        await tx.execute(insert(communications).values(**row))


async def _named_by_the_communication(desk: Desk) -> str | None:
    async with desk.home.services.db.read() as tx:
        found: str | None = await tx.scalar(select(communications.c.client_id))
        return found


async def _signed_in(desk: Desk, username: str) -> dict[str, str]:
    access = desk.home.services.access
    grant = await signin.log_in(access, username, PASSWORD, "192.0.2.1")
    return {"Authorization": f"Bearer {grant.access_token}"}


async def _begun(desk: Desk, client: Shape, **changes: object) -> Shape:
    status, session = await desk.ask("POST", f"/{client['id']}/sessions", {**PRINTED, **changes})
    assert status == 201, session
    return session


async def test_the_printed_session_is_made_and_names_the_calls_client(desk: Desk) -> None:
    client = await desk.keep(name="John Doe")
    session = await _begun(desk, client)
    _, listed = await desk.ask("GET", f"/{client['id']}/sessions")
    _, read = await desk.ask("GET", f"/{client['id']}")

    assert session["client_id"] == client["id"]
    assert (session["status"], session["start_time"]) == ("in-progress", "2025-03-03T09:00:00Z")
    assert {name: session[name] for name in PRINTED} == PRINTED
    assert listed == {"sessions": [session], "total": 1, "next_cursor": None}
    assert read["last_contact"] == session["start_time"]
    assert await _named_by_the_communication(desk) == client["id"]
    assert ("client.session.create", client["id"]) in await desk.deeds()


async def test_a_call_has_one_session_of_a_client_and_an_agent(desk: Desk) -> None:
    client, sister = await desk.keep(name="John Doe"), await desk.keep(name="Ann Doe")
    session = await _begun(desk, client)
    status, shape = await desk.ask("POST", f"/{client['id']}/sessions", PRINTED)

    assert (status, shape["details"]) == (409, {"session_id": session["session_id"]})
    await _begun(desk, sister)  # both were on the phone
    assert await _named_by_the_communication(desk) == client["id"], "who was named first"


async def test_it_is_completed_once(desk: Desk) -> None:
    client = await desk.keep(name="John Doe")
    session = await _begun(desk, client)
    path = f"/{client['id']}/sessions/{session['session_id']}"
    await desk.home.clock.advance(300)
    done, completed = await desk.ask("PUT", path, {"status": "completed", "notes": "Better now"})
    again, _ = await desk.ask("PUT", path, {"status": "completed", "tags": None})
    back, shape = await desk.ask("PUT", path, {"status": "in-progress"})
    _, read = await desk.ask("GET", f"/{client['id']}")

    assert (done, again, back, shape["code"]) == (200, 200, 409, "conflict")
    assert completed == {
        **session,
        "status": "completed",
        "notes": "Better now",
        "end_time": "2025-03-03T09:05:00Z",
    }
    assert read["last_contact"] == completed["end_time"]


async def test_a_cancelled_session_leaves_room_for_another(desk: Desk) -> None:
    client = await desk.keep(name="John Doe")
    session = await _begun(desk, client)
    path = f"/{client['id']}/sessions/{session['session_id']}"
    await desk.ask("PUT", path, {"status": "cancelled"})

    assert (await _begun(desk, client))["session_id"] != session["session_id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agent_id": "agent999"}, "agent_id"),
        ({"call_id": "call-none"}, "call_id"),
        ({"session_type": "chat"}, "session_type"),
        ({"priority": "urgent"}, "priority"),
        ({"tags": "anxiety"}, "tags"),
        ({"status": "completed"}, "status"),
        ({"notes": 5}, "notes"),
    ],
)
async def test_wrong_fields_are_named(desk: Desk, change: Shape, field: str) -> None:
    client = await desk.keep(name="John Doe")
    status, shape = await desk.ask("POST", f"/{client['id']}/sessions", {**PRINTED, **change})
    _, listed = await desk.ask("GET", f"/{client['id']}/sessions")

    assert (status, [one["field"] for one in shape["details"]]) == (400, [field])
    assert listed["total"] == 0


async def test_an_agent_keeps_his_own_sessions_and_no_colleagues(desk: Desk) -> None:
    client = await desk.keep(name="John Doe")
    mine = await _signed_in(desk, "jsmith")
    path = f"/{client['id']}/sessions"
    own, session = await desk.ask("POST", path, {"session_type": "crisis"}, **mine)
    theirs, _ = await desk.ask("POST", path, {"agent_id": "agent002"}, **mine)
    other = await _signed_in(desk, "other")
    changed, _ = await desk.ask(
        "PUT", f"{path}/{session['session_id']}", {"status": "cancelled"}, **other
    )

    assert (own, session["agent_id"], theirs, changed) == (201, "agent001", 403, 403)


async def test_two_who_are_one_are_joined(desk: Desk) -> None:
    stays = await desk.keep(name="John Doe", phone="0722000000", notes="Shy", tags=["a"])
    twice = await desk.keep(
        name="Jonny Do",
        phones=["+254722000000", "0733000000"],
        email="jo@example.org",
        notes="Has a dog",
        tags=["a", "b"],
    )
    earlier = await desk.keep(name="J. Doe")
    session = await _begun(desk, twice)
    await desk.ask("POST", f"/{earlier['id']}/merge", {"into": twice["id"]})
    status, merged = await desk.ask("POST", f"/{twice['id']}/merge", {"into": stays["id"]})

    assert (status, merged["id"], merged["name"]) == (200, stays["id"], "John Doe")
    assert merged["phones"] == ["0722000000", "0733000000"]
    assert (merged["email"], merged["tags"]) == ("jo@example.org", ["a", "b"])
    assert merged["notes"] == "Shy\n\nHas a dog"
    assert merged["last_contact"] == session["start_time"]
    _, listed = await desk.ask("GET", f"/{stays['id']}/sessions")
    assert [one["session_id"] for one in listed["sessions"]] == [session["session_id"]]
    assert await _named_by_the_communication(desk) == stays["id"]
    assert await desk.find("jonny") == [], "only who stays is found"
    assert await desk.find("0733 000 000") == ["John Doe"]
    for gone in (twice, earlier):
        assert (await desk.ask("GET", f"/{gone['id']}"))[1]["merged_into"] == stays["id"]
    assert ("client.merge", twice["id"]) in await desk.deeds()


async def test_who_was_merged_says_where_he_went(desk: Desk) -> None:
    stays, gone = await desk.keep(name="John Doe"), await desk.keep(name="Jon Doe")
    await desk.ask("POST", f"/{gone['id']}/merge", {"into": stays["id"]})
    path = f"/{gone['id']}"
    for method, tail, body in (
        ("PUT", "", {"notes": "x"}),
        ("POST", "/merge", {"into": stays["id"]}),
        ("POST", "/sessions", PRINTED),
        ("GET", "/sessions", None),
        ("PUT", "/sessions/session-x", {"status": "completed"}),
    ):
        status, shape = await desk.ask(method, path + tail, body)
        assert (status, shape["details"]) == (410, {"merged_into": stays["id"]})
    back, shape = await desk.ask("POST", f"/{stays['id']}/merge", {"into": gone["id"]})
    assert (back, shape["details"]) == (410, {"merged_into": stays["id"]})


async def test_nobody_is_merged_into_himself_or_into_nobody(desk: Desk) -> None:
    client = await desk.keep(name="John Doe")

    assert (await desk.ask("POST", f"/{client['id']}/merge", {"into": client["id"]}))[0] == 400
    assert (await desk.ask("POST", f"/{client['id']}/merge", {"into": "client-no"}))[0] == 404
    assert (await desk.ask("POST", f"/{client['id']}/merge", {}))[0] == 400


async def test_a_stale_merge_is_refused(desk: Desk) -> None:
    stays, gone = await desk.keep(name="John Doe"), await desk.keep(name="Jon Doe")
    await desk.ask("PUT", f"/{gone['id']}", {"notes": "changed"})
    path, body = f"/{gone['id']}/merge", {"into": stays["id"]}

    assert (await desk.ask("POST", path, body, **{"If-Match": '"1"'}))[0] == 412
    assert (await desk.ask("POST", path, body, **{"If-Match": '"2"'}))[0] == 200
