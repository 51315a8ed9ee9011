"""Hostile text in every field of every command: refused, or kept from Asterisk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.control_commands import COMMANDS, Command
from tests.control_room import Room, control_room

HOSTILE = (
    "x\r\nAction: Hangup\r\nChannel: /.*/\r\n\r\n",
    "x\nAction: Hangup",
    "x\rAction: Hangup",
    "x\0y",
    "${SHELL(id)}",
    "/.*/",
    "/^PJSIP/",
    "queues,crisis,1",
    "a,b=c",
    "PJSIP/agent002&PJSIP/agent003",
    "../../etc/passwd",
    "1' OR '1'='1",
    "\u202e\ud7ff\u2028",
    "x" * 2048,
)
SUBJECTS = [one for one in COMMANDS if "{" in one.path]
# Text that people write for each other; it stays in mhud.
FREE_TEXT = {("/calls/{call_id}/tags", "tags")}


def leaves(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in a body."""
    if isinstance(body, dict):
        for name, inside in body.items():
            yield from leaves(inside, (*path, name))
    elif isinstance(body, list):
        for number, inside in enumerate(body):
            yield from leaves(inside, (*path, number))
    elif isinstance(body, str):
        yield path


def replaced(body: Any, path: tuple[Any, ...], text: str) -> Any:
    if not path:
        return text
    head, *rest = path
    if isinstance(body, list):
        return [
            replaced(one, tuple(rest), text) if n == head else one for n, one in enumerate(body)
        ]
    return {**body, head: replaced(body[head], tuple(rest), text)}


def bodies(command: Command) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for body in (command.body, *command.more):
        for path in leaves(body):
            yield path, body


async def nothing_was_done(room: Room, status: int, command: Command, path: Any) -> None:
    free = path and (command.path, path[0]) in FREE_TEXT
    assert status in ((200, 400) if free else (400, 404, 409)), (command.name, path, status)
    assert room.deeds == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
async def test_hostile_text_in_a_field_does_nothing(tmp_path: Path, command: Command) -> None:
    async with control_room(tmp_path) as room:
        await command.stage(room)
        room.heard.clear()
        for path, body in bodies(command):
            for text in HOSTILE:
                wrong = replaced(body, path, text)
                status, _ = await room.ask(command.method, command.url(room), wrong)
                await nothing_was_done(room, status, command, path)


@pytest.mark.parametrize("command", SUBJECTS, ids=lambda one: one.name)
async def test_hostile_text_in_the_path_finds_nothing(tmp_path: Path, command: Command) -> None:
    async with control_room(tmp_path) as room:
        await command.stage(room)
        room.heard.clear()
        for text in HOSTILE:
            safe = quote(text, safe="")
            status, _ = await room.ask(command.method, command.at(safe, safe), command.body)
            assert status == 404
        assert room.deeds == []
