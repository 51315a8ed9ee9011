"""The loop between Asterisk and the state: one bad event costs that event, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from mhud.ami import messages as ami
from mhud.inbox import Inbox
from mhud.live.events import DomainEvent
from mhud.live.inputs import Tick
from mhud.live.state import LiveState
from mhud.pump import Pump, tick
from tests.fake_clock import START, FakeClock, eventually, settle
from tests.replay import recorded


class Bench:
    """A pump with a notebook for what it publishes and how often it doubts."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.inbox = Inbox()
        self.told: list[DomainEvent] = []
        self.doubts = 0
        self.pump = Pump(LiveState(), self.inbox, self.clock, self._publish, self._doubt)

    def _publish(self, events: Sequence[DomainEvent]) -> None:
        self.told += events

    def _doubt(self) -> None:
        self.doubts += 1


def broken_event() -> ami.Event:
    """What no parser makes: a Hangup of nothing."""
    nothing: Any = None
    return ami.Hangup(at=START, chan=nothing, cause=16)


async def test_an_event_that_breaks_a_reducer_is_skipped_counted_and_doubted() -> None:
    bench = Bench()
    with capture_logs() as logs:
        bench.pump.feed(broken_event())
    for event in recorded("04-queue-agent-hangs-up"):
        bench.pump.feed(event)

    assert (bench.pump.skipped, bench.doubts) == (1, 1)
    assert [entry["event"] for entry in logs] == ["event_skipped"]
    assert "call.ended" in [event.type for event in bench.told]


async def test_events_come_out_in_the_order_they_went_in() -> None:
    bench = Bench()
    work = asyncio.create_task(bench.pump.run())
    for event in recorded("04-queue-agent-hangs-up"):
        assert bench.inbox.put(event)
    await eventually(lambda: not len(bench.inbox))
    await settle()
    work.cancel()

    types = [event.type for event in bench.told if event.type.startswith("call.")]
    assert types == ["call.new", "call.queued", "call.connected", "call.ended"]


async def test_who_waits_for_something_is_told_as_soon_as_it_holds() -> None:
    bench = Bench()
    waiting = asyncio.create_task(bench.pump.until(lambda live: live.calls or None, 5))
    await settle()
    for event in recorded("04-queue-agent-hangs-up")[:6]:
        bench.pump.feed(event)

    assert list(await waiting or {}) == ["call-pbx20000-1795298129.1"]


async def test_who_waits_in_vain_gets_nothing() -> None:
    assert await Bench().pump.until(lambda live: live.calls or None, 0.01) is None


async def test_the_state_hears_once_a_second_that_time_passes() -> None:
    bench = Bench()
    ticking = asyncio.create_task(tick(bench.inbox, bench.clock, bench.pump.live))
    await settle()
    await bench.clock.advance(2)
    ticking.cancel()

    heard = [await bench.inbox.get() for _ in range(len(bench.inbox))]
    assert [type(event) for event in heard] == [Tick] * 3
    assert [(event.at - START).total_seconds() for event in heard] == [0, 1, 2]


class Wall(FakeClock):
    """A clock that somebody sets."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


async def test_timers_go_on_when_the_clock_is_set_back() -> None:
    wall = Wall()
    pump = Pump(LiveState(), Inbox(), wall, lambda _: None, lambda: None)
    wall.ahead = timedelta(hours=3)
    tasks = [
        asyncio.create_task(pump.run()),
        asyncio.create_task(tick(pump.inbox, wall, pump.live)),
    ]
    await wall.advance(2)
    before, wall.ahead = pump.live.now, timedelta(0)
    await wall.advance(10)

    assert pump.live.now - before == timedelta(seconds=10)
    wall.ahead = timedelta(hours=4)
    await wall.advance(1)
    assert pump.live.now == wall.now(), "forward it is followed"
    for task in tasks:
        task.cancel()


async def test_timers_go_on_between_the_words_of_an_asterisk_that_is_ahead() -> None:
    bench = Bench()
    tasks = [
        asyncio.create_task(bench.pump.run()),
        asyncio.create_task(tick(bench.inbox, bench.clock, bench.pump.live)),
    ]
    await bench.clock.advance(1)
    bench.inbox.put(ami.Reload(at=START + timedelta(minutes=5), module="x", success=True))
    await bench.clock.advance(20)

    assert bench.pump.live.now >= START + timedelta(minutes=5, seconds=19)
    assert bench.pump.live.now <= START + timedelta(minutes=5, seconds=20)
    for task in tasks:
        task.cancel()


@pytest.mark.parametrize("bound", [1, 3])
def test_a_full_inbox_says_so(bound: int) -> None:
    inbox = Inbox(bound)
    taken = [inbox.put(Tick(at=START)) for _ in range(bound + 1)]
    assert taken == [True] * bound + [False]
