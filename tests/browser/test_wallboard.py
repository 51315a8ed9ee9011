"""The wallboard: its numbers are right, and on a wall nothing of it is cut."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from mhud.sim.demo_world import BOTH
from mhud.sim.fake import FakeAsterisk
from mhud.sim.site import QueueSettings, Site
from tests.browser.asking import done
from tests.browser.busy import SETTINGS, busy
from tests.browser.house import House, Template, quiet_site, running_house
from tests.browser.sights import settled
from tests.browser.windows import Windows

SUPERVISOR, BOARD = "supervisor_jane", "/#/wallboard"
AGENT, COLLEAGUE = "agent002", "agent005"
WALLS: tuple[ViewportSize, ...] = (
    {"width": 1366, "height": 768},
    {"width": 1920, "height": 1080},
)
LONG_NAMES = (
    "Children and young people in institutions of the state",
    "Gender-based violence, western counties",
    "Suicide prevention (English)",
    "Follow-up calls of case managers",
)
# What has letters and is not all there: cut off by its box, by the box around it, or by the screen.
CUT = """() => {
  const aside = ".hidden, .board-word, .board-agents h2, svg, .uplot";
  const says = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const shows = (one) => getComputedStyle(one).visibility !== "hidden" && !one.closest(aside);
  const isCut = (one) => {
    const box = one.getBoundingClientRect();
    for (let around = one; around !== document.body; around = around.parentElement) {
      if (["inline", "table-row"].includes(getComputedStyle(around).display)) continue;
      const room = around.getBoundingClientRect();
      const isWide = around.scrollWidth > around.clientWidth + 1;
      if (isWide || box.right > room.right + 1 || box.bottom > room.bottom + 2) return true;
    }
    return box.right > innerWidth || box.bottom > innerHeight;
  };
  return [...document.querySelectorAll("main *")]
    .filter((one) => says(one) && shows(one) && one.getBoundingClientRect().width && isCut(one))
    .map((one) => `${one.className || one.parentElement.className}: ${one.textContent}`);
}"""


def queues_of(count: int) -> dict[str, str]:
    """Ids and names: the demo's two, long ones, and as many others."""
    more = [*LONG_NAMES, *(f"Line {n}" for n in range(count))]
    return {f"line{n}": name for n, name in enumerate(more[: count - 2])}


@asynccontextmanager
async def house_with(
    template: Template, folder: Path, count: int, **changes: Any
) -> AsyncIterator[House]:
    """So many queues, served by the demo's agents."""
    names = queues_of(count)
    world: Site = quiet_site()
    site = replace(world, queues={**world.queues, **{one: QueueSettings() for one in names}})
    sections = {one: {"name": name, "wrap_up_seconds": 3600} for one, name in names.items()}
    settings: dict[str, Any] = {"queues": {**SETTINGS["queues"], **sections}, **changes}

    def log_in(pbx: FakeAsterisk) -> None:
        for one in ("agent001", "agent002", "agent003", "agent005"):
            pbx.agent_logs_in(one, *BOTH, *names)
        for one in ("agent004", "agent006", "agent007", "agent008"):
            pbx.agent_logs_in(one, *BOTH)

    async with running_house(template, folder, site, log_in, **settings) as house:
        yield house


# ---- on a wall


@pytest.mark.parametrize("size", WALLS, ids=lambda one: f"{one['width']}")
@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("count", [2, 12])
async def test_all_of_a_wall_fits_and_nothing_of_it_is_cut(
    browser: Browser,
    filled: Template,
    tmp_path: Path,
    size: ViewportSize,
    language: str,
    count: int,
) -> None:
    async with house_with(filled, tmp_path / "data", count) as house:
        await busy(house)
        windows = Windows(browser, house)
        page = await wall(windows, size, language)
        await expect(page.locator(".board-queues tbody tr")).to_have_count(count)
        await expect(
            page.locator(".tile:visible" if count == 2 else ".board-tallies").first
        ).to_be_visible()
        assert await page.evaluate(CUT) == []
        await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
        await expect(page.locator(".board-help")).to_be_visible()
        await expect(page.locator(".board-tallies")).to_be_visible()
        await expect(page.locator(".chart canvas")).to_be_visible()
        assert await page.evaluate(SCROLLS) == [False, False]
        assert await page.evaluate(CUT) == []
        await windows.close()
        assert windows.unexpected() == []


SCROLLS = """() => {
  const {scrollWidth, scrollHeight} = document.documentElement;
  return [scrollWidth > innerWidth, scrollHeight > innerHeight];
}"""


async def wall(windows: Windows, size: ViewportSize, language: str = "en") -> Page:
    page = await windows.open("about:blank", who=SUPERVISOR, size=size)
    await page.add_init_script(f"localStorage.setItem('language', '{language}')")
    await page.goto("/#/wallboard/tv")
    await settled(page)
    return page


async def test_a_wall_that_is_not_signed_in_any_more_says_so_and_goes_on_by_itself(
    house: House, windows: Windows
) -> None:
    """In the morning somebody signs in, in another tab of that browser."""
    windows.expects("401 (Unauthorized)", "WebSocket")
    page = await wall(windows, WALLS[0])
    await expect(page.locator(f"[data-agent={AGENT}]")).to_be_visible()
    for login in (await done(house, "GET", "/api/v1/sessions"))["sessions"]:
        await done(house, "DELETE", f"/api/v1/sessions/{login['id']}")
    out = page.get_by_text("This screen is not signed in any more.")
    await expect(out).to_be_visible()
    await expect(page.get_by_role("dialog", name="Sign in again")).to_be_visible()
    await house.away(AGENT)
    await windows.sign_in(page.context, SUPERVISOR)
    await expect(out).to_have_count(0, timeout=30_000)
    tile = page.locator(f"[data-agent={AGENT}]")
    await expect(tile).to_have_attribute("data-status", "on-break")


async def test_a_wall_keeps_its_screen_on(windows: Windows) -> None:
    page = await windows.open("about:blank", who=SUPERVISOR)
    await page.add_init_script(LOCKS)
    await page.goto("/#/wallboard/tv")
    await expect(page.locator("html")).to_have_attribute("data-locks", "screen")
    await page.get_by_role("link", name="Leave TV mode").click()
    await expect(page.locator("html")).to_have_attribute("data-locks", "")


LOCKS = """
WakeLock.prototype.request = async (kind) => {
  document.documentElement.dataset.locks = kind;
  return { release: async () => void (document.documentElement.dataset.locks = "") };
};
"""


async def test_a_wall_says_when_its_line_is_lost_and_when_the_telephone_system_is_away(
    house: House, windows: Windows
) -> None:
    windows.expects("net::ERR_", "WebSocket")
    page = await wall(windows, WALLS[0])
    await expect(page.locator(f"[data-agent={AGENT}]")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.get_by_text("The connection is lost. What you see is as of")).to_be_visible()
    assert await page.evaluate(SCROLLS) == [False, False]
    await page.context.set_offline(False)
    await expect(page.get_by_text("The connection is lost")).to_have_count(0)
    await house.pbx.stop()
    await expect(page.get_by_text("The telephone system can't be reached.")).to_be_visible()
    assert await page.evaluate(SCROLLS) == [False, False]
