"""What a wallboard keeps in memory that hangs on a wall: each minute, after a collection.

    python -m benchmarks.board_memory [MINUTES [AGENTS]]

200 agents and 50 events a second, for half an hour unless told otherwise. A line a minute: the
heap of JavaScript, the page's process as the system counts it, nodes and listeners.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, CDPSession, async_playwright

from benchmarks.board import AGENTS, CHROMIUM, CLOCK, RATE, Shown, metrics
from benchmarks.board_stage import Stage
from benchmarks.common import Figure, emit, median, table

MINUTES = 30
SETTLING_S = 5
CALM = 5  # minutes at each end that are compared: one alone may be an odd one


@dataclass(frozen=True, slots=True)
class Look:
    """`heap` and `resident` in MB."""

    heap: float
    resident: float
    nodes: int
    listeners: int

    def __str__(self) -> str:
        return (
            f"heap {self.heap:.2f} MB, process {self.resident:.1f} MB, "
            f"{self.nodes} nodes, {self.listeners} listeners"
        )


async def measure(minutes: int, agents: int) -> list[Figure]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            return _figures(await _looks(browser, Stage(agents, RATE), minutes))
        finally:
            await browser.close()


async def _looks(browser: Browser, stage: Stage, minutes: int) -> list[Look]:
    async with Shown(browser, stage, "/#/wallboard", ".tile", watch="") as page:
        session = await page.context.new_cdp_session(page)
        process = await _process(browser)
        looks = []
        for minute in range(minutes + 1):
            looks.append(await _look(session, process))
            print(f"{minute:3} min: {looks[-1]}", flush=True)
            await CLOCK.sleep(60 if minute < minutes else 0)
        return looks


async def _process(browser: Browser) -> Path:
    """Of the page: the renderer that works most meanwhile; there are others, kept in reserve."""
    session = await browser.new_browser_cdp_session()
    before = await _worked(session)
    await CLOCK.sleep(SETTLING_S)
    after = await _worked(session)
    return Path("/proc") / str(max(before, key=lambda one: after[one] - before[one]))


async def _worked(session: CDPSession) -> dict[int, float]:
    """CPU seconds of each renderer, by its process id."""
    told = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    return {one["id"]: one["cpuTime"] for one in told if one["type"] == "renderer"}


async def _look(session: CDPSession, process: Path) -> Look:
    await session.send("HeapProfiler.collectGarbage")
    told = await metrics(session)
    lines = (process / "status").read_text().splitlines()
    resident = next(line for line in lines if line.startswith("VmRSS:"))
    return Look(
        heap=told["JSHeapUsedSize"] / 1e6,
        resident=int(resident.split()[1]) / 1024,
        nodes=int(told["Nodes"]),
        listeners=int(told["JSEventListeners"]),
    )


def _figures(looks: list[Look]) -> list[Figure]:
    name = f"wallboard, {len(looks) - 1} minutes"
    first, last = looks[:CALM], looks[-CALM:]
    grown = median([one.heap for one in last]) - median([one.heap for one in first])
    nodes = median([one.nodes for one in last]) - median([one.nodes for one in first])
    process = median([one.resident for one in last]) - median([one.resident for one in first])
    return [
        Figure(f"{name}: heap grew by", round(grown, 2), "MB", at_most=2),
        Figure(f"{name}: nodes grew by", nodes, "", at_most=200),
        Figure(f"{name}: process grew by", round(process, 1), "MB"),
    ]


def main(arguments: list[str]) -> int:
    minutes = int(arguments[0]) if arguments else MINUTES
    agents = int(arguments[1]) if len(arguments) > 1 else AGENTS
    figures = asyncio.run(measure(minutes, agents))
    print(table(emit(one) for one in figures))
    return int(any(one.holds is False for one in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
