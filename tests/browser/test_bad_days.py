"""Bad days: each says what happened in the person's words, and loses nothing that was typed."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from mhud.sim.fake import FakeAsterisk
from mhud.sim.site import Endpoint
from tests.browser.asking import done
from tests.browser.house import House, Template, running_house, site
from tests.browser.line import Line
from tests.browser.sights import settled
from tests.browser.windows import Windows

AGENT, OPERATOR = "agent002", "operator_john"
SUPERVISOR, ADMIN = "supervisor_jane", "admin_alice"
OFFLINE = "net::ERR_"  # the browser's own words for a network that is not there
NOTES = "She speaks very softly. Her brother is in the next room."
CROWD, AT_ONCE = 10_000, 300
LONG = "W" * 200
FROM_THE_RIGHT = ("شخص اتصل من نيروبي " * 11)[:200].strip()


def tile(page: Page, agent_id: str = AGENT) -> Locator:
    return page.locator(f"[data-agent={agent_id}]")


async def is_shown(page: Page, status: str, agent_id: str = AGENT) -> None:
    await expect(tile(page, agent_id)).to_have_attribute("data-status", status)


# ---- the line


async def test_a_board_that_lost_its_line_says_so_and_catches_up(
    house: House, windows: Windows
) -> None:
    windows.expects(OFFLINE, "WebSocket")
    page = await windows.open("/#/wallboard", who=SUPERVISOR)
    await is_shown(page, "available")
    await page.context.set_offline(True)
    await expect(page.get_by_text("The connection is lost")).to_be_visible()
    await house.away(AGENT)
    await page.context.set_offline(False)
    await expect(page.get_by_text("The connection is lost")).to_have_count(0)
    await is_shown(page, "on-break")


async def _lined(windows: Windows, line: Line) -> Page:
    page = await windows.open("about:blank", who=SUPERVISOR)
    await page.route_web_socket("**/ws", line.take)
    await page.goto("/#/wallboard")
    await is_shown(page, "available")
    return page


async def test_a_line_that_breaks_is_resumed_where_it_was(house: House, windows: Windows) -> None:
    line = Line()
    page = await _lined(windows, line)
    await house.away("agent003")
    await is_shown(page, "on-break", "agent003")
    await line.breaks()
    await house.away(AGENT)
    await is_shown(page, "on-break")
    assert "since" not in line.asked[0]
    assert any("since" in one for one in line.asked)  # the last may only ask who is there


async def test_what_a_replay_has_lost_is_read_anew(house: House, windows: Windows) -> None:
    line = Line()
    page = await _lined(windows, line)
    line.truncated = True
    await house.away("agent003")
    await is_shown(page, "on-break", "agent003")
    await line.breaks()
    await house.away(AGENT)
    await is_shown(page, "on-break")


async def test_a_telephone_system_that_is_away_is_said_on_every_live_page(
    house: House, windows: Windows
) -> None:
    page = await windows.open("/#/wallboard", who=SUPERVISOR)
    await is_shown(page, "available")
    await house.pbx.stop()
    await expect(page.get_by_text("The telephone system can't be reached")).to_be_visible()


# ---- who may, and who still may


async def test_a_board_whose_login_ended_is_live_no_more_whoever_hears_of_it_first(
    house: House, windows: Windows
) -> None:
    windows.expects("401 (Unauthorized)")
    page = await windows.open("/#/wallboard", who=SUPERVISOR)
    await is_shown(page, "available")
    await page.route("**/queues/stats", lambda route: route.fulfill(status=401, json={}))
    await house.away(AGENT)
    await expect(page.get_by_role("dialog", name="Sign in again")).to_be_visible()
    await expect(page.get_by_text("The connection is lost")).to_be_visible()
    await expect(page.locator(".bar-line")).to_have_text("Not live")


async def test_a_login_that_ends_in_the_middle_of_a_form_loses_nothing(
    house: House, windows: Windows
) -> None:
    windows.expects("401 (Unauthorized)", "WebSocket")
    page = await windows.open("/#/cases/new", who=OPERATOR)
    await settled(page)
    await page.locator("[name=title]").fill("Asks for a bed tonight")
    await page.locator("[name=description]").fill(NOTES)
    for login in (await done(house, "GET", "/api/v1/sessions"))["sessions"]:
        await done(house, "DELETE", f"/api/v1/sessions/{login['id']}")
    dialog = page.get_by_role("dialog", name="Sign in again")
    await expect(dialog).to_be_visible()
    for _ in range(3):  # there is no way around it
        await page.keyboard.press("Escape")
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("User name or e-mail").fill(OPERATOR)
    await dialog.get_by_role("textbox", name="Password").fill(house.credentials.passwords[OPERATOR])
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(dialog).to_have_count(0)
    await page.get_by_role("button", name="Open the case").click()
    await expect(page.get_by_role("main")).to_contain_text(NOTES)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Asks for a bed tonight")


async def test_a_page_that_is_not_for_him_says_so(windows: Windows) -> None:
    page = await windows.open("/#/users", who=OPERATOR)
    await expect(page.get_by_text("Your role does not show this page")).to_be_visible()


async def test_what_the_server_refuses_is_said_though_the_button_was_there(
    house: House, windows: Windows
) -> None:
    """His role lost the right after the page was drawn."""
    windows.expects("403 (Forbidden)")
    page = await windows.open("/#/api-keys", who=ADMIN)
    await settled(page)
    await page.route("**/api/v1/keys", refused_once(403, {}))
    await page.get_by_role("button", name="New key").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("[name=name]").fill("Dashboard")
    await dialog.get_by_role("checkbox").first.check()
    await dialog.get_by_role("button", name="Make the key").click()
    await expect(page.get_by_text("Your role does not allow this").first).to_be_visible()
    await expect(dialog.locator("[name=name]")).to_have_value("Dashboard")


def refused_once(status: int, headers: dict[str, str]) -> Callable[[Route], Awaitable[None]]:
    """The next POST is answered by somebody between us and the daemon."""
    left = [status]

    async def answer(route: Route) -> None:
        if route.request.method == "POST" and left:
            await route.fulfill(status=left.pop(), headers=headers, json={"error": True})
        else:
            await route.continue_()

    return answer


@pytest.mark.parametrize(
    ("status", "words"), [(429, "Try again in 3 seconds"), (503, "does not work right now")]
)
async def test_too_many_requests_and_a_server_in_trouble_are_said_and_tried_again(
    windows: Windows, status: int, words: str
) -> None:
    windows.expects(f"status of {status}")
    page = await windows.open("/#/api-keys", who=ADMIN)
    await settled(page)
    await page.route("**/api/v1/keys", refused_once(status, {"Retry-After": "3"}))
    await page.get_by_role("button", name="New key").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("[name=name]").fill("Dashboard")
    await dialog.get_by_role("checkbox").first.check()
    await dialog.get_by_role("button", name="Make the key").click()
    await expect(page.get_by_text(words).first).to_be_visible()
    await dialog.get_by_role("button", name="Make the key").click()
    await expect(page.get_by_text("This is shown only now")).to_be_visible()


async def test_what_can_not_be_is_said_in_the_words_of_the_api_and_nothing_typed_is_lost(
    windows: Windows,
) -> None:
    windows.expects("409 (Conflict)")
    page = await windows.open("/#/users/new", who=ADMIN)
    await settled(page)
    await page.locator("[name=username]").fill(OPERATOR)
    await page.locator("[name=name]").fill("Another John")
    await page.get_by_role("button", name="Add this person").click()
    await expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("taken")
    await expect(page.locator("[name=name]")).to_have_value("Another John")


# ---- two at once


async def test_two_who_change_a_case_at_once_see_both_versions(
    house: House, windows: Windows
) -> None:
    windows.expects("412 (Precondition Failed)")
    found = (await done(house, "POST", "/helpline/api/cases", {"title": "As it was"}))["data"]
    page = await windows.open(f"/#/cases/{found['id']}", who=SUPERVISOR)
    await settled(page)
    await page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("[name=title]").fill("As I typed it")
    await done(house, "PUT", f"/helpline/api/cases/{found['id']}", {"title": "As others saved it"})
    await dialog.get_by_role("button", name="Save", exact=True).click()
    both = page.get_by_label("Two versions")
    await expect(both).to_contain_text("As I typed it")
    await expect(both).to_contain_text("As others saved it")
    await both.get_by_role("button", name="Save mine").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("As I typed it")


async def test_two_tabs_of_one_form_show_what_was_typed_last(
    house: House, windows: Windows
) -> None:
    await house.only(AGENT)
    await house.talks(AGENT)
    first = await windows.open("/#/panel", who=OPERATOR)
    await settled(first)
    second = await windows.tab(first.context, "/#/panel")
    await settled(second)
    for page in (first, second):
        await expect(page.locator("[name=message]")).to_have_value("")
    await first.locator("[name=message]").fill(NOTES)
    await expect(second.locator("[name=message]")).to_have_value(NOTES)


# ---- what people and machines are like


@pytest.mark.parametrize("hours", [1, -1], ids=["fast", "slow"])
@pytest.mark.parametrize("zone", ["Africa/Nairobi", "America/New_York"])
async def test_a_clock_that_is_an_hour_wrong_shows_right_timers(
    house: House, windows: Windows, hours: int, zone: str
) -> None:
    await house.only(AGENT)
    await house.talks(AGENT)
    page = await windows.open("about:blank", who=SUPERVISOR, timezone_id=zone)
    await page.add_init_script(
        f"const now = Date.now; Date.now = () => now() + {hours} * 3_600_000;"
        "const D = Date; window.Date = new Proxy(D, { construct: (target, said) =>"
        " said.length ? new target(...said) : new target(Date.now()) });"
    )
    await page.goto("/#/wallboard")
    await is_shown(page, "on-call")
    await expect(tile(page).get_by_role("timer")).to_have_text(re.compile(r"^0:\d\d$"))


@pytest.mark.parametrize("text", [LONG, FROM_THE_RIGHT], ids=["200 letters", "from the right"])
async def test_long_names_and_those_from_the_right_break_no_page(
    house: House, windows: Windows, text: str
) -> None:
    await done(house, "PUT", "/helpline/api/users/5", {"name": text[:200]})
    await done(house, "PUT", "/api/v1/queues/support", {"name": text[:64]})
    made = await done(house, "POST", "/helpline/api/cases", {"title": text, "child_name": text})
    case_id = made["data"]["id"]
    page = await windows.open("about:blank", who=ADMIN)
    for path in ("/wallboard", "/supervisor", f"/cases/{case_id}", "/cases", "/users", "/queues"):
        await page.goto("about:blank")
        await page.goto(f"/#{path}")
        await settled(page)
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(too_wide) <= 0, path


@pytest.mark.timeout(180)
async def test_ten_thousand_agents_are_listed_and_found(
    filled: Template, tmp_path: Path, browser: Browser
) -> None:
    crowd = tuple(Endpoint(f"mass{n:05}", f"{20_000 + n}", f"Mass {n:05}") for n in range(CROWD))
    demo = site()

    def all_come(pbx: FakeAsterisk) -> None:
        for one in crowd:
            pbx.agent_logs_in(one.name, "support")

    large = replace(demo, endpoints=(*crowd, *demo.endpoints))
    async with running_house(filled, tmp_path / "data", large, all_come) as house:
        windows = Windows(browser, house)
        try:
            await house.until(lambda live: len(live.agents) > CROWD, 60)
            page = await windows.open("/#/supervisor", who=SUPERVISOR)
            await settled(page)
            rows = page.get_by_role("row")
            await expect(page.get_by_role("tab", selected=True)).to_contain_text(
                re.compile("10.?008")
            )
            assert await rows.count() < AT_ONCE
            await page.get_by_role("searchbox", name="Name").fill("Mass 09876")
            await expect(rows).to_have_count(2)  # with the head
            await page.goto("/#/wallboard")
            await is_shown(page, "available")
            assert await page.locator("[data-agent]").count() < AT_ONCE
            assert windows.unexpected() == []
        finally:
            await windows.close()
