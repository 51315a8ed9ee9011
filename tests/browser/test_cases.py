"""What people do with cases and clients: find them, read them, change them while others do."""

from __future__ import annotations

import base64
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.asking import done
from tests.browser.house import House
from tests.browser.sights import ADMIN, settled
from tests.browser.windows import Windows

CASES = "/helpline/api/cases"
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
