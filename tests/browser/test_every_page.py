"""Each page that the portal lists: for eyes, for a screen reader, by keyboard alone, on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from mhud.portal import STATIC
from tests.browser import keyboard
from tests.browser.axe import violations
from tests.browser.sights import TOO_WIDE, address, is_whole, paths, visitor
from tests.browser.windows import PHONE, Windows

# A text that is missing shows as its key, such as "cases.title"; events have names like it.
AREAS = "|".join(path.stem for path in (Path(STATIC) / "messages" / "en").glob("*.js"))
KEYS = re.compile(rf"\b(?:{AREAS})\.[a-z_]+\b")


@pytest.mark.parametrize("path", paths())
async def test_everybody_can_read_and_use_it(tour: Windows, path: str) -> None:
    """One visit, because most of the time is its beginning."""
    page = await tour.open(await address(tour.house, path), who=visitor(path))
    await is_whole(page)
    await expect(page).not_to_have_title("")
    assert KEYS.findall(await page.locator("body").inner_text()) == []
    assert await violations(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await violations(page) == []
    await _is_walked_by_tab(page)
    await page.set_viewport_size(PHONE)
    assert await page.evaluate(TOO_WIDE) <= 0
    assert await violations(page) == []


async def _is_walked_by_tab(page: Page) -> None:
    walk = await keyboard.walk(page)
    assert walk.missed == []
    assert walk.unseen == []
    assert walk.stuck == []
