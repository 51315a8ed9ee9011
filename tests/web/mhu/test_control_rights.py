"""Every command, and everybody who may ask for it, against the daemon on a simulated Asterisk."""

from __future__ import annotations

from pathlib import Path

import pytest

from mhud.web.app import apis
from tests.control_commands import COMMANDS, Command
from tests.control_room import control_room

ALLOWED = [(command, who) for command in COMMANDS for who in command.may]
FORBIDDEN = "insufficient_permissions"
OF_FILES = {"/calls/{call_id}/recording/retry"}  # a file is read again; Asterisk is not asked
OF_PEOPLE = {"/agents", "/agents/{agent_id}"}  # who has which phone, which Asterisk is not told


def title(value: object) -> str:
    return value.name if isinstance(value, Command) else str(value)


def test_every_command_has_its_row() -> None:
    routes = [route for api in apis() for route in api.routes if route.bucket == "command"]
    assert {f"{route.method} {route.path}" for route in routes} == {one.name for one in COMMANDS}


def test_every_command_has_a_bucket_that_polling_cannot_drain() -> None:
    """What acts on a call or an agent is a command, however it is written."""
    acting = [
        route
        for api in apis()
        for route in api.routes
        if route.method != "GET"
        and route.path.startswith(("/calls", "/agents"))
        and route.path not in OF_FILES | OF_PEOPLE
    ]
    assert {route.bucket for route in acting} == {"command"}


@pytest.mark.parametrize(("command", "who"), ALLOWED, ids=title)
async def test_who_may_gets_what_he_asked_for(tmp_path: Path, command: Command, who: str) -> None:
    async with control_room(tmp_path) as room:
        await command.stage(room)
        room.heard.clear()
        status, answer = await room.ask(command.method, command.url(room), command.body, who)
        assert (status, answer.get("success", True)) == (command.status, True), answer
        assert command.holds(room)
        assert set(room.deeds) == command.asks


@pytest.mark.parametrize("command", COMMANDS, ids=title)
async def test_who_may_not_is_refused_and_asterisk_hears_nothing(
    tmp_path: Path, command: Command
) -> None:
    async with control_room(tmp_path) as room:
        await command.stage(room)
        room.heard.clear()
        for who in command.may_not:
            status, answer = await room.ask(command.method, command.url(room), command.body, who)
            expected = (401, "invalid_credentials") if who == "nobody" else (403, FORBIDDEN)
            assert (who, status, answer["code"]) == (who, *expected)
        assert room.deeds == []
