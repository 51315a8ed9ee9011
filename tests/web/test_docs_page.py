"""`/docs` as a browser gets it; what it looks like there is for tests/test_docs_in_a_browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from mhud.config import IsolatedSettings
from mhud.portal import STATIC
from mhud.services.people import Person, add_person
from mhud.store.database import Database
from mhud.web import docs
from mhud.web.app import build_app
from mhud.web.cookie import NAME
from mhud.wiring import build_services
from tests.fake_clock import FakeClock
from tests.houses import PASSWORD
from tests.sealed_store import KEY

Client = TestClient[Any, Any]
FAR = {"X-Forwarded-For": "203.0.113.1"}


def policy(headers: Any) -> dict[str, str]:
    """By directive."""
    parts = (part.partition(" ") for part in headers["Content-Security-Policy"].split("; "))
    return {name: sources for name, _, sources in parts}


async def test_the_page_is_for_everybody_and_may_load_nothing_from_elsewhere(api: Client) -> None:
    answer = await api.get("/docs", headers=FAR)
    page = await answer.text()
    assert (answer.status, answer.content_type) == (200, "text/html")
    allowed = policy(answer.headers)
    assert allowed["default-src"] == "'none'"
    assert allowed["require-trusted-types-for"] == "'script'"
    assert {"'self'"} == {allowed[name] for name in ("script-src", "style-src", "connect-src")}
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert [one for one in loaded if not one.startswith(("/docs/", "data:"))] == []
    assert re.findall(r"<script(?![^>]*src=)|<style| style=| on\w+=", page) == []
    for path in (one for one in loaded if one.startswith("/docs/")):
        assert (await api.get(path)).status == 200, path


async def test_a_file_is_fetched_once_until_it_changes(api: Client) -> None:
    first = await api.get("/docs/files/docs.js")
    assert first.headers["Cache-Control"] == "no-cache"
    again = await api.get("/docs/files/docs.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status, first.content_type, again.status) == (200, "text/javascript", 304)
    assert policy(first.headers)["default-src"] == "'none'"


async def test_nothing_but_the_files_of_pages_is_handed_out(api: Client) -> None:
    for name in ("../__init__.py", "..%2f__init__.py", "%2e%2e/npm/package.json", "nosuch.js", ""):
        assert (await api.get(f"/docs/files/{name}")).status == 404, name


async def test_without_what_comes_from_npm_the_page_says_so(tmp_path: Path) -> None:
    own = tmp_path / "static"
    own.mkdir()
    (own / "docs.css").write_bytes((STATIC / "docs.css").read_bytes())
    app = web.Application()
    docs.mount(app, own)
    async with TestClient(TestServer(app)) as client:
        page = await (await client.get("/docs")).text()
    assert "make install" in page
    assert "/docs/openapi.json" in page
    assert "<script" not in page


# ---- the demo's way in


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Client]:
    """With an operator and an administrator."""
    settings = IsolatedSettings.model_validate(
        {"data_dir": tmp_path, "ami": {"port": 1}, "outbox": tmp_path / "outbox"}
    )
    db = await Database.open(tmp_path / "mhud.db", KEY)
    services = await build_services(settings, FakeClock(), db)
    for name, role in (("operator_ann", "operator"), ("admin_bea", "admin")):
        person = Person(username=name, name=name, role=role, password=PASSWORD)
        await add_person(services.access, person)
    async with TestClient(TestServer(build_app(services))) as client:
        yield client
    await services.access.close()
    await db.close()


async def test_in_a_demo_a_click_signs_in_as_its_administrator(demo: Client) -> None:
    assert 'id="sign-in"' in await (await demo.get("/docs")).text()
    answer = await demo.post("/docs/sign-in")
    cookie = answer.cookies[NAME]
    carried = {"Cookie": f"{NAME}={cookie.value}"}
    me = await (await demo.get("/helpline/api/users/me", headers=carried)).json()
    mine = await (await demo.get("/api/v1/sessions", headers=carried)).json()
    assert answer.status == 200
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert (me["data"]["username"], me["data"]["role"]) == ("admin_bea", "admin")
    assert [one["how"] for one in mine["sessions"]] == ["demo"]


async def test_nobody_from_elsewhere_is_signed_in_to_a_demo(demo: Client) -> None:
    for headers, status in (
        (FAR, 404),
        ({"Host": "demo.example"}, 404),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ):
        answer = await demo.post("/docs/sign-in", headers=headers)
        assert (answer.status, NAME in answer.cookies) == (status, False), headers


async def test_a_daemon_that_is_no_demo_signs_nobody_in(api: Client) -> None:
    assert (await api.post("/docs/sign-in")).status in {404, 405}
    assert 'id="sign-in"' not in await (await api.get("/docs")).text()
