"""What a report of calls is asked, and what it answers. What each metric is: `metrics.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from mhud.live.words import SlaFormula
from mhud.services.metrics import Cell as Cell
from mhud.services.metrics import Unit as Unit

GroupBy = Literal["hour", "day", "week", "month", "queue", "agent", "none"]
GROUPINGS: tuple[str, ...] = get_args(GroupBy)
BY_TIME = ("hour", "day", "week", "month")

Progress = Callable[[float], None]
"""Is told how much is done, from 0 to 1, again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Calls that began from `start`, inclusive, to `end`, exclusive; both aware.

    `timezone` is where hours, days, weeks (from Monday) and months are cut. Without `queues` or
    `agents` all of them count. `formulas` are the queues' own for the service level
    (`report_figures.formulas_of`); a queue that is not named has `without-abandoned`.
    """

    start: datetime
    end: datetime
    timezone: ZoneInfo
    metrics: tuple[str, ...]
    group_by: GroupBy = "none"
    queues: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    formulas: Mapping[str, SlaFormula] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`name` is the metric's; `title` is for people's eyes."""

    name: str
    title: str
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`group` names it: `2026-03-29`, `2026-W13`, `2026-03`, an hour as local time with its offset
    (`2026-03-29T03:00:00+02:00`), a queue's or an agent's id. None: calls in no queue, those that
    nobody took, or all, when nothing is grouped. `begins` is a stretch of time's first instant in
    UTC, as far as it was asked for. There is a cell for each column; None: nothing was measured.
    """

    group: str | None
    begins: datetime | None = None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows in the order of time, or by id with None last. `totals` are of all that was asked for,
    not sums of the rows: averages, and callers in two rows, don't add up.
    """

    group_by: GroupBy
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Cell, ...]
