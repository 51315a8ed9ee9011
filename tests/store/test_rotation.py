"""A database is encrypted, or gets another key: all of it or nothing, and no row is lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from types import SimpleNamespace
from typing import Any

import pytest

from mhud.config import IsolatedSettings, Settings
from mhud.store import driver, rewrite, rotation
from mhud.store.driver import StoreError
from mhud.store.key import DatabaseKey
from mhud.store.migrate import migrate
from mhud.store.place import DATABASE, KEY, Place, left_over, place, upcoming
from mhud.store.soundness import problems
from tests.dying import KILLED
from tests.sealed_store import inside, inside_of

NAME = "Amina Wanjiku"
ROWS = 500
PAGE = 4096


def at(folder: Path, **store: Any) -> Settings:
    return IsolatedSettings.model_validate({"data_dir": folder, "store": store})


def filled(folder: Path, key: DatabaseKey | None = None) -> Settings:
    """With rows, an index of words, and a log of changes that a killed daemon left."""
    path = folder / DATABASE
    folder.mkdir(exist_ok=True)
    migrate(path, key)
    with inside(path, key) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for number in range(ROWS):
            db.execute("INSERT INTO roles VALUES (?, '[]', 0)", (f"{NAME} {number}",))
        db.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
        db.execute("INSERT INTO words SELECT name FROM roles")
        shutil.copy(f"{path}-wal", folder / "kept")
        shutil.copy(path, folder / "kept.db")
    shutil.move(folder / "kept", f"{path}-wal")
    shutil.move(folder / "kept.db", path)
    return at(folder)


def encrypted(folder: Path) -> Settings:
    folder.mkdir()
    there = place(at(folder))
    filled(folder, there.key)
    return at(folder)


def is_whole(settings: Settings) -> bool:
    with inside_of(settings) as db:
        return whole(db)


def whole(db: Connection) -> bool:
    (rows,) = db.execute("SELECT count(*) FROM roles WHERE name LIKE ?", (f"{NAME}%",)).fetchone()
    (found,) = db.execute("SELECT count(*) FROM words WHERE words MATCH 'amina'").fetchone()
    return bool(rows == found == ROWS)


def readable(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if NAME.encode() in path.read_bytes()]


def test_a_plain_database_becomes_an_encrypted_one_with_every_row(tmp_path: Path) -> None:
    settings = filled(tmp_path / "data")
    assert readable(settings.data_dir)
    done = rotation.encrypt(settings)

    assert done == place(settings)
    assert done.key is not None
    assert is_whole(settings)
    assert problems(done) == []
    assert readable(settings.data_dir) == []
    assert sorted(path.name for path in settings.data_dir.iterdir()) == [KEY, DATABASE]
    assert done.path.stat().st_mode & 0o777 == 0o600


def test_another_key_opens_it_and_the_old_one_does_not(tmp_path: Path) -> None:
    settings = encrypted(tmp_path / "data")
    before = place(settings)
    done = rotation.rekey(settings)

    assert done == place(settings) != before
    assert is_whole(settings)
    assert not driver.opens(done.path, before.key)
    assert sorted(path.name for path in settings.data_dir.iterdir()) == [KEY, DATABASE]


def test_the_old_file_is_overwritten_before_its_room_is_given_back(tmp_path: Path) -> None:
    settings = filled(tmp_path / "data")
    path = settings.data_dir / DATABASE
    with inside(path, None):
        pass  # the log of changes is taken in
    with path.open("rb") as old:
        rotation.encrypt(settings)
        assert set(old.read()) == {0}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("what", ["encrypt", "rekey"])
def test_who_dies_at_any_step_leaves_a_database_that_opens(tmp_path: Path, what: str) -> None:
    source = filled(tmp_path / "source") if what == "encrypt" else encrypted(tmp_path / "source")
    step, ended = 0, KILLED
    while ended == KILLED:
        step += 1
        settings = at(tmp_path / f"step{step}")
        shutil.copytree(source.data_dir, settings.data_dir)
        ended = die(step, settings, what)
        assert is_whole(settings), f"step {step}"
        assert problems(place(settings)) == []
        finish(settings, what)
        assert is_whole(settings)
        assert readable(settings.data_dir) == []
        assert {KEY, DATABASE} == {path.name for path in settings.data_dir.iterdir()}

    assert ended == 0
    assert step > 10


def die(step: int, settings: Settings, what: str) -> int:
    command = [sys.executable, "-m", "tests.dying", str(step), str(settings.data_dir), what]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode in (0, KILLED), done.stderr.decode()
    return done.returncode


def finish(settings: Settings, what: str) -> None:
    """As an operator does, who does not know how far it went."""
    try:
        getattr(rotation, what)(settings)
    except StoreError as error:
        assert "encrypted already" in str(error)  # noqa: PT017 - not each step ends so


def test_a_change_of_key_that_was_cut_off_before_the_database_had_it_changed_nothing(
    tmp_path: Path,
) -> None:
    settings = encrypted(tmp_path / "data")
    file = settings.data_dir / KEY
    upcoming(file).write_text(DatabaseKey.new().digits)
    before = file.read_text()

    assert is_whole(settings)
    assert file.read_text() == before
    assert upcoming(file).exists(), "another process may be about to need it"
    rotation.rekey(settings)
    assert is_whole(settings)
    assert not upcoming(file).exists()


def test_a_change_of_key_that_was_cut_off_after_the_database_had_it_is_finished(
    tmp_path: Path,
) -> None:
    settings = encrypted(tmp_path / "data")
    file = settings.data_dir / KEY
    file.rename(upcoming(file))
    file.write_text(DatabaseKey.new().digits)
    right = upcoming(file).read_text()

    assert is_whole(settings)
    assert file.read_text() == right
    assert not upcoming(file).exists()


def test_who_asks_while_the_key_is_changed_is_told_and_takes_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "WAIT_S", 0.1)
    settings = encrypted(tmp_path / "data")
    file = settings.data_dir / KEY
    upcoming(file).write_text(DatabaseKey.new().digits)
    with rewrite.alone(Place(settings.data_dir / DATABASE, DatabaseKey.parse(file.read_text()))):
        with pytest.raises(StoreError, match="locked"):
            place(settings)
        assert upcoming(file).exists()

    assert is_whole(settings)


def test_keys_that_both_do_not_open_it_are_both_kept(tmp_path: Path) -> None:
    settings = encrypted(tmp_path / "data")
    file = settings.data_dir / KEY
    for each in (file, upcoming(file)):
        each.write_text(DatabaseKey.new().digits)
    for command in (rotation.rekey, rotation.encrypt):
        with pytest.raises(StoreError):
            command(settings)

    assert file.exists()
    assert upcoming(file).exists()


def test_what_is_left_of_the_plain_one_goes_with_the_next_attempt(tmp_path: Path) -> None:
    settings = filled(tmp_path / "data")
    path = settings.data_dir / DATABASE
    shutil.copy(path, tmp_path / "before")
    rotation.encrypt(settings)
    shutil.copy(tmp_path / "before", left_over(path))
    rotation.encrypt(settings)

    assert readable(settings.data_dir) == []
    with pytest.raises(StoreError, match="encrypted already"):
        rotation.encrypt(settings)


def test_a_second_name_of_the_database_itself_is_taken_away_and_nothing_overwritten(
    tmp_path: Path,
) -> None:
    settings = encrypted(tmp_path / "data")
    path = settings.data_dir / DATABASE
    left_over(path).hardlink_to(path)
    rotation.encrypt(settings)

    assert is_whole(settings)
    assert not left_over(path).exists()


def test_what_is_left_of_the_plain_one_stays_when_the_key_is_wrong(tmp_path: Path) -> None:
    settings = encrypted(tmp_path / "data")
    left_over(settings.data_dir / DATABASE).write_text("perhaps all that there is")
    (settings.data_dir / KEY).write_text(DatabaseKey.new().digits)
    with pytest.raises(StoreError, match="was left alone"):
        rotation.encrypt(settings)

    assert left_over(settings.data_dir / DATABASE).exists()


@pytest.mark.parametrize("what", ["encrypt", "rekey"])
def test_a_database_in_use_is_left_alone(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "WAIT_S", 0.1)
    settings = filled(tmp_path / "data") if what == "encrypt" else encrypted(tmp_path / "data")
    there = place(settings)
    with held_elsewhere(there), pytest.raises(StoreError, match="stop mhud"):
        getattr(rotation, what)(settings)

    assert is_whole(settings)
    assert place(settings) == there


@contextmanager
def held_elsewhere(there: Place) -> Iterator[None]:
    """By another process: two SQLite libraries in one do not see each other's locks."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(there.path), there.key.digits if there.key else ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    yield
    process.communicate(timeout=20)


HOLD = """
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from mhud.store.driver import connect
from mhud.store.key import DatabaseKey
path, digits = sys.argv[1:]
connection = connect(Path(path), DatabaseKey(digits) if digits else None)
connection.execute("BEGIN")
connection.execute("SELECT * FROM roles").fetchone()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_disk_without_room_for_the_copy_is_seen_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = filled(tmp_path / "data")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1000))
    with pytest.raises(StoreError, match="MB of free disk"):
        rotation.encrypt(settings)

    assert is_whole(settings)
    assert driver.is_plain(settings.data_dir / DATABASE)


def test_a_damaged_database_is_not_replaced_by_what_is_left_of_it(tmp_path: Path) -> None:
    settings = encrypted(tmp_path / "data")
    there = place(settings)
    assert is_whole(settings)  # the log of changes is taken in
    flip(there)
    damaged = there.path.read_bytes()[PAGE:]
    with pytest.raises(StoreError, match="nothing was changed"):
        rotation.rekey(settings)

    assert there.path.read_bytes()[PAGE:] == damaged
    assert place(settings) == there


def flip(there: Place) -> None:
    """One bit of a table."""
    with inside(there.path, there.key) as db:
        where = "SELECT rootpage FROM sqlite_master WHERE name = 'roles'"
        page = db.execute(where).fetchone()[0] - 1
    with there.path.open("r+b") as file:
        file.seek(page * PAGE + 100)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))


CHANGES = [
    "DELETE FROM copy.roles WHERE name = 'Amina Wanjiku 77'",
    "UPDATE copy.roles SET built_in = 1 WHERE name = 'Amina Wanjiku 77'",
    "INSERT INTO copy.roles VALUES ('one more', '[]', 0)",
    "DELETE FROM copy.words_idx",
    "CREATE TABLE copy.other (id)",
    "DROP INDEX copy.ix_calls_day",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_that_differs_in_anything_is_not_taken(tmp_path: Path, change: str) -> None:
    settings = filled(tmp_path / "data")
    path, key = settings.data_dir / DATABASE, DatabaseKey.new()
    with rewrite.alone(place(settings)) as source:
        rewrite.export(source, tmp_path / "copy", key)
        rewrite.compare(source)
        source.execute(change)
        with pytest.raises(StoreError, match="copy"):
            rewrite.compare(source)
    assert driver.is_plain(path)


def test_a_key_of_the_settings_is_changed_by_way_of_a_file(tmp_path: Path) -> None:
    old, new_file = DatabaseKey.new(), tmp_path / "new"
    settings = at(tmp_path / "data", key=old.digits)
    filled(tmp_path / "data", old)
    with pytest.raises(StoreError, match="--new-key"):
        rotation.rekey(settings)
    rotation.rekey(settings, new_file)

    assert is_whole(at(tmp_path / "data", key=new_file.read_text()))
    assert not driver.opens(tmp_path / "data" / DATABASE, old)
    with pytest.raises(FileExistsError):
        rotation.rekey(at(tmp_path / "data", key=new_file.read_text()), new_file)


def test_what_can_not_be_done_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        rotation.encrypt(at(tmp_path / "none"))
    with pytest.raises(StoreError, match="not encrypted"):
        rotation.rekey(filled(tmp_path / "plain"))
    settings = encrypted(tmp_path / "encrypted")
    with pytest.raises(StoreError, match="and so will the new one"):
        rotation.rekey(settings, tmp_path / "new")


def test_a_key_that_was_written_down_is_put_back_if_it_is_the_right_one(tmp_path: Path) -> None:
    settings = encrypted(tmp_path / "data")
    file = settings.data_dir / KEY
    right = DatabaseKey.parse(file.read_text())
    with pytest.raises(StoreError, match="is there already"):
        rotation.put_back(settings, right)
    file.unlink()
    with pytest.raises(StoreError, match="does not open"):
        rotation.put_back(settings, DatabaseKey.new())
    assert not file.exists()
    rotation.put_back(settings, right)

    assert is_whole(settings)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StoreError, match=r"store\.key is set"):
        rotation.put_back(at(settings.data_dir, key=right.digits), right)
