"""Reports and their schedules as people ask for, read, download and change them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.asking import done
from tests.browser.axe import violations
from tests.browser.house import House
from tests.browser.one_dialog import stands
from tests.browser.sights import settled
from tests.browser.windows import PHONE, Windows

REPORTS = "/api/v1/reports"
BOSS = "supervisor_jane"
SHE = "Jane Njeri"
PEOPLE = "/helpline/api/users"
MADE_MS = 60_000  # they give way to everything else
ID = "report-0123456789abcdef"
AGENTS = 10_000
ASKED: dict[str, Any] = {
    "report_id": ID, "status": "completed", "expires_at": "2030-01-01T00:00:00Z", "progress": 100,
    "download_url": f"http://mhud.example/reports/download/{ID}.json?signature=x", "format": "json",
    "created_at": "2025-03-07T10:00:00Z", "estimated_completion": None, "rows": 3, "size": 4000,
    "completed_at": "2025-03-07T10:00:10Z", "problem": None, "start_date": "2025-02-28T21:00:00Z",
    "end_date": "2025-03-07T21:00:00Z", "time_zone": "Africa/Nairobi", "group_by": "agent",
    "metrics": ["total_calls"], "queues": None, "agents": None, "created_by": 1,
    "schedule_id": None,
}  # fmt: skip


async def _opened(windows: Windows, **said: object) -> Page:
    """The page of a report of which the API says this."""
    page = await windows.open("/#/account", who=BOSS)
    await page.route(f"**{REPORTS}/{ID}", lambda route: route.fulfill(json={**ASKED, **said}))
    await page.goto(f"/#/reports/{ID}")
    await expect(page.get_by_role("heading", name="What was asked")).to_be_visible()
    return page


@pytest.mark.parametrize(
    ("said", "words"),
    [({"status": "failed", "problem": "disk-full"}, "no room on the server's disk"),
     ({"status": "failed", "problem": "took-too-long"}, "It took too long."),
     ({"status": "failed", "problem": "of a later version"}, "Something went wrong"),
     ({"status": "expired", "download_url": None}, "The file is gone"),
     ({"status": "generating", "progress": 40, "completed_at": None}, "40 % done")],
)  # fmt: skip
async def test_a_report_says_how_it_stands_and_why(
    windows: Windows, said: dict[str, object], words: str
) -> None:
    page = await _opened(windows, **said)
    await expect(page.get_by_role("main")).to_contain_text(words)
    await expect(page.get_by_role("link", name="Download")).to_have_count(0)
    assert await violations(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await violations(page) == []


async def test_a_report_of_ten_thousand_agents_can_be_used(windows: Windows) -> None:
    page = await windows.open("/#/account", who=BOSS)
    metric = {"name": "total_calls", "title": "Calls", "unit": "count"}
    rows = [{"group": f"agent{n:05}", "begins": None, "total_calls": n} for n in range(AGENTS)]
    whole = {**ASKED, "metrics": [metric], "rows": rows, "totals": {"total_calls": 49_995_000}}
    await page.route("**/reports/download/**", lambda route: route.fulfill(json=whole))
    await page.route(f"**{REPORTS}/{ID}", lambda route: route.fulfill(json=ASKED))
    await page.goto(f"/#/reports/{ID}")
    bars = page.get_by_role("table", name="Calls: the 20 largest")
    await expect(bars.get_by_role("row")).to_have_count(20)
    await expect(bars.get_by_role("row").first).to_contain_text("agent09999")
    table = page.get_by_role("table", name="All figures")
    assert await table.locator("tbody tr").count() < 100  # those that are seen
    await page.get_by_role("searchbox", name="Find by name").fill("agent04711")
    await expect(page.get_by_text("1 of 10,000")).to_be_visible()
    await expect(table.locator("tbody tr")).to_have_count(1)
    assert await violations(page) == []
    await page.get_by_role("searchbox", name="Find by name").fill("nobody")
    await expect(page.get_by_text("Nobody is called that.")).to_be_visible()


@pytest.mark.parametrize("form", ["CSV", "Spreadsheet"])
async def test_a_report_is_asked_for_and_downloaded(
    house: House, windows: Windows, form: str
) -> None:
    page = await windows.open("/#/reports/new", who=BOSS)
    await page.get_by_label("Format").select_option(form)
    await page.get_by_role("button", name="Make the report").click()
    link = page.get_by_role("link", name="Download")
    await expect(link).to_be_visible(timeout=MADE_MS)
    async with page.expect_download() as begun:
        await link.click()
    saved = (await (await begun.value).path()).read_bytes()
    assert saved.startswith(b"PK" if form == "Spreadsheet" else b"\xef\xbb\xbf") or b"," in saved


async def test_an_old_report_is_found_whatever_was_made_since(windows: Windows) -> None:
    page = await windows.open("/#/account", who=BOSS)
    await page.route(f"**{REPORTS}?*", lambda route: route.fulfill(json={"reports": []}))
    await page.route(
        f"**{REPORTS}/{ID}", lambda route: route.fulfill(json={**ASKED, "status": "expired"})
    )
    await page.goto(f"/#/reports/{ID}")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("1 Mar 2025")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("7 Mar 2025")
    await expect(page.get_by_text("Africa/Nairobi")).to_be_visible()


async def test_a_report_that_is_not_there_says_so(windows: Windows) -> None:
    windows.expects("404 (Not Found)")
    page = await windows.open(f"/#/reports/{ID}", who=BOSS)
    await expect(page.get_by_text("There is no such report.")).to_be_visible()
    assert await violations(page) == []


async def test_a_last_day_before_the_first_is_said_at_the_field(windows: Windows) -> None:
    page = await windows.open("/#/reports/new", who=BOSS)
    await page.get_by_label("First day").fill("2025-03-08")
    await page.get_by_label("Last day").fill("2025-03-01")
    await page.get_by_role("button", name="Make the report").click()
    await expect(page.get_by_text("This is before the first day.")).to_be_visible()
    await expect(page.get_by_label("Last day")).to_be_focused()
    assert await violations(page) == []


async def test_the_dialogs_of_reports_stand_by_keyboard_in_both_themes(
    house: House, windows: Windows
) -> None:
    page = await windows.open("/#/reports?tab=schedules", who=BOSS)
    await settled(page)
    await stands(page, page.get_by_role("button", name="New schedule"))
    made = await done(
        house, "POST", f"{REPORTS}/calls", {"start_date": "2025-03-01", "end_date": "2025-03-02"}
    )
    await page.goto(f"/#/reports/{made['report_id']}")
    await expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=MADE_MS)
    await settled(page)  # what it says is drawn, too
    await stands(page, page.get_by_role("button", name="Delete"))


async def test_a_schedule_is_changed_rests_goes_on_and_goes(house: House, windows: Windows) -> None:
    wish = {"name": "Each morning", "every": "day", "at": "07:00", "period": "yesterday"}
    recipient = house.services.access.known.names[BOSS].id
    await done(house, "POST", f"{REPORTS}/schedules", {**wish, "recipients": [recipient]})
    page = await windows.open("/#/reports?tab=schedules", who="admin_alice")
    line = page.get_by_role("row").filter(has_text="Each morning")
    await _choose(page, "Each morning", "Edit")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("How often").select_option("week")
    await dialog.get_by_label("On", exact=True).select_option("5")
    await dialog.get_by_role("button", name="Save").click()
    await expect(line).to_contain_text("Every Friday at 07:00")
    found = await _schedule(house, "Each morning")
    assert (found["every"], found["day"]) == ("week", 5)
    await expect(line.locator(f"time[datetime='{found['next_at']}']")).to_be_visible()
    await _choose(page, "Each morning", "Let it rest")
    await expect(line).to_contain_text("Resting")
    await _choose(page, "Each morning", "Go on")
    await expect(line).to_contain_text("Active")
    await page.set_viewport_size(PHONE)
    await _choose(page, "Each morning", "Delete")  # in reach of a thumb, too
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(line).to_have_count(0)


async def test_a_schedule_that_two_change_shows_both_in_words(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    wish = {"name": "Each morning", "every": "day", "at": "07:00", "period": "yesterday"}
    recipient = house.services.access.known.names[BOSS].id
    made = await done(house, "POST", f"{REPORTS}/schedules", {**wish, "recipients": [recipient]})
    page = await windows.open("/#/reports?tab=schedules", who="admin_alice")
    await _choose(page, "Each morning", "Edit")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("About").select_option("last_month")
    await done(house, "PUT", f"{REPORTS}/schedules/{made['id']}", {"period": "last_7_days"})
    await dialog.get_by_role("button", name="Save", exact=True).click()
    versions = dialog.get_by_role("region", name="Two versions")
    await expect(versions).to_contain_text("Last month")
    await expect(versions).to_contain_text("The last 7 days")
    await versions.get_by_role("button", name="Take what was saved").click()
    await expect(dialog.get_by_label("About")).to_have_value("last_7_days")


async def test_a_report_is_shown_as_charts_and_as_figures(house: House, windows: Windows) -> None:
    page = await windows.open("/#/reports/new", who=BOSS)
    await page.get_by_role("button", name="Make the report").click()
    await expect(page.get_by_role("heading", name="In all")).to_be_visible(timeout=MADE_MS)
    await page.get_by_role("button", name="Show as table").first.click()
    await expect(page.get_by_role("columnheader", name="Answered calls").first).to_be_visible()


async def test_a_schedule_is_made_and_rests(house: House, windows: Windows) -> None:
    page = await windows.open("/#/reports?tab=schedules", who=BOSS)
    await page.get_by_role("button", name="New schedule").click()
    await page.get_by_label("Name").fill("Each Monday")
    await page.get_by_role("button", name="Save").click()
    line = page.get_by_role("row").filter(has_text="Each Monday")
    await line.get_by_role("button", name="Actions on Each Monday").click()
    await page.get_by_role("menuitem", name="Let it rest").click()
    await expect(line).to_contain_text("Resting")


async def _choose(page: Page, schedule: str, action: str) -> None:
    await page.get_by_role("button", name=f"Actions on {schedule}").click()
    item = page.get_by_role("menuitem", name=action)
    await expect(item).to_be_in_viewport(ratio=1)
    await item.click()


async def _schedule(house: House, name: str) -> dict[str, Any]:
    found = (await done(house, "GET", f"{REPORTS}/schedules"))["schedules"]
    return next(dict(one) for one in found if one["name"] == name)


async def test_a_report_is_asked_for_again_only_when_the_answer_came(windows: Windows) -> None:
    page = await windows.open("/#/account", who=BOSS)
    making = {**ASKED, "status": "generating", "progress": 40, "completed_at": None}
    asked: list[Route] = []

    async def answer(route: Route) -> None:
        asked.append(route)
        if len(asked) == 1:
            await route.fulfill(json=making)

    await page.clock.install()
    await page.route(f"**{REPORTS}/{ID}", answer)
    await page.goto(f"/#/reports/{ID}")
    await expect(page.get_by_role("main")).to_contain_text("40 % done")
    await page.clock.run_for(2000)
    await windows.house.until(lambda _: len(asked) > 1)  # its own clock goes on meanwhile, too
    await page.clock.run_for(4000)
    await expect(page.get_by_role("main")).to_contain_text("40 % done")
    assert len(asked) == 2
    await asked[1].fulfill(json={**making, "progress": 80})
    await expect(page.get_by_role("main")).to_contain_text("80 % done")


async def test_a_schedule_that_turns_from_months_to_weeks_has_a_day_of_the_week(
    house: House, windows: Windows
) -> None:
    page = await windows.open("/#/reports?tab=schedules", who=BOSS)
    await page.get_by_role("button", name="New schedule").click()
    await page.get_by_label("Name").fill("Each week")
    await page.get_by_label("How often").select_option("month")
    await page.get_by_label("On", exact=True).fill("15")
    await page.get_by_label("How often").select_option("week")
    await expect(page.get_by_label("On", exact=True)).to_have_value("1")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row").filter(has_text="Each week")).to_be_visible()
    assert (await _schedule(house, "Each week"))["day"] == 1


async def test_a_schedule_without_readers_mails_nobody_as_the_form_says(
    house: House, windows: Windows
) -> None:
    people = {one["username"]: one["id"] for one in (await done(house, "GET", PEOPLE))["data"]}
    await _scheduled(house, [people["admin_alice"]])
    page = await windows.open("/#/reports?tab=schedules", who="admin_alice")
    await _choose(page, "To readers", "Edit")
    await page.get_by_label("Alice Mutua").uncheck()
    await page.get_by_label(SHE).check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert (await _schedule(house, "To readers"))["recipients"] == [people[BOSS]]
    await _choose(page, "To readers", "Edit")
    await expect(page.get_by_text("None chosen: nobody gets mail")).to_be_visible()
    await page.get_by_label(SHE).uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert (await _schedule(house, "To readers"))["recipients"] == []


async def test_a_new_schedule_mails_its_maker_unless_he_chooses_otherwise(
    house: House, windows: Windows
) -> None:
    page = await windows.open("/#/reports?tab=schedules", who="admin_alice")
    await page.get_by_role("button", name="New schedule").click()
    await expect(page.get_by_label("Alice Mutua")).to_be_checked()
    await page.get_by_label("Name").fill("For the list")
    await page.get_by_label("Alice Mutua").uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row").filter(has_text="For the list")).to_be_visible()
    assert (await _schedule(house, "For the list"))["recipients"] == []


async def test_where_no_mail_is_sent_a_schedule_can_be_made_for_the_list(windows: Windows) -> None:
    windows.expects("503 (Service Unavailable)")
    page = await windows.open("/#/reports?tab=schedules", who="admin_alice")
    refusal = {"code": "service_unavailable", "details": {"reason": "no-mail"}}
    await page.route(
        f"**{REPORTS}/schedules", lambda route: route.fulfill(status=503, json=refusal)
    )
    await page.get_by_role("button", name="New schedule").click()
    await page.get_by_label("Name").fill("Without mail")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("This server sends no e-mail. Choose nobody")).to_be_visible()


async def test_a_reader_who_has_no_address_any_more_can_be_taken_away(
    house: House, windows: Windows
) -> None:
    windows.expects("400 (Bad Request)")
    people = {one["username"]: one["id"] for one in (await done(house, "GET", PEOPLE))["data"]}
    await _scheduled(house, [people[BOSS], people["admin_alice"]])
    await done(house, "PUT", f"{PEOPLE}/{people[BOSS]}", {"email": None})
    page = await windows.open("/#/reports?tab=schedules", who="admin_alice")
    await _choose(page, "To readers", "Edit")
    await page.get_by_label("Name").fill("To one reader")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("must be a user with an e-mail address")).to_be_visible()
    await page.get_by_label(SHE).uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert (await _schedule(house, "To one reader"))["recipients"] == [people["admin_alice"]]


async def test_a_schedule_about_a_queue_that_is_gone_shows_that_it_is_not_about_all(
    house: House, windows: Windows
) -> None:
    await _scheduled(house, [])
    page = await windows.open("/#/account", who="admin_alice")

    async def name_one_that_is_gone(route: Route) -> None:
        found = await route.fetch()
        await route.fulfill(response=found, json={**await found.json(), "queues": ["gone_by_now"]})

    await page.route(f"**{REPORTS}/schedules/*", name_one_that_is_gone)
    await page.goto("/#/reports?tab=schedules")
    await _choose(page, "To readers", "Edit")
    await expect(page.get_by_label("gone_by_now")).to_be_checked()


async def _scheduled(house: House, recipients: list[int]) -> None:
    wish = {"name": "To readers", "every": "day", "at": "07:00", "period": "yesterday"}
    body = {**wish, "format": "csv", "recipients": recipients}
    await done(house, "POST", f"{REPORTS}/schedules", body)
