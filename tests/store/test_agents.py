"""The roster out of the table of users."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from mhud.store.agents import roster
from mhud.store.database import Database
from mhud.store.schema import roles, users
from tests.fake_clock import START


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "mhud.sqlite3")
    names = ("operator", "supervisor")
    rows: list[dict[str, object]] = [
        {"name": name, "rights": [], "built_in": True} for name in names
    ]
    async with database.write() as tx:
        await tx.execute(insert(roles), rows)
    yield database
    await database.close()


async def add(db: Database, username: str, **more: Any) -> None:
    row = {"username": username, "name": username, "role": "operator", "created_at": START, **more}
    async with db.write() as tx:
        await tx.execute(insert(users).values(**row))


async def test_the_roster_is_everybody_with_an_agent_id(db: Database) -> None:
    await add(db, "clerk")
    await add(db, "gone", agent_id="agent009", disabled=True)
    await add(
        db,
        "jsmith",
        agent_id="agent001",
        name="Jane Smith",
        interface="Local/1001@agents/n",
        extension="1001",
        queues=["support", "crisis"],
        skills={"support": 80},
    )
    async with db.read() as tx:
        (jane,) = await roster(tx)
    assert (jane.id, jane.name, jane.interface) == ("agent001", "Jane Smith", "Local/1001@agents/n")
    assert (jane.queues, jane.skills, jane.roles) == (
        ("support", "crisis"),
        {"support": 80},
        ("agent",),
    )


async def test_an_agent_without_an_interface_has_the_phone_of_his_id(db: Database) -> None:
    await add(db, "boss", agent_id="agent010", role="supervisor")
    async with db.read() as tx:
        (boss,) = await roster(tx)
    assert (boss.interface, boss.roles) == ("PJSIP/agent010", ("agent", "supervisor"))
