"""One browser for all tests of this folder; a house and windows for each that asks."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.busy import SETTINGS, busy
from tests.browser.house import House, Template, quiet_site, running_house, template
from tests.browser.windows import CHROMIUM, OPTIONS, Windows

HERE = Path(__file__).parent
ELSEWHERE = HERE / "asterisk"  # what needs a PBX is of that tier


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one loop: the browser lives longer than a test."""
    for item in items:
        if item.path.is_relative_to(HERE) and not item.path.is_relative_to(ELSEWHERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(120))
            if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's. Its absence is an error of each test, never a skip."""
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS])
        try:
            yield found
        finally:
            await found.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """What the data directory of each house begins with."""
    return await template(tmp_path_factory.mktemp("template") / "data")


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path, filled: Template) -> AsyncIterator[House]:
    async with running_house(filled, tmp_path / "data") as built:
        yield built


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def showroom(
    tmp_path_factory: pytest.TempPathFactory, filled: Template
) -> AsyncIterator[House]:
    """For tests that only look: nobody changes anything there."""
    folder = tmp_path_factory.mktemp("showroom") / "data"
    async with running_house(filled, folder, quiet_site(), **SETTINGS) as built:
        await busy(built)
        yield built


@pytest_asyncio.fixture(loop_scope="session")
async def windows(browser: Browser, house: House) -> AsyncIterator[Windows]:
    async with _watched(browser, house) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def tour(browser: Browser, showroom: House) -> AsyncIterator[Windows]:
    """Windows of the showroom."""
    async with _watched(browser, showroom) as opened:
        yield opened


@asynccontextmanager
async def _watched(browser: Browser, house: House) -> AsyncIterator[Windows]:
    opened = Windows(browser, house)
    try:
        yield opened
    finally:
        await opened.close()
    assert opened.unexpected() == []
