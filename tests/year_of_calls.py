"""A year of calls: every metric in every grouping beside the truth, and how long mhud takes.

    python -m tests.year_of_calls [--calls 1000000] [--folder DIR] [--seed N]

Prints a line for each report, and what differs; ends with 1 when anything does. A folder that has
the year already is only read. What is measured is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from mhud.store.database import Database
from tests.many_calls import Made, ManyCalls
from tests.report_house import Question, answer, differences, fill
from tests.report_truth import GROUPINGS, METRICS, Truth
from tests.sealed_store import KEY

ZONES = (ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu"))
FIRST, DAYS = date(2025, 1, 1), 365
PRINTED = ("total_calls", "average_handle_time", "abandonment_rate")  # in the API document


def year(zone: ZoneInfo, group_by: str) -> Question:
    start, end = (datetime(2025 + n, 1, 1, tzinfo=zone) for n in (0, 1))
    return Question(start=start, end=end, zone=zone, group_by=group_by)


def calls(count: int, seed: int) -> Iterator[Made]:
    """Day by day; more agents and people, the more calls there are."""
    for day in range(DAYS):
        today = count * (day + 1) // DAYS - count * day // DAYS
        many = ManyCalls(seed + day, ZONES[0], FIRST + timedelta(days=day), 1, agents=40)
        yield from many.make(today, people=count // 3 + 1, name=f"call{day:03}-")


async def compare(path: Path, count: int, seed: int) -> list[str]:
    """What differs, in words."""
    db, truth = await Database.open(path, KEY), Truth()
    try:
        await fill(db, calls(count, seed), truth, records=False)
        found = []
        for zone in ZONES:
            for group_by in GROUPINGS:
                asked = year(zone, group_by)
                wrong = differences(await answer(db, asked), truth, asked)
                print(f"{zone.key:16} {group_by:6} {len(wrong)} cells differ", flush=True)
                found += wrong
        return found
    finally:
        truth.close()
        await db.close()


async def measure(path: Path) -> None:
    """Seconds of each report, and the memory of a process that does nothing else."""
    db = Database(path, KEY)
    for group_by in GROUPINGS:
        for metrics in (PRINTED, METRICS):
            began, work = time.perf_counter(), time.process_time()
            table = await answer(db, replace(year(ZONES[0], group_by)), metrics)
            took, cpu = time.perf_counter() - began, time.process_time() - work
            print(
                f"{group_by:6} {len(metrics):2} metrics {len(table.rows):5} rows "
                f"{took:6.2f} s, {cpu:5.2f} s of CPU",
                flush=True,
            )
    await db.close()
    print(f"memory: {_peak_kb() // 1024} MB")


def _peak_kb() -> int:
    """Of this program; what `getrusage` says is at least what its parent had."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        path = (options.folder or Path(temporary)) / f"year-{options.calls}.db"
        found = []
        if not path.exists():
            found = asyncio.run(compare(path, options.calls, options.seed))
            print("\n".join(found[:50]))
            again = [*sys.argv[1:], "--folder", str(path.parent)]
            subprocess.run([sys.executable, "-m", "tests.year_of_calls", *again], check=True)
        else:
            asyncio.run(measure(path))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
