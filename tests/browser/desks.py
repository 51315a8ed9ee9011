"""An operator at his desk, and a colleague at his."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.asking import done
from tests.browser.house import CALLER, House
from tests.browser.sights import settled
from tests.browser.windows import Windows

AGENT, OPERATOR = "agent002", "operator_john"
COLLEAGUE, COLLEAGUE_NAME = "agent003", "Grace Wanjiru"
NOTES = "She cries, and asks for her sister."


async def at_desk(house: House, windows: Windows, **options: Any) -> Page:
    """The only one who is free."""
    await house.only(AGENT)
    page = await windows.open("/#/panel", who=OPERATOR, **options)
    await settled(page)
    return page


async def in_call(house: House, windows: Windows, number: str = CALLER) -> tuple[Page, str]:
    """With the call's id."""
    page = await at_desk(house, windows)
    _, call_id = await house.talks(AGENT, number=number)
    await expect(page.get_by_label("Notes")).to_be_visible()
    return page, call_id


async def press(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button, exact=True).click()


async def shown(house: House, call_id: str) -> Any:
    """What the API says of a call."""
    return await done(house, "GET", f"/api/v1/calls/{call_id}")


def card(page: Page) -> Locator:
    """The call in hand."""
    return page.get_by_role("region", name="Call", exact=True).first


def said(page: Page) -> Locator:
    """Lines that come and go by themselves."""
    return page.locator(".toasts")
