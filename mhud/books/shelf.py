"""Lines that were read, by call, until it is sure that no more of them come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mhud.books.lines import Leg, Line, QueueLine
from mhud.books.tail import Place

QUIET = timedelta(seconds=5)
"""How long after its last line a call is looked at: its channels' lines come one by one."""
LONGEST = timedelta(days=1)
"""Of a call. While old books are read, what is older than this than the newest line is whole."""
UNCLAIMED = timedelta(minutes=10)
"""After which a line of queue_log whose channel no CDR names is no call: half of a consultation."""
MOST = 60_000
"""Lines kept. With more, nothing is read until some were told."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A line, the book that it is of, and the place before it."""

    line: Line
    book: str
    place: Place
    read_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that the books say of one call; `lines` in the order of the book."""

    linkedid: str
    legs: tuple[Leg, ...]
    lines: tuple[QueueLine, ...]


@dataclass(slots=True)
class Shelf:
    """`has_cdr`: the CDR tells which call a channel in queue_log belongs to."""

    has_cdr: bool
    newest: datetime | None = None
    _legs: dict[str, list[Kept]] = field(default_factory=dict)  # by linkedid
    _lines: dict[str, list[Kept]] = field(default_factory=dict)  # by uniqueid
    _owner: dict[str, str] = field(default_factory=dict)  # uniqueid → linkedid
    _count: int = 0
    _number: int = 0

    def put(self, line: Line, book: str, place: Place, read_at: datetime) -> None:
        self._number += 1
        kept = Kept(line, book, place, read_at, self._number)
        where = self._legs if isinstance(line, Leg) else self._lines
        where.setdefault(line.key, []).append(kept)
        if isinstance(line, Leg):
            self._owner[line.uniqueid] = line.linkedid
        self._count += 1
        written_at = min(line.last_at, read_at)  # a damaged line may be of another century
        self.newest = max(self.newest or written_at, written_at)

    @property
    def is_full(self) -> bool:
        return self._count >= MOST

    def whole(self, now: datetime, at_end: bool, lives: Callable[[str], bool]) -> Iterator[Bundle]:
        """Calls of which no more lines come. `at_end`: nothing more stands in the books now.

        Where there is no room to read on, the older half counts as whole.
        """
        newest = self.newest or now
        half = MOST // 2 if self.is_full and not at_end else 0
        for linkedid in tuple(self._linkedids()):
            kept = self._of(linkedid)
            half -= len(kept)
            read_at = max(one.read_at for one in kept)
            last_at = max(one.line.last_at for one in kept)
            unclaimed = self.has_cdr and linkedid not in self._legs
            quiet = at_end and now - read_at >= (UNCLAIMED if unclaimed else QUIET)
            old = half > 0 or newest - last_at > LONGEST
            if (quiet or old) and not lives(linkedid):
                yield _bundle(linkedid, kept)

    def remove(self, linkedids: Iterable[str]) -> None:
        for linkedid in linkedids:
            for kept in self._of(linkedid):
                if isinstance(kept.line, Leg):
                    self._owner.pop(kept.line.uniqueid, None)
                    self._count -= len(self._lines.pop(kept.line.uniqueid, ()))
            self._count -= len(self._legs.pop(linkedid, ()))
            self._count -= len(self._lines.pop(linkedid, ()))

    def oldest(self, book: str) -> Place | None:
        """The place from which a restart must read to find all that lies here."""
        groups = (*self._legs.values(), *self._lines.values())
        firsts = [one for group in groups for one in group[:1] if one.book == book]
        first = min(firsts, key=lambda one: one.number, default=None)
        return first.place if first else None

    def _linkedids(self) -> Iterator[str]:
        yield from self._legs
        for uniqueid in self._lines:
            if uniqueid not in self._owner and uniqueid not in self._legs:
                yield uniqueid

    def _of(self, linkedid: str) -> list[Kept]:
        legs = self._legs.get(linkedid, [])
        uniqueids = dict.fromkeys((linkedid, *(_uniqueid(one) for one in legs)))
        lines = [one for uid in uniqueids for one in self._lines.get(uid, ())]
        lines.sort(key=lambda one: one.line.last_at)
        return [*legs, *lines]


def _uniqueid(kept: Kept) -> str:
    return kept.line.uniqueid


def _bundle(linkedid: str, kept: Iterable[Kept]) -> Bundle:
    found = [one.line for one in kept]
    legs = tuple(one for one in found if isinstance(one, Leg))
    return Bundle(linkedid, legs, tuple(one for one in found if isinstance(one, QueueLine)))
