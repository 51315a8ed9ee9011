"""`mhud recount`, run as an operator runs it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mhud.cli import main
from mhud.config import load
from mhud.feeds.records import call_row
from mhud.store.calls import save_calls
from mhud.store.database import Database
from tests.feed_things import a_call, ended
from tests.tallied import kept


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MHUD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MHUD_DATA_DIR", str(tmp_path / "data"))


def test_all_calls_are_counted_again_and_it_is_said_how_many(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def before() -> None:
        db = await Database.of(load())
        rows = [call_row(ended(a_call(f"c{n}")), ZoneInfo("UTC")) for n in range(3)]
        async with db.write() as tx:
            await save_calls(tx, rows)
        await db.close()

    async def counted() -> tuple[int, int]:
        db = await Database.of(load())
        rows = await kept(db)
        await db.close()
        calls = sum(row[4] for row in rows["call_quarters"] if row[0] == 0)
        return calls, len(rows["caller_quarters"])

    asyncio.run(before())
    for _ in range(2):
        assert main(["recount"]) == 0
        assert capsys.readouterr().out == "3 calls counted again\n"
    assert asyncio.run(counted()) == (3, 1)
