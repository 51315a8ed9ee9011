"""Statistics: what is counted is said, and adds up."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, expect

from tests.browser.asking import done
from tests.browser.sights import settled
from tests.browser.windows import Windows

WAIT_S = 15


async def adds_up(page: Page, name: str, count: int) -> None:
    """All of a table together. Raises TimeoutError."""
    cells = page.get_by_role("table", name=name).locator("td:last-child")
    async with asyncio.timeout(WAIT_S):
        while sum(int(cell) for cell in await cells.all_inner_texts()) != count:
            continue


async def test_priorities_and_categories_count_what_one_chose(tour: Windows) -> None:
    page = await tour.open("/#/statistics?period=all", who="supervisor_jane")
    await settled(page)
    asked = "/helpline/api/statistics/cases"
    found = (await done(tour.house, "GET", asked))["data"]
    unresolved = found["total_cases"] - found["resolved_cases"]
    for choice, count in (
        ("All that were opened then", found["total_cases"]),
        ("Those that are not resolved yet", unresolved),
        ("Those whose status is Open", found["open_cases"]),
    ):
        await page.get_by_role("radio", name=choice).check()
        await settled(page)
        for table in ("By priority", "By category"):
            await adds_up(page, table, count)
    await expect(page.get_by_role("table", name="By status")).to_be_visible()


async def test_all_that_were_opened_are_counted_at_first(tour: Windows) -> None:
    page = await tour.open("/#/statistics", who="supervisor_jane")
    await settled(page)
    found = (await done(tour.house, "GET", "/helpline/api/statistics/cases?period=month"))["data"]
    await adds_up(page, "By priority", found["total_cases"])
