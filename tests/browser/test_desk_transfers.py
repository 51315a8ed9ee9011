"""Sending a caller on from the desk: by each way, and what the desk and the API then say."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import Any

from playwright.async_api import Page, Route, expect

from tests.browser.asking import done
from tests.browser.desks import (
    AGENT,
    COLLEAGUE,
    at_desk,
    card,
    in_call,
    press,
    said,
    shown,
)
from tests.browser.house import CALLER, House
from tests.browser.windows import Windows

DRAWN = "fetch('/portal/style/icon.svg').then(() => new Promise(requestAnimationFrame))"
NO_NUMBER = [{"field": "target.number", "reason": "is not among the numbers"}]
REFUSALS: list[tuple[int, str, Any, str]] = [
    (400, "validation_error", NO_NUMBER, "This number can't be called from here."),
    (404, "resource_not_found", {}, "This is not there"),
    (409, "conflict", {"reason": "on-call"}, "They are in a call already."),
    (409, "conflict", {"reason": "not-taken"}, "They can't be reached. You have the caller"),
    (504, "pbx_timeout", {}, "Look before you try again"),
    (504, "pbx_timeout", {"reason": "phone"}, "Your phone has to do this by itself."),
]


async def _asks(house: House, page: Page, to: str = COLLEAGUE) -> None:
    """A colleague, whose phone rings then."""
    await house.free(to)
    await _chooses(page, "agent", to)
    await press(page, "Ask first")
    await house.until(lambda _: house.pbx.is_ringing(to))
    await expect(page.get_by_text("The other phone rings.")).to_be_visible()


async def _chooses(page: Page, kind: str, target: str) -> None:
    await press(page, "Transfer")
    dialog = page.get_by_role("dialog", name="Transfer")
    name = {"agent": "A colleague", "queue": "A queue", "number": "A number"}[kind]
    await dialog.get_by_role("radio", name=name).check()
    if kind == "number":
        await dialog.get_by_role("textbox", name="Number").fill(target)
    else:
        await dialog.get_by_role("combobox", name=name).select_option(target)


async def _answered(house: House, page: Page) -> None:
    house.pbx.agent_answers(COLLEAGUE)
    await expect(page.get_by_text("You talk with the one you asked.")).to_be_visible()


async def _has_caller_again(house: House, page: Page, call_id: str) -> None:
    await expect(page.get_by_role("button", name="End call")).to_be_visible()
    await expect(card(page)).to_contain_text(CALLER)
    now = await shown(house, call_id)
    told = now["status"], now["agent_id"], now["consultation"], now["transfers"]
    assert told == ("in-progress", AGENT, None, 0)


async def _fails(status: int, body: Any, route: Route) -> None:
    await route.fulfill(status=status, json=body)


async def test_a_colleague_who_was_asked_gets_the_caller(house: House, windows: Windows) -> None:
    page, call_id = await in_call(house, windows)
    await _asks(house, page)
    await expect(page.get_by_role("button", name="Hand over")).to_be_disabled()
    assert (await shown(house, call_id))["status"] == "on-hold"
    await _answered(house, page)
    await press(page, "Hand over")
    await expect(page.get_by_role("heading", name="Time to write")).to_be_focused()
    now = await shown(house, call_id)
    assert (now["agent_id"], now["transfers"], now["consultation"]) == (COLLEAGUE, 1, None)
    assert now["status"] == "in-progress"
    active = (await done(house, "GET", "/api/v1/calls/active"))["calls"]
    assert [(one["id"], one["agent_id"]) for one in active] == [(call_id, COLLEAGUE)]
    await expect(said(page)).not_to_contain_text("You have the caller again")


async def test_who_asked_goes_back_to_the_caller(house: House, windows: Windows) -> None:
    page, call_id = await in_call(house, windows)
    await _asks(house, page)
    await _answered(house, page)
    await press(page, "Back to the caller")
    await _has_caller_again(house, page, call_id)
    await expect(page.get_by_role("heading", name=CALLER)).to_be_focused()
    await expect(said(page)).not_to_contain_text("You have the caller again")


async def test_an_older_look_at_the_call_does_not_bring_back_a_question_that_is_over(
    house: House, windows: Windows
) -> None:
    page, call_id = await in_call(house, windows)
    await _asks(house, page)
    await _answered(house, page)
    looked, is_back = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        before = await route.fetch()
        if not looked.is_set():
            looked.set()
            await is_back.wait()
        await route.fulfill(response=before)

    await page.route(re.compile(rf"/api/v1/calls/{re.escape(call_id)}$"), late)
    await looked.wait()
    await press(page, "Back to the caller")
    await _has_caller_again(house, page, call_id)
    async with page.expect_event("requestfinished", lambda one: one.url.endswith(call_id)):
        is_back.set()
    await page.evaluate(DRAWN)
    assert await page.get_by_role("button", name="Hand over").count() == 0


async def test_who_asks_does_not_wait_for_a_phone_that_rings(
    house: House, windows: Windows
) -> None:
    page, call_id = await in_call(house, windows)
    await _asks(house, page)
    await press(page, "Back to the caller")
    await _has_caller_again(house, page, call_id)
    await house.until(lambda _: not house.pbx.is_ringing(COLLEAGUE))


async def test_a_colleague_who_does_not_answer_is_said_not_to(
    house: House, windows: Windows
) -> None:
    page, call_id = await in_call(house, windows)
    await _asks(house, page)
    house.pbx.agent_rejects(COLLEAGUE)
    await expect(said(page)).to_contain_text("They did not answer. You have the caller again.")
    await _has_caller_again(house, page, call_id)


async def test_a_colleague_who_hangs_up_gives_the_caller_back(
    house: House, windows: Windows
) -> None:
    page, call_id = await in_call(house, windows)
    await _asks(house, page)
    await _answered(house, page)
    house.pbx.agent_hangs_up(COLLEAGUE)
    await expect(said(page)).to_contain_text("One of the two has hung up. You talk with the other.")
    await _has_caller_again(house, page, call_id)


async def test_a_caller_who_hangs_up_while_a_colleague_is_asked_leaves_the_two(
    house: House, windows: Windows
) -> None:
    page = await at_desk(house, windows)
    caller, _ = await house.talks(AGENT)
    await _asks(house, page)
    await _answered(house, page)
    caller.hangs_up()
    await expect(said(page)).to_contain_text("One of the two has hung up.")
    await expect(said(page)).not_to_contain_text("You have the caller again")


async def test_the_key_for_the_end_does_not_end_the_call_of_who_waits(
    house: House, windows: Windows
) -> None:
    page, call_id = await in_call(house, windows)
    await _asks(house, page)
    await _answered(house, page)
    await page.keyboard.press("Alt+x")
    await expect(said(page)).to_contain_text("Hand over or go back first.")
    assert (await shown(house, call_id))["consultation"] == "talking"


async def test_a_caller_is_sent_to_a_queue_at_once(house: House, windows: Windows) -> None:
    page, call_id = await in_call(house, windows)
    await _chooses(page, "queue", "crisis")
    await press(page, "Send at once")
    await expect(page.get_by_role("heading", name="Time to write")).to_be_focused()
    now = await shown(house, call_id)
    assert (now["queue_id"], now["transfers"], now["status"]) == ("crisis", 1, "queued")


async def test_a_caller_is_sent_to_a_number_at_once(house: House, windows: Windows) -> None:
    page, call_id = await in_call(house, windows)
    await _chooses(page, "number", "+254 722 000-114")
    await press(page, "Send at once")
    await expect(page.get_by_role("heading", name="Time to write")).to_be_visible()
    assert (await shown(house, call_id))["transfers"] == 1


async def test_a_transfer_that_is_refused_says_why_and_leaves_the_call_as_it_was(
    house: House, windows: Windows
) -> None:
    windows.expects("(Conflict)", "(Bad Request)", "(Not Found)", "(Gateway Timeout)")
    page, call_id = await in_call(house, windows)
    dialog = page.get_by_role("dialog", name="Transfer")
    alert = dialog.get_by_role("alert")
    await house.away(COLLEAGUE)
    house.pbx.phone_goes(COLLEAGUE)
    await house.agent_is("unreachable", COLLEAGUE)
    await _chooses(page, "agent", COLLEAGUE)
    await dialog.get_by_role("button", name="Send at once").click()
    await expect(alert).to_contain_text("Their phone can't be reached.")
    for status, code, details, words in REFUSALS:
        body = {"error": True, "code": code, "message": "in its own words", "details": details}
        await page.route("**/transfer", partial(_fails, status, body))
        await dialog.get_by_role("button", name="Ask first").click()
        await expect(alert).to_contain_text(words)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Transfer", exact=True)).to_be_focused()
    await _has_caller_again(house, page, call_id)


async def test_a_call_that_ends_while_one_chooses_closes_the_dialog_for_good(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    await press(page, "Transfer")
    house.pbx.other_party_hangs_up(AGENT)
    await expect(page.get_by_role("heading", name="Time to write")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await press(page, "Ready for calls")
    await house.agent_is("available", AGENT)
    await house.talks(AGENT)
    await expect(page.get_by_role("button", name="End call")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)
