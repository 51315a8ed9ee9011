"""The store's ground: transactions, the writer's turn, migrations."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool
from structlog.testing import capture_logs

from mhud.errors import Code, MhudError
from mhud.store import database as database_module
from mhud.store.database import Database
from mhud.store.key import DatabaseKey
from mhud.store.migrate import HEAD, MIGRATIONS, SchemaError, migrate
from mhud.store.schema import stamps
from mhud.store.tables import FULL_TEXT
from mhud.store.tables import METADATA as metadata
from mhud.store.types import JsonText, UtcDateTime
from tests.sealed_store import KEY, inside

Key = DatabaseKey | None
DIALECT = SQLiteDialect()
NOON = datetime(2025, 3, 7, 12, 0, tzinfo=UTC)


@pytest.fixture(params=[None, KEY], ids=["plain", "encrypted"])
def key(request: pytest.FixtureRequest) -> Key:
    """Whatever holds for a plain database holds for an encrypted one."""
    found: Key = request.param
    return found


async def count(db: Database) -> int:
    async with db.read() as tx:
        return await tx.scalar(select(func.count()).select_from(stamps)) or 0


async def write_and_fail(db: Database) -> None:
    async with db.write() as tx:
        async with tx.begin_nested():
            await tx.execute(insert(stamps).values(name="lost", value=1))
        raise LookupError


async def test_what_a_finished_block_wrote_is_there_and_what_a_failed_one_wrote_is_not(
    tmp_path: Path,
    key: Key,
) -> None:
    db = await Database.open(tmp_path / "mhud.db", key)
    async with db.write() as tx:
        await tx.execute(insert(stamps).values(name="kept", value=1))
    with pytest.raises(LookupError):
        await write_and_fail(db)

    assert await count(db) == 1
    await db.close()


async def test_a_released_savepoint_does_not_survive_the_outer_rollback(
    tmp_path: Path, key: Key
) -> None:
    db = await Database.open(tmp_path / "mhud.db", key)
    with pytest.raises(LookupError):
        await write_and_fail(db)

    assert await count(db) == 0
    await db.close()


async def test_writers_take_turns(tmp_path: Path, key: Key) -> None:
    db = await Database.open(tmp_path / "mhud.db", key)

    async def bump(number: int) -> None:
        async with db.write() as tx:
            held = await tx.scalar(select(func.count()).select_from(stamps))
            await tx.execute(insert(stamps).values(name=f"n{held}", value=number))

    await asyncio.gather(*(bump(number) for number in range(20)))

    assert await count(db) == 20
    await db.close()


async def test_a_reader_can_not_write(tmp_path: Path, key: Key) -> None:
    db = await Database.open(tmp_path / "mhud.db", key)
    with pytest.raises(MhudError) as caught:
        async with db.read() as tx:
            await tx.execute(insert(stamps).values(name="sly", value=1))

    assert caught.value.code is Code.SERVICE_UNAVAILABLE
    await db.close()


async def test_a_lock_held_elsewhere_is_a_clear_refusal_and_then_over(
    tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "WAIT_S", 0.1)
    path = tmp_path / "mhud.db"
    db = await Database.open(path, key)
    with inside(path, key) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(MhudError) as caught:
            async with db.write() as tx:
                await tx.execute(insert(stamps).values(name="late", value=1))
        assert caught.value.code is Code.SERVICE_UNAVAILABLE
        assert not db.healthy
        other.execute("ROLLBACK")
    async with db.write() as tx:
        await tx.execute(insert(stamps).values(name="late", value=1))

    assert db.healthy
    await db.close()


async def test_a_refusal_is_logged_by_its_code_and_not_by_what_was_asked(
    tmp_path: Path, key: Key
) -> None:
    db = await Database.open(tmp_path / "mhud.sqlite3", key)
    with capture_logs() as lines, pytest.raises(MhudError):
        async with db.read() as tx:
            await tx.execute(text("select Amina from calls"))
    await db.close()
    (line,) = lines
    assert line["reason"].endswith(".OperationalError SQLITE_ERROR")


async def test_a_damaged_file_is_a_refusal_and_seen_in_the_health(tmp_path: Path, key: Key) -> None:
    path = tmp_path / "mhud.db"
    db = await Database.open(path, key)
    damage(path, key, "stamps")

    for access in (db.read, db.write):
        with pytest.raises(MhudError) as caught:
            async with access() as tx:
                await tx.execute(select(stamps))
        assert caught.value.code is Code.SERVICE_UNAVAILABLE
        assert not db.healthy
    await db.close()


def damage(path: Path, key: Key, table: str) -> None:
    """Zeros where the table begins."""
    with inside(path, key) as connection:
        where = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        page = connection.execute(where, (table,)).fetchone()[0]
        size = int(connection.execute("PRAGMA page_size").fetchone()[0])
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))


async def test_a_broken_constraint_is_the_callers_and_no_sickness(tmp_path: Path, key: Key) -> None:
    db = await Database.open(tmp_path / "mhud.db", key)
    with pytest.raises(IntegrityError):
        async with db.write() as tx:
            await tx.execute(insert(stamps), [{"name": "twice", "value": 1}] * 2)

    assert db.healthy
    await db.close()


async def test_a_writer_who_does_not_let_go_costs_the_next_one_a_bounded_wait(
    tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "WAIT_S", 0.05)
    db = await Database.open(tmp_path / "mhud.db", key)
    async with db.write():
        with pytest.raises(MhudError) as caught:
            async with db.write():
                pass

    assert caught.value.code is Code.SERVICE_UNAVAILABLE
    await db.close()


def test_the_migrations_end_at_the_schema_and_at_head(tmp_path: Path) -> None:
    path = tmp_path / "mhud.db"
    migrate(path)
    migrate(path)  # nothing more to do
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_described})
        differences: list[Any] = compare_metadata(context, metadata)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert differences == []
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def is_described(name: str | None, kind: str, _parents: object) -> bool:
    """All but the full text's, which a description of tables can't hold."""
    return kind != "table" or not str(name).startswith(FULL_TEXT)


def test_a_newer_schema_is_refused_in_words(tmp_path: Path, key: Key) -> None:
    path = tmp_path / "mhud.db"
    migrate(path, key)
    with inside(path, key) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaError, match="newer mhud"):
        migrate(path, key)


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "mhud.db"
    path.write_text("this is a letter to my aunt\n" * 100)

    with pytest.raises(SchemaError, match="not a database"):
        migrate(path)


async def test_the_file_is_for_its_owner_only(tmp_path: Path, key: Key) -> None:
    db = await Database.open(tmp_path / "deep" / "mhud.db", key)

    assert db.path.stat().st_mode & 0o777 == 0o600
    await db.close()


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=3))])))
def test_an_instant_comes_back_as_the_same_instant(at: datetime) -> None:
    if not datetime(2, 1, 1, tzinfo=UTC) < at < datetime(9998, 1, 1, tzinfo=UTC):
        at = NOON
    column = UtcDateTime()
    stored = column.process_bind_param(at, DIALECT)

    assert column.process_result_value(stored, DIALECT) == at


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(datetime(2025, 1, 1), DIALECT)  # noqa: DTZ001 - that is it


@given(st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner)))
def test_json_comes_back_as_it_was(value: Any) -> None:
    column = JsonText()
    try:
        stored = column.process_bind_param(value, DIALECT)
    except TypeError:  # text with half a surrogate pair is not JSON
        stored = None
        value = None

    assert column.process_result_value(stored, DIALECT) == value


async def test_a_writer_who_is_cancelled_anywhere_leaves_no_lock_behind(
    tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task is kept: its traceback holds the half-read statement."""
    monkeypatch.setattr(database_module, "WAIT_S", 0.2)
    db = await Database.open(tmp_path / "mhud.db", key)

    async def write(name: str) -> None:
        async with db.write() as tx:
            await tx.execute(insert(stamps).values(name=name, value=1))
            await tx.scalar(select(func.count()).select_from(stamps))

    for turns in range(120):
        cancelled = asyncio.create_task(write(f"cancelled-{turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)  # noqa: TID251 - so many turns of the loop
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        await write(f"next-{turns}")

    assert db.healthy
    assert await count(db) >= 120
    await db.close()
