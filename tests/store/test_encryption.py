"""A new database is encrypted; who has no key, or another one, reads nothing and breaks nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import insert, select

from mhud.config import IsolatedSettings, Settings, load
from mhud.config_words import in_words
from mhud.store import driver
from mhud.store.database import Database
from mhud.store.driver import StoreError
from mhud.store.key import DatabaseKey
from mhud.store.place import DATABASE, KEY, place
from mhud.store.schema import metadata
from tests.sealed_store import inside

NAME = "Amina Wanjiku"
roles = metadata.tables["roles"]


def at(folder: Path, **store: Any) -> Settings:
    return IsolatedSettings.model_validate({"data_dir": folder / "data", "store": store})


async def write(settings: Settings, name: str = NAME) -> None:
    db = await Database.of(settings)
    async with db.write() as tx:
        await tx.execute(insert(roles).values(name=name, rights=[], built_in=False))
    await db.close()


async def names(settings: Settings) -> set[str]:
    db = await Database.of(settings)
    async with db.read() as tx:
        found = set(await tx.scalars(select(roles.c.name)))
    await db.close()
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "data").iterdir()}


async def test_nothing_that_was_written_can_be_read_in_any_file(tmp_path: Path) -> None:
    db = await Database.of(at(tmp_path))
    async with db.write() as tx:
        await tx.execute(insert(roles).values(name=NAME, rights=[], built_in=False))
    running = contents(tmp_path)
    await db.close()
    stopped = contents(tmp_path)

    assert "mhud.sqlite3-wal" in running
    for data in (*running.values(), *stopped.values()):
        assert NAME.encode() not in data
        assert b"CREATE TABLE" not in data
    assert NAME in await names(at(tmp_path))


async def test_a_plain_database_is_readable_by_all_so_the_test_above_can_fail(
    tmp_path: Path,
) -> None:
    await write(at(tmp_path, encryption="off"))

    assert NAME.encode() in contents(tmp_path)[DATABASE]
    assert KEY not in contents(tmp_path)


async def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    await write(at(tmp_path))
    file = tmp_path / "data" / KEY
    before = file.read_bytes()
    await write(at(tmp_path), "another")

    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o600


def test_many_who_start_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: place(at(tmp_path)), range(8)))

    assert len(set(found)) == 1
    assert found[0].key is not None
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [KEY]


@pytest.mark.timeout(120)
def test_programs_that_start_at_once_make_one_database(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mhud", "user", "list"]
    environment = {**os.environ, "MHUD_DATA_DIR": str(tmp_path / "data")}
    both = [subprocess.Popen(command, env=environment, stdout=PIPE, stderr=PIPE) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]

    assert [process.returncode for process in both] == [0, 0], said


async def test_without_its_key_it_is_refused_in_words_and_no_other_key_is_made(
    tmp_path: Path,
) -> None:
    await write(at(tmp_path))
    (tmp_path / "data" / KEY).rename(tmp_path / "kept")
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=r"database\.key is not there.+import-key"):
        await Database.of(at(tmp_path))

    assert contents(tmp_path) == before
    (tmp_path / "kept").rename(tmp_path / "data" / KEY)
    assert NAME in await names(at(tmp_path))


async def test_another_key_is_refused_in_words_and_nothing_is_overwritten(tmp_path: Path) -> None:
    await write(at(tmp_path))
    other = DatabaseKey.new()
    before = contents(tmp_path)
    with pytest.raises(StoreError, match=f"key {other.fingerprint}: it was encrypted with anoth"):
        await Database.of(at(tmp_path, key=other.digits))

    assert contents(tmp_path) == before
    assert NAME in await names(at(tmp_path))


async def test_a_key_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    await write(at(tmp_path))
    (tmp_path / "data" / KEY).write_text("the key is under the mat")
    with pytest.raises(StoreError, match=r"database\.key holds no database key"):
        await Database.of(at(tmp_path))


async def test_a_key_of_the_settings_lies_in_no_file(tmp_path: Path) -> None:
    key = DatabaseKey.new()
    await write(at(tmp_path, key=key.digits.upper()))

    assert NAME in await names(at(tmp_path, key=key.digits))
    assert KEY not in contents(tmp_path)
    assert not [name for name, data in contents(tmp_path).items() if key.digits.encode() in data]


async def test_the_key_file_may_lie_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "safe" / "key"
    await write(at(tmp_path, key_file=elsewhere))

    assert DatabaseKey.parse(elsewhere.read_text())
    assert KEY not in contents(tmp_path)


def test_a_systemd_credential_or_the_environment_gives_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_credential, by_environment = DatabaseKey.new(), DatabaseKey.new()
    monkeypatch.setenv("MHUD_STORE__KEY", by_environment.digits)
    assert place(load(data_dir=tmp_path)).key == by_environment
    (tmp_path / "store_key").write_text(by_credential.digits + "\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert place(load(data_dir=tmp_path)).key == by_credential


async def test_a_plain_database_stays_as_it_is_until_it_is_converted(tmp_path: Path) -> None:
    await write(at(tmp_path, encryption="off"))

    assert NAME in await names(at(tmp_path))
    assert driver.is_plain(tmp_path / "data" / DATABASE)
    assert KEY not in contents(tmp_path)


async def test_an_encrypted_database_stays_encrypted_when_new_ones_shall_be_plain(
    tmp_path: Path,
) -> None:
    await write(at(tmp_path))

    assert NAME in await names(at(tmp_path, encryption="off"))
    assert not driver.is_plain(tmp_path / "data" / DATABASE)


async def test_a_machine_without_sqlcipher_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(at(tmp_path / "encrypted"))
    monkeypatch.setattr(driver, "_sqlcipher", None)
    for folder in (tmp_path / "encrypted", tmp_path / "new"):
        with pytest.raises(StoreError, match=r"pip install 'sqlcipher3.+store\.encryption = \"off"):
            await Database.of(at(folder))

    assert not (tmp_path / "new" / "data").exists()
    await write(at(tmp_path / "plain", encryption="off"))
    assert NAME in await names(at(tmp_path / "plain"))


def test_the_key_is_in_no_text_that_is_logged_or_shown(tmp_path: Path) -> None:
    key = DatabaseKey.new()
    settings = at(tmp_path, key=key.digits)
    with pytest.raises(ValidationError) as caught:
        at(tmp_path, key=key.digits[1:])
    shown = (
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        repr(key),
        repr(place(settings)),
        in_words(caught.value),
    )

    assert not [text for text in shown if key.digits[1:9] in text]
    assert "is not 64 hexadecimal digits" in shown[-1]
    assert key.digits[:8] not in key.fingerprint


def test_a_key_that_was_written_down_is_read_however_it_was_spaced() -> None:
    key = DatabaseKey.new()

    assert DatabaseKey.parse(key.groups) == key
    assert DatabaseKey.parse(f"  {key.digits.upper()}\r\n") == key
    with pytest.raises(ValueError, match="64 hexadecimal"):
        DatabaseKey.parse(key.digits[:-1] + "o")


async def test_an_encrypted_file_says_nothing_on_the_terminal_when_the_key_is_wrong(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await write(at(tmp_path))

    assert not driver.opens(tmp_path / "data" / DATABASE, DatabaseKey.new())
    with pytest.raises(driver.ERRORS), inside(tmp_path / "data" / DATABASE, None) as connection:
        connection.execute("SELECT * FROM roles")
    assert capfd.readouterr() == ("", "")
