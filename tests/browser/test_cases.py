"""What people do with cases and clients: find them, read them, change them while others do."""

from __future__ import annotations

import base64
import re
from asyncio import Queue
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import FormData
from playwright.async_api import Error, Locator, Page, Route, expect

from tests.browser.asking import done
from tests.browser.axe import violations
from tests.browser.house import House
from tests.browser.one_dialog import stands
from tests.browser.sights import ADMIN, settled
from tests.browser.windows import Theme, Windows

CASES, COMMUNICATIONS = "/helpline/api/cases", "/helpline/api/communications"
LONG = "Told every day that he is worth nothing " * 7
HOSTILE_FILE = (
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(window.pwned = 1)</script></svg>"
)
NO_PAGE = {"total": 0, "limit": 20, "offset": 0, "has_more": False}
CONTACT = {
    "id": 1, "client_id": None, "call_id": "call-1", "state": "logged", "contact_type": "call",
    "direction": "inbound", "contact_address": None, "contact_name": None, "duration": 60,
    "call_status": "answered", "disposition_id": None, "disposition": None, "message": None,
    "disposition_notes": None, "user_id": 1, "user_name": "x", "user_display_name": "X",
    "created_at": "2025-03-07T10:15:30Z",
}  # fmt: skip
MADE_MS = 60_000  # reports give way to everything else
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNkYPhfz0AEYBxVSF+FABJADveW"
    "kH6oAAAAAElFTkSuQmCC"
)


async def _made(house: House, **fields: object) -> dict[str, Any]:
    made: dict[str, Any] = await done(house, "POST", CASES, {"title": "A title", **fields})
    return dict(made["data"])


async def _case(house: House, ident: int) -> dict[str, Any]:
    found: dict[str, Any] = (await done(house, "GET", f"{CASES}/{ident}"))["data"]
    return found


async def _opened(windows: Windows, ident: int) -> Page:
    page = await windows.open(f"/#/cases/{ident}", who=ADMIN)
    await settled(page)
    return page


async def test_a_case_is_found_while_its_word_is_typed(house: House, windows: Windows) -> None:
    made = await _made(house, title="The hippopotamus at the well")
    page = await windows.open("/#/cases", who=ADMIN)
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
    await _made(house, title="Critical indeed", priority="critical")
    page = await windows.open("/#/cases", who=ADMIN)
    await page.get_by_label("Priority").select_option("critical")
    await expect(page).to_have_url(f"{house.base}/#/cases?priority=critical")
    await expect(page.get_by_role("row").filter(has_text="Critical indeed")).to_be_visible()
    await expect(page.locator("tbody tr").filter(has_not_text="Critical")).to_have_count(0)


async def test_a_case_that_two_change_keeps_what_both_wrote(house: House, windows: Windows) -> None:
    windows.expects("412 (Precondition Failed)")
    made = await _made(house)
    page = await _opened(windows, made["id"])
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
    assert (await _case(house, made["id"]))["child_name"] == "Amina"


async def test_a_file_is_kept_and_a_picture_is_shown_in_place(
    house: House, windows: Windows
) -> None:
    made = await _made(house)
    page = await _opened(windows, made["id"])
    await page.get_by_role("button", name="Add a file").click()
    dialog = page.get_by_role("dialog")
    picture = {"name": "arm.png", "mimeType": "image/png", "buffer": PICTURE}
    await dialog.get_by_label("File").set_input_files(picture)  # type: ignore[arg-type]
    await dialog.get_by_role("button", name="Add a file").click()
    await page.get_by_role("button", name="Show arm.png").click()
    shown = page.get_by_role("img", name="arm.png")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == 10


async def test_an_escalated_case_is_more_urgent_and_says_why(
    house: House, windows: Windows
) -> None:
    made = await _made(house)
    page = await _opened(windows, made["id"])
    await page.get_by_role("button", name="Escalate").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Why").fill("He is back at the gate")
    await dialog.get_by_label("Priority").select_option("critical")
    await dialog.get_by_role("button", name="Escalate").click()
    await expect(page.get_by_role("list", name="History")).to_contain_text("He is back at the gate")
    assert (await _case(house, made["id"]))["priority"] == "critical"


async def test_a_case_is_given_to_somebody(house: House, windows: Windows) -> None:
    made = await _made(house)
    page = await _opened(windows, made["id"])
    await page.get_by_role("button", name="Assign").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Assigned to").select_option(label="Maria Atieno · Case manager")
    await dialog.get_by_role("button", name="Assign").click()
    history = page.get_by_role("list", name="History")
    await expect(history).to_contain_text("Assigned to Maria Atieno")
    assert (await _case(house, made["id"]))["status"] == "assigned"


async def test_a_deleted_case_is_brought_back(house: House, windows: Windows) -> None:
    made = await _made(house, title="Deleted by mistake")
    page = await _opened(windows, made["id"])
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("heading", level=1, name="Cases")).to_be_visible()
    await page.get_by_role("button", name="More filters").click()
    await page.get_by_label("Deleted cases").check()
    line = page.get_by_role("row").filter(has_text="Deleted by mistake")
    await line.get_by_role("button", name="Bring back").click()
    await expect(line).to_have_count(0)
    assert (await _case(house, made["id"]))["title"] == "Deleted by mistake"


async def test_a_note_that_somebody_else_adds_appears_by_itself(
    house: House, windows: Windows
) -> None:
    made = await _made(house)
    page = await _opened(windows, made["id"])
    await done(house, "PUT", f"{CASES}/{made['id']}", {"notes": "He called again"})
    await expect(page.get_by_role("list", name="History")).to_contain_text("He called again")


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
    await dialog.get_by_role("searchbox").fill("zawadi")
    await dialog.get_by_role("radio", name="Zawadi T.").check()
    await dialog.get_by_role("button", name="Join them").click()
    await expect(page.get_by_role("heading", level=1, name="Zawadi T.")).to_be_visible()
    gone = await done(house, "GET", f"/api/v1/clients/{people[0]['id']}")
    assert gone["merged_into"] == people[1]["id"]


async def test_a_report_is_shown_as_charts_and_as_figures(house: House, windows: Windows) -> None:
    page = await windows.open("/#/reports/new", who="supervisor_jane")
    await page.get_by_role("button", name="Make the report").click()
    await expect(page.get_by_role("heading", name="In all")).to_be_visible(timeout=MADE_MS)
    await page.get_by_role("button", name="Show as table").first.click()
    await expect(page.get_by_role("columnheader", name="Answered calls").first).to_be_visible()


async def test_a_schedule_is_made_and_rests(house: House, windows: Windows) -> None:
    page = await windows.open("/#/reports?tab=schedules", who="supervisor_jane")
    await page.get_by_role("button", name="New schedule").click()
    await page.get_by_label("Name").fill("Each Monday")
    await page.get_by_role("button", name="Save").click()
    line = page.get_by_role("row").filter(has_text="Each Monday")
    await line.get_by_role("button", name="Actions on Each Monday").click()
    await page.get_by_role("menuitem", name="Let it rest").click()
    await expect(line).to_contain_text("Resting")


# ---- dialogs, and what is not there


@pytest.mark.parametrize(
    "name",
    ["Edit", "Escalate", "Delete", "Change status", "Assign", "Log a contact", "Add a file"],
)
async def test_every_dialog_of_a_case_stands_by_keyboard_in_both_themes(
    house: House, windows: Windows, name: str
) -> None:
    made = await _made(house, title=LONG, priority="medium")
    page = await _opened(windows, made["id"])
    await stands(page, page.get_by_role("button", name=name, exact=True))


async def test_a_file_is_shown_over_the_page_and_left_by_keyboard(
    house: House, windows: Windows
) -> None:
    made = await _made(house)
    await _attached(house, made["id"], "words.txt", "text/plain", LONG.encode())
    page = await _opened(windows, made["id"])
    await stands(page, page.get_by_role("button", name="Show words.txt"))


async def test_a_file_with_a_script_in_it_runs_nowhere(house: House, windows: Windows) -> None:
    made = await _made(house)
    for name, kind in (
        ("a.svg", "image/svg+xml"),
        ("b.html", "text/html"),
        ("c.txt", "text/plain"),
    ):
        await _attached(house, made["id"], name, kind, HOSTILE_FILE)
    page = await _opened(windows, made["id"])
    kept = page.get_by_role("button", name=re.compile("^Show"))
    for n in range(await kept.count()):
        await kept.nth(n).click()
        await expect(page.get_by_role("dialog")).to_contain_text("alert")  # as words
        await page.keyboard.press("Escape")
    links = page.get_by_role("link", name=re.compile("^Download"))
    assert await links.count() == 3
    for n in range(3):
        address = house.base + str(await links.nth(n).get_attribute("href"))
        answer = await page.request.get(address)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        async with page.expect_download():  # also for who opens its address
            await page.evaluate("to => { location.href = to; }", address)
    assert await page.evaluate("'pwned' in window") is False


async def test_a_case_that_is_not_there_says_so_and_leads_back(windows: Windows) -> None:
    windows.expects("404 (Not Found)")
    page = await windows.open("/#/cases/99999999", who=ADMIN)
    await expect(page.get_by_text("There is no such case")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("main").get_by_role("link", name="Cases").click()
    await expect(page.get_by_role("heading", level=1, name="Cases")).to_be_visible()


async def test_an_operator_reads_whose_a_case_is_and_finds_no_case_of_others(
    house: House, windows: Windows
) -> None:
    windows.expects("404 (Not Found)")
    names = house.services.access.known.names
    john, maria = names["operator_john"], names["case_manager_maria"]
    mine = await _made(house, title="Mine", assigned_user_id=john.id)
    other = await _made(house, title="Not for John", assigned_user_id=maria.id)
    page = await windows.open("/#/cases", who="operator_john")
    line = page.get_by_role("row").filter(has_text=mine["case_number"])
    await expect(line).to_contain_text(john.name)
    await page.goto(f"/#/cases/{other['id']}")
    await expect(page.get_by_text("There is no such case")).to_be_visible()


async def test_a_list_is_turned_around_and_stays_so_after_a_reload(
    house: House, windows: Windows
) -> None:
    await _made(house, title="The newest of all")
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
    await _made(house, title="Zebra crossing")
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


# ---- uploads


async def test_an_upload_that_is_cut_keeps_what_was_typed_and_says_what_to_do(
    house: House, windows: Windows
) -> None:
    windows.expects("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION")
    made = await _made(house)
    page = await _opened(windows, made["id"])
    dialog = await _file_chosen(page)
    await page.route("**/attachments", lambda route: route.abort("connectionreset"))
    await dialog.get_by_role("button", name="Add a file").click()
    await expect(dialog).to_contain_text("The line was cut before the file was there.")
    await expect(dialog.get_by_label("What it is")).to_have_value("Her arm")
    assert await violations(page) == []
    await page.unroute("**/attachments")
    await dialog.get_by_role("button", name="Add a file").click()
    await expect(page.get_by_role("button", name="Show arm.png")).to_be_visible()


async def test_an_upload_shows_how_far_it_is_and_is_stopped(house: House, windows: Windows) -> None:
    made = await _made(house)
    page = await _opened(windows, made["id"])
    dialog = await _file_chosen(page)
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/attachments", hold)
    await dialog.get_by_role("button", name="Add a file").click()
    await expect(dialog.get_by_role("progressbar")).to_be_visible()
    await expect(dialog.get_by_label("File")).to_be_disabled()
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Stop sending").click()
    await expect(dialog).to_contain_text("Stopped. Nothing of the file was kept.")
    found = await done(house, "GET", f"{CASES}/{made['id']}/attachments")
    assert found["data"] == []


async def test_a_file_of_a_kind_that_is_not_kept_is_refused_at_the_field(
    house: House, windows: Windows
) -> None:
    windows.expects("415 (Unsupported Media Type)")
    made = await _made(house)
    page = await _opened(windows, made["id"])
    dialog = await _file_chosen(page, name="run.exe", content=b"MZ\x90\x00" + bytes(400))
    await dialog.get_by_role("button", name="Add a file").click()
    await expect(dialog).to_contain_text("Files of this kind can't be kept here.")


# ---- recordings


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "You may not hear this recording any more."), (410, "This recording was deleted"),
     (404, "There is no recording of this call")],
)  # fmt: skip
async def test_a_recording_that_can_t_be_heard_says_why(
    house: House, windows: Windows, status: int, words: str
) -> None:
    windows.expects(f"{status} (")
    made = await _made(house)
    page = await windows.open("/#/cases", who=ADMIN)
    heard = {**CONTACT, "audio_file_path": "/recordings/call-1.mp3", "case_id": made["id"]}
    await page.route("**/communications", lambda route: route.fulfill(json=_list(heard)))
    await page.route("**/recordings/*", lambda route: route.fulfill(status=status, json={}))
    await page.goto(f"/#/cases/{made['id']}")
    await page.get_by_role("button", name="Play the recording").click()
    await expect(page.get_by_role("main").get_by_role("alert")).to_contain_text(words)
    assert await violations(page) == []


async def test_a_contact_without_a_recording_offers_none_and_says_what_came_of_it(
    house: House, windows: Windows
) -> None:
    made = await _made(house)
    outcome = (await done(house, "GET", "/helpline/api/dispositions"))["data"][0]
    contact = {"contact_type": "walk_in", "direction": "inbound", "case_id": made["id"]}
    await done(house, "POST", COMMUNICATIONS, {**contact, "disposition_id": outcome["id"]})
    page = await _opened(windows, made["id"])
    contacts = page.get_by_role("region", name="Contacts")
    await expect(contacts).to_contain_text(f"Outcome: {outcome['name']}")
    await expect(contacts.get_by_role("button", name="Play the recording")).to_have_count(0)


async def test_an_escalation_that_is_refused_leaves_nothing_half_done(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    made = await _made(house, priority="medium")
    page = await _opened(windows, made["id"])
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
    assert (await _case(house, made["id"]))["priority"] == "critical"


async def _file_chosen(page: Page, name: str = "arm.png", content: bytes = PICTURE) -> Locator:
    await page.get_by_role("button", name="Add a file").click()
    dialog = page.get_by_role("dialog")
    file = {"name": name, "mimeType": "image/png", "buffer": content}
    await dialog.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    await dialog.get_by_label("What it is").fill("Her arm")
    return dialog


async def _attached(house: House, ident: int, name: str, kind: str, content: bytes) -> None:
    form = FormData()
    form.add_field("file", content, filename=name, content_type=kind)
    await done(house, "POST", f"{CASES}/{ident}/attachments", form=form)


def _list(*lines: dict[str, Any]) -> dict[str, Any]:
    page = {"total": len(lines), "limit": 1000, "offset": 0, "has_more": False}
    return {"success": True, "data": list(lines), "pagination": page}
