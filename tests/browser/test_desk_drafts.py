"""What is typed at the desk: in two windows, over a crash, over a transfer, and thrown away."""

from __future__ import annotations

import contextlib

from playwright.async_api import Error, Page, Route, expect

from tests.browser.asking import done
from tests.browser.desks import AGENT, COLLEAGUE, NOTES, OPERATOR, at_desk, in_call, press
from tests.browser.house import CALLER, House
from tests.browser.sights import settled
from tests.browser.windows import Windows

EARLIER = "+254711000111"
MISSED = "412 (Precondition Failed)"  # the browser tells of each refusal
ASK = "fetch('/api/v1/drafts')"  # it is answered after those that the page has sent before
IS_KEPT = "async () => (await (await fetch('/api/v1/drafts')).json()).drafts.length > 0"


async def _kept(page: Page) -> None:
    await expect(page.get_by_text("Draft kept at")).to_be_visible()


async def _elsewhere(windows: Windows) -> Page:
    """The same person's desk on another machine."""
    page = await windows.open("/#/panel", who=OPERATOR)
    await expect(page.get_by_label("Notes")).to_be_visible()
    return page


async def test_a_tab_that_crashes_loses_nothing_that_was_kept(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    await page.get_by_label("Notes").fill(NOTES)
    await _kept(page)
    with contextlib.suppress(Error):  # the tab is gone before it can answer
        await page.goto("chrome://crash")
    again = await windows.tab(page.context, "/#/panel")
    await expect(again.get_by_label("Notes")).to_have_value(NOTES)


async def test_a_call_that_is_sent_on_leaves_what_was_typed_about_it(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    await house.free(COLLEAGUE)
    await page.get_by_label("Notes").fill(NOTES)
    await press(page, "Transfer")
    dialog = page.get_by_role("dialog", name="Transfer")
    await dialog.get_by_role("combobox", name="A colleague").select_option(COLLEAGUE)
    await dialog.get_by_role("button", name="Send at once").click()
    await house.until(lambda _: house.pbx.is_ringing(COLLEAGUE))
    house.pbx.agent_answers(COLLEAGUE)
    await expect(page.get_by_role("heading", name="Time to write")).to_be_visible()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)
    await press(page, "Ready for calls")
    await house.agent_is("available", AGENT)
    await page.wait_for_function(IS_KEPT)  # what is on its way yet may come after the list is read
    await page.reload()
    await page.get_by_role("tab", name="To be written").click()
    row = page.get_by_role("row").filter(has_text="Begun")
    await row.get_by_role("button", name="Write").click()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)


async def test_two_machines_that_write_into_different_fields_join_them(
    house: House, windows: Windows
) -> None:
    windows.expects(MISSED)
    page, _ = await in_call(house, windows)
    other = await _elsewhere(windows)
    await page.get_by_label("Notes").fill(NOTES)
    await _kept(page)
    await other.get_by_role("textbox", name="Name", exact=True).fill("Her aunt")
    await expect(other.get_by_label("Notes")).to_have_value(NOTES)
    await _kept(other)
    await page.reload()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)
    name = page.get_by_role("textbox", name="Name", exact=True)
    await expect(name).to_have_value("Her aunt")


async def test_two_machines_that_write_into_one_field_show_both_texts(
    house: House, windows: Windows
) -> None:
    windows.expects(MISSED)
    page, _ = await in_call(house, windows)
    other = await _elsewhere(windows)
    await page.get_by_role("textbox", name="Name", exact=True).fill("Her aunt")
    await page.get_by_label("Notes").fill("Theirs")
    await _kept(page)
    await other.get_by_label("Notes").fill("Mine")
    versions = other.get_by_role("region", name="Two versions")
    await expect(versions).to_contain_text("Theirs")
    await expect(versions).to_contain_text("Mine")
    await expect(other.get_by_text("You wrote this in another window too.")).to_be_visible()
    await expect(other.get_by_role("button", name="Save the contact")).to_be_disabled()
    await versions.get_by_role("button", name="Save mine").click()
    await _kept(other)
    await page.reload()
    await expect(page.get_by_label("Notes")).to_have_value("Mine")
    name = page.get_by_role("textbox", name="Name", exact=True)
    await expect(name).to_have_value("Her aunt")


async def test_the_others_text_can_be_taken_in_place_of_ones_own(
    house: House, windows: Windows
) -> None:
    windows.expects(MISSED)
    page, _ = await in_call(house, windows)
    other = await _elsewhere(windows)
    await page.get_by_label("Notes").fill("Theirs")
    await _kept(page)
    await other.get_by_label("Notes").fill("Mine")
    versions = other.get_by_role("region", name="Two versions")
    await versions.get_by_role("button", name="Take what was saved").click()
    await expect(versions).to_be_hidden()
    await expect(other.get_by_label("Notes")).to_have_value("Theirs")


async def test_a_draft_is_thrown_away_only_when_one_says_so_twice(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    await expect(page.get_by_role("button", name="Throw away")).to_be_disabled()
    await page.get_by_label("Notes").fill(NOTES)
    await _kept(page)
    await press(page, "Throw away")
    dialog = page.get_by_role("dialog", name="Throw away what you wrote?")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)
    await press(page, "Throw away")
    await dialog.get_by_role("button", name="Throw away").click()
    await expect(page.get_by_label("Notes")).to_have_value("")
    await expect(page.get_by_label("Notes")).to_be_focused()
    await page.reload()
    await expect(page.get_by_label("Notes")).to_have_value("")
    await expect(page.get_by_text("What you type is kept by itself.")).to_be_visible()


async def test_a_draft_that_is_listed_is_thrown_away_there_and_its_call_still_waits(
    house: House, windows: Windows
) -> None:
    page = await at_desk(house, windows)
    caller, _ = await house.talks(AGENT)
    await page.get_by_label("Notes").fill(NOTES)
    await _kept(page)
    caller.hangs_up()
    await press(page, "Ready for calls")
    await house.agent_is("available", AGENT)
    await page.reload()
    await settled(page)
    await page.get_by_role("tab", name="To be written").click()
    row = page.get_by_role("row").filter(has_text="Begun")
    await row.get_by_role("button", name="Throw away").click()
    dialog = page.get_by_role("dialog", name="Throw away what you wrote?")
    await dialog.get_by_role("button", name="Throw away").click()
    await expect(page.get_by_text("Begun")).to_have_count(0)
    pending = await done(house, "GET", "/helpline/api/communications/pending")
    assert len(pending["data"]) >= 1
    await expect(page.get_by_role("button", name="Write")).to_have_count(1)


async def test_another_form_that_is_opened_in_a_call_stays_whatever_the_call_does(
    house: House, windows: Windows
) -> None:
    page = await at_desk(house, windows)
    subject = page.locator(".sheet-subject")
    caller, _ = await house.talks(AGENT, number=EARLIER)
    await expect(subject).to_contain_text(EARLIER)
    caller.hangs_up()
    await press(page, "Ready for calls")
    await house.agent_is("available", AGENT)
    await house.talks(AGENT)
    await expect(subject).to_contain_text(CALLER)
    await page.get_by_role("tab", name="To be written").click()
    row = page.get_by_role("row").filter(has_text=EARLIER)
    await row.get_by_role("button", name="Write").click()
    await expect(subject).to_contain_text(EARLIER)
    await page.get_by_label("Notes").fill(NOTES)
    await press(page, "Hold")
    await expect(page.get_by_text("On hold")).to_be_visible()
    await expect(subject).to_contain_text(EARLIER)
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)


async def test_who_may_not_write_about_calls_does_not_ask_for_a_draft_again_and_again(
    house: House, windows: Windows
) -> None:
    """Each call of a day would go on asking, every few seconds."""
    windows.expects("403 (Forbidden)")
    asked = 0

    async def refuse(route: Route) -> None:
        nonlocal asked
        asked += 1
        await route.fulfill(status=403, json={"error": True, "code": "forbidden"})

    await house.only(AGENT)
    page = await windows.open("about:blank", who=OPERATOR)
    await page.clock.install()
    await page.route("**/api/v1/drafts", refuse)
    await page.goto("/#/panel")
    await house.talks(AGENT)
    await expect(page.get_by_text("Your role does not allow this.").first).to_be_visible()
    status = page.get_by_role("group", name="My status").get_by_role("status")
    await expect(status).to_contain_text("In a call")  # what begins a call has come, and is read
    await page.evaluate(ASK)
    before = asked
    for _ in range(3):
        await page.clock.run_for(4000)
        await page.evaluate(ASK)
    assert asked == before + 3  # those of this test
