"""Writes that share a commit: each is on disk when it is answered, and fails alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.errors import Code, MhudError
from mhud.store import database as database_module
from mhud.store.database import Database
from mhud.store.plain import Insertion
from mhud.store.schema import stamps
from mhud.store.together import MOST, MOST_WAITING, Together, Work
from tests.fake_clock import settle

put = Insertion(stamps)


class Counting(Database):
    """Knows how many transactions there were."""

    commits = 0

    @asynccontextmanager
    async def write(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        async with super().write(urgent=urgent) as tx:
            yield tx
        self.commits += 1


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Counting]:
    opened = await Counting.open(tmp_path / "mhud.db")
    assert isinstance(opened, Counting)
    yield opened
    await opened.close()


def named(name: str, connection: sqlite3.Connection) -> str:
    put(connection, {"name": name, "value": 1})
    return name


async def names(db: Database) -> set[str]:
    async with db.read() as tx:
        return {row.name for row in await tx.execute(select(stamps))} - {"access"}


async def test_those_who_come_together_share_commits_and_each_gets_his_own_answer(
    db: Counting,
) -> None:
    together = Together(db)
    wished = [f"n{number}" for number in range(MOST + 10)]
    answers = await asyncio.gather(*(together.write(partial(named, name)) for name in wished))

    assert answers == wished
    assert await names(db) == set(wished)
    assert db.commits == 2


async def test_who_is_answered_is_on_disk(db: Counting) -> None:
    await Together(db).write(partial(named, "kept"))
    with closing(sqlite3.connect(db.path)) as other:
        assert other.execute("SELECT value FROM stamps WHERE name = 'kept'").fetchone() == (1,)


async def test_one_that_fails_takes_nobody_with_it(db: Counting) -> None:
    together = Together(db)

    def half(connection: sqlite3.Connection) -> None:
        named("half", connection)
        raise MhudError(Code.INVALID, "no")

    works: list[Work] = [partial(named, "a"), half, partial(named, "a"), partial(named, "b")]
    first, second, third, last = await asyncio.gather(
        *(together.write(work) for work in works), return_exceptions=True
    )

    assert [first, last] == ["a", "b"]
    assert isinstance(second, MhudError)
    assert isinstance(third, IntegrityError)
    assert await names(db) == {"a", "b"}
    assert db.healthy


async def test_a_database_that_refuses_refuses_all_of_them_and_then_goes_on(
    db: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "WAIT_S", 0.05)
    together = Together(db)
    async with db.write():
        refused = await asyncio.gather(
            *(together.write(partial(named, name)) for name in "abc"), return_exceptions=True
        )
    codes = [error.code for error in refused if isinstance(error, MhudError)]
    assert codes == [Code.SERVICE_UNAVAILABLE] * 3

    def nonsense(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO nowhere VALUES (1)")

    both: list[Work] = [partial(named, "a"), nonsense]
    answers = await asyncio.gather(*(together.write(work) for work in both), return_exceptions=True)
    codes = [error.code for error in answers if isinstance(error, MhudError)]
    assert codes == [Code.SERVICE_UNAVAILABLE] * 2
    assert not db.healthy
    assert await together.write(partial(named, "d")) == "d"
    assert await names(db) == {"d"}
    assert db.healthy


async def test_who_gives_up_while_he_waits_writes_nothing_and_holds_nobody_up(
    db: Counting,
) -> None:
    together = Together(db)
    async with db.write():
        patient, impatient = (
            asyncio.create_task(together.write(partial(named, name))) for name in "ab"
        )
        await settle()
        impatient.cancel()
        await settle()
    assert await patient == "a"

    assert await names(db) == {"a"}


async def test_when_too_many_wait_the_next_one_is_refused_and_the_others_are_written(
    db: Counting,
) -> None:
    together = Together(db)
    writing = [
        asyncio.create_task(together.write(partial(named, f"n{number}")))
        for number in range(MOST_WAITING)
    ]
    await settle(1)  # each of them has asked
    with pytest.raises(MhudError) as caught:
        await together.write(partial(named, "one too many"))
    assert caught.value.code is Code.SERVICE_UNAVAILABLE
    await asyncio.gather(*writing)
    assert await names(db) == {f"n{number}" for number in range(MOST_WAITING)}
