"""What lies on the desks of the demo's helpline."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from mhud.config import IsolatedSettings
from mhud.demo_data import seed
from mhud.services.case_words import Priority, Status
from mhud.store.database import Database
from mhud.web.app import build_app
from mhud.wiring import build_services
from tests.fake_clock import FakeClock
from tests.printed_openchs import endpoint

PRINTED = endpoint("GET", "/cases/{id}").response["data"]
MOVES = ("status_change", "resolution")
Ask = Any


@pytest.fixture(params=["seeded once", "seeded twice"])
async def ask(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Ask]:
    """What the demo's key is answered."""
    settings = IsolatedSettings.model_validate({"data_dir": tmp_path, "ami": {"port": 1}})
    clock = FakeClock()
    credentials = await seed(settings, clock)
    if request.param == "seeded twice":
        credentials = await seed(settings, clock)
    db = await Database.of(settings)
    services = await build_services(settings, clock, db)

    async with TestClient(TestServer(build_app(services))) as http:

        async def get(path: str) -> Any:
            headers = {"X-API-Key": credentials.api_key}
            async with http.get(f"/helpline/api{path}", headers=headers) as answer:
                return await answer.json()

        yield get
    await services.access.close()
    await db.close()


async def test_case_123_is_the_printed_one_and_the_others_are_dozens(ask: Ask) -> None:
    found = (await ask("/cases/123"))["data"]
    assert {name: found[name] for name in PRINTED} == PRINTED
    listed = await ask("/cases?limit=100")
    assert 30 < listed["pagination"]["total"] < 100
    cases = listed["data"]
    numbers = [case["case_number"] for case in cases]
    assert len(set(numbers)) == len(numbers)
    assert {case["status"] for case in cases} == set(Status)
    assert {case["priority"] for case in cases} == set(Priority)
    assert all((case["assigned_user_id"] is None) <= (case["status"] == "open") for case in cases)
    for case in cases:
        history = (await ask(f"/cases/{case['id']}/activities"))["data"]
        told = [one["new_value"] for one in history if one["activity_type"] in MOVES]
        assert told[0] == case["status"]
