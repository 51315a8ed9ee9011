"""`mhud backup` and `mhud restore`, as an operator uses them."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import FormData

from mhud.backup import manifest as form
from mhud.cli import main
from mhud.clock import SystemClock
from mhud.config import IsolatedSettings
from mhud.lock import held
from mhud.store import copies, driver
from mhud.store.place import DATABASE, place
from mhud.store.soundness import problems
from tests.sealed_store import inside, inside_of
from tests.served import Serve

NAME = "document_0123456789abcdef.txt"


class System:
    """A data directory with two attachments and a key, and commands that work on it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.archive = folder.parent / "backup.tar"
        self._monkeypatch = monkeypatch

    def mhud(self, *arguments: str, folder: Path | None = None) -> int:
        self._monkeypatch.setenv("MHUD_DATA_DIR", str(folder or self.folder))
        return main(list(arguments))

    def fill(self) -> None:
        assert self.mhud("key", "add", "first", "--rights", "all") == 0
        (self.folder / "attachments").mkdir()
        with self.database() as database:
            user = database.execute("SELECT id FROM users").fetchone()[0]
            database.execute(
                "INSERT INTO cases (case_number, title, priority, status, created_by, created_at,"
                " updated_at, version) VALUES ('CASE-2025-000001', 'A story', 'high', 'open', ?,"
                " '2025-03-03', '2025-03-03', 1)",
                (user,),
            )
            self.attach(database, NAME, user)

    def attach(self, database: Any, name: str, user: int = 1) -> None:
        (self.folder / "attachments" / name).write_bytes(b"sealed " * 1000)
        database.execute(
            "INSERT INTO attachments (case_id, filename, original_filename, file_size, sha256,"
            " mime_type, file_type, uploaded_by, uploaded_at)"
            " VALUES (1, ?, 'x', 7000, x'00', 'text/plain', 'other', ?, '2025-03-03')",
            (name, user),
        )

    def database(self, folder: Path | None = None) -> Any:
        return inside_of(IsolatedSettings(data_dir=folder or self.folder))

    def titles(self, folder: Path | None = None) -> list[str]:
        with self.database(folder) as database:
            return [row[0] for row in database.execute("SELECT title FROM cases ORDER BY id")]

    def told(self, folder: Path | None = None) -> list[tuple[str, str, dict[str, Any]]]:
        """What the audit trail says of the database as a whole."""
        with self.database(folder) as database:
            rows = database.execute(
                "SELECT username, action, details FROM audit"
                " WHERE subject_kind = 'database' ORDER BY id"
            ).fetchall()
        return [(who, action, json.loads(details)) for who, action, details in rows]

    def members(self) -> dict[str, bytes]:
        with tarfile.open(self.archive) as tar:
            return {one.name: read_all(tar, one) for one in tar}

    def rewrite(self, members: dict[str, bytes], **changes: Any) -> None:
        """The archive with other members; its manifest is right but for `changes`."""
        tree = json.loads(members.pop(form.NAME))
        tree.pop("checksum")
        tree["members"] = {
            name: {"size": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
            for name, raw in members.items()
        }
        tree |= changes
        tree["checksum"] = form._checksum(tree)
        with tarfile.open(self.archive, "w") as tar:
            for name, raw in {**members, form.NAME: json.dumps(tree).encode()}.items():
                header = tarfile.TarInfo(name)
                header.size = len(raw)
                tar.addfile(header, io.BytesIO(raw))


def read_all(tar: tarfile.TarFile, one: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(one)
    assert content is not None
    return content.read()


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    made = System(tmp_path / "data", monkeypatch)
    made.fill()
    return made


@pytest.fixture
def backed_up(system: System) -> System:
    assert system.mhud("backup", str(system.archive)) == 0
    return system


def files_of(folder: Path) -> dict[str, bytes]:
    """Without the lock file, which holds nothing."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "mhud.lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


# ---- making one


def test_a_backup_is_one_file_for_its_owner_only(backed_up: System) -> None:
    assert backed_up.archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backed_up.archive.parent.iterdir() if path.is_file()] == [
        "backup.tar"
    ]
    names = list(backed_up.members())
    assert names == ["mhud.sqlite3", f"attachments/{NAME}", "manifest.json"]


def test_no_key_is_in_a_backup_unless_asked_for(
    backed_up: System, capsys: pytest.CaptureFixture[str]
) -> None:
    key = (backed_up.folder / "database.key").read_bytes().strip()
    raw = backed_up.archive.read_bytes()
    assert key not in raw
    assert b"A story" not in raw
    backed_up.archive.unlink()
    assert backed_up.mhud("backup", str(backed_up.archive)) == 0
    assert "not in it, and needed" in (said := capsys.readouterr().err)
    assert "database.key" in said
    backed_up.archive.unlink()
    assert backed_up.mhud("backup", "--with-keys", str(backed_up.archive)) == 0
    assert backed_up.members()["keys/database.key"].strip() == key


def test_a_backup_overwrites_nothing(backed_up: System, capsys: pytest.CaptureFixture[str]) -> None:
    before = backed_up.archive.read_bytes()
    assert backed_up.mhud("backup", str(backed_up.archive)) == 1
    assert "is there already" in capsys.readouterr().err
    assert backed_up.archive.read_bytes() == before


@pytest.mark.parametrize("target", ["nowhere/backup.tar", "data"])
def test_a_backup_that_fails_leaves_nothing(system: System, target: str) -> None:
    before = files_of(system.folder.parent)
    assert system.mhud("backup", str(system.folder.parent / target)) == 1
    assert files_of(system.folder.parent) == before


def test_a_missing_attachment_is_said(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    (system.folder / "attachments" / NAME).unlink()
    assert system.mhud("backup", str(system.archive)) == 1
    assert "attachments are missing" in capsys.readouterr().err
    assert not system.archive.exists()


def test_there_is_no_backup_of_nothing(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    assert system.mhud("backup", str(system.archive), folder=system.folder / "empty") == 1
    assert "nothing to back up" in capsys.readouterr().err


def test_recordings_are_listed_and_not_copied(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = system.folder.parent / "recordings"
    (folder / "2025").mkdir(parents=True)
    (folder / "2025" / "a.wav").write_bytes(b"RIFF")
    monkeypatch.setenv("MHUD_ASTERISK__RECORDINGS", str(folder))
    assert system.mhud("backup", str(system.archive)) == 0
    (told,) = json.loads(system.members()["recordings.json"])
    assert (told["name"], told["size"]) == ("2025/a.wav", 4)
    assert b"RIFF" not in system.archive.read_bytes()


# ---- putting it back


def test_a_restored_system_is_the_one_that_was_backed_up(backed_up: System) -> None:
    other = backed_up.folder.parent / "other"
    other.mkdir()
    for name in ("database.key", "api-keys.key", "token.key"):
        shutil.copy(backed_up.folder / name, other)
    assert backed_up.mhud("restore", str(backed_up.archive), folder=other) == 0
    assert backed_up.titles(other) == ["A story"]
    assert (other / "attachments" / NAME).read_bytes() == b"sealed " * 1000
    assert (other / "mhud.sqlite3").stat().st_mode & 0o777 == 0o600
    assert (other / "attachments").stat().st_mode & 0o777 == 0o700
    assert not list(other.glob(".restore*"))


def test_what_root_restores_belongs_to_who_has_the_folder(backed_up: System) -> None:
    """Others restore what is theirs anyway."""
    owner = 12345 if os.geteuid() == 0 else os.geteuid()
    os.chown(backed_up.folder, owner, -1)
    assert backed_up.mhud("restore", "--replace", str(backed_up.archive)) == 0
    (aside,) = backed_up.folder.glob("before-restore-*")
    for name in ("mhud.sqlite3", "mhud.lock", "attachments", f"attachments/{NAME}", aside.name):
        assert (backed_up.folder / name).stat().st_uid == owner
    assert not list(backed_up.folder.glob(".restore-*"))


def test_what_is_there_is_not_overwritten_unasked(
    backed_up: System, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_of(backed_up.folder)
    assert backed_up.mhud("restore", str(backed_up.archive)) == 1
    assert "--replace" in capsys.readouterr().err
    assert files_of(backed_up.folder) == before


def test_what_is_replaced_is_put_aside_whole(backed_up: System) -> None:
    later = "document_aaaaaaaaaaaaaaaa.txt"
    with backed_up.database() as database:
        database.execute("UPDATE cases SET title = 'Another story'")
        backed_up.attach(database, later)
    assert backed_up.mhud("restore", "--replace", str(backed_up.archive)) == 0
    assert backed_up.titles() == ["A story"]
    assert [path.name for path in (backed_up.folder / "attachments").iterdir()] == [NAME]
    (aside,) = backed_up.folder.glob("before-restore-*")
    assert backed_up.titles(aside) == ["Another story"]
    assert {path.name for path in (aside / "attachments").iterdir()} == {NAME, later}


def test_changes_that_are_not_merged_yet_are_put_aside_with_the_database(
    backed_up: System,
) -> None:
    """And do not find their way into the database that comes in its place."""
    settings = IsolatedSettings(data_dir=backed_up.folder)
    there = place(settings)
    connection = driver.connect(there.path, there.key)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("UPDATE cases SET title = 'Not merged yet'")
    kept = {path.name: path.read_bytes() for path in backed_up.folder.glob("mhud.sqlite3*")}
    connection.close()
    for name, raw in kept.items():
        (backed_up.folder / name).write_bytes(raw)
    (backed_up.folder / "mhud.sqlite3-shm").unlink()
    assert backed_up.mhud("restore", "--replace", str(backed_up.archive)) == 0
    assert backed_up.titles() == ["A story"]
    (aside,) = backed_up.folder.glob("before-restore-*")
    assert backed_up.titles(aside) == ["Not merged yet"]


def test_what_a_killed_restore_left_is_removed_by_the_next(backed_up: System) -> None:
    (backed_up.folder / ".restore-01234567" / "attachments").mkdir(parents=True)
    assert backed_up.mhud("restore", "--replace", str(backed_up.archive)) == 0
    assert not list(backed_up.folder.glob(".restore-*"))


def test_what_is_broken_can_be_replaced(backed_up: System) -> None:
    """And is put aside as it was: somebody may yet get something out of it."""
    broken = b"no database any more " * 1000
    (backed_up.folder / "mhud.sqlite3").write_bytes(broken)
    assert backed_up.mhud("restore", "--replace", str(backed_up.archive)) == 0
    assert backed_up.titles() == ["A story"]
    (aside,) = backed_up.folder.glob("before-restore-*")
    assert (aside / "mhud.sqlite3").read_bytes() == broken


def test_a_database_of_an_older_mhud_is_backed_up_and_restored(system: System) -> None:
    """Before an upgrade, by the new program; this one's schema has no attachments yet."""
    with system.database() as database:
        database.execute("DROP TABLE attachments")
        database.execute("UPDATE alembic_version SET version_num = '0002'")
    assert system.mhud("backup", str(system.archive)) == 0
    assert system.mhud("restore", "--replace", str(system.archive)) == 0
    assert system.titles() == ["A story"]


def test_nothing_is_restored_under_a_running_daemon(
    backed_up: System, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_of(backed_up.folder)
    with held(backed_up.folder):
        assert backed_up.mhud("restore", "--replace", str(backed_up.archive)) == 1
    assert "is served by" in capsys.readouterr().err
    assert files_of(backed_up.folder) == before


def test_without_its_key_a_backup_is_refused_and_the_right_one_named(
    backed_up: System, capsys: pytest.CaptureFixture[str]
) -> None:
    other = backed_up.folder.parent / "other"
    assert backed_up.mhud("restore", str(backed_up.archive), folder=other) == 1
    told = json.loads(backed_up.members()[form.NAME])["key"]
    assert told in capsys.readouterr().err
    (other / "database.key").write_text("ab" * 32)
    assert backed_up.mhud("restore", str(backed_up.archive), folder=other) == 1
    assert told in capsys.readouterr().err
    assert set(files_of(other)) == {"database.key"}


def test_with_its_keys_in_it_a_backup_needs_nothing_else(backed_up: System) -> None:
    backed_up.archive.unlink()
    assert backed_up.mhud("backup", "--with-keys", str(backed_up.archive)) == 0
    other = backed_up.folder.parent / "other"
    assert backed_up.mhud("restore", str(backed_up.archive), folder=other) == 0
    assert backed_up.titles(other) == ["A story"]
    for name in ("database.key", "api-keys.key", "token.key"):
        assert (other / name).read_bytes() == (backed_up.folder / name).read_bytes()
        assert (other / name).stat().st_mode & 0o777 == 0o600


def test_keys_that_are_missing_afterwards_are_named(
    backed_up: System, capsys: pytest.CaptureFixture[str]
) -> None:
    other = backed_up.folder.parent / "other"
    other.mkdir()
    shutil.copy(backed_up.folder / "database.key", other)
    assert backed_up.mhud("restore", str(backed_up.archive), folder=other) == 0
    said = capsys.readouterr().err
    assert "token.key is not the one" in said
    assert "api-keys.key is not the one" in said
    assert "database.key is not" not in said


# ---- archives that are not as they should be


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def refused(system: System, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said; and nothing at all was changed."""
    before = files_of(system.folder)
    capsys.readouterr()
    assert system.mhud("restore", "--replace", str(system.archive)) == 1
    assert files_of(system.folder) == before
    return capsys.readouterr().err


@pytest.mark.parametrize("part", [0.0001, 0.01, 0.3, 0.6, 0.9, 0.97, 0.9999])
def test_a_bit_that_flipped_is_noticed(
    backed_up: System, capsys: pytest.CaptureFixture[str], part: float
) -> None:
    raw = backed_up.archive.read_bytes().rstrip(b"\0")
    backed_up.archive.write_bytes(flipped(raw, int(len(raw) * part)) + bytes(10_240))
    assert refused(backed_up, capsys)


@pytest.mark.parametrize("part", [0.0, 0.0005, 0.2, 0.5, 0.95, 0.98])
def test_an_archive_that_is_cut_off_is_refused(
    backed_up: System, capsys: pytest.CaptureFixture[str], part: float
) -> None:
    raw = backed_up.archive.read_bytes()
    backed_up.archive.write_bytes(raw[: int(len(raw) * part)])
    assert refused(backed_up, capsys)


@pytest.mark.parametrize(
    "content", [b"", b"no archive", b"PK\x03\x04" + bytes(2000), bytes(20_480)]
)
def test_what_is_no_archive_is_refused(
    backed_up: System, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    backed_up.archive.write_bytes(content)
    assert refused(backed_up, capsys)


def test_an_archive_of_something_else_is_refused(
    backed_up: System, capsys: pytest.CaptureFixture[str]
) -> None:
    with tarfile.open(backed_up.archive, "w") as tar:
        tar.add(__file__, "manifest.json")
    assert "no backup of mhud" in refused(backed_up, capsys)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": "something"}, "no backup of mhud"),
        ({"version": 2}, "newer mhud"),
        ({"schema": "9999"}, "newer mhud"),
    ],
)
def test_a_foreign_or_newer_archive_is_refused(
    backed_up: System, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], reason: str
) -> None:
    backed_up.rewrite(backed_up.members(), **changes)
    assert reason in refused(backed_up, capsys)


@pytest.mark.parametrize(
    "name",
    [
        "../../evil",
        "/etc/evil",
        "attachments/../../evil.txt",
        "attachments/document_0123456789abcdef.txt/../x",
        "attachments/.hidden",
        "keys/../database.key",
        "mhud.sqlite3-wal",
        "other.sqlite3",
    ],
)
def test_a_member_that_leads_elsewhere_is_refused(
    backed_up: System, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    backed_up.rewrite({name: b"evil", **backed_up.members()})
    assert "does not belong there" in refused(backed_up, capsys)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE]
)
def test_a_member_that_is_no_plain_file_is_refused(
    backed_up: System, capsys: pytest.CaptureFixture[str], kind: bytes
) -> None:
    with tarfile.open(backed_up.archive, "w") as tar:
        header = tarfile.TarInfo(f"attachments/{NAME}")
        header.type, header.linkname = kind, "/etc/passwd"
        tar.addfile(header)
    assert "no plain file" in refused(backed_up, capsys)


def test_a_member_that_is_there_twice_is_refused(
    backed_up: System, capsys: pytest.CaptureFixture[str]
) -> None:
    with tarfile.open(backed_up.archive, "a") as tar:
        header = tarfile.TarInfo(f"attachments/{NAME}")
        tar.addfile(header)
    assert "follows its manifest" in refused(backed_up, capsys)


@pytest.mark.parametrize("missing", ["mhud.sqlite3", f"attachments/{NAME}"])
def test_an_archive_that_is_not_whole_is_refused(
    backed_up: System, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    members = backed_up.members()
    del members[missing]
    backed_up.rewrite(members)
    assert refused(backed_up, capsys)


def test_a_database_that_is_broken_is_refused(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every checksum is right: it was broken when it was backed up."""
    with system.database() as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("UPDATE attachments SET uploaded_by = 999")
    assert system.mhud("backup", str(system.archive)) == 0
    assert "rows that point nowhere" in refused(system, capsys)


# ---- on record


def made_at(backed_up: System) -> str:
    return str(json.loads(backed_up.members()[form.NAME])["made_at"])


def test_a_backup_is_on_record(backed_up: System) -> None:
    assert backed_up.told() == [
        ("command-line", "database.backup", {"made_at": made_at(backed_up), "with_keys": False})
    ]


def test_a_restore_is_on_record_in_what_it_restored(backed_up: System, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(backed_up.folder / "database.key", other)
    assert backed_up.mhud("restore", str(backed_up.archive), folder=other) == 0
    assert backed_up.told(other) == [
        ("command-line", "database.restore", {"made_at": made_at(backed_up)})
    ]


def test_what_was_replaced_keeps_its_own_record(
    backed_up: System,
) -> None:
    assert backed_up.mhud("restore", str(backed_up.archive), "--replace") == 0
    assert [action for _, action, _ in backed_up.told()] == ["database.restore"]
    (aside,) = backed_up.folder.glob("before-restore-*")
    assert [action for _, action, _ in backed_up.told(aside)] == ["database.backup"]


def test_a_database_that_takes_no_line_is_backed_up_all_the_same(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    with system.database() as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    assert system.mhud("backup", str(system.archive)) == 0
    assert "not on record in the audit trail: full" in capsys.readouterr().err
    assert system.archive.exists()


@pytest.mark.parametrize(("release", "lines"), [("0001", None), ("0002", 1)])
def test_a_database_of_an_older_mhud_gets_its_line_and_stays_as_old(
    release: str, lines: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first release had no trail."""
    folder = tmp_path / "old"
    folder.mkdir()
    written = Path(__file__).parent / "store" / "released" / f"{release}.sql"
    with inside(folder / DATABASE, None) as database:
        database.executescript(written.read_text())
    monkeypatch.setenv("MHUD_DATA_DIR", str(folder))
    assert main(["backup", str(tmp_path / "old.tar")]) == 0
    with inside(folder / DATABASE, None) as database:
        at = database.execute("SELECT version_num FROM alembic_version").fetchall()
        tables = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit'").fetchall()
        wanted = "SELECT 1 FROM audit WHERE action = 'database.backup'"
        assert at == [(release,)]
        assert (len(database.execute(wanted).fetchall()) if tables else None) == lines


# ---- under load


@pytest.mark.timeout(120)
async def test_a_backup_under_load_restores_to_a_sound_system(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    serve = Serve(folder, 1)
    await serve.make_key()
    process = await serve.start()
    acknowledged: list[int] = []
    archive = tmp_path / "backup.tar"
    try:
        writers = [asyncio.create_task(write(serve, acknowledged)) for _ in range(4)]
        await until(lambda: len(acknowledged) > 20)
        before = len(acknowledged)
        made = await serve.mhud("backup", str(archive))
        _, said = await made.communicate()
        assert made.returncode == 0, said
        assert len(acknowledged) > before  # the daemon went on meanwhile
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
    finally:
        process.kill()
        await process.wait()
    other = tmp_path / "other"
    other.mkdir()
    for key in folder.glob("*.key"):
        shutil.copy(key, other)
    restored = Serve(other, 1)
    done = await restored.mhud("restore", str(archive))
    _, said = await done.communicate()
    assert done.returncode == 0, said
    there = place(IsolatedSettings(data_dir=other))
    assert problems(there) == []
    files = {path.name for path in (other / "attachments").iterdir()}
    assert files == copies.filenames(there)
    restored.key = serve.key
    process = await restored.start()
    try:
        for case_id in acknowledged[:before]:
            status, body, _ = await restored.fetch(f"/helpline/api/cases/{case_id}/attachments")
            assert (status, len(body["data"])) == (200, 1)
    finally:
        process.kill()
        await process.wait()


async def write(serve: Serve, acknowledged: list[int]) -> None:
    """Cases, each with a file, for ever."""
    async with aiohttp.ClientSession(headers={"X-API-Key": serve.key}) as session:
        while True:
            url = f"{serve.base}/helpline/api/cases"
            async with session.post(url, json={"title": "A story"}) as answer:
                assert answer.status == 201
                case_id = (await answer.json())["data"]["id"]
            sent = FormData()
            sent.add_field("file", os.urandom(10).hex().encode() * 3000, filename="a.txt")
            async with session.post(f"{url}/{case_id}/attachments", data=sent) as answer:
                assert answer.status == 201
            acknowledged.append(case_id)


async def until(holds: Callable[[], object]) -> None:
    while not holds():
        await SystemClock().sleep(0.05)
