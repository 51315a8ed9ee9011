"""What Asterisk refuses, and what it takes without doing it, is never a success of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from mhud.services.people import Person, Phone, add_person
from tests.call_centre import Answer, CallCentre, call_centre

ALL = frozenset({"call", "agent", "originate", "reporting"})


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[CallCentre]:
    """Agent001 has a profile; waits for Asterisk are short."""
    async with call_centre(tmp_path, ami={"action_timeout_s": 0.3}) as opened:
        phone = Phone(agent_id="agent001", interface="PJSIP/agent001", queues=("support", "crisis"))
        await add_person(opened.services.access, Person(username="j", name="J", phone=phone))
        await opened.services.agents.load()
        await opened.agent_is("offline")
        yield opened


def forbid(centre: CallCentre, right: str) -> None:
    """The AMI user loses a class of actions."""
    pbx = centre.pbx.pbx
    pbx.site = replace(pbx.site, writes=ALL - {right})


async def set_status(centre: CallCentre, status: str) -> Answer:
    return await centre.ask("PUT", "/agents/agent001/status", {"status": status})


async def originate(centre: CallCentre) -> Answer:
    body = {"agent_id": "agent001", "destination": "5550001"}
    return await centre.ask("POST", "/calls/outbound", body)


def refused(answer: Answer) -> bool:
    """It says that this is the administrator's affair, and what Asterisk said."""
    status, error = answer
    return (status, error["code"]) == (503, "pbx_unavailable") and "Permission" in error["message"]


async def test_a_login_that_asterisk_forbids_is_an_error(centre: CallCentre) -> None:
    forbid(centre, "agent")
    assert refused(await set_status(centre, "available"))


async def test_a_break_or_logout_that_asterisk_forbids_is_an_error(centre: CallCentre) -> None:
    await set_status(centre, "available")
    forbid(centre, "agent")
    assert refused(await set_status(centre, "on-break"))
    assert refused(await set_status(centre, "offline"))
    assert centre.live.agents["agent001"].status == "available"


async def test_a_pause_of_somebody_who_left_meanwhile_is_a_conflict(centre: CallCentre) -> None:
    await set_status(centre, "available")
    for _ in range(2):
        centre.pbx.faults.drop("QueueMemberRemoved")
    centre.pbx.agent_logs_out("agent001")
    status, error = await set_status(centre, "on-break")
    assert (status, error["code"]) == (409, "conflict")


async def test_who_is_a_member_already_is_paused_as_asked(centre: CallCentre) -> None:
    for _ in range(2):
        centre.pbx.faults.drop("QueueMemberAdded")
    centre.pbx.agent_logs_in("agent001", "support", "crisis")
    await set_status(centre, "on-break")
    held = [queue.member("PJSIP/agent001") for queue in centre.pbx.pbx.queues.values()]
    assert [(one.paused, one.reason) for one in held if one] == [(True, "break")] * 2


async def test_a_call_that_asterisk_does_not_start_ended_as_failed(centre: CallCentre) -> None:
    await set_status(centre, "available")
    forbid(centre, "originate")
    answer = await originate(centre)
    assert refused(answer)
    call_id = answer[1]["details"]["call_id"]
    call = await centre.until(lambda live: live.ended.get(call_id))
    assert call.end_reason.value == "failed"


async def test_a_call_that_may_not_be_hung_up_is_an_error(centre: CallCentre) -> None:
    caller = centre.pbx.call_in("254700123456", "support")
    call = await centre.only_call()
    forbid(centre, "call")
    assert refused(await centre.ask("POST", f"/calls/{call.id}/end"))
    assert caller.is_on_the_line


async def test_an_end_that_is_never_seen_is_a_timeout(centre: CallCentre) -> None:
    centre.pbx.call_in("254700123456", "support")
    call = await centre.only_call()
    centre.pbx.faults.drop("Hangup")
    status, error = await centre.ask("POST", f"/calls/{call.id}/end")
    assert (status, error["code"]) == (504, "pbx_timeout")
    assert error["details"]["call_id"] == call.id


async def test_a_global_that_may_not_be_set_takes_the_whole_change_back(
    centre: CallCentre,
) -> None:
    await centre.ask("PUT", "/queues/support", {"max_wait_time": 30})
    forbid(centre, "call")
    both = {"max_callers": 3, "max_wait_time": 60}
    assert refused(await centre.ask("PUT", "/queues/support", both))
    assert not centre.include.exists()
    assert centre.pbx.pbx.queues["support"].settings.maxlen == 20
    assert not await centre.services.queues.restore_globals()


async def test_a_call_of_days_ago_is_found_in_the_store(tmp_path: Path) -> None:
    async with call_centre(tmp_path) as before:
        before.pbx.call_in("254700123456", "support").hangs_up()
        ended = await before.until(lambda live: next(iter(live.ended.values()), None))
        while not (await before.get("/calls"))["calls"]:
            await before.clock.advance(0.1)
    async with call_centre(tmp_path) as after:
        assert after.live.call(ended.id) is None
        found = await after.get(f"/calls/{ended.id}")
        status, _ = await after.ask("POST", f"/calls/{ended.id}/end")
    assert (found["status"], found["end_reason"], status) == ("ended", "abandoned", 409)
