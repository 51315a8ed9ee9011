"""Commands overtaken by what people do while mhud still looks: the caller must not pay for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.control_commands import consults, talks, waits
from tests.control_room import CALLER, Room, control_room
from tests.fake_clock import settle

TO_COLLEAGUE = {"agent": "agent002"}


@asynccontextmanager
async def while_the_disk_hangs(
    room: Room, path: str, body: Any = None
) -> AsyncIterator[asyncio.Task[Any]]:
    """The command has looked at the call, and waits for its line in the audit trail."""
    path = f"/calls/{room.call_id}/{path}"
    await room.headers("key: all")
    async with room.centre.services.db.write():
        asking = await room.begins("POST", path, body)
        await settle()
        yield asking
    await room.until(asking.done)


async def test_a_colleague_who_hangs_up_meanwhile_leaves_the_caller_to_his_agent(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        await consults(room)
        async with while_the_disk_hangs(room, "complete") as asking:
            room.centre.pbx.agent_hangs_up("agent002")
            await room.until(lambda: room.call.consultation is None)
        status, answer = asking.result()
        assert (status, answer["details"]["reason"]) == (409, "no-consultation")
        assert (room.call.status, room.call.agent_id) == ("in-progress", "agent001")


async def test_an_agent_who_takes_the_caller_meanwhile_keeps_him(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        room.caller = room.centre.pbx.call_in(CALLER, "support")
        await room.centre.agent_is("ringing")
        room.call_id = (await room.centre.only_call()).id
        body = {"type": "blind", "target": {"agent": "agent002"}}
        async with while_the_disk_hangs(room, "transfer", body) as asking:
            room.centre.pbx.agent_answers("agent001")
            await room.until(lambda: room.call.talks)
        status, answer = asking.result()
        assert (status, answer["details"]["reason"]) == (409, "talking")
        assert (room.call.status, room.call.agent_id) == ("in-progress", "agent001")


async def test_an_agent_who_asks_by_his_keys_meanwhile_is_not_taken_from_his_caller(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        body = {"type": "blind", "target": {"queue": "crisis"}}
        async with while_the_disk_hangs(room, "transfer", body) as asking:
            room.centre.pbx.agent_asks("agent001", "1002")
            await room.until(lambda: room.call.consultation)
        status, answer = asking.result()
        assert (status, answer["details"]["reason"]) == (409, "consulting")
        assert room.call.transfers == 0


async def test_whom_a_closed_queue_does_not_take_is_back_with_who_sent_him(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        pbx = room.centre.pbx
        pbx.pbx.variables["MHUD_OPEN_crisis"] = "0"
        room.picks_up("agent001")
        body = {"type": "blind", "target": {"queue": "crisis"}}
        status, _ = await room.ask("POST", f"/calls/{room.call_id}/transfer", body)
        assert status == 200
        await room.until(lambda: len(room.call.talks) == 2)
        assert (room.call.status, room.call.agent_id) == ("in-progress", "agent001")


@pytest.mark.parametrize("target", [{"queue": "crisis"}, TO_COLLEAGUE])
async def test_a_waiting_caller_whom_nobody_takes_waits_where_he_was(
    tmp_path: Path, target: dict[str, str]
) -> None:
    async with control_room(tmp_path) as room:
        await waits(room)
        pbx = room.centre.pbx
        pbx.pbx.variables.update({"MHUD_OPEN_crisis": "0", "MHUD_OPEN_support": "0"})
        body = {"type": "blind", "target": target}
        status, _ = await room.ask("POST", f"/calls/{room.call_id}/transfer", body)
        assert status == 200
        if target is TO_COLLEAGUE:
            pbx.agent_rejects("agent002")
        await room.until(lambda: room.centre.live.queues["support"].waiting)
        assert (room.call.status, room.call.queue_id) == ("queued", "support")


async def test_who_is_told_to_be_in_his_own_queue_keeps_his_place(tmp_path: Path) -> None:
    """Two supervisors who move one caller at once must not send him to the end of the line."""
    async with control_room(tmp_path) as room:
        await waits(room)
        room.centre.pbx.call_in("+254700999999", "support")
        await room.until(lambda: len(room.centre.live.queues["support"].waiting) == 2)
        status, answer = await room.ask("POST", f"/calls/{room.call_id}/move", {"queue": "support"})
        assert (status, answer["position"]) == (200, 1)
        line = room.centre.live.queues["support"].waiting
        assert line[0].call_id == room.call_id


async def test_a_colleague_who_is_asked_can_not_end_the_call_of_who_waits(tmp_path: Path) -> None:
    """He is in it just now, and means his own part of it."""
    async with control_room(tmp_path) as room:
        await consults(room)
        user = room.centre.services.access.known.names["colleague"]
        room.known["colleague"] = await room.centre.house.headers("end_calls", owner=user.id)
        status, answer = await room.ask("POST", f"/calls/{room.call_id}/end", who="colleague")
        assert (status, answer["details"]["reason"]) == (409, "not-yours")
        assert room.call.consultation == "talking"
        assert (await room.ask("POST", f"/calls/{room.call_id}/end", who="owner"))[0] == 200


async def test_a_question_to_a_queue_is_no_caller_who_may_be_moved(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        room.centre.pbx.agent_pauses("agent003", "lunch")
        await room.centre.agent_is("on-break", "agent003")
        body = {"type": "attended", "target": {"queue": "crisis"}}
        status, answer = await room.ask("POST", f"/calls/{room.call_id}/transfer", body)
        assert (status, answer["consultation"]) == (200, "calling")
        status, answer = await room.ask("POST", f"/calls/{room.call_id}/move", {"queue": "support"})
        assert (status, answer["details"]["reason"]) == (409, "consulting")
        assert room.centre.live.queues["crisis"].waiting


async def test_a_call_given_to_a_number_is_no_agent_s_any_more(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        body = {"type": "attended", "target": {"number": "+254711000111"}}
        assert (await room.ask("POST", f"/calls/{room.call_id}/transfer", body))[0] == 200
        await room.until(lambda: room.call.consultation == "talking")
        status, answer = await room.ask("POST", f"/calls/{room.call_id}/complete")
        assert (status, answer["status"]) == (200, "in-progress")
        await room.until(lambda: not room.channels_of("agent001") and room.call.agent_id is None)
        assert room.call.transfers == 1
