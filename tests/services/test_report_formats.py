"""A report's table as a file, read back by what people and programs read such files with."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from mhud.services.metrics import METRICS
from mhud.services.report_ask import Column, GroupBy, Row, Table
from mhud.services.report_formats import AT_ONCE, Sheet, write_csv, write_json
from mhud.services.report_wish import Matter, wish
from mhud.services.report_xlsx import HEAD, write_xlsx

AT = datetime(2025, 3, 3, 9, tzinfo=UTC)
NAMES = ("total_calls", "abandonment_rate", "average_handle_time")


def sheet(group_by: GroupBy, *rows: Row, queues: tuple[str, ...] | None = None) -> Sheet:
    columns = [
        Column(name=m.name, title=m.title, unit=m.unit) for m in map(METRICS.get, NAMES) if m
    ]
    matter = Matter(metrics=NAMES, group_by=group_by, zone="Africa/Nairobi", queues=queues)
    begin, end = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 2, tzinfo=UTC)
    table = Table(group_by=group_by, columns=tuple(columns), rows=rows, totals=(7, 14.3, None))
    return Sheet(report_id="report-1", made_at=AT, wish=wish(begin, end, matter), table=table)


def text_of(write: Callable[..., None], shown: Sheet) -> str:
    pieces: list[bytes] = []
    write(shown, pieces.append, lambda done: None)
    return b"".join(pieces).decode()


def book_of(shown: Sheet, tmp_path: Path) -> Any:
    pieces: list[bytes] = []
    write_xlsx(shown, pieces.append, lambda done: None, tmp_path)
    return openpyxl.load_workbook(io.BytesIO(b"".join(pieces)))


DAYS = sheet(
    "day",
    Row(group="2025-03-01", begins=datetime(2025, 3, 1, tzinfo=UTC), cells=(7, 14.3, 95)),
    Row(group="2025-03-02", begins=datetime(2025, 3, 2, tzinfo=UTC), cells=(0, None, None)),
)
HOSTILE = sheet(
    "queue",
    *(
        Row(group=name, cells=(1, None, None))
        for name in ("=1+1", "+254", "-2", "@SUM(A1)", "\t=1", " =1", "https://x.test", "a,b", None)
    ),
    queues=("=cmd|' /C calc'!A0", "support"),
)


def test_json_has_each_metric_under_its_name_and_null_where_nothing_was_measured() -> None:
    shown = json.loads(text_of(write_json, DAYS))
    assert shown["report_id"] == "report-1"
    assert (shown["start_date"], shown["end_date"]) == (
        "2025-03-01T00:00:00Z",
        "2025-03-02T00:00:00Z",
    )
    assert (shown["time_zone"], shown["group_by"], shown["queues"]) == (
        "Africa/Nairobi",
        "day",
        None,
    )
    assert [one["unit"] for one in shown["metrics"]] == ["count", "percent", "seconds"]
    assert shown["rows"] == [
        {
            "group": "2025-03-01",
            "begins": "2025-03-01T00:00:00Z",
            "total_calls": 7,
            "abandonment_rate": 14.3,
            "average_handle_time": 95,
        },
        {
            "group": "2025-03-02",
            "begins": "2025-03-02T00:00:00Z",
            "total_calls": 0,
            "abandonment_rate": None,
            "average_handle_time": None,
        },
    ]
    assert shown["totals"] == {
        "total_calls": 7,
        "abandonment_rate": 14.3,
        "average_handle_time": None,
    }


@pytest.mark.parametrize("rows", [0, 1, AT_ONCE, AT_ONCE + 1])
def test_json_is_whole_however_many_rows_there_are(rows: int) -> None:
    many = sheet("agent", *(Row(group=f"agent{n}", cells=(n, None, None)) for n in range(rows)))
    shown = json.loads(text_of(write_json, many))
    assert [one["total_calls"] for one in shown["rows"]] == list(range(rows))


def test_csv_has_names_rows_and_totals_and_leaves_empty_cells_empty() -> None:
    assert text_of(write_csv, DAYS) == (
        "day,total_calls,abandonment_rate,average_handle_time\r\n"
        "2025-03-01,7,14.3,95\r\n"
        "2025-03-02,0,,\r\n"
        "total,7,14.3,\r\n"
    )


def test_one_row_of_everything_has_no_totals_below_it() -> None:
    shown = sheet("none", Row(group=None, cells=(7, 14.3, None)))
    assert text_of(write_csv, shown).count("\r\n") == 2


def test_no_text_in_a_csv_is_taken_for_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(text_of(write_csv, HOSTILE), newline="")))
    assert [row[0] for row in rows[1:]] == [
        "'=1+1",
        "'+254",
        "'-2",
        "'@SUM(A1)",
        "'\t=1",
        "' =1",
        "https://x.test",
        "a,b",
        "",
        "total",
    ]


def test_a_spreadsheet_has_figures_as_numbers_below_what_they_are_about(tmp_path: Path) -> None:
    figures = book_of(DAYS, tmp_path)["Report"]
    about = {row[0].value: row[1].value for row in figures.iter_rows(max_row=HEAD)}
    assert about["Report"] == "report-1"
    assert (about["From"], about["Until"]) == ("2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z")
    assert (about["Time zone"], about["Queues"]) == ("Africa/Nairobi", "all")
    rows = [[cell.value for cell in row] for row in figures.iter_rows(min_row=HEAD + 1)]
    assert rows == [
        ["Day", "Calls", "Abandonment rate (%)", "Average handle time (s)"],
        ["2025-03-01", 7, 14.3, 95],
        ["2025-03-02", 0, None, None],
        ["Total", 7, 14.3, None],
    ]


def test_a_spreadsheet_has_a_sheet_with_the_chart_of_what_has_the_first_unit(
    tmp_path: Path,
) -> None:
    book = book_of(DAYS, tmp_path)
    assert book.sheetnames == ["Report", "Chart"]
    (chart,) = book["Chart"]._charts
    (series,) = chart.series
    assert series.val.numRef.f == "Report!$B$11:$B$12"
    assert series.cat.strRef.f == "Report!$A$11:$A$12"


def test_nothing_to_show_is_a_spreadsheet_without_a_chart(tmp_path: Path) -> None:
    assert book_of(sheet("agent"), tmp_path).sheetnames == ["Report"]


def test_no_text_in_a_spreadsheet_is_a_formula_or_a_link(tmp_path: Path) -> None:
    pieces: list[bytes] = []
    write_xlsx(HOSTILE, pieces.append, lambda done: None, tmp_path)
    with ZipFile(io.BytesIO(b"".join(pieces))) as package:
        figures = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in figures
    assert "hyperlink" not in figures
    assert "=1+1" in figures
