"""Events that have their seq and wait for the disk: bounded, and honest about what it dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mhud.feeds.payloads import Entry, entry_of, public_event
from mhud.feeds.records import Records
from mhud.live.events import LedgerGap


@dataclass(slots=True)
class Gap:
    """Dropped events; of their calls and agents the latest records are still written."""

    at: datetime
    lost: int = 0
    records: Records = field(default_factory=Records.none)


@dataclass(slots=True)
class Item:
    """An event and the records that go to disk with it, in one transaction."""

    entry: Entry
    records: Records
    gap: Gap | None = None


class Backlog:
    """A queue with room for `bound` items. When it is full the newest events are dropped.

    All that is dropped until there is room again becomes one `ledger.gap`, in its place in the
    order. It takes its seq only then, so that stored numbers have no hole.
    """

    def __init__(self, bound: int, last_seq: int) -> None:
        self.lost = 0
        self._bound = bound
        self._last_seq = last_seq
        self._items: deque[Item] = deque()
        self._gap: Gap | None = None

    def __len__(self) -> int:
        return len(self._items) + (self._gap is not None)

    @property
    def has_room(self) -> bool:
        """Whether what is added now is not dropped."""
        return len(self._items) < self._bound

    @property
    def oldest(self) -> datetime | None:
        """When the event happened that has waited longest."""
        if self._items:
            return self._items[0].entry.at
        return None if self._gap is None else self._gap.at

    def add(self, make: Callable[[int], Entry], records: Records, at: datetime) -> None:
        """`make` renders the event under the seq that it is given."""
        if not self.has_room:
            self._drop(records, at)
            return
        self._close_gap()
        self._append(Item(make(self._last_seq + 1), records))

    def head(self, limit: int) -> list[Item]:
        """The oldest items; they stay until `done`."""
        if len(self._items) < limit:
            self._close_gap()
        return [self._items[index] for index in range(min(limit, len(self._items)))]

    def done(self, count: int) -> None:
        for _ in range(count):
            self._items.popleft()

    def failed(self) -> None:
        """The head was not written. A gap at the very end is opened again: it may yet grow."""
        if not self._items or self._items[-1].gap is None:
            return
        gap = self._items.pop().gap
        self._last_seq -= 1
        if gap is not None and self._gap is not None:
            gap.lost += self._gap.lost
            gap.records.update(self._gap.records)
        self._gap = gap

    def _append(self, item: Item) -> None:
        self._last_seq = item.entry.seq
        self._items.append(item)

    def _drop(self, records: Records, at: datetime) -> None:
        self._gap = self._gap or Gap(at)
        self._gap.lost += 1
        self._gap.records.update(records)
        self._gap.records.trim(self._bound)
        self.lost += 1

    def _close_gap(self) -> None:
        if self._gap is None:
            return
        gap, self._gap = self._gap, None
        told = public_event(self._last_seq + 1, LedgerGap(at=gap.at, lost=gap.lost), None)
        self._append(Item(entry_of(told, gap.at), gap.records, gap))
