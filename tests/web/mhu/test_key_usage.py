"""`/api/v1/keys/{id}/usage`: what a key asked, by day of the helpline."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from mhud.services.keys import KeyWish, add_key, revoke_key
from mhud.services.usage import KeyUsage
from mhud.web.app import build_app
from tests.call_centre import call_centre
from tests.fake_clock import FakeClock
from tests.houses import House, house
from tests.poller import poller
from tests.sealed_store import inside

Api = TestClient[Any, Any]
EVENING = datetime(2025, 3, 3, 18, 0, tzinfo=UTC)  # in Kathmandu it is 23:45
QUEUES = "/api/v1/queues/stats"


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """In Kathmandu, a quarter of an hour before midnight."""
    async with house(tmp_path, FakeClock(EVENING), timezone="Asia/Kathmandu") as built:
        yield built


@pytest.fixture
async def api(home: House, aiohttp_client: AiohttpClient) -> Api:
    return await aiohttp_client(build_app(home.services))


async def a_key(home: House, name: str, tier: str = "standard") -> tuple[str, dict[str, str]]:
    """Its id, and headers with it."""
    made = await add_key(home.services.access, KeyWish(name=name, rights=["all"], tier=tier), None)
    return made.key.id, {"X-API-Key": made.secret}


async def usage(api: Api, key_id: str, asker: dict[str, str], query: str = "") -> dict[str, Any]:
    """By day, without the days on which nothing was asked."""
    answer = await api.get(f"/api/v1/keys/{key_id}/usage{query}", headers=asker)
    assert answer.status == 200
    days = {day.pop("day"): day for day in (await answer.json())["days"]}
    return {day: counts for day, counts in days.items() if any(counts.values())}


async def test_what_a_key_asked_is_told_by_day_and_kind_of_answer(api: Api, home: House) -> None:
    _, asker = await a_key(home, "who asks", "premium")
    key_id, headers = await a_key(home, "crm")
    for _ in range(2):
        await api.get(QUEUES, headers=headers)
    await api.get("/api/v1/calls/call404", headers=headers)
    await home.clock.advance(20 * 60)  # past midnight
    for _ in range(61):
        await api.get(QUEUES, headers=headers)

    monday = {"requests": 3, "refused": 1, "rate_limited": 0, "failed": 0}
    tuesday = {"requests": 61, "refused": 0, "rate_limited": 1, "failed": 0}
    told = await usage(api, key_id, asker)
    assert told == {"2025-03-03": monday, "2025-03-04": tuesday}
    assert await usage(api, key_id, asker, "?since=2025-03-04") == {"2025-03-04": tuesday}


async def test_what_was_written_and_what_was_not_yet_add_up(api: Api, home: House) -> None:
    _, asker = await a_key(home, "who asks", "premium")
    key_id, headers = await a_key(home, "crm")
    await api.get(QUEUES, headers=headers)
    await home.services.usage.write()
    await api.get(QUEUES, headers=headers)
    await home.services.usage.write()
    await api.get(QUEUES, headers=headers)
    await revoke_key(home.services.access, key_id)
    assert (await api.get(QUEUES, headers=headers)).status == 401

    told = await usage(api, key_id, asker)
    assert told["2025-03-03"]["requests"] == 3
    after_a_restart = KeyUsage(home.services.db, home.clock, home.services.settings.timezone)
    kept = await after_a_restart.of_key(key_id, None, None)
    assert (len(kept), kept[-1].requests) == (30, 2)


async def test_a_poller_whose_bytes_are_known_is_counted_like_any_other(tmp_path: Path) -> None:
    async with call_centre(tmp_path) as centre:
        key_id, headers = await a_key(centre.house, "wallboard")
        async with poller(centre.services, headers) as wallboard:
            for _ in range(3):
                await wallboard.get(QUEUES)
            assert wallboard.parsed == 1
        assert (await centre.services.usage.of_key(key_id, None, None))[-1].requests == 3


async def test_counts_that_the_database_refuses_are_written_with_the_next(
    api: Api, home: House
) -> None:
    key_id, headers = await a_key(home, "crm")
    await api.get(QUEUES, headers=headers)
    counting, path = home.services.usage, home.services.db.path
    with inside(path) as other:
        other.execute("ALTER TABLE key_usage RENAME TO gone")
        await counting.write()
        other.execute("ALTER TABLE gone RENAME TO key_usage")
    await api.get(QUEUES, headers=headers)
    await counting.write()
    (today,) = await counting.of_key(key_id, EVENING.date(), EVENING.date())
    assert today.requests == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2025-03-04&until=2025-03-03", "since"),
        ("since=2023-03-01&until=2025-03-03", "since"),
        ("since=yesterday", "since"),
        ("until=20250303", "until"),
        ("until=0001-01-05", "until"),
        ("days=3", "days"),
    ],
)
async def test_a_stretch_that_is_none_is_refused(
    api: Api, home: House, query: str, field: str
) -> None:
    key_id, headers = await a_key(home, "crm")
    answer = await api.get(f"/api/v1/keys/{key_id}/usage?{query}", headers=headers)
    shape = await answer.json()
    assert (answer.status, shape["details"][0]["field"]) == (400, field)


async def test_an_unknown_key_is_404(api: Api, home: House) -> None:
    _, headers = await a_key(home, "crm")
    assert (await api.get("/api/v1/keys/key-none/usage", headers=headers)).status == 404
