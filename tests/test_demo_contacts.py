"""What calls left behind at the demo's helpline, and whom it is to call back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from mhud.config import IsolatedSettings
from mhud.demo_data import seed
from mhud.store.database import Database
from mhud.web.app import build_app
from mhud.wiring import build_services
from tests.fake_clock import FakeClock
from tests.printed_openchs import endpoint

(PRINTED,) = endpoint("GET", "/cases/{id}/communications").response["data"]
Ask = Any


@pytest.fixture
async def ask(tmp_path: Path) -> AsyncIterator[Ask]:
    """What the demo's key is answered, after two starts on one folder."""
    settings = IsolatedSettings.model_validate({"data_dir": tmp_path, "ami": {"port": 1}})
    clock = FakeClock()
    await seed(settings, clock)
    credentials = await seed(settings, clock)
    db = await Database.of(settings)
    services = await build_services(settings, clock, db)

    async with TestClient(TestServer(build_app(services))) as http:

        async def get(path: str) -> Any:
            headers = {"X-API-Key": credentials.api_key}
            async with http.get(path, headers=headers) as answer:
                return await answer.json()

        yield get
    await services.access.close()
    await db.close()


async def test_the_communication_of_case_123_is_the_printed_one(ask: Ask) -> None:
    (found,) = (await ask("/helpline/api/cases/123/communications"))["data"]
    not_yet = {"audio_file_path": None, "audio_processed": False}
    assert {name: found[name] for name in PRINTED} == {**PRINTED, **not_yet}


async def test_the_printed_call_waits_for_its_agent(ask: Ask) -> None:
    (found,) = (await ask("/helpline/api/communications/pending"))["data"]
    assert (found["call_id"], found["user_name"]) == ("call789012", "jsmith")
    assert (found["duration"], found["contact_address"]) == (540, "+1234567890")


async def test_some_people_are_to_be_called_back(ask: Ask) -> None:
    found = (await ask("/api/v1/callbacks"))["callbacks"]
    assert [one["due_at"] for one in found] == sorted(one["due_at"] for one in found)
    assert len(found) == 4
    assert {one["assigned_user_id"] for one in found} == {None, 5, 8}
