"""What else lies on the desk: callbacks, cases, who it may be, numbers to call, status, keys."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.asking import done
from tests.browser.desks import AGENT, NOTES, OPERATOR, at_desk, card, in_call, press, said
from tests.browser.house import CALLER, House
from tests.browser.sights import settled
from tests.browser.windows import Windows

LATER = "2031-02-03T10:15"
RTL = "آمنة عثمان " * 18  # a name has at most 100 characters


async def _callbacks(page: Page, which: str) -> None:
    await page.get_by_role("tab", name="Callbacks").click()
    await page.get_by_role("radio", name=which).check()


async def _mine(house: House, number: str, reason: str) -> str:
    """The id of a callback that is his."""
    me = house.services.access.known.names[OPERATOR].id
    wish = {"phone": number, "reason": reason, "assigned_user_id": me}
    return str((await done(house, "POST", "/api/v1/callbacks", wish))["id"])


async def _does(page: Page, reason: str, item: str) -> None:
    row = page.get_by_role("row", name=reason)
    await row.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name=item).click()


async def test_a_callback_is_put_off_done_given_back_and_cancelled(
    house: House, windows: Windows
) -> None:
    reasons = {"Put off": "A", "It is done": "B", "Give back": "C", "Cancel the callback": "D"}
    made = {
        item: await _mine(house, f"+25472200020{n}", f"Reason {letter}")
        for n, (item, letter) in enumerate(reasons.items())
    }
    page = await at_desk(house, windows)
    await _callbacks(page, "Mine")
    for item, letter in reasons.items():
        await _does(page, f"Reason {letter}", item)
        dialog = page.get_by_role("dialog")
        if item == "Put off":
            await dialog.get_by_label("Due").fill(LATER)
            await dialog.get_by_role("button", name="Put off").click()
        elif item == "Cancel the callback":
            await dialog.get_by_role("button", name=item).click()
        await expect(dialog).to_be_hidden()
        if item == "Put off":
            await expect(page.get_by_role("row", name="Reason A")).to_contain_text("2031")
        else:
            await expect(page.get_by_role("row", name=f"Reason {letter}")).to_have_count(0)
    now = {item: await done(house, "GET", f"/api/v1/callbacks/{one}") for item, one in made.items()}
    assert now["Put off"]["due_at"].startswith("2031-02-03T07:15")
    assert now["It is done"]["status"] == "done"
    assert (now["Give back"]["status"], now["Give back"]["assigned_user_id"]) == ("open", None)
    assert now["Cancel the callback"]["status"] == "cancelled"


async def test_a_callback_of_mine_that_was_changed_meanwhile_is_said_to_be(
    house: House, windows: Windows
) -> None:
    callback = await _mine(house, "+254722000210", "Reason E")
    page = await at_desk(house, windows)
    await _callbacks(page, "Mine")
    await expect(page.get_by_role("row", name="Reason E")).to_be_visible()
    await done(house, "PUT", f"/api/v1/callbacks/{callback}", {"status": "done"})
    await _does(page, "Reason E", "Give back")
    await expect(said(page)).to_contain_text("Somebody else was faster.")
    await expect(page.get_by_role("row", name="Reason E")).to_have_count(0)


async def _gives_up(house: House, number: str) -> str:
    caller, call_id = await house.caller("support", number)
    caller.hangs_up()
    await house.until(lambda live: call_id not in live.calls)
    return call_id


async def test_who_called_in_vain_is_taken_once(house: House, windows: Windows) -> None:
    await house.only()
    first = await _gives_up(house, "+254722000301")
    second = await _gives_up(house, "+254722000302")
    page = await at_desk(house, windows)
    before = await done(house, "GET", "/api/v1/callbacks?limit=100")
    await _callbacks(page, "Called in vain")
    rows = page.locator("tbody tr")
    left = [
        one["call_id"]
        for one in (await done(house, "GET", "/api/v1/callbacks/missed?untaken=true"))["callers"]
    ]
    assert {first, second} <= set(left)
    await rows.nth(left.index(first)).get_by_role("button", name="Take").click()
    await expect(said(page)).to_contain_text("It is yours now")
    await expect(rows).to_have_count(len(left) - 1)
    other = house.services.access.known.names["gwanjiru"].id
    body = {"call_id": second, "assigned_user_id": other}
    await done(house, "POST", "/api/v1/callbacks", body)
    left.remove(first)
    await rows.nth(left.index(second)).get_by_role("button", name="Take").click()
    await expect(said(page)).to_contain_text("Somebody else was faster.")
    after = await done(house, "GET", "/api/v1/callbacks?limit=100")
    assert len(after["callbacks"]) == len(before["callbacks"]) + 2


async def test_a_case_of_mine_is_listed_sorted_and_opened(house: House, windows: Windows) -> None:
    me = house.services.access.known.names[OPERATOR].id
    for title, priority in (("Beaten by his uncle", "critical"), ("Asks about school", "low")):
        body = {"title": title, "priority": priority, "assigned_user_id": me}
        await done(house, "POST", "/helpline/api/cases", body)
    page = await at_desk(house, windows)
    await page.get_by_role("tab", name="My cases").click()
    rows = page.locator("tbody tr")
    await page.get_by_role("columnheader", name="Priority").get_by_role("button").click()
    await expect(rows.first).to_contain_text("Asks about school")
    await page.get_by_role("columnheader", name="Priority").get_by_role("button").click()
    await expect(rows.first).to_contain_text("Beaten by his uncle")
    await rows.first.get_by_role("link").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Beaten by his uncle")


# ---- who it may be


async def test_a_number_that_nobody_knows_is_said_to_be_unknown(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows, number="+254799000111")
    await expect(page.get_by_text("No earlier contact with this number")).to_be_visible()
    await expect(page.locator(".candidate")).to_have_count(0)


async def test_a_caller_who_hides_his_number_has_no_candidates(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows, number="anonymous")
    await expect(page.get_by_role("heading", name="No number")).to_be_visible()
    await expect(page.get_by_text("The caller hides the number")).to_be_visible()
    await expect(page.locator(".candidate")).to_have_count(0)


async def test_of_several_who_share_a_phone_none_is_chosen_by_itself(
    house: House, windows: Windows
) -> None:
    number = "+254799000222"
    for known in ("Wambui Kamau", RTL[:100].strip()):
        await done(house, "POST", "/api/v1/clients", {"name": known, "phone": number})
    page, _ = await in_call(house, windows, number=number)
    heads = page.locator(".candidate-head")
    await expect(heads).to_have_count(2)
    long = heads.filter(has_text="آمنة")
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    name = page.get_by_role("textbox", name="Name", exact=True)
    await expect(name).to_have_value("")
    await expect(page.get_by_role("radio", name="Nobody's")).to_be_checked()
    await long.click()
    await expect(page.get_by_role("radio", name="Nobody's")).to_be_checked()
    await press(page, "It is this person")
    await expect(page.get_by_role("radio", name="A person on record")).to_be_checked()
    await expect(page.locator(".chosen")).to_contain_text("آمنة")
    await press(page, "Chosen")
    await expect(page.get_by_role("radio", name="Nobody's")).to_be_checked()


# ---- calling a number


async def _dials(page: Page, number: str) -> None:
    await page.keyboard.press("Alt+c")
    dialog = page.get_by_role("dialog", name="Call a number")
    await dialog.get_by_label("Number").fill(number)
    await dialog.get_by_label("Number").press("Enter")


@pytest.mark.parametrize("number", ["12", "+2 5", "1234567890123456", "+25472200011x"])
async def test_what_is_no_number_is_said_to_be_none_and_not_called(
    house: House, windows: Windows, number: str
) -> None:
    page = await at_desk(house, windows)
    await _dials(page, number)
    dialog = page.get_by_role("dialog", name="Call a number")
    await expect(dialog.get_by_text("A number has 3 to 15 digits")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Call", exact=True)).to_be_disabled()


async def test_a_number_that_may_not_be_called_and_a_phone_that_is_away_are_said(
    house: House, windows: Windows
) -> None:
    windows.expects("(Bad Request)", "(Conflict)")
    page = await at_desk(house, windows)
    refused = [{"field": "destination", "reason": "is not among the numbers"}]
    body: Any = {"error": True, "code": "validation_error", "message": "x", "details": refused}

    async def refuse(route: Route) -> None:
        await route.fulfill(status=400, json=body)

    await page.route("**/calls/outbound", refuse)
    await _dials(page, "+254722000115")
    dialog = page.get_by_role("dialog", name="Call a number")
    await expect(dialog).to_contain_text("This number can't be called from here.")
    await page.unroute("**/calls/outbound")
    await house.away(AGENT)
    await dialog.get_by_role("button", name="Call", exact=True).click()
    await expect(dialog).to_contain_text("You are on a break. Choose Available first.")


async def test_a_call_that_nobody_answers_is_said_to_have_failed(
    house: House, windows: Windows
) -> None:
    page = await at_desk(house, windows)
    await _dials(page, "+254722000116")
    await house.until(lambda _: house.pbx.is_ringing(AGENT))
    house.pbx.agent_rejects(AGENT)
    await expect(said(page)).to_contain_text("Your call did not come about:")
    await expect(page.get_by_text("No call. The next one comes by itself.")).to_be_visible()


# ---- status


async def test_a_break_shows_its_reason_and_how_long_it_lasts(
    house: House, windows: Windows
) -> None:
    page = await at_desk(house, windows)
    await press(page, "Break or offline")
    await page.get_by_role("menuitemradio", name="Break: Lunch").click()
    status = page.get_by_role("group", name="My status").get_by_role("status")
    await expect(status).to_contain_text("On break")
    await expect(status).to_contain_text("Lunch")
    await expect(page.get_by_text("You are on a break: no call comes.")).to_be_visible()
    await expect(status.get_by_role("timer")).to_have_text(re.compile("^0:(0[2-9]|1[0-9])$"))
    await press(page, "Available")
    await house.agent_is("available", AGENT)
    await expect(status).to_contain_text("Available")


async def test_a_call_that_rings_while_i_am_read_is_shown_though_the_answer_is_older(
    house: House, windows: Windows
) -> None:
    """Whoever becomes available while somebody waits is rung at once, before an answer comes."""
    page = await at_desk(house, windows)
    await house.away(AGENT)
    answers = 0

    async def late(route: Route) -> None:
        nonlocal answers
        before = await route.fetch()
        if not answers:
            await house.caller("support", CALLER)
            await expect(card(page).get_by_text("Pick up your phone.")).to_be_visible()
        await route.fulfill(response=before)
        answers += 1

    await page.route(re.compile(rf"/api/v1/agents/{AGENT}$"), late)
    available = page.get_by_role("button", name="Available", exact=True)
    await available.click()
    await expect(available).to_have_attribute("aria-busy", "true")
    await house.until(lambda _: answers)
    await expect(available).not_to_have_attribute("aria-busy", "true")
    await expect(card(page).get_by_text("Pick up your phone.")).to_be_visible()


async def test_a_telephone_system_that_is_away_is_said_and_what_is_typed_is_kept(
    house: House, windows: Windows
) -> None:
    windows.expects("503 (Service Unavailable)")
    page, _ = await in_call(house, windows)
    await house.pbx.stop()
    await expect(page.get_by_text("The telephone system can't be reached.")).to_be_visible()
    await press(page, "Hold")
    await expect(said(page)).to_contain_text("The telephone system can't be reached right now")
    await page.get_by_label("Notes").fill(NOTES)
    await expect(page.get_by_text("Draft kept at")).to_be_visible()


async def test_who_is_no_agent_any_more_is_told_so_in_the_middle_of_his_shift(
    house: House, windows: Windows
) -> None:
    windows.expects("(Not Found)", "(Forbidden)")
    page = await at_desk(house, windows)
    caller, _ = await house.talks(AGENT)
    await page.get_by_label("Notes").fill(NOTES)
    caller.hangs_up()
    await press(page, "Ready for calls")
    await house.agent_is("available", AGENT)
    await done(house, "PUT", f"/api/v1/agents/{AGENT}/status", {"status": "offline"})
    await done(house, "DELETE", f"/api/v1/agents/{AGENT}")
    await press(page, "Available")
    await expect(page.get_by_text("You have no phone here any more")).to_be_visible()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)


async def test_who_never_was_an_agent_is_told_what_this_page_is_for(windows: Windows) -> None:
    page = await windows.open("/#/panel", who="admin_alice")
    await settled(page)
    await expect(page.get_by_text("You have no phone here")).to_be_visible()
    await page.keyboard.press("Alt+c")
    await expect(page.get_by_role("dialog")).to_have_count(0)


# ---- keys


async def test_the_keys_are_listed_and_do_nothing_while_a_dialog_is_open(
    house: House, windows: Windows
) -> None:
    page, call_id = await in_call(house, windows)
    await page.keyboard.press("Alt+/")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(dialog.get_by_text("Alt+X")).to_be_visible()
    await expect(dialog.get_by_text("Alt+A")).to_have_count(0)  # his phone is on the desk
    await page.keyboard.press("Alt+x")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert house.live.calls[call_id].in_talk


async def test_letters_that_are_typed_are_no_shortcuts(house: House, windows: Windows) -> None:
    page, call_id = await in_call(house, windows)
    await page.get_by_label("Notes").press_sequentially("hxtmjcnse / HXTM")
    await expect(page.get_by_label("Notes")).to_have_value("hxtmjcnse / HXTM")
    await page.keyboard.press("Control+Alt+x")
    await page.keyboard.press("Alt+Shift+x")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert house.live.calls[call_id].in_talk
    assert CALLER in await page.locator(".call-party").inner_text()
