"""Changes of queues by API are changes of Asterisk; so are reloads and recordings seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mhud.clock import SystemClock
from tests.asterisk.desk import Desk

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EMPTY_WAV = 44  # bytes


async def until(holds: Callable[[], bool], tries: int = 100) -> None:
    """A file tells nobody that it grows: it must be looked at."""
    for _ in range(tries):
        if holds():
            return
        await SystemClock().sleep(0.05)
    raise AssertionError("did not happen in time")


async def test_a_changed_queue_is_changed_in_asterisk(desk: Desk) -> None:
    change = {"strategy": "fewest-calls", "max_callers": 7, "ring_seconds": 4, "max_wait_time": 77}
    answer = await desk.api.ask("PUT", "/queues/tchange", change)
    assert answer.status == 200, answer.body
    assert (answer.body["success"], answer.body["queue_id"]) == (True, "tchange")
    assert sorted(answer.body["updated_fields"]) == sorted(change)
    shown = await desk.pbx.cli("queue show tchange")
    assert "max 7" in shown
    assert "'fewestcalls' strategy" in shown
    assert "MHUD_MAX_WAIT_tchange=77" in await desk.pbx.cli("dialplan show globals")
    assert "timeout = 4" in desk.pbx.queue_include.read_text()
    event = await desk.watcher.sees("queue.config_changed", queue={"id": "tchange"})
    assert (event["queue"]["strategy"], event["queue"]["timeout"]) == ("fewest-calls", 77)
    queue = await desk.api.get("/queues/tchange")
    assert (queue["strategy"], queue["max_callers"], queue["timeout"]) == ("fewest-calls", 7, 77)


async def test_a_shorter_wait_holds_for_the_next_caller(desk: Desk) -> None:
    answer = await desk.api.ask("PUT", f"/queues/{desk.queue}", {"max_wait_time": 1})
    assert answer.status == 200, answer.body
    await desk.parties.call(desk.dial)
    queued = await desk.watcher.sees("call.queued", call={"queue_id": desk.queue})
    assert (await desk.ended(queued["call"]))["end_reason"] == "timeout"
    await desk.api.ask("PUT", f"/queues/{desk.queue}", {"max_wait_time": 600})


@pytest.mark.parametrize("is_some_day", [True, False])
async def test_a_closed_queue_takes_no_caller(desk: Desk, is_some_day: bool) -> None:
    another_day = DAYS[(SystemClock().now().weekday() + 3) % 7]
    closed = {another_day: {"start": "00:00", "end": "00:01"}} if is_some_day else {}
    answer = await desk.api.ask("PUT", f"/queues/{desk.queue}", {"operating_hours": closed})
    assert answer.status == 200, answer.body
    number = f"+493077{is_some_day:d}"
    caller = await desk.parties.call(desk.dial, number=number)
    ended = await desk.watcher.sees("call.ended", call={"caller_id": number})
    assert not desk.watcher.all("call.queued", call={"id": ended["call"]["id"]})
    await caller.gone()
    answer = await desk.api.ask("PUT", f"/queues/{desk.queue}", {"operating_hours": None})
    assert answer.status == 200, answer.body
    await desk.parties.call(desk.dial)
    await desk.watcher.sees("call.queued", call={"queue_id": desk.queue})


async def test_what_asterisk_would_swallow_is_refused(desk: Desk) -> None:
    before = desk.pbx.queue_include.read_text()
    for body in (
        {"strategy": "nonsense"},
        {"max_callers": -1},
        {"announcement_id": "nowhere"},
        {"name": "a\r\nAction: Logoff"},
        {"nosuch": 1},
    ):
        answer = await desk.api.ask("PUT", f"/queues/{desk.queue}", body)
        assert (answer.status, answer.body["code"]) == (400, "validation_error"), body
    assert (await desk.api.ask("PUT", "/queues/nosuch", {"max_callers": 3})).status == 404
    assert desk.pbx.queue_include.read_text() == before


async def test_a_reload_of_the_queues_changes_nothing(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    await desk.pbx.cli("queue reload all")
    await desk.pbx.cli("module reload app_queue.so")
    assert (await desk.api.call(call["id"]))["status"] == "in-progress"
    shown = await desk.api.agent(agent.id)
    assert (shown["status"], shown["current_call_id"]) == ("on-call", call["id"])
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"
    assert desk.watcher.story(call["id"]).count("call.new") == 1


async def test_a_talk_is_recorded(desk: Desk) -> None:
    _, caller, call = await desk.in_talk(audio=True)
    assert (await desk.api.call(call["id"]))["recorded"] is True
    recording = desk.pbx.recordings / f"{call['id'].removeprefix('call-')}.wav"
    await until(lambda: recording.exists() and recording.stat().st_size > EMPTY_WAV)
    await caller.hang_up()
    assert (await desk.ended(call))["recorded"] is True
