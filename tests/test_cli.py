"""The command line, run as an operator runs it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from mhud.cli import main
from mhud.clock import SystemClock
from mhud.config import load
from mhud.services import signin
from mhud.services.access import Access
from mhud.services.rights import Principal
from mhud.store.database import Database
from tests.sealed_store import inside_of

PHRASE = "tower of crumbs"


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own data directory, and nothing of this machine's settings."""
    for name in [name for name in os.environ if name.startswith("MHUD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MHUD_DATA_DIR", str(tmp_path / "data"))


def say(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def ask(check: Callable[[Access], Principal]) -> Principal:
    """What a daemon would say about these credentials."""

    async def run() -> Principal:
        settings = load()
        db = await Database.of(settings)
        access = await Access.open(db, SystemClock(), settings)
        try:
            return check(access)
        finally:
            await access.close()
            await db.close()

    return asyncio.run(run())


def test_a_new_key_is_alone_on_stdout_and_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["key", "add", "crm", "--rights", "view_calls,make_calls", "--tier", "premium"]) == 0
    )
    out = capsys.readouterr().out
    principal = ask(lambda access: access.authenticate_key(out.strip()))

    assert out.count("\n") == 1
    assert principal.rights == {"view_calls", "make_calls"}
    assert principal.rate == 300


def test_keys_are_listed_without_secrets_and_revoked_by_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["key", "add", "crm", "--rights", "all", "--tier", "enterprise:500", "--days", "7"])
    secret = capsys.readouterr().out.strip()
    assert main(["key", "list"]) == 0
    listed = capsys.readouterr().out
    assert main(["key", "rotate-signing"]) == 0
    with inside_of() as database:
        last = "SELECT username, action FROM audit ORDER BY id DESC LIMIT 1"
        assert database.execute(last).fetchall() == [("command-line", "signing-key.rotate")]
    assert main(["key", "revoke", "crm"]) == 0
    assert main(["key", "revoke", "crm"]) == 1

    assert "enterprise:500" in listed
    assert secret not in listed
    assert "does not exist" in capsys.readouterr().err


def test_a_person_is_added_with_a_password_from_stdin_and_can_sign_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, PHRASE + "\n")
    assert main(["user", "add", "ada", "--role", "admin", "--email", "ada@example.org"]) == 0
    main(["user", "list"])
    listed = capsys.readouterr().out

    assert PHRASE not in listed
    assert "ada" in listed
    assert sign_in(PHRASE).role == "admin"


def sign_in(password: str) -> Principal:
    async def run() -> Principal:
        settings = load()
        db = await Database.of(settings)
        access = await Access.open(db, SystemClock(), settings)
        try:
            grant = await signin.log_in(access, "ada", password, "192.0.2.1")
            return access.authenticate_token(grant.access_token)
        finally:
            await access.close()
            await db.close()

    return asyncio.run(run())


def test_a_password_may_come_from_a_file_and_be_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "password"
    file.write_text(PHRASE + "\n")
    assert main(["user", "add", "ada", "--password-file", str(file)]) == 0
    say(monkeypatch, "another long phrase")
    assert main(["user", "passwd", "ada"]) == 0
    assert sign_in("another long phrase").username == "ada"
    assert main(["user", "disable", "ada"]) == 0
    main(["user", "list"])
    assert "disabled" in capsys.readouterr().out
    assert main(["user", "enable", "ada"]) == 0

    assert sign_in("another long phrase").username == "ada"


def test_a_prompt_asks_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([PHRASE, PHRASE, PHRASE, "something else"])
    monkeypatch.setattr("getpass.getpass", lambda _text: next(answers))
    stdin = io.StringIO()
    monkeypatch.setattr(stdin, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", stdin)

    assert main(["user", "add", "ada"]) == 0
    assert main(["user", "add", "bob"]) == 1
    assert "differ" in capsys.readouterr().err


def test_no_password_at_all_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, "")

    assert main(["user", "add", "ada"]) == 2
    assert "--password-file" in capsys.readouterr().err


def test_a_weak_password_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, "qwertyuiop")

    assert main(["user", "add", "ada"]) == 1
    err = capsys.readouterr().err
    assert "too common" in err
    assert "qwertyuiop" not in err


def test_agents_are_people_with_a_phone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add = ["agent", "add", "agent001", "--queues", "support, crisis", "--extension", "1001"]
    assert main([*add, "--name", "Jane Smith"]) == 0
    say(monkeypatch, PHRASE)
    main(["user", "add", "ada"])
    assert main(["agent", "add", "agent002", "--username", "ada", "--interface", "SIP/x"]) == 0
    capsys.readouterr()
    assert main(["agent", "list"]) == 0
    listed = capsys.readouterr().out
    assert main(["agent", "remove", "agent001"]) == 0
    assert main(["agent", "remove", "agent001"]) == 1

    assert "PJSIP/agent001" in listed
    assert "support,crisis" in listed
    assert "ada" in listed
    assert "SIP/x" in listed


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["user"],
        ["key", "add", "x"],
        ["demo", "--speed", "-1"],
        ["user", "add", "x", "--password", PHRASE],
    ],
)
def test_what_was_asked_wrongly_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["key", "add", "x", "--rights", "fly"],
        ["key", "add", "x", "--rights", "all", "--tier", "gold"],
        ["key", "add", "x", "--rights", "all", "--owner", "nobody"],
        ["user", "disable", "nobody"],
        ["agent", "add", "a b"],
        ["config", "show", "--config", "/nonexistent.toml"],
        ["replay", "/nonexistent.ami"],
    ],
)
def test_what_can_not_be_done_exits_with_1_and_a_word(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("mhud: ")


def test_settings_are_shown_as_toml_with_secrets_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mhud.toml"
    file.write_text('timezone = "Africa/Nairobi"\n[queues."night line"]\nwrap_up_seconds = 5\n')
    monkeypatch.setenv("MHUD_AMI__SECRET", "hunter2")
    assert main(["config", "show", "--config", str(file)]) == 0
    out = capsys.readouterr().out
    tree = tomllib.loads(out)

    assert "hunter2" not in out
    assert tree["timezone"] == "Africa/Nairobi"
    assert tree["queues"]["night line"]["wrap_up_seconds"] == 5
    assert main(["--config", str(file), "config", "check"]) == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "ami.secret is empty"),
        ('[ami]\nsecret = "hunter2"\nport = "hunter2"\n', "ami.port"),
        ('[ami]\nsecrett = "hunter2"\n', "ami.secrett"),
        ('[ami]\nsecret = "x"\n[http]\ntrusted_proxies = ["hunter"]\n', "trusted_proxies"),
        ('[ami]\nsecret = "x"\n[http]\ntls_key = "/k"\n', "belong together"),
        (
            '[ami]\nsecret = "x"\n[http]\ntls_certificate = "/gone"\ntls_key = "/k"\n',
            "can't read /gone",
        ),
        ('[ami]\nsecret = "x"\n[originate]\nallowed = ["("]\n', "originate.allowed"),
        ("not toml", "line 1"),
    ],
)
def test_wrong_settings_are_named_and_their_values_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, word: str
) -> None:
    file = tmp_path / "mhud.toml"
    file.write_text(text)

    assert main(["config", "check", "--config", str(file)]) == 1
    err = capsys.readouterr().err
    assert word in err
    assert "hunter2" not in err


def test_a_misspelled_setting_of_the_environment_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MHUD_CONFIG", str(tmp_path / "mhud.toml"))
    (tmp_path / "mhud.toml").write_text("")
    monkeypatch.setenv("MHUD_AMI__SECRET", "long enough")
    assert main(["config", "check"]) == 0
    monkeypatch.setenv("MHUD_TIMEZON", "hunter2")
    monkeypatch.setenv("MHUD_HTPP__PORT", "hunter2")
    assert main(["config", "check"]) == 1
    err = capsys.readouterr().err
    assert "MHUD_HTPP__PORT in the environment is no setting" in err
    assert "MHUD_TIMEZON in the environment is no setting" in err
    assert "hunter2" not in err


def test_an_authority_for_mail_that_is_not_there_is_found_by_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("HOST", "mail.test"), ("SENDER", "a@b.org"), ("CA_FILE", "/none.pem")):
        monkeypatch.setenv(f"MHUD_MAIL__{name}", value)
    assert main(["config", "check"]) == 1
    assert "mail.ca_file" in capsys.readouterr().err


def test_the_document_is_printed(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["openapi"]) == 0
    tree = json.loads(capfdbinary.readouterr().out)

    assert tree["openapi"] == "3.1.0"
    assert "/api/v1/auth/token" in tree["paths"]


def test_a_newer_database_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    main(["user", "list"])
    with inside_of() as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")

    assert main(["user", "list"]) == 1
    assert "newer mhud" in capsys.readouterr().err


def test_python_m_mhud_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mhud", "--version"], capture_output=True, check=True
    )

    assert done.stdout.startswith(b"mhud ")
