"""`mhud database`, run as an operator runs it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from mhud.cli import main
from mhud.clock import SystemClock
from mhud.config import load
from mhud.lock import held
from mhud.sealed import Unsealer
from mhud.services.file_keys import FileKeys
from mhud.store import driver
from mhud.store.database import Database
from mhud.store.key import DatabaseKey
from mhud.store.place import DATABASE, KEY, place
from tests.sealed_store import inside_of
from tests.sealing import seal

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its own data directory, and nothing of this machine's settings."""
    for name in [name for name in os.environ if name.startswith("MHUD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MHUD_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MHUD_STORE__ENCRYPTION", "off")
    assert main(["user", "list"]) == 0
    monkeypatch.delenv("MHUD_STORE__ENCRYPTION")


def file_keys() -> FileKeys:
    async def run() -> FileKeys:
        db = await Database.of(load())
        try:
            return await FileKeys.open(db, SystemClock())
        finally:
            await db.close()

    return asyncio.run(run())


def told() -> list[tuple[str, str]]:
    """What the audit trail says of the key."""
    with inside_of() as database:
        rows = database.execute("SELECT username, action, details FROM audit ORDER BY id")
        return [
            (action, json.loads(details)["key"])
            for who, action, details in rows
            if who == "command-line" and action.startswith("database.")
        ]


def test_what_is_done_with_the_key_is_on_record_by_its_fingerprint_only(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    assert main(["database", "encrypt"]) == 0
    first = place(load()).key
    assert main(["database", "rekey"]) == 0
    second = place(load()).key
    assert first is not None
    assert second is not None
    assert main(["database", "export-key"]) == 0
    (data / KEY).unlink()
    monkeypatch.setattr(sys, "stdin", io.StringIO(second.groups))
    assert main(["database", "import-key"]) == 0
    assert told() == [
        ("database.encrypt", first.fingerprint),
        ("database.rekey", second.fingerprint),
        ("database.export-key", second.fingerprint),
        ("database.import-key", second.fingerprint),
    ]


@pytest.mark.parametrize("verb", ["encrypt", "rekey", "export-key", "check"])
def test_without_a_database_nothing_is_made(data: Path, capsys: Capture, verb: str) -> None:
    assert main(["database", verb]) == 1
    assert "there is no database" in capsys.readouterr().err
    assert not data.exists()


def test_a_plain_database_is_encrypted_once(
    data: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    assert main(["database", "check"]) == 0
    assert "none: not encrypted" in capsys.readouterr().out
    assert main(["database", "encrypt"]) == 0
    key = place(load()).key
    assert key is not None
    said = capsys.readouterr()
    assert key.fingerprint in said.err
    assert key.digits not in said.err + said.out
    assert not driver.is_plain(data / DATABASE)
    assert main(["user", "list"]) == 0
    assert main(["database", "encrypt"]) == 1
    assert "encrypted already" in capsys.readouterr().err


def test_what_a_daemon_serves_is_not_converted(
    data: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    with held(data):
        for verb in ("encrypt", "rekey"):
            assert main(["database", verb]) == 1
            assert f"is served by process {os.getpid()} already" in capsys.readouterr().err
    assert driver.is_plain(data / DATABASE)


def test_another_key_does_not_touch_the_files_and_still_opens_them(capsys: Capture) -> None:
    main(["user", "list"])
    before, file = file_keys(), BytesIO()
    seal(BytesIO(b"a photograph"), file, before.current)
    sealed = file.getvalue()
    assert main(["database", "rekey"]) == 0
    key = place(load()).key
    assert key is not None
    assert key.fingerprint in capsys.readouterr().err

    after = file_keys()
    assert after.current != before.current, "new files get a key that was never known before"
    assert b"".join(Unsealer(BytesIO(sealed), after.by_number).read()) == b"a photograph"


def test_a_key_comes_back_from_paper(
    data: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["user", "list"])
    capsys.readouterr()
    assert main(["database", "export-key"]) == 0
    paper = capsys.readouterr()
    assert "lock it away" in paper.err
    (data / KEY).unlink()

    assert main(["user", "list"]) == 1
    assert "import-key" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("the cat ate it"))
    assert main(["database", "import-key"]) == 2
    monkeypatch.setattr("sys.stdin", io.StringIO(DatabaseKey.new().groups))
    assert main(["database", "import-key"]) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO(paper.out))
    assert main(["database", "import-key"]) == 0
    assert main(["user", "list"]) == 0


def test_no_key_is_printed_that_does_not_open_the_database(data: Path, capsys: Capture) -> None:
    main(["user", "list"])
    wrong = DatabaseKey.new()
    (data / KEY).write_text(wrong.digits)
    assert main(["database", "export-key"]) == 1
    said = capsys.readouterr()
    assert f"key {wrong.fingerprint} does not open" in said.err
    assert wrong.digits[:8] not in said.out


def test_a_wrong_key_ends_serve_with_a_clear_sentence(data: Path) -> None:
    main(["user", "list"])
    (data / KEY).write_text(DatabaseKey.new().digits)
    before = (data / DATABASE).read_bytes()
    command = [sys.executable, "-m", "mhud", "serve"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Nothing was changed" in done.stderr
    assert "Traceback" not in done.stderr
    assert (data / DATABASE).read_bytes() == before


def test_a_key_of_the_environment_is_changed_by_way_of_a_file(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MHUD_STORE__KEY", DatabaseKey.new().digits)
    main(["user", "list"])
    assert main(["database", "rekey"]) == 1
    assert "--new-key" in capsys.readouterr().err
    assert main(["database", "rekey", "--new-key", str(tmp_path / "new")]) == 0
    assert "set store.key" in capsys.readouterr().err
    monkeypatch.setenv("MHUD_STORE__KEY", (tmp_path / "new").read_text())
    assert main(["user", "list"]) == 0


def test_a_sound_database_is_said_to_be_sound_and_a_damaged_one_is_not(
    data: Path, capsys: Capture
) -> None:
    main(["user", "list"])
    assert main(["database", "check"]) == 0
    assert "the database is sound" in capsys.readouterr().err
    with inside_of() as db:
        wanted = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_calls_day'"
        page = db.execute(wanted).fetchone()[0]
    with (data / DATABASE).open("r+b") as file:
        file.seek((page - 1) * 4096 + 7)
        file.write(b"moth")
    assert main(["database", "check"]) == 1
    said = capsys.readouterr()
    assert f"HMAC verification failed for page {page}" in said.out
    assert "restore a backup" in said.err


def test_rows_that_point_nowhere_are_found(capsys: Capture) -> None:
    main(["user", "list"])
    with inside_of() as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("INSERT INTO drafts VALUES (99, 'call1', '{}', '2026-01-01 00:00:00')")
    assert main(["database", "check"]) == 1
    assert "drafts: rows that point nowhere" in capsys.readouterr().out


def test_the_key_is_masked_where_settings_are_shown(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = DatabaseKey.new()
    monkeypatch.setenv("MHUD_STORE__KEY", key.digits)
    assert main(["config", "show"]) == 0
    monkeypatch.setenv("MHUD_STORE__KEY", key.digits[:-1])
    assert main(["config", "show"]) == 1
    said = capsys.readouterr()
    assert 'store.key = "**********"' in said.out
    assert "store.key" in said.err
    assert key.digits[:8] not in said.out + said.err


def test_a_database_that_can_not_be_read_at_all_is_said_to_be_so(
    data: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    with (data / DATABASE).open("r+b") as file:
        file.seek(100)
        file.write(b"moth" * 900)
    assert main(["database", "check"]) == 1
    assert "can't be read" in capsys.readouterr().err


def test_a_check_with_another_key_says_that_it_can_not_be_read(data: Path, capsys: Capture) -> None:
    main(["user", "list"])
    (data / KEY).write_text(DatabaseKey.new().digits)
    assert main(["database", "check"]) == 1
    assert "can't be read" in capsys.readouterr().err


def test_a_plain_database_has_no_key_to_print(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain(monkeypatch)
    assert main(["database", "export-key"]) == 1
    assert "is not encrypted, and has no key" in capsys.readouterr().err
