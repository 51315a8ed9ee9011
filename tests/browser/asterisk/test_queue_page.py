"""What is changed on the page of a queue is changed in Asterisk, and callers feel it."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
from playwright.async_api import Page, expect

from mhud.clock import SystemClock
from tests.asterisk.desk import Desk
from tests.browser.asterisk.seat import PASSWORD, WAIT_MS, Seats

KEEPER = "queue-keeper"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def _page(seats: Seats, queue: str) -> Page:
    """Of an administrator without a phone."""
    daemon = seats.daemon
    person = {"username": KEEPER, "role": "admin", "password": PASSWORD}
    async with (
        aiohttp.ClientSession(headers={"X-API-Key": daemon.key}) as session,
        session.post(f"{daemon.base_url}/helpline/api/users", json=person) as answer,
    ):
        assert answer.status in (201, 409), await answer.text()  # 409: of the test before
    seat = await seats.sit(KEEPER, reachable=False)
    seat.page.set_default_timeout(WAIT_MS)
    await seat.page.goto(f"{seat.base}/#/queues/{queue}")
    return seat.page


async def _save(page: Page) -> None:
    save = page.get_by_role("button", name="Save", exact=True)
    await save.click()
    await expect(save).to_be_disabled(timeout=WAIT_MS)  # nothing is left to save


async def test_what_is_saved_on_the_page_of_a_queue_holds_in_asterisk(
    seats: Seats, desk: Desk
) -> None:
    page = await _page(seats, "tchange")
    await page.get_by_label("Who gets a call").select_option("Who had the fewest calls")
    await page.get_by_label("Callers at most").fill("9")
    await page.get_by_label("At these hours").check()
    await page.get_by_label("Monday, opens at").fill("20:00")
    await page.get_by_label("Monday, closes at").fill("06:00")
    await expect(page.get_by_text("the next day", exact=True)).to_be_visible()
    await _save(page)
    shown = await desk.pbx.cli("queue show tchange")
    assert "max 9" in shown
    assert "'fewestcalls' strategy" in shown
    kept = await desk.pbx.cli("dialplan show globals")
    hours = next(line for line in kept.splitlines() if "MHUD_HOURS_tchange" in line)
    assert "20:00-23:59,mon,*,*," in hours
    assert "00:00-05:59,tue,*,*," in hours


async def test_who_calls_a_queue_that_was_closed_on_its_page_is_not_let_in(
    seats: Seats, desk: Desk
) -> None:
    page = await _page(seats, desk.queue)
    await page.get_by_label("At these hours").check()
    today = SystemClock().now()
    for ahead in (-1, 0, 1):  # whatever the zone: not around now
        box = page.get_by_label(DAYS[(today + timedelta(days=ahead)).weekday()], exact=True)
        await box.set_checked(False)
    await _save(page)
    caller = await desk.parties.call(desk.dial, number="+4930778")
    ended = await desk.watcher.sees("call.ended", call={"caller_id": "+4930778"})
    assert not desk.watcher.all("call.queued", call={"id": ended["call"]["id"]})
    await caller.gone()
    await page.get_by_label("Always open").check()
    await _save(page)
    await desk.parties.call(desk.dial)
    await desk.watcher.sees("call.queued", call={"queue_id": desk.queue})
