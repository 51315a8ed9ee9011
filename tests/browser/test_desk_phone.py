"""A desk whose phone is the page itself: what it says of calls that the page would lose."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Dialog, Page, Route, expect

from tests.browser.desks import AGENT, OPERATOR, said
from tests.browser.house import CALLER, House
from tests.browser.sights import settled
from tests.browser.softline import Softline
from tests.browser.windows import Windows

TWO_MICROPHONES = """navigator.mediaDevices.enumerateDevices = async () =>
  ["Built in", "Headset"].map((label) => ({ kind: "audioinput", deviceId: label, label }));"""
NO_MICROPHONE = """(() => {
  navigator.mediaDevices.getUserMedia = async () => {
    throw new DOMException("none", "NotFoundError");
  };
})()"""
# The one that there is has been pulled out, and the browser asks the person for another one.
LATE_MICROPHONE = """(() => {
  const take = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = () => new Promise((resolve) => {
    window.give = () => resolve(take());
  });
  voices.forEach((one) => one.stop());
})()"""
SILENCE = "The caller would hear nothing for up to 15 seconds"


async def _seat(house: House, windows: Windows, line: Softline, script: str = "") -> Page:
    """At the desk, with a phone that is ready. `script` runs before the page's own."""
    await house.only(AGENT)
    page = await windows.open("/portal/style/icon.svg", who=OPERATOR)
    await line.serve(page)
    await page.add_init_script(script)
    await page.goto("/#/panel")
    await settled(page)
    await expect(page.get_by_text("Phone ready")).to_be_visible()
    return page


async def _talks(house: House, page: Page, line: Softline) -> str:
    """With the call's id."""
    _, call_id = await house.caller("support", CALLER)
    await house.until(lambda _: house.pbx.is_ringing(AGENT))
    line.calls(CALLER)
    await page.get_by_role("button", name="Answer").click()
    house.pbx.agent_answers(AGENT)
    await expect(page.get_by_role("button", name="End call")).to_be_visible()
    await expect(page.locator(".phone-card").get_by_text("Talking")).to_be_visible()
    return call_id


async def test_a_phone_that_got_no_answer_signs_in_again(house: House, windows: Windows) -> None:
    line = Softline(is_silent=True)
    await house.only(AGENT)
    page = await windows.open("/portal/style/icon.svg", who=OPERATOR)
    await line.serve(page)
    await page.clock.install()
    await page.goto("/#/panel")
    await house.until(lambda _: any(one.startswith("REGISTER") for one in line.said))
    await expect(page.get_by_role("banner").get_by_text("Live")).to_be_visible()  # its time runs on
    await page.clock.run_for(33_000)  # so long JsSIP waits, by SIP's timer F
    line.is_silent = False
    await page.clock.run_for(6_000)
    await expect(page.get_by_text("Phone ready")).to_be_visible()


async def test_a_phone_that_a_newer_window_takes_while_it_starts_is_said_to_be_there(
    house: House, windows: Windows
) -> None:
    """As two windows that a browser opens again together."""
    line = Softline(is_silent=True)
    await house.only(AGENT)
    page = await windows.open("/portal/style/icon.svg", who=OPERATOR)
    await line.serve(page)
    await page.goto("/#/panel")
    await house.until(lambda _: any(one.startswith("REGISTER") for one in line.said))
    assert line.socket is not None
    await line.socket.close(code=4001)
    await expect(page.get_by_text("The phone is in another window")).to_be_visible()


async def test_signing_out_in_a_call_says_first_what_the_caller_will_hear(
    house: House, windows: Windows
) -> None:
    line = Softline()
    page = await _seat(house, windows, line)
    await _talks(house, page, line)
    await page.get_by_role("button", name="John Otieno").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    dialog = page.get_by_role("dialog", name=SILENCE)
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("button", name="End call")).to_be_visible()
    assert not any(one.startswith("BYE") for one in line.said)


async def test_a_window_that_is_closed_in_a_call_asks_first(house: House, windows: Windows) -> None:
    line = Softline()
    page = await _seat(house, windows, line)
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    await _talks(house, page, line)
    async with page.expect_event("dialog"):
        await page.close(run_before_unload=True)
    await expect(page.get_by_role("button", name="End call")).to_be_visible()
    assert asked == ["beforeunload"]


async def test_a_call_goes_on_from_page_to_page_without_a_question(
    house: House, windows: Windows
) -> None:
    line = Softline()
    page = await _seat(house, windows, line)
    await _talks(house, page, line)
    await page.get_by_role("link", name="Cases").click()
    await page.get_by_role("banner").get_by_role("link", name="In a call").click()
    await expect(page.get_by_role("button", name="End call")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_page_that_ends_its_call_says_goodbye_and_the_focus_goes_on(
    house: House, windows: Windows
) -> None:
    line = Softline()
    page = await _seat(house, windows, line)
    await _talks(house, page, line)
    await page.get_by_role("button", name="End call").press("Enter")
    house.pbx.agent_hangs_up(AGENT)
    await expect(page.get_by_role("heading", name="Time to write")).to_be_focused()
    assert any(one.startswith("BYE") for one in line.said)


async def test_holding_a_call_while_the_line_is_lost_does_not_end_it(
    house: House, windows: Windows
) -> None:
    """The phone can't tell Asterisk, and would give up the call for that."""
    windows.expects("WebSocket")
    line = Softline()
    page = await _seat(house, windows, line)
    await _talks(house, page, line)
    await line.breaks()
    lost = page.get_by_text("The line to the telephone system is lost.")
    talking = page.locator(".phone-card").get_by_text("Talking")
    await expect(lost).to_be_visible()
    await expect(talking).to_be_visible()
    await page.get_by_role("button", name="Hold").click()
    await expect(said(page)).to_contain_text("The line to the telephone system is lost.")
    await expect(talking).to_be_visible()


async def test_ending_a_call_while_the_line_is_lost_ends_it_for_the_caller_too(
    house: House, windows: Windows
) -> None:
    """The phone's goodbye can't leave: he would hear silence, and wait again."""
    windows.expects("WebSocket")
    line = Softline()
    page = await _seat(house, windows, line)
    call_id = await _talks(house, page, line)
    await line.breaks()
    await expect(page.get_by_text("The line to the telephone system is lost.")).to_be_visible()
    await page.get_by_role("button", name="End call").click()
    await expect(page.locator(".phone-card").get_by_text("Talking")).to_be_hidden()
    await house.until(lambda live: call_id not in live.calls)
    await expect(page.get_by_role("heading", name="Time to write")).to_be_visible()


async def test_a_call_that_nobody_can_be_told_to_end_is_said_to_go_on(
    house: House, windows: Windows
) -> None:
    windows.expects("WebSocket", "net::ERR_")
    line = Softline()
    page = await _seat(house, windows, line)
    await _talks(house, page, line)
    await line.breaks()
    await expect(page.get_by_text("The line to the telephone system is lost.")).to_be_visible()
    await page.route("**/end", lambda route: route.abort())
    await page.get_by_role("button", name="End call").click()
    await expect(said(page)).to_contain_text("The server can't be reached")
    await expect(page.locator(".phone-card").get_by_text("Talking")).to_be_hidden()


async def test_another_microphone_is_silent_too_while_the_caller_is_on_hold(
    house: House, windows: Windows
) -> None:
    line = Softline()
    page = await _seat(house, windows, line, TWO_MICROPHONES)
    await _talks(house, page, line)
    line.is_silent = True  # it does not know how to answer
    await page.get_by_role("button", name="Hold").click()
    await expect(page.locator(".phone-card").get_by_text("On hold")).to_be_visible()
    await page.get_by_role("button", name="Microphone and loudspeaker").click()
    await page.get_by_role("combobox", name="Microphone").select_option("Headset")
    await page.wait_for_function("voices.length === 2")
    assert await page.evaluate("voices.map((one) => one.enabled)") == [False, False]


async def test_who_was_muted_when_a_call_ended_is_heard_in_the_next_one(
    house: House, windows: Windows
) -> None:
    line = Softline()
    page = await _seat(house, windows, line)
    talking = page.locator(".phone-card").get_by_text("Talking")
    for _ in range(2):
        line.calls(CALLER)
        await page.get_by_role("button", name="Answer").click()
        await expect(talking).to_be_visible()
        assert await page.evaluate("voices.at(-1).enabled")
        await page.get_by_role("button", name="Mute").click()
        assert not await page.evaluate("voices.at(-1).enabled")
        await page.get_by_role("button", name="End call").click()
        await expect(talking).to_be_hidden()


async def test_the_microphone_in_use_is_the_one_that_its_list_shows(
    house: House, windows: Windows
) -> None:
    page = await _seat(house, windows, Softline(), TWO_MICROPHONES)
    devices = page.get_by_role("button", name="Microphone and loudspeaker")
    await devices.click()
    chosen = page.get_by_role("combobox", name="Microphone")
    await chosen.select_option("Headset")
    await page.wait_for_function("voices.length === 2")
    await devices.click()
    await expect(chosen).to_be_hidden()
    await devices.click()
    await expect(chosen).to_have_value("Headset")
    await page.evaluate(NO_MICROPHONE)
    await chosen.select_option("Built in")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(chosen).to_have_value("Headset")


async def test_a_test_that_waits_for_the_microphone_ends_where_a_newer_window_takes_the_phone(
    house: House, windows: Windows
) -> None:
    line = Softline()
    page = await _seat(house, windows, line, TWO_MICROPHONES)
    await page.evaluate(LATE_MICROPHONE)
    await page.get_by_role("button", name="Microphone and loudspeaker").click()
    await page.get_by_role("button", name="Test microphone and network").click()
    await page.wait_for_function("!!window.give")
    assert line.socket is not None
    await line.socket.close(code=4001)
    await expect(page.get_by_text("The phone is in another window")).to_be_visible()
    await page.evaluate("give()")
    await page.get_by_role("button", name="Use the phone here").click()
    await expect(page.get_by_text("Phone ready")).to_be_visible()


async def test_a_call_of_which_only_the_phone_knows_is_held_by_its_key_too(
    house: House, windows: Windows
) -> None:
    line = Softline()
    page = await _seat(house, windows, line)
    line.calls(CALLER)
    await page.get_by_role("button", name="Answer").click()
    await expect(page.locator(".phone-card").get_by_text("Talking")).to_be_visible()
    line.is_silent = True  # it does not know how to answer
    await page.keyboard.press("Alt+h")
    await expect(page.locator(".phone-card").get_by_text("On hold")).to_be_visible()


REFUSALS: list[tuple[int, dict[str, Any], str]] = [
    (409, {"reason": "no-call"}, "Your call ended while the page was loaded again."),
    (409, {"reason": "over"}, "Your call ended while the page was loaded again."),
    (409, {"reason": "consulting"}, "The caller goes on to them"),
    (409, {"reason": "no-way"}, "then waits at the front of the queue again"),
    (504, {}, "then waits at the front of the queue again"),
]


@pytest.mark.parametrize(("status", "details", "words"), REFUSALS)
async def test_a_call_that_a_reloaded_page_does_not_get_back_is_told_of(
    house: House, windows: Windows, status: int, details: dict[str, Any], words: str
) -> None:
    windows.expects(f"a status of {status}")

    async def refuse(route: Route) -> None:
        await route.fulfill(status=status, json={"error": True, "code": "x", "details": details})

    await house.only(AGENT)
    page = await windows.open("/portal/style/icon.svg", who=OPERATOR)
    await page.route("**/api/v1/phone/rejoin", refuse)
    line = Softline(call_id="call-1.1")
    await line.serve(page)
    await page.goto("/#/panel")
    alert = page.get_by_role("alert").filter(has_text=words)
    await expect(alert).to_be_visible()
    await page.get_by_role("button", name="Close").click()
    await expect(alert).to_be_hidden()
