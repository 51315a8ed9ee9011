"""`mhud user` and `mhud role`, run as an operator runs them."""

from __future__ import annotations

import asyncio
import io
import os
from pathlib import Path

import pytest

from mhud.cli import main
from mhud.clock import SystemClock
from mhud.config import load
from mhud.services.trail import Sought, Trail
from mhud.store.database import Database

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own data directory, with an administrator and an operator."""
    for name in [name for name in os.environ if name.startswith("MHUD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MHUD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MHUD_HELPLINE__REGION", "KE")
    monkeypatch.setattr("sys.stdin", io.StringIO("tower of crumbs\n"))
    assert main(["user", "add", "alice", "--role", "admin"]) == 0
    added = ["user", "add", "john", "--no-password", "--email", "john@helpline.org"]
    assert main([*added, "--phone", "0711 000 111", "--address", "user@example.com"]) == 0


def shown(capsys: Capture, username: str = "john") -> dict[str, str]:
    capsys.readouterr()
    assert main(["user", "show", username]) == 0
    rows = [line.split("  ", 1) for line in capsys.readouterr().out.splitlines()[1:]]
    return {what.strip(): value.strip() for what, value in rows}


def refusal(capsys: Capture, *arguments: str, status: int = 1) -> str:
    capsys.readouterr()
    assert main(arguments) == status
    return capsys.readouterr().err


def deeds() -> list[tuple[str, str]]:
    async def read() -> list[tuple[str, str]]:
        db = await Database.of(load())
        page = await Trail(db, SystemClock()).page(Sought(), 50, None)
        await db.close()
        return [(one.username, one.action) for one in page.deeds]

    return asyncio.run(read())


def test_a_person_is_shown_with_where_his_codes_go(capsys: Capture) -> None:
    assert shown(capsys) == {
        "id": "2",
        "username": "john",
        "name": "john",
        "role": "operator",
        "state": "by code only",
        "email": "john@helpline.org",
        "phone": "+254711000111",
        "more addresses": "user@example.com",
        "agent": "-",
        "last login": "-",
    }


def test_addresses_are_replaced_and_cleared(capsys: Capture) -> None:
    change = ["user", "addresses", "john", "--phone", "", "--address", "a@example.org"]
    assert main([*change, "--address", "0711 000 222"]) == 0
    told = shown(capsys)
    assert (told["email"], told["phone"]) == ("john@helpline.org", "-")
    assert told["more addresses"] == "+254711000222, a@example.org"
    assert main(["user", "addresses", "john", "--address", ""]) == 0
    assert shown(capsys)["more addresses"] == "-"


def test_nothing_to_set_is_a_usage_error(capsys: Capture) -> None:
    assert "nothing to set" in refusal(capsys, "user", "addresses", "john", status=2)


def test_an_address_that_is_anothers_is_refused_and_not_repeated(capsys: Capture) -> None:
    told = refusal(capsys, "user", "addresses", "alice", "--email", "JOHN@helpline.org")

    assert "is taken" in told
    assert "helpline.org" not in told.lower()


def test_a_role_is_given_and_an_unknown_one_is_not(capsys: Capture) -> None:
    assert main(["user", "role", "john", "supervisor"]) == 0
    assert shown(capsys)["role"] == "supervisor"
    assert "must be one of" in refusal(capsys, "user", "role", "john", "king")


@pytest.mark.parametrize("arguments", [("disable", "alice"), ("role", "alice", "operator")])
def test_the_last_administrator_stays_one(capsys: Capture, arguments: tuple[str, ...]) -> None:
    assert "nobody would be left" in refusal(capsys, "user", *arguments)
    assert main(["user", "role", "john", "admin"]) == 0
    assert main(["user", *arguments]) == 0


def test_roles_are_made_changed_and_listed_with_who_has_them(capsys: Capture) -> None:
    assert main(["role", "add", "listener", "--rights", "view_calls,control_calls:own"]) == 0
    assert main(["user", "role", "john", "listener"]) == 0
    assert main(["role", "set", "listener", "--rights", "view_calls"]) == 0
    capsys.readouterr()
    assert main(["role", "list"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]

    assert ["listener", "1", "view_calls"] in rows
    assert ["admin", "1", "all"] in rows


def test_a_role_with_a_right_that_there_is_not_is_refused(capsys: Capture) -> None:
    assert "rights" in refusal(capsys, "role", "add", "flyer", "--rights", "fly")


@pytest.mark.parametrize("verb", ["unlock", "show", "disable"])
def test_who_is_not_there_is_said_to_be_not_there(capsys: Capture, verb: str) -> None:
    assert "user nobody does not exist" in refusal(capsys, "user", verb, "nobody")


def test_what_the_command_line_does_is_in_the_trail() -> None:
    assert main(["user", "unlock", "john"]) == 0
    assert main(["user", "disable", "john"]) == 0
    assert main(["agent", "add", "agent001"]) == 0
    assert main(["role", "add", "listener", "--rights", "view_calls"]) == 0

    assert deeds() == [
        ("command-line", "role.create"),
        ("command-line", "user.create"),
        ("command-line", "user.disable"),
        ("command-line", "user.unlock"),
        ("command-line", "user.create"),
        ("command-line", "user.create"),
    ]
