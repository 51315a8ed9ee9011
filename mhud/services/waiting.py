"""Outbound calls that wait for a free place, priority 1 first. Bounded; no I/O."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field

from mhud.ami.actions import Action

BOUND = 200


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Waiting:
    """Sorts by priority, then by who came first. `expires` is monotonic seconds."""

    priority: int
    turn: int
    expires: float = field(compare=False)
    channel_id: str = field(compare=False)
    call_id: str = field(compare=False)
    agent_id: str = field(compare=False)
    action: Action = field(compare=False)


class WaitingRoom:
    def __init__(self) -> None:
        self._waiting: dict[str, Waiting] = {}  # by call id

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._waiting

    @property
    def is_full(self) -> bool:
        return len(self._waiting) >= BOUND

    def add(self, waiting: Waiting) -> None:
        self._waiting[waiting.call_id] = waiting

    def take(self, call_id: str) -> Waiting | None:
        return self._waiting.pop(call_id, None)

    def expired(self, now: float) -> Waiting | None:
        """One whose time is over."""
        return next((entry for entry in self._waiting.values() if now >= entry.expires), None)

    def ended(self, calls: Container[str]) -> Waiting | None:
        """One that is no call any more: it ended while the link was lost."""
        return next((entry for entry in self._waiting.values() if entry.call_id not in calls), None)

    def first(self, may_go: Callable[[Waiting], bool]) -> Waiting | None:
        """The first in line who may go."""
        return next((entry for entry in sorted(self._waiting.values()) if may_go(entry)), None)
