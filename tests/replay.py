"""Plays a recording into a fresh state and says what it told, as the expected lists write it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mhud.ami.messages import Event
from mhud.ami.parse import parse
from mhud.live import events as told
from mhud.live.inputs import Tick
from mhud.live.state import LiveState

TRACES = Path(__file__).parent / "traces"


def events_of(stream: bytes, received_at: datetime | None = None) -> Iterator[Event]:
    """The events of a recording, with a Tick at every whole second between them."""
    last: datetime | None = None
    for message in stream.split(b"\r\n\r\n"):
        event = parse(
            message.lstrip(b"\r\n"), received_at or last or datetime.fromtimestamp(0, UTC)
        )
        if event is None:
            continue
        if last is not None:
            yield from ticks(last, event.at)
        yield event
        last = max(last, event.at) if last else event.at


def ticks(after: datetime, until: datetime) -> Iterator[Tick]:
    second = after.replace(microsecond=0) + timedelta(seconds=1)
    while second <= until and second - after < timedelta(minutes=10):
        yield Tick(at=second)
        second += timedelta(seconds=1)


def recorded(stem: str) -> list[Event]:
    return list(events_of((TRACES / f"{stem}.in.ami").read_bytes()))


def expected(stem: str) -> list[dict[str, Any]]:
    lines = (TRACES / f"{stem}.events.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def play(events: Iterable[Event], live: LiveState | None = None) -> list[told.DomainEvent]:
    live = live or LiveState()
    live.stale = False
    return [event for fact in events for event in live.apply(fact)]


class Projection:
    """Domain events as the expected lists write them: calls are c1, c2 … in order of call.new."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def lines(self, events: Iterable[told.DomainEvent]) -> list[dict[str, Any]]:
        return [
            self._line(event)
            for event in events
            if not isinstance(event, told.PbxConnected | told.PbxDisconnected)
        ]

    def _name(self, call_id: str) -> str:
        return self._names.setdefault(call_id, f"c{len(self._names) + 1}")

    def _line(self, event: told.DomainEvent) -> dict[str, Any]:
        line: dict[str, Any] = {"type": event.type}
        if isinstance(event, told.CallEvent):
            line["call"] = self._name(event.call.id)
            line |= self._call(event)
        elif isinstance(event, told.AgentEvent):
            line["agent"] = event.agent.id
            line |= self._agent(event)
        elif isinstance(event, told.QueueEvent):
            line["queue"] = event.queue.id
        return line

    def _call(self, event: told.CallEvent) -> dict[str, Any]:
        call = event.call
        if isinstance(event, told.CallStarted):
            return {"direction": str(call.direction), "status": str(call.status)}
        if isinstance(event, told.CallQueued):
            return {"queue": call.queue_id}
        if isinstance(event, told.CallConnected):
            return {"agent": call.talks[-1].agent_id}
        if isinstance(event, told.CallTransferred):
            return {"kind": event.kind, "from": event.from_agent_id, "target": event.target}
        if not isinstance(event, told.CallEnded):
            return {}
        line = {
            "reason": str(call.end_reason),
            "answered": call.answer_time is not None,
            "wait_s": call.wait_time_s,
            "queue_wait_s": call.queue_wait_s,
        }
        return line | ({"into": self._name(call.merged_into)} if call.merged_into else {})

    def _agent(self, event: told.AgentEvent) -> dict[str, Any]:
        if isinstance(event, told.AgentStatusChanged):
            return {"from": str(event.previous), "to": str(event.agent.status)}
        if isinstance(event, told.AgentRinging | told.AgentMissedCall | told.AgentCallAssigned):
            return {"call": self._name(event.call.id)}
        return {}
