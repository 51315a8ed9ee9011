"""What a page shows while there is nothing to show: still waiting, refused, in trouble, empty."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.house import House, bare_template, quiet_site, running_house
from tests.browser.sights import TOO_WIDE, address, paths, visitor
from tests.browser.windows import LAPTOP, PHONE, Windows

# All that a page reads, but who one is.
READ = re.compile(r"/(api/v1|helpline/api)/(?!users/me$)")
GONE = re.compile("This is not there|There is no such")
BUG = "Something went wrong on this page"
ASKS_NOTHING = {
    "/cases/new",
    "/clients",
    "/reports/new",
    "/users/new",
}  # a form that can be filled in all the same
Answer = Callable[[Route], Awaitable[None]]


def refused(status: int) -> Answer:
    async def answer(route: Route) -> None:
        await route.fulfill(status=status, json={"error": True, "message": "no", "code": "NO"})

    return answer


async def unreached(route: Route) -> None:
    await route.abort("connectionrefused")


REFUSALS: dict[str, tuple[Answer, str]] = {
    "500": (refused(500), "The server made a mistake"),
    "403": (refused(403), "Your role does not allow this"),
    "503": (refused(503), "This does not work right now"),
    "network": (unreached, "The server can't be reached"),
}


async def _is_fit_to_be_seen(page: Page) -> None:
    """By axe in both themes, and on a phone; it has a heading and no fault of ours."""
    await expect(page.locator("main h1")).to_be_visible()  # and one: before, it is a hidden one
    await expect(page.locator("main h1")).to_have_count(1)
    await expect(page.locator("[data-coming]")).to_have_count(0)  # else it changes under our eyes
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        assert await violations(page) == [], theme
    await page.set_viewport_size(PHONE)
    assert await violations(page) == [], "on a phone"
    assert await page.evaluate(TOO_WIDE) <= 0
    await page.set_viewport_size(LAPTOP)
    await expect(page.get_by_text(BUG)).to_have_count(0)


@pytest.mark.parametrize("path", paths())
async def test_one_can_read_that_a_page_waits(tour: Windows, path: str) -> None:
    page = await tour.open("about:blank", who=visitor(path))
    at, never = await address(tour.house, path), asyncio.Event()

    async def held(route: Route) -> None:
        await never.wait()

    await page.route(READ, held)
    await page.goto(at)
    await expect(page.locator("main h1")).to_be_visible()
    await _is_fit_to_be_seen(page)
    await page.unroute_all(behavior="ignoreErrors")
    never.set()


@pytest.mark.parametrize("path", paths())
async def test_a_page_says_what_went_wrong_and_what_to_do(tour: Windows, path: str) -> None:
    tour.expects("Failed to load resource", "WebSocket")
    page = await tour.open("about:blank", who=visitor(path))
    at = await address(tour.house, path)
    for answer, words in REFUSALS.values():
        await page.goto("about:blank")
        await page.route(READ, answer)
        await page.goto(at)
        if path not in ASKS_NOTHING:
            await expect(page.get_by_role("main").get_by_text(words).first).to_be_visible()
        await _is_fit_to_be_seen(page)
        await page.unroute_all(behavior="wait")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def empty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A helpline on its first day."""
    folder = tmp_path_factory.mktemp("empty")
    bare = await bare_template(folder / "template")
    async with running_house(bare, folder / "data", quiet_site()) as built:
        yield built


@pytest.mark.parametrize("path", [path for path in paths() if ":" not in path])
async def test_a_page_of_a_helpline_on_its_first_day_can_be_read(
    browser: Browser, empty: House, path: str
) -> None:
    windows = Windows(browser, empty)
    page = await windows.open(f"/#{path}", who=visitor(path))
    await expect(page.locator("main h1")).to_be_visible()
    await expect(_waiting(page)).to_have_count(0)
    await _is_fit_to_be_seen(page)
    await windows.close()
    assert windows.unexpected() == []


@pytest.mark.parametrize("path", [path for path in paths() if ":id" in path])
async def test_a_page_about_what_is_not_there_says_so(tour: Windows, path: str) -> None:
    tour.expects("404 (Not Found)", "400 (Bad Request)")
    page = await tour.open(f"/#{path.replace(':id', '987654321')}", who=visitor(path))
    await expect(page.get_by_role("main").get_by_text(GONE).first).to_be_visible()
    await _is_fit_to_be_seen(page)


def _waiting(page: Page) -> Locator:
    return page.locator(".loading, [aria-busy=true], [data-coming]")
