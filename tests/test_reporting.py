"""What the process that makes a report does, and what it says when it can't."""

from __future__ import annotations

import csv
import errno
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mhud import reporting
from mhud.clock import rfc3339
from mhud.errors import Code, MhudError
from mhud.services.file_keys import FileKeys
from mhud.services.report_formats import MEDIA
from mhud.services.report_jobs import Job
from mhud.services.report_wish import Matter, wish
from mhud.store.key import DatabaseKey
from mhud.vault import Vault
from tests.houses import House, house

BEGIN, END = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 3, tzinfo=UTC)
MATTER = Matter(metrics=("total_calls", "service_level"), group_by="day", zone="UTC")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as one:
        yield one


def job(home: House, form: str, **changes: Any) -> Job:
    db, folder = home.services.db, home.services.settings.data_dir / "reports"
    folder.mkdir(exist_ok=True)
    told: dict[str, Any] = {
        "report_id": "report-1",
        "database": str(db.path),
        "key": None if db.key is None else db.key.digits,
        "folder": str(folder),
        "filename": f"report_0123456789abcdef.{form}",
        "format": form,
        "wish": wish(BEGIN, END, MATTER).stored(),
        "formulas": {"support": "handled-only"},
        "made_at": rfc3339(END),
        "data_dir": str(home.services.settings.data_dir),
        "region": "KE",
    }
    return Job(**{**told, **changes})


async def made(home: House, form: str) -> tuple[bytes, list[int]]:
    """The file, and the percents that were said."""
    percents: list[int] = []

    def say(**told: Any) -> None:
        percents.append(told["percent"])

    wanted = job(home, form)
    size, rows = await reporting.make(wanted, say)
    keys = await FileKeys.open(home.services.db, home.services.clock)
    file, reader = Vault(Path(wanted.folder), keys).open(wanted.filename)
    with file:
        whole = b"".join(reader.read())
    assert (size, rows) == (len(whole), 2)
    return whole, percents


async def test_each_format_says_the_same_and_how_far_it_is(home: House) -> None:
    whole, percents = await made(home, "json")
    shown = [[row["group"], row["total_calls"]] for row in json.loads(whole)["rows"]]
    assert shown == [["2025-03-01", 0], ["2025-03-02", 0]]
    assert percents == sorted(set(percents))
    assert percents[-1] == 99
    whole, _ = await made(home, "csv")
    lines = list(csv.reader(io.StringIO(whole.decode(), newline="")))
    assert [row[:2] for row in lines[1:3]] == [["2025-03-01", "0"], ["2025-03-02", "0"]]
    whole, _ = await made(home, "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(whole))["Report"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=11, max_col=2)]
    assert rows[:2] == shown
    assert len(list_of(home)) == len(MEDIA)


def list_of(home: House) -> list[Path]:
    """What lies in the vault: no part of a spreadsheet is left."""
    return list((home.services.settings.data_dir / "reports").iterdir())


async def test_a_database_that_does_not_open_says_so(home: House) -> None:
    with pytest.raises(MhudError) as caught:
        await reporting.make(job(home, "csv", key=DatabaseKey.new().digits), print)
    assert reporting.told(caught.value) == {"problem": "database", "again": True}


@pytest.mark.parametrize(
    ("error", "problem", "again"),
    [
        (OSError(errno.ENOSPC, "x"), "disk-full", False),
        (OSError(errno.EIO, "x"), "disk", False),
        (ValueError(OSError(errno.EDQUOT, "x")), "disk-full", False),
        (MemoryError(), "too-large", False),
        (MhudError(Code.SERVICE_UNAVAILABLE, "x"), "database", True),
        (MhudError(Code.INVALID, "x"), "unplanned", False),
        (KeyError("+254700123456"), "unplanned", False),
    ],
)
def test_what_went_wrong_is_said_by_a_word_and_quotes_nothing(
    error: Exception, problem: str, again: bool
) -> None:
    told = reporting.told(error)
    assert (told["problem"], told["again"]) == (problem, again)
    assert "254700" not in str(told)
