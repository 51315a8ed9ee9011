"""Reports are made by processes: real ones, and ones that fail in all ways."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from mhud.errors import Code, MhudError
from mhud.services.report_jobs import PACKAGES, Runner
from mhud.services.report_making import PAUSE_S, TRIES, ReportMaker
from mhud.services.report_wish import Wish
from mhud.services.rights import COMMAND_LINE
from mhud.store.reports import Report, ReportRepository
from mhud.store.schema_tellings import tellings
from tests.fake_clock import settle
from tests.houses import House, house
from tests.report_things import asked, finished

LONGEST_S = 60
pytestmark = pytest.mark.timeout(120)  # processes start in it


async def of(home: House, report: Report) -> Report:
    return await home.services.reports.reports.one(report.id)


async def ended(home: House, report: Report) -> Report:
    """When it is not being made any more."""
    async with asyncio.timeout(LONGEST_S):
        while (now := await of(home, report)).status == "generating":
            await home.clock.advance(PAUSE_S)
    return now


@asynccontextmanager
async def making(
    home: House, module: str | None = None, longest_s: float = 60
) -> AsyncIterator[ReportMaker]:
    """By a process that does something else."""
    maker = home.services.reports.maker
    if module is not None:
        maker.runner = Runner(longest_s, f"tests.report_processes.{module}")
    work = asyncio.create_task(maker.run())
    try:
        yield maker
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def files(home: House) -> list[Path]:
    return sorted((home.services.settings.data_dir / "reports").glob("*"))


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as one:
        yield one


async def test_what_was_asked_for_before_a_restart_is_made_after_it_sealed_and_told(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        report = await asked(home.services, await home.person())
    async with house(tmp_path) as home, making(home):
        made = await ended(home, report)
        async with home.services.db.read() as tx:
            (told,) = (await tx.execute(select(tellings.c.public))).scalars()
        link = home.services.reports.reports.link(made)
    assert (made.status, made.rows, made.tries) == ("completed", 2, 1)
    assert made.size == len("day,total_calls\r\n2025-03-02,0\r\n2025-03-03,0\r\ntotal,0\r\n")
    (file,) = files(home)
    assert file.name == made.filename
    assert b"total_calls" not in file.read_bytes()
    assert told["type"] == "report.completed"
    assert told["report"]["report_id"] == report.id
    assert link is not None
    assert link.startswith(f"/reports/download/{report.id}.csv?signature=")


async def test_a_process_that_is_killed_again_and_again_is_given_up(home: House) -> None:
    report = await asked(home.services, await home.person())
    async with making(home, "dies"):
        failed = await ended(home, report)
    assert (failed.status, failed.problem, failed.tries) == ("failed", "interrupted", TRIES)
    assert files(home) == []


async def test_a_process_that_takes_too_long_is_ended(home: House) -> None:
    report = await asked(home.services, await home.person())
    async with making(home, "stalls", longest_s=0.5):
        failed = await ended(home, report)
    assert (failed.status, failed.problem, failed.tries) == ("failed", "took-too-long", 1)


async def test_a_report_that_is_deleted_while_it_is_made_is_not_made(home: House) -> None:
    user_id = await home.person()
    first = await asked(home.services, user_id)
    await home.clock.advance(1)
    second = await asked(home.services, user_id)
    async with making(home, "stalls") as maker, asyncio.timeout(LONGEST_S):
        while maker.progress_of(first.id) == 0:
            await settle()
        await home.services.reports.reports.remove(COMMAND_LINE, first.id)
        while maker.progress_of(second.id) == 0:
            await settle()
        assert maker.progress_of(first.id) == 0


async def test_a_disk_that_is_full_fails_the_report_and_leaves_nothing(home: House) -> None:
    report = await asked(home.services, await home.person())
    async with making(home, "full"):
        failed = await ended(home, report)
    assert (failed.status, failed.problem, failed.tries) == ("failed", "disk-full", 1)
    assert files(home) == []


async def test_the_space_that_calls_need_is_left_alone(tmp_path: Path) -> None:
    async with house(tmp_path, reports={"spare_bytes": 2**60}) as home:
        report = await asked(home.services, await home.person())
        with pytest.raises(MhudError) as caught:
            await home.services.reports.reports.ask(COMMAND_LINE, Wish.of(report.wish), "csv")
        assert (caught.value.code, caught.value.message) == (
            Code.SERVICE_UNAVAILABLE,
            "the disk is full",
        )
        async with making(home):
            assert (await ended(home, report)).problem == "disk-full"


async def test_reports_are_expected_one_after_the_other(home: House) -> None:
    user_id = await home.person()
    first = await asked(home.services, user_id)
    who = replace(COMMAND_LINE, user_id=user_id)
    estimates = []
    for _ in range(2):
        report = await home.services.reports.reports.ask(who, Wish.of(first.wish), "csv")
        estimates.append(report.estimated_completion)
    assert first.created_at < estimates[0] < estimates[1]


async def test_files_without_reports_go_at_the_start_and_reports_without_files_say_so(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        user_id = await home.person()
        kept, _ = await finished(home.services, user_id)
        lost, _ = await finished(home.services, user_id)
        folder = tmp_path / "reports"
        (folder / str(lost.filename)).unlink()
        for name in ("report_0123456789abcdef.csv.part", "notes.txt"):
            (folder / name).write_bytes(b"x")
        (folder / "work-abc").mkdir()
        (folder / "work-abc" / "sheet").write_bytes(b"x")
    async with house(tmp_path) as home:
        assert {one.name for one in files(home)} == {kept.filename, "notes.txt"}
        assert (await of(home, kept)).status == "completed"
        assert (await of(home, lost)).status == "expired"


def test_a_process_whose_daemon_is_gone_ends() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.report_processes.outlives"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PACKAGES,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"{}\n")
        process.stdin.flush()
        assert process.stdout.readline() == b'{"percent": 10}\n'
        process.stdin.close()
        assert process.wait(LONGEST_S) == 1


async def test_a_report_that_is_not_understood_fails_and_ends_nothing_else(home: House) -> None:
    report = await asked(home.services, await home.person())
    async with home.services.db.write() as tx:
        wish = {**report.wish, "zone": "Atlantis/Capital"}
        await ReportRepository(tx).change(report.id, wish=wish)
    async with making(home):
        assert (await ended(home, report)).problem == "unplanned"


async def test_a_database_that_refuses_for_a_while_delays_reports_and_loses_none(
    home: House,
) -> None:
    report = await asked(home.services, await home.person())
    await rename(home, "reports", "elsewhere")
    async with making(home, "stalls") as maker, asyncio.timeout(LONGEST_S):
        while home.services.db.healthy:
            await settle()
        assert maker.current is None
        await rename(home, "elsewhere", "reports")
        while maker.current != report.id:
            await home.clock.advance(PAUSE_S)


async def rename(home: House, table: str, name: str) -> None:
    async with home.services.db.write() as tx:
        await tx.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")
