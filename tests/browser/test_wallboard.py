"""The wallboard: its numbers are right, and on a wall nothing of it is cut."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, Page, Route, ViewportSize, expect

from mhud.services.today import FRESH_S
from mhud.sim.demo_world import BOTH
from mhud.sim.fake import FakeAsterisk
from mhud.sim.site import QueueSettings, Site
from tests.browser.asking import done
from tests.browser.busy import SETTINGS, busy
from tests.browser.house import LOOK_S, WAIT_S, House, Template, quiet_site, running_house
from tests.browser.sights import comes_to, settled
from tests.browser.windows import Windows

SUPERVISOR, BOARD = "supervisor_jane", "/#/wallboard"
AGENT, COLLEAGUE = "agent002", "agent005"
WALLS: tuple[ViewportSize, ...] = (
    {"width": 1366, "height": 768},
    {"width": 1920, "height": 1080},
)
NONE = "\N{EN DASH}"  # where nothing was measured
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
        await comes_to(page, CUT, [])
        await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
        await expect(page.locator(".board-help")).to_be_visible()
        await expect(page.locator(".board-tallies")).to_be_visible()
        await expect(page.locator(".chart canvas")).to_be_visible()
        await comes_to(page, SCROLLS, [False, False])
        await comes_to(page, CUT, [])
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
    await comes_to(page, SCROLLS, [False, False])
    await page.context.set_offline(False)
    await expect(page.get_by_text("The connection is lost")).to_have_count(0)
    await house.pbx.stop()
    await expect(page.get_by_text("The telephone system can't be reached.")).to_be_visible()
    await comes_to(page, SCROLLS, [False, False])


# ---- numbers


async def test_every_number_is_the_apis(house: House, windows: Windows) -> None:
    """A scripted hour: answered at once and late, given up soon and late, talking, waiting."""
    await scripted(house)
    page = await windows.open(BOARD, who="jsmith")
    await settled(page)
    await expect(page.locator(".board-waiting li")).to_have_count(2)
    listed = (await done(house, "GET", "/api/v1/queues/stats"))["queues"]
    for queue in listed:
        assert await row_of(page, queue["name"]) == expected_row(queue), queue
    agents = (await done(house, "GET", "/api/v1/agents/status"))["agents"]
    calls = (await done(house, "GET", "/api/v1/calls/active"))["calls"]
    assert await figures(page) == expected_figures(listed, agents, calls)


async def scripted(house: House) -> None:
    await house.only(AGENT)
    for _ in range(2):
        caller, _ = await house.talks(AGENT)
        caller.hangs_up()
        await house.agent_is("wrap-up", AGENT)
        await done(house, "POST", f"/api/v1/agents/{AGENT}/wrap-up/end")
        await house.agent_is("available", AGENT)
    await house.away(AGENT)
    for queue in ("support", "crisis", "crisis"):
        caller, _ = await house.caller(queue)
        caller.hangs_up()
        await house.until(lambda live: not live.calls)
    await house.free(COLLEAGUE)
    await house.talks(COLLEAGUE, "crisis")
    for queue in ("support", "crisis"):
        await house.caller(queue)


async def row_of(page: Page, name: str) -> dict[str, str]:
    row = page.locator(".board-queues tbody tr", has=page.get_by_role("rowheader", name=name))
    cells = await row.locator("td").all()
    texts = [(await one.inner_text()).split()[0] for one in cells]  # before what a mark says
    told = dict(zip(ROW, texts, strict=True))
    assert re.fullmatch(r"[!‼]?\d:\d\d", told.pop("longest"))  # it goes on
    return told


STATES = ("available", "ringing", "on-call", "wrap-up", "on-break", "unreachable")
ROW = (
    *("waiting", "longest", "average", "now", "today", "in_time", "answered", "abandoned"),
    *STATES,
)


def expected_row(queue: dict[str, Any]) -> dict[str, str]:
    """What /queues/stats says of it."""
    parts = queue["sla"]
    assert service_level(parts) == queue["sla_today"]
    assert queue["handled_today"] == parts["answered"]
    return {
        "waiting": str(queue["calls_waiting"]),
        "average": duration(queue["average_wait_time"]),
        "now": percent(queue["sla_current"]),
        "today": percent(queue["sla_today"]),
        "in_time": str(parts["answered_within"]),
        "answered": str(parts["answered"]),
        "abandoned": str(parts["abandoned"]),
        **{status: str(queue["agents"][status]) for status in STATES},
    }


def service_level(parts: dict[str, Any]) -> float | None:
    """As docs/api.md defines it: Hs / (P - As)."""
    below = parts["presented"] - parts["abandoned_within"]
    return round(100 * parts["answered_within"] / below, 1) if below else None


def percent(value: float | None) -> str:
    return NONE if value is None else f"{value:.1f}".removesuffix(".0") + "%"


def duration(seconds: float | None) -> str:
    return NONE if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02}"


async def figures(page: Page) -> dict[str, str]:
    """Those at a glance, by their names."""
    found = {}
    for one in await page.locator(".board-summary .figure").all():
        value = await one.locator(".figure-value").inner_text()
        found[await one.locator(".figure-label").inner_text()] = value.strip()
    assert re.fullmatch(r"\d:\d\d", found.pop("Longest wait"))
    return found


def expected_figures(
    queues: list[dict[str, Any]], agents: list[dict[str, Any]], calls: list[dict[str, Any]]
) -> dict[str, str]:
    def whole(part: str) -> int:
        return sum(queue["sla"][part] for queue in queues)

    below = whole("presented") - whole("abandoned_within")
    waits = [queue["average_wait_time"] * queue["sla"]["answered"] for queue in queues]
    return {
        "Waiting": str(sum(one["status"] == "queued" for one in calls)),
        "Average wait": duration(sum(waits) / whole("answered")),
        "Service level": percent(round(100 * whole("answered_within") / below, 1)),
        "Free agents": str(sum(one["status"] == "available" for one in agents)),
        "In calls": str(sum(one["status"] == "in-progress" for one in calls)),
        "Answered": str(whole("answered")),
        "Gave up": str(whole("abandoned")),
    }


async def test_the_curve_adds_up_to_what_was_counted(house: House, windows: Windows) -> None:
    """A call is in it when it is over: of three that are, one was given up."""
    await house.only(AGENT)
    for _ in range(2):
        caller, _ = await house.talks(AGENT)
        caller.hangs_up()
        await house.agent_is("wrap-up", AGENT)
        await done(house, "POST", f"/api/v1/agents/{AGENT}/wrap-up/end")
    await house.away(AGENT)
    caller, _ = await house.caller("crisis")
    caller.hangs_up()
    await counted(house, 3)
    page = await windows.open(BOARD, who=SUPERVISOR)
    await settled(page)
    await page.get_by_role("button", name="Show as table").click()
    table = page.get_by_role("table", name="Today's callers, by quarters of an hour")
    await expect(table.locator("tbody tr", has_text=re.compile("[1-9]$")).first).to_be_visible()
    sums = [await column(table, n) for n in (1, 2, 3)]
    assert sums == [3, 2, 1]


async def counted(house: House, calls: int) -> None:
    """Until so many stand in what the curve is drawn from: a page reads it once a minute."""
    async with asyncio.timeout(FRESH_S + WAIT_S):
        while sum((await done(house, "GET", TODAY))["total"]["offered"]) < calls:
            await house.services.clock.sleep(LOOK_S)


TODAY = "/api/v1/queues/today"


async def column(table: Locator, n: int) -> int:
    """What is still to come has a dash."""
    cells = await table.locator(f"tbody td:nth-of-type({n})").all_inner_texts()
    return sum(int(cell) for cell in cells if cell != NONE)


@pytest.mark.parametrize("zone", ["Africa/Nairobi", "America/St_Johns"])
async def test_a_clock_that_is_an_hour_wrong_and_a_zone_elsewhere_change_nothing(
    browser: Browser, filled: Template, tmp_path: Path, zone: str
) -> None:
    async with running_house(
        filled, tmp_path / "data", quiet_site(), timezone="Africa/Nairobi"
    ) as house:
        await house.only()
        await house.caller()
        windows = Windows(browser, house)
        page = await windows.open("about:blank", who=SUPERVISOR, timezone_id=zone)
        await page.add_init_script(AN_HOUR_LATE)
        await page.goto("/#/wallboard/tv")
        await expect(page.locator(".board-waiting .timer")).to_have_text(re.compile("^[!‼]?0:"))
        there = house.services.clock.now().astimezone(ZoneInfo("Africa/Nairobi"))
        times = {f"{there:%H:%M}", f"{there + timedelta(minutes=1):%H:%M}"}
        await expect(page.locator(".board-clock")).to_have_text(re.compile("|".join(times)))
        await windows.close()
        assert windows.unexpected() == []


AN_HOUR_LATE = """
const now = Date.now;
Date.now = () => now() - 3_600_000;
"""


# ---- hard days


async def test_two_hundred_who_wait_are_counted_and_the_first_are_shown(
    browser: Browser, filled: Template, tmp_path: Path
) -> None:
    site = quiet_site()
    large = replace(site, queues={**site.queues, "support": QueueSettings(maxlen=0)})
    async with running_house(filled, tmp_path / "data", large) as house:
        await house.only()
        for n in range(200):
            house.pbx.call_in(f"+2547001{n:05}", "support")
        await house.until(lambda live: len(live.queues["support"].waiting) == 200)
        windows = Windows(browser, house)
        page = await windows.open(BOARD, who=SUPERVISOR)
        row = page.locator(".board-queues tbody tr", has_text="Support Queue")
        await expect(row.locator("td").first).to_have_text(re.compile("^200"))
        await expect(page.locator(".board-waiting li")).to_have_count(10)
        await expect(page.locator(".board-waiting")).to_contain_text("and 190 more")
        await windows.close()
        assert windows.unexpected() == []


async def test_where_nobody_can_answer_a_caller_is_beyond_the_limit_at_once(
    house: House, windows: Windows
) -> None:
    """All are on a break."""
    await house.only()
    await house.caller()
    page = await windows.open(BOARD, who=SUPERVISOR)
    waiting = page.locator(".board-summary .figure", has_text="Waiting")
    await expect(waiting).to_contain_text("✖ over limit")
    await expect(page.locator(".board-summary .figure", has_text="Free agents")).to_contain_text(
        "0"
    )


async def test_a_board_without_agents_and_one_without_queues_say_so(
    windows: Windows,
) -> None:
    page = await windows.open(f"{BOARD}?queues=none", who=SUPERVISOR)
    await expect(page.get_by_text("There is no such queue.")).to_be_visible()
    await page.goto(f"{BOARD}?queues=crisis")
    for agent in (await done(windows.house, "GET", "/api/v1/agents/status"))["agents"]:
        await done(windows.house, "PUT", f"/api/v1/agents/{agent['id']}/status", OFFLINE)
    await expect(page.get_by_text("No agent is here.")).to_be_visible()


async def test_a_board_that_opens_never_says_that_there_is_no_queue(windows: Windows) -> None:
    page = await windows.open("/docs", who=SUPERVISOR)
    await page.add_init_script(SAID)

    async def once_it_stands(route: Route) -> None:
        await expect(page.get_by_role("button", name="Choose")).to_be_visible()
        await route.continue_()

    await page.route("**/api/v1/calls/active", once_it_stands)
    await page.goto(BOARD)
    await expect(page.locator(".board-queues tbody tr").first).to_be_visible()
    assert "There is no such queue." not in await page.evaluate("said.join()")


# All that ever stood there.
SAID = """
globalThis.said = [];
new MutationObserver(() => said.push(document.querySelector("main")?.innerText ?? ""))
  .observe(document, { childList: true, subtree: true, characterData: true });
"""
OFFLINE = {"status": "offline"}


@pytest.mark.parametrize("path", [BOARD, "/#/supervisor?agent=agent002", "/#/statistics"])
@pytest.mark.parametrize("width", [390, 768])
async def test_nothing_goes_sideways(tour: Windows, path: str, width: int) -> None:
    page = await tour.open(path, who="jsmith", size={"width": width, "height": 844})
    await settled(page)
    await comes_to(page, "document.documentElement.scrollWidth", width)
