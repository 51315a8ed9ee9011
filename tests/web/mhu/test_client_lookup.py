"""`/api/v1/clients/lookup`: who may be calling, and what the one who answers may open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from mhud.services.clients import ClientWish
from mhud.services.trail import Sought
from mhud.store.schema_cases import cases
from mhud.store.schema_contacts import communications
from tests.control_room import CALLER, Room, control_room
from tests.fake_clock import eventually

LOOKUP = "/clients/lookup"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """Nobody is in a call yet; agent001 is the operator `owner`, agent003 `other`."""
    async with control_room(tmp_path, helpline={"region": "KE"}) as opened:
        await opened.headers("owner")
        await opened.headers("other")
        await opened.headers("supervisor")
        await opened.centre.services.agents.load()
        yield opened


class Helped:
    """Two who share a phone, and a case of each."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.ids: dict[str, str] = {}

    async def keep(self, name: str, phone: str) -> str:
        records = self.room.centre.services.clients.records
        client = await records.add(_author(self.room), ClientWish(name=name, phones=(phone,)))
        self.ids[name] = client.id
        return client.id

    async def case(self, title: str, **values: Any) -> int:
        services = self.room.centre.services
        now = services.clock.now()
        row = {
            "case_number": f"CASE-{title}",
            "title": title,
            "priority": "high",
            "status": "open",
            "created_by": _author(self.room).user_id,
            "created_at": now,
            "updated_at": now,
            **values,
        }
        async with services.db.write() as tx:
            statement = insert(cases).values(**row).returning(cases.c.id)
            return int((await tx.execute(statement)).scalar_one())

    async def spoke(
        self, client_id: str | None, call_id: str | None, case_id: int | None = None
    ) -> None:
        services = self.room.centre.services
        now = services.clock.now()
        row = {
            "state": "logged",
            "call_id": call_id,
            "client_id": client_id,
            "case_id": case_id,
            "contact_type": "call",
            "direction": "inbound",
            "contact_address": CALLER,
            "contact_key": CALLER,
            "agent_id": "agent003",
            "created_at": now,
            "updated_at": now,
        }
        async with services.db.write() as tx:
            await tx.execute(insert(communications).values(**row))


def _author(room: Room) -> Any:
    user = room.centre.services.access.known.names["supervisor"]
    return room.centre.services.access.user_principal(user)


@pytest.fixture
async def helped(room: Room) -> Helped:
    found = Helped(room)
    await found.keep("Amina Otieno", "0700 123 456")
    await found.keep("Baraka Otieno", CALLER)
    await found.keep("Somebody Else", "0700 123 457")
    return found


async def titles(room: Room, who: str, query: str) -> list[str]:
    status, shape = await room.ask("GET", f"{LOOKUP}?{query}", who=who)
    assert status == 200, shape
    mine = [case["title"] for one in shape["candidates"] for case in one["open_cases"]]
    return sorted(mine + [case["title"] for case in shape["other_cases"]])


async def test_a_number_gives_all_who_have_it_and_opens_nothing(room: Room, helped: Helped) -> None:
    await helped.case("hers", client_id=helped.ids["Amina Otieno"])
    await helped.case("over", client_id=helped.ids["Amina Otieno"], status="closed")
    await helped.case("reported", reporter_phone_key=CALLER)
    await helped.spoke(helped.ids["Amina Otieno"], "call-1")
    await helped.spoke(None, "call-2")
    status, shape = await room.ask("GET", f"{LOOKUP}?phone=0700-123-456", who="supervisor")

    assert status == 200
    names = {one["client"]["name"]: one for one in shape["candidates"]}
    assert set(names) == {"Amina Otieno", "Baraka Otieno"}
    assert shape["total"] == 2
    amina = names["Amina Otieno"]
    assert [case["title"] for case in amina["open_cases"]] == ["hers"]
    assert (amina["earlier_contacts"], shape["earlier_contacts"]) == (1, 2)
    assert [case["title"] for case in shape["other_cases"]] == ["reported"]


@pytest.mark.parametrize("phone", ["", "anonymous", "unknown", "%20", "withheld", "0", "0000"])
async def test_a_withheld_number_is_nobodys(room: Room, helped: Helped, phone: str) -> None:
    await helped.case("nobody's", reporter_phone_key=None)
    status, shape = await room.ask("GET", f"{LOOKUP}?phone={phone}", who="supervisor")

    assert status == 200
    assert shape == {"candidates": [], "total": 0, "other_cases": [], "earlier_contacts": 0}


async def test_an_operator_sees_the_cases_of_his_caller_until_he_has_written_up(
    room: Room, helped: Helped
) -> None:
    """And nobody else does by it."""
    await helped.case("hers", client_id=helped.ids["Amina Otieno"])
    await helped.case("reported", reporter_phone_key=CALLER)
    number = f"phone={CALLER}"
    before = await titles(room, "owner", number)
    await room.caller_talks()
    during = await titles(room, "owner", number)
    of_call = await titles(room, "owner", f"call_id={room.call_id}")
    colleague = await titles(room, "other", number)
    room.centre.pbx.agent_hangs_up("agent001")
    await room.centre.agent_is("wrap-up")
    writing_up = await titles(room, "owner", number)
    await room.centre.pass_time(15)
    await room.centre.agent_is("available")
    after = await titles(room, "owner", number)

    assert during == of_call == writing_up == ["hers", "reported"]
    assert before == colleague == after == []


async def test_the_call_that_opened_cases_is_on_record(room: Room, helped: Helped) -> None:
    case_id = await helped.case("hers", client_id=helped.ids["Amina Otieno"])
    await room.caller_talks()
    await titles(room, "owner", f"call_id={room.call_id}")
    page = await room.centre.services.trail.page(Sought(action="client.lookup"), 5, None)

    assert [deed.username for deed in page.deeds] == ["owner"]
    details = page.deeds[0].details
    assert set(details["clients"]) == {helped.ids["Amina Otieno"], helped.ids["Baraka Otieno"]}
    assert details["cases"] == [case_id]
    assert (details["via"], details["call_id"]) == ("call-context", room.call_id)
    assert "700123456" not in str(details)


async def test_another_agents_call_does_not_say_who_is_in_it(room: Room, helped: Helped) -> None:
    await room.caller_talks()
    status, _ = await room.ask("GET", f"{LOOKUP}?call_id={room.call_id}", who="other")

    assert status == 403
    assert (await room.ask("GET", f"{LOOKUP}?call_id=call-none", who="other"))[0] == 404


async def test_the_call_that_goes_on_is_no_earlier_contact(room: Room, helped: Helped) -> None:
    await room.caller_talks()
    await helped.spoke(helped.ids["Amina Otieno"], room.call_id)
    await helped.spoke(helped.ids["Amina Otieno"], "call-1")
    status, shape = await room.ask("GET", f"{LOOKUP}?call_id={room.call_id}", who="owner")

    assert (status, shape["earlier_contacts"]) == (200, 1)
    counts = {one["client"]["name"]: one["earlier_contacts"] for one in shape["candidates"]}
    assert counts == {"Amina Otieno": 1, "Baraka Otieno": 0}


async def test_what_was_said_on_his_cases_counts_and_nothing_counts_twice(
    room: Room, helped: Helped
) -> None:
    amina = helped.ids["Amina Otieno"]
    case_id = await helped.case("hers", client_id=amina)
    await helped.spoke(amina, "call-1")
    await helped.spoke(amina, None)
    await helped.spoke(None, None, case_id)
    await helped.spoke(None, "call-2", case_id)
    await helped.spoke(amina, "call-2", case_id)  # another agent of the same call
    _, shape = await room.ask("GET", f"{LOOKUP}?phone={CALLER}", who="supervisor")
    counts = {one["client"]["name"]: one["earlier_contacts"] for one in shape["candidates"]}

    assert counts == {"Amina Otieno": 4, "Baraka Otieno": 0}


@pytest.mark.parametrize("query", ["", "phone=0700123456&call_id=call-1", "number=0700123456"])
async def test_exactly_one_way_to_ask(room: Room, query: str) -> None:
    assert (await room.ask("GET", f"{LOOKUP}?{query}", who="supervisor"))[0] == 400


async def test_who_is_erased_is_forgotten_by_the_daemon_too(room: Room, helped: Helped) -> None:
    """The call that is just over is in memory, and so are its events."""
    await room.call_is_over()
    services = room.centre.services
    await eventually(lambda: not services.ledger.lag)
    for client in ("Amina Otieno", "Baraka Otieno"):
        path = f"/clients/{helped.ids[client]}"
        status, _ = await room.ask("DELETE", f"{path}?confirm={helped.ids[client]}")
        assert status == 200
    await room.until(lambda: not len(services.pump.inbox))
    status, call = await room.ask("GET", f"/calls/{room.call_id}")
    events = await services.ledger.read(0, 1000)

    assert (status, call["caller_id"], call["end_reason"]) == (200, None, "completed")
    assert room.call_id in [event.call_id for event in events]
    assert not [event for event in events if b"700123456" in event.full]
