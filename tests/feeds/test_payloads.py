"""Each event has its documented shape, and its renderings give away no more than they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from mhud.feeds.payloads import Entry, entry_of, public_event
from mhud.live.events import (
    AgentCallAssigned,
    AgentMissedCall,
    CallTransferred,
    DomainEvent,
    LedgerGap,
    PbxConnected,
    QueueEmpty,
    QueueSlaBreach,
    QueueThresholdExceeded,
)
from mhud.live.model import CallStatus, Talk
from tests.fake_clock import START
from tests.feed_things import CALLER, DIALED, a_call, a_queue, an_agent, connected, status_changed

TALKING = a_call(
    status=CallStatus.IN_PROGRESS,
    agent_id="agent001",
    talks=(Talk(agent_id="agent002", began_at=START),),
)
EVENTS: dict[str, tuple[DomainEvent, dict[str, Any]]] = {
    "transferred": (
        CallTransferred(
            at=START, call=TALKING, kind="blind", from_agent_id="agent002", target="agent001"
        ),
        {"transfer_type": "blind", "from_agent_id": "agent002", "target": "agent001"},
    ),
    "status": (status_changed(), {"previous_status": "on-call"}),
    "missed": (
        AgentMissedCall(at=START, agent=an_agent(), call=TALKING, ring_time_s=15),
        {"ring_time": 15},
    ),
    "threshold": (
        QueueThresholdExceeded(
            at=START, queue=a_queue(), threshold="calls_waiting", value=6, limit=5
        ),
        {"threshold": "calls_waiting", "value": 6, "limit": 5},
    ),
    "breach": (
        QueueSlaBreach(at=START, queue=a_queue(), call=a_call(), wait_s=20),
        {"wait_time": 20},
    ),
    "gap": (LedgerGap(at=START, lost=7), {"lost": 7}),
    "pbx": (PbxConnected(at=START), {}),
}


def render(event: DomainEvent) -> Entry:
    return entry_of(public_event(7, event, None), event.at)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_says_its_seq_type_time_and_what_is_special_about_it(name: str) -> None:
    event, special = EVENTS[name]
    told = orjson.loads(render(event).full)
    head = {"seq": 7, "type": event.type, "timestamp": "2025-03-03T09:00:00Z"}
    assert {key: told[key] for key in (*head, *special)} == {**head, **special}
    family = event.type.partition(".")[0]
    assert (family in told) == (family in {"call", "agent", "queue"})


def test_an_assigned_call_comes_with_both_agent_and_call() -> None:
    event = AgentCallAssigned(at=START, agent=an_agent(), call=TALKING)
    told = orjson.loads(render(event).full)
    assert (told["agent"]["id"], told["call"]["id"]) == ("agent001", "call-1")


@pytest.mark.parametrize("name", ["transferred", "missed", "breach"])
def test_the_masked_rendering_has_no_number(name: str) -> None:
    entry = render(EVENTS[name][0])
    assert CALLER.encode() in entry.full
    assert CALLER.encode() not in entry.masked
    assert DIALED.encode() not in entry.masked
    assert b"case12345" not in entry.masked


@pytest.mark.parametrize(("target", "shown"), [("agent002", "agent002"), ("+25470", None)])
def test_a_transfers_target_is_masked_when_it_can_be_dialed(target: str, shown: str | None) -> None:
    event = CallTransferred(at=START, call=TALKING, kind="blind", from_agent_id=None, target=target)
    assert orjson.loads(render(event).masked)["target"] == shown


def test_the_bare_rendering_names_the_call_and_tells_nothing_of_it() -> None:
    entry = render(EVENTS["missed"][0])
    assert orjson.loads(entry.bare)["call"] == {"id": "call-1"}


def test_an_event_without_a_call_is_rendered_once() -> None:
    entry = render(QueueEmpty(at=START, queue=a_queue()))
    assert entry.full is entry.masked
    assert entry.full is entry.bare


def test_an_entry_knows_whom_it_concerns() -> None:
    entry = render(EVENTS["transferred"][0])
    assert entry.agent_ids == {"agent001", "agent002"}
    assert entry.queue_ids == {"support"}
    assert (entry.call_id, entry.agent_id, entry.queue_id) == ("call-1", "agent001", "support")


def test_what_is_read_back_equals_what_was_told() -> None:
    told = render(replace(connected(), call=TALKING))
    assert entry_of(orjson.loads(told.full), told.at, told.full) == told
