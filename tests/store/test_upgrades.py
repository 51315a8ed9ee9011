"""From every released schema, with the rows that a release wrote, to the newest; or not at all.

`released/` holds databases of releases as SQL: their schema, and rows that they wrote themselves.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from sqlite3 import Connection

import pytest
from structlog.testing import capture_logs

from mhud.config import IsolatedSettings, Settings
from mhud.daemon import assembled
from mhud.services import signin
from mhud.store import rotation
from mhud.store.key import DatabaseKey
from mhud.store.migrate import HEAD, SchemaError, migrate
from mhud.store.place import DATABASE, place
from mhud.store.soundness import problems
from tests.fake_clock import FakeClock
from tests.houses import PASSWORD
from tests.sealed_store import KEY, inside
from tests.upgrading import KILLED

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))
Rows = dict[str, list[tuple[object, ...]]]
Schema = dict[str, set[str]]


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture(params=[None, KEY], ids=["plain", "encrypted"])
def key(request: pytest.FixtureRequest) -> DatabaseKey | None:
    found: DatabaseKey | None = request.param
    return found


def filled(released: Path, path: Path, key: DatabaseKey | None = None) -> Rows:
    path.parent.mkdir(exist_ok=True)
    with inside(path, key) as db:
        db.executescript(released.read_text())
        return rows(db, columns(db))


def columns(db: Connection) -> dict[str, list[str]]:
    """Of each table of mhud's, by its name."""
    wanted = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return {
        str(table): [str(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]
        for (table,) in db.execute(wanted).fetchall()
        if table != "alembic_version"
    }


def rows(db: Connection, wanted: dict[str, list[str]]) -> Rows:
    return {
        table: sorted(db.execute(f"SELECT {', '.join(names)} FROM {table}"), key=repr)  # noqa: S608
        for table, names in wanted.items()
    }


def test_every_release_is_here() -> None:
    assert [path.stem for path in RELEASED] == ["0001", "0002"]
    for path in RELEASED:
        assert f"alembic_version VALUES('{path.stem}')" in path.read_text()


def test_every_row_of_a_release_is_kept(
    released: Path, tmp_path: Path, key: DatabaseKey | None
) -> None:
    path = tmp_path / DATABASE
    before = filled(released, path, key)
    assert all(before.values()), "a table without rows shows nothing"
    with inside(path, key) as db:
        wanted = columns(db)
    migrate(path, key)

    with inside(path, key) as db:
        assert rows(db, wanted) == before
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]


def test_an_upgraded_schema_is_that_of_a_new_database(released: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    filled(released, old)
    migrate(old)
    migrate(new)

    with inside(old, None) as one, inside(new, None) as other:
        assert described(one) == described(other)


def described(db: Connection) -> Schema:
    """Without the order of columns: what an upgrade adds comes last."""
    tables = {
        table: {repr(row[1:]) for row in db.execute(f"PRAGMA table_info({table})")}
        | {repr(row[2:]) for row in db.execute(f"PRAGMA foreign_key_list({table})")}
        for table in columns(db)
    }
    wanted = "SELECT type || name || sql FROM sqlite_master WHERE type <> 'table' AND sql <> ''"
    return {**tables, "": {str(text) for (text,) in db.execute(wanted)}}


async def test_the_daemon_starts_on_it_and_its_people_sign_in(
    released: Path, tmp_path: Path
) -> None:
    settings = at(tmp_path)
    filled(released, tmp_path / DATABASE)
    async with assembled(settings, FakeClock()) as daemon:
        access = daemon.services.access
        tokens = await signin.log_in(access, "operator_john", PASSWORD, "192.0.2.1")
        call = await daemon.services.calls.one("call789012")

    assert tokens
    assert call.agent_id == "agent001"


async def test_the_daemon_says_of_a_plain_database_that_it_is_plain_and_of_no_other(
    tmp_path: Path,
) -> None:
    filled(RELEASED[-1], tmp_path / "plain" / DATABASE)
    said = []
    for name in ("plain", "new"):
        with capture_logs() as lines:
            async with assembled(at(tmp_path / name), FakeClock()):
                pass
        said.append([line["event"] for line in lines if "encrypted" in line["event"]])

    assert said == [["database_not_encrypted"], []]


def at(folder: Path) -> Settings:
    return IsolatedSettings.model_validate({"data_dir": folder, "ami": {"port": 1}})


def test_a_database_of_a_release_can_be_encrypted_before_it_is_brought_up_to_date(
    released: Path, tmp_path: Path
) -> None:
    before = filled(released, tmp_path / DATABASE)
    with inside(tmp_path / DATABASE, None) as db:
        wanted = columns(db)
    there = rotation.encrypt(at(tmp_path))
    migrate(there.path, there.key)

    with inside(there.path, there.key) as db:
        assert rows(db, wanted) == before
    assert problems(place(at(tmp_path))) == []


def upgrade(path: Path, key: DatabaseKey | None, *how: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "tests.upgrading", str(path), key.digits if key else "", *how]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize("number", [3, 20, 45, 70], ids=lambda number: f"{number} statements")
def test_an_upgrade_that_is_killed_leaves_the_old_database(
    tmp_path: Path, key: DatabaseKey | None, number: int
) -> None:
    path = tmp_path / DATABASE
    before = filled(RELEASED[0], path, key)
    with inside(path, key) as db:
        wanted, schema = columns(db), described(db)
    assert upgrade(path, key, "die", str(number))[0] == KILLED

    with inside(path, key) as db:
        assert described(db) == schema
        assert rows(db, wanted) == before
    migrate(path, key)
    with inside(path, key) as db:
        assert rows(db, wanted) == before


def test_an_upgrade_on_a_full_disk_is_told_in_words_and_leaves_the_old_database(
    tmp_path: Path, key: DatabaseKey | None
) -> None:
    path = tmp_path / DATABASE
    before = filled(RELEASED[0], path, key)
    with inside(path, key) as db:
        wanted, schema = columns(db), described(db)
    size = path.stat().st_size
    ended, said = upgrade(path, key, "full", str(size + 8192))

    assert ended == 0
    assert f"could not be brought from schema 0001 to {HEAD}" in said
    assert "It is as it was" in said
    with inside(path, key) as db:
        assert described(db) == schema
        assert rows(db, wanted) == before


def test_a_newer_schema_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / DATABASE
    filled(RELEASED[-1], path)
    with inside(path, None) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    shutil.copy(path, tmp_path / "before")
    with pytest.raises(SchemaError, match=r"newer mhud \(schema 9999\).+newer mhud again"):
        migrate(path)

    assert path.read_bytes() == (tmp_path / "before").read_bytes()
    with pytest.raises(sqlite3.OperationalError), inside(path, None) as db:
        db.execute("SELECT * FROM cases")
