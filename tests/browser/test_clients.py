"""Clients as people find, change, join and erase them."""

from __future__ import annotations

from asyncio import Queue
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.asking import done
from tests.browser.axe import violations
from tests.browser.house import House
from tests.browser.one_dialog import stands
from tests.browser.sights import ADMIN, settled
from tests.browser.windows import Windows

CLIENTS = "/api/v1/clients"
LONG = (
    "Zawadi wa Mwangaza Mtoto wa Baba Yake na Mama Yake kutoka Kijiji cha Mbali Sana Kule Milimani"
)


async def _made(house: House, **fields: object) -> dict[str, Any]:
    made: dict[str, Any] = await done(house, "POST", CLIENTS, {"name": LONG, **fields})
    return made


async def _opened(windows: Windows, client: dict[str, Any]) -> Page:
    page = await windows.open(f"/#/clients/{client['id']}", who=ADMIN)
    await settled(page)
    return page


async def test_nobody_found_says_what_to_try(windows: Windows) -> None:
    page = await windows.open("/#/clients", who=ADMIN)
    await settled(page)  # nothing is there to be looked at before
    assert await violations(page) == []
    await page.get_by_role("searchbox", name="Search clients").fill("qqqqq")
    await expect(page.get_by_text("Nobody is found by that.")).to_be_visible()
    assert await violations(page) == []
    assert "qqqqq" not in page.url


async def test_many_of_a_name_come_page_by_page(house: House, windows: Windows) -> None:
    for n in range(25):
        await _made(house, name=f"Makena {n:02}")
    page = await windows.open("/#/clients", who=ADMIN)
    await page.get_by_role("searchbox", name="Search clients").fill("makena")
    await expect(page.get_by_text("25 people found")).to_be_visible()
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(20)
    await page.get_by_role("button", name="Show more").click()
    await expect(rows).to_have_count(25)


async def test_a_client_whom_two_change_keeps_what_both_wrote(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    made = await _made(house, location="Kisumu")
    page = await _opened(windows, made)
    await page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Place").fill("Eldoret")
    theirs = {"location": "Nakuru", "email": "zawadi@example.org"}
    await done(house, "PUT", f"{CLIENTS}/{made['id']}", theirs)
    await dialog.get_by_role("button", name="Save", exact=True).click()
    versions = dialog.get_by_role("region", name="Two versions")
    await expect(versions).to_contain_text("Eldoret")
    await expect(versions).to_contain_text("Nakuru")
    await expect(dialog.get_by_label("E-mail address")).to_have_value("zawadi@example.org")
    assert await violations(page) == []
    await versions.get_by_role("button", name="Save mine").click()
    await expect(dialog).to_have_count(0)
    now = await done(house, "GET", f"{CLIENTS}/{made['id']}")
    assert (now["location"], now["email"]) == ("Eldoret", "zawadi@example.org")


async def test_who_is_kept_twice_is_found_by_the_number_and_joined(
    house: House, windows: Windows
) -> None:
    one = await _made(house, name="Zawadi Twice", phone="+254733555444")
    other = await _made(house, name="Z. T.", phone="+254733555444")
    page = await _opened(windows, one)
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Join with another record").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radio", name="Z. T.").check()  # without a word typed
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Join them").click()
    await expect(page.get_by_role("heading", level=1, name="Z. T.")).to_be_visible()
    await page.goto(f"/#/clients/{one['id']}")
    await expect(page.get_by_role("link", name="Show the other record")).to_be_visible()
    assert await violations(page) == []
    gone = await done(house, "GET", f"{CLIENTS}/{one['id']}")
    assert gone["merged_into"] == other["id"]


async def test_nobody_is_erased_by_another_name_and_the_right_one_is_gone(
    house: House, windows: Windows
) -> None:
    windows.expects("404 (Not Found)")
    made = await _made(house)
    page = await _opened(windows, made)
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Erase everywhere").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill("Zawadi")
    await dialog.get_by_role("button", name="Erase for good").click()
    await expect(dialog).to_contain_text("This is not the name above.")
    assert await violations(page) == []
    await dialog.get_by_role("textbox").fill(LONG)
    await dialog.get_by_role("button", name="Erase for good").click()
    told = page.get_by_role("dialog", name="What was erased")
    await expect(told).to_be_visible()
    assert await violations(page) == []
    await told.get_by_role("button", name="Close").last.click()
    await expect(page.get_by_role("heading", level=1, name="Clients")).to_be_visible()
    await page.goto(f"/#/clients/{made['id']}")
    await expect(page.get_by_text("There is no such client.")).to_be_visible()
    assert await violations(page) == []


async def test_the_dialogs_of_a_client_stand_by_keyboard_in_both_themes(
    house: House, windows: Windows
) -> None:
    page = await _opened(windows, await _made(house))
    await stands(page, page.get_by_role("button", name="Edit"))
    await page.goto("/#/clients")
    await stands(page, page.get_by_role("button", name="New client"))


@pytest.mark.parametrize("name", ["Join with another record", "Erase everywhere"])
async def test_a_dialog_from_a_menu_gives_the_focus_back_to_it(
    house: House, windows: Windows, name: str
) -> None:
    page = await _opened(windows, await _made(house))
    menu = page.get_by_role("button", name="More")
    await menu.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name=name).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name=name)).to_be_visible()
    await page.emulate_media(color_scheme="dark")
    assert await violations(page) == []
    if name.startswith("Join"):
        await page.keyboard.press("Escape")  # as everywhere, it empties a search first
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(menu).to_be_focused()


async def test_what_was_typed_for_a_new_client_is_not_lost_by_escape(windows: Windows) -> None:
    page = await windows.open("/#/clients", who=ADMIN)
    await page.get_by_role("button", name="New client").click()
    await page.get_by_role("textbox", name="Name").fill("Amina")
    await page.keyboard.press("Escape")
    question = page.get_by_role("dialog", name="is not saved")
    await expect(question).to_be_visible()
    await question.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("textbox", name="Name")).to_have_value("Amina")


async def test_a_client_is_found_by_a_number_and_joined_with_her_other_record(
    house: House, windows: Windows
) -> None:
    people = [
        await done(house, "POST", "/api/v1/clients", {"name": name, "phone": "+254733555444"})
        for name in ("Zawadi Twice", "Zawadi T.")
    ]
    page = await windows.open("/#/clients", who=ADMIN)
    await page.get_by_role("searchbox", name="Search clients").fill("0733 555 444")
    await expect(page.get_by_text("2 people found")).to_be_visible()
    await page.get_by_role("row").filter(has_text="Zawadi Twice").click()
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Join with another record").click()
    dialog = page.get_by_role("dialog")
    async with page.expect_response(lambda one: "query=zawadi" in one.url):
        await dialog.get_by_role("searchbox").fill("zawadi")
    await dialog.get_by_role("radio", name="Zawadi T.").check()  # who was found before is gone
    await dialog.get_by_role("button", name="Join them").click()
    await expect(page.get_by_role("heading", level=1, name="Zawadi T.")).to_be_visible()
    gone = await done(house, "GET", f"/api/v1/clients/{people[0]['id']}")
    assert gone["merged_into"] == people[1]["id"]


async def _joining(windows: Windows, client: dict[str, Any]) -> Locator:
    page = await _opened(windows, client)
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Join with another record").click()
    return page.get_by_role("dialog")


async def test_a_record_is_joined_with_none_that_another_search_has_taken_out_of_sight(
    house: House, windows: Windows
) -> None:
    one = await _made(house, name="Zawadi Twice", phone="+254733555444")
    await _made(house, name="Z. T.", phone="+254733555444")
    await _made(house, name="Makena Other")
    dialog = await _joining(windows, one)
    join = dialog.get_by_role("button", name="Join them")
    await dialog.get_by_role("radio", name="Z. T.").check()
    await expect(join).to_be_enabled()
    await dialog.get_by_role("searchbox").fill("makena")
    await expect(dialog.get_by_role("radio", name="Makena Other")).to_be_visible()
    await expect(join).to_be_disabled()
    await dialog.get_by_role("radio", name="Makena Other").check()
    await expect(join).to_be_enabled()


async def test_a_record_that_somebody_has_just_changed_is_joined_when_one_asks_again(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    one = await _made(house, name="Zawadi Twice", phone="+254733555444")
    await _made(house, name="Z. T.", phone="+254733555444")
    dialog = await _joining(windows, one)
    await dialog.get_by_role("radio", name="Z. T.").check()
    await done(house, "PUT", f"{CLIENTS}/{one['id']}", {"location": "Nakuru"})
    join = dialog.get_by_role("button", name="Join them")
    async with dialog.page.expect_response(f"**{CLIENTS}/{one['id']}"):
        await join.click()
    await expect(dialog.page.get_by_text("Nakuru")).to_be_visible()
    await expect(dialog.get_by_role("radio", name="Z. T.")).to_be_checked()
    await join.click()
    await expect(dialog.page.get_by_role("heading", level=1, name="Z. T.")).to_be_visible()


async def _erasing(windows: Windows, client: dict[str, Any]) -> Locator:
    page = await _opened(windows, client)
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Erase everywhere").click()
    return page.get_by_role("dialog")


async def test_a_name_with_two_spaces_or_an_accent_of_its_own_is_typed_as_it_is_seen(
    house: House, windows: Windows
) -> None:
    dialog = await _erasing(windows, await _made(house, name="Zoe\u0301  Achieng"))
    await dialog.get_by_role("textbox").fill("Zo\u00e9 Achieng")
    await dialog.get_by_role("button", name="Erase for good").click()
    await expect(dialog.page.get_by_role("dialog", name="What was erased")).to_be_visible()


async def test_who_erases_sees_what_is_to_be_looked_at_though_he_presses_escape_meanwhile(
    house: House, windows: Windows
) -> None:
    dialog = await _erasing(windows, await _made(house, name="Zawadi"))
    held: Queue[Route] = Queue()
    await dialog.page.route("**/clients/*?confirm=*", held.put)
    await dialog.get_by_role("textbox").fill("Zawadi")
    await dialog.get_by_role("button", name="Erase for good").click()
    erasing = await held.get()
    await dialog.page.keyboard.press("Escape")
    await erasing.continue_()
    await expect(dialog.page.get_by_role("dialog", name="What was erased")).to_be_visible()
