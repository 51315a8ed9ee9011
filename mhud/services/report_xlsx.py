"""A report as a spreadsheet: a sheet of figures and a sheet with their chart.

Rows go to a file of their own as they are written, so that many need no memory.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import xlsxwriter

from mhud.services.report_ask import Progress, Unit
from mhud.services.report_formats import AT_ONCE, Sheet, Write, label

FIGURES, CHART = "Report", "Chart"
HEAD = 9  # the row of titles, from 0; above it stands what the report is about
MOST_SERIES = 6
MOST_POINTS = 2000  # of one series, of which more would be a blot
_TITLES = {
    "report_id": "Report",
    "generated_at": "Made at",
    "start_date": "From",
    "end_date": "Until",
    "time_zone": "Time zone",
    "queues": "Queues",
    "agents": "Agents",
}
_FORMATS = {Unit.COUNT: "#,##0", Unit.SECONDS: "#,##0", Unit.PERCENT: "0.0"}
_UNITS = {Unit.COUNT: "", Unit.SECONDS: " (s)", Unit.PERCENT: " (%)"}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(sheet: Sheet, write: Write, progress: Progress, folder: Path) -> None:
    """`folder`: for what is written meanwhile, as readable as the spreadsheet. Raises OSError."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {**OPTIONS, "tmpdir": str(folder)})
    book.set_properties({"title": f"Calls, report {sheet.report_id}", "created": sheet.made_at})
    figures = book.add_worksheet(FIGURES)
    _about(book, figures, sheet)
    _titles(book, figures, sheet)
    _rows(book, figures, sheet, progress)
    if sheet.table.rows:
        _chart(book, sheet)
    book.close()
    write(file.getvalue())


def _about(book: Any, figures: Any, sheet: Sheet) -> None:
    bold = book.add_format({"bold": True})
    figures.set_column(0, 0, 28)
    figures.set_column(1, len(sheet.table.columns), 18)
    figures.freeze_panes(HEAD + 1, 1)
    for place, (name, title) in enumerate(_TITLES.items()):
        value = sheet.about[name]
        told = ", ".join(value) if isinstance(value, list) else value
        figures.write_string(place, 0, title, bold)
        figures.write_string(place, 1, "all" if told is None else told)


def _titles(book: Any, figures: Any, sheet: Sheet) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    figures.write_string(HEAD, 0, sheet.group_title.capitalize(), head)
    for place, column in enumerate(sheet.table.columns, 1):
        figures.write_string(HEAD, place, column.title + _UNITS[column.unit], head)


def _rows(book: Any, figures: Any, sheet: Sheet, progress: Progress) -> None:
    table = sheet.table
    kinds = [book.add_format({"num_format": _FORMATS[one.unit]}) for one in table.columns]
    for place, row in enumerate(table.rows, 1):
        figures.write_string(HEAD + place, 0, label(row))
        _cells(figures, HEAD + place, row.cells, kinds)
        if place % AT_ONCE == 0:
            progress(place / len(table.rows))
    if table.group_by != "none":
        totals = HEAD + len(table.rows) + 1
        bold = {"bold": True, "top": 1}
        kinds = [
            book.add_format({**bold, "num_format": _FORMATS[one.unit]}) for one in table.columns
        ]
        figures.write_string(totals, 0, "Total", book.add_format(bold))
        _cells(figures, totals, table.totals, kinds)


def _cells(figures: Any, place: int, cells: tuple[Any, ...], kinds: list[Any]) -> None:
    for column, (cell, kind) in enumerate(zip(cells, kinds, strict=True), 1):
        if cell is None:
            figures.write_blank(place, column, None, kind)
        else:
            figures.write_number(place, column, cell, kind)


def _chart(book: Any, sheet: Sheet) -> None:
    """Of the metrics that have the first one's unit: others need another axis."""
    table = sheet.table
    kind = "line" if table.group_by in ("hour", "day", "week", "month") else "column"
    chart = book.add_chart({"type": kind})
    unit = table.columns[0].unit
    same = [place for place, one in enumerate(table.columns, 1) if one.unit is unit]
    shown = table.rows[:MOST_POINTS]
    last = HEAD + len(shown)
    for place in same[:MOST_SERIES]:
        chart.add_series(
            {
                "name": table.columns[place - 1].title,
                "categories": [FIGURES, HEAD + 1, 0, last, 0],
                "values": [FIGURES, HEAD + 1, place, last, place],
                # rows that are on disk already can't be looked up, and not every viewer does
                "categories_data": [label(row) for row in shown],
                "values_data": [row.cells[place - 1] for row in shown],
            }
        )
    chart.set_title({"name": "Calls"})
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    book.add_chartsheet(CHART).set_chart(chart)
