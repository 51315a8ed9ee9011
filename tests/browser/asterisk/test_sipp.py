"""A caller that is SIPp plays a tone of 440 Hz to a page whose microphone hums at 880 Hz.

That both hear each other is seen at each place that can tell: in the page (sound and getStats), in
Asterisk's counters, and in the packets that come to the caller.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest_asyncio

from tests.asterisk.parties import Party
from tests.asterisk.talks import until
from tests.asterisk.tap import Tap, tap
from tests.browser.asterisk.seat import CALLER, HUM, WAIT_MS, Seat, Seats

ENOUGH = 50  # packets: a second
# Channel, its time, codec, count, lost, percent, jitter, count: from the channel on, for the bridge
# before it is eight hexadecimal digits, and one of forty looks like a count.
COUNTS = r" {}-\S* +[\d:]+ +\S+ +(\d+) +\d+ +\d+ +\S+ +(\d+) "


@pytest_asyncio.fixture(loop_scope="session")
async def wire(seats: Seats) -> AsyncIterator[Tap]:
    with tap(seats.desk.pbx.ports) as opened:
        yield opened


async def hear_each_other(seats: Seats, seat: Seat, wire: Tap) -> None:
    wire.listen()
    before = {endpoint: await counted(seats, endpoint) for endpoint in (seat.agent, "trunk")}
    await seat.hears(CALLER)
    await until(lambda: wire.voice.hears(HUM), "the caller hears the page")
    assert not wire.voice.hears(CALLER)  # nor himself
    stats = await seat.carried(ENOUGH)
    assert stats["dtls"] == "connected"
    assert stats["lost"] * 20 < stats["came"]
    for endpoint, counts in before.items():
        await counts_on(seats, endpoint, counts)


async def counts_on(seats: Seats, endpoint: str, before: tuple[int, int]) -> None:
    """Until ENOUGH have come from there since, and gone there: the page counts a bit ahead."""
    async with asyncio.timeout(WAIT_MS / 1000):
        now = before
        while min(now[0] - before[0], now[1] - before[1]) < ENOUGH:
            now = await counted(seats, endpoint)


async def counted(seats: Seats, endpoint: str) -> tuple[int, int]:
    """The packets that Asterisk has had from there, and sent there, in the newest call."""
    shown = await seats.desk.pbx.cli("pjsip show channelstats")
    *_, (received, sent) = [("0", "0"), *re.findall(COUNTS.format(endpoint), shown)]
    return int(received), int(sent)


async def called(seats: Seats, seat: Seat) -> Party:
    """Talks with the page."""
    caller = await seats.desk.parties.call(seats.desk.dial, hertz=CALLER)
    await seat.is_("ringing")
    await seat.answers()
    return caller


async def test_a_caller_and_a_page_hear_each_other(seats: Seats, wire: Tap) -> None:
    seat = await seats.at_work()
    caller = await called(seats, seat)
    event = await seats.desk.watcher.sees("call.connected", call={"agent_id": seat.agent})
    await hear_each_other(seats, seat, wire)
    await seat.do("hangup()")
    await caller.gone()
    assert caller.process is not None
    assert caller.process.returncode == 0  # his scenario went as written, to the BYE
    assert (await seats.desk.ended(event["call"]))["end_reason"] == "completed"


async def test_they_hear_each_other_again_when_the_page_is_reloaded(
    seats: Seats, wire: Tap
) -> None:
    seat = await seats.at_work()
    caller = await called(seats, seat)
    await hear_each_other(seats, seat, wire)
    await seat.start()
    await seat.is_("talking")
    await hear_each_other(seats, seat, wire)
    await caller.hang_up()
    await seat.is_("idle")
