"""A database of many calls, counted as the ledger does it; and reports beside the truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from mhud.feeds.counting import Tally
from mhud.feeds.records import call_row
from mhud.live.words import SlaFormula
from mhud.services.report_ask import Ask, Table
from mhud.services.report_figures import figures
from mhud.store.calls import save_calls
from mhud.store.database import Database
from tests.many_calls import Made
from tests.report_truth import METRICS, Truth, nothing

FORMULAS = {"crisis": "handled-only", "youth": "positive", "legal": "negative"}
BATCH = 5000


def callers(number: str | None) -> int | None:
    """One for all spellings of a number."""
    return int(number[-8:]) if number and number[-8:].isdigit() else None


async def fill(
    db: Database, made: Iterable[Made], truth: Truth | None = None, *, records: bool = True
) -> int:
    """Without `records` a report can't begin in the midst of a quarter of an hour."""
    total, rest = 0, iter(made)
    while batch := list(islice(rest, BATCH)):
        total += len(batch)
        tally = Tally()
        for one in batch:
            tally.add_call(one.call, callers)
            for spell in one.spells:
                tally.add_spell(spell)
            if truth is not None:
                truth.add(one)
        async with db.write() as tx:
            if records:
                rows = [call_row(one.call, ZoneInfo("UTC")) for one in batch]
                await save_calls(tx, rows)
            else:
                tally.spells.clear()
            await tally.save(tx)
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    start: datetime
    end: datetime
    zone: ZoneInfo
    group_by: str
    queues: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()


async def answer(db: Database, asked: Question, metrics: tuple[str, ...] = METRICS) -> Table:
    ask = Ask(
        start=asked.start,
        end=asked.end,
        timezone=asked.zone,
        metrics=metrics,
        group_by=asked.group_by,  # type: ignore[arg-type]
        queues=asked.queues,
        agents=asked.agents,
        formulas={queue: SlaFormula(formula) for queue, formula in FORMULAS.items()},
    )
    async with db.read() as tx:
        return await figures(tx, ask, callers=callers)


def differences(table: Table, truth: Truth, asked: Question) -> list[str]:
    """In words; none is right."""
    rows, totals = truth.report(
        asked.start, asked.end, asked.zone, asked.group_by, asked.queues, asked.agents, FORMULAS
    )
    got = {row.group or "": list(row.cells) for row in table.rows}
    found = [*_cells("totals", list(table.totals), totals)]
    for name in sorted(got | rows):
        found += _cells(name, got.get(name), rows.get(name, nothing()))
    return found


def _cells(name: str, got: list[Any] | None, wanted: list[Any]) -> Iterator[str]:
    if got is None:
        yield f"no row {name}"
        return
    for metric, one, other in zip(METRICS, got, wanted, strict=True):
        if one != other:
            yield f"{name}: {metric} is {one}, not {other}"
