"""The parts of a call that have a beginning and an end, as frozen values."""

from __future__ import annotations

from datetime import datetime

from mhud.live.changing import value
from mhud.live.words import Outcome


@value
class Visit:
    """One stay in one queue. `wait_s` counts from joining to answer or leaving."""

    queue_id: str
    joined_at: datetime
    left_at: datetime | None = None
    outcome: Outcome | None = None
    agent_id: str | None = None
    breached: bool = False  # queue.sla_breach was told
    service_level_s: int | None = None  # the queue's when he joined

    @property
    def wait_s(self) -> float:
        return max(0.0, (self.left_at - self.joined_at).total_seconds()) if self.left_at else 0.0

    @property
    def turned_away(self) -> bool:
        """The queue was full or empty: he never waited in it."""
        return self.outcome in (Outcome.FULL, Outcome.EMPTY) and self.left_at == self.joined_at


@value
class Talk:
    """One agent's (or, without agent, the called party's) talk within a call."""

    agent_id: str | None
    began_at: datetime
    ended_at: datetime | None = None


@value
class Hold:
    """The other party of a talk was on hold, perhaps over a change of talkers."""

    began_at: datetime
    ended_at: datetime

    @property
    def seconds(self) -> float:
        return max(0.0, (self.ended_at - self.began_at).total_seconds())


@value
class Help:
    """An agent has asked for it, perhaps in a call; `answered_by` is the user who said he comes."""

    asked_at: datetime
    call_id: str | None = None
    answered_at: datetime | None = None
    answered_by: int | None = None
    answered_by_name: str | None = None


@value
class Transfer:
    """The call was sent on, blind or attended (`kind`), perhaps by an agent."""

    at: datetime
    kind: str
    agent_id: str | None
