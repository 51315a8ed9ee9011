"""Whoever can put a text into mhud puts a script there, and every page is opened."""

from __future__ import annotations

from playwright.async_api import Page

from tests.browser.hostile import HOSTILE, LONGER, MARK, Filling, texts_of_the_api
from tests.browser.house import House
from tests.browser.sights import ADMIN, address, paths, settled, visitor
from tests.browser.windows import Windows

RAN = "() => 'pwned' in window"
ELEMENTS = f"[onerror*='{MARK}'], [onload*='{MARK}'], script:not([src])"
CASES, CASE = "/cases/:id", "/#/cases/{}"
AT_LEAST = 8  # pages that show one of the texts: else this test would see nothing


async def test_no_text_of_anybody_becomes_an_element_or_runs(
    house: House, windows: Windows
) -> None:
    filling = Filling(house)
    case_id = await filling.everywhere()
    assert filling.filled == texts_of_the_api()
    showing = []
    pages = {who: await windows.open("/", who=who) for who in {ADMIN, *map(visitor, paths())}}
    for path in paths():
        page = pages[visitor(path)]
        await page.goto("about:blank")  # else only the part after the # would change
        await page.goto(CASE.format(case_id) if path == CASES else await address(house, path))
        if await _shows_it_as_text(page):
            showing.append(path)
    assert len(showing) >= AT_LEAST, showing


async def _shows_it_as_text(page: Page) -> bool:
    """Also on each of its tabs."""
    await settled(page)
    shown = await _is_harmless_and_shown(page)
    for tab in await page.locator("main [role=tab]").all():
        await tab.click()
        await settled(page)
        shown = await _is_harmless_and_shown(page) or shown
    return shown


async def _is_harmless_and_shown(page: Page) -> bool:
    assert not await page.evaluate(RAN)
    assert await page.locator(ELEMENTS).count() == 0
    text = await page.locator("body").inner_text()
    return HOSTILE in text or LONGER in text
