"""Recordings that pause, tags, wrap-up by hand, and callers who are moved while they wait."""

from __future__ import annotations

import asyncio
import wave
from datetime import datetime, timedelta
from pathlib import Path

from mhud.clock import SystemClock
from tests.asterisk.api import Json
from tests.asterisk.desk import Desk
from tests.asterisk.parties import Party
from tests.asterisk.scenario import Behavior
from tests.asterisk.talks import AGENT_HZ, CALLER_HZ, talk, until
from tests.asterisk.voice import RATE, loudness

# ---- recording


def sounding(path: Path) -> list[bool | None]:
    """Of each tenth of a second: both talk (True), silence (False), or something between (None)."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples = memoryview(file.readframes(file.getnframes())).cast("h").tolist()
    step = RATE // 10
    found: list[bool | None] = []
    for at in range(0, len(samples) - step, step):
        part = samples[at : at + step]
        both = min(loudness(part, CALLER_HZ), loudness(part, AGENT_HZ)) > 1000
        silent = max(abs(sample) for sample in part) < 20
        found.append(True if both else False if silent else None)
    return found


async def test_a_paused_recording_is_silent_and_nobody_in_the_talk_is(
    desk: Desk, tmp_path: Path
) -> None:
    clock = asyncio.get_running_loop().time
    called = clock()
    async with talk(desk) as there:
        at = f"/calls/{there.call['id']}/recording"
        await there.hear_for(1.0)
        paused = await desk.api.ask("POST", f"{at}/pause")
        assert (paused.status, paused.body["recording_paused"]) == (200, True)
        pause_s = clock() - called
        again = await desk.api.ask("POST", f"{at}/pause")
        assert (again.status, again.body) == (200, paused.body)
        await there.sounds((AGENT_HZ,), (CALLER_HZ,), ())
        await there.hear_for(1.5)
        assert (await desk.api.call(there.call["id"]))["recording_paused"] is True
        resumed = await desk.api.ask("POST", f"{at}/resume")
        assert (resumed.status, resumed.body["recording_paused"]) == (200, False)
        await there.hear_for(1.0)
        path = tmp_path / "recording.wav"  # Asterisk's goes when mhud has taken it over
        path.hardlink_to(desk.pbx.recordings / f"{there.call['id'].removeprefix('call-')}.wav")
        await there.caller.hang_up()
        ended = await desk.ended(there.call)
        assert (ended["recorded"], ended["recording_paused"]) == (True, False)
        assert desk.watcher.story(there.call["id"])[-3:] == [
            "call.recording_paused",
            "call.recording_resumed",
            "call.ended",
        ]
        await until(lambda: len(sounding(path)) > 25, "the recording is not written")
        heard = sounding(path)
        first, last = heard.index(False), len(heard) - 1 - heard[::-1].index(False)
        assert 8 <= first <= pause_s * 10 + 1, heard
        assert last - first >= 10, heard
        assert heard[first : last + 1] == [False] * (last - first + 1)
        assert heard[: first - 1].count(True) >= 7, heard
        assert heard[last + 2 :].count(True) >= 7, heard


async def test_a_pause_outlives_a_transfer(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    assert (await desk.api.ask("POST", f"/calls/{call['id']}/recording/pause")).status == 200
    queue, dial = desk.another_queue()
    other = await desk.agent(queue=queue)
    await agent.phone.refer(dial, desk.pbx.ports.sip)
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": other.id})
    assert (await desk.api.call(call["id"]))["recording_paused"] is True
    resumed = await desk.api.ask("POST", f"/calls/{call['id']}/recording/resume")
    assert (resumed.status, resumed.body["recording_paused"]) == (200, False)
    await caller.hang_up()


async def test_what_is_not_recorded_does_not_pause(desk: Desk) -> None:
    agent, colleague = await desk.agent(), await desk.phone()
    call_id = (await desk.api.originate(agent.id, colleague.extension)).body["call_id"]
    await desk.watcher.sees("call.connected", call={"id": call_id})
    refused = await desk.api.ask("POST", f"/calls/{call_id}/recording/pause")
    assert (refused.status, refused.body["details"]["reason"]) == (409, "not-recorded")
    await desk.api.end(call_id)


# ---- tags


async def test_tags_of_a_call_stay_when_it_is_over_and_change_after_it(desk: Desk) -> None:
    _, caller, call = await desk.in_talk()
    at = f"/calls/{call['id']}/tags"
    answer = await desk.api.ask("PUT", at, {"tags": ["urgent", " school ", "urgent"]})
    assert (answer.status, answer.body["tags"]) == (200, ["urgent", "school"])
    await caller.hang_up()
    assert (await desk.ended(call))["tags"] == ["urgent", "school"]
    answer = await desk.api.ask("PUT", at, {"tags": ["closed"]})
    assert answer.status == 200
    tagged = await desk.watcher.sees("call.tagged", call={"id": call["id"], "tags": ["closed"]})
    shown = await desk.api.call(call["id"])
    assert shown == tagged["call"]
    history = (await desk.api.get(f"/calls?queue={desk.queue}&limit=1"))["calls"]
    assert history == [shown]


# ---- wrap-up


WRAP_UP_S = 5


async def wraps_up(desk: Desk) -> Json:
    """The agent, as he was told when he began to."""
    longer = {"wrap_up_seconds": WRAP_UP_S}  # else it may be over before he can make it longer
    assert (await desk.api.ask("PUT", f"/queues/{desk.queue}", longer)).status == 200
    agent, caller, call = await desk.in_talk()
    await caller.hang_up()
    await desk.ended(call)
    event = await desk.watcher.sees(
        "agent.status_changed", agent={"id": agent.id, "status": "wrap-up"}
    )
    told: Json = event["agent"]
    return told


def is_paused(desk: Desk, agent_id: str) -> str | None:
    """`1` or `0`, as Asterisk said last."""
    interface = f"PJSIP/{agent_id}"
    said = [m for m in desk.admin.heard if m.get("Event") == "QueueMemberPause"]
    mine = [m["Paused"] for m in said if m["Interface"] == interface]
    return mine[-1] if mine else None


async def test_a_longer_wrap_up_keeps_the_queues_away_until_he_ends_it(desk: Desk) -> None:
    agent = await wraps_up(desk)
    agent_id = agent["id"]
    extended = await desk.api.ask("POST", f"/agents/{agent_id}/wrap-up/extend", {"seconds": 30})
    assert (extended.status, extended.body["status"]) == (200, "wrap-up")
    assert 30 <= extended.body["seconds_left"] <= 30 + WRAP_UP_S
    await until(lambda: is_paused(desk, agent_id) == "1", "he is not paused")
    caller = await desk.parties.call(desk.dial)
    await desk.watcher.sees("queue.sla_breach", queue={"id": desk.queue})  # after 2 s of waiting
    first_end = datetime.fromisoformat(agent["wrap_up_until"]) + timedelta(seconds=1)
    await until(lambda: SystemClock().now() > first_end, "the clock stands still")
    assert (await desk.api.agent(agent_id))["status"] == "wrap-up"
    ended = await desk.api.ask("POST", f"/agents/{agent_id}/wrap-up/end")
    assert (ended.status, ended.body["seconds_left"]) == (200, 0)
    await until(lambda: is_paused(desk, agent_id) == "0", "he is paused")
    await desk.watcher.sees("agent.ringing", agent={"id": agent_id}, call={"wait_time": None})
    await caller.hang_up()
    again = await desk.api.ask("POST", f"/agents/{agent_id}/wrap-up/end")
    assert again.status == 409


# ---- moving who waits


async def waits(desk: Desk, dial: str, number: str) -> tuple[Party, Json]:
    caller = await desk.parties.call(dial, number)
    event = await desk.watcher.sees("call.queued", call={"caller_id": number})
    call: Json = event["call"]
    return caller, call


async def move(desk: Desk, call: Json, **body: str) -> Json:
    answer = await desk.api.ask("POST", f"/calls/{call['id']}/move", body)
    assert answer.status == 200, answer.body
    return answer.body


async def is_served(desk: Desk, call: Json, agent_id: str) -> None:
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": agent_id})
    assert (await desk.api.end(call["id"])).status == 200


async def test_callers_move_within_their_queue_and_are_served_in_that_order(desk: Desk) -> None:
    calls = [(await waits(desk, desk.dial, f"+4930000{n}"))[1] for n in range(3)]
    assert (await move(desk, calls[2], position="front"))["position"] == 1
    assert (await move(desk, calls[1], position="front"))["position"] == 1
    assert (await move(desk, calls[2], position="back"))["position"] == 3
    assert (await move(desk, calls[2], position="back"))["position"] == 3
    agent = await desk.agent()
    for call in (calls[1], calls[0], calls[2]):
        await is_served(desk, call, agent.id)
    for call in calls:
        ended = await desk.ended(call)
        assert (ended["end_reason"], ended["queue_ids"]) == ("completed", [desk.queue])
        assert desk.watcher.story(call["id"]).count("call.queued") == 1


async def test_a_caller_is_moved_to_the_front_of_another_queue(desk: Desk) -> None:
    before = await desk.api.queue(desk.queue)
    queue, dial = desk.another_queue()
    _, first = await waits(desk, dial, "+49301")
    _, moved = await waits(desk, desk.dial, "+49302")
    _, last = await waits(desk, desk.dial, "+49303")
    await desk.watcher.sees("queue.sla_breach", call={"id": moved["id"]})  # he has waited 2 s
    assert await move(desk, moved, queue=queue, position="front") == {
        "success": True,
        "call_id": moved["id"],
        "queue_id": queue,
        "position": 1,
    }
    assert (await move(desk, last, queue=queue))["position"] == 3
    shown = await desk.api.call(moved["id"])
    assert (shown["status"], shown["queue_id"]) == ("queued", queue)
    agent = await desk.agent(queue=queue)
    for call in (moved, first, last):
        await is_served(desk, call, agent.id)
    ended = await desk.ended(moved)
    assert (ended["end_reason"], ended["queue_wait_time"] >= 2) == ("completed", True)
    after = await desk.api.queue(desk.queue)
    parts = ("presented", "answered", "abandoned")
    grown = [after["sla"][part] - before["sla"][part] for part in parts]
    assert (grown, after["calls_waiting"]) == ([2, 0, 0], 0)


async def test_a_phone_that_rings_for_a_moved_caller_stops(desk: Desk) -> None:
    agent = await desk.agent(Behavior(after_s=None))
    _, call = await waits(desk, desk.dial, "+49304")
    await desk.watcher.sees("agent.ringing", agent={"id": agent.id}, call={"id": call["id"]})
    queue, _ = desk.another_queue()
    other = await desk.agent(queue=queue)
    moved = await move(desk, call, queue=queue)
    assert moved["queue_id"] == queue
    await is_served(desk, call, other.id)
    await desk.watcher.sees(
        "agent.status_changed",
        agent={"id": agent.id, "status": "available"},
        previous_status="ringing",
    )


async def test_whom_another_queue_does_not_take_waits_again_where_he_was(desk: Desk) -> None:
    _, first = await waits(desk, desk.dial, "+49307")
    _, call = await waits(desk, desk.dial, "+49308")
    at = f"/calls/{call['id']}/move"
    refused = await desk.api.ask("POST", at, {"queue": "tempty"})  # nobody serves it
    assert (refused.status, refused.body["details"]["reason"]) == (409, "turned-away")
    back = {"id": call["id"], "queue_id": desk.queue}
    await desk.watcher.sees_many(2, "call.queued", call=back)  # the answer may come before he is
    agent = await desk.agent()
    for one in (call, first):
        await is_served(desk, one, agent.id)


async def test_who_talks_or_would_find_a_full_queue_is_not_moved(desk: Desk) -> None:
    _, caller, call = await desk.in_talk()
    at = f"/calls/{call['id']}/move"
    refused = await desk.api.ask("POST", at, {"position": "front"})
    assert (refused.status, refused.body["details"]["reason"]) == (409, "not-waiting")
    await caller.hang_up()
    _, there = await waits(desk, "8101", "+49305")
    queue, dial = desk.another_queue()
    _, waiting = await waits(desk, dial, "+49306")
    refused = await desk.api.ask("POST", f"/calls/{waiting['id']}/move", {"queue": "tfull"})
    assert (refused.status, refused.body["details"]["reason"]) == (409, "full")
    assert (await desk.api.call(waiting["id"]))["queue_id"] == queue
    for one in (there, waiting):
        assert (await desk.api.end(one["id"])).status == 200
