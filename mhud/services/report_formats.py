"""A report's table as a file: JSON for programs, CSV for anything, XLSX with a chart for people.

Each writes in pieces. Texts are a queue's or an agent's id, a stretch of time, or a title: none of
them may become a formula in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import orjson

from mhud.clock import rfc3339
from mhud.services.report_ask import Column, Progress, Row, Table
from mhud.services.report_wish import Wish

MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS = tuple(MEDIA)
AT_ONCE = 1000  # rows
_FORMULA = re.compile(r"[\s\x00]*[=+\-@\t\r]")
Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table, and what it is the answer to."""

    report_id: str
    made_at: datetime
    wish: Wish
    table: Table

    @property
    def group_title(self) -> str:
        return self.wish.matter.group_by

    @property
    def about(self) -> Mapping[str, Any]:
        """As a head of what follows."""
        matter = self.wish.matter
        return {
            "report_id": self.report_id,
            "generated_at": rfc3339(self.made_at),
            "start_date": rfc3339(self.wish.begin),
            "end_date": rfc3339(self.wish.end),
            "time_zone": matter.zone,
            "group_by": matter.group_by,
            "queues": None if matter.queues is None else list(matter.queues),
            "agents": None if matter.agents is None else list(matter.agents),
        }


def write_json(sheet: Sheet, write: Write, progress: Progress) -> None:
    """One object. A row has its `group` and each metric under its name."""
    table = sheet.table
    head = orjson.dumps({**sheet.about, "metrics": [_described(one) for one in table.columns]})
    write(head[:-1] + b',"rows":[')
    comma = b""
    for rows in _pieces(table, progress):
        told = b",".join(orjson.dumps(_object(row, table)) for row in rows)
        write(comma + told)
        comma = b","
    write(b'],"totals":' + orjson.dumps(_cells(table.columns, table.totals)) + b"}\n")


def write_csv(sheet: Sheet, write: Write, progress: Progress) -> None:
    """A line of names, the rows, and the totals, as RFC 4180 says. An empty cell is empty."""
    table = sheet.table
    names = [one.name for one in table.columns]
    write(_lines([[sheet.group_title, *names]]))
    for rows in _pieces(table, progress):
        write(_lines([[label(row), *row.cells] for row in rows]))
    if table.group_by != "none":
        write(_lines([["total", *table.totals]]))


def label(row: Row) -> str:
    """Of its line or bar. What is in no queue, or was nobody's, has an empty one."""
    return row.group or ""


def _pieces(table: Table, progress: Progress) -> Iterator[tuple[Row, ...]]:
    left, done = iter(table.rows), 0
    while rows := tuple(islice(left, AT_ONCE)):
        yield rows
        done += len(rows)
        progress(done / len(table.rows))


def _described(column: Column) -> dict[str, str]:
    return {"name": column.name, "title": column.title, "unit": column.unit.value}


def _object(row: Row, table: Table) -> dict[str, Any]:
    begins = {} if row.begins is None else {"begins": rfc3339(row.begins)}
    return {"group": row.group, **begins, **_cells(table.columns, row.cells)}


def _cells(columns: tuple[Column, ...], cells: tuple[Any, ...]) -> dict[str, Any]:
    return {column.name: cell for column, cell in zip(columns, cells, strict=True)}


def _lines(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([[_harmless(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
