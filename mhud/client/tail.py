"""An event in one line for people who watch, and without what only some may read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mhud.client.event import Event

HIDDEN: Mapping[str, Any] = {"caller_id": None, "destination": None, "variables": {}}
OBJECTS = ("case", "communication", "recording", "report", "session")
_DIALABLE = re.compile(r"[+0-9*#]+")


@dataclass(frozen=True, slots=True)
class Line:
    """`at`: the time of day, UTC."""

    at: str
    text: str = field(repr=False)


def line(event: Event, *, numbers: bool = False) -> Line:
    """Callers' numbers only where they are wanted, and mhud gave them.

    Nothing that a terminal would obey: a caller chooses what his number says.
    """
    text = "  ".join(part for part in _parts(event.body, numbers) if part)
    clean = "".join(letter if letter.isprintable() else "?" for letter in text)
    return Line(event.at.strftime("%H:%M:%S"), clean)


def without_numbers(body: Mapping[str, Any]) -> dict[str, Any]:
    """As who may not see numbers gets it."""
    told = dict(body)
    if isinstance(told.get("call"), dict) and "caller_id" in told["call"]:
        told["call"] = {**told["call"], **HIDDEN}
    if _DIALABLE.fullmatch(str(told.get("target") or "")):
        told["target"] = None
    return told


def _parts(body: Mapping[str, Any], numbers: bool) -> list[str]:
    body = body if numbers else without_numbers(body)
    parts: list[str] = []
    if agent := body.get("agent"):
        parts += _agent(agent, body.get("previous_status"))
    if call := body.get("call"):
        parts += _call(call)
    if queue := body.get("queue"):
        parts += _queue(queue)
    parts += [f"{name} {body[name].get('id', '')}" for name in OBJECTS if body.get(name)]
    if target := body.get("target"):
        parts.append(f"to {target}")
    return parts


def _agent(agent: Mapping[str, Any], previous: str | None) -> list[str]:
    status = agent.get("status") or ""
    change = f"{previous} → {status}" if previous else status
    reason = agent.get("reason_code")
    return [agent["id"], f"{change} ({reason})" if reason else change]


def _call(call: Mapping[str, Any]) -> list[str]:
    ends = [end for end in (call.get("caller_id"), call.get("destination")) if end]
    return [
        call["id"],
        call.get("direction") or "",
        f"in {call['queue_id']}" if call.get("queue_id") else "",
        f"with {call['agent_id']}" if call.get("agent_id") else "",
        " → ".join(ends),
        f"waited {call['wait_time']} s" if call.get("wait_time") else "",
        f"{call['end_reason']} after {call['duration']} s" if call.get("end_reason") else "",
    ]


def _queue(queue: Mapping[str, Any]) -> list[str]:
    now = queue.get("statistics") or {}
    waiting = now.get("calls_waiting")
    if not waiting:
        return [queue["id"]]
    return [queue["id"], f"{waiting} waiting, the longest {now.get('longest_wait_time')} s"]
