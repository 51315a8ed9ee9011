"""The pages for people as a browser gets them; what they look like there: tests/browser."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
    async with _serving(tmp_path) as client:
        first = await client.get("/portal/page.js")
        (tmp_path / "page.js").write_text("the second")
        known = {"If-None-Match": first.headers["ETag"]}
        second = await client.get("/portal/page.js", headers=known)
        (tmp_path / "later.js").write_text("came with the next version")
        third = await client.get("/portal/later.js")

        assert third.status == 200
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


def _built(folder: Path) -> Path:
    """A static folder of one module, and the bundles that were made of it."""
    own = folder / "static"
    (own / "app").mkdir(parents=True)
    (own / "vendor").mkdir()
    (own / "index.html").write_bytes((STATIC / "index.html").read_bytes())
    (own / "app/main.js").write_text("first")
    known = hashlib.sha256(b"first").hexdigest()
    (own / "vendor/pages.json").write_text(json.dumps({"app/main.js": known}))
    for name in ("kit.js", "pages.js", "pages.css"):
        (own / "vendor" / name).write_text(f"made of the first: {name}")
    return own


@asynccontextmanager
async def _serving(static: Path) -> AsyncIterator[Client]:
    app = web.Application()
    portal.mount(app, static)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_modules_and_styles_come_in_one_file_each_until_one_of_them_changes(
    tmp_path: Path,
) -> None:
    own = _built(tmp_path)
    async with _serving(own) as client:
        in_one = await (await client.get("/")).text()
        (own / "app/main.js").write_text("the second")
        apart = await (await client.get("/")).text()

    assert re.findall(r'rel="stylesheet" href="/portal/([^"?]+)', in_one) == ["vendor/pages.css"]
    assert "/portal/app/main.js" not in in_one
    assert "/portal/style/kit.css" in apart
    assert "/portal/app/main.js" in apart
    assert "/portal/vendor/pages" not in apart


async def test_bundles_are_kept_for_ever_by_the_version_that_the_first_page_names(
    tmp_path: Path,
) -> None:
    own = _built(tmp_path)
    async with _serving(own) as client:
        bundles = re.findall(r'/portal/vendor/pages[^"]+', await (await client.get("/")).text())
        kept = [(await client.get(name)).headers["Cache-Control"] for name in bundles]
        (own / "vendor/pages.js").write_text("made of another version")
        old = [await client.get(name) for name in bundles]
        new = re.findall(r'/portal/vendor/pages[^"]+', await (await client.get("/")).text())

    assert (len(bundles), len(set(bundles))) == (2, 2)
    assert all("immutable" in one for one in kept)
    assert {one.headers["Cache-Control"] for one in old if one.url.path.endswith(".js")} == {
        "no-cache"
    }
    assert len(set(bundles) & set(new)) == 1  # the style is as it was


async def test_a_page_that_is_open_can_ask_whether_there_is_another_version(
    tmp_path: Path,
) -> None:
    own = _built(tmp_path)
    async with _serving(own) as client:
        first = await client.get("/")
        page, version = await first.text(), first.headers["ETag"]
        same = (await client.head("/")).headers["ETag"]
        known = {"If-None-Match": version}
        unchanged = (await client.get("/", headers=known)).status
        (own / "vendor/pages.js").write_text("made of another version")
        changed = await client.get("/", headers=known)

    assert f'<meta name="version" content={version}>' in page
    assert (same, unchanged, changed.status) == (version, 304, 200)
    assert changed.headers["ETag"] != version


async def test_what_is_asked_for_again_and_again_is_read_from_the_disk_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    whole = Path.read_bytes

    def counted(path: Path) -> bytes:
        read.append(path.name)
        return whole(path)

    own = _built(tmp_path)
    async with _serving(own) as client:
        monkeypatch.setattr(Path, "read_bytes", counted)
        for _ in range(3):
            await client.get("/")
            await client.get("/portal/app/main.js")

    assert {name: read.count(name) for name in read if name != "pages.json"} == {
        "main.js": 2,  # once for its digest, once to pack it
        "pages.js": 1,
        "pages.css": 1,
    }


async def test_built_without_what_comes_from_npm_the_first_page_says_so(tmp_path: Path) -> None:
    own = tmp_path / "static"
    own.mkdir()
    (own / "index.html").write_bytes((STATIC / "index.html").read_bytes())
    async with _serving(own) as client:
        page = await (await client.get("/")).text()

    assert "make install" in page
    assert 'href="/docs"' in page
    assert "<script" not in page


async def test_a_name_that_no_file_can_have_is_that_of_no_file(api: Client) -> None:
    for name in ("a" * 300, "app/" + "b/" * 2000 + "c"):
        assert (await api.get(f"/portal/{name}.js")).status == 404
