"""What a flood of log lines costs."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from mhud.floodgate import KINDS, PER_MINUTE, Floodgate


class Hands:
    """Monotonic seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What the gate itself logs."""
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[capture], cache_logger_on_first_use=False)
    yield capture.entries
    structlog.configure(**before)


def lines_of(gate: Floodgate, event: str, times: int, level: str = "warning") -> int:
    """How many of them pass."""
    return sum(gate.passes((event, level, "")) for _ in range(times))


def test_the_first_ten_of_a_minute_pass_and_the_rest_is_one_line(
    hands: Hands, told: list[Any]
) -> None:
    gate = Floodgate(hands)
    assert lines_of(gate, "ami_down", 1000) == PER_MINUTE
    hands.now = 61
    gate.tell()
    assert told == [
        {
            "event": "suppressed",
            "of": "ami_down",
            "of_level": "warning",
            "count": 990,
            "log_level": "warning",
        }
    ]
    assert lines_of(gate, "ami_down", 1000) == PER_MINUTE


def test_another_kind_is_not_touched_by_a_flood(hands: Hands, told: list[Any]) -> None:
    gate = Floodgate(hands)
    lines_of(gate, "ami_down", 1000)
    assert lines_of(gate, "ledger_stalled", 1) == 1
    assert lines_of(gate, "ami_down", 1, "error") == 1
    assert told == []


def test_a_quiet_minute_says_nothing(hands: Hands, told: list[Any]) -> None:
    gate = Floodgate(hands)
    lines_of(gate, "ami_up", PER_MINUTE)
    hands.now = 61
    gate.tell()
    assert told == []


def test_the_next_line_of_any_kind_tells_what_was_suppressed_before(
    hands: Hands, told: list[Any]
) -> None:
    gate = Floodgate(hands)
    lines_of(gate, "ami_down", 12)
    hands.now = 61
    lines_of(gate, "ami_up", 1)
    assert [(entry["of"], entry["count"]) for entry in told] == [("ami_down", 2)]


def test_whoever_invents_kinds_of_lines_costs_no_more_memory_and_few_lines(
    hands: Hands, told: list[Any]
) -> None:
    gate = Floodgate(hands)
    passed = sum(gate.passes((f"kind {number}", "warning", "")) for number in range(100_000))
    assert passed == KINDS + PER_MINUTE
    gate.tell(to_the_end=True)
    assert [entry["of"] for entry in told] == ["other"]


def test_two_bugs_under_one_event_are_two_kinds(hands: Hands) -> None:
    gate = Floodgate(hands)
    passed = 0
    for number in range(1000):
        try:
            _ = 1 / 0 if number % 2 else [][1]
        except (ZeroDivisionError, IndexError):
            try:
                gate(None, "error", {"event": "event_skipped", "exc_info": True})
                passed += 1
            except structlog.DropEvent:
                pass
    assert passed == 2 * PER_MINUTE


def test_libraries_are_held_to_it_too_whatever_they_quote(hands: Hands) -> None:
    gate = Floodgate(hands)
    record = logging.LogRecord("aiohttp", logging.ERROR, __file__, 1, "bad %s", ("x",), None)
    assert sum(gate.filter(record) for _ in range(100)) == PER_MINUTE


FLOOD = """
import asyncio, sys
from datetime import UTC, datetime
from mhud import logs
from mhud.ami.messages import LinkLost
from mhud.clock import SystemClock
from mhud.config import LogSettings
from mhud.inbox import Inbox
from mhud.live.state import LiveState
from mhud.pump import Pump
from zoneinfo import ZoneInfo

class Broken(LiveState):
    def apply(self, event):
        raise KeyError("+254700123456 said hello " * 100_000)

logs.configure(LogSettings(format=sys.argv[1]))
pump = Pump(Broken(ZoneInfo("UTC")), Inbox(), SystemClock(), print, lambda: None)
for _ in range(200):
    pump.feed(LinkLost(at=datetime.now(UTC)))
logs.close()
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_reducer_that_raises_on_each_event_fills_no_disk(form: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FLOOD, form], capture_output=True, text=True, check=True
    )
    assert ran.stderr.count("event_skipped") == PER_MINUTE + 1  # and once in the last line
    assert "suppressed" in ran.stderr.splitlines()[-1]
    assert len(ran.stderr) < 150_000
    assert "254700" not in ran.stderr
    if form == "json":
        assert json.loads(ran.stderr.splitlines()[-1])["count"] == 190
