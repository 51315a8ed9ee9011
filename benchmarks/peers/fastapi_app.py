"""The usual way to write it: FastAPI, a pydantic response model, a plain `@app.middleware`.

The same work for each request as mhud: key by its SHA-256, limit per key, three headers, an id.
Knows nothing of mhud, and runs in the peers' own environment.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

KEY = "mh_bench_key_0123456789abcdef0123456789abcdef"
LIMIT = 10**9
_known = {hashlib.sha256(KEY.encode()).digest(): {"window": 0, "used": 0}}


class Agent(BaseModel):
    agent_id: str
    name: str
    status: str
    queues: list[str]
    calls_today: int
    current_call: str | None
    since: float


class Agents(BaseModel):
    count: int
    agents: list[Agent]


def _agent(number: int) -> Agent:
    return Agent(
        agent_id=f"{2000 + number}",
        name=f"Agent {number} Müller" if number % 9 == 0 else f"Agent {number}",
        status=["available", "busy", "paused", "offline"][number % 4],
        queues=["support", "sales"][: 1 + number % 2],
        calls_today=number % 37,
        current_call=f"1763760{number:03d}.{number}" if number % 4 == 1 else None,
        since=1763760000 + number,
    )


AGENTS = Agents(count=200, agents=[_agent(number) for number in range(200)])
app = FastAPI()


@app.middleware("http")
async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    key = request.headers.get("x-api-key", "")
    record = _known.get(hashlib.sha256(key.encode()).digest())
    if record is None:
        return Response(status_code=401)
    window = int(time.time()) // 60  # noqa: TID251 -- not mhud
    if record["window"] != window:
        record["window"], record["used"] = window, 0
    record["used"] += 1
    response = await go_on(request)
    response.headers["X-Request-ID"] = os.urandom(8).hex()
    response.headers["X-RateLimit-Limit"] = str(LIMIT)
    response.headers["X-RateLimit-Remaining"] = str(LIMIT - record["used"])
    return response


@app.get("/api/v1/agents/status", response_model=Agents)
async def agents() -> Agents:
    return AGENTS
