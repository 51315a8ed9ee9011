"""Lists that everybody polls, serialized once for all who may see the same."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson

from mhud.feeds.objects import time_in_status_s
from mhud.live.model import Agent
from mhud.pump import Pump

CLASSES_BOUND = 1_000  # visibility classes: one per operator in a call, at most


@dataclass(frozen=True, slots=True)
class Page:
    """JSON bytes and the opaque word that changes with them."""

    body: bytes
    etag: str


class Polled:
    """One entry per visibility class, for one state of the world and one whole second."""

    def __init__(self, pump: Pump) -> None:
        self._pump = pump
        self._boot = secrets.token_hex(4)  # versions begin again after a restart
        self._moment: tuple[int, int] = (-1, -1)
        self._pages: dict[str, Page] = {}

    def get(self, seen_by: str, build: Callable[[], bytes]) -> Page:
        """`seen_by` names who sees the same; it goes into the ETag."""
        live = self._pump.live
        moment = (live.version, int(live.now.timestamp()))
        if moment != self._moment or len(self._pages) >= CLASSES_BOUND:
            self._moment, self._pages = moment, {}
        page = self._pages.get(seen_by)
        if page is None:
            etag = f"{self._boot}-{moment[0]}-{moment[1]}-{seen_by}"
            page = self._pages[seen_by] = Page(build(), etag)
        return page


class Row(NamedTuple):
    """What was printed of an agent, as he was then."""

    agent: Agent
    seconds: int
    printed: orjson.Fragment


class AgentRows:
    """One JSON row an agent, printed again when he or his time in a status has changed.

    While Asterisk is busy the page changes with each event, but few of its rows do.
    """

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}

    def of(
        self, agents: Iterable[Agent], now: datetime, dump: Callable[[Agent], bytes]
    ) -> list[orjson.Fragment]:
        """`dump` prints one; its bytes depend on the agent and his time in his status alone."""
        kept, self._rows = self._rows, {}
        for agent in agents:
            row, seconds = kept.get(agent.id), time_in_status_s(agent, now)
            if row is None or row.agent is not agent or row.seconds != seconds:
                row = Row(agent, seconds, orjson.Fragment(dump(agent)))
            self._rows[agent.id] = row
        return [row.printed for row in self._rows.values()]
