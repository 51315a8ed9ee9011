"""What people do with a case: read it, change it while others do, escalate it, give it away."""

from __future__ import annotations

import re
from asyncio import Queue
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Route, expect

from tests.browser.asking import done
from tests.browser.axe import violations
from tests.browser.casework import CASES, LONG, make_case, open_case, read_case
from tests.browser.house import House
from tests.browser.one_dialog import stands
from tests.browser.sights import ADMIN, is_live
from tests.browser.windows import Windows

COMMUNICATIONS = "/helpline/api/communications"


async def test_a_case_that_two_change_keeps_what_both_wrote(house: House, windows: Windows) -> None:
    windows.expects("412 (Precondition Failed)")
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    await page.get_by_role("button", name="Edit").click()
    await page.get_by_role("textbox", name="Title").fill("Mine")
    await done(house, "PUT", f"{CASES}/{made['id']}", {"title": "Theirs", "child_name": "Amina"})
    await page.get_by_role("button", name="Save", exact=True).click()
    versions = page.get_by_role("region", name="Two versions")
    for words in ("Mine", "Theirs"):
        await expect(versions).to_contain_text(words)
    await expect(page.get_by_label("Child's name")).to_have_value("Amina")  # touched by them only
    await versions.get_by_role("button", name="Save mine").click()
    await expect(page.get_by_role("heading", level=1, name="Mine")).to_be_visible()
    assert (await read_case(house, made["id"]))["child_name"] == "Amina"


async def test_an_escalated_case_is_more_urgent_and_says_why(
    house: House, windows: Windows
) -> None:
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    await page.get_by_role("button", name="Escalate").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Why").fill("He is back at the gate")
    await dialog.get_by_label("Priority").select_option("critical")
    await dialog.get_by_role("button", name="Escalate").click()
    await expect(page.get_by_role("list", name="History")).to_contain_text("He is back at the gate")
    assert (await read_case(house, made["id"]))["priority"] == "critical"


async def test_an_escalation_that_is_refused_leaves_nothing_half_done(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    made = await make_case(house, priority="medium")
    page = await open_case(windows, made["id"])
    await page.get_by_role("button", name="Escalate").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Why").fill("Now")
    await dialog.get_by_label("Priority").select_option("critical")
    await done(house, "PUT", f"{CASES}/{made['id']}", {"priority": "high"})
    await dialog.get_by_role("button", name="Escalate").click()
    await expect(dialog.get_by_role("region", name="Two versions")).to_contain_text("Critical")
    history = await done(house, "GET", f"{CASES}/{made['id']}/activities")
    assert "escalation" not in {one["activity_type"] for one in history["data"]}
    await dialog.get_by_role("button", name="Save mine").click()
    await expect(dialog).to_have_count(0)
    history = await done(house, "GET", f"{CASES}/{made['id']}/activities")
    kinds = [one["activity_type"] for one in history["data"]]
    assert kinds.count("escalation") == 1
    assert (await read_case(house, made["id"]))["priority"] == "critical"


async def test_a_case_is_given_to_somebody(house: House, windows: Windows) -> None:
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    await page.get_by_role("button", name="Assign").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Assigned to").select_option(label="Maria Atieno · Case manager")
    await dialog.get_by_role("button", name="Assign").click()
    history = page.get_by_role("list", name="History")
    await expect(history).to_contain_text("Assigned to Maria Atieno")
    assert (await read_case(house, made["id"]))["status"] == "assigned"


async def test_what_is_typed_while_a_note_is_on_its_way_stays_for_the_next_one(
    house: House, windows: Windows
) -> None:
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    held: Queue[Route] = Queue()
    await page.route("**/activities", _hold_posts(held))
    note = page.get_by_role("textbox", name="Add a note")
    await note.fill("He called.")
    await page.get_by_role("button", name="Add a note").click()
    sent = await held.get()
    await note.press("End")
    await note.press_sequentially(" His aunt too.")
    await sent.continue_()
    await expect(page.get_by_role("list", name="History")).to_contain_text("He called.")
    await expect(note).to_have_value("His aunt too.")
    await page.get_by_role("link", name="Clients").click()
    await expect(page.get_by_role("dialog", name="is not saved")).to_be_visible()


def _hold_posts(held: Queue[Route]) -> Callable[[Route], Awaitable[None]]:
    async def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.put_nowait(route)
        else:
            await route.continue_()

    return hold


async def test_where_people_could_not_be_read_the_dialog_that_offers_them_says_so_and_asks_again(
    house: House, windows: Windows
) -> None:
    windows.expects("net::ERR_")
    made = await make_case(house)
    page = await windows.open("/#/account", who=ADMIN)
    await page.route("**/api/assignees", lambda route: route.abort())
    await page.goto(f"/#/cases/{made['id']}")
    await page.get_by_role("button", name="Assign").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("alert")).to_contain_text("The server can't be reached")
    await page.unroute("**/api/assignees")
    await dialog.get_by_role("button", name="Try again").click()
    await dialog.get_by_label("Assigned to").select_option(label="Maria Atieno · Case manager")
    await expect(dialog.get_by_role("alert")).to_have_count(0)


async def test_where_outcomes_or_categories_could_not_be_read_their_forms_say_so(
    house: House, windows: Windows
) -> None:
    windows.expects("net::ERR_")
    made = await make_case(house)
    page = await windows.open("/#/account", who=ADMIN)
    lists = re.compile(r"/api/(categories|dispositions)\?")
    await page.route(lists, lambda route: route.abort())
    await page.goto(f"/#/cases/{made['id']}")
    for name in ("Log a contact", "Edit"):
        await page.get_by_role("button", name=name).click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("alert")).to_contain_text("The server can't be reached")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)


async def test_a_note_that_somebody_else_adds_appears_by_itself(
    house: House, windows: Windows
) -> None:
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    await is_live(page)
    await done(house, "PUT", f"{CASES}/{made['id']}", {"notes": "He called again"})
    await expect(page.get_by_role("list", name="History")).to_contain_text("He called again")


async def test_a_contact_without_a_recording_offers_none_and_says_what_came_of_it(
    house: House, windows: Windows
) -> None:
    made = await make_case(house)
    outcome = (await done(house, "GET", "/helpline/api/dispositions"))["data"][0]
    contact = {"contact_type": "walk_in", "direction": "inbound", "case_id": made["id"]}
    await done(house, "POST", COMMUNICATIONS, {**contact, "disposition_id": outcome["id"]})
    page = await open_case(windows, made["id"])
    contacts = page.get_by_role("region", name="Contacts")
    await expect(contacts).to_contain_text(f"Outcome: {outcome['name']}")
    await expect(contacts.get_by_role("button", name="Play the recording")).to_have_count(0)


@pytest.mark.parametrize(
    "name",
    ["Edit", "Escalate", "Delete", "Change status", "Assign", "Log a contact", "Add a file"],
)
async def test_every_dialog_of_a_case_stands_by_keyboard_in_both_themes(
    house: House, windows: Windows, name: str
) -> None:
    made = await make_case(house, title=LONG, priority="medium")
    page = await open_case(windows, made["id"])
    await stands(page, page.get_by_role("button", name=name, exact=True))


async def test_a_case_that_is_not_there_says_so_and_leads_back(windows: Windows) -> None:
    windows.expects("404 (Not Found)")
    page = await windows.open("/#/cases/99999999", who=ADMIN)
    await expect(page.get_by_text("There is no such case")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("main").get_by_role("link", name="Cases").click()
    await expect(page.get_by_role("heading", level=1, name="Cases")).to_be_visible()
