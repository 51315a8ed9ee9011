"""One browser, two people: who is signed in is the browser's affair, and pages heed it."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.asking import done
from tests.browser.casework import CASES
from tests.browser.house import House
from tests.browser.sights import is_live
from tests.browser.windows import Windows

MANAGER, SUPERVISOR = "case_manager_maria", "supervisor_jane"


async def test_where_another_signs_in_beside_a_page_nothing_on_it_is_done_in_his_name(
    house: House, windows: Windows
) -> None:
    page = await windows.open("/#/cases/new", who=MANAGER)
    await page.get_by_role("textbox", name="Title").fill("By Maria")
    await page.get_by_role("textbox", name="What happened").fill("In her own words")
    await windows.sign_in(page.context, SUPERVISOR)
    other = await windows.tab(page.context, "/#/cases")
    await expect(other.get_by_role("heading", level=1, name="Cases")).to_be_visible()
    await is_live(other)

    again = page.get_by_role("dialog", name="Sign in again")
    await again.get_by_role("textbox", name="Password").fill(house.credentials.passwords[MANAGER])
    await again.get_by_role("button", name="Sign in", exact=True).click()
    await expect(again).to_have_count(0)
    await expect(other.get_by_role("dialog", name="Sign in again")).to_be_visible()
    await page.get_by_role("button", name="Open the case").click()
    await expect(page.get_by_role("heading", level=1, name="By Maria")).to_be_visible()
    await expect(page.get_by_role("list", name="History")).to_contain_text("Maria")


async def test_who_signs_in_again_on_one_page_does_so_on_all(
    house: House, windows: Windows
) -> None:
    page = await windows.open("/#/cases", who=MANAGER)
    other = await windows.tab(page.context, "/#/cases")
    for one in (page, other):
        await is_live(one)  # else it may begin as whoever signs in next
    await windows.sign_in(page.context, SUPERVISOR)
    third = await windows.tab(page.context, "/#/cases")
    await expect(third.get_by_role("heading", level=1, name="Cases")).to_be_visible()
    for one in (page, other):
        await expect(one.get_by_role("dialog", name="Sign in again")).to_be_visible()
    again = page.get_by_role("dialog", name="Sign in again")
    await again.get_by_role("textbox", name="Password").fill(house.credentials.passwords[MANAGER])
    await again.get_by_role("button", name="Sign in", exact=True).click()
    for one in (page, other):
        await expect(one.get_by_role("dialog", name="Sign in again")).to_have_count(0)
    await expect(third.get_by_role("dialog", name="Sign in again")).to_be_visible()


async def test_what_one_had_sent_is_not_done_in_the_name_of_who_signs_in_after_him(
    house: House, windows: Windows
) -> None:
    windows.expects("401 (Unauthorized)")
    page = await windows.open("about:blank", who=MANAGER)
    await page.route_web_socket("**/ws", lambda _: None)  # nothing tells that the login ended
    await page.goto("/#/cases/new")
    await page.get_by_role("textbox", name="Title").fill("By Maria")
    await page.get_by_role("textbox", name="What happened").fill("In her own words")
    for login in (await done(house, "GET", "/api/v1/sessions"))["sessions"]:
        await done(house, "DELETE", f"/api/v1/sessions/{login['id']}")
    await page.get_by_role("button", name="Open the case").click()
    again = page.get_by_role("dialog", name="Sign in again")
    await again.get_by_label("User name or e-mail").fill(SUPERVISOR)
    password = house.credentials.passwords[SUPERVISOR]
    await again.get_by_role("textbox", name="Password").fill(password)
    await again.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("banner")).to_contain_text("Jane")
    titles = [one["title"] for one in (await done(house, "GET", CASES))["data"]]
    assert "By Maria" not in titles
