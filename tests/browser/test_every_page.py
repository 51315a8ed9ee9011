"""Each page, in both themes: accessible, by keyboard alone, and without a complaint."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import keyboard
from tests.browser.axe import violations
from tests.browser.sights import address, paths, settled, visitor
from tests.browser.windows import PHONE, Windows


@pytest.mark.parametrize("path", paths())
async def test_it_is_accessible_in_light_and_dark(tour: Windows, path: str) -> None:
    page = await tour.open(address(path), who=visitor(path), theme="light")
    await settled(page)
    assert await violations(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await violations(page) == []
    await expect(page).not_to_have_title("")


@pytest.mark.parametrize("path", paths())
async def test_nothing_of_it_hangs_over_the_edge_of_a_phone(tour: Windows, path: str) -> None:
    page = await tour.open(address(path), who=visitor(path), size=PHONE, has_touch=True)
    await settled(page)
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(too_wide) <= 0
    assert await violations(page) == []


@pytest.mark.parametrize("path", paths())
async def test_everything_of_it_is_reached_by_tab_and_seen_there(tour: Windows, path: str) -> None:
    page = await tour.open(address(path), who=visitor(path))
    await settled(page)
    walk = await keyboard.walk(page)
    assert walk.missed == []
    assert walk.unseen == []
    assert walk.stuck == []
