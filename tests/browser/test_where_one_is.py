"""Whoever sees nothing, or has no mouse, knows where he is: titles, headings, and the focus."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser import keyboard
from tests.browser.axe import violations
from tests.browser.house import House
from tests.browser.sights import settled
from tests.browser.windows import PHONE, Windows

ADMIN, OPERATOR = "admin_alice", "operator_john"
NOBODY_YET = "401 (Unauthorized)"
FOCUSED = "document.activeElement?.closest('[role=dialog], dialog, main, nav')?.id"


async def test_on_the_way_to_another_page_its_heading_and_title_are_read(windows: Windows) -> None:
    page = await windows.open("/#/account", who=ADMIN)
    await settled(page)
    await expect(page).to_have_title("Your account \u2013 Nairobi Helpline")
    await page.get_by_role("link", name="Cases").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Cases")).to_be_focused()
    await expect(page).to_have_title("Cases \u2013 Nairobi Helpline")
    await page.go_back()
    await expect(page.get_by_role("heading", level=1, name="Your account")).to_be_focused()
    await expect(page).to_have_title("Your account \u2013 Nairobi Helpline")


async def test_from_one_case_to_its_list_and_into_another_the_heading_has_the_focus(
    windows: Windows,
) -> None:
    page = await windows.open("/#/cases", who=ADMIN)
    await settled(page)
    row = page.locator("tbody tr").first
    await row.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("main h1")).to_be_focused()
    await expect(page).to_have_title("Case \u2013 Nairobi Helpline")


async def test_the_first_load_leaves_the_focus_where_a_browser_has_it(windows: Windows) -> None:
    page = await windows.open("/#/account", who=ADMIN)
    await settled(page)
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate(FOCUSED) == "main"


async def test_after_signing_in_one_is_at_the_heading_of_the_first_page(
    house: House, windows: Windows
) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/#/account")
    await expect(page).to_have_title("Sign in \u2013 Helpline")
    await page.get_by_label("User name or e-mail").fill(OPERATOR)
    await page.get_by_role("textbox", name="Password").fill(house.credentials.passwords[OPERATOR])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Your account")).to_be_focused()


async def test_where_a_row_goes_with_its_button_the_focus_stays_in_the_list(
    windows: Windows,
) -> None:
    await windows.open("/#/account", who=OPERATOR)
    windows.expects(NOBODY_YET)
    page = await windows.open("/#/account", who=OPERATOR)
    logins = page.get_by_role("region", name="Where you are signed in").last
    await logins.get_by_role("button", name="Sign out").first.focus()
    await page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="Sign this browser out?")
    await question.get_by_role("button", name="Sign out").focus()
    await page.keyboard.press("Enter")
    await expect(logins.get_by_role("button", name="Sign out")).to_have_count(0)
    heading = page.get_by_role("heading", name="Where you are signed in")
    await expect(heading).to_be_focused()


async def test_a_click_on_nothing_leaves_the_focus_alone(windows: Windows) -> None:
    page = await windows.open("/#/account", who=ADMIN)
    await settled(page)
    await page.get_by_role("textbox", name="Password now").click()
    await page.locator("header.bar").click(position={"x": 600, "y": 20})
    await page.evaluate("document.querySelector('main input').closest('section').remove()")
    await page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert await page.evaluate("document.activeElement === document.body")


async def test_on_a_phone_the_navigation_opens_over_the_page_and_escape_closes_it(
    windows: Windows,
) -> None:
    page = await windows.open("/#/account", who=ADMIN, size=PHONE)
    await settled(page)
    button = page.get_by_role("button", name="Menu")
    await button.click()
    pages = page.get_by_role("navigation", name="Pages")
    await expect(pages.get_by_role("link").first).to_be_focused()
    await expect(page.locator("main")).to_have_attribute("inert", "")
    behind = ("landmark-one-main", "page-has-heading-one")  # the page, which nobody can reach now
    assert [one for one in await violations(page) if not one.startswith(behind)] == []
    await page.keyboard.press("Escape")
    await expect(button).to_be_focused()
    await expect(pages).to_have_count(0)
    await button.click()
    await pages.get_by_role("link", name="Wallboard").click()
    await expect(page.get_by_role("heading", level=1, name="Wallboard")).to_be_focused()
    await expect(pages).to_have_count(0)


async def test_on_a_phone_the_navigation_closes_also_for_the_page_on_which_one_is(
    windows: Windows,
) -> None:
    page = await windows.open("/#/cases", who=ADMIN, size=PHONE)
    await settled(page)
    await page.get_by_role("button", name="Menu").click()
    pages = page.locator("#navigation")  # the list has a navigation of its own
    await pages.get_by_role("link", name="Cases").click()
    await expect(pages).to_be_hidden()
    await expect(page.locator("main")).not_to_have_attribute("inert", "")
    await expect(page.get_by_role("heading", level=1, name="Cases")).to_be_focused()


async def test_names_of_pages_stay_on_one_line_beside_the_page(windows: Windows) -> None:
    for language in ("en-GB", "sw"):
        page = await windows.open("/#/account", who=ADMIN, locale=language)
        await settled(page)
        heights = await page.locator(".nav a").evaluate_all("all => all.map(a => a.offsetHeight)")
        assert set(heights) == {32}, language
        room = await page.locator(".nav").evaluate("nav => nav.clientHeight - nav.scrollHeight")
        assert room == 0, language


async def test_where_there_is_no_such_page_one_reads_so_and_goes_on(windows: Windows) -> None:
    page = await windows.open("/#/nowhere", who=ADMIN)
    await expect(page.get_by_role("heading", level=1, name="There is no such page")).to_be_visible()
    await expect(page).to_have_title("There is no such page. \u2013 Nairobi Helpline")
    assert await violations(page) == []
    walk = await keyboard.walk(page)
    assert (walk.missed, walk.unseen, walk.stuck) == ([], [], [])
    await page.get_by_role("link", name="To the first page").click()
    await expect(page.get_by_role("heading", level=1, name="Cases")).to_be_focused()
