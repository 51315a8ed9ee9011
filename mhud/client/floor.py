"""Agents and queues: who is there, who waits, how it goes. Every method raises ClientError."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from mhud.client.http import MHU, Http
from mhud.web.mhu.models import (
    AgentList,
    AgentObject,
    AgentStatuses,
    QueueChange,
    QueueChanged,
    QueueList,
    QueueObject,
    QueueStats,
    StatusChangeBody,
    StatusChanged,
)
from mhud.web.mhu.supervision_models import ExtendBody, WrapUpState

AGENTS, QUEUES = f"{MHU}/agents", f"{MHU}/queues"
Settable = Literal["available", "on-break", "offline"]


class Agents:
    def __init__(self, http: Http) -> None:
        self._http = http

    async def all(self) -> AgentList:
        return await self._http.get(AgentList, AGENTS)

    async def statuses(self) -> AgentStatuses:
        return await self._http.get(AgentStatuses, f"{AGENTS}/status")

    async def one(self, agent_id: str) -> AgentObject:
        return await self._http.get(AgentObject, _of(AGENTS, agent_id))

    async def set_status(
        self, agent_id: str, status: Settable, reason_code: str | None = None
    ) -> StatusChanged:
        """`reason_code` belongs to on-break."""
        body = StatusChangeBody(status=status)
        if reason_code is not None:
            body = StatusChangeBody(status=status, reason_code=reason_code)
        return await self._http.put(StatusChanged, _of(AGENTS, agent_id) + "/status", body)

    async def extend_wrap_up(self, agent_id: str, seconds: int) -> WrapUpState:
        path = _of(AGENTS, agent_id) + "/wrap-up/extend"
        return await self._http.post(WrapUpState, path, ExtendBody(seconds=seconds))

    async def end_wrap_up(self, agent_id: str) -> WrapUpState:
        return await self._http.post(WrapUpState, _of(AGENTS, agent_id) + "/wrap-up/end")


class Queues:
    def __init__(self, http: Http) -> None:
        self._http = http

    async def all(self) -> QueueList:
        return await self._http.get(QueueList, QUEUES)

    async def stats(self) -> QueueStats:
        return await self._http.get(QueueStats, f"{QUEUES}/stats")

    async def one(self, queue_id: str) -> QueueObject:
        return await self._http.get(QueueObject, _of(QUEUES, queue_id))

    async def update(self, queue_id: str, change: QueueChange) -> QueueChanged:
        """What is set in `change`."""
        path = _of(QUEUES, queue_id)
        return await self._http.put(QueueChanged, path, change)


def _of(what: str, ident: str) -> str:
    return f"{what}/{quote(ident, safe='')}"
