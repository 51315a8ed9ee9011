"""A whole daemon without a PBX: real store, state, pump, access and web application.

The link is real too, but nobody listens where it would connect to: it stays down unless a test
gives it a (simulated) Asterisk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mhud.config import Settings
from mhud.services import Services
from mhud.services.keys import KeyWish, add_key
from mhud.services.people import Person, Phone, add_person
from mhud.store.database import Database
from mhud.store.key import DatabaseKey
from mhud.wiring import build_services
from tests.fake_clock import FakeClock
from tests.sealed_store import KEY

PASSWORD = "seven small lighthouses"
_TABLES: dict[DatabaseKey | None, bytes] = {}


@dataclass(frozen=True, slots=True)
class House:
    """`services` as handlers get them, and a clock whose hands the test turns."""

    services: Services
    clock: FakeClock

    async def key(
        self, *rights: str, tier: str = "enterprise:100000", owner: int | None = None
    ) -> str:
        """A new API key's text; without an owner it acts as a service user."""
        wish = KeyWish(name="of a test", rights=rights or ("all",), tier=tier)
        return (await add_key(self.services.access, wish, owner)).secret

    async def headers(self, *rights: str, **options: Any) -> dict[str, str]:
        return {"X-API-Key": await self.key(*rights, **options)}

    async def person(
        self, username: str = "jane", role: str = "operator", agent_id: str | None = None
    ) -> int:
        """The id of a new user whose password is PASSWORD."""
        phone = Phone(agent_id=agent_id, interface=f"PJSIP/{agent_id}") if agent_id else None
        person = Person(
            username=username, name=username.title(), role=role, password=PASSWORD, phone=phone
        )
        return (await add_person(self.services.access, person)).id


def settings_for(folder: Path, **changes: Any) -> Settings:
    """Nobody listens on port 1."""
    return Settings(**{"data_dir": folder, "ami": {"port": 1, "connect_timeout_s": 0.2}, **changes})


@asynccontextmanager
async def house(
    folder: Path, clock: FakeClock | None = None, **changes: Any
) -> AsyncIterator[House]:
    """`changes` are settings. Nothing runs but the ledger's writer; feed the pump by hand."""
    hands = clock or FakeClock()
    settings = settings_for(folder, **changes)
    db = await _furnished(folder / "mhud.db", KEY if settings.store.encryption == "on" else None)
    services = await build_services(settings, hands, db)
    writer = asyncio.create_task(services.ledger.run())
    try:
        yield House(services, hands)
    finally:
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        await services.access.close()
        await db.close()


async def _furnished(path: Path, key: DatabaseKey | None) -> Database:
    """A database whose tables were made once for all tests: migrations have tests of their own."""
    if key not in _TABLES:
        await (await Database.open(path, key)).close()
        _keep_tables(path, key)
    else:
        _lay_tables(path, key)
    return await Database.open(path, key)


def _keep_tables(path: Path, key: DatabaseKey | None) -> None:
    _TABLES[key] = path.read_bytes()


def _lay_tables(path: Path, key: DatabaseKey | None) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_TABLES[key])
