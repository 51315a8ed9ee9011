"""The ring: until it is answered, in the background too, and before anybody has used the page."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

from mhud.clock import SystemClock
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk
from tests.asterisk.talks import until
from tests.asterisk.voice import Speaker
from tests.browser.asterisk.conftest import ALLOWED, chromium
from tests.browser.asterisk.seat import HUM, WAIT_MS, Seat, Seats

CLOCK = SystemClock()
LOOK_S = 0.1
AS_SOLD = "--autoplay-policy=document-user-activation-required"
RING_HZ = (523, 659)
# Whatever goes to the loudspeaker goes to an ear, too.
EAR = """() => {
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to === this.context.destination) {
      window.bell ??= new AnalyserNode(this.context, { fftSize: 4096 });
      connect.call(this, window.bell);
    }
    return connect.call(this, to, ...more);
  };
}"""
RINGS = """hz => {
  if (!window.bell) return false;
  const bins = new Float32Array(window.bell.frequencyBinCount);
  window.bell.getFloatFrequencyData(bins);
  const at = bins.indexOf(Math.max(...bins)) * window.bell.context.sampleRate / window.bell.fftSize;
  return Math.max(...bins) > -60 && Math.abs(at - hz) < 15;
}"""
TELL = f"""({EAR})();
const told = what => {{
  const used = navigator.userActivation.hasBeenActive ? "was clicked" : "was never clicked";
  console.log(`${{what}}, and ${{used}}`);
}};
setInterval(() => ({RINGS})({RING_HZ[0]}) && told("rings"), 50);
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = async function () {{
  await play.call(this);
  told("plays");
}};"""
QUIET = """() => {
  const wave = new Float32Array(window.bell.fftSize);
  window.bell.getFloatTimeDomainData(wave);
  return wave.every(one => one === 0);
}"""


async def rings(seat: Seat) -> None:
    for hertz in RING_HZ:
        await seat.page.wait_for_function(RINGS, arg=hertz, timeout=WAIT_MS, polling=20)


async def test_it_rings_until_it_is_answered(seats: Seats) -> None:
    seat = await seats.at_work()
    await seat.page.evaluate(EAR)
    await seats.caller()
    await seat.is_("ringing")
    await rings(seat)
    await rings(seat)  # and again
    await seat.answers()
    await seat.page.wait_for_function(QUIET, timeout=WAIT_MS, polling=20)


async def test_it_rings_in_a_tab_that_nobody_looks_at(seats: Seats) -> None:
    seat = await seats.at_work()
    await seat.page.evaluate(EAR)
    other = await seat.page.context.new_page()
    await other.bring_to_front()
    await seats.caller()
    await seat.is_("ringing")
    await rings(seat)


async def at_untouched_desk(seats: Seats) -> Seat:
    """Whatever a test evaluates counts as a click, so that the page has to tell by itself."""
    seat = await seats.sit(seats.next_agent(), reachable=False)
    await seat.page.add_init_script(TELL)
    await seat.page.goto(seat.base + "/#/panel")
    await seats.serves(seat)
    return seat


async def test_ring_and_caller_are_heard_before_anybody_has_clicked(
    headset: tuple[str, ...], daemon: Daemon, desk: Desk
) -> None:
    """In a browser as people have it: a page whose microphone is open may sound."""
    async with chromium(*headset, ALLOWED, AS_SOLD) as browser:
        seats = Seats(browser, daemon, desk)
        seat = await at_untouched_desk(seats)
        async with tells(seat, "rings, and was never clicked"):
            caller = await seats.caller()
        await answers_by_key(seat, caller)
        async with tells(seat, "plays, and was never clicked"):
            await seat.page.reload()
        await until(lambda: caller.voice.hears(HUM), "the caller hears the desk after its reload")
        await seats.close()


async def answers_by_key(seat: Seat, caller: Speaker) -> None:
    """Until the caller hears the desk: a queue rings for 2 s here, and again."""
    async with asyncio.timeout(WAIT_MS / 1000):
        while not caller.voice.hears(HUM):
            await seat.page.keyboard.press("Alt+KeyA")
            await CLOCK.sleep(LOOK_S)


def tells(seat: Seat, words: str) -> AbstractAsyncContextManager[object]:
    return seat.page.expect_console_message(lambda said: said.text == words, timeout=WAIT_MS)
