"""Servers and networks on bad days: new, away, slow, silent, asked too often."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Page, Route, WebSocketRoute, expect

from tests.browser.axe import violations
from tests.browser.house import House
from tests.browser.line import Line
from tests.browser.sights import settled
from tests.browser.windows import Windows

SUPERVISOR, ADMIN = "supervisor_jane", "admin_alice"
OFFLINE = "net::ERR_"  # the browser's own words for a network that is not there
PASSWORD = "a long walk by the lake 7"
LIVE_READS = re.compile(r"/api/v1/(calls/active|agents/status|queues/stats)")
SILENT_S = 40  # a dead line is noticed within 20


async def _with_line(windows: Windows, path: str) -> tuple[Page, Line]:
    line = Line()
    page = await windows.open("about:blank", who=SUPERVISOR)
    await page.route_web_socket("**/ws", line.take)
    await page.goto(path)
    await settled(page)
    await windows.house.until(lambda _: line.asked)
    return page, line


async def _is_newer(page: Page) -> None:
    """From now on the server has other pages."""

    async def answer(route: Route) -> None:
        if route.request.method == "HEAD":
            await route.fulfill(status=200, headers={"ETag": '"another"'})
        else:
            await route.continue_()

    await page.route(re.compile(r":\d+/$"), answer)


async def test_a_server_that_was_started_with_new_pages_offers_them_and_loses_nothing(
    windows: Windows,
) -> None:
    page, line = await _with_line(windows, "/#/account")
    await page.get_by_label("New password", exact=True).fill(PASSWORD)
    await _is_newer(page)
    await line.breaks()
    notice = page.get_by_role("status").filter(has_text="There is a new version of these pages")
    await expect(notice).to_be_visible()
    assert await violations(page) == []
    await expect(page.get_by_label("New password", exact=True)).to_have_value(PASSWORD)
    page.on("dialog", lambda asked: asked.dismiss())  # the browser asks before it leaves
    await notice.get_by_role("button", name="Load again").click()
    await expect(page.get_by_label("New password", exact=True)).to_have_value(PASSWORD)


async def test_the_same_server_that_was_started_again_offers_nothing(windows: Windows) -> None:
    page, line = await _with_line(windows, "/#/wallboard")
    async with page.expect_response(lambda answer: answer.request.method == "HEAD"):
        await line.breaks()
    await expect(page.get_by_text("There is a new version")).to_have_count(0)


async def test_a_screen_on_the_wall_takes_new_pages_by_itself(windows: Windows) -> None:
    page, line = await _with_line(windows, "/#/wallboard/tv")
    await _is_newer(page)
    async with page.expect_event("load"):
        await line.breaks()
    await settled(page)


async def test_where_the_modules_do_not_come_one_reads_so_in_both_languages(
    windows: Windows,
) -> None:
    windows.expects(OFFLINE)
    page = await windows.open("about:blank")
    modules = re.compile(r"/portal/(app/main|vendor/pages)\.js")
    await page.route(modules, lambda route: route.abort("connectionrefused"))
    await page.goto("/")
    await expect(page.get_by_role("heading", name="This page could not be loaded")).to_be_visible()
    await expect(page.get_by_text("Ukurasa huu haukuweza kupakiwa")).to_be_visible()
    assert await violations(page) == []
    await page.unroute(modules)
    windows.expects("401 (Unauthorized)")
    await page.get_by_role("link", name="Load again").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_server_that_does_not_answer_at_first_is_asked_again(windows: Windows) -> None:
    windows.expects(OFFLINE)
    page = await windows.open("about:blank", who=ADMIN)
    who = re.compile("/users/me$")
    await page.route(who, lambda route: route.abort("connectionrefused"))
    await page.goto("/#/account")
    await expect(page.get_by_text("The server can't be reached")).to_be_visible()
    assert await violations(page) == []
    await page.unroute(who)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", level=1, name="Your account")).to_be_visible()


async def test_a_page_that_can_not_be_brought_says_so(windows: Windows) -> None:
    windows.expects(OFFLINE, "Failed to fetch dynamically imported module")
    page = await windows.open("/#/account", who=ADMIN)
    await settled(page)
    await page.route("**/portal/**", lambda route: route.abort("connectionrefused"))
    await page.route("**/helpline/**", lambda route: route.abort("connectionrefused"))
    await page.get_by_role("link", name="Cases").click()
    said = page.get_by_role("alert").filter(has_text="reached")
    await expect(said.first).to_be_visible()  # of a page that is there already, each part says so


async def test_who_asks_too_often_is_told_how_long_to_wait_and_goes_on(windows: Windows) -> None:
    windows.expects("status of 429")
    page = await windows.open("about:blank", who=ADMIN)
    asked: list[str] = []

    async def refuse(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(status=429, headers={"Retry-After": "7"}, json={"error": True})

    reads = re.compile("/(api/v1|helpline/api)/(?!users/me$)")
    await page.route(reads, refuse)
    await page.goto("/#/users")
    await expect(page.get_by_text("Try again in 7 seconds").first).to_be_visible()
    await expect(page.locator(".loading, [aria-busy=true]")).to_have_count(0)
    assert len(asked) - len(set(asked)) <= 1  # nothing is asked over and over
    await page.unroute(reads)
    await page.get_by_role("button", name="Try again").first.click()
    await expect(page.get_by_role("row").nth(1)).to_be_visible()


async def test_a_slow_server_is_waited_for_and_one_that_never_answers_is_said(
    windows: Windows,
) -> None:
    windows.expects(OFFLINE)
    page = await windows.open("about:blank", who=ADMIN)
    never = asyncio.Event()

    async def held(route: Route) -> None:
        await never.wait()

    await page.route(re.compile(r"/helpline/api/users(\?|$)"), held)
    await page.goto("/#/users")
    await expect(page.get_by_text("This takes longer than usual")).to_be_visible()
    late = page.get_by_text("The server did not answer in time. Try again.")
    await expect(late).to_be_visible(timeout=30_000)
    await page.unroute_all(behavior="ignoreErrors")
    never.set()
    await page.get_by_role("button", name="Try again").first.click()
    await expect(page.get_by_role("row").nth(1)).to_be_visible()


async def test_a_line_that_is_dead_and_says_nothing_is_replaced(
    house: House, windows: Windows
) -> None:
    """As after a laptop's sleep: the answers to requests come, and no event ever."""
    page, line = await _with_line(windows, "/#/wallboard")
    line.dead = True
    await house.away("agent002")
    shown = page.locator("[data-agent=agent002]")
    await expect(shown).to_have_attribute("data-status", "on-break", timeout=SILENT_S * 1000)
    assert any("since" in one for one in line.asked)  # the last may only ask who is there


async def test_a_line_that_opens_and_never_says_a_word_is_replaced(windows: Windows) -> None:
    """As where the network goes in the very moment in which the line is made."""
    lines: list[WebSocketRoute] = []

    def take(route: WebSocketRoute) -> None:
        lines.append(route)
        if len(lines) > 1:
            route.connect_to_server()

    page = await windows.open("about:blank", who=SUPERVISOR)
    await page.clock.install()
    await page.route_web_socket("**/ws", take)
    await page.goto("/#/wallboard")
    await windows.house.until(lambda _: lines)
    await page.clock.run_for(SILENT_S * 1000)
    await expect(page.locator("[data-agent=agent002]")).to_be_visible()


async def test_what_could_not_be_read_at_first_is_read_though_the_line_broke_meanwhile(
    windows: Windows,
) -> None:
    windows.expects("status of 500", "WebSocket")
    line = Line()
    page = await windows.open("about:blank", who=SUPERVISOR)
    await page.route_web_socket("**/ws", line.take)
    await page.route(LIVE_READS, lambda route: route.fulfill(status=500, json={"error": True}))
    await page.goto("/#/wallboard")
    await expect(page.get_by_text("The server made a mistake").first).to_be_visible()
    await expect(page.get_by_text("Trying again by itself").first).to_be_visible()
    await line.breaks()
    await page.unroute(LIVE_READS)
    shown = page.locator("[data-agent=agent002]")
    await expect(shown).to_have_attribute("data-status", "available")
