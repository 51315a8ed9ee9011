"""What the doctor says of the database's encryption and its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from mhud.config import Settings
from mhud.doctor import sealing
from mhud.doctor.check import Check, State
from mhud.store import driver
from mhud.store.key import DatabaseKey
from mhud.store.migrate import migrate
from mhud.store.place import DATABASE, KEY, left_over, place
from tests.clinic import settings


def seen(chosen: Settings) -> dict[str, Check]:
    found = {check.name: check for check in sealing.checks(chosen)}
    assert all((check.fix is None) == (check.state is State.OK) for check in found.values())
    return found


def made(folder: Path, **store: str) -> Settings:
    chosen = settings(folder, 1, store=store)
    there = place(chosen)
    chosen.data_dir.mkdir(exist_ok=True)
    migrate(there.path, there.key)
    return chosen


def test_before_the_first_start_nothing_is_made(tmp_path: Path) -> None:
    found = seen(settings(tmp_path, 1))

    assert [(check.name, check.state) for check in found.values()] == [
        ("data.encryption", State.OK)
    ]
    assert not (tmp_path / "data").exists()
    off = seen(settings(tmp_path, 1, store={"encryption": "off"}))
    assert off["data.encryption"].state is State.WARNING


def test_an_encrypted_database_and_its_key_are_good(tmp_path: Path) -> None:
    found = seen(made(tmp_path))

    assert {check.state for check in found.values()} == {State.OK}
    key = DatabaseKey.parse((tmp_path / "data" / KEY).read_text())
    assert key.fingerprint in found["data.key"].text


def test_a_plain_database_is_a_warning_with_its_cure(tmp_path: Path) -> None:
    found = seen(made(tmp_path, encryption="off"))

    assert found["data.encryption"].state is State.WARNING
    assert "mhud database encrypt" in (found["data.encryption"].fix or "")
    assert "data.key" not in found


def test_what_is_left_of_a_plain_database_is_a_warning(tmp_path: Path) -> None:
    chosen = made(tmp_path)
    left_over(chosen.data_dir / DATABASE).touch()

    assert seen(chosen)["data.encryption"].state is State.WARNING


def test_a_key_that_is_gone_or_is_another_is_red(tmp_path: Path) -> None:
    chosen = made(tmp_path)
    file = chosen.data_dir / KEY
    file.write_text(DatabaseKey.new().digits)
    assert "is not the database's" in seen(chosen)["data.key"].text
    file.write_text("nothing")
    assert "holds no database key" in seen(chosen)["data.key"].text
    file.unlink()
    assert "is not there" in seen(chosen)["data.key"].text
    assert seen(chosen)["data.key"].state is State.WRONG
    assert not file.exists()


def test_a_key_that_others_may_read_is_red(tmp_path: Path) -> None:
    chosen = made(tmp_path)
    (chosen.data_dir / KEY).chmod(0o640)

    assert seen(chosen)["data.key"].fix == f"chmod 600 {chosen.data_dir / KEY}"


def test_a_key_of_the_settings_lies_in_no_file_that_others_may_read(tmp_path: Path) -> None:
    chosen = made(tmp_path, key=DatabaseKey.new().digits)

    assert seen(chosen)["data.key"].state is State.OK


def test_a_machine_that_can_not_decrypt_is_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = made(tmp_path)
    monkeypatch.setattr(driver, "_sqlcipher", None)

    assert "sqlcipher3 is not installed" in seen(chosen)["data.key"].text
