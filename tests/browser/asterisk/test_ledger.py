"""What is on record of a call whose page was loaded again: one call, one talk, no transfer."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from mhud.clock import SystemClock
from tests.asterisk.api import Json
from tests.asterisk.talks import until
from tests.asterisk.voice import Speaker
from tests.browser.asterisk.seat import HUM, Seat, Seats

CLOCK = SystemClock()
NEAR = timedelta(seconds=1.5)  # the books count in whole seconds
TALK_S = 2.0  # before the reload, and after it


async def reloaded(seats: Seats) -> tuple[Seat, Speaker, Json]:
    """A talk over a reload."""
    await seats.desk.admin.act("Setvar", Variable="BROWSER_PHONES", Value="yes")
    seat, caller, call = await seats.talk()
    await CLOCK.sleep(TALK_S)
    await seat.start()
    await seat.is_("talking")
    await until(lambda: caller.voice.hears(HUM), "the caller hears the new page")
    await CLOCK.sleep(TALK_S)
    return seat, caller, call


async def test_it_is_told_as_one_talk_and_counted_once(seats: Seats) -> None:
    desk = seats.desk
    seat, caller, call = await reloaded(seats)
    await seats.goes_on()
    await seat.do("hangup()")
    ended = await desk.ended(call)
    await until(caller.gone.is_set, "the caller is told")
    assert (ended["end_reason"], ended["agent_ids"]) == ("completed", [seat.agent])
    assert (ended["transfers"], ended["answer_time"]) == (0, call["answer_time"])
    told = [one for one in desk.watcher.story(call["id"]) if one != "call.new"]
    assert told == ["call.queued", "call.connected", "call.ended"]
    parts = (await desk.api.get(f"/calls/{call['id']}/segments"))["segments"]
    (talk,) = [one for one in parts if one["kind"] == "talk"]
    assert talk["duration"] >= 2 * TALK_S
    assert (await desk.api.queue(desk.queue))["handled_today"] == 1


async def test_no_queue_is_left_waiting_when_his_wrap_up_is_over(seats: Seats) -> None:
    desk = seats.desk
    seat, caller, call = await reloaded(seats)
    before = (await desk.api.agent(seat.agent))["statistics"]["calls_today"]
    await caller.hang_up()
    await desk.ended(call)
    free = {"id": seat.agent, "status": "available"}
    await desk.watcher.sees_many(2, "agent.status_changed", agent=free)
    await seats.goes_on()
    states = [
        event["agent"]["status"]
        for event in desk.watcher.all("agent.status_changed", agent={"id": seat.agent})
    ]
    assert states[states.index("on-call") :] == ["on-call", "wrap-up", "available"]
    assert all(one != other for one, other in pairwise(states))
    assert (await desk.api.agent(seat.agent))["statistics"]["calls_today"] == before


async def test_the_books_tell_its_end_when_mhud_was_away_then(seats: Seats) -> None:
    desk = seats.desk
    seat, caller, call = await reloaded(seats)
    await seats.daemon.kill()
    await CLOCK.sleep(TALK_S)
    began = CLOCK.now()
    await caller.hang_up()
    hung_up = CLOCK.now()
    await CLOCK.sleep(TALK_S)
    await seats.daemon.start()
    replay = await desk.api.watcher().open(since=0)
    await replay.sees("call.corrected", call={"id": call["id"]})
    await replay.close()
    shown = await desk.api.call(call["id"])
    assert (shown["end_reason"], shown["agent_ids"]) == ("completed", [seat.agent])
    assert (shown["transfers"], shown["answer_time"]) == (0, call["answer_time"])
    end = datetime.fromisoformat(shown["end_time"])
    assert began - NEAR <= end <= hung_up + NEAR
    listed = (await desk.api.get("/calls?limit=100"))["calls"]
    assert [one["id"] for one in listed].count(call["id"]) == 1
    parts = (await desk.api.get(f"/calls/{call['id']}/segments"))["segments"]
    assert [one["kind"] for one in parts].count("talk") == 1
    await seats.goes_on()
