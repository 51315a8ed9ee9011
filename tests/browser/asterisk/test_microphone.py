"""A microphone that is refused, not there, or pulled out: said, and nobody talks to silence."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, expect

from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk
from tests.asterisk.talks import until
from tests.browser.asterisk.conftest import ALLOWED, chromium
from tests.browser.asterisk.seat import HUM, WAIT_MS, Seat, Seats

PULL_OUT = """async told => {
  const devices = navigator.mediaDevices, stream = await window.microphone.working();
  window.plug = devices.getUserMedia.bind(devices);
  devices.getUserMedia = () => Promise.reject(new DOMException("gone", "NotFoundError"));
  for (const track of stream.getAudioTracks()) {
    track.stop();
    if (told) track.dispatchEvent(new Event("ended"));
  }
}"""
PLUG_IN = """() => {
  navigator.mediaDevices.getUserMedia = window.plug;
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
}"""

# At one go: a queue rings for no longer than 2 s here.
ANSWER_WITHOUT = f"""async told => {{
  const {{ state, problem, answer }} = window.phone;
  const soon = () => new Promise(go => setTimeout(go, 20));
  while (state.value !== "ringing") await soon();
  await ({PULL_OUT})(told);
  answer();
  do await soon(); while (problem.value !== "phone.microphone_none");
  return state.value;
}}"""


async def has_problem(seat: Seat, problem: str | None) -> None:
    wanted = "wanted => window.phone.problem.value === wanted"
    await seat.page.wait_for_function(wanted, arg=problem, timeout=WAIT_MS)


async def is_reached(seats: Seats, seat: Seat, reached: bool) -> None:
    """Whether Asterisk knows where the phone is."""
    async with asyncio.timeout(10):
        while True:
            shown = await seats.desk.pbx.cli(f"pjsip show aor {seat.agent}")
            if (f"Contact:  {seat.agent}/" in shown) is reached:
                return


async def says(browser: Browser, daemon: Daemon, desk: Desk, words: str) -> None:
    """The desk of an agent with that browser, who has allowed nothing yet."""
    seats = Seats(browser, daemon, desk, permissions=())
    seat = await seats.sit(seats.next_agent(), reachable=False)
    await seat.page.goto(seat.base + "/#/panel")
    await expect(seat.page.get_by_text(words)).to_be_visible(timeout=WAIT_MS)
    await expect(seat.page.get_by_role("button", name="Turn the phone on")).to_be_visible()
    await is_reached(seats, seat, False)
    await seats.close()


async def test_who_refuses_the_microphone_is_told_where_to_allow_it(
    headset: tuple[str, ...], daemon: Daemon, desk: Desk
) -> None:
    async with chromium(*headset) as browser:
        await says(browser, daemon, desk, "Allow it beside the address")


async def test_who_has_no_microphone_is_told_to_plug_it_in(daemon: Daemon, desk: Desk) -> None:
    async with chromium(ALLOWED) as browser:
        await says(browser, daemon, desk, "Plug in your headset")


async def test_a_headset_that_is_pulled_out_in_a_call_may_be_plugged_in_again(seats: Seats) -> None:
    seat, caller, _ = await seats.talk()
    await until(lambda: caller.voice.hears(HUM), "the caller hears the page")
    await seat.page.evaluate(PULL_OUT, True)
    await has_problem(seat, "phone.microphone_none")
    caller.voice.heard.clear()
    await seat.hears()
    assert await seat.do("state.value") == "talking"
    assert not caller.voice.hears(HUM)
    await seat.page.evaluate(PLUG_IN)
    await has_problem(seat, None)
    await until(lambda: caller.voice.hears(HUM), "the caller hears the page again")


async def test_who_can_not_be_heard_when_his_call_is_over_gets_no_other(seats: Seats) -> None:
    seat, caller, _ = await seats.talk()
    await seat.page.evaluate(PULL_OUT, True)
    await has_problem(seat, "phone.microphone_none")
    await caller.hang_up()
    await seat.is_("refused")
    await is_reached(seats, seat, False)
    await seat.page.evaluate(PLUG_IN)
    await seat.is_("idle")
    await is_reached(seats, seat, True)


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
async def test_nobody_is_answered_without_a_voice(seats: Seats, told: bool) -> None:
    """The browser may say that the microphone is gone, or the page finds out as it answers."""
    seat = await seats.at_work()
    caller = await seats.caller()
    assert await seat.page.evaluate(ANSWER_WITHOUT, told) == "ringing"
    assert not caller.voice.hears(HUM)
    await caller.hang_up()
    await seat.is_("refused")
    assert seats.desk.watcher.all("call.connected", call={"agent_id": seat.agent}) == []
