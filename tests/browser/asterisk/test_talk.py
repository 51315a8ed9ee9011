"""What one does in a talk; that both hear each other at all: test_sipp.py."""

from __future__ import annotations

from tests.asterisk.talks import until
from tests.browser.asterisk.seat import HUM, Seats


async def test_when_the_caller_hangs_up_the_page_is_idle_again(seats: Seats) -> None:
    seat, caller, _ = await seats.talk()
    await caller.hang_up()
    await seat.is_("idle")
    assert await seat.do("call.value") is None


async def test_who_is_held_hears_the_page_no_more_until_he_is_taken_back(seats: Seats) -> None:
    seat, caller, call = await seats.talk()
    await until(lambda: caller.voice.hears(HUM), "the caller hears the page")
    await seat.do("hold(true)")
    await seat.is_("held")
    await seats.desk.watcher.sees("call.held", call={"id": call["id"]})
    await until(lambda: not caller.voice.hears(HUM), "the caller hears music")
    await seat.do("hold(false)")
    await seat.is_("talking")
    await until(lambda: caller.voice.hears(HUM), "the caller hears the page again")


async def test_a_muted_page_is_silent_but_not_dead(seats: Seats) -> None:
    seat, caller, call = await seats.talk()
    await until(lambda: caller.voice.hears(HUM), "the caller hears the page")
    await seat.do("mute(true)")
    await seat.until("muted.value")
    await until(lambda: not caller.voice.hears(HUM), "the caller hears nothing")
    before = caller.voice.samples
    await until(lambda: caller.voice.samples > before + 40_000, "silence is sent for 5 s", 25)
    assert (await seats.desk.api.call(call["id"]))["status"] == "in-progress"
    await seat.do("mute(false)")
    await until(lambda: caller.voice.hears(HUM), "the caller hears the page again")


async def test_keys_arrive_beside_the_voice(seats: Seats) -> None:
    seat, caller, _ = await seats.talk()
    await seat.hears()
    await seat.do("dtmf('147')")
    await until(lambda: caller.voice.digits == "147", "the keys arrive")


async def test_a_test_call_says_that_microphone_and_network_work(seats: Seats) -> None:
    seat = await seats.at_work()
    await seat.do("check()")
    found = await seat.do("checkup.value")
    assert (found["microphone"], found["network"]) == ("ok", "ok")
    assert found["lost_percent"] <= 3
    await seat.is_("idle")
    seen = [one for one in seats.desk.watcher.events if one["type"].startswith("call.")]
    assert [one for one in seen if one["call"]["agent_id"] == seat.agent] == []
