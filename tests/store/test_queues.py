"""Settings of queues that were changed by API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mhud.errors import Code, MhudError
from mhud.store.database import Database
from mhud.store.queues import OwnSettings, all_settings, save_settings
from tests.fake_clock import START


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "mhud.sqlite3")
    yield database
    await database.close()


async def test_each_change_is_a_new_version(db: Database) -> None:
    async with db.write() as tx:
        await save_settings(tx, "support", {"name": "Support"}, 0, START)
        await save_settings(tx, "support", {"max_wait_time": 300}, 1, START)
    async with db.read() as tx:
        assert await all_settings(tx) == {
            "support": OwnSettings(settings={"max_wait_time": 300}, version=2)
        }


async def test_an_old_version_is_not_replaced(db: Database) -> None:
    async with db.write() as tx:
        await save_settings(tx, "support", {"name": "Support"}, 0, START)
    with pytest.raises(MhudError) as caught:
        async with db.write() as tx:
            await save_settings(tx, "support", {}, 0, START)
    assert caught.value.code is Code.PRECONDITION_FAILED
