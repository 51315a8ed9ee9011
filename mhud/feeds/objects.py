"""The API document's Call, Agent and Queue objects, for REST, sockets and webhooks alike.

Every documented field is always there; it is None while its value does not exist.
Times are RFC 3339, durations whole seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from mhud.clock import rfc3339
from mhud.live.model import Agent, AgentStatus, Call, Help, Queue

STRATEGIES: Mapping[str, str] = {
    "ringall": "ring-all",
    "rrmemory": "round-robin",
    "leastrecent": "least-recent",
    "fewestcalls": "fewest-calls",
    "random": "random",
    "linear": "linear",
    "wrandom": "weighted-random",
}
"""Asterisk's name of a strategy → the documented style."""


class QueueFigures(Protocol):
    """What is counted for a queue; None where nothing was measured."""

    @property
    def handled_today(self) -> int: ...
    @property
    def abandoned_today(self) -> int: ...
    @property
    def average_wait_time(self) -> int | None: ...
    @property
    def sla_today(self) -> float | None: ...


def instant(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None


def hold_time_s(call: Call, now: datetime) -> int:
    """Seconds on hold so far, the present hold included."""
    held = (now - call.held_since).total_seconds() if call.held_since else 0.0
    return max(0, int(call.hold_s + held))


def call_object(
    call: Call,
    now: datetime,
    numbers: bool,
    recording_url: str | None = None,
    disposition_code: str | None = None,
) -> dict[str, Any]:
    """Without `numbers` (see services/visibility.py) what may hold a caller's number is empty.

    `disposition_code` is what the agent says came of it, once he has said so.
    """
    return {
        "id": call.id,
        "caller_id": call.caller_id if numbers else None,
        "destination": call.destination if numbers else None,
        "direction": call.direction.value,
        "status": call.status.value,
        "start_time": rfc3339(call.start_time),
        "answer_time": instant(call.answer_time),
        "end_time": instant(call.end_time),
        "duration": call.duration_s(now),
        "wait_time": call.wait_time_s,
        "agent_id": call.agent_id,
        "queue_id": call.queue_id,
        "recording_url": recording_url,
        "tags": list(call.tags),
        "variables": _variables(call) if numbers else {},
        "disposition_code": disposition_code,
        **_call_extensions(call, now),
    }


def _variables(call: Call) -> dict[str, str]:
    path = {"ivr_path": call.ivr_path} if call.ivr_path is not None else {}
    return {**path, **call.variables}


def _call_extensions(call: Call, now: datetime) -> dict[str, Any]:
    """`agent_ids`, `queue_ids`: who began it or talked in it, every queue it was in."""
    talked = (call.agent_id, call.placed_by, *(talk.agent_id for talk in call.talks))
    waited = (call.queue_id, *(visit.queue_id for visit in call.visits))
    return {
        "agent_ids": sorted({agent for agent in talked if agent}),
        "queue_ids": sorted({queue for queue in waited if queue}),
        "end_reason": call.end_reason.value if call.end_reason else None,
        "merged_into": call.merged_into,
        "queue_wait_time": call.queue_wait_s,
        "waiting_since": instant(call.waiting_since),
        "hold_time": None if call.only_told else hold_time_s(call, now),
        "transfers": call.transfers,
        "consultation": call.consultation.value if call.consultation else None,
        "recorded": call.recorded,
        "recording_paused": call.recording_paused,
        "monitors": call.monitors,
        "monitor_mode": call.monitor_mode,
        "gap": call.gap,
        "backfilled": call.backfilled,
    }


def time_in_status_s(agent: Agent, now: datetime) -> int:
    return max(0, int((now - agent.since).total_seconds()))


def help_object(asked: Help | None) -> dict[str, Any] | None:
    """What an agent asked for; None when he has not, or it is over."""
    if asked is None:
        return None
    return {
        "requested_at": rfc3339(asked.asked_at),
        "call_id": asked.call_id,
        "answered_at": instant(asked.answered_at),
        "answered_by": asked.answered_by,
        "answered_by_name": asked.answered_by_name,
    }


def agent_object(agent: Agent, now: datetime) -> dict[str, Any]:
    """`available_time` counts the present spell too."""
    profile = agent.profile
    return {
        "id": agent.id,
        "username": profile.username,
        "name": profile.name,
        "email": profile.email,
        "extension": profile.extension,
        "status": agent.status.value,
        "status_timestamp": rfc3339(agent.since),
        "roles": list(profile.roles),
        "skills": dict(profile.skills),
        "queues": list(agent.queues),
        "current_call_id": agent.call_id,
        "statistics": _agent_statistics(agent, now),
        "reason_code": agent.reason_code,
        "pending_status": agent.pending_status.value if agent.pending_status else None,
        "queues_paused": list(agent.queues_paused),
        "time_in_status": time_in_status_s(agent, now),
        "ringing_call_id": agent.ringing_call_id,
        "wrap_up_until": instant(agent.wrap_up_until),
        "help": help_object(agent.help),
    }


def _agent_statistics(agent: Agent, now: datetime) -> dict[str, Any]:
    day = agent.day
    spell = (now - agent.since).total_seconds() if agent.status is AgentStatus.AVAILABLE else 0.0
    return {
        "calls_today": day.calls,
        "average_handle_time": round(day.handled_s / day.calls) if day.calls else None,
        "available_time": max(0, int(day.available_s + spell)),
    }


def queue_object(queue: Queue, figures: QueueFigures | None, now: datetime) -> dict[str, Any]:
    """Without figures the day's statistics are None."""
    profile = queue.profile
    hours = profile.operating_hours
    return {
        "id": queue.id,
        "name": queue.name,
        "extension": profile.extension,
        "strategy": STRATEGIES.get(queue.strategy, queue.strategy),
        "timeout": profile.timeout_s,
        "announcement_id": profile.announcement_id,
        "music_on_hold_id": profile.music_on_hold_id,
        "max_callers": queue.max_callers,
        "agents": list(dict.fromkeys(member.agent_id for member in queue.members.values())),
        "statistics": _queue_statistics(queue, figures, now),
        "operating_hours": None
        if hours is None
        else {day: dict(span) for day, span in hours.items()},
        "service_level_seconds": queue.service_level_s,
        "wrap_up_seconds": profile.wrap_up_s,
        "ring_seconds": profile.ring_s,
    }


def _queue_statistics(queue: Queue, figures: QueueFigures | None, now: datetime) -> dict[str, Any]:
    return {
        "calls_waiting": len(queue.waiting),
        "longest_wait_time": queue.longest_wait_s(now),
        "average_wait_time": figures.average_wait_time if figures else None,
        "handled_today": figures.handled_today if figures else None,
        "abandoned_today": figures.abandoned_today if figures else None,
        "sla_today": figures.sla_today if figures else None,
    }
