"""Coming in, going out, and what one may choose before anybody knows who one is."""

from __future__ import annotations

import json

from playwright.async_api import Page, Route, expect

from tests.browser import keyboard
from tests.browser.axe import violations
from tests.browser.house import House
from tests.browser.windows import Windows
from tests.running_demo import code_for

NOBODY_YET = "401 (Unauthorized)"  # the page asks who it is; the browser reports the answer
OPERATOR, ADDRESS = "operator_john", "john@helpline.org"


async def _fill(page: Page, password: str) -> None:
    await page.get_by_label("User name or e-mail").fill(OPERATOR)
    await page.get_by_role("textbox", name="Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def test_one_signs_in_by_password_and_out_again(house: House, windows: Windows) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/#/account")
    await _fill(page, house.credentials.passwords[OPERATOR])
    await expect(page.get_by_role("heading", level=1, name="Your account")).to_be_visible()
    await page.get_by_role("button", name="John Otieno").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    await expect(page.get_by_role("tab", name="By password")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("tab", name="By password")).to_be_visible()


async def test_a_wrong_password_is_said_and_what_was_typed_stays(windows: Windows) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/")
    await _fill(page, "nobody has this one")
    await expect(page.get_by_role("alert")).to_contain_text("the password is wrong")
    await expect(page.get_by_label("User name or e-mail")).to_have_value(OPERATOR)


async def test_one_signs_in_by_a_code(house: House, windows: Windows) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/#/account")
    await page.get_by_role("tab", name="By code").click()
    await page.get_by_label("E-mail address or phone number").fill(ADDRESS)
    await page.get_by_role("button", name="Send a code").click()
    code = await house.until(lambda _: _code(house))
    await page.get_by_label("The code of six digits").fill(code)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1, name="Your account")).to_be_visible()


def _code(house: House) -> str | None:
    return code_for({"outbox": house.services.settings.data_dir / "outbox"}, ADDRESS)


async def test_the_first_page_is_accessible_and_works_by_keyboard(windows: Windows) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/")
    await page.get_by_role("textbox", name="Password").wait_for()
    assert await violations(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await violations(page) == []
    walk = await keyboard.walk(page)
    assert (walk.missed, walk.unseen, walk.stuck) == ([], [], [])


async def test_language_and_theme_are_kept_and_nothing_else_is(
    house: House, windows: Windows
) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/")
    await page.get_by_role("button", name="Theme and language").click()
    await page.get_by_role("menuitemradio", name="Dark").click()
    await page.get_by_role("button", name="Theme and language").click()
    await page.get_by_role("menuitemradio", name="Kiswahili").click()
    await expect(page.locator("html")).to_have_attribute("lang", "sw")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "sw")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    kept = json.loads(await page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
    assert set(kept) == {"language", "theme"}


async def test_over_plain_http_one_reads_that_nobody_can_sign_in_and_where_one_can(
    house: House, windows: Windows
) -> None:
    plain = "http://helpline.example"
    windows.expects(NOBODY_YET, f"elsewhere: {plain}/", "Cross-Origin-Opener-Policy")
    page = await windows.open("about:blank")

    async def answer(route: Route) -> None:
        await route.fulfill(
            response=await route.fetch(url=route.request.url.replace(plain, house.base))
        )

    await page.route(f"{plain}/**", answer)
    for path in ("/", "/#/welcome/mhui_0"):
        await page.goto("about:blank")
        await page.goto(f"{plain}{path}")
        alert = page.get_by_role("main").get_by_role("alert")
        await expect(alert).to_contain_text("an address that begins with https://")
        await expect(page.get_by_role("button", name="Sign in")).to_have_count(0)


async def test_a_browser_that_keeps_no_login_is_told_so(house: House, windows: Windows) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/")

    async def drop_the_cookie(route: Route) -> None:
        answer = await route.fetch()
        headers = {name: one for name, one in answer.headers.items() if name != "set-cookie"}
        await page.context.clear_cookies()  # what was fetched here left its own
        await route.fulfill(response=answer, headers=headers)

    await page.route("**/helpline/api/login", drop_the_cookie)
    await _fill(page, house.credentials.passwords[OPERATOR])
    await expect(page.get_by_role("alert")).to_contain_text("Allow cookies for this address")
    await expect(page.get_by_label("User name or e-mail")).to_have_value(OPERATOR)
