"""Which events a principal may see and a subscriber wants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from mhud.errors import invalid
from mhud.feeds.frames import Frames
from mhud.feeds.payloads import Entry
from mhud.live.events import DomainEvent
from mhud.services.rights import Principal
from mhud.services.visibility import sees_all_numbers

FAMILY_RIGHTS: Mapping[str, tuple[str, ...]] = {
    "call": ("view_calls",),
    "agent": ("view_agents",),
    "queue": ("view_queues",),
    "pbx": ("view_queues", "system_config"),
    "ledger": ("view_queues", "system_config"),
}
"""First word of an event's type → rights, any of which opens it (besides receive_events)."""

GLOBAL_FAMILIES = ("pbx", "ledger")  # of no queue and no agent, and of interest to all


def _types(kind: type[DomainEvent]) -> Iterable[str]:
    if "type" in vars(kind):
        yield kind.type
    for narrower in kind.__subclasses__():
        yield from _types(narrower)


EVENT_TYPES = frozenset(_types(DomainEvent))
GLOBAL_TYPES = frozenset(name for name in EVENT_TYPES if name.startswith(GLOBAL_FAMILIES))


@dataclass(frozen=True, slots=True)
class Filter:
    """What a subscriber wants. `queues` and `agents` narrow to events of those; both: of both.

    Events of no queue and no agent in the first place (pbx.*, ledger.*) pass both.
    """

    types: frozenset[str] = EVENT_TYPES
    queues: frozenset[str] | None = None
    agents: frozenset[str] | None = None

    def passes(self, entry: Entry) -> bool:
        if entry.type not in self.types:
            return False
        if self.queues is not None and self.queues.isdisjoint(entry.queue_ids):
            return entry.type in GLOBAL_TYPES
        if self.agents is not None and self.agents.isdisjoint(entry.agent_ids):
            return entry.type in GLOBAL_TYPES
        return True


def types_of(patterns: Iterable[str]) -> frozenset[str]:
    """Exact names, `call.*`, `*`. Raises MhudError INVALID for what names no event."""
    wanted: set[str] = set()
    for pattern in patterns:
        named = {name for name in EVENT_TYPES if pattern in ("*", name, _family(name))}
        if not named:
            raise invalid("events", "names an event that does not exist")
        wanted |= named
    return frozenset(wanted)


def _family(name: str) -> str:
    return name.partition(".")[0] + ".*"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a principal's rights let him see."""

    types: frozenset[str]
    agent_id: str | None
    sees_calls: bool
    sees_all_numbers: bool

    @classmethod
    def of(cls, principal: Principal) -> Self:
        return cls(
            types=frozenset(name for name in EVENT_TYPES if _opens(principal, name)),
            agent_id=principal.agent_id,
            sees_calls=principal.may("view_calls", None),
            sees_all_numbers=sees_all_numbers(principal),
        )

    def allows(self, entry: Entry) -> bool:
        return entry.type in self.types

    def pick(self, frames: Frames) -> bytes:
        """The frame with as much as he may read."""
        if not self.sees_calls:
            return frames.bare
        return frames.full if self._sees_numbers(frames.entry) else frames.masked

    def payload(self, entry: Entry) -> bytes:
        """The same, not framed."""
        if not self.sees_calls:
            return entry.bare
        return entry.full if self._sees_numbers(entry) else entry.masked

    def _sees_numbers(self, entry: Entry) -> bool:
        """Whom an event concerns reads its numbers: his phone showed them."""
        return self.sees_all_numbers or self.agent_id in entry.agent_ids


def _opens(principal: Principal, type_: str) -> bool:
    family = type_.partition(".")[0]
    return any(principal.may(right, None) for right in FAMILY_RIGHTS[family])
