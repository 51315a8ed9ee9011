"""Cases in the store: counted by year, seen by whom, suggested by a number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from mhud.store.case_sight import NOTHING
from mhud.store.cases import SUGGESTED, CaseRepository, Sight, visible
from mhud.store.database import Database, Tx
from mhud.store.schema import roles, users
from mhud.store.schema_cases import cases
from mhud.store.schema_contacts import client_phones, clients

AT = datetime(2025, 3, 3, 9, tzinfo=UTC)
EVERYTHING = Sight(user_id=None, all=True)
PHONE = "+254700123456"


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """With users 1 to 3."""
    opened = await Database.open(tmp_path / "mhud.db")
    async with opened.write() as tx:
        await tx.execute(insert(roles), {"name": "operator", "rights": [], "built_in": True})
        for number in (1, 2, 3):
            values = {"id": number, "username": f"u{number}", "name": "x", "role": "operator"}
            await tx.execute(insert(users), {**values, "created_at": AT})
    yield opened
    await opened.close()


async def add(tx: Tx, **values: Any) -> int:
    number = await CaseRepository(tx).next_number(2025)
    usual = {"title": "x", "priority": "low", "status": "open", "created_by": 1}
    moments = {"created_at": AT, "updated_at": AT}
    return await CaseRepository(tx).add(
        {**usual, **moments, "case_number": f"CASE-2025-{number:06d}", **values}
    )


async def seen(db: Database, sight: Sight) -> list[int]:
    async with db.read() as tx:
        found = await tx.execute(select(cases.c.id).where(visible(sight)).order_by(cases.c.id))
        return list(found.scalars())


async def test_each_year_counts_for_itself_and_from_where_it_was_told_to(db: Database) -> None:
    async with db.write() as tx:
        found = CaseRepository(tx)
        assert [await found.next_number(2025) for _ in range(3)] == [1, 2, 3]
        assert await found.next_number(2026) == 1
        await found.count_from(2025, 1234)
        assert await found.next_number(2025) == 1235
        await found.count_from(2025, 7)
        assert await found.next_number(2025) == 1236
        await found.count_from(2031, 5)
        assert await found.next_number(2031) == 6


async def test_a_number_of_a_transaction_that_fails_is_given_again(db: Database) -> None:
    async def fail() -> None:
        async with db.write() as tx:
            await CaseRepository(tx).next_number(2025)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with db.write() as tx:
        assert await CaseRepository(tx).next_number(2025) == 1


async def test_one_sees_what_one_made_or_is_assigned(db: Database) -> None:
    async with db.write() as tx:
        made = await add(tx, created_by=1, assigned_user_id=2)
        assigned = await add(tx, created_by=2, assigned_user_id=1)
        unassigned = await add(tx, created_by=2)
        others = await add(tx, created_by=2, assigned_user_id=3)
        deleted = await add(tx, created_by=1, assigned_user_id=1, deleted_at=AT)
    assert await seen(db, Sight(user_id=1)) == [made, assigned]
    assert await seen(db, Sight(user_id=1, unassigned=True)) == [made, assigned, unassigned]
    assert await seen(db, EVERYTHING) == [made, assigned, unassigned, others]
    assert await seen(db, Sight(user_id=1, also=frozenset({others, deleted}))) == [
        made,
        assigned,
        others,
    ]
    assert await seen(db, Sight(user_id=1, deleted=True)) == [deleted]
    assert await seen(db, Sight(user_id=2, deleted=True)) == []
    assert await seen(db, NOTHING) == []


async def test_a_number_suggests_its_clients_cases_and_those_reported_from_it(
    db: Database,
) -> None:
    async with db.write() as tx:
        await client(tx, "client-a", PHONE)
        await client(tx, "client-b", "+254700999999")
        theirs = await add(tx, client_id="client-a")
        reported = await add(tx, reporter_phone=PHONE, reporter_phone_key=PHONE)
        await add(tx, client_id="client-b", reporter_phone_key="+254700999999")
        await add(tx)
        found = CaseRepository(tx)
        assert await found.suggested_by(PHONE, AT) == {theirs, reported}
        assert await found.suggested_by("+254711111111", AT) == frozenset()


async def test_a_number_of_very_many_cases_suggests_the_newest(db: Database) -> None:
    async with db.write() as tx:
        made = [await add(tx, reporter_phone_key=PHONE) for _ in range(SUGGESTED + 3)]
        assert await CaseRepository(tx).suggested_by(PHONE, AT) == set(made[3:])


async def test_a_case_may_name_a_client_who_is_there(db: Database) -> None:
    async with db.write() as tx:
        await client(tx, "client-a", PHONE)
        await client(tx, "client-b", PHONE, merged_into="client-a")
        await client(tx, "client-c", PHONE, deleted_at=AT)
        names = ("client-a", "client-b", "client-c", "client-d")
        found = {name: await CaseRepository(tx).is_client(name) for name in names}
    assert found == {"client-a": True, "client-b": False, "client-c": False, "client-d": False}


async def client(tx: Tx, ident: str, phone: str, **values: Any) -> None:
    usual = {"name": "x", "name_key": "x", "created_by": 1, "created_at": AT, "updated_at": AT}
    await tx.execute(insert(clients).values(id=ident, tags=[], **usual, **values))
    row = {"client_id": ident, "position": 0, "phone": phone, "phone_key": phone, "added_at": AT}
    await tx.execute(insert(client_phones), row)
