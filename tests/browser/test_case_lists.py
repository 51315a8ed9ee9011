"""Cases as people find them: by words, by filters, page by page."""

from __future__ import annotations

import re
from asyncio import Queue
from contextlib import suppress

import pytest
from playwright.async_api import Error, Route, expect

from tests.browser.axe import violations
from tests.browser.casework import make_case, open_case, read_case
from tests.browser.house import House
from tests.browser.sights import ADMIN
from tests.browser.windows import Theme, Windows

NO_PAGE = {"total": 0, "limit": 20, "offset": 0, "has_more": False}


async def test_a_case_is_found_while_its_word_is_typed(house: House, windows: Windows) -> None:
    made = await make_case(house, title="The hippopotamus at the well")
    page = await windows.open("/#/cases", who=ADMIN)
    async with page.expect_response(re.compile(r"/search/cases\?.*hippo\b")):
        await page.get_by_role("searchbox", name="Search cases").press_sequentially("hippo")
    await expect(page.get_by_text("1 case found.")).to_be_visible()
    assert "hippo" not in page.url  # it may be a name, and a browser remembers addresses
    await page.get_by_role("row").filter(has_text="hippopotamus").press("Enter")
    await expect(page.get_by_role("main")).to_contain_text(made["case_number"])
    await page.go_back()
    await expect(page.get_by_role("searchbox", name="Search cases")).to_have_value("hippo")


async def test_a_filter_stands_in_the_address_and_narrows_the_list(
    house: House, windows: Windows
) -> None:
    await make_case(house, title="Critical indeed", priority="critical")
    page = await windows.open("/#/cases", who=ADMIN)
    await page.get_by_label("Priority").select_option("critical")
    await expect(page).to_have_url(f"{house.base}/#/cases?priority=critical")
    await expect(page.get_by_role("row").filter(has_text="Critical indeed")).to_be_visible()
    await expect(page.locator("tbody tr").filter(has_not_text="Critical")).to_have_count(0)


async def test_an_operator_reads_whose_a_case_is_and_finds_no_case_of_others(
    house: House, windows: Windows
) -> None:
    windows.expects("404 (Not Found)")
    names = house.services.access.known.names
    john, maria = names["operator_john"], names["case_manager_maria"]
    mine = await make_case(house, title="Mine", assigned_user_id=john.id)
    other = await make_case(house, title="Not for John", assigned_user_id=maria.id)
    page = await windows.open("/#/cases", who="operator_john")
    line = page.get_by_role("row").filter(has_text=mine["case_number"])
    await expect(line).to_contain_text(john.name)
    await page.goto(f"/#/cases/{other['id']}")
    await expect(page.get_by_text("There is no such case")).to_be_visible()


async def test_a_list_is_turned_around_and_stays_so_after_a_reload(
    house: House, windows: Windows
) -> None:
    await make_case(house, title="The newest of all")
    page = await windows.open("/#/cases", who=ADMIN)
    first = page.locator("tbody tr").first
    await expect(first).to_contain_text("The newest of all")
    await page.get_by_role("button", name="Opened").click()
    await expect(first).not_to_contain_text("The newest of all")
    await expect(page).to_have_url(f"{house.base}/#/cases?order=oldest")
    await page.reload()
    await expect(page.get_by_role("columnheader", name="Opened")).to_have_attribute(
        "aria-sort", "ascending"
    )


async def test_a_place_in_a_list_that_is_shorter_now_leads_to_its_end(windows: Windows) -> None:
    page = await windows.open("/#/cases?offset=4000", who=ADMIN)
    await expect(page.locator("tbody tr").first).to_be_visible()
    await expect(page).to_have_url(re.compile(r"offset=20$"))


async def test_the_answer_for_the_last_letters_wins_however_late_others_come(
    house: House, windows: Windows
) -> None:
    await make_case(house, title="Zebra crossing")
    page = await windows.open("/#/cases", who=ADMIN)
    held: list[Route] = []

    async def hold_the_first(route: Route) -> None:
        if not held:
            held.append(route)
        else:
            await route.continue_()

    await page.route("**/search/cases?*", hold_the_first)
    box = page.get_by_role("searchbox", name="Search cases")
    async with page.expect_request("**/search/cases?*"):
        await box.fill("nothing like it")
    await box.fill("zebra")
    await expect(page.get_by_text("1 case found.")).to_be_visible()
    with suppress(Error):  # nobody waits for it any more
        await held[0].fulfill(json={"success": True, "data": [], "pagination": NO_PAGE})
    await expect(page.get_by_role("row").filter(has_text="Zebra")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_list_that_loads_fails_or_is_empty_says_so_accessibly(
    windows: Windows, theme: Theme
) -> None:
    windows.expects("503 (Service Unavailable)")
    page = await windows.open("/#/account", who=ADMIN, theme=theme)
    held: Queue[Route] = Queue()
    await page.route("**/helpline/api/cases?*", held.put)
    await page.goto("/#/cases")
    await expect(page.locator(".loading")).to_be_visible()
    assert await violations(page) == []
    refusal = {"success": False, "error": {"code": "X", "message": "x"}}
    await (await held.get()).fulfill(status=503, json=refusal)
    words = page.get_by_role("main").get_by_role("alert")
    await expect(words).to_contain_text("This does not work right now")
    assert await violations(page) == []
    await page.get_by_role("button", name="Try again").click()
    nothing = {"success": True, "data": [], "pagination": NO_PAGE}
    await (await held.get()).fulfill(json=nothing)
    await expect(page.get_by_text("No cases yet.")).to_be_visible()
    assert await violations(page) == []


async def test_a_deleted_case_is_brought_back(house: House, windows: Windows) -> None:
    windows.expects("404 (Not Found)")  # of what its page asks in the moment in which it goes
    made = await make_case(house, title="Deleted by mistake")
    page = await open_case(windows, made["id"])
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("heading", level=1, name="Cases")).to_be_visible()
    await page.get_by_role("button", name="More filters").click()
    await page.get_by_label("Deleted cases").check()
    line = page.get_by_role("row").filter(has_text="Deleted by mistake")
    await line.get_by_role("button", name="Bring back").click()
    await expect(line).to_have_count(0)
    assert (await read_case(house, made["id"]))["title"] == "Deleted by mistake"
