"""Somebody who steers calls by the API all day, at random: a part of the demo's soak."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import aiohttp

from mhud.clock import SystemClock

Json = dict[str, Any]
EVERY_S = 0.4
QUEUES = ("support", "crisis")
AGENTS = tuple(f"agent{number:03}" for number in range(1, 9))
# What an answer may be while calls end by themselves and the link breaks.
FINE = frozenset({200, 404, 409, 503, 504})
TALKING = {"in-progress", "on-hold"}


class Steering:
    """`answers` counts what was said to which command; `broken` are answers that must not be."""

    def __init__(self, ready: Json, seed: int) -> None:
        self.base = f"{ready['base_url']}/api/v1"
        self.key = {"X-API-Key": ready["api_key"]}
        self.random = Random(seed)  # noqa: S311 - repeatable on purpose
        self.answers: Counter[str] = Counter()
        self.broken: list[str] = []
        self.asking: list[str] = []  # calls in which an agent asks somebody

    async def run(self, clock: SystemClock) -> None:
        """For ever."""
        async with aiohttp.ClientSession(headers=self.key) as http:
            while True:
                await clock.sleep(self.random.expovariate(1 / EVERY_S))
                await self._steer(http)

    async def _steer(self, http: aiohttp.ClientSession) -> None:
        async with http.get(f"{self.base}/calls/active") as answer:
            calls: list[Json] = (await answer.json())["calls"]
        wishes = [(call["id"], *one) for call in calls for one in self._wishes(call)]
        if self.asking and self.random.random() < 0.5:
            ending = self.random.choice(["complete", "cancel"])
            wishes = [(self.asking.pop(), "POST", ending, None)]
        if not wishes:
            return
        call_id, method, what, body = self.random.choice(wishes)
        url = f"{self.base}/calls/{call_id}/{what}"
        async with http.request(method, url, json=body) as answer:
            said = await answer.json()
            self._heard(what, answer.status, said)
        if said.get("consultation"):
            self.asking.append(call_id)

    def _heard(self, what: str, status: int, said: Json) -> None:
        reason = (said.get("details") or {}).get("reason", "") if status != 200 else ""
        self.answers[f"{what} {status} {reason}".strip()] += 1
        if status not in FINE:
            self.broken.append(f"{what} was answered {status}: {said}")

    def _wishes(self, call: Json) -> list[tuple[str, str, Json | None]]:
        if call["status"] == "queued":
            return [("POST", "move", self._move())]
        if call["status"] not in TALKING:
            return []
        listen = {"mode": self.random.choice(["listen", "whisper", "barge"])}
        return [
            ("POST", "transfer", {"type": "blind", "target": self._target()}),
            ("POST", "transfer", {"type": "attended", "target": self._target()}),
            ("POST", "transfer", {"type": "attended", "target": self._target()}),
            *(("POST", what, None) for what in ("complete", "cancel", "hold", "unhold")),
            *(("POST", f"recording/{what}", None) for what in ("pause", "resume")),
            ("POST", "monitor", {**listen, "agent_id": self.random.choice(AGENTS)}),
            ("POST", "dtmf", {"digits": "1"}),
            ("PUT", "tags", {"tags": [self.random.choice(["school", "urgent"])]}),
        ]

    def _target(self) -> Json:
        return self.random.choice(
            [
                {"queue": self.random.choice(QUEUES)},
                {"agent": self.random.choice(AGENTS)},
                {"agent": self.random.choice(AGENTS)},
                {"number": self.random.choice(["+447700900123", "+447700900486"])},
            ]
        )

    def _move(self) -> Json:
        if self.random.random() < 0.5:
            return {"queue": self.random.choice(QUEUES)}
        return {"position": self.random.choice(["front", "back"])}
