"""DomainEvent → public JSON: once per event, for sockets, webhooks and the ledger alike.

What the ledger stores is the full rendering; everything else about an entry (who it concerns,
what it looks like without numbers) is derived from it, so a replay equals what was sent live.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from mhud.clock import rfc3339
from mhud.feeds.objects import QueueFigures, agent_object, call_object, queue_object
from mhud.feeds.told import TOLD
from mhud.live.events import DomainEvent
from mhud.packed import packed

OBJECTS = frozenset({"call", "agent", "queue"})
PUBLIC_NAMES: Mapping[str, str] = {
    "previous": "previous_status",
    "kind": "transfer_type",
    "ring_time_s": "ring_time",
    "wait_s": "wait_time",
}
"""Fields of events whose public name is another one."""

_NAMES: dict[type[DomainEvent], tuple[str, ...]] = {}
_DIALABLE = re.compile(r"[+0-9*#]+")
_HIDDEN: Mapping[str, Any] = {"caller_id": None, "destination": None, "variables": {}}

Figures = Callable[[str], QueueFigures | None]
"""A queue's figures, by its id."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose the case or contact of an event was then; who may not see that one gets no event.

    `nobody`: a case that nobody is assigned.
    """

    user_ids: frozenset[int | None]
    nobody: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the ledger keeps it.

    `full` is the public JSON, `masked` the same without numbers, `bare` with no more of the call
    than its id. Without a call all three are the same object. `agent_ids` are whom it concerns:
    they may read the numbers.
    """

    seq: int
    type: str
    at: datetime
    full: bytes
    masked: bytes
    bare: bytes
    call_id: str | None
    agent_id: str | None
    queue_id: str | None
    agent_ids: frozenset[str]
    queue_ids: frozenset[str]
    owners: Owners | None = None


def public_event(seq: int, event: DomainEvent, figures: Figures | None) -> dict[str, Any]:
    """The event with its documented objects, numbers included."""
    public: dict[str, Any] = {"seq": seq, "type": event.type, "timestamp": rfc3339(event.at)}
    for name in _names(event):
        if name in OBJECTS:
            public[name] = _object(name, event, figures)
        else:
            public[PUBLIC_NAMES.get(name, name)] = getattr(event, name)
    return public


def _names(event: DomainEvent) -> tuple[str, ...]:
    """Of its fields, without the instant that each event has and what is private to the house."""
    names = _NAMES.get(type(event))
    if names is None:
        untold = event.private | {"at"}
        names = tuple(field.name for field in fields(event) if field.name not in untold)
        _NAMES[type(event)] = names
    return names


def _object(name: str, event: DomainEvent, figures: Figures | None) -> dict[str, Any]:
    value = getattr(event, name)
    if name == "call":
        return call_object(value, event.at, numbers=True)
    if name == "agent":
        return agent_object(value, event.at)
    return queue_object(value, figures(value.id) if figures else None, event.at)


def entry_of(public: Mapping[str, Any], at: datetime, full: bytes | None = None) -> Entry:
    """`full` saves a second encoding where the stored bytes are at hand."""
    call = public.get("call") or {}
    agent = public.get("agent") or {}
    queue = public.get("queue") or {}
    full = full if full is not None else packed(public)
    masked = _masked(public) if call else public
    return Entry(
        seq=public["seq"],
        type=public["type"],
        at=at,
        full=full,
        masked=packed(masked) if call else full,
        bare=packed(_bare(masked)) if call else full,
        call_id=call.get("id") or _call_of(public),
        agent_id=agent.get("id") or call.get("agent_id"),
        queue_id=queue.get("id") or call.get("queue_id"),
        agent_ids=_ids(agent.get("id"), call.get("agent_ids")),
        queue_ids=_ids(queue.get("id"), call.get("queue_ids"), agent.get("queues")),
        owners=_owners(public.get("case"), public.get("communication")),
    )


def _call_of(public: Mapping[str, Any]) -> str | None:
    """Which call the object of a service's event belongs to."""
    call_id: str | None = (public.get(TOLD.get(public["type"], "")) or {}).get("call_id")
    return call_id


def _owners(case: Mapping[str, Any] | None, contact: Mapping[str, Any] | None) -> Owners | None:
    if case is not None:
        assigned = case["assigned_user_id"]
        return Owners(frozenset((case["created_by"], assigned)), assigned is None)
    if contact is not None:
        return Owners(frozenset((contact["created_by"], contact["user_id"])), False)
    return None


def _masked(public: Mapping[str, Any]) -> dict[str, Any]:
    masked = {**public, "call": {**public["call"], **_HIDDEN}}
    if _DIALABLE.fullmatch(str(public.get("target") or "")):
        masked["target"] = None
    return masked


def _bare(masked: Mapping[str, Any]) -> dict[str, Any]:
    return {**masked, "call": {"id": masked["call"]["id"]}}


def _ids(one: str | None, *many: Iterable[str] | None) -> frozenset[str]:
    ids = {ident for group in many for ident in group or ()}
    return frozenset(ids | {one} if one else ids)
