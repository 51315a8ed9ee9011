"""What waits for one receiver, in memory: lines that go out one delivery at a time.

A line is a call, or whatever else must stay in order. While its first delivery is under way the
others wait behind it. A line whose first delivery has failed is parked, by numbers only, until it
is due again. No await, no clock: `now` and `due` are monotonic seconds.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence

from mhud.store.deliveries import Waiting

WINDOW = 512  # deliveries in memory, with their bytes
MOST_PARKED = 20_000  # by number
LOAD = 16  # of a parked line, that are read at once
AT_ONCE = 0.0  # the past


class Lines:
    """Deliveries are added in their order; `take` gives those that may go now."""

    def __init__(self) -> None:
        self.held = 0  # with their bytes
        self.parked = 0  # by number
        self._ready: deque[Waiting] = deque()
        self._behind: dict[str, deque[Waiting | int]] = {}  # whose first is ready or under way
        self._parked: dict[str, tuple[float, list[int]]] = {}
        self._due: list[tuple[float, str]] = []  # a heap; may hold what is parked no more

    @property
    def ready(self) -> int:
        return len(self._ready)

    @property
    def room(self) -> int:
        """How many more may be read."""
        return 0 if self.parked >= MOST_PARKED else max(0, WINDOW - self.held)

    @property
    def next_due(self) -> float | None:
        """When the next parked line is due."""
        while self._due and self._parked.get(self._due[0][1], (None,))[0] != self._due[0][0]:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def add(self, one: Waiting, due: float | None = None) -> None:
        """Behind all that is there. `due`: not before, where it is the first of its line."""
        if one.line in self._parked:
            self._parked[one.line][1].append(one.n)
            self.parked += 1
        elif one.line in self._behind:
            self._append(self._behind[one.line], one)
        elif due is not None:
            self._park(one.line, [one.n], due)
        else:
            self._begin(one)

    def take(self) -> Waiting | None:
        """One that is under way from now on."""
        return self._ready.popleft() if self._ready else None

    def done(self, one: Waiting) -> None:
        """It is settled: the next of its line may go."""
        self.held -= 1
        behind = self._behind[one.line]
        following = behind.popleft() if behind else None
        if isinstance(following, Waiting):
            self._ready.append(following)
            return
        del self._behind[one.line]
        if following is not None:
            self._park(one.line, [following, *map(_number, behind)], AT_ONCE)

    def failed(self, one: Waiting, due: float) -> None:
        """It goes again, and all behind it wait for that."""
        behind = self._behind.pop(one.line)
        self.held -= 1 + sum(isinstance(each, Waiting) for each in behind)
        self._park(one.line, [one.n, *map(_number, behind)], due)

    def lay_aside(self) -> None:
        """What has not begun is known by number only, and read anew when it goes: until then who
        is erased may be taken out of it."""
        while self._ready:
            self.failed(self._ready.popleft(), AT_ONCE)

    def again(self, line: str, n: int) -> None:
        """One that was settled waits once more."""
        if line in self._parked:
            self._parked[line][1].insert(0, n)
            self.parked += 1
        elif line in self._behind:
            self._behind[line].append(n)
        else:
            self._park(line, [n], AT_ONCE)

    def wake(self) -> None:
        """All that is parked is due."""
        self._parked = {line: (AT_ONCE, known) for line, (_, known) in self._parked.items()}
        self._due = [(AT_ONCE, line) for line in self._parked]

    def due(self, now: float) -> list[str]:
        """Parked lines whose first deliveries are to be read: as many as there is room for."""
        found: list[str] = []
        room = WINDOW - self.held
        while room > 0 and (at := self.next_due) is not None and at <= now:
            line = heapq.heappop(self._due)[1]
            room -= min(LOAD, len(self._parked[line][1]))
            found.append(line)
        return found

    def numbers(self, lines: Sequence[str]) -> list[int]:
        return [n for line in lines for n in self._parked[line][1][:LOAD]]

    def admit(self, lines: Sequence[str], asked: Sequence[int], found: Iterable[Waiting]) -> None:
        """What was read of these lines' numbers; what was not found waits no more."""
        read = set(asked)
        rest: dict[str, list[int]] = {}
        for line in lines:
            _, known = self._parked.pop(line)
            self.parked -= len(known)
            rest[line] = [n for n in known if n not in read]
        for one in found:
            self.add(one)
        for line, numbers in rest.items():
            if line in self._behind:
                self._behind[line].extend(numbers)
            elif numbers:
                self._park(line, numbers, AT_ONCE)

    def put_off(self, lines: Sequence[str], due: float) -> None:
        """They could not be read."""
        for line in lines:
            self._park(line, self._unparked(line), due)

    def _begin(self, one: Waiting) -> None:
        self._behind[one.line] = deque()
        self._ready.append(one)
        self.held += 1

    def _append(self, behind: deque[Waiting | int], one: Waiting) -> None:
        """Where numbers are last, it follows as a number: they are read in their order."""
        if behind and isinstance(behind[-1], int):
            behind.append(one.n)
        else:
            behind.append(one)
            self.held += 1

    def _park(self, line: str, numbers: list[int], due: float) -> None:
        self._parked[line] = (due, numbers)
        self.parked += len(numbers)
        heapq.heappush(self._due, (due, line))

    def _unparked(self, line: str) -> list[int]:
        _, known = self._parked.pop(line)
        self.parked -= len(known)
        return known


def _number(one: Waiting | int) -> int:
    return one if isinstance(one, int) else one.n
