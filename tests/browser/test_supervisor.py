"""Supervision: who asks for help is noticed, and each button does what it says, once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.asking import done
from tests.browser.house import CALLER, House
from tests.browser.sights import settled
from tests.browser.windows import PHONE, Windows

AGENT, OPERATOR, AGENT_NAME = "agent002", "operator_john", "John Otieno"
COLLEAGUE, COLLEAGUE_NAME = "agent003", "Grace Wanjiru"
LISTENER, SUPERVISOR, SUPERVISOR_NAME = "agent001", "jsmith", "Jane Smith"  # who has a phone
WITHOUT_PHONE = "supervisor_jane"


async def agent_of(house: House, agent_id: str = AGENT) -> dict[str, Any]:
    """As the API says it."""
    listed = (await done(house, "GET", "/api/v1/agents/status"))["agents"]
    found: dict[str, Any] = next(one for one in listed if one["id"] == agent_id)
    return found


async def calls_of(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await done(house, "GET", "/api/v1/calls/active"))["calls"]
    return found


def bell(page: Page) -> Locator:
    return page.locator(".bar .bell")


# ---- asking for help


@pytest.mark.parametrize("path", ["/#/cases", "/#/users", "/#/statistics"])
async def test_who_asks_for_help_is_seen_on_every_page_and_is_one_click_away(
    house: House, windows: Windows, path: str
) -> None:
    await house.only(AGENT)
    _, call_id = await house.talks(AGENT)
    page = await windows.open(path, who=SUPERVISOR)
    await settled(page)
    await expect(bell(page)).to_have_accessible_name("Nobody asks for help.")
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
    await expect(page.get_by_role("alert")).to_contain_text(f"{AGENT_NAME} asks for help.")
    await bell(page).click()
    detail = page.locator(".supervisor-detail")
    await expect(detail.get_by_role("heading", name=AGENT_NAME)).to_be_visible()
    await expect(detail).to_contain_text(CALLER)
    await expect(detail.get_by_role("button", name="Listen")).to_be_visible()
    assert (await agent_of(house))["help"]["call_id"] == call_id


async def test_an_agent_sees_who_comes_and_ends_it_himself(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    page = await windows.open("/#/panel", who=OPERATOR)
    watcher = await windows.open("/#/cases", who=SUPERVISOR)
    await page.get_by_role("button", name="Ask for help").click()
    await bell(watcher).click()
    await watcher.get_by_role("button", name="I am coming").click()
    await expect(page.get_by_text(f"{SUPERVISOR_NAME} comes")).to_be_visible()
    await expect(bell(watcher)).to_have_accessible_name("Nobody asks for help.")
    await expect(watcher.locator("[data-help]")).to_contain_text(f"{SUPERVISOR_NAME} comes")
    await page.get_by_role("button", name="Help is over").click()
    await expect(watcher.locator("[data-help]")).to_have_count(0)
    assert (await agent_of(house))["help"] is None


async def test_a_supervisor_ends_help_that_was_given(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    page = await windows.open("/#/panel", who=OPERATOR)
    watcher = await windows.open("/#/supervisor", who=SUPERVISOR)
    await page.get_by_role("button", name="Ask for help").click()
    await watcher.get_by_role("button", name="I am coming").click()
    await watcher.get_by_role("button", name="Help is over").click()
    await expect(page.get_by_role("button", name="Ask for help")).to_be_visible()
    assert (await agent_of(house))["help"] is None


async def test_of_two_who_come_the_second_is_told_of_the_first(
    house: House, windows: Windows
) -> None:
    windows.expects("409 (Conflict)")
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
    page = await windows.open("/#/supervisor", who=SUPERVISOR)
    await settled(page)
    await page.route("**/help/answer", lambda route: _first(house, route))
    await page.get_by_role("button", name="I am coming").click()
    await expect(page.locator(".toast-bad")).to_contain_text("helped by somebody else already")
    await expect(page.locator("[data-help]")).to_contain_text("comes")


async def _first(house: House, route: Any) -> None:
    """Somebody else was faster by the blink of an eye."""
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help/answer")
    await route.continue_()


async def test_two_who_ask_are_counted_on_a_phone_too(house: House, windows: Windows) -> None:
    page = await windows.open("/#/cases", who=SUPERVISOR, size=PHONE)
    await settled(page)
    for agent_id in (AGENT, COLLEAGUE):
        await done(house, "POST", f"/api/v1/agents/{agent_id}/help")
    await expect(bell(page).locator(".bell-count")).to_have_text("2")
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_who_asks_for_help_himself_gets_no_bell_for_it(
    house: House, windows: Windows
) -> None:
    page = await windows.open("/#/cases", who=SUPERVISOR)
    await settled(page)
    await done(house, "POST", f"/api/v1/agents/{LISTENER}/help")
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
    await expect(bell(page)).to_have_accessible_name(f"{AGENT_NAME} asks for help.")


async def test_a_tone_is_heard_while_somebody_waits_if_one_wishes_it(
    house: House, windows: Windows
) -> None:
    page = await windows.open("about:blank", who=SUPERVISOR)
    await page.add_init_script(COUNT_TONES)
    await page.goto("/#/supervisor")
    await settled(page)
    await page.get_by_role("button", name="Sound").click()
    heard = page.locator("html")
    await expect(heard).to_have_attribute("data-tones", "3")  # so one knows what it will be
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
    await expect(heard).to_have_attribute("data-tones", re.compile("^(?!3$)"))
    await page.get_by_role("button", name="I am coming").click()
    await expect(page.locator("[data-help]")).to_contain_text("comes")
    assert await page.evaluate("localStorage.getItem('sound.help')") == "on"


COUNT_TONES = """
const Native = OscillatorNode;
let tones = 0;
window.OscillatorNode = class extends Native {
  start(at) { document.documentElement.dataset.tones = tones += 1; super.start(at); }
};
"""
