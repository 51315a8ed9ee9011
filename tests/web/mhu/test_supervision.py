"""Recordings that pause, tags, wrap-up by hand and callers who move: against a simulated PBX."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mhud.services.noting import TAG_LENGTH, TAGS_KEPT
from tests.call_centre import CallCentre
from tests.web.mhu.test_calls import operator, talk


@pytest.fixture
async def staffed(centre: CallCentre) -> CallCentre:
    """Agent001 serves support."""
    centre.pbx.agent_logs_in("agent001", "support")
    await centre.agent_is("available")
    return centre


async def ask(
    centre: CallCentre, headers: dict[str, str], method: str, at: str, body: Any = None
) -> tuple[int, dict[str, Any]]:
    async with centre.http.request(method, f"/api/v1{at}", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


# ---- recording


async def test_a_recording_pauses_and_goes_on_and_twice_is_once(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    for word, paused in (("pause", True), ("pause", True), ("resume", False), ("resume", False)):
        status, answer = await staffed.ask("POST", f"/calls/{call_id}/recording/{word}")
        assert (status, answer["recording_paused"]) == (200, paused)
        assert (await staffed.get(f"/calls/{call_id}"))["recording_paused"] is paused
    trail = (await staffed.get("/audit?action=call.recording.*"))["entries"]
    assert [line["action"] for line in trail] == ["call.recording.resume", "call.recording.pause"]


async def test_an_agent_pauses_the_recording_of_his_own_call_only(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    for agent_id, wanted in (("agent002", 403), ("agent001", 200)):
        headers = await operator(staffed, agent_id)
        await staffed.services.agents.load()
        status, _ = await ask(staffed, headers, "POST", f"/calls/{call_id}/recording/pause")
        assert status == wanted, agent_id


async def test_a_call_that_is_not_recorded_or_over_does_not_pause(staffed: CallCentre) -> None:
    staffed.pbx.call_in("254700123456")
    call = await staffed.only_call()
    status, error = await staffed.ask("POST", f"/calls/{call.id}/recording/pause")
    assert (status, error["details"]["reason"]) == (409, "not-recorded")
    assert (await staffed.ask("POST", f"/calls/{call.id}/end"))[0] == 200
    status, error = await staffed.ask("POST", f"/calls/{call.id}/recording/pause")
    assert (status, error["details"]["reason"]) == (409, "over")


async def test_a_recording_that_began_unseen_can_be_paused(staffed: CallCentre) -> None:
    """While the link was lost a call began, and its recording."""
    staffed.pbx.cut()
    await staffed.until(lambda live: live.stale)
    staffed.pbx.call_in("254700123456", "support")
    staffed.pbx.agent_answers("agent001")
    await staffed.pass_time(3)
    await staffed.until(lambda live: not live.stale and live.calls)
    call = await staffed.only_call()
    assert (call.gap, call.recorded) == (True, False)
    for word, paused in (("pause", True), ("resume", False)):
        status, answer = await staffed.ask("POST", f"/calls/{call.id}/recording/{word}")
        assert (status, answer["recording_paused"]) == (200, paused)
    staffed.pbx.pbx.channels_of("trunk")[0].recorded = False
    status, error = await staffed.ask("POST", f"/calls/{call.id}/recording/pause")
    assert (status, error["details"]["reason"]) == (409, "not-recorded")


# ---- tags


async def tags(centre: CallCentre, call_id: str, *wanted: Any) -> tuple[int, dict[str, Any]]:
    return await centre.ask("PUT", f"/calls/{call_id}/tags", {"tags": list(wanted)})


async def test_tags_are_trimmed_each_once_and_in_their_order(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    status, answer = await tags(staffed, call_id, "urgent", " school ", "urgent", "Übergriff")
    assert (status, answer["tags"]) == (200, ["urgent", "school", "Übergriff"])
    assert (await staffed.get(f"/calls/{call_id}"))["tags"] == answer["tags"]
    assert (await tags(staffed, call_id))[1]["tags"] == []


async def test_a_call_long_over_gets_tags_that_its_history_shows(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    staffed.pbx.agent_hangs_up("agent001")
    await staffed.until(lambda live: not live.calls)
    while not (await staffed.get("/calls"))["calls"]:
        await staffed.clock.advance(0.1)
    staffed.live.ended.clear()  # as after many calls more
    status, answer = await tags(staffed, call_id, "followed-up")
    assert (status, answer["tags"]) == (200, ["followed-up"])
    shown = await staffed.get(f"/calls/{call_id}")
    assert shown["tags"] == ["followed-up"]
    (found,) = (await staffed.get("/calls"))["calls"]
    while found["tags"] != ["followed-up"]:
        await staffed.clock.advance(0.1)
        (found,) = (await staffed.get("/calls"))["calls"]
    assert found == shown


@pytest.mark.parametrize(
    "wrong",
    [
        [""],
        ["  "],
        ["a,b"],
        ["a\nb"],
        ["x" * (TAG_LENGTH + 1)],
        [str(number) for number in range(TAGS_KEPT + 1)],
        [7],
    ],
)
async def test_bad_tags_are_refused(staffed: CallCentre, wrong: list[Any]) -> None:
    call_id = await talk(staffed)
    status, error = await tags(staffed, call_id, *wrong)
    assert (status, error["code"]) == (400, "validation_error")
    assert error["details"][0]["field"].startswith("tags")


async def test_an_agent_tags_the_calls_that_he_has_or_had(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    mine, others = await operator(staffed, "agent001"), await operator(staffed, "agent002")
    body, at = {"tags": ["a"]}, f"/calls/{call_id}/tags"
    assert (await ask(staffed, mine, "PUT", at, body))[0] == 200
    assert (await ask(staffed, others, "PUT", at, body))[0] == 403
    staffed.pbx.agent_hangs_up("agent001")
    await staffed.until(lambda live: not live.calls)
    assert (await ask(staffed, mine, "PUT", at, {"tags": ["b"]}))[0] == 200
    assert (await ask(staffed, others, "PUT", at, body))[0] == 403
    assert (await ask(staffed, mine, "PUT", "/calls/call-9/tags", body))[0] == 404


# ---- wrap-up


async def in_wrap_up(centre: CallCentre) -> None:
    await talk(centre)
    centre.pbx.agent_hangs_up("agent001")
    await centre.agent_is("wrap-up")


async def wrap_up(centre: CallCentre, word: str, **body: Any) -> tuple[int, dict[str, Any]]:
    return await centre.ask("POST", f"/agents/agent001/wrap-up/{word}", body)


async def test_more_time_is_added_to_what_is_left(staffed: CallCentre) -> None:
    await in_wrap_up(staffed)
    await staffed.pass_time(4)
    status, answer = await wrap_up(staffed, "extend", seconds=30)
    assert (status, answer["agent_id"], answer["seconds_left"]) == (200, "agent001", 36)
    assert answer["wrap_up_until"] == (await staffed.get("/agents/agent001"))["wrap_up_until"]
    await staffed.pass_time(35)
    assert staffed.live.agents["agent001"].status == "wrap-up"
    await staffed.pass_time(3)
    await staffed.agent_is("available")


async def test_no_wrap_up_has_more_than_an_hour_left(staffed: CallCentre) -> None:
    await in_wrap_up(staffed)
    for _ in range(2):
        await staffed.pass_time(1)
        status, answer = await wrap_up(staffed, "extend", seconds=3600)
        assert (status, answer["seconds_left"]) == (200, 3600)


async def test_an_ended_wrap_up_opens_the_queues_again(staffed: CallCentre) -> None:
    await in_wrap_up(staffed)
    await staffed.pass_time(1)
    assert staffed.live.agents["agent001"].queues_paused
    asked = asyncio.create_task(wrap_up(staffed, "end"))
    while not asked.done():
        await staffed.clock.advance(0.1)
    status, answer = await asked
    assert (status, answer["seconds_left"], answer["wrap_up_until"]) == (200, 0, None)
    assert not staffed.live.agents["agent001"].queues_paused
    assert (await staffed.agent_is("available")).wrap_up_until is None


async def test_a_wish_that_waits_for_a_call_s_end_stays(staffed: CallCentre) -> None:
    await talk(staffed)
    body = {"status": "on-break", "reason_code": "lunch"}
    assert (await staffed.ask("PUT", "/agents/agent001/status", body))[0] == 200
    staffed.pbx.agent_hangs_up("agent001")
    await staffed.agent_is("wrap-up")
    assert (await wrap_up(staffed, "end"))[1]["status"] == "on-break"


async def test_out_of_wrap_up_nothing_is_extended_or_ended(staffed: CallCentre) -> None:
    for word, body in (("extend", {"seconds": 5}), ("end", {})):
        status, error = await wrap_up(staffed, word, **body)
        assert (status, error["details"]["reason"]) == (409, "available")
        status, _ = await staffed.ask("POST", f"/agents/nobody/wrap-up/{word}", body)
        assert status == 404
    for wrong in (0, 3601, "5", None):
        assert (await wrap_up(staffed, "extend", seconds=wrong))[0] == 400


async def test_an_operator_writes_up_for_himself_only(staffed: CallCentre) -> None:
    await in_wrap_up(staffed)
    for agent_id, wanted in (("agent002", 403), ("agent001", 200)):
        headers = await operator(staffed, agent_id)
        at = "/agents/agent001/wrap-up/extend"
        status, _ = await ask(staffed, headers, "POST", at, {"seconds": 5})
        assert status == wanted, agent_id


# ---- moving who waits


async def waiting(centre: CallCentre, queue: str, *numbers: str) -> list[str]:
    """Their calls' ids."""
    for number in numbers:
        centre.pbx.call_in(number, queue)
        await centre.until(
            lambda live, n=number: any(c.caller_id == n for c in live.calls.values())
        )
    await centre.until(lambda live: len(live.queues[queue].waiting) == len(numbers))
    return [entry.call_id for entry in centre.live.queues[queue].waiting]


async def move(centre: CallCentre, call_id: str, **body: Any) -> tuple[int, dict[str, Any]]:
    return await centre.ask("POST", f"/calls/{call_id}/move", body)


def order(centre: CallCentre, queue: str) -> list[str]:
    return [entry.call_id for entry in centre.live.queues[queue].waiting]


async def test_callers_move_within_their_queue(centre: CallCentre) -> None:
    a, b, c = await waiting(centre, "support", "25470001", "25470002", "25470003")
    joined = {entry.call_id: entry.joined_at for entry in centre.live.queues["support"].waiting}
    for call_id, position, wanted in (
        (c, "front", [c, a, b]),
        (b, "front", [b, c, a]),
        (b, "front", [b, c, a]),
        (b, "back", [c, a, b]),
        (c, "back", [a, b, c]),
    ):
        status, answer = await move(centre, call_id, position=position)
        assert (status, answer["queue_id"]) == (200, "support")
        assert order(centre, "support") == wanted
        assert answer["position"] == wanted.index(call_id) + 1
    assert {e.call_id: e.joined_at for e in centre.live.queues["support"].waiting} == joined


async def test_a_caller_moves_to_another_queue_and_has_not_abandoned(centre: CallCentre) -> None:
    (first,) = await waiting(centre, "crisis", "25470009")
    a, b = await waiting(centre, "support", "25470001", "25470002")
    await centre.pass_time(7)
    status, answer = await move(centre, a, queue="crisis", position="front")
    assert (status, answer) == (
        200,
        {"success": True, "call_id": a, "queue_id": "crisis", "position": 1},
    )
    assert (await move(centre, b, queue="crisis"))[1]["position"] == 3
    assert order(centre, "crisis") == [a, first, b]
    assert order(centre, "support") == []
    await centre.pass_time(3)
    for other in (first, b):
        assert (await centre.ask("POST", f"/calls/{other}/end"))[0] == 200
    centre.pbx.agent_logs_in("agent001", "crisis")
    await centre.pass_time(5)
    await centre.agent_is("ringing")
    centre.pbx.agent_answers("agent001")
    await centre.agent_is("on-call")
    call = await centre.get(f"/calls/{a}")
    assert (call["agent_id"], call["queue_wait_time"] >= 10) == ("agent001", True)
    assert call["queue_ids"] == ["crisis", "support"]
    (support,) = [q for q in (await centre.get("/queues/stats"))["queues"] if q["id"] == "support"]
    parts = ("presented", "answered", "abandoned")
    assert [support["sla"][part] for part in parts] == [2, 0, 0]


async def test_what_can_t_be_moved_says_why(staffed: CallCentre) -> None:
    call_id = await talk(staffed)
    status, error = await move(staffed, call_id, position="front")
    assert (status, error["details"]["reason"]) == (409, "not-waiting")
    (caller,) = await waiting(staffed, "crisis", "25470001")
    assert (await move(staffed, caller))[0] == 400
    assert (await move(staffed, caller, position="middle"))[0] == 400
    assert (await move(staffed, caller, queue="nowhere"))[0] == 404
    headers = await operator(staffed, "agent002")
    at, body = f"/calls/{caller}/move", {"position": "front"}
    assert (await ask(staffed, headers, "POST", at, body))[0] == 403


async def test_a_full_queue_takes_nobody(centre: CallCentre) -> None:
    status, _ = await centre.ask("PUT", "/queues/crisis", {"max_callers": 1})
    assert status == 200
    await waiting(centre, "crisis", "25470001")
    (caller,) = await waiting(centre, "support", "25470002")
    status, error = await move(centre, caller, queue="crisis")
    assert (status, error["details"]["reason"]) == (409, "full")
    body = {"type": "blind", "target": {"queue": "crisis"}}
    status, error = await centre.ask("POST", f"/calls/{caller}/transfer", body)
    assert (status, error["details"]["reason"]) == (409, "full")
    assert order(centre, "support") == [caller]


async def test_each_command_stands_in_the_audit_trail(staffed: CallCentre) -> None:
    (caller,) = await waiting(staffed, "crisis", "25470001")
    await move(staffed, caller, position="front")
    await tags(staffed, caller, "one", "two")
    entries = (await staffed.get("/audit"))["entries"]
    assert [(line["action"], line["details"]) for line in entries] == [
        ("call.tags", {"count": 2}),
        ("call.move", {"queue_id": "crisis", "position": "front"}),
    ]
