"""`mhud erase client ID`, run as an operator runs it."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mhud.cli import main
from mhud.clock import SystemClock
from mhud.config import load
from mhud.store.clients import Client, ClientRepository
from mhud.store.database import Database, Tx
from mhud.store.schema import audit


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own data directory with an administrator and a client."""
    for name in [name for name in os.environ if name.startswith("MHUD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MHUD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("sys.stdin", io.StringIO("tower of crumbs\n"))
    assert main(["user", "add", "ada", "--role", "admin"]) == 0
    now = SystemClock().now()
    client = Client(id="client001", name="John Doe", created_by=1, created_at=now, updated_at=now)
    in_store(lambda tx: ClientRepository(tx).add(client))


def in_store(work: Callable[[Tx], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        db = await Database.of(load())
        try:
            async with db.write() as tx:
                return await work(tx)
        finally:
            await db.close()

    return asyncio.run(run())


def there() -> bool:
    return in_store(lambda tx: ClientRepository(tx).get("client001")) is not None


def test_a_person_is_erased_and_it_is_said_what_went(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["erase", "client", "client001", "--by", "ada", "--yes"]) == 0
    out = capsys.readouterr().out

    assert "sessions        0" in out
    assert "cases emptied   none" in out
    assert "John" not in out
    assert not there()
    deeds = in_store(lambda tx: tx.execute(select(audit.c.action, audit.c.username))).all()
    assert ("client.erase", "ada") in [tuple(row) for row in deeds]


def test_a_script_must_say_yes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("client001\n"))

    assert main(["erase", "client", "client001", "--by", "ada"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert there()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "status"), [("client001", 0), ("client002", 1), ("", 1)])
def test_who_types_the_id_again_means_it(
    monkeypatch: pytest.MonkeyPatch, typed: str, status: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed + "\n"))

    assert main(["erase", "client", "client001", "--by", "ada"]) == status
    assert there() is (status != 0)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["client-none", "--by", "ada"], 1, "does not exist"),
        (["client001", "--by", "nobody"], 2, "--by"),
    ],
)
def test_what_is_not_there_is_not_erased(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    assert main(["erase", "client", *arguments, "--yes"]) == status
    assert said in capsys.readouterr().err
    assert there()
