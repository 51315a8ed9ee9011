"""Each dialog of the administration: in both themes, by keyboard, and back to where one was."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.sights import ADMIN, address, settled
from tests.browser.windows import PHONE, Windows

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ROW = "the first row"
# Where, what opens it, and its name.
DIALOGS = [
    ("/users?tab=roles", "New role", "New role"),
    ("/users?tab=roles", ROW, ""),
    ("/agents", "Give somebody a phone", "Give somebody a phone"),
    ("/agents", ROW, ""),
    ("/dispositions", "New category", "New category"),
    ("/dispositions", ROW, ""),
    ("/dispositions?tab=dispositions", "New outcome", "New outcome"),
    ("/dispositions?tab=dispositions", ROW, ""),
    ("/audit", ROW, ""),
    ("/api-keys", "New key", "New key"),
    ("/webhooks", "New webhook", "New webhook"),
    ("/webhooks/:id", "Change", "Change the webhook"),
]


def _opener(page: Page, what: str) -> Locator:
    if what == ROW:
        return page.locator("main tbody tr[tabindex]").first
    return page.get_by_role("main").get_by_role("button", name=what, exact=True)


@pytest.mark.parametrize(("path", "what", "name"), DIALOGS)
async def test_a_dialog_is_read_used_and_left_by_everybody(
    tour: Windows, path: str, what: str, name: str
) -> None:
    place, question, query = path.partition("?")
    page = await tour.open(await address(tour.house, place) + question + query, who=ADMIN)
    await settled(page)
    opener = _opener(page, what)
    await opener.press("Enter")
    dialog = page.get_by_role("dialog", name=name) if name else page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await expect(dialog.locator(".loading")).to_have_count(0)
    assert await dialog.evaluate("one => one.contains(document.activeElement)")
    assert await violations(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await violations(page) == []
    await page.set_viewport_size(PHONE)
    assert await page.evaluate(TOO_WIDE) <= 0
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(opener).to_be_focused()
