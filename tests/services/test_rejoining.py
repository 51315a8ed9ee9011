"""A page that is loaded again in a call: the caller is sent to it, and nobody else meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from mhud.services import login_sessions
from mhud.web.cookie import NAME
from tests.call_centre import Answer
from tests.control_commands import talks
from tests.control_room import Room, control_room
from tests.fake_clock import eventually

JANE = "agent001"
BODY = {"token": "a1b2c3d4e5"}


async def cookie(room: Room) -> dict[str, str]:
    """Of the person whose phone is agent001's."""
    await room.headers("owner")
    access, trail = room.centre.services.access, room.centre.services.trail
    value = await login_sessions.start(access, trail, access.known.names["owner"], "otp")
    return {"Cookie": f"{NAME}={value}"}


async def begins(room: Room) -> asyncio.Task[Answer]:
    """She asks for her call; time stands still."""
    room.known["page"] = await cookie(room)
    return await room.begins("POST", "/phone/rejoin", BODY, "page")


async def until(room: Room, holds: Callable[[], object]) -> None:
    """Time passes until then, and never outruns the disk, which is a real one."""
    while not holds():
        async with room.centre.services.db.write():
            pass
        await room.centre.clock.advance(0.05)


async def answer_to(room: Room, asking: asyncio.Task[Answer]) -> Answer:
    await until(room, asking.done)
    return asking.result()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with control_room(tmp_path) as opened:
        await talks(opened)
        opened.heard.clear()
        yield opened


async def test_her_queue_waits_until_she_talks_again_and_then_goes_on(room: Room) -> None:
    asking = await begins(room)
    await until(room, lambda: room.deeds == ["Setvar", "Redirect"])
    assert room.pauses_of(JANE) == {"wrap-up"}
    assert room.centre.live.agents[JANE].status == "on-call"
    room.centre.pbx.agent_answers(JANE)
    status, answer = await answer_to(room, asking)
    assert (status, answer["call_id"]) == (200, room.call_id)
    assert room.pauses_of(JANE) == set()
    call = room.call
    assert (call.in_talk, len(call.talks), call.transfers) == (True, 1, 0)
    assert room.centre.live.agents[JANE].day.calls == 1


async def test_when_no_page_answers_her_queue_goes_on_all_the_same(room: Room) -> None:
    status, answer = await answer_to(room, await begins(room))
    assert (status, answer["details"]["reason"]) == (409, "not-answered")
    await until(room, lambda: room.pauses_of(JANE) == set())
    assert room.call.status == "queued"


async def test_a_break_that_she_asked_for_meanwhile_stays(room: Room) -> None:
    asking = await begins(room)
    await until(room, lambda: room.pauses_of(JANE) == {"wrap-up"})
    room.centre.pbx.agent_pauses(JANE, "lunch")
    await eventually(lambda: room.centre.live.agents[JANE].reason_code == "lunch")
    room.centre.pbx.agent_answers(JANE)
    assert (await answer_to(room, asking))[0] == 200
    assert room.pauses_of(JANE) == {"lunch"}


async def test_whose_caller_hangs_up_meanwhile_writes_up_and_is_not_called(room: Room) -> None:
    asking = await begins(room)
    await until(room, lambda: room.deeds[-1:] == ["Redirect"])
    assert room.caller is not None
    room.caller.hangs_up()
    status, answer = await answer_to(room, asking)
    assert (status, answer["details"]["reason"]) == (409, "over")
    await room.centre.agent_is("wrap-up", JANE)
    assert room.pauses_of(JANE) == {"wrap-up"}
    ended = room.centre.live.call(room.call_id)
    assert ended is not None
    assert (ended.end_reason, ended.talks[-1].agent_id) == ("completed", JANE)


async def test_where_the_dialplan_has_no_way_back_to_a_page_nobody_loses_his_caller(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path, phone={"rejoin_context": "nowhere"}) as room:
        await talks(room)
        room.heard.clear()
        status, answer = await answer_to(room, await begins(room))
        assert (status, answer["details"]["reason"]) == (409, "no-way")
        assert room.deeds == []
        assert room.call.in_talk
