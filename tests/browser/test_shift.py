"""A shift, as people do it: an operator, the wallboard, a supervisor, an administrator."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from tests.browser.asking import asked_with
from tests.browser.house import CALLER, House
from tests.browser.sights import settled
from tests.browser.windows import Windows

AGENT, OPERATOR = "agent002", "operator_john"
COLLEAGUE, COLLEAGUE_NAME = "agent003", "Grace Wanjiru"
LISTENER, SUPERVISOR = "agent001", "jsmith"  # who has a phone
NOTES = "Two older pupils wait for her at the gate. She is afraid to go to school."
# When the page shows a text for the first time, by the machine's clock.
WATCH_FOR = """selector => {
  window.seenAt = new Promise((resolve) => {
    const look = () => document.querySelector(selector) && resolve(Date.now());
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true,
      characterData: true, attributes: true });
    look();
  });
}"""
MOVES_WITHIN_S = 0.3
TRIES = 9  # as many as a board shows: a machine that stops for a second has no say


async def _picks_up(house: House, page: Page) -> str:
    """The call's id."""
    _, call_id = await house.caller("support", CALLER)
    await expect(page.get_by_role("alert")).to_contain_text(CALLER)
    house.pbx.agent_answers(AGENT)
    await expect(page.get_by_role("button", name="End call")).to_be_visible()
    return call_id


async def _writes_it_up(page: Page) -> None:
    await page.locator("[name=message]").fill(NOTES)
    await expect(page.get_by_text("Draft kept at")).to_be_visible()
    await page.get_by_role("radio", name="A new case").check()
    await page.locator("[name=title]").fill("Afraid to go to school")
    await page.locator("[name=category]").select_option(index=1)
    await page.locator("[name=disposition_id]").select_option(index=1)
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("The contact is saved, and CASE-")).to_be_visible()


async def _sends_on(house: House, page: Page) -> None:
    await page.get_by_role("button", name="Transfer").click()
    dialog = page.get_by_role("dialog", name="Transfer")
    await dialog.get_by_role("combobox", name="A colleague").select_option(COLLEAGUE)
    await dialog.get_by_role("button", name="Send at once").click()
    await house.until(lambda _: house.pbx.is_ringing(COLLEAGUE))
    house.pbx.agent_answers(COLLEAGUE)


async def test_a_call_is_answered_becomes_a_case_and_goes_to_a_colleague(
    house: House, windows: Windows
) -> None:
    await house.only(AGENT)
    board = await windows.open("/#/wallboard", who="supervisor_jane")
    page = await windows.open("/#/panel", who=OPERATOR)
    await settled(page)
    call_id = await _picks_up(house, page)
    tile = board.locator(f"[data-agent={AGENT}]")
    await expect(tile).to_have_attribute("data-status", "on-call")
    await _writes_it_up(page)
    await house.free(COLLEAGUE)
    await _sends_on(house, page)
    await expect(page.get_by_text("Time to write")).to_be_visible()
    await expect(tile).to_have_attribute("data-status", "wrap-up")
    await expect(board.locator(f"[data-call='{call_id}']")).to_contain_text(COLLEAGUE_NAME)
    await page.get_by_role("button", name="Ready for calls").click()
    await house.agent_is("available", AGENT)
    await expect(tile).to_have_attribute("data-status", "available")


async def test_a_board_in_another_window_moves_within_300_ms(
    house: House, windows: Windows
) -> None:
    """From the caller's choice in Asterisk to the change on the screen; the middle of some."""
    await house.only()
    board = await windows.open("/#/wallboard", who="supervisor_jane")
    await settled(board)
    took = []
    for n in range(TRIES):
        await board.evaluate(WATCH_FOR, f".board-waiting li:nth-child({n + 1})")
        began = house.services.clock.now()
        await house.caller("support", f"+25470012345{n}")
        seen = datetime.fromtimestamp(await board.evaluate("seenAt") / 1000, UTC)
        took.append((seen - began).total_seconds())
    assert sorted(took)[TRIES // 2] < MOVES_WITHIN_S, took


async def test_a_supervisor_listens_to_a_call(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    _, call_id = await house.talks(AGENT)
    page = await windows.open("/#/supervisor", who=SUPERVISOR)
    await settled(page)
    await page.get_by_role("row", name="John Otieno").click()
    await page.get_by_role("button", name="Listen").click()
    await house.until(lambda _: house.pbx.is_ringing(LISTENER))
    house.pbx.agent_answers(LISTENER)
    heard = await house.until(
        lambda live: [one for one in live.calls.values() if one.monitors == call_id]
    )
    assert [one.monitor_mode for one in heard] == ["listen"]


async def test_an_operator_who_asks_for_help_is_seen_on_the_boards(
    house: House, windows: Windows
) -> None:
    await house.only(AGENT)
    board = await windows.open("/#/wallboard", who="supervisor_jane")
    page = await windows.open("/#/panel", who=OPERATOR)
    await house.talks(AGENT)
    await page.get_by_role("button", name="Ask for help").click()
    tile = board.locator(f"[data-agent={AGENT}]")
    await expect(tile).to_contain_text("asks for help")
    await page.get_by_role("button", name="Help is over").click()
    await expect(tile).not_to_contain_text("asks for help")


async def test_what_was_typed_is_there_after_a_reload(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    page = await windows.open("/#/panel", who=OPERATOR)
    await settled(page)
    await _picks_up(house, page)
    await page.locator("[name=message]").fill(NOTES)
    await expect(page.get_by_text("Draft kept at")).to_be_visible()
    await page.reload()
    await expect(page.locator("[name=message]")).to_have_value(NOTES)


async def test_an_administrator_makes_a_key_that_works(house: House, windows: Windows) -> None:
    page = await windows.open("/#/api-keys", who="admin_alice")
    await settled(page)
    await page.get_by_role("button", name="New key").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Name").fill("Dashboard of the ministry")
    await dialog.get_by_role("checkbox").first.check()
    await dialog.get_by_role("button", name="Make the key").click()
    shown = page.get_by_text("This is shown only now")
    await expect(shown).to_be_visible()
    text = await page.get_by_role("dialog").inner_text()
    values = await page.locator("dialog input").evaluate_all("all => all.map(one => one.value)")
    secrets = re.findall(r"mhuk_[\w-]+", " ".join([text, *values]))
    assert len(set(secrets)) == 1
    assert await asked_with(house, secrets[0], "/helpline/api/users/me") == 200


async def test_an_administrator_makes_a_webhook(house: House, windows: Windows) -> None:
    page = await windows.open("/#/webhooks", who="admin_alice")
    await settled(page)
    await page.get_by_role("button", name="New webhook").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("[name=url]").fill("http://127.0.0.1:9/hook")
    await dialog.get_by_role("checkbox", name="call.ended").check()
    await dialog.get_by_role("button", name="Make the webhook").click()
    await expect(page.get_by_text("This is shown only now")).to_be_visible()
    made = await house.services.webhooks.known()
    assert [one.webhook.url for one in made] == ["http://127.0.0.1:9/hook"]


async def test_a_report_is_asked_for_and_its_file_is_downloaded(windows: Windows) -> None:
    page = await windows.open("/#/reports/new", who="supervisor_jane", accept_downloads=True)
    await settled(page)
    await page.locator("[name=format]").select_option("csv")
    await page.get_by_role("button", name="Make the report").click()
    link = page.get_by_role("link", name="Download (CSV)")
    await expect(link).to_be_visible(timeout=60_000)  # a program of its own makes it
    async with page.expect_download() as coming:
        await link.click()
    file = await (await coming.value).path()
    assert "total_calls" in file.read_text().lower().replace(" ", "_")


pytestmark = pytest.mark.timeout(180)
