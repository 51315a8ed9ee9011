"""Plays a recording into a fresh state and says what it told, as the expected lists write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

from mhud.ami.messages import DeviceStateChange, Event, QueueNow, Snapshot
from mhud.ami.parse import ROWS, Row, parse, row
from mhud.ami.snapshot import fold
from mhud.live import events as told
from mhud.live.inputs import Tick
from mhud.live.state import LiveState

TRACES = Path(__file__).parent / "traces"
LOGINS = ("01-login-sync", "03-sync-busy", "51-restart-in-mid-call-3-after")
LOGIN_BEFORE = timedelta(seconds=4)  # the first event, where a recording begins by asking for all


def events_of(stream: bytes, began: datetime) -> Iterator[Event]:
    """The events of a recording, with a Tick at every whole second between them."""
    last = began
    for message in messages_of(stream):
        event = parse(message, last)
        if event is None or is_row(message):
            continue
        yield from ticks(last, event.at)
        yield event
        last = max(last, event.at)


def began(stream: bytes) -> datetime:
    """A little before the first event that has a time."""
    stamp = re.search(rb"\r\nEvent: [^\r]+\r\n(?:[^\r]+\r\n)*?Timestamp: ([0-9.]+)", stream)
    return datetime.fromtimestamp(float(stamp[1]) if stamp else 0, UTC) - LOGIN_BEFORE


def messages_of(stream: bytes) -> Iterator[bytes]:
    return (message.lstrip(b"\r\n") for message in stream.split(b"\r\n\r\n"))


def is_row(message: bytes) -> bool:
    """An item of a list that somebody asked for; news have no ActionID."""
    name = message[7 : message.find(b"\r\n")].decode()
    return message.startswith(b"Event: ") and name in ROWS and b"\r\nActionID: " in message


def ticks(after: datetime, until: datetime) -> Iterator[Tick]:
    second = after.replace(microsecond=0) + timedelta(seconds=1)
    while second <= until and second - after < timedelta(minutes=10):
        yield Tick(at=second)
        second += timedelta(seconds=1)


def recorded(stem: str) -> list[Event]:
    """Begins with a Snapshot where the recording begins by asking for everything."""
    stream = (TRACES / f"{stem}.in.ami").read_bytes()
    start = began(stream)
    everything = [snapshot_of(stream, start)] if stem in LOGINS else []
    return [*everything, *events_of(stream, start)]


def snapshot_of(stream: bytes, at: datetime) -> Snapshot:
    """The first list of channels, of queues and of devices in the stream, as one."""
    lists: dict[bytes, list[Row]] = {}
    for message in messages_of(stream):
        if is_row(message):
            asked = message.partition(b"\r\nActionID: ")[2].partition(b"\r\n")[0]
            lists.setdefault(asked, []).append(row(message, at))
    first: dict[str, list[Row]] = {}
    for rows in lists.values():
        first.setdefault(_subject(rows), rows)
    return fold([row for rows in first.values() for row in rows], at)


def _subject(rows: list[Row]) -> str:
    if any(isinstance(row, QueueNow) for row in rows):
        return "queues"
    return "devices" if isinstance(rows[0], DeviceStateChange) else "channels"


def expected(stem: str) -> list[dict[str, Any]]:
    lines = (TRACES / f"{stem}.events.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def differences(told: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[str]:
    """Where they differ. A figure that the expected line leaves out is not compared."""
    empty: dict[str, Any] = {}
    pairs = zip_longest(told, wanted, fillvalue=empty)
    return [
        f"line {number}: told {got}, expected {want}"
        for number, (got, want) in enumerate(pairs, 1)
        if not got or not want or {**got, **want} != got
    ]


def play(events: Iterable[Event], live: LiveState | None = None) -> list[told.DomainEvent]:
    live = live or LiveState()
    live.stale = False
    return [event for fact in events for event in live.apply(fact)]


def _floor(began: datetime, ended: datetime | None) -> int | None:
    return None if ended is None else int((ended - began).total_seconds())


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
            "wait_s": _floor(call.start_time, call.answer_time),
            "queue_wait_s": call.queue_wait_s,
        }
        return line | ({"into": self._name(call.merged_into)} if call.merged_into else {})

    def _agent(self, event: told.AgentEvent) -> dict[str, Any]:
        if isinstance(event, told.AgentStatusChanged):
            return {"from": str(event.previous), "to": str(event.agent.status)}
        if isinstance(event, told.AgentRinging | told.AgentMissedCall | told.AgentCallAssigned):
            return {"call": self._name(event.call.id)}
        return {}
