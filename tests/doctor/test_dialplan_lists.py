"""What can be read from Asterisk's list of its dialplan."""

from __future__ import annotations

import pytest

from mhud.ami import probe
from mhud.ami.wire import Reply


def shown(*lines: str) -> Reply:
    items = tuple(f"Event: ListDialplan\r\nContext: x\r\n{line}".encode() for line in lines)
    return Reply(True, "", {}, items)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("Switch: Realtime/house@extensions", True),
        ("Switch: Lua/", True),
        ("Switch: DUNDi/e164", False),
        ("Application: Queue\r\nAppData: help,t", False),
    ],
)
def test_a_dialplan_in_a_database_or_in_lua_is_not_shown(line: str, hidden: bool) -> None:
    assert probe.is_dialed_elsewhere(shown("Application: NoOp", line)) is hidden


def test_its_steps_are_applications_with_their_arguments() -> None:
    listed = shown("Application: Queue\r\nAppData: help,t", "IncludeContext: y")
    assert probe.steps(listed) == [("Queue", "help,t")]
