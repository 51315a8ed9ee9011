"""One's own account: a first password by a link, a new one, and logins elsewhere."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from mhud.services import invitations
from mhud.services.rights import COMMAND_LINE
from tests.browser.asking import done
from tests.browser.house import House
from tests.browser.sights import is_live
from tests.browser.windows import Windows

PASSWORD = "a long walk by the lake 7"
BAD_REQUEST = "400 (Bad Request)"
NOBODY_YET = "401 (Unauthorized)"
GONE = "410 (Gone)"


async def _link(house: House, username: str) -> str:
    user = house.services.access.known.names[username]
    made = await invitations.invite(house.services.access, user.id, COMMAND_LINE)
    return invitations.link(house.base, made.token)


async def _type_twice(page: Page, password: str) -> None:
    await page.get_by_label("New password", exact=True).fill(password)
    await page.get_by_label("New password once more").fill(password)


async def test_a_link_gives_a_password_and_a_way_in_and_is_good_once(
    house: House, windows: Windows
) -> None:
    windows.expects(NOBODY_YET, GONE)
    link = await _link(house, "operator_john")
    page = await windows.open(link)
    await expect(page.get_by_text("Welcome, John Otieno.")).to_be_visible()
    await _type_twice(page, PASSWORD)
    await page.get_by_role("button", name="Set the password and sign in").click()
    await expect(page.get_by_role("button", name="John Otieno")).to_be_visible()

    other = await windows.open(link)
    await expect(other.get_by_text("This link is used up or too old.")).to_be_visible()
    await other.get_by_role("link", name="Sign in").click()
    await other.get_by_label("User name or e-mail").fill("operator_john")
    await other.get_by_role("textbox", name="Password").fill(PASSWORD)
    await other.get_by_role("button", name="Sign in").click()
    await expect(other.get_by_role("button", name="John Otieno")).to_be_visible()


async def test_what_is_wrong_with_a_new_password_stands_at_its_field(
    house: House, windows: Windows
) -> None:
    windows.expects(BAD_REQUEST)
    page = await windows.open("/#/account", who="operator_john")
    await page.get_by_label("Password now").fill(house.credentials.passwords["operator_john"])
    field = page.get_by_label("New password", exact=True)
    await _type_twice(page, "short")
    await page.get_by_role("button", name="Change password").click()
    await expect(page.get_by_text("At least 10 characters.")).to_be_visible()
    await expect(field).to_be_focused()
    await _type_twice(page, "password1234")
    await page.get_by_role("button", name="Change password").click()
    await expect(page.get_by_text("too common")).to_be_visible()
    await expect(field).to_have_attribute("aria-invalid", "true")


async def test_a_new_password_ends_the_logins_elsewhere(house: House, windows: Windows) -> None:
    windows.expects(NOBODY_YET)
    elsewhere = await windows.open("/#/account", who="operator_john")
    page = await windows.open("/#/account", who="operator_john")
    await expect(elsewhere.get_by_role("heading", name="Password")).to_be_visible()
    await is_live(elsewhere)
    await page.get_by_label("Password now").fill(house.credentials.passwords["operator_john"])
    await _type_twice(page, PASSWORD)
    await page.get_by_role("button", name="Change password").click()

    await expect(page.get_by_text("Your password is changed.")).to_be_visible()
    await expect(page.get_by_label("Password now")).to_have_value("")
    await expect(elsewhere.get_by_role("dialog", name="Sign in again")).to_be_visible()


async def test_a_login_that_is_ended_from_here_is_over_there_at_once(windows: Windows) -> None:
    windows.expects(NOBODY_YET)
    elsewhere = await windows.open("/#/account", who="operator_john")
    await expect(elsewhere.get_by_text("this one")).to_be_visible()
    await is_live(elsewhere)
    page = await windows.open("/#/account", who="operator_john")
    logins = page.get_by_role("region", name="Where you are signed in").last
    await logins.get_by_role("button", name="Sign out").first.click()
    question = page.get_by_role("dialog", name="Sign this browser out?")
    await question.get_by_role("button", name="Sign out").click()

    await expect(elsewhere.get_by_role("dialog", name="Sign in again")).to_be_visible()
    await expect(logins.get_by_role("button", name="Sign out")).to_have_count(0)


async def test_a_page_is_not_left_with_something_unsaved_unasked(windows: Windows) -> None:
    page = await windows.open("/#/account", who="operator_john")
    await page.get_by_label("New password", exact=True).fill(PASSWORD)
    cases = page.get_by_role("link", name="Cases")
    await cases.click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_label("New password", exact=True)).to_have_value(PASSWORD)

    await cases.click()
    await page.get_by_role("button", name="Leave without saving").click()
    await expect(page.get_by_role("heading", level=1, name="Cases")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", level=1, name="Your account")).to_be_visible()


async def test_one_types_at_once_and_a_password_manager_knows_what_each_field_is(
    house: House, windows: Windows
) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/")
    name = page.get_by_label("User name or e-mail")
    password = page.get_by_role("textbox", name="Password")
    await expect(name).to_be_focused()
    await expect(name).to_have_attribute("autocomplete", "username")
    await expect(password).to_have_attribute("autocomplete", "current-password")
    await page.keyboard.type("operator_john")
    await page.keyboard.press("Tab")
    await page.keyboard.type(house.credentials.passwords["operator_john"])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="John Otieno")).to_be_visible()

    guest = await windows.open(await _link(house, "operator_john"))
    first = guest.get_by_label("New password", exact=True)
    await expect(first).to_be_focused()
    await expect(first).to_have_attribute("autocomplete", "new-password")


async def test_who_waits_for_a_code_types_it_at_once(windows: Windows) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/")
    await page.get_by_role("tab", name="By code").click()
    await expect(page.get_by_label("E-mail address or phone number")).to_be_focused()
    await page.keyboard.type("john@helpline.org")
    await page.keyboard.press("Enter")
    code = page.get_by_label("The code of six digits")
    await expect(code).to_be_focused()
    await expect(code).to_have_attribute("autocomplete", "one-time-code")


@pytest.mark.parametrize(
    ("seconds", "words"), [(45, "Try again in 45 seconds"), (850, "Wait 15 minutes")]
)
async def test_who_asks_too_often_is_told_how_long_to_wait_and_types_nothing_again(
    windows: Windows, seconds: int, words: str
) -> None:
    windows.expects(NOBODY_YET, "429 (Too Many Requests)")
    page = await windows.open("/")
    await page.route(
        "**/sendOTP",
        lambda route: route.fulfill(status=429, headers={"Retry-After": str(seconds)}, body="{}"),
    )
    await page.get_by_role("tab", name="By code").click()
    field = page.get_by_label("E-mail address or phone number")
    await field.fill("john@helpline.org")
    await field.press("Enter")
    await expect(page.get_by_role("tabpanel").get_by_role("alert")).to_contain_text(words)
    await expect(field).to_have_value("john@helpline.org")


async def test_a_disabled_account_is_refused_in_the_words_of_a_wrong_password(
    house: House, windows: Windows
) -> None:
    """So that nobody learns who is there; they name both causes, and what to do."""
    windows.expects(NOBODY_YET)
    john = house.services.access.known.names["operator_john"]
    await done(house, "PUT", f"/helpline/api/users/{john.id}", {"is_active": False})
    page = await windows.open("/")
    await page.get_by_label("User name or e-mail").fill("operator_john")
    await page.get_by_role("textbox", name="Password").fill(
        house.credentials.passwords["operator_john"]
    )
    await page.keyboard.press("Enter")
    said = page.get_by_role("alert")
    await expect(said).to_contain_text("this account is not in use")
    await expect(said).to_contain_text("ask an administrator")


async def test_one_is_told_while_capitals_are_locked(windows: Windows) -> None:
    windows.expects(NOBODY_YET)
    page = await windows.open("/")
    password = page.get_by_role("textbox", name="Password")
    await password.evaluate(
        "one => one.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'A', modifierCapsLock: true, bubbles: true}))"
    )
    await expect(page.get_by_text("Caps lock is on.")).to_be_visible()
    await password.press("a")
    await expect(page.get_by_text("Caps lock is on.")).to_have_count(0)
