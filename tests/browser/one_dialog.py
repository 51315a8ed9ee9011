"""A dialog while it is open: for eyes and for a screen reader, and by keyboard alone."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.windows import LAPTOP, PHONE

MOST_STOPS = 60
WIDER = "one => one.scrollWidth - one.clientWidth"
FOCUS = "document.activeElement"
INSIDE = f"{FOCUS} === document.body || !!{FOCUS}.closest('dialog[open]')"


async def stands(page: Page, opener: Locator) -> None:
    """Opens it by Enter, looks at it in both themes and on a phone, walks it, and leaves it."""
    await opener.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await expect(dialog.locator(".loading, [aria-busy=true]")).to_have_count(0)
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        assert await violations(page) == []
    await page.set_viewport_size(PHONE)
    assert await dialog.evaluate(WIDER) <= 0
    assert await violations(page) == []
    await page.set_viewport_size(LAPTOP)
    await _keeps_the_focus(page)
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(opener).to_be_focused()


async def _keeps_the_focus(page: Page) -> None:
    """Tab goes round in it: the body stands for the browser's own controls on the way."""
    stops = set()
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        assert await page.evaluate(INSIDE)
        stops.add(await page.evaluate(f"{FOCUS}.outerHTML.slice(0, 200)"))
    assert len(stops) > 1
