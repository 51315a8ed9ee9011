"""SQLite knows how many rows there are: after an upgrade, and again each day."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, insert, select

from mhud.store.database import Database
from mhud.store.learning import TABLES
from mhud.store.migrate import migrate
from mhud.store.schema import roles
from tests.sealed_store import KEY, inside

LAST_RELEASE = sorted((Path(__file__).parent / "released").glob("*.sql"))[-1]


def known(path: Path) -> set[str]:
    with inside(path) as db:
        return {str(name) for (name,) in db.execute("SELECT DISTINCT tbl FROM sqlite_stat1")}


def test_an_upgrade_looks_at_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "old"
    with inside(path) as db:
        db.executescript(LAST_RELEASE.read_text())
    migrate(path, KEY)
    assert {"users", "calls", "ledger", "audit"} <= known(path) <= set(TABLES)


async def test_what_was_written_since_is_learned_while_others_write(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "mhud.db", KEY)
    turns = 0

    async def write() -> None:
        nonlocal turns
        turns += 1
        async with db.write() as tx:
            await tx.execute(insert(roles).values(name=f"r{turns}", rights=[], built_in=False))

    try:
        await write()
        assert "roles" not in known(db.path)
        await db.learn(write)
        assert "roles" in known(db.path)
        async with db.read() as tx:  # by those who read, too
            assert await tx.scalar(select(func.count()).select_from(roles)) == turns
    finally:
        await db.close()
    assert turns == 1 + len(TABLES)
