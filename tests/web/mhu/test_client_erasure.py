"""A person who is erased is nowhere any more: the whole file is searched for him."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from mhud.clock import rfc3339
from mhud.feeds.records import call_row
from mhud.live.model import Call, CallStatus, Direction, Talk
from mhud.packed import packed
from mhud.services.attachments import FOLDER
from mhud.store.calls import save_calls
from mhud.store.ledger import LedgerRow, append
from mhud.store.schema import calls, idempotency, ledger
from mhud.store.schema_cases import activities, attachments, cases
from mhud.store.schema_contacts import callbacks, communications, drafts
from mhud.store.tables import METADATA
from tests.client_desk import Desk, Shape, client_desk

JOHN = {
    "name": "John Doe",
    "phones": ["0722 000 000", "0722 000 009"],
    "email": "john.doe@example.com",
    "notes": "John Doe likes football",
}
SISTER = {"name": "Ann Doe", "phone": "+254722000009"}
TRACES = ("John Doe", "john doe", "722000000", "722 000 000", "john.doe@example", "secret story")
STRANGER = "+254733111222"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with client_desk(tmp_path) as opened:
        await opened.home.person("jsmith", "supervisor", "agent001")
        rights = ("view_clients", "manage_clients", "delete_case")
        opened.headers = await opened.home.headers(*rights)
        yield opened


class Past:
    """What there is of people, written as the daemon writes it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = desk.home.clock.now()
        self.seqs: list[int] = []
        self.numbers: list[str] = []

    async def put(self, table: Table, **values: Any) -> Any:
        async with self.desk.home.services.db.write() as tx:
            return (await tx.execute(insert(table).values(**values))).inserted_primary_key

    async def call(
        self, call_id: str, caller: str, *, over: bool = True, days_ago: int = 0
    ) -> None:
        services = self.desk.home.services
        began = self.now - timedelta(days=days_ago, minutes=10)
        call = Call(
            id=call_id,
            linkedids=(call_id,),
            direction=Direction.INBOUND,
            status=CallStatus.ENDED if over else CallStatus.IN_PROGRESS,
            start_time=began,
            end_time=self.now if over else None,
            caller_id=caller,
            destination="116",
            agent_id="agent001",
            recorded=True,
            talks=(Talk(agent_id="agent001", began_at=began, ended_at=self.now),),
            variables={"client_name": "John Doe"},
        )
        seq = services.ledger.last_seq + 1 + len(self.seqs)
        event = {
            "seq": seq,
            "type": "call.ended",
            "timestamp": rfc3339(self.now),
            "call": {"id": call_id, "caller_id": caller, "destination": "116"}
            | {"variables": {"client_name": "John Doe"}, "agent_ids": ["agent001"]},
        }
        self.seqs.append(seq)
        row = LedgerRow(seq, "call.ended", self.now, packed(event), call_id, "agent001", None)
        async with services.db.write() as tx:
            await save_calls(tx, [call_row(call, services.settings.timezone)])
            await append(tx, [row])

    async def case(self, **values: Any) -> int:
        self.numbers.append(f"CASE-2025-{len(self.numbers):06}")
        row = {
            "case_number": self.numbers[-1],
            "title": "John Doe is beaten",
            "description": "A secret story of John Doe, 0722 000 000",
            "priority": "high",
            "status": "open",
            "created_by": 1,
            "created_at": self.now,
            "updated_at": self.now,
            **values,
        }
        (case_id,) = await self.put(cases, **row)
        await self.put(
            activities,
            case_id=case_id,
            activity_type="note",
            description="A secret story: JOHN DOE wrote from John.Doe@example.com",
            user_id=1,
            user_name="jsmith",
            created_at=self.now,
        )
        return int(case_id)

    async def communication(self, **values: Any) -> None:
        row = {
            "state": "logged",
            "contact_type": "call",
            "direction": "inbound",
            "created_at": self.now,
            "updated_at": self.now,
            **values,
        }
        await self.put(communications, **row)


@pytest.fixture
async def past(desk: Desk) -> Past:
    return Past(desk)


async def erase(desk: Desk, client_id: str, status: int = 200) -> Shape:
    given, shape = await desk.ask("DELETE", f"/{client_id}?confirm={client_id}")
    assert given == status, shape
    return shape


async def everything(desk: Desk) -> str:
    """Each row of each table, but for the audit's lines, which name nobody."""
    found = []
    async with desk.home.services.db.read() as tx:
        for table in METADATA.sorted_tables:
            rows = (await tx.execute(select(table))).all()
            found.append(f"{table.name}: {rows}")
    return "\n".join(found)


async def test_nothing_of_him_is_left_anywhere(desk: Desk, past: Past) -> None:
    john, sister = await desk.keep(**JOHN), await desk.keep(**SISTER)
    twice = await desk.keep(name="Jon John Doe", email="john.doe@example.com")
    await desk.ask("POST", f"/{twice['id']}/merge", {"into": john["id"]})
    await past.call("call-1", "+254722000000")
    await past.call("call-2", "+254722000009")
    await past.call("call-3", "0722000000")
    session = {"agent_id": "agent001", "call_id": "call-2", "notes": "A secret story"}
    await desk.ask("POST", f"/{john['id']}/sessions", session)
    case_id = await past.case(
        client_id=john["id"], reporter_name="Mother", child_name="john doe", ai_transcript="x"
    )
    await past.communication(
        case_id=case_id, contact_name="John Doe", message="A secret story", call_id="call-1"
    )
    await past.communication(contact_address="0722000000", contact_key="+254722000000")
    await past.put(
        callbacks,
        id="callback-1",
        status="open",
        phone="0722 000 000",
        phone_key="+254722000000",
        priority="high",
        reason="A secret story",
        due_at=past.now,
        created_by=1,
        created_at=past.now,
        updated_at=past.now,
    )
    form = {"notes": "A secret story"}
    await past.put(drafts, user_id=1, call_id="call-1", form=form, updated_at=past.now)
    await past.put(
        idempotency,
        principal="key:1",
        route="/clients",
        key="k",
        body_hash=b"h",
        state="done",
        status=201,
        headers={},
        body=b'{"name": "John Doe"}',
        created_at=past.now,
    )
    erased = await erase(desk, john["id"])
    left = await everything(desk)

    assert [trace for trace in TRACES if trace in left] == []
    assert (await desk.ask("GET", f"/{john['id']}"))[0] == 404
    assert (await desk.ask("GET", f"/{twice['id']}"))[0] == 404
    assert (await desk.ask("GET", f"/{sister['id']}"))[1] == sister
    assert await desk.find("ann") == ["Ann Doe"]
    assert erased["emptied_cases"] == [case_id]
    assert {name: erased[name] for name in ("calls", "sessions", "callbacks", "drafts")} == {
        "calls": 3,
        "sessions": 1,
        "callbacks": 1,
        "drafts": 1,
    }
    assert erased["recorded_calls"] == ["call-1", "call-2", "call-3"]


async def test_what_was_counted_stays_counted(desk: Desk, past: Past) -> None:
    """A case without anything personal, its times and words of status; a call's times."""
    john = await desk.keep(**JOHN)
    await past.call("call-1", "+254722000000")
    case_id = await past.case(client_id=john["id"], child_age=9, reporter_relationship="mother")
    await erase(desk, john["id"])
    async with desk.home.services.db.read() as tx:
        case = (await tx.execute(select(cases).where(cases.c.id == case_id))).one()
        call = (await tx.execute(select(calls))).one()
        told = (await tx.execute(select(activities).order_by(activities.c.id))).all()
        event = (await tx.execute(select(ledger.c.payload))).scalar_one()

    assert (case.title, case.description, case.client_id, case.child_age) == (
        "[erased]",
        None,
        None,
        None,
    )
    assert (case.case_number, case.status, case.priority) == ("CASE-2025-000000", "open", "high")
    assert case.version == 2
    assert [one.description for one in told] == ["[erased]", "Personal data erased"]
    assert (call.caller_id, call.destination, call.agent_id) == (None, "116", "agent001")
    assert call.record["end_time"] is not None
    assert b"call-1" in event
    assert b"722000000" not in event


async def test_another_childs_case_stays_without_his_name_and_number(
    desk: Desk, past: Past
) -> None:
    john = await desk.keep(**JOHN)
    case_id = await past.case(
        client_id=john["id"],
        title="Mary, told by John Doe of 0722-000-000",
        child_name="Mary",
        child_age=4,
        reporter_name="JOHN DOE",
        reporter_phone="0722 000 000",
        reporter_phone_key="+254722000000",
        reporter_email="John.Doe@example.com",
    )
    erased = await erase(desk, john["id"])
    async with desk.home.services.db.read() as tx:
        case = (await tx.execute(select(cases).where(cases.c.id == case_id))).one()
        told = (await tx.execute(select(activities.c.description))).scalars().all()

    assert (erased["kept_cases"], erased["emptied_cases"]) == ([case_id], [])
    assert case.title == "Mary, told by [erased] of [erased]"
    assert case.description == "A secret story of [erased], [erased]"
    assert (case.child_name, case.child_age) == ("Mary", 4)
    assert (case.reporter_name, case.reporter_phone, case.reporter_phone_key) == (None,) * 3
    assert (case.reporter_email, case.client_id) == (None, None)
    assert told[0] == "A secret story: [erased] wrote from [erased]"


async def test_who_shares_his_phone_keeps_what_is_hers(desk: Desk, past: Past) -> None:
    john, sister = await desk.keep(**JOHN), await desk.keep(**SISTER)
    await past.call("call-hers", "+254722000009")
    await past.call("call-a-strangers", STRANGER)
    case_id = await past.case(
        client_id=sister["id"],
        title="About Ann",
        reporter_phone="0722000009",
        reporter_phone_key="+254722000009",
    )
    await past.communication(
        client_id=sister["id"], contact_address="0722000009", contact_key="+254722000009"
    )
    await erase(desk, john["id"])
    async with desk.home.services.db.read() as tx:
        case = (await tx.execute(select(cases).where(cases.c.id == case_id))).one()
        callers = (await tx.execute(select(calls.c.caller_id).order_by(calls.c.id))).scalars().all()
        spoken = (await tx.execute(select(communications))).one()

    assert (case.title, case.reporter_phone) == ("About Ann", "0722000009")
    assert callers == [STRANGER, "+254722000009"]
    assert (spoken.client_id, spoken.contact_address) == (sister["id"], "0722000009")


async def test_files_of_his_cases_go_with_their_rows(desk: Desk, past: Past) -> None:
    john = await desk.keep(**JOHN)
    case_id = await past.case(client_id=john["id"])
    folder = desk.home.services.settings.data_dir / FOLDER
    folder.mkdir(exist_ok=True)
    name = "document_0123456789abcdef.pdf"
    (folder / name).write_bytes(b"sealed")
    await past.put(
        attachments,
        case_id=case_id,
        filename=name,
        original_filename="John Doe.pdf",
        file_size=6,
        sha256=b"",
        mime_type="application/pdf",
        file_type="document",
        uploaded_by=1,
        uploaded_at=past.now,
    )
    erased = await erase(desk, john["id"])

    assert erased["files"] == 1
    assert list(folder.iterdir()) == []
    assert "John Doe" not in await everything(desk)


async def test_nobody_is_erased_in_the_middle_of_a_call(desk: Desk, past: Past) -> None:
    """What the call says when it ends would bring him back."""
    john = await desk.keep(**JOHN)
    await past.call("call-1", "+254722000000", over=False)
    shape = await erase(desk, john["id"], 409)

    assert shape["code"] == "conflict"
    assert await desk.find("john doe") == ["John Doe"]


async def test_it_is_on_record_that_he_was_erased_and_by_whom(desk: Desk, past: Past) -> None:
    john = await desk.keep(**JOHN)
    await erase(desk, john["id"])

    assert (await desk.deeds())[-1] == ("client.erase", john["id"])


@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("?confirm=client-other", 400), ("?force=true", 400)]
)
async def test_it_wants_the_id_twice(desk: Desk, query: str, status: int) -> None:
    john = await desk.keep(**JOHN)

    assert (await desk.ask("DELETE", f"/{john['id']}{query}"))[0] == status
    assert (await desk.ask("GET", f"/{john['id']}"))[0] == 200


@pytest.mark.parametrize("right", ["delete_case", "manage_clients"])
async def test_it_needs_both_rights(desk: Desk, right: str) -> None:
    john = await desk.keep(**JOHN)
    path = f"/{john['id']}?confirm={john['id']}"

    assert (await desk.ask("DELETE", path, **await desk.home.headers(right)))[0] == 403
    assert (await desk.ask("GET", f"/{john['id']}"))[0] == 200


async def test_who_was_merged_is_erased_with_the_one_who_has_his_data(
    desk: Desk, past: Past
) -> None:
    john, twice = await desk.keep(**JOHN), await desk.keep(name="John Doe")
    await desk.ask("POST", f"/{twice['id']}/merge", {"into": john["id"]})
    shape = await erase(desk, twice["id"], 410)

    assert shape["details"] == {"merged_into": john["id"]}


async def test_the_file_itself_does_not_hold_him_any_more(tmp_path: Path) -> None:
    """Rows that are deleted leave no bytes behind, once the log that SQLite writes is worked in."""
    async with client_desk(tmp_path, store={"encryption": "off"}) as desk:
        desk.headers = await desk.home.headers("view_clients", "manage_clients", "delete_case")
        john = await desk.keep(name="Zebedee Quux", notes="A zebedean story")
        await _worked_in(desk)
        before = desk.home.services.db.path.read_bytes()
        await erase(desk, john["id"])
        await _worked_in(desk)
        after = desk.home.services.db.path.read_bytes()

    assert b"zebedean" in before
    assert b"Zebedee" not in after
    assert b"zebedean" not in after


async def _worked_in(desk: Desk) -> None:
    async with desk.home.services.db.read() as tx:
        await tx.exec_driver_sql("COMMIT")
        busy = (await tx.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")).one()[0]
        await tx.exec_driver_sql("BEGIN")
    assert busy == 0


async def test_a_number_that_is_a_fingerprint_by_now_goes_too(desk: Desk, past: Past) -> None:
    services = desk.home.services
    john = await desk.keep(**JOHN)
    await past.call("call-1", "+254722000000", days_ago=100)
    await past.call("call-2", STRANGER, days_ago=100)
    purging = asyncio.create_task(services.retention.purge())
    while not purging.done():
        await desk.home.clock.advance(0.05)
        async with services.db.read():
            pass  # the disk is a real one
    assert purging.result()["numbers"] == 2
    await erase(desk, john["id"])
    async with services.db.read() as tx:
        query = select(calls.c.caller_id).order_by(calls.c.id)
        first, second = (await tx.execute(query)).scalars().all()

    assert first is None
    assert str(second).startswith("fp-")


async def test_no_search_of_cases_finds_him(desk: Desk, past: Past) -> None:
    john = await desk.keep(**JOHN)
    await past.case(client_id=john["id"])
    await past.case(client_id=john["id"], child_name="Mary")
    reader = await desk.home.headers("view_all_cases")

    async def hits(words: str) -> int:
        path = f"/helpline/api/search/cases?q={words}"
        async with desk.http.get(path, headers=reader) as answer:
            return int((await answer.json())["pagination"]["total"])

    assert await hits("doe") == 2
    await erase(desk, john["id"])
    assert await hits("doe") == 0
    assert await hits("beaten") == 1, "what is Mary's stays"
