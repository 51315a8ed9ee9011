"""A stage for the wallboard: the pages as mhud serves them, and behind them agents who are busy.

What is measured is the browser: so there is no daemon here, but answers and events of the same
shape, as many as are asked for, in one process with who measures.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from random import Random
from typing import Any

from aiohttp import ClientConnectionResetError, web

from mhud.clock import SystemClock, rfc3339
from mhud.web import portal

CLOCK = SystemClock()
QUEUES = [f"queue{n}" for n in range(8)]
STATES = ("available", "ringing", "on-call", "wrap-up", "on-break")
RIGHTS = ["view_calls", "view_agents", "view_queues", "receive_events", "manage_agents"]
ME = {
    "id": 1, "username": "board", "name": "Board", "email": None, "role": "supervisor",
    "organization": "Benchmark", "permissions": RIGHTS, "own_only": [], "agent_id": None,
    "last_login": None,
}  # fmt: skip
WAITING = 1  # at most so many in each queue: the board has room for all


class Stage:
    """`agents` of them; `rate` events a second, half about calls and half about agents."""

    def __init__(self, agents: int, rate: float) -> None:
        self._random = Random(1)  # noqa: S311 -- the same shift each time
        self._rate = rate
        self._seq = 0
        self.calls: dict[str, dict[str, Any]] = {}
        self.agents = [self._agent(n, "available") for n in range(agents)]

    def app(self) -> web.Application:
        app = web.Application()
        portal.mount(app)
        answers = {
            "/helpline/api/users/me": lambda: {"success": True, "data": ME},
            "/api/v1/calls/active": lambda: {"calls": list(self.calls.values())},
            "/api/v1/agents/status": lambda: {"agents": self.agents},
            "/api/v1/queues/stats": lambda: {"queues": [self._queue(id_) for id_ in QUEUES]},
            "/api/v1/queues/today": _today,
            "/api/v1/forms": lambda: {"break_reasons": ["lunch"]},
        }
        for path, answer in answers.items():
            app.router.add_get(path, _route(answer))
        app.router.add_get("/ws", self._socket)
        return app

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "auth.ok", "seq": self._seq})
        await socket.receive_json()  # subscribe
        await socket.send_json({"type": "subscribe.ok", "seq": self._seq})
        began, sent = CLOCK.monotonic(), 0
        while not socket.closed:
            await CLOCK.sleep(max(0.0, began + sent / self._rate - CLOCK.monotonic()))
            sent += 1
            with contextlib.suppress(ClientConnectionResetError):  # the page is closed
                await socket.send_json(self._event())
        return socket

    def _event(self) -> dict[str, Any]:
        self._seq += 1
        kind, about = self._call_event() if self._seq % 2 else self._agent_event()
        return {"seq": self._seq, "type": kind, "timestamp": _now(), **about}

    def _agent_event(self) -> tuple[str, dict[str, Any]]:
        n = self._random.randrange(len(self.agents))
        before = self.agents[n]["status"]
        self.agents[n] = self._agent(n, self._random.choice(STATES))
        return "agent.status_changed", {"agent": self.agents[n], "previous_status": before}

    def _call_event(self) -> tuple[str, dict[str, Any]]:
        queue = self._random.choice(QUEUES)
        line = [call for call in self.calls.values() if call["queue_id"] == queue]
        if len(line) >= WAITING:
            ended = self.calls.pop(line[0]["id"])
            return "call.ended", {"call": {**ended, "status": "ended"}}
        call = _call(f"call{self._seq}", queue)
        self.calls[call["id"]] = call
        return "call.queued", {"call": call}

    def _agent(self, n: int, status: str) -> dict[str, Any]:
        return {
            "id": f"agent{n:05}", "name": f"Agent Number {n:05}", "status": status,
            "current_call_id": None, "time_in_status": 0, "status_timestamp": _now(),
            "queues": [QUEUES[n % 8], QUEUES[(n + 3) % 8]], "reason_code": None,
            "pending_status": None, "queues_paused": [], "ringing_call_id": None,
            "wrap_up_until": None, "help": None,
        }  # fmt: skip

    def _queue(self, queue_id: str) -> dict[str, Any]:
        parts = {"presented": 90, "answered": 80, "abandoned": 10, "answered_within": 70}
        return {
            "id": queue_id, "name": queue_id.title(), "average_wait_time": 12,
            "calls_waiting": 0, "longest_wait_time": 0, "available_agents": 3, "sla_current": 80.0,
            "sla_today": 85.0, "sla": {**parts, "abandoned_within": 2, "threshold": 20},
        }  # fmt: skip


def _call(call_id: str, queue: str) -> dict[str, Any]:
    """`tags` hold when it was sent, ms: who sees it knows how long that took."""
    return {
        "id": call_id, "status": "queued", "direction": "inbound", "caller_id": "+447700900123",
        "destination": "116123", "queue_id": queue, "agent_id": None, "start_time": _now(),
        "waiting_since": _now(), "answer_time": None, "monitors": None, "monitor_mode": None,
        "tags": [str(CLOCK.now().timestamp() * 1000)],
    }  # fmt: skip


def _today() -> dict[str, Any]:
    starts = [rfc3339(datetime.fromtimestamp(1_740_000_000 + 900 * n, UTC)) for n in range(96)]
    counts = {name: [n % 7 for n in range(96)] for name in ("offered", "answered", "abandoned")}
    return {"starts": starts, "queues": [{"id": id_, **counts} for id_ in QUEUES], "total": {}}


def _now() -> str:
    return rfc3339(CLOCK.now())


def _route(answer: Any) -> Any:
    async def handle(_request: web.Request) -> web.Response:
        return web.json_response(answer())

    return handle
