"""`mhud setup-link` and `mhud user invite`: links that an operator hands to people."""

from __future__ import annotations

import asyncio
import io
import os
from argparse import Namespace
from pathlib import Path

import pytest

from mhud.cli import main
from mhud.commands.common import opened
from mhud.services.invitations import PATH, Newcomer, Offer, accept, look
from mhud.store.users import User

Capture = pytest.CaptureFixture[str]
PASSWORD = "tower of crumbs"


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own data directory, with nobody in it."""
    for name in [name for name in os.environ if name.startswith("MHUD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MHUD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))


def printed(capsys: Capture, *arguments: str) -> tuple[str, str]:
    """The link's address and its end."""
    capsys.readouterr()
    assert main(arguments) == 0
    base, _, token = capsys.readouterr().out.strip().partition(PATH)
    return base, token


def offered(token: str) -> Offer:
    async def ask() -> Offer:
        async with opened(Namespace()) as access:
            return await look(access, token)

    return asyncio.run(ask())


def taken(token: str) -> User:
    async def take() -> User:
        async with opened(Namespace()) as access:
            return await accept(access, token, PASSWORD, Newcomer(username="alice"), None)

    return asyncio.run(take())


def refusal(capsys: Capture, *arguments: str) -> str:
    capsys.readouterr()
    assert main(arguments) == 1
    return capsys.readouterr().err


def test_the_first_administrator_begins_by_a_link_and_then_there_is_none_more(
    capsys: Capture,
) -> None:
    base, token = printed(capsys, "setup-link")
    assert base == "http://127.0.0.1:8080"
    assert offered(token).kind == "setup"
    admin = taken(token)
    assert (admin.username, admin.role) == ("alice", "admin")
    assert "there is an administrator already" in refusal(capsys, "setup-link")


def test_a_link_names_the_address_that_people_reach(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MHUD_HTTP__PUBLIC_URL", "https://help.example.org/")
    assert main(["setup-link"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"https://help.example.org{PATH}mhui_")
    assert "public_url" not in told.err


def test_a_person_is_invited_by_name(capsys: Capture) -> None:
    assert main(["user", "add", "john", "--no-password"]) == 0
    _, token = printed(capsys, "user", "invite", "john")
    found = offered(token)
    assert found.user is not None
    assert (found.kind, found.user.username) == ("password", "john")
    assert "does not exist" in refusal(capsys, "user", "invite", "nobody")
