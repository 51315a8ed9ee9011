"""Calls, agents, queues and events for tests of what goes out, and a disk that may refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.errors import Code, MhudError
from mhud.live.events import (
    AgentStatusChanged,
    CallConnected,
    CallEnded,
    CallQueued,
    CallStarted,
    DomainEvent,
)
from mhud.live.model import (
    Agent,
    AgentProfile,
    AgentStatus,
    Call,
    CallStatus,
    Direction,
    EndReason,
    Member,
    Queue,
    QueueProfile,
    Visit,
)
from mhud.services.rights import BUILT_IN_ROLES, Principal, expand
from mhud.store.database import Database
from mhud.store.key import DatabaseKey
from tests.fake_clock import START

CALLER = "+254700123456"
DIALED = "+254800000116"


def a_call(ident: str = "call-1", **changes: Any) -> Call:
    """An inbound call in the queue `support`."""
    fields: dict[str, Any] = {
        "id": ident,
        "linkedids": (ident.removeprefix("call-"),),
        "direction": Direction.INBOUND,
        "status": CallStatus.QUEUED,
        "start_time": START,
        "caller_id": CALLER,
        "destination": DIALED,
        "queue_id": "support",
        "visits": (Visit(queue_id="support", joined_at=START),),
        "variables": {"case_id": "case12345"},
    }
    return Call(**{**fields, **changes})


def ended(call: Call, after_s: float = 60, reason: EndReason = EndReason.COMPLETED) -> Call:
    end = call.start_time + timedelta(seconds=after_s)
    return replace(call, status=CallStatus.ENDED, end_time=end, end_reason=reason)


def an_agent(ident: str = "agent001", **changes: Any) -> Agent:
    """Jane, available in `support`."""
    profile = AgentProfile(
        id=ident, name="Jane Smith", interface=f"PJSIP/{ident}", username="jsmith", extension="1001"
    )
    member = Member(
        queue_id="support",
        interface=profile.interface,
        agent_id=ident,
        name=ident,
        membership="dynamic",
        penalty=0,
        paused=False,
        paused_reason="",
    )
    fields: dict[str, Any] = {
        "profile": profile,
        "status": AgentStatus.AVAILABLE,
        "since": START,
        "memberships": {"support": member},
    }
    return Agent(**{**fields, **changes})


def a_queue(ident: str = "support", **changes: Any) -> Queue:
    profile = QueueProfile(id=ident, name="Support Queue", extension="2000", timeout_s=300)
    members = {"PJSIP/agent001": an_agent().memberships["support"]}
    return Queue(**{"id": ident, "profile": profile, "members": members, **changes})


def started(ident: str = "call-1") -> CallStarted:
    return CallStarted(at=START, call=a_call(ident, status=CallStatus.IVR, visits=()))


def queued(ident: str = "call-1") -> CallQueued:
    return CallQueued(at=START, call=a_call(ident))


def connected(ident: str = "call-1", agent_id: str = "agent001") -> CallConnected:
    call = a_call(ident, status=CallStatus.IN_PROGRESS, agent_id=agent_id, answer_time=START)
    return CallConnected(at=START, call=call)


def over(ident: str = "call-1") -> CallEnded:
    call = ended(a_call(ident))
    return CallEnded(at=call.end_time or START, call=call)


def status_changed(ident: str = "agent001") -> AgentStatusChanged:
    return AgentStatusChanged(at=START, agent=an_agent(ident), previous=AgentStatus.ON_CALL)


def many(count: int) -> list[DomainEvent]:
    return [started(f"call-{number}") for number in range(1, count + 1)]


def a_principal(role: str = "admin", **changes: Any) -> Principal:
    fields: dict[str, Any] = {
        "kind": "user",
        "ident": f"user:{role}",
        "user_id": 1,
        "username": role,
        "name": role,
        "agent_id": None,
        "role": role,
        "rights": expand(BUILT_IN_ROLES[role]),
        "rate": 600,
    }
    return Principal(**{**fields, **changes})


class MoodyDatabase(Database):
    """A real one whose writes can be refused, or kept although the commit seems to fail."""

    def __init__(self, path: Path, key: DatabaseKey | None = None) -> None:
        super().__init__(path, key)
        self.refuses = False
        self.swallows_the_answer = False
        self.attempts = 0

    @asynccontextmanager
    async def write(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        self.attempts += 1
        if self.refuses:
            raise _refusal()
        async with super().write(urgent=urgent) as tx:
            yield tx
        if self.swallows_the_answer:
            self.swallows_the_answer = False
            raise _refusal()


def _refusal() -> MhudError:
    return MhudError(Code.SERVICE_UNAVAILABLE, "database or disk is full")
