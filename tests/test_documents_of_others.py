"""Programs that nobody here wrote read our documents, build our package and show our page."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.async_api import Page, async_playwright, expect

from mhud.feeds.filters import EVENT_TYPES
from mhud.web import asyncapi
from tests.running_demo import running_demo

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).parent.parent
PARSER = Path(__file__).parent / "documents" / "asyncapi"
ERROR = 0  # of the parser's severities
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
CHROMIUM = "/usr/bin/chromium"
SHOWN_MS = 30_000  # what takes a moment on a machine that has nothing else to do
HOSTILE = (
    '<p style="color: red" onclick="x()">Plain <a href="https://x.example/" target="_blank">b</a>'
    "<img src=x onerror=x()><script>x()</script><svg><a href='javascript:x()'>c</a></svg></p>"
    '<iframe srcdoc="<script>x()</script>"></iframe>'
)


def run(folder: Path, *command: str, **env: str) -> str:
    """What it prints."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_asyncapi_parser_accepts_the_document_and_finds_each_event(tmp_path: Path) -> None:
    folder = tmp_path / "parser"
    shutil.copytree(PARSER, folder)
    run(folder, *INSTALL)
    (folder / "asyncapi.json").write_bytes(orjson.dumps(asyncapi.document()))
    found = json.loads(run(folder, "node", "check.mjs", "asyncapi.json"))
    assert [one for one in found["said"] if one["severity"] == ERROR] == []
    assert found["version"] == "3.0.0"
    assert set(found["messages"]) >= EVENT_TYPES


def test_a_wheel_is_built_with_its_pages_on_a_machine_without_node(tmp_path: Path) -> None:
    """As a fresh machine, and the Dockerfile: the build gets node by itself."""
    source, programs = tmp_path / "source", tmp_path / "bin"
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        source.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source)
    left = shutil.ignore_patterns("vendor", "__pycache__")
    shutil.copytree(ROOT / "mhud", source / "mhud", ignore=left)
    programs.mkdir()
    for name in ("sh", "bash", "env", "uname"):
        (programs / name).symlink_to(str(shutil.which(name)))
    build = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), ".")
    run(source, sys.executable, *build, PATH=str(programs))
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    vendor = "mhud/portal/static/vendor/swagger-ui-dist/"
    assert {vendor + "swagger-ui-bundle.js", vendor + "LICENSE", vendor + "NOTICE"} <= names
    assert {"mhud/portal/static/docs.js", "mhud/web/examples.json"} <= names
    assert not [name for name in names if name.startswith("mhud/portal/npm")]


# ---- a browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with running_demo(tmp_path_factory.mktemp("demo")) as ready:
        yield ready


async def test_a_browser_shows_the_page_signs_in_and_asks_without_leaving_the_machine(
    demo: dict[str, Any],
) -> None:
    async with async_playwright() as playwright:
        options = ["--no-sandbox"]  # CI is root
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        try:
            page = await browser.new_page()
            await _read_and_try(page, demo["base_url"])
        finally:
            await browser.close()


async def _read_and_try(page: Page, base: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{base}/docs")
    await page.click("#operations-tag-calls")
    operation = page.locator("#operations-calls-mhu_active_calls")
    await operation.wait_for()
    webhooks = page.locator("text=call.ended")
    await expect(webhooks).not_to_have_count(0, timeout=SHOWN_MS)  # they are there, too
    description = page.locator(".info .renderedMarkdown")
    strong = description.locator("strong")
    await strong.nth(2).wait_for(state="attached")  # Markdown passed the guard

    await page.click("#sign-in button")
    await page.locator("#who", has_text="Signed in as admin_alice (admin).").wait_for()
    await operation.locator(".opblock-summary").click()
    await operation.locator("button.execute").click()
    answer = operation.locator(".live-responses-table .response-col_status").nth(1)
    await expect(answer).to_have_text(re.compile(r"^\s*200"), timeout=SHOWN_MS)

    assert [url for url in asked if not url.startswith((base, "data:"))] == []
    # before the click nobody is known, which the browser tells like any answer of 401
    assert [one for one in complaints if "401 (Unauthorized)" not in one] == []

    guard = "text => trustedTypes.defaultPolicy.createHTML(text).toString()"
    assert await page.evaluate(guard, HOSTILE) == '<p>Plain <a href="https://x.example/">b</a></p>'
