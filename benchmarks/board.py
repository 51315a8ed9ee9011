"""The wallboard in a real browser: first paint, from event to screen, CPU and memory over time.

    python -m benchmarks.board [SECONDS [AGENTS]]

Chromium with 200 agents and 50 events a second, for 30 s unless told otherwise; each figure is of
the page's own process. Then the list of supervisors with 10 000 agents: how long the page is deaf.
What it keeps over half an hour: benchmarks/board_memory.py.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, CDPSession, Page, async_playwright

from benchmarks.board_stage import Stage
from benchmarks.common import Figure, emit, median, table
from mhud.clock import SystemClock

CHROMIUM = "/usr/bin/chromium"
CLOCK = SystemClock()
AGENTS, RATE, SECONDS, MANY = 200, 50.0, 30.0, 10_000
WATCH = """
window.seen = []; window.deaf = [];
new PerformanceObserver((list) => list.getEntries().forEach((one) => deaf.push(one.duration)))
  .observe({type: "longtask", buffered: true});
const known = new Set();
const look = (sent) => requestAnimationFrame(() => seen.push(Math.round(Date.now() - sent)));
const Native = WebSocket;
window.WebSocket = class extends Native {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({data}) => {
      const event = JSON.parse(data);
      if (event.type === "call.queued") wanted.set(event.call.id, Number(event.call.tags[0]));
    });
  }
};
const wanted = new Map();
new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
  const id = node.dataset?.call;
  if (!wanted.has(id)) return;
  look(wanted.get(id));
  wanted.delete(id);
}))).observe(document, {childList: true, subtree: true});
"""
PAINT = """performance.getEntriesByName("first-contentful-paint")[0].startTime"""


async def measure(seconds: float, agents: int) -> list[Figure]:
    stage = Stage(agents, RATE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            return [
                *await _board(browser, stage, seconds),
                *await _list(browser, Stage(MANY, RATE), seconds / 3),
            ]
        finally:
            await browser.close()


async def _board(browser: Browser, stage: Stage, seconds: float) -> list[Figure]:
    async with Shown(browser, stage, "/#/wallboard", ".tile") as page:
        paint = float(await page.evaluate(PAINT))
        session = await page.context.new_cdp_session(page)
        await CLOCK.sleep(3)
        await page.evaluate("seen.length = 0")
        before, first = await _cpu_s(session), await _heap_mb(session)
        await CLOCK.sleep(seconds)
        share = (await _cpu_s(session) - before) / seconds * 100
        last = await _heap_mb(session)
        seen = sorted(await page.evaluate("seen"))
        most, late = (seen[int(len(seen) * part)] for part in (0.95, 0.99))
    name = f"wallboard, {len(stage.agents)} agents, {RATE:g} events/s"
    return [
        Figure(f"{name}: first paint", paint, "ms", at_most=1000),
        Figure(f"{name}: CPU", round(share, 1), "% of a core", at_most=30),
        Figure(f"{name}: event to screen, median of {len(seen)}", median(seen), "ms"),
        Figure(f"{name}: event to screen, 95th of 100", most, "ms", at_most=300),
        Figure(f"{name}: event to screen, 99th of 100", late, "ms"),
        Figure(f"{name}: memory at first", first, "MB"),
        Figure(f"{name}: memory after {seconds:g} s", last, "MB"),
    ]


async def _list(browser: Browser, stage: Stage, seconds: float) -> list[Figure]:
    async with Shown(browser, stage, "/#/supervisor", "tbody tr") as page:
        session = await page.context.new_cdp_session(page)
        await CLOCK.sleep(2)
        before = await _cpu_s(session)
        await page.evaluate("deaf.length = 0")
        await CLOCK.sleep(seconds)
        share = (await _cpu_s(session) - before) / seconds * 100
        longest = max([0.0, *await page.evaluate("deaf")])
        rows = await page.locator("tbody tr").count()
    name = f"supervision, {MANY} agents"
    return [
        Figure(f"{name}: longest task", longest, "ms", at_most=200),
        Figure(f"{name}: CPU", round(share, 1), "% of a core", at_most=50),
        Figure(f"{name}: rows in the page", rows, "", at_most=100),
    ]


class Shown:
    """A page of the stage that shows `ready`. `watch`: a script before its own."""

    def __init__(
        self, browser: Browser, stage: Stage, path: str, ready: str, watch: str = WATCH
    ) -> None:
        self._browser, self._stage, self._path, self._ready = browser, stage, path, ready
        self._watch = watch

    async def __aenter__(self) -> Page:
        self._runner = web.AppRunner(self._stage.app())
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        context = await self._browser.new_context(viewport={"width": 1366, "height": 768})
        self._page = await context.new_page()
        await self._page.add_init_script(self._watch)
        await self._page.goto(f"http://127.0.0.1:{port}{self._path}")
        await self._page.locator(self._ready).first.wait_for()
        return self._page

    async def __aexit__(self, *_: object) -> None:
        await self._page.context.close()
        await self._runner.cleanup()


async def metrics(session: CDPSession) -> dict[str, float]:
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    told: dict[str, Any] = await session.send("Performance.getMetrics")
    return {one["name"]: one["value"] for one in told["metrics"]}


async def _cpu_s(session: CDPSession) -> float:
    """Of the page's process, all of its threads."""
    return (await metrics(session))["ProcessTime"]


async def _heap_mb(session: CDPSession) -> float:
    await session.send("HeapProfiler.collectGarbage")
    return round((await metrics(session))["JSHeapUsedSize"] / 1e6, 2)


def main(arguments: list[str]) -> int:
    seconds = float(arguments[0]) if arguments else SECONDS
    agents = int(arguments[1]) if len(arguments) > 1 else AGENTS
    figures = asyncio.run(measure(seconds, agents))
    print(table(emit(one) for one in figures))
    return int(any(one.holds is False for one in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
