"""Publishing never waits; who is slow is told so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from mhud.feeds.bus import Bus
from mhud.feeds.payloads import Entry, entry_of, public_event
from tests.fake_clock import START, settle
from tests.feed_things import started


def entry(seq: int) -> Entry:
    return entry_of(public_event(seq, started(), None), START)


class Diary:
    def __init__(self, *, broken: bool = False) -> None:
        self.seqs: list[int] = []
        self.stalls = 0
        self._broken = broken

    def kept(self, entries: Sequence[Entry]) -> None:
        if self._broken:
            raise RuntimeError("a bug in a listener")
        self.seqs += [entry.seq for entry in entries]

    def stalled(self) -> None:
        self.stalls += 1


async def test_a_reader_gets_entries_in_order_as_they_come() -> None:
    bus = Bus()
    reader = bus.subscribe()
    waiting = asyncio.create_task(reader.get())
    await settle()
    bus.publish([entry(1), entry(2)])
    first, second = await waiting, await reader.get()
    assert first is not None
    assert second is not None
    assert (first.seq, second.seq) == (1, 2)


async def test_a_reader_who_is_too_slow_is_told_once_and_starts_anew() -> None:
    bus = Bus()
    reader = bus.subscribe(bound=2)
    bus.publish([entry(seq) for seq in range(1, 6)])
    assert reader.lost
    assert await reader.get() is None
    bus.publish([entry(6)])
    following = await reader.get()
    assert following is not None
    assert following.seq == 6


async def test_a_slow_reader_does_not_touch_another() -> None:
    bus = Bus()
    slow, fast = bus.subscribe(bound=1), bus.subscribe(bound=10)
    bus.publish([entry(1), entry(2)])
    assert (slow.lost, fast.lost) == (True, False)


async def test_a_listener_with_a_bug_costs_the_others_nothing() -> None:
    bus, broken, sound = Bus(), Diary(broken=True), Diary()
    bus.listen(broken)
    bus.listen(sound)
    bus.publish([entry(1)])
    bus.stalled()
    assert (sound.seqs, sound.stalls) == ([1], 1)


async def test_who_left_hears_nothing_more() -> None:
    bus, diary = Bus(), Diary()
    reader = bus.subscribe(bound=1)
    bus.listen(diary)
    bus.forget(diary)
    bus.unsubscribe(reader)
    bus.publish([entry(1), entry(2)])
    assert diary.seqs == []
    assert not reader.lost
