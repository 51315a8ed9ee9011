"""The demo's outbox page: there in a demo, on this machine, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from mhud.config import IsolatedSettings
from mhud.messages.message import Message
from mhud.messages.outbox import Outbox
from mhud.store.database import Database
from mhud.web.app import build_app
from mhud.wiring import build_services
from tests.fake_clock import FakeClock
from tests.houses import House
from tests.sealed_store import KEY

Client = TestClient[Any, Any]
TO = "john@helpline.org"


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Client]:
    """With one letter in its outbox."""
    clock = FakeClock()
    settings = IsolatedSettings.model_validate(
        {"data_dir": tmp_path, "ami": {"port": 1}, "outbox": tmp_path / "outbox"}
    )
    outbox = Outbox(tmp_path / "outbox", clock)
    await outbox.carry(Message(kind="email", to=TO, subject="<b>Code</b>", text="123456 <i>"))
    db = await Database.open(tmp_path / "mhud.db", KEY)
    services = await build_services(settings, clock, db)
    async with TestClient(TestServer(build_app(services))) as client:
        yield client
    await services.access.close()
    await db.close()


async def test_it_is_one_click_from_the_first_page_and_shows_each_code(demo: Client) -> None:
    home = await (await demo.get("/")).text()
    answer = await demo.get("/outbox")
    page = await answer.text()

    assert 'href="/outbox"' in home
    assert answer.content_type == "text/html"
    assert "123456" in page
    assert TO in page


async def test_each_letter_is_there_as_a_file(demo: Client) -> None:
    page = await (await demo.get("/outbox")).text()
    name = page.partition('href="/outbox/')[2].partition('"')[0]
    answer = await demo.get(f"/outbox/{name}")

    assert answer.content_type == "text/plain"
    assert f"To: {TO}" in await answer.text()
    assert (await demo.get("/outbox/other.eml")).status == 404
    assert (await demo.get("/outbox/..%2f..%2fmhud.db")).status == 404


async def test_what_a_message_says_is_no_markup_of_the_page(demo: Client) -> None:
    page = await (await demo.get("/outbox")).text()

    assert "<b>Code</b>" not in page
    assert "&lt;b&gt;Code&lt;/b&gt;" in page


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-For": "192.0.2.1"},
        {"Forwarded": "for=192.0.2.1"},
    ],
)
async def test_a_proxy_and_a_page_that_took_our_address_see_nothing(
    demo: Client, headers: dict[str, str]
) -> None:
    assert (await demo.get("/outbox", headers=headers)).status == 404


async def test_a_house_that_is_no_demo_has_none(api: Client, home: House) -> None:
    assert (await api.get("/outbox")).status == 404
    assert "/outbox" not in await (await api.get("/")).text()
    assert "outbox" not in type(home.services.settings).model_fields
