"""Cases that a test makes, and looks at."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

from tests.browser.asking import done
from tests.browser.house import House
from tests.browser.sights import ADMIN, settled
from tests.browser.windows import Windows

CASES = "/helpline/api/cases"
LONG = "Told every day that he is worth nothing " * 7


async def make_case(house: House, **fields: object) -> dict[str, Any]:
    made: dict[str, Any] = await done(house, "POST", CASES, {"title": "A title", **fields})
    return dict(made["data"])


async def read_case(house: House, ident: int) -> dict[str, Any]:
    found: dict[str, Any] = (await done(house, "GET", f"{CASES}/{ident}"))["data"]
    return found


async def open_case(windows: Windows, ident: int) -> Page:
    page = await windows.open(f"/#/cases/{ident}", who=ADMIN)
    await settled(page)
    return page
