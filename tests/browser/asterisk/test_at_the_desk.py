"""The desk as an agent has it: pages in one file, everything by its buttons."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.asterisk.talks import until
from tests.browser.asterisk.seat import HUM, WAIT_MS, Seats


async def shows(page: Page, button: str) -> None:
    await expect(page.get_by_role("button", name=button).first).to_be_visible(timeout=WAIT_MS)


async def press(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button).first.click(timeout=WAIT_MS)


async def test_a_call_is_answered_reloaded_held_and_ended_at_the_desk(seats: Seats) -> None:
    seat = await seats.sit(seats.next_agent(), reachable=False)
    page = seat.page
    await page.goto(seat.base + "/#/panel")
    await seats.serves(seat)
    caller = await seats.caller()
    await press(page, "Answer")
    connected = await seats.desk.watcher.sees("call.connected", call={"agent_id": seat.agent})
    await until(lambda: caller.voice.hears(HUM), "the caller hears the desk")
    assert await page.evaluate("() => [...document.scripts].some(s => /pages.js/.test(s.src))")
    await page.reload()
    caller.voice.heard.clear()
    await shows(page, "End call")
    await until(lambda: caller.voice.hears(HUM), "the caller hears the desk after its reload")
    await press(page, "End call")
    await until(caller.gone.is_set, "the caller is told")
    assert (await seats.desk.ended(connected["call"]))["end_reason"] == "completed"
