"""What is over its time goes, with all that belongs to it, and nothing else does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update
from structlog.testing import capture_logs

from mhud.cli import main
from mhud.config import IsolatedSettings
from mhud.feeds.records import call_row
from mhud.live.model import Call, CallStatus, Direction
from mhud.services.retention import PAUSE_S, rules
from mhud.services.trail import Sought
from mhud.store import calls as call_store
from mhud.store import old_numbers
from mhud.store import retention as kinds
from mhud.store.schema import audit, calls, idempotency, ledger
from mhud.store.schema_cases import activities, attachments, cases
from mhud.store.schema_contacts import (
    callbacks,
    client_phones,
    client_sessions,
    clients,
    communications,
    drafts,
)
from tests.fake_clock import PATIENCE_S, START, eventually, settle
from tests.houses import House, house
from tests.sealed_store import inside_of

NUMBER = "+254700123456"
ALL = {
    "cases_days": 365,
    "attachments_days": 200,
    "clients_days": 365,
    "communications_days": 365,
    "calls_days": 365,
}


def ago(days: float) -> datetime:
    return START - timedelta(days=days)


class Archive:
    """A house whose tables are filled by hand: rows of any age."""

    def __init__(self, home: House, user: int) -> None:
        self.home = home
        self.user = user
        self._count = 0

    async def add(self, table: Any, **values: Any) -> Any:
        async with self.home.services.db.write() as tx:
            key = next(iter(table.primary_key))
            return await tx.scalar(insert(table).values(**values).returning(key))

    async def case(self, days: float, status: str = "open", **values: Any) -> int:
        self._count += 1
        row = {
            "case_number": f"CASE-2025-{self._count:06}",
            "title": "A story",
            "priority": "low",
            "status": status,
            "created_by": self.user,
            "created_at": ago(days),
            "updated_at": ago(days),
            "resolved_at": ago(days) if status in kinds.DONE else None,
            **values,
        }
        return int(await self.add(cases, **row))

    async def file(self, case_id: int, name: str) -> Path:
        folder = self.home.services.settings.data_dir / "attachments"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"sealed")
        await self.add(
            attachments,
            case_id=case_id,
            filename=name,
            original_filename="x",
            file_size=6,
            sha256=b"",
            mime_type="text/plain",
            file_type="other",
            uploaded_by=self.user,
            uploaded_at=START,
        )
        return folder / name

    async def client(self, ident: str, days: float, **values: Any) -> str:
        row = {
            "id": ident,
            "name": "John Doe",
            "name_key": "john doe",
            "created_by": self.user,
            "created_at": ago(days),
            "updated_at": ago(days),
            "last_contact": ago(days),
            **values,
        }
        await self.add(clients, **row)
        phone = {"phone": NUMBER, "phone_key": NUMBER, "added_at": ago(days)}
        await self.add(client_phones, client_id=ident, position=0, **phone)
        return ident

    async def communication(self, days: float, **values: Any) -> int:
        row = {
            "state": "logged",
            "contact_type": "call",
            "direction": "inbound",
            "created_at": ago(days),
            "updated_at": ago(days),
            **values,
        }
        return int(await self.add(communications, **row))

    async def callback(self, ident: str, days: float, status: str = "done", **values: Any) -> None:
        row = {
            "id": ident,
            "status": status,
            "phone": NUMBER,
            "priority": "low",
            "due_at": ago(days),
            "created_by": self.user,
            "created_at": ago(days),
            "updated_at": ago(days),
            **values,
        }
        await self.add(callbacks, **row)

    async def call(self, ident: str, days: float, **values: Any) -> None:
        made = Call(
            id=ident,
            linkedids=(ident,),
            direction=Direction.INBOUND,
            status=CallStatus.ENDED,
            start_time=ago(days),
            end_time=ago(days) + timedelta(minutes=3),
            caller_id=NUMBER,
            destination="2000",
            variables={"case_id": "7"},
        )
        async with self.home.services.db.write() as tx:
            row = call_row(replace(made, **values), ZoneInfo("UTC"))
            await call_store.save_calls(tx, [row])

    async def read_call(self, ident: str) -> Call:
        async with self.home.services.db.read() as tx:
            found = await call_store.get_call(tx, ident)
        assert found is not None
        return found

    async def left(self, column: Any) -> list[Any]:
        async with self.home.services.db.read() as tx:
            return sorted((await tx.execute(select(column))).scalars())

    async def purge(self) -> dict[str, int]:
        """What went, by kind, where anything did; the clock runs while it pauses."""
        working = asyncio.ensure_future(self.home.services.retention.purge())
        while not working.done():
            await self.home.clock.advance(0.1)
            await settle()
        return {name: count for name, count in working.result().items() if count}

    async def due(self) -> dict[str, int]:
        counts = await self.home.services.retention.due()
        return {name: count for name, count in counts.items() if count}

    async def check(self) -> None:
        async with self.home.services.db.write() as tx:
            assert (await tx.exec_driver_sql("PRAGMA foreign_key_check")).all() == []


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with house(tmp_path, retention=ALL) as home:
        yield Archive(home, await home.person())


async def test_a_deleted_case_goes_after_its_time_with_all_that_belongs_to_it(
    archive: Archive,
) -> None:
    gone = await archive.case(100, deleted_at=ago(31))
    kept = await archive.case(100, deleted_at=ago(29))
    for case_id, letter in ((gone, "a"), (kept, "b")):
        await archive.add(
            activities,
            case_id=case_id,
            activity_type="note",
            description="x",
            user_id=archive.user,
            user_name="jane",
            created_at=START,
        )
        await archive.communication(5, case_id=case_id)
        await archive.callback(f"callback{letter}", 1, "open", case_id=case_id)
    lost = await archive.file(gone, "other_aaaaaaaaaaaaaaaa.txt")
    stays = await archive.file(kept, "other_bbbbbbbbbbbbbbbb.txt")
    assert await archive.due() == {"deleted cases": 1}
    assert await archive.purge() == {"deleted cases": 1}
    assert await archive.left(cases.c.id) == [kept]
    for table in (activities, communications, callbacks, attachments):
        assert await archive.left(table.c.case_id) == [kept]
    assert (lost.exists(), stays.exists()) == (False, True)
    await archive.check()


async def test_each_case_that_goes_has_its_line_in_the_audit(archive: Archive) -> None:
    case_id = await archive.case(100, deleted_at=ago(31))
    await archive.purge()
    page = await archive.home.services.trail.page(Sought(action="case.purge"), 10, None)
    (deed,) = page.deeds
    assert (deed.subject_kind, deed.subject_id, deed.username) == ("case", str(case_id), "mhud")


async def test_cases_that_are_done_go_by_their_last_change(archive: Archive) -> None:
    await archive.case(400, "closed")
    kept = [
        await archive.case(400, "open"),
        await archive.case(300, "resolved"),
        await archive.case(400, "closed", updated_at=ago(10)),
    ]
    assert await archive.purge() == {"cases": 1}
    assert await archive.left(cases.c.id) == kept
    await archive.check()


async def test_a_purged_case_is_found_and_counted_no_more(archive: Archive) -> None:
    await archive.case(400, "closed", title="Unfindable")
    await archive.purge()
    async with archive.home.services.db.read() as tx:
        found = await tx.exec_driver_sql(
            "SELECT count(*) FROM cases_fts WHERE cases_fts MATCH 'unfindable'"
        )
        assert found.scalar_one() == 0
        tallied = await tx.exec_driver_sql("SELECT coalesce(sum(n), 0) FROM case_tallies")
        assert tallied.scalar_one() == 0


async def test_files_may_go_before_their_case(archive: Archive) -> None:
    old, young = await archive.case(250, "closed"), await archive.case(250)
    lost = await archive.file(old, "other_aaaaaaaaaaaaaaaa.txt")
    stays = await archive.file(young, "other_bbbbbbbbbbbbbbbb.txt")
    assert await archive.purge() == {"attachments": 1}
    assert (lost.exists(), stays.exists()) == (False, True)
    assert await archive.left(cases.c.id) == [old, young]


async def test_a_client_goes_when_nothing_needs_him_any_more(archive: Archive) -> None:
    await archive.client("client-gone", 400)
    await archive.client("client-merged", 400, merged_into="client-gone")
    await archive.client("client-young", 300)
    await archive.client("client-called", 400, last_contact=ago(3))
    await archive.client("client-never", 400, last_contact=None, updated_at=ago(2))
    await archive.client("client-case", 400)
    await archive.case(400, client_id="client-case")
    await archive.client("client-waits", 400)
    await archive.callback("callback1", 400, "open", client_id="client-waits")
    for ident in ("client-gone", "client-merged", "client-young"):
        await archive.communication(401, client_id=ident)
        await archive.add(
            client_sessions,
            id=f"session-{ident}",
            client_id=ident,
            agent_id="agent001",
            session_type="support",
            priority="low",
            status="completed",
            start_time=ago(400),
            created_by=archive.user,
        )
    gone = await archive.purge()
    assert gone["clients"] == 1
    assert await archive.left(clients.c.id) == [
        "client-called",
        "client-case",
        "client-never",
        "client-waits",
        "client-young",
    ]
    assert await archive.left(client_sessions.c.client_id) == ["client-young"]
    assert "client-gone" not in await archive.left(client_phones.c.client_id)
    await archive.check()


async def test_communications_without_a_case_go(archive: Archive) -> None:
    case_id = await archive.case(1)
    kept = [await archive.communication(400, case_id=case_id), await archive.communication(300)]
    await archive.communication(400)
    assert await archive.purge() == {"communications": 1}
    assert await archive.left(communications.c.id) == sorted(kept)


async def test_a_case_stays_while_somebody_waits_to_be_called_back_about_it(
    archive: Archive,
) -> None:
    waits, served = [await archive.case(400, "closed") for _ in range(2)]
    await archive.callback("callback-waits", 1, "open", case_id=waits)
    await archive.callback("callback-done", 1, "done", case_id=served)
    assert await archive.due() == {"cases": 1}
    assert await archive.purge() == {"cases": 1}
    assert await archive.left(cases.c.id) == [waits]
    assert await archive.left(callbacks.c.id) == ["callback-waits"]


async def test_callbacks_that_are_open_stay(archive: Archive) -> None:
    await archive.callback("callback-a", 200, "done")
    await archive.callback("callback-b", 200, "cancelled")
    await archive.callback("callback-c", 200, "open")
    await archive.callback("callback-d", 100, "done")
    assert await archive.purge() == {"callbacks": 2}
    assert await archive.left(callbacks.c.id) == ["callback-c", "callback-d"]


async def test_what_is_kept_for_a_while_only_goes(archive: Archive) -> None:
    for days, name in ((31, "old"), (29, "young")):
        await archive.add(drafts, user_id=archive.user, call_id=name, form={}, updated_at=ago(days))
    for hours, name in ((25, "old"), (23, "young")):
        await archive.add(
            idempotency,
            principal="x",
            route="y",
            key=name,
            body_hash=b"",
            state="done",
            created_at=ago(hours / 24),
        )
    for days, seq in ((40, 1), (35, 2), (20, 3)):
        await archive.add(ledger, seq=seq, type="x", at=ago(days), payload=b"{}")
    assert await archive.due() == {"drafts": 1, "events": 2, "retries": 1}
    assert await archive.purge() == {"drafts": 1, "events": 2, "retries": 1}
    assert await archive.left(drafts.c.call_id) == ["young"]
    assert await archive.left(idempotency.c.key) == ["young"]
    assert await archive.left(ledger.c.seq) == [3]
    assert await archive.due() == {}


async def test_the_newest_event_stays_whatever_its_age(archive: Archive) -> None:
    for seq in (1, 2):
        await archive.add(ledger, seq=seq, type="x", at=ago(99), payload=b"{}")
    assert await archive.due() == {"events": 1}
    assert await archive.purge() == {"events": 1}
    assert await archive.left(ledger.c.seq) == [2]


async def test_the_audit_trail_keeps_its_years(archive: Archive) -> None:
    for days in (1100, 1000):
        await archive.add(
            audit,
            at=ago(days),
            user_id=1,
            username="jane",
            credential="user:1",
            action="case.read",
            subject_kind="case",
            subject_id=str(days),
            details={},
        )
    assert await archive.purge() == {"audit": 1}
    assert await archive.left(audit.c.subject_id) == ["1000", "audit"]


async def test_call_records_go(archive: Archive) -> None:
    await archive.call("call-old", 400)
    await archive.call("call-young", 20)
    assert (await archive.purge())["calls"] == 1
    assert await archive.left(calls.c.id) == ["call-young"]


# ---- numbers


async def test_numbers_become_fingerprints_that_still_count_callers(archive: Archive) -> None:
    await archive.call("call-1", 100)
    await archive.call("call-2", 95, caller_id="00254700123456")
    await archive.call("call-3", 94, caller_id="+254711000000")
    await archive.call("call-4", 80)
    assert await archive.due() == {"numbers": 3}
    assert await archive.purge() == {"numbers": 3}
    one, two, three, four = [await archive.read_call(f"call-{n}") for n in (1, 2, 3, 4)]
    assert one.caller_id is not None
    assert one.caller_id.startswith("fp-")
    assert one.caller_id == two.caller_id
    assert three.caller_id not in (one.caller_id, None)
    assert four.caller_id == NUMBER
    assert (one.destination, one.variables) == ("2000", {})
    assert one == replace(
        four,
        id="call-1",
        linkedids=("call-1",),
        start_time=ago(100),
        end_time=ago(100) + timedelta(minutes=3),
        caller_id=one.caller_id,
        variables={},
    )
    assert await archive.left(calls.c.caller_id) == sorted(
        str(call.caller_id) for call in (one, two, three, four)
    )


async def test_of_an_outbound_call_it_is_the_number_dialled(archive: Archive) -> None:
    await archive.call(
        "call-1", 100, direction=Direction.OUTBOUND, caller_id="1001", destination=NUMBER
    )
    await archive.call(
        "call-2", 100, direction=Direction.INTERNAL, caller_id="1001", destination="1002"
    )
    await archive.call("call-3", 100, caller_id=None)
    await archive.call("call-4", 100, caller_id="anonymous")
    await archive.purge()
    found = [await archive.read_call(f"call-{n}") for n in (1, 2, 3, 4)]
    assert (found[0].caller_id, str(found[0].destination)[:3]) == ("1001", "fp-")
    assert (found[1].caller_id, found[1].destination) == ("1001", "1002")
    assert found[2].caller_id is None
    assert found[3].caller_id == "anonymous"


async def test_no_record_is_looked_at_twice_or_left_out(archive: Archive) -> None:
    """Also where more than a step's worth began in the same instant."""
    async with archive.home.services.db.write() as tx:
        made = Call(
            id="",
            linkedids=(),
            direction=Direction.INBOUND,
            status=CallStatus.ENDED,
            start_time=ago(100),
            caller_id=NUMBER,
        )
        rows = [
            call_row(replace(made, id=f"call-{n}", start_time=ago(100 - n // 450)), ZoneInfo("UTC"))
            for n in range(900)
        ]
        await call_store.save_calls(tx, rows)
    assert await archive.purge() == {"numbers": 900}
    assert len(set(await archive.left(calls.c.caller_id))) == 1
    assert await archive.purge() == {}
    archive.home.services.retention.configure(
        archive.home.services.settings.model_copy(
            update={
                "retention": archive.home.services.settings.retention.model_copy(
                    update={"numbers_days": 200}
                )
            }
        )
    )
    assert await archive.purge() == {}


async def test_a_record_that_can_not_be_read_loses_its_number_all_the_same(
    archive: Archive,
) -> None:
    await archive.call("call-1", 100)
    async with archive.home.services.db.write() as tx:
        await tx.exec_driver_sql("UPDATE calls SET record = json_object('caller_id', '254')")
    assert await archive.purge() == {"numbers": 1}
    async with archive.home.services.db.read() as tx:
        row = (await tx.execute(select(calls.c.caller_id, calls.c.record))).one()
    assert tuple(row) == (None, {})


async def test_fingerprints_need_the_key_of_the_house(archive: Archive, tmp_path: Path) -> None:
    await archive.call("call-1", 100)
    await archive.purge()
    key = archive.home.services.settings.data_dir / "fingerprints.key"
    assert key.stat().st_mode & 0o777 == 0o600
    first = (await archive.read_call("call-1")).caller_id
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    async with house(other_folder, retention=ALL) as home:
        other = Archive(home, await home.person())
        await other.call("call-1", 100)
        await other.purge()
        assert (await other.read_call("call-1")).caller_id != first


async def test_who_is_erased_at_that_moment_stays_erased(archive: Archive) -> None:
    await archive.call("call-1", 100)
    await archive.call("call-2", 100)
    async with archive.home.services.db.read() as tx:
        rows = await old_numbers.oldest(tx, ago(90), 50)
    changes = old_numbers.masked(rows, lambda number: "fp-1")
    await archive.call("call-1", 100, caller_id=None)
    async with archive.home.services.db.write() as tx:
        await old_numbers.replace(tx, rows, changes)
    assert (await archive.read_call("call-1")).caller_id is None
    assert (await archive.read_call("call-2")).caller_id == "fp-1"


# ---- when


async def test_without_settings_what_tells_of_people_stays(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        archive = Archive(home, await home.person())
        await archive.case(9000, "closed")
        await archive.client("client1", 9000)
        await archive.communication(9000)
        await archive.call("call-1", 9000, caller_id=None)
        assert await archive.purge() == {"numbers": 1}
        assert len(await archive.left(cases.c.id)) == 1
        assert await archive.left(clients.c.id) == ["client1"]


def test_the_document_shows_each_kind_in_its_turn_with_its_days(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "keeping.md").read_text()
    shown = re.findall(r"^([a-z ]+?) {2,}(kept|[0-9]+) +[0-9]+$", page, re.MULTILINE)
    rows = re.findall(r"^\| ([a-z ]+) \| (?:`retention|`feeds|\|)", page, re.MULTILINE)
    told = [
        (rule.name, "kept" if rule.days is None else str(rule.days))
        for rule in rules(IsolatedSettings(data_dir=tmp_path))
    ]
    assert shown == told
    assert rows == [name for name, _ in told]


async def test_the_daemon_purges_every_day(archive: Archive) -> None:
    running = asyncio.ensure_future(archive.home.services.retention.run())
    try:
        await archive.case(100, deleted_at=ago(31))
        await settle()
        await archive.home.clock.advance(601)
        await gone(archive)
        await archive.case(100, deleted_at=ago(29.5))
        await archive.home.clock.advance(80_000)
        await settle()
        assert len(await archive.left(cases.c.id)) == 1
        await archive.home.clock.advance(7_000)
        await gone(archive)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_after_a_purge_sqlite_learns_what_is_left(archive: Archive) -> None:
    await archive.client("client1", 1)
    running = asyncio.ensure_future(archive.home.services.retention.run())
    try:
        await settle()
        await archive.home.clock.advance(601)
        async with asyncio.timeout(PATIENCE_S):
            while "clients" not in await learned(archive):
                await archive.home.clock.advance(PAUSE_S)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def learned(archive: Archive) -> set[str]:
    """The tables of which SQLite knows how much is in them."""
    async with archive.home.services.db.read() as tx:
        known = await tx.exec_driver_sql("SELECT DISTINCT tbl FROM sqlite_stat1")
        return {name for (name,) in known}


async def test_what_can_not_go_is_logged_and_tried_again(archive: Archive) -> None:
    async with archive.home.services.db.write() as tx:
        await tx.exec_driver_sql(
            "CREATE TRIGGER no BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    await archive.case(100, deleted_at=ago(31))
    running = asyncio.ensure_future(archive.home.services.retention.run())
    try:
        with capture_logs() as logs:
            await settle()
            await archive.home.clock.advance(601)
            await eventually(lambda: [one for one in logs if one["event"] == "not_purged"])
        async with archive.home.services.db.write() as tx:
            await tx.exec_driver_sql("DROP TRIGGER no")
        await archive.home.clock.advance(87_000)
        await gone(archive)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def gone(archive: Archive) -> None:
    """No case is left, and the next purge is a day away."""
    clock = archive.home.clock
    async with asyncio.timeout(PATIENCE_S):
        while not any(left_s > 80_000 for left_s in clock.sleeping):
            await clock.advance(0.1)
    assert await archive.left(cases.c.id) == []


async def test_others_write_between_the_steps(archive: Archive) -> None:
    for _ in range(60):
        await archive.case(100, deleted_at=ago(31))
    purging = asyncio.ensure_future(archive.home.services.retention.purge())
    await eventually(lambda: 0 < min(archive.home.clock.sleeping) < 1)
    assert len(await archive.left(cases.c.id)) == 40
    await archive.case(1)
    while not purging.done():
        await archive.home.clock.advance(0.1)
        await settle()
    assert purging.result()["deleted cases"] == 60


def test_mhud_purge_says_what_it_would_do_and_does_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MHUD_DATA_DIR", str(tmp_path))
    assert main(["key", "add", "first", "--rights", "all"]) == 0
    with inside_of() as database:
        database.execute(
            "INSERT INTO drafts (user_id, call_id, form, updated_at)"
            " SELECT id, 'call-1', '{}', '2020-01-01 00:00:00' FROM users"
        )
    capsys.readouterr()
    for arguments, head, left in ((["--dry-run"], "DUE", 1), ([], "GONE", 0)):
        assert main(["purge", *arguments]) == 0
        lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert lines[0] == ["KIND", "DAYS", head]
        assert ["drafts", "30", "1"] in lines
        assert ["cases", "kept", "0"] in lines
        with inside_of() as database:
            assert database.execute("SELECT count(*) FROM drafts").fetchone()[0] == left


async def test_what_somebody_takes_back_at_the_last_moment_stays(archive: Archive) -> None:
    case_id = await archive.case(100, deleted_at=ago(31))
    async with archive.home.services.db.read() as tx:
        found = await kinds.some(tx, kinds.DELETED_CASES, ago(30))
    async with archive.home.services.db.write() as tx:
        assert await kinds.still(tx, kinds.DELETED_CASES, ago(30), found) == [case_id]
        await tx.execute(update(cases).values(deleted_at=None))
        assert await kinds.still(tx, kinds.DELETED_CASES, ago(30), found) == []
