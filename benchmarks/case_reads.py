"""A list, a search and statistics over HTTP, at ten thousand cases and at a million.

    python -m benchmarks.case_reads [SMALL LARGE] [plain]

The whole daemon answers, one question after the other, in turns. Databases are built in a temporary
directory, or kept in MHUD_BENCH_CASES for the next time.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import aiohttp

from benchmarks.case_builder import COMMON_WORDS, PHRASE, PREFIX, RARE_WORD, build
from benchmarks.common import LOAD_CORE, Figure, emit, pin, rss_mb, say
from benchmarks.house import House, house

SIZES = 10_000, 1_000_000
TURNS = 40
P95_MS, STATISTICS_MS = 50, 100
Took = dict[str, list[float]]


def questions(count: int) -> Mapping[str, tuple[int, str, dict[str, object]]]:
    """Whose key (0 a supervisor's, 1 an operator's), the path under the prefix, the query."""
    closed = {"status": "closed"}
    three = {**closed, "priority": "high", "category": "abuse"}
    year = {"start_date": "2024-10-31T21:00:00Z", "end_date": "2025-10-31T21:00:00Z"}
    return {
        "first page": (0, "cases", {}),
        "deep page": (0, "cases", {"offset": count * 9 // 10}),
        "first page of a status": (0, "cases", {"status": "open"}),
        "deep page of a status": (0, "cases", {**closed, "offset": count * 2 // 5}),
        "three filters, with the count": (0, "cases", three),
        "an operator's page": (1, "cases", {}),
        "an operator's three filters": (1, "cases", three),
        "search: rare word": (0, "search/cases", {"q": RARE_WORD}),
        "search: two common words": (0, "search/cases", {"q": COMMON_WORDS}),
        "search: prefix": (0, "search/cases", {"q": PREFIX}),
        "search: short prefix": (0, "search/cases", {"q": "ch*"}),
        "search: phrase": (0, "search/cases", {"q": PHRASE}),
        "search: commonest word": (0, "search/cases", {"q": "child"}),
        "search: a word of all": (0, "search/cases", {"q": "case"}),
        "search: case number": (0, "search/cases", {"q": f"CASE-2024-{count // 3:07d}"}),
        "search: title only": (0, "search/cases", {"q": "child", "fields": "title"}),
        "an operator's search": (1, "search/cases", {"q": COMMON_WORDS}),
        "statistics of a year": (0, "statistics/cases", year),
        "statistics of all time": (0, "statistics/cases", {}),
        "an operator's statistics": (1, "statistics/cases", year),
    }


async def ask(
    session: aiohttp.ClientSession, home: House, question: tuple[int, str, dict]
) -> float:
    """Milliseconds. Raises RuntimeError for a refusal."""
    whose, path, query = question
    url = f"http://127.0.0.1:{home.port}/helpline/api/{path}"
    began = monotonic()
    async with session.get(url, params=query, headers={"X-API-Key": home.keys[whose]}) as answer:
        body = await answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered with {answer.status}: {body[:200]!r}")
    return (monotonic() - began) * 1000


async def measure_in(home: House, count: int) -> Took:
    asked = questions(count)
    took: Took = {name: [] for name in asked}
    async with aiohttp.ClientSession() as session:
        for turn in range(TURNS + 1):
            for name, question in asked.items():
                ms = await ask(session, home, question)
                if turn:  # the first one reads the file
                    took[name].append(ms)
    return took


def at(folder: Path, count: int, *, plain: bool) -> Took:
    name = f"{count}-{'plain' if plain else 'encrypted'}"
    there = folder / name
    if not there.exists():
        there.mkdir(parents=True)
        asyncio.run(build(there, count, plain=plain))
    with house(there) as home:
        took = asyncio.run(measure_in(home, count))
        say("memory after the questions", cases=count, mb=round(rss_mb(home.pid)))
    return took


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def compare(folder: Path, small: int, large: int, *, plain: bool) -> list[Figure]:
    before, after = (at(folder, count, plain=plain) for count in (small, large))
    kind = "plain" if plain else "encrypted"
    figures = []
    for name, took in after.items():
        p50, p95 = percentile(took, 0.5), percentile(took, 0.95)
        grown = p50 / percentile(before[name], 0.5)
        say("read", question=name, database=kind, p50_ms=round(p50, 1), p95_ms=round(p95, 1),
            x_of_small=round(grown, 1))  # fmt: skip
        most = STATISTICS_MS if "statistics" in name else P95_MS
        detail = f"{grown:.1f} x that of {small}"
        label = f"Cases: {name}, {large} cases, {kind}, p95"
        figures.append(emit(Figure(label, round(p95, 1), "ms", at_most=most, detail=detail)))
    return figures


def main(small: int = SIZES[0], large: int = SIZES[1], *, plain: bool = False) -> list[Figure]:
    pin(LOAD_CORE)
    kept = os.environ.get("MHUD_BENCH_CASES")
    if kept:
        return compare(Path(kept), small, large, plain=plain)
    with TemporaryDirectory() as directory:
        return compare(Path(directory), small, large, plain=plain)


if __name__ == "__main__":
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(*sizes, plain="plain" in sys.argv)
