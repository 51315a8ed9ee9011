"""Each dialog that a page can open: for a screen reader, by keyboard, on a phone."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.axe import violations
from tests.browser.every_dialog import Walk
from tests.browser.sights import TOO_WIDE, address, is_whole, paths, visitor
from tests.browser.windows import LAPTOP, PHONE, Windows

# Pages with dialogs; were none found there, this test would see nothing.
OPENING = {
    "/agents",
    "/api-keys",
    "/cases/:id",
    "/clients",
    "/clients/:id",
    "/dispositions",
    "/panel",
    "/users/:id",
    "/wallboard",
    "/webhooks",
    "/webhooks/:id",
}


async def _can_be_used(page: Page) -> None:
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        assert await violations(page) == [], theme
    await page.set_viewport_size(PHONE)
    assert await page.evaluate(TOO_WIDE) <= 0
    sideways = "[...document.querySelectorAll('dialog[open], dialog[open] .dialog-body')]"
    assert await page.evaluate(f"{sideways}.every(one => one.scrollWidth <= one.clientWidth)")
    await page.set_viewport_size(LAPTOP)


@pytest.mark.parametrize("path", paths())
async def test_its_dialogs_keep_the_focus_and_give_it_back(tour: Windows, path: str) -> None:
    tour.expects("status of 503")
    page = await tour.open(await address(tour.house, path), who=visitor(path))
    await is_whole(page)
    walk = Walk(page, _can_be_used)
    await walk.all()
    assert walk.lost == []
    assert walk.seen or path not in OPENING
