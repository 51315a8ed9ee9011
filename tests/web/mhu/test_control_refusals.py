"""Every command where it cannot be done: no call, no link, a wrong body, said twice, hostile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.control_commands import COMMANDS, Command, Stage, consults, holds, talks, waits
from tests.control_room import Room, control_room

Wish = tuple[str, dict[str, Any] | None]
POSTS = [one for one in COMMANDS if one.method == "POST"]
ABOUT_CALLS = [one for one in COMMANDS if "{call_id}" in one.path]
ABOUT_AGENTS = [one for one in COMMANDS if "{agent_id}" in one.path]


def title(command: Command) -> str:
    return command.name


async def ask(room: Room, command: Command, **changes: Any) -> tuple[int, dict[str, Any]]:
    return await room.ask(command.method, command.url(room), command.body, **changes)


@pytest.mark.parametrize("command", ABOUT_CALLS, ids=title)
async def test_a_call_that_nobody_knows_is_not_found(tmp_path: Path, command: Command) -> None:
    async with control_room(tmp_path) as room:
        url = command.at("call-1.1", "agent001")
        status, answer = await room.ask(command.method, url, command.body)
        assert (status, answer["code"]) == (404, "resource_not_found")
        assert room.deeds == []


@pytest.mark.parametrize("command", ABOUT_AGENTS, ids=title)
async def test_an_agent_whom_nobody_knows_is_not_found(tmp_path: Path, command: Command) -> None:
    async with control_room(tmp_path) as room:
        url = command.at("", "agent777")
        status, answer = await room.ask(command.method, url, command.body)
        assert (status, answer["code"]) == (404, "resource_not_found")
        assert room.deeds == []


@pytest.mark.parametrize("command", ABOUT_CALLS, ids=title)
async def test_a_call_that_is_over_stays_as_it_ended(tmp_path: Path, command: Command) -> None:
    async with control_room(tmp_path) as room:
        await room.call_is_over()
        room.heard.clear()
        status, answer = await ask(room, command)
        assert status == command.over
        assert room.deeds == []
        if command.over == 409:
            assert answer["details"]["end_reason"] == "completed"


@pytest.mark.parametrize("command", COMMANDS, ids=title)
async def test_without_a_link_commands_say_so_at_once(tmp_path: Path, command: Command) -> None:
    async with control_room(tmp_path) as room:
        await command.stage(room)
        await room.link_is_lost()
        status, answer = await ask(room, command)
        assert status == command.offline
        if status == 503:
            assert answer["code"] == "pbx_unavailable"


@pytest.mark.parametrize("command", COMMANDS, ids=title)
async def test_a_wrong_body_is_refused_by_the_name_of_its_field(
    tmp_path: Path, command: Command
) -> None:
    async with control_room(tmp_path) as room:
        await command.stage(room)
        room.heard.clear()
        for body, field in command.wrong:
            status, answer = await room.ask(command.method, command.url(room), body)
            assert (status, answer["code"]) == (400, "validation_error"), body
            assert field in {one["field"] for one in answer["details"]}, body
        assert room.deeds == []


@pytest.mark.parametrize("command", POSTS, ids=title)
async def test_said_again_with_its_key_a_command_is_answered_and_not_done_again(
    tmp_path: Path, command: Command
) -> None:
    async with control_room(tmp_path) as room:
        await command.stage(room)
        again = {"Idempotency-Key": "the-same-wish"}
        first = await ask(room, command, **again)
        assert first[0] == command.status
        room.heard.clear()
        assert await ask(room, command, **again) == first
        assert room.deeds == []


@pytest.mark.parametrize("command", COMMANDS, ids=title)
async def test_two_at_once_leave_the_call_in_order(tmp_path: Path, command: Command) -> None:
    """Both are answered; one of them may be told that another is under way."""
    async with control_room(tmp_path) as room:
        await command.stage(room)
        answers = await asyncio.gather(ask(room, command), ask(room, command))
        statuses = {status for status, _ in answers}
        assert command.status in statuses
        assert statuses <= {command.status, 409}
        assert command.holds(room)
        assert room.centre.live.check() == []


BLIND = ("transfer", {"type": "blind", "target": {"queue": "crisis"}})
ASKING = ("transfer", {"type": "attended", "target": {"agent": "agent002"}})
LISTEN = ("monitor", {"mode": "listen", "agent_id": "agent009"})
HOLD, UNHOLD, END = ("hold", None), ("unhold", None), ("end", None)
COMPLETE, CANCEL = ("complete", None), ("cancel", None)


@pytest.mark.parametrize(
    ("stage", "first", "second"),
    [
        (talks, BLIND, ASKING),
        (talks, ASKING, BLIND),
        (talks, HOLD, BLIND),
        (talks, BLIND, END),
        (talks, END, ASKING),
        (talks, LISTEN, BLIND),
        (holds, UNHOLD, ASKING),
        (consults, COMPLETE, CANCEL),
        (consults, CANCEL, COMPLETE),
        (consults, COMPLETE, END),
        (consults, CANCEL, BLIND),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else one.__name__,
)
async def test_different_commands_at_once_each_get_an_answer(
    tmp_path: Path, stage: Stage, first: Wish, second: Wish
) -> None:
    """At least one is done; the other is done too, or told why not."""
    async with control_room(tmp_path) as room:
        await stage(room)
        wishes = [
            room.ask("POST", f"/calls/{room.call_id}/{what}", body)
            for what, body in (first, second)
        ]
        statuses = {status for status, _ in await asyncio.gather(*wishes)}
        assert 200 in statuses
        assert statuses <= {200, 409}
        assert room.centre.live.check() == []


@pytest.mark.parametrize(
    ("stage", "wish", "reason"),
    [
        (consults, BLIND, "consulting"),
        (consults, ASKING, "consulting"),
        (consults, HOLD, "consulting"),
        (talks, COMPLETE, "no-consultation"),
        (talks, CANCEL, "no-consultation"),
        (waits, HOLD, "not-talking"),
        (waits, ASKING, "not-talking"),
        (waits, LISTEN, "not-talking"),
        (talks, ("move", {"queue": "crisis"}), "not-waiting"),
        (talks, ("transfer", {"type": "blind", "target": {"agent": "agent001"}}), "self"),
        (talks, ("transfer", {"type": "blind", "target": {"agent": "agent003"}}), "no-extension"),
        (talks, ("monitor", {"mode": "barge", "agent_id": "agent001"}), "same-call"),
    ],
    ids=lambda part: getattr(part, "__name__", str(part)),
)
async def test_what_cannot_be_is_refused_with_its_reason(
    tmp_path: Path, stage: Stage, wish: Wish, reason: str
) -> None:
    async with control_room(tmp_path) as room:
        await stage(room)
        room.heard.clear()
        status, answer = await room.ask("POST", f"/calls/{room.call_id}/{wish[0]}", wish[1])
        assert (status, answer["details"]["reason"]) == (409, reason)
        assert room.deeds == []
