"""What is written in one go is stored as SQLAlchemy would, fails as it would, and goes with it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from mhud.clock import SystemClock
from mhud.errors import Code, MhudError
from mhud.store.database import Database
from mhud.store.key import DatabaseKey
from mhud.store.plain import Insertion, in_one_go
from mhud.store.schema import audit, stamps

AT = SystemClock().now().astimezone(timezone(timedelta(hours=3)))
LINE = {
    "at": AT, "user_id": 5, "username": "jane", "credential": "user:5", "action": "case.create",
    "subject_kind": "case", "subject_id": "7", "details": {"fields": ["title"], "n": None},
}  # fmt: skip
KEYS = [None, DatabaseKey("ab" * 32)]


@pytest.fixture(params=KEYS, ids=["plain", "encrypted"])
async def db(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "mhud.db", request.param)
    yield opened
    await opened.close()


async def rows(db: Database, table: Any) -> list[Any]:
    async with db.read() as tx:
        return list(await tx.execute(select(table)))


async def test_a_row_comes_back_as_one_that_sqlalchemy_wrote(db: Database) -> None:
    put = Insertion(audit)
    async with db.write() as tx:
        ids = await in_one_go(tx, lambda connection: [put(connection, LINE) for _ in range(2)])
        await tx.execute(insert(audit).values(**LINE))
    ours, second, theirs = await rows(db, audit)

    assert ids == [ours.id, second.id]
    assert ours[1:] == second[1:] == theirs[1:]
    assert (ours.at, ours.details, ours.ip) == (AT, LINE["details"], None)


async def test_it_is_rolled_back_with_its_transaction(db: Database) -> None:
    put = Insertion(stamps)

    async def fails_halfway() -> None:
        async with db.write() as tx:
            before = len(list(await tx.execute(select(stamps))))
            await in_one_go(tx, lambda connection: put(connection, {"name": "lost", "value": 1}))
            assert len(list(await tx.execute(select(stamps)))) == before + 1
            raise LookupError

    before = await rows(db, stamps)
    with pytest.raises(LookupError):
        await fails_halfway()

    assert await rows(db, stamps) == before
    assert db.healthy


async def test_a_broken_constraint_is_sqlalchemys_error_and_no_sickness(db: Database) -> None:
    put = Insertion(stamps)

    def twice(connection: sqlite3.Connection) -> None:
        put(connection, {"name": "twice", "value": 1})
        put(connection, {"name": "twice", "value": 1})

    with pytest.raises(IntegrityError):
        async with db.write() as tx:
            await in_one_go(tx, twice)

    assert db.healthy
    assert "twice" not in {row.name for row in await rows(db, stamps)}


async def test_a_database_that_refuses_is_a_clear_refusal(db: Database) -> None:
    with pytest.raises(MhudError) as caught:
        async with db.write() as tx:
            await in_one_go(tx, lambda connection: connection.execute("SELECT * FROM nowhere"))

    assert caught.value.code is Code.SERVICE_UNAVAILABLE
    assert isinstance(caught.value.__cause__, OperationalError)
    assert not db.healthy


async def test_a_column_that_the_table_does_not_have_is_a_mistake_that_is_heard(
    db: Database,
) -> None:
    async with db.write() as tx:
        with pytest.raises(KeyError, match="colour"):
            await in_one_go(tx, lambda connection: Insertion(stamps)(connection, {"colour": 1}))


async def test_what_is_missing_gets_its_default(db: Database) -> None:
    from mhud.store.schema import roles, users

    person = {"username": "u", "name": "U", "role": "r", "created_at": AT}
    person |= {"queues": [], "skills": {}}

    def work(connection: sqlite3.Connection) -> None:
        Insertion(roles)(connection, {"name": "r", "rights": [], "built_in": False})
        Insertion(users)(connection, person)

    async with db.write() as tx:
        await in_one_go(tx, work)
    (user,) = await rows(db, users)

    assert (user.version, user.credential_version, user.disabled) == (1, 1, False)
