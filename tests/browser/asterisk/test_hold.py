"""A page that has its caller on hold for longer than it takes to give a dead one up (6 s here)."""

from __future__ import annotations

import asyncio

import pytest

from tests.asterisk.talks import until
from tests.asterisk.voice import RATE, Speaker
from tests.browser.asterisk.seat import HUM, Seat, Seats
from tests.browser.asterisk.test_microphone import PULL_OUT

LONGER_S = 9
ONLY = """codec => {
  const its = RTCPeerConnection.prototype, set = its.setRemoteDescription;
  const others = codec === "audio/opus" ? / [08](?= )/g : / 107(?= )/g;
  const without = sdp => sdp.replace(/^m=audio .*$/m, line => line.replace(others, ""));
  its.setRemoteDescription = async function ({ type, sdp }) {
    await set.call(this, { type, sdp: without(sdp) });
    const wanted = RTCRtpReceiver.getCapabilities("audio").codecs
      .filter(one => [codec, "audio/telephone-event"].includes(one.mimeType));
    for (const one of this.getTransceivers()) one.setCodecPreferences(wanted);
  };
}"""
CODEC = """async () => {
  const all = [...(await window.line.connection().getStats()).values()];
  return all.filter(one => one.type === "codec" && all.some(sent =>
    sent.type === "outbound-rtp" && sent.codecId === one.id)).map(one => one.mimeType);
}"""
STANDS_STILL = """ms => {
  const end = performance.now() + ms;
  while (performance.now() < end);
}"""


async def hold(seats: Seats, seat: Seat, call: str) -> None:
    await seat.do("hold(true)")
    await seat.is_("held")
    await seats.desk.watcher.sees("call.held", call={"id": call})


async def stays(caller: Speaker) -> None:
    """With music, for longer than the time after which a dead page is given up."""
    wanted = caller.voice.samples + LONGER_S * RATE
    await until(lambda: caller.voice.samples > wanted, "he hears music", LONGER_S * 4)


async def is_taken_back(seats: Seats, seat: Seat, caller: Speaker, call: str) -> None:
    shown = await seats.desk.api.call(call)
    assert (shown["status"], shown["agent_id"]) == ("on-hold", seat.agent)
    await seat.do("hold(false)")
    await seat.is_("talking")
    await seat.hears()
    assert not caller.gone.is_set()


@pytest.mark.parametrize("codec", ["audio/PCMU", "audio/opus"])
async def test_a_page_keeps_whom_it_holds_also_while_none_of_its_scripts_run(
    seats: Seats, codec: str
) -> None:
    """What a tab in the background is slowed down by is less than that."""
    seat = await seats.sit(seats.next_agent())
    await seat.page.context.add_init_script(f"({ONLY})('{codec}')")
    await seat.start()
    await seats.serves(seat)
    caller = await seats.caller()
    await seat.answers()
    event = await seats.desk.watcher.sees("call.connected", call={"agent_id": seat.agent})
    await until(lambda: caller.voice.hears(HUM), "the caller hears the page")
    assert await seat.page.evaluate(CODEC) == [codec]
    await hold(seats, seat, event["call"]["id"])
    await stays(caller)
    await asyncio.gather(stays(caller), seat.page.evaluate(STANDS_STILL, LONGER_S * 1000))
    assert await seat.page.evaluate(CODEC) == [codec]
    await is_taken_back(seats, seat, caller, event["call"]["id"])
    await until(lambda: caller.voice.hears(HUM), "the caller hears the page again")


async def test_a_page_keeps_whom_it_holds_though_its_headset_is_pulled_out(seats: Seats) -> None:
    """It sends nothing any more, and answers for its connection all the same."""
    seat, caller, call = await seats.talk()
    await hold(seats, seat, call["id"])
    await seat.page.evaluate(PULL_OUT, True)
    await stays(caller)
    await is_taken_back(seats, seat, caller, call["id"])
