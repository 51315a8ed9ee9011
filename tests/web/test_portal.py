"""The pages for people as a browser gets them; what they look like there: tests/browser."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from mhud.portal import STATIC
from mhud.web import portal

Client = TestClient[Any, Any]
FAR = {"X-Forwarded-For": "203.0.113.1"}


async def test_the_first_page_is_for_everybody_and_loads_nothing_from_elsewhere(
    api: Client,
) -> None:
    answer = await api.get("/", headers=FAR)
    page = await answer.text()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert (answer.status, answer.content_type) == (200, "text/html")
    assert loaded
    assert [one for one in loaded if not one.startswith("/portal/")] == []
    assert re.findall(r"<script(?![^>]*src=)|<style| style=| on\w+=", page) == []
    for path in loaded:
        assert (await api.get(path)).status == 200, path


async def test_its_policy_lets_no_markup_become_a_script(api: Client) -> None:
    headers = (await api.get("/")).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app/main.js", "text/javascript"),
        ("vendor/kit.js", "text/javascript"),
        ("style/kit.css", "text/css"),
        ("style/icon.svg", "image/svg+xml"),
    ],
)
async def test_a_file_is_fetched_once_until_it_changes(api: Client, name: str, kind: str) -> None:
    first = await api.get(f"/portal/{name}")
    again = await api.get(f"/portal/{name}", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status, first.content_type, again.status) == (200, kind, 304)
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_text_is_sent_packed_to_who_can_unpack_it(api: Client) -> None:
    path = "/portal/vendor/kit.js"
    packed = await api.get(path, headers={"Accept-Encoding": "gzip"})
    plain = await api.get(path, headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 2
    assert await packed.read() == await plain.read()
    assert {packed.headers["Vary"], plain.headers["Vary"]} == {"Accept-Encoding"}
    assert packed.headers["ETag"] != plain.headers["ETag"]


async def test_a_file_that_is_changed_is_sent_anew(tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text("first")
    app = web.Application()
    portal.mount(app, tmp_path)
    async with TestClient(TestServer(app)) as client:
        first = await client.get("/portal/page.js")
        (tmp_path / "page.js").write_text("the second")
        known = {"If-None-Match": first.headers["ETag"]}
        second = await client.get("/portal/page.js", headers=known)

        assert [await first.text(), await second.text()] == ["first", "the second"]


async def test_nothing_but_the_files_of_pages_is_handed_out(api: Client) -> None:
    hidden = ("../__init__.py", "..%2f__init__.py", "%2e%2e/npm/package.json", "vendor/built-of")
    for name in (*hidden, "index.html", "nosuch.js", "", "vendor"):
        assert (await api.get(f"/portal/{name}")).status == 404, name


async def test_each_module_that_a_module_names_is_there() -> None:
    named = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"'$]+)["']""")
    modules = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]
    missing = [
        f"{path.relative_to(STATIC)} names {other}"
        for path in modules
        for other in named.findall(path.read_text())
        if not (path.parent / other).is_file()
    ]

    assert len(modules) > 40
    assert missing == []


async def test_the_modules_come_in_one_file_until_one_of_them_changes(tmp_path: Path) -> None:
    own = tmp_path / "static"
    (own / "app").mkdir(parents=True)
    (own / "vendor").mkdir()
    (own / "index.html").write_bytes((STATIC / "index.html").read_bytes())
    (own / "vendor/kit.js").touch()
    (own / "app/main.js").write_text("first")
    known = hashlib.sha256(b"first").hexdigest()
    (own / "vendor/pages.json").write_text(json.dumps({"app/main.js": known}))
    app = web.Application()
    portal.mount(app, own)
    async with TestClient(TestServer(app)) as client:
        in_one = await (await client.get("/")).text()
        (own / "app/main.js").write_text("the second")
        apart = await (await client.get("/")).text()

    assert ("/portal/vendor/pages.js" in in_one, "/portal/app/main.js" in in_one) == (True, False)
    assert ("/portal/vendor/pages.js" in apart, "/portal/app/main.js" in apart) == (False, True)


async def test_built_without_what_comes_from_npm_the_first_page_says_so(tmp_path: Path) -> None:
    own = tmp_path / "static"
    own.mkdir()
    (own / "index.html").write_bytes((STATIC / "index.html").read_bytes())
    app = web.Application()
    portal.mount(app, own)
    async with TestClient(TestServer(app)) as client:
        page = await (await client.get("/")).text()

    assert "make install" in page
    assert 'href="/docs"' in page
    assert "<script" not in page
