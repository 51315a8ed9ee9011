"""What the doctor says of this machine: the secret, the data directory, HTTP, files."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mhud import lock
from mhud.cli import main
from mhud.commands.common import DATABASE
from mhud.config import AmiSettings, AsteriskSettings, HttpSettings
from mhud.doctor import data, files, network, report, secret, tls, web
from mhud.doctor.check import Check, State, ok, unknown, warning, wrong
from mhud.store import migrate
from tests.certificates import Authority
from tests.clinic import GOOD_SECRET, settings
from tests.sealed_store import inside


def states(checks: list[Check]) -> dict[str, State]:
    return {check.name: check.state for check in checks}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", State.WRONG),
        ("amp111", State.WRONG),
        ("MHUD", State.WRONG),
        ("Change-Me", State.WRONG),
        ("x7Kq2", State.WARNING),
        ("a-secret-of-some-length", State.WARNING),
        (GOOD_SECRET, State.OK),
    ],
)
def test_a_secret_that_others_know_is_red(text: str, state: State) -> None:
    check = secret.check(AmiSettings.model_validate({"secret": text}))
    assert check.state is state
    assert not text or text not in check.text


# ---- the data directory


def test_a_data_directory_that_is_not_there_yet_is_fine(tmp_path: Path) -> None:
    found = data.checks(settings(tmp_path, 1))
    assert set(states(found).values()) == {State.OK}
    assert not (tmp_path / "data").exists()


def test_a_data_directory_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert states(data.checks(settings(tmp_path, 1)))["data.folder"] is State.WRONG


def a_current_one(path: Path) -> None:
    migrate.migrate(path)


def a_newer_one(path: Path) -> None:
    migrate.migrate(path)
    with inside(path, key=None) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def a_text(path: Path) -> None:
    path.write_text("no database at all, but a long enough text " * 20)


def an_empty_one(path: Path) -> None:
    path.touch()


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (a_current_one, State.OK),
        (an_empty_one, State.OK),
        (a_newer_one, State.WRONG),
        (a_text, State.WRONG),
    ],
)
def test_a_database_is_looked_at(
    tmp_path: Path, make: Callable[[Path], None], state: State
) -> None:
    path = tmp_path / "data" / DATABASE
    path.parent.mkdir()
    make(path)
    before = path.read_bytes()
    assert states(data.checks(settings(tmp_path, 1)))["data.database"] is state
    assert path.read_bytes() == before


def test_a_daemon_that_runs_is_seen_and_not_disturbed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with lock.held(folder):
        running = data.checks(settings(tmp_path, 1))
    ended = data.checks(settings(tmp_path, 1))
    assert running[-1].text == f"A daemon runs on this directory: process {os.getpid()}."
    assert ended[-1].text == "No daemon runs on this directory."


@pytest.mark.parametrize(
    ("free", "state"),
    [(5_000_000_000, State.OK), (500_000_000, State.WARNING), (50_000_000, State.WRONG)],
)
def test_a_full_disk_is_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    assert states(data.checks(settings(tmp_path, 1)))["data.space"] is state


# ---- HTTP


@pytest.mark.parametrize(
    ("given", "name", "state"),
    [
        ({}, "http.public_url", State.OK),
        ({"host": "0.0.0.0"}, "http.public_url", State.WARNING),  # noqa: S104
        ({"public_url": "helpline.example.org"}, "http.public_url", State.WRONG),
        ({"public_url": "https://h.example.org/?a=b"}, "http.public_url", State.WRONG),
        ({"public_url": "http://h.example.org"}, "http.public_url", State.WARNING),
        ({"public_url": "https://h.example.org"}, "http.public_url", State.OK),
        ({"public_url": "https://h.example.org"}, "http.proxies", State.WARNING),
        ({"trusted_proxies": ("0.0.0.0/0",)}, "http.proxies", State.WRONG),
        ({"trusted_proxies": ("proxy",)}, "http.proxies", State.WRONG),
        (
            {"public_url": "https://h.example.org", "trusted_proxies": ("127.0.0.1/32",)},
            "http.proxies",
            State.OK,
        ),
    ],
)
def test_how_clients_reach_mhud(given: dict[str, Any], name: str, state: State) -> None:
    chosen = HttpSettings.model_validate({"port": 0, **given})
    assert states(web.checks(chosen, daemon_runs=False))[name] is state


NOW = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("host", "state"),
    [("127.0.0.1", State.OK), ("::1", State.OK), ("0.0.0.0", State.WARNING)],  # noqa: S104
)
def test_clear_text_is_for_this_machine(host: str, state: State) -> None:
    assert tls.check(HttpSettings(host=host), NOW).state is state


@pytest.mark.parametrize(
    ("days", "state"), [(-1, State.WRONG), (0, State.WRONG), (10, State.WARNING), (30, State.OK)]
)
def test_a_certificate_that_ends_soon_is_seen(tmp_path: Path, days: int, state: State) -> None:
    authority = Authority(tmp_path)
    authority.issue(NOW + timedelta(days=days))
    authority.key.chmod(0o640)
    check = tls.check(with_tls(authority), NOW)
    assert check.state is state
    assert f"{NOW + timedelta(days=days):%Y-%m-%d}" in check.text


def test_a_key_that_everybody_may_read_and_one_that_does_not_fit(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.issue(NOW + timedelta(days=99))
    authority.key.chmod(0o644)
    assert "may read the key" in tls.check(with_tls(authority), NOW).text
    certificate = authority.certificate.read_bytes()
    authority.issue()
    authority.certificate.write_bytes(certificate)
    check = tls.check(with_tls(authority), NOW)
    assert (check.state, "is not the key of" in check.text) == (State.WRONG, True)


def with_tls(authority: Authority) -> HttpSettings:
    return HttpSettings(tls_certificate=authority.certificate, tls_key=authority.key)


def test_a_port_that_somebody_else_has_is_red_unless_it_is_the_daemon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        chosen = HttpSettings(port=other.getsockname()[1])
        assert states(web.checks(chosen, daemon_runs=False))["http.port"] is State.WRONG
        assert states(web.checks(chosen, daemon_runs=True))["http.port"] is State.OK
    assert states(web.checks(chosen, daemon_runs=False))["http.port"] is State.OK


# ---- files, network


def test_a_recordings_folder_must_be_there(tmp_path: Path) -> None:
    there = files.checks(AsteriskSettings(recordings=tmp_path))
    gone = files.checks(AsteriskSettings(recordings=tmp_path / "gone"))
    assert states(there)["files.recordings"] is State.OK
    assert states(gone)["files.recordings"] is State.WRONG


def test_recordings_that_nobody_could_delete_are_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1.1.wav").touch()
    here = AsteriskSettings(recordings=tmp_path)
    allowed = {os.R_OK | os.X_OK, os.R_OK}
    monkeypatch.setattr(os, "access", lambda _path, way: way in allowed)
    assert states(files.checks(here))["files.recordings"] is State.WARNING
    assert states(files.checks(here, keep_wav=True))["files.recordings"] is State.OK
    allowed.remove(os.R_OK)
    assert states(files.checks(here))["files.recordings"] is State.WRONG


def test_own_addresses_are_no_loopback() -> None:
    assert not [each for each in network.own_addresses() if each.startswith("127.")]


# ---- the report


CHECKS = [ok("a", "Good."), warning("b.c", "So so.", "x"), unknown("d", "?", "y")]


def test_the_json_is_as_documented() -> None:
    said = json.loads(report.as_json([*CHECKS, wrong("e", "Bad.", "z")]))
    assert said == {
        "version": 1,
        "ok": False,
        "counts": {"ok": 1, "warning": 1, "wrong": 1, "unknown": 1},
        "checks": [
            {"name": "a", "state": "ok", "text": "Good.", "fix": None},
            {"name": "b.c", "state": "warning", "text": "So so.", "fix": "x"},
            {"name": "d", "state": "unknown", "text": "?", "fix": "y"},
            {"name": "e", "state": "wrong", "text": "Bad.", "fix": "z"},
        ],
    }


def test_each_line_but_a_good_one_has_its_fix() -> None:
    assert list(report.lines(CHECKS)) == [
        "ok       a    Good.",
        "WARNING  b.c  So so.",
        "              fix: x",
        "unknown  d    ?",
        "              fix: y",
        "1 ok, 1 warning, 0 wrong, 1 unknown",
    ]


def test_something_wrong_is_exit_status_1_and_stdout_is_json_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("MHUD_")]:
        monkeypatch.delenv(name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MHUD_AMI__PORT", str(free.getsockname()[1]))
    monkeypatch.setenv("MHUD_AMI__SECRET", "mysecret")
    monkeypatch.setenv("MHUD_DATA_DIR", str(tmp_path / "data"))
    assert main(["doctor", "--json", "--asterisk-conf", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    said = json.loads(printed.out)
    red = [check["name"] for check in said["checks"] if check["state"] == "wrong"]
    assert red[:2] == ["ami.connection", "settings.secret"]
    assert "checks are wrong" in printed.err
    assert "mysecret" not in printed.out + printed.err
