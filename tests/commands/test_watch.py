"""`mhud watch`, against the daemon's own socket."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from mhud.cli import main
from mhud.client import Event
from mhud.client.tail import line
from mhud.live.events import AgentStatusChanged
from mhud.live.model import AgentStatus
from tests.fake_clock import START
from tests.feed_things import CALLER, an_agent, connected
from tests.houses import House

Api = TestClient[Any, Any]


@pytest.fixture
def url(api: Api) -> str:
    return str(api.make_url("")).rstrip("/")


async def two_events(home: House) -> None:
    agent = an_agent(status=AgentStatus.ON_CALL)
    moved = AgentStatusChanged(at=START, agent=agent, previous=AgentStatus.RINGING)
    home.services.ledger.publish([connected(), moved])
    while home.services.ledger.lag:
        await home.clock.advance(0.01)


async def watch(*arguments: str) -> int:
    """In a thread, as it has an event loop of its own."""
    return await asyncio.to_thread(main, ["watch", *arguments])


async def test_each_event_is_a_line_without_numbers_unless_they_are_asked_for(
    home: House,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await two_events(home)
    monkeypatch.setenv("MHUD_API_KEY", await home.key())
    options = ("--url", url, "--since", "0", "--count", "2")
    assert await watch(*options) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert " ".join(first.split()) == (
        "09:00:00 1 call.connected call-1 inbound in support with agent001"
    )
    assert " ".join(second.split()[2:]) == "agent.status_changed agent001 ringing → on-call"

    assert await watch(*options, "--numbers") == 0
    assert CALLER in capsys.readouterr().out.splitlines()[0]


async def test_as_json_each_line_is_an_event(
    home: House, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await two_events(home)
    key = tmp_path / "key"
    key.write_text(await home.key() + "\n")
    options = ("--url", url, "--since", "0", "--count", "1", "--json", "--key-file", str(key))
    assert await watch(*options, "--events", "call.*") == 0
    hidden = json.loads(capsys.readouterr().out)
    assert await watch(*options, "--numbers", "--queues", "support") == 0
    shown = json.loads(capsys.readouterr().out)

    assert (hidden["type"], hidden["call"]["caller_id"]) == ("call.connected", None)
    assert shown["call"]["caller_id"] == CALLER


async def test_what_can_not_be_watched_is_said_in_a_line(
    home: House,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MHUD_API_KEY", await home.key("view_calls"))
    assert await watch("--url", url) == 1
    assert "receive_events" in capsys.readouterr().err
    monkeypatch.setenv("MHUD_API_KEY", "mhuk_wrong")
    assert await watch("--url", url) == 1
    assert "invalid or has expired" in capsys.readouterr().err
    monkeypatch.setenv("MHUD_API_KEY", await home.key())
    assert await watch("--url", url, "--since", "7000") == 1
    assert "--since" in capsys.readouterr().err
    assert await watch("--url", url, "--events", "no.such") == 1
    assert "events" in capsys.readouterr().err
    monkeypatch.setenv("MHUD_API_KEY", "")
    assert await watch("--url", url) == 2


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            {
                "type": "call.ended",
                "call": {"id": "c1", "end_reason": "abandoned", "duration": 41, "wait_time": 41},
            },
            "c1  waited 41 s  abandoned after 41 s",
        ),
        (
            {
                "type": "queue.threshold_exceeded",
                "queue": {
                    "id": "support",
                    "statistics": {"calls_waiting": 6, "longest_wait_time": 130},
                },
            },
            "support  6 waiting, the longest 130 s",
        ),
        ({"type": "call.transferred", "call": {"id": "c1"}, "target": "+254700123456"}, "c1"),
        (
            {"type": "call.transferred", "call": {"id": "c1"}, "target": "crisis"},
            "c1  to crisis",
        ),
        ({"type": "recording.ready", "recording": {"id": "r1"}}, "recording r1"),
        ({"type": "call.new", "call": {"id": "c1\x1b[2J"}}, "c1?[2J"),
        ({"type": "pbx.connected"}, ""),
    ],
)
def test_a_line_says_what_matters(body: dict[str, Any], text: str) -> None:
    event = Event.of({"seq": 1, "timestamp": "2025-03-03T09:00:00Z", **body})
    assert line(event).text == text
