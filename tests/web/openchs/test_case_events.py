"""What happens to cases is told like what happens to calls, and to who may see the case alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from mhud.feeds.filters import EVENT_TYPES, Grant
from mhud.feeds.payloads import Entry
from mhud.feeds.told import TOLD
from tests.shift import MHU, OPENCHS, PEOPLE, Shift, shift

MARKS = {
    "id", "case_number", "status", "priority", "category", "subcategory", "client_id",
    "assigned_user_id", "created_by", "created_at", "updated_at",
}  # fmt: skip


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Shift]:
    async with shift(tmp_path) as opened:
        yield opened


async def told(desk: Shift, count: int) -> list[Entry]:
    """The first `count` events that services told."""
    ledger = desk.centre.services.ledger
    async with asyncio.timeout(20):
        while True:
            entries = [one for one in await ledger.read(0, 1000) if one.type in TOLD]
            if len(entries) >= count:
                return entries
            await desk.centre.house.clock.advance(0.01)


def public(entries: list[Entry]) -> list[dict[str, Any]]:
    return [orjson.loads(one.full) for one in entries]


def types(entries: list[Entry]) -> list[str]:
    return [one.type for one in entries]


def seers(desk: Shift, entry: Entry) -> set[str]:
    """Who of the shift gets this event on a socket."""
    access = desk.centre.services.access
    principals = {name: access.authenticate_key(desk.headers[name]["X-API-Key"]) for name in PEOPLE}
    return {name for name, one in principals.items() if Grant.of(one).allows(entry)}


async def test_a_new_case_is_told_with_its_states_and_without_any_text(desk: Shift) -> None:
    case_id = await desk.case(
        title="Asha is afraid", child_name="Asha", reporter_phone="+254700123456"
    )
    (made,) = public(await told(desk, 1))
    assert (made["type"], made["case"]["id"], made["by_user_id"]) == (
        "case.created",
        case_id,
        desk.ids["otieno"],
    )
    assert set(made["case"]) == MARKS
    text = orjson.dumps(made).decode()
    assert not any(word in text for word in ("Asha", "254700123456"))


@pytest.mark.parametrize(
    ("change", "events"),
    [
        ({"title": "another"}, ["case.updated"]),
        ({"notes": "She called again"}, ["case.updated"]),
        ({"status": "in_progress"}, ["case.updated", "case.status_changed"]),
        (
            {"status": "resolved", "priority": "low"},
            ["case.updated", "case.status_changed", "case.resolved"],
        ),
    ],
)
async def test_a_change_is_told_once_as_a_whole_and_once_by_its_name(
    desk: Shift, change: Mapping[str, Any], events: list[str]
) -> None:
    case_id = await desk.case()
    await desk.done("otieno", "PUT", f"{OPENCHS}/cases/{case_id}", change)
    found = await told(desk, 1 + len(events))
    assert types(found) == ["case.created", *events]
    updated = public(found)[1]
    assert updated["changed_fields"] == sorted(change)
    if "status" in change:
        assert public(found)[2]["previous_status"] == "open"


async def test_an_assignment_an_escalation_and_a_deletion_are_told(desk: Shift) -> None:
    case_id = await desk.case()
    at = f"{OPENCHS}/cases/{case_id}"
    await desk.done("sue", "PUT", at, {"assigned_user_id": desk.ids["maria"]})
    escalation = {"activity_type": "escalation", "description": "Now, please"}
    await desk.done("otieno", "POST", f"{at}/activities", escalation)
    await desk.done("ada", "DELETE", at)
    found = await told(desk, 6)
    assert types(found) == [
        "case.created", "case.updated", "case.assigned", "case.status_changed", "case.escalated",
        "case.updated",
    ]  # fmt: skip
    assert public(found)[2]["previous_user_id"] is None
    assert public(found)[2]["case"]["assigned_user_id"] == desk.ids["maria"]
    assert public(found)[5]["changed_fields"] == ["deleted_at"]


async def test_an_escalation_with_a_change_is_told_with_the_state_after_it(desk: Shift) -> None:
    case_id = await desk.case(priority="low")
    change = {"escalation": "Now, please", "priority": "critical"}
    await desk.done("otieno", "PUT", f"{OPENCHS}/cases/{case_id}", change)
    found = await told(desk, 3)
    assert types(found) == ["case.created", "case.updated", "case.escalated"]
    assert public(found)[1]["changed_fields"] == ["escalation", "priority"]
    assert public(found)[2]["case"]["priority"] == "critical"
    assert "please" not in str(found)


async def test_a_change_that_changes_nothing_tells_nothing(desk: Shift) -> None:
    case_id = await desk.case(priority="high")
    await desk.done("otieno", "PUT", f"{OPENCHS}/cases/{case_id}", {"priority": "high"})
    await desk.case()
    assert types(await told(desk, 2)) == ["case.created", "case.created"]


async def test_who_may_not_see_a_case_is_not_told_of_it(desk: Shift) -> None:
    """Managers see what nobody is assigned; operators their own; supervisors all."""
    case_id = await desk.case("otieno")
    taken = {"assigned_user_id": desk.ids["wanjiku"]}
    await desk.done("sue", "PUT", f"{OPENCHS}/cases/{case_id}", taken)
    entries = await told(desk, 3)
    assert seers(desk, entries[0]) == {"otieno", "maria", "sue", "ada"}
    assert seers(desk, entries[1]) == {"otieno", "wanjiku", "sue", "ada"}


async def test_a_logged_contact_is_told_to_who_sees_its_case_or_had_it(desk: Shift) -> None:
    case_id = await desk.case("otieno")
    contact = {"contact_type": "email", "direction": "inbound", "message": "a secret"}
    await desk.done("otieno", "POST", f"{OPENCHS}/communications", {"case_id": case_id, **contact})
    await desk.done("otieno", "POST", f"{OPENCHS}/communications", contact)
    on_case, alone = (await told(desk, 3))[1:]
    assert types([on_case, alone]) == ["communication.logged"] * 2
    assert seers(desk, on_case) == {"otieno", "maria", "sue", "ada"}
    assert seers(desk, alone) == {"otieno", "sue", "ada"}
    assert "secret" not in alone.full.decode()


async def test_a_client_session_is_told_with_its_call(desk: Shift) -> None:
    client = await desk.client()
    wish = {"agent_id": "agent001", "notes": "Asha was afraid"}
    made = await desk.done("otieno", "POST", f"{MHU}/clients/{client}/sessions", wish)
    (event,) = public(await told(desk, 1))
    assert event["type"] == "client.session_created"
    assert event["session"]["id"] == made["session_id"]
    assert event["session"]["client_id"] == client
    assert "Asha" not in orjson.dumps(event).decode()


def test_what_services_tell_can_be_subscribed_to() -> None:
    assert set(TOLD) <= EVENT_TYPES
