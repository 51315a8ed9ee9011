"""Whoever can put a text into mhud puts a script there, and every page is opened."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.every_dialog import Walk
from tests.browser.hostile import HOSTILE, LONGER, MARK, Filling, texts_of_the_api
from tests.browser.house import House
from tests.browser.sights import ADMIN, address, is_whole, paths, visitor
from tests.browser.windows import Windows

RAN = "() => 'pwned' in window"
ELEMENTS = f"[onerror*='{MARK}'], [onload*='{MARK}'], script:not([src])"
CASES, CASE = "/cases/:id", "/#/cases/{}"
# Pages that show one of the texts; the others show words of ours and names of the demo.
SHOWING = {
    "/agents",
    "/api-keys",
    "/cases",
    "/cases/:id",
    "/clients/:id",
    "/dispositions",
    "/panel",
    "/queues",
    "/reports",
    "/supervisor",
    "/users",
    "/wallboard",
    "/wallboard/tv",
    "/webhooks",
}


@pytest.mark.timeout(300)  # it opens everything that there is
async def test_no_text_of_anybody_becomes_an_element_or_runs(
    house: House, windows: Windows
) -> None:
    windows.expects("status of 503")  # in dialogs nothing is done
    filling = Filling(house)
    case_id = await filling.everywhere()
    assert filling.filled == texts_of_the_api()
    pages = {who: await windows.open("/", who=who) for who in {ADMIN, *map(visitor, paths())}}
    await _draft(house, pages[visitor("/panel")])
    for page in pages.values():
        page.on("dialog", lambda asked: windows.complaints.append(f"asked: {asked.message}"))
    showing = set()
    for path in paths():
        page = pages[visitor(path)]
        await page.goto("about:blank")  # else only the part after the # would change
        await page.goto(CASE.format(case_id) if path == CASES else await address(house, path))
        if await _shows_it_as_text(page):
            showing.add(path)
    assert SHOWING - showing == set()


async def _draft(house: House, page: Page) -> None:
    """What the agent typed about his call, as another window of his kept it."""
    call_id = next(call.id for call in house.live.calls.values() if call.in_talk)
    kept = await page.request.put(
        f"/api/v1/drafts/{call_id}",
        data={"form": {"message": LONGER, "about": "new", "title": LONGER}},
        headers={"Origin": house.base},
    )
    assert kept.ok, await kept.text()


async def _shows_it_as_text(page: Page) -> bool:
    """Also on each of its tabs, and in each of its dialogs."""
    await is_whole(page)
    shown = [await _is_harmless_and_shown(page)]

    async def look(page: Page) -> None:
        shown.append(await _is_harmless_and_shown(page))

    await Walk(page, look).all()
    for tab in await page.locator("main [role=tab]").all():
        await tab.click()
        await is_whole(page)
        await look(page)
    await page.unroute_all(behavior="wait")
    return any(shown)


async def _is_harmless_and_shown(page: Page) -> bool:
    assert not await page.evaluate(RAN)
    assert await page.locator(ELEMENTS).count() == 0
    text = await page.locator("body").inner_text()
    typed = await page.locator("input, textarea").evaluate_all("all => all.map(one => one.value)")
    return any(one in shown for one in (HOSTILE, LONGER) for shown in (text, *typed))
