"""The figures of a report of calls: read from the tallies, cut as it was asked.

A year is read in some hundred thousand rows of sums. What begins or ends within a quarter of an
hour is counted there call by call, so that each instant is a fine beginning.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mhud.feeds.counting import Callers, Tally
from mhud.live.figures import SlaParts
from mhud.live.state import LiveState
from mhud.live.words import SlaFormula
from mhud.services.metrics import METRICS, Cell
from mhud.services.report_ask import BY_TIME, Ask, Column, Progress, Row, Table
from mhud.services.report_stretches import Stretch, stretches
from mhud.store import figures as store
from mhud.store.database import Tx
from mhud.store.figures import GREATEST
from mhud.store.figures_read import FiguresReader, Part

AT_ONCE = 31 * 96  # quarters in one statement, so that others have their turn between
Key = tuple[int, str]
"""Of a row: the place of its stretch, and its queue or agent."""
_BUSY = ("on_call_s", "wrap_up_s")
_STAFFED = (*_BUSY, "ringing_s", "available_s")
_LEVEL = (
    "stays",
    "stays_answered",
    "stays_answered_within",
    "stays_abandoned",
    "stays_abandoned_within",
)
_COLUMN = {"queue": "queue_id", "agent": "agent_id"}


def formulas_of(live: LiveState) -> dict[str, SlaFormula]:
    """The queues' formulas of the service level, for `Ask.formulas`."""
    return {queue.id: queue.profile.sla_formula for queue in live.queues.values()}


async def rows_to_read(tx: Tx, ask: Ask) -> int:
    """What a report of this costs, in rows of sums."""
    found = stretches(ask)
    if not found:
        return 0
    first, last = found[0].quarters[0], found[-1].quarters[1]
    return await FiguresReader(tx, Part()).rows((first, last))


async def figures(
    tx: Tx, ask: Ask, progress: Progress = lambda done: None, *, callers: Callers
) -> Table:
    """Reads in the transaction, whose view of the calls is the report's.

    `callers` is that of the ledger (`services/callers.py`). Raises KeyError for a metric that
    there is not; MhudError SERVICE_UNAVAILABLE.
    """
    gathering = _Gathering(ask)
    parts = stretches(ask)
    for place, stretch in enumerate(parts):
        await gathering.add_rests(tx, place, stretch, callers)
    steps = list(_steps(parts))
    for done, step in enumerate(steps):
        progress(done / len(steps))
        await gathering.add(tx, *step)
    progress(1.0)
    return gathering.table(parts)


def _steps(parts: Sequence[Stretch]) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
    """Places and their quarters, so many that a statement reads about AT_ONCE; long ones cut."""
    places: list[int] = []
    spans: list[tuple[int, int]] = []
    length = 0
    for place, part in enumerate(parts):
        first, last = part.quarters
        for since in range(first, last, AT_ONCE):
            until = min(last, since + AT_ONCE)
            if length and length + until - since > AT_ONCE:
                yield places, spans
                places, spans, length = [], [], 0
            places.append(place)
            spans.append((since, until))
            length += until - since
    if spans:
        yield places, spans


class _Gathering:
    """Sums by row, as they come; and who called, as numbers in rows of eight bytes."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._part = Part(queues=ask.queues, agents=ask.agents)
        self._needs = {need for name in ask.metrics for need in METRICS[name].needs}
        self._wants_time = "staffed_s" in self._needs and not (
            ask.queues or ask.group_by == "queue"
        )
        self._wants_callers = "callers" in self._needs or "repeaters" in self._needs
        self._wants_level = "level_below" in self._needs
        level = _LEVEL if self._wants_level else ()
        self._measures = tuple(sorted(self._needs & set(store.NO_COUNTS) | set(level)))
        self._sums: dict[Key, dict[str, int]] = {}
        self._total = _nothing()
        self._callers: dict[Key, array[int]] = defaultdict(_longs)
        self._all_callers = _longs()

    # ---- what is read

    async def add(self, tx: Tx, places: Sequence[int], spans: Sequence[tuple[int, int]]) -> None:
        """The sums of whole quarters."""
        reader, by = FiguresReader(tx, self._part), self._ask.group_by
        if self._measures:
            by_queue = by == "queue" or self._wants_level
            for sums in await reader.sums(
                spans, self._measures, by_queue=by_queue, by_agent=by == "agent"
            ):
                key = places[sums.place], self._name(sums.queue_id, sums.agent_id)
                self._add_calls(key, sums.queue_id, sums.values)
        if self._wants_time:
            for sums in await reader.time(spans, _STAFFED, by_agent=by == "agent"):
                self._add_time((places[sums.place], sums.agent_id), sums.values)
        if self._wants_callers:
            for one in await reader.callers(spans, by=_COLUMN.get(by)):
                self._add_callers((places[one.place], one.by), one.callers + one.more)

    async def add_rests(self, tx: Tx, place: int, stretch: Stretch, callers: Callers) -> None:
        """What lies within a quarter."""
        for since, until in stretch.rests:
            tally = Tally()
            for call in await store.began(tx, since, until):
                tally.add_call(call, callers)
            for spell in await store.wrap_ups(tx, since, until):
                tally.add_wrap_up(spell)
            for spell in await store.spells(tx, since, until) if self._wants_time else ():
                tally.add_time(spell, since, until)
            self._add_tally(place, tally)

    def _add_tally(self, place: int, tally: Tally) -> None:
        agents = bool(self._ask.agents) or self._ask.group_by == "agent"
        for (by_agent, _, queue_id, agent_id), counts in tally.calls.items():
            if by_agent == int(agents) and self._is_part(queue_id, agent_id):
                self._add_calls((place, self._name(queue_id, agent_id)), queue_id, counts)
        for (_, agent_id), seconds in tally.time.items():
            if not self._ask.agents or agent_id in self._ask.agents:
                self._add_time((place, self._name("", agent_id)), seconds)
        for (_, queue_id, agent_id, caller), calls in tally.callers.items():
            if self._is_part(queue_id, agent_id):
                self._add_callers((place, self._name(queue_id, agent_id)), [caller] * calls)

    def _is_part(self, queue_id: str, agent_id: str) -> bool:
        ask = self._ask
        return (not ask.queues or queue_id in ask.queues) and (
            not ask.agents or agent_id in ask.agents
        )

    def _name(self, queue_id: str, agent_id: str) -> str:
        return {"queue": queue_id, "agent": agent_id}.get(self._ask.group_by, "")

    # ---- what is added up

    def _add_calls(self, key: Key, queue_id: str, counts: Mapping[str, int]) -> None:
        more = {name: counts[name] for name in self._measures}
        if self._wants_level:
            formula = self._ask.formulas.get(queue_id, SlaFormula.WITHOUT_ABANDONED)
            parts = SlaParts(formula, 0, *(counts[name] for name in _LEVEL))
            more["level_above"], more["level_below"] = parts.fraction()
        self._add(key, more)

    def _add_time(self, key: Key, seconds: Mapping[str, int]) -> None:
        busy = sum(seconds[name] for name in _BUSY)
        self._add(key, {"busy_s": busy, "staffed_s": sum(seconds[name] for name in _STAFFED)})

    def _add(self, key: Key, more: Mapping[str, int]) -> None:
        for sums in (self._sums.setdefault(key, _nothing()), self._total):
            for name, count in more.items():
                sums[name] = max(sums[name], count) if name == GREATEST else sums[name] + count

    def _add_callers(self, key: Key, found: list[int]) -> None:
        self._callers[key].extend(found)
        self._all_callers.extend(found)

    # ---- what is printed

    def table(self, parts: Sequence[Stretch]) -> Table:
        metrics = [METRICS[name] for name in self._ask.metrics]
        columns = [Column(name=m.name, title=m.title, unit=m.unit) for m in metrics]
        return Table(
            group_by=self._ask.group_by,
            columns=tuple(columns),
            rows=tuple(self._rows(parts)),
            totals=self._cells(self._total, self._all_callers),
        )

    def _rows(self, parts: Sequence[Stretch]) -> Iterator[Row]:
        if self._ask.group_by in BY_TIME:
            for place, part in enumerate(parts):
                cells = self._cells_of((place, ""))
                yield Row(group=part.name, begins=part.since, cells=cells)
            return
        for name in self._names():
            yield Row(group=name or None, cells=self._cells_of((0, name)))

    def _names(self) -> Iterable[str]:
        """Queues or agents, those that were asked for in any case; nobody comes last."""
        ask = self._ask
        if ask.group_by not in _COLUMN:
            return [""]
        asked = ask.queues if ask.group_by == "queue" else ask.agents
        found = {name for _, name in (*self._sums, *self._callers)} | set(asked)
        return sorted(found, key=lambda name: (not name, name))

    def _cells_of(self, key: Key) -> tuple[Cell, ...]:
        return self._cells(self._sums.get(key, _nothing()), self._callers.get(key, _longs()))

    def _cells(self, sums: dict[str, int], callers: array[int]) -> tuple[Cell, ...]:
        times = Counter(callers)
        sums["callers"], sums["repeaters"] = len(times), sum(n > 1 for n in times.values())
        return tuple(METRICS[name].of_sums(sums) for name in self._ask.metrics)


def _nothing() -> dict[str, int]:
    return defaultdict(int)


def _longs() -> array[int]:
    return array("q")
