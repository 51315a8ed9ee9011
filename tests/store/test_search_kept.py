"""Full text and tallies follow every change of a case, by whatever statement it is made."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text, update

from mhud.store.database import Database
from mhud.store.migrate import migrate
from mhud.store.schema_cases import cases
from mhud.store.search_sqlite import SqliteSearch

MIDNIGHT = datetime(2025, 1, 1, tzinfo=UTC)
NEW_CASE = {
    "priority": "low", "status": "open", "created_by": 1, "created_at": MIDNIGHT,
    "updated_at": MIDNIGHT,
}  # fmt: skip
DAYS = ("2024-12-31 23:59:59.000000", "2025-01-01 00:00:00.000000", "2025-01-31 12:00:00.000000")
CASE = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Child at risk", "Ámina's school", "", 'it\'s "quoted" -x*']),
        "description": st.sampled_from([None, "child child", "nothing said"]),
        "category": st.sampled_from([None, "abuse", "health"]),
        "priority": st.sampled_from(["low", "high"]),
        "status": st.sampled_from(["open", "resolved"]),
        "assigned_user_id": st.sampled_from([None, 1, 2]),
        "created_by": st.sampled_from([1, 2]),
        "created_at": st.sampled_from(DAYS),
        "resolved_at": st.sampled_from([None, *DAYS]),
        "deleted_at": st.sampled_from([None, None, None, DAYS[0]]),
    }
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["insert", "update", "delete"]), st.integers(0, 5), CASE), max_size=12
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "mhud.db"
    migrate(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO roles VALUES ('admin', '[]', 1)")
        for ident in (1, 2):
            db.execute(
                "INSERT INTO users (id, username, name, role, credential_version, disabled,"
                " queues, skills, created_at) VALUES (?, ?, 'x', 'admin', 1, 0, '[]', '{}', ?)",
                (ident, f"u{ident}", DAYS[0]),
            )
        db.executemany(
            "INSERT OR IGNORE INTO categories VALUES (?, ?, NULL, 1)",
            [("abuse", "Abuse"), ("health", "Health")],
        )
    return path


def apply(db: sqlite3.Connection, step: str, case_id: int, case: dict[str, Any]) -> None:
    known = db.execute("SELECT 1 FROM cases WHERE id = ?", (case_id,)).fetchone()
    if step == "insert" and not known:
        values = {**case, "id": case_id, "case_number": f"CASE-2025-{case_id:06d}", "version": 1}
        values["updated_at"] = case["created_at"]
        marks = ", ".join(f":{name}" for name in values)
        db.execute(f"INSERT INTO cases ({', '.join(values)}) VALUES ({marks})", values)  # noqa: S608
    elif step == "update":
        sets = ", ".join(f"{name} = :{name}" for name in case)
        db.execute(f"UPDATE cases SET {sets} WHERE id = :id", {**case, "id": case_id})  # noqa: S608
    elif step == "delete":
        db.execute("DELETE FROM cases WHERE id = ?", (case_id,))


def seconds(row: sqlite3.Row) -> int:
    took = datetime.fromisoformat(row["resolved_at"]) - datetime.fromisoformat(row["created_at"])
    return max(0, int(took.total_seconds()))


def spans(at: str) -> tuple[str, str, str]:
    return at[:10], at[:7], ""


def expected(db: sqlite3.Connection) -> tuple[dict[Any, int], dict[Any, tuple[int, int]]]:
    """Counted in Python, from the cases alone."""
    cursor = db.execute("SELECT * FROM cases WHERE deleted_at IS NULL")
    cursor.row_factory = sqlite3.Row
    kinds: Counter[Any] = Counter()
    resolved: dict[Any, tuple[int, int]] = {}
    for row in cursor.fetchall():
        for span in spans(row["created_at"]):
            kinds[span, row["status"], row["priority"], row["category"] or ""] += 1
        for span in spans(row["resolved_at"]) if row["resolved_at"] else ():
            n, sum_s = resolved.get(span, (0, 0))
            resolved[span] = n + 1, sum_s + seconds(row)
    return kinds, resolved


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_happens_to_cases_the_index_and_the_tallies_are_exact(
    empty: Path, steps: list[tuple[str, int, dict[str, Any]]]
) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        with closing(sqlite3.connect(empty)) as source:
            source.backup(db)
        for step in steps:
            apply(db, *step)
        # raises where the index holds another word, or another row, than the cases
        db.execute("INSERT INTO cases_fts (cases_fts, rank) VALUES ('integrity-check', 1)")
        tallies = {row[:4]: row[4] for row in db.execute("SELECT * FROM case_tallies")}
        took = {row[0]: row[1:] for row in db.execute("SELECT * FROM case_resolutions")}

        assert (tallies, took) == expected(db)


def test_a_change_that_is_rolled_back_leaves_the_index_as_it_was(empty: Path) -> None:
    with closing(sqlite3.connect(empty, isolation_level=None)) as db:
        case = {**dict.fromkeys(("category", "resolved_at", "deleted_at", "assigned_user_id"))}
        case |= {"title": "Lantern", "description": None, "priority": "low", "status": "open"}
        case |= {"created_by": 1, "created_at": DAYS[0]}
        db.execute("BEGIN")
        apply(db, "insert", 9, case)
        assert db.execute("SELECT rowid FROM cases_fts('lantern')").fetchall() == [(9,)]
        db.execute("ROLLBACK")

        assert db.execute("SELECT rowid FROM cases_fts('lantern')").fetchall() == []
        assert db.execute("SELECT * FROM case_tallies").fetchall() == []


def test_a_new_case_has_its_own_id_though_triggers_write_more_rows(empty: Path) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        with closing(sqlite3.connect(empty)) as source:
            source.backup(db)
        new = (
            "INSERT INTO cases (case_number, title, priority, status, created_by, created_at,"
            " updated_at, version) VALUES (?, 't', 'low', 'open', 1, ?, ?, 1)"
        )
        made = [db.execute(new, (f"n{n}", DAYS[0], DAYS[0])).lastrowid for n in range(3)]

        assert [(n,) for n in made] == db.execute("SELECT id FROM cases").fetchall()


async def test_what_a_case_said_once_is_in_no_byte_of_the_index_when_it_is_forgotten(
    empty: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mhud.db"
    with closing(sqlite3.connect(empty)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
    db = await Database.open(path)
    async with db.write() as tx:  # or the change itself might merge
        await tx.execute(text("INSERT INTO cases_fts (cases_fts, rank) VALUES ('automerge', 0)"))
    for number in range(10):
        title = "qxjvk of the river" if number == 7 else f"river w{number}"
        async with db.write() as tx:
            await tx.execute(
                insert(cases).values(**NEW_CASE, case_number=f"n{number}", title=title)
            )
    async with db.write() as tx:
        await tx.execute(update(cases).where(cases.c.title.like("qxjvk%")).values(title="gone"))
    assert await bytes_with(db, b"qxjvk") > 0

    await SqliteSearch().forget(db)

    assert await bytes_with(db, b"qxjvk") == 0
    async with db.write() as tx:
        await tx.execute(text("INSERT INTO cases_fts (cases_fts) VALUES ('integrity-check')"))
        found = await tx.scalar(
            text("SELECT count(*) FROM cases_fts WHERE cases_fts MATCH 'river'")
        )
    assert found == 9
    await db.close()


async def bytes_with(db: Database, word: bytes) -> int:
    """Pieces of the index that hold it."""
    async with db.read() as tx:
        blocks = (await tx.execute(text("SELECT block FROM cases_fts_data"))).scalars()
        return sum(word in block for block in blocks)
