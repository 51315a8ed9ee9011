"""The rows of a polled list: what they say is always of now, and little of it is printed twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson

from mhud.live.model import Agent, AgentProfile, AgentStatus
from mhud.services.polled import AgentRows

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def agent(name: str, since: datetime = NOON) -> Agent:
    profile = AgentProfile(id=name, name=name.title(), interface=f"PJSIP/{name}")
    return Agent(profile=profile, status=AgentStatus.AVAILABLE, since=since)


class House:
    """Prints ids, statuses and ages, and remembers for whom it had to."""

    def __init__(self) -> None:
        self.rows = AgentRows()
        self.printed: list[str] = []

    def shown(self, agents: list[Agent], now: datetime) -> list[list[object]]:
        self.printed = []

        def dump(one: Agent) -> bytes:
            self.printed.append(one.id)
            return orjson.dumps([one.id, one.status.value, (now - one.since).total_seconds() // 1])

        found: list[list[object]] = orjson.loads(orjson.dumps(self.rows.of(agents, now, dump)))
        return found


def test_only_who_changed_is_printed_again() -> None:
    house, ada, bob = House(), agent("ada"), agent("bob")
    house.shown([ada, bob], NOON)
    busy = replace(bob, status=AgentStatus.ON_CALL)

    assert house.shown([ada, busy], NOON) == [["ada", "available", 0], ["bob", "on-call", 0]]
    assert house.printed == ["bob"]


def test_time_passes_for_each_at_his_own_moment() -> None:
    house, ada = House(), agent("ada")
    bob = agent("bob", NOON + timedelta(milliseconds=500))
    house.shown([ada, bob], NOON + timedelta(milliseconds=600))
    later = NOON + timedelta(milliseconds=1200)

    assert house.shown([ada, bob], later) == [["ada", "available", 1], ["bob", "available", 0]]
    assert house.printed == ["ada"]


def test_who_left_is_shown_no_more_and_printed_when_he_is_back() -> None:
    house, ada, bob = House(), agent("ada"), agent("bob")
    house.shown([ada, bob], NOON)

    assert house.shown([bob], NOON) == [["bob", "available", 0]]
    assert house.shown([ada, bob], NOON) == [["ada", "available", 0], ["bob", "available", 0]]
    assert house.printed == ["ada"]
