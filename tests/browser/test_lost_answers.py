"""What arrives though its answer is lost, what a proxy makes of answers, what is clicked twice."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, Route, expect

from tests.browser.asking import done
from tests.browser.casework import CASES, make_case, open_case, read_case
from tests.browser.house import House
from tests.browser.sights import ADMIN
from tests.browser.windows import Windows

MANAGER = "case_manager_maria"


async def _john(house: House) -> dict[str, Any]:
    people = (await done(house, "GET", "/helpline/api/users"))["data"]
    return next(dict(one) for one in people if one["username"] == "operator_john")


async def _loses_the_first_answer(page: Page, path: str) -> list[str | None]:
    """What is sent there arrives each time. The key of each."""
    sent: list[str | None] = []

    async def answer(route: Route) -> None:
        if route.request.method == "GET":
            await route.continue_()
            return
        sent.append(route.request.headers.get("idempotency-key"))
        if len(sent) > 1:
            await route.continue_()
            return
        await route.fetch()
        await route.abort()

    await page.route(f"**{path}", answer)
    return sent


async def test_who_corrects_what_he_sent_before_is_told_that_it_may_be_there_and_can_send_it(
    house: House, windows: Windows
) -> None:
    windows.expects("net::ERR_", "422 (Unprocessable")
    page = await windows.open("/#/cases/new", who=MANAGER)
    sent = await _loses_the_first_answer(page, CASES)
    await page.get_by_role("textbox", name="Title").fill("Lost")
    await page.get_by_role("textbox", name="What happened").fill("It was told in one sentence")
    save = page.get_by_role("main").get_by_role("button", name="Open the case")
    await save.click()
    await expect(page.get_by_text("The server can't be reached")).to_be_visible()
    await page.get_by_role("textbox", name="Title").fill("Corrected")
    await save.click()
    await expect(page.get_by_text("What you sent before may have arrived")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Title")).to_have_value("Corrected")
    await save.click()
    await expect(page.get_by_role("heading", level=1, name="Corrected")).to_be_visible()
    assert (len(sent), len(set(sent))) == (3, 2)


async def test_an_escalation_whose_answer_is_lost_is_sent_again_and_stands_there_once(
    house: House, windows: Windows
) -> None:
    windows.expects("net::ERR_")
    made = await make_case(house)
    page = await open_case(windows, made["id"])
    sent = await _loses_the_first_answer(page, f"{CASES}/{made['id']}")
    await page.get_by_role("button", name="Escalate").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Why").fill("He is back at the gate")
    await dialog.get_by_role("button", name="Escalate").click()
    await expect(dialog.get_by_text("The server can't be reached")).to_be_visible()
    await dialog.get_by_role("button", name="Escalate").click()
    await expect(dialog).to_have_count(0)
    history = await done(house, "GET", f"{CASES}/{made['id']}/activities")
    kinds = [one["activity_type"] for one in history["data"]]
    assert (kinds.count("escalation"), len(sent), len(set(sent))) == (1, 2, 1)


async def test_behind_a_proxy_that_packs_answers_a_change_is_none_of_somebody_else(
    house: House, windows: Windows
) -> None:
    made = await make_case(house)
    page = await open_case(windows, made["id"])

    async def weaken(route: Route) -> None:
        answer = await route.fetch()
        headers = dict(answer.headers)
        if tag := headers.get("etag"):
            headers["etag"] = f"W/{tag}"
        await route.fulfill(response=answer, headers=headers)

    await page.route(f"**{CASES}/**", weaken)
    await page.reload()
    await page.get_by_role("button", name="Edit").click()
    await page.get_by_role("textbox", name="Title").fill("Mine")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", level=1, name="Mine")).to_be_visible()
    assert (await read_case(house, made["id"]))["title"] == "Mine"


async def test_a_link_that_is_clicked_twice_is_mailed_once_for_the_second_makes_the_first_void(
    house: House, windows: Windows
) -> None:
    other = await _john(house)
    page = await windows.open(f"/#/users/{other['id']}", who=ADMIN)

    async def still_under_way(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        if told["data"]["mail"]:
            told["data"]["mail"]["state"] = "sending"
        await route.fulfill(response=answer, json=told)

    await page.route("**/invite", still_under_way)
    mailed: list[str] = []
    page.on("request", lambda one: mailed.append(one.url) if one.url.endswith("/mail") else None)
    await page.get_by_role("button", name="Send a sign-in link by e-mail").dblclick(delay=60)
    await expect(page.get_by_text(f"The link is on its way to {other['email']}")).to_be_visible()
    assert len(mailed) == 1


async def test_what_became_of_a_mailed_link_is_seen_though_one_look_at_it_failed(
    house: House, windows: Windows
) -> None:
    windows.expects("net::ERR_")
    john = await _john(house)
    page = await windows.open(f"/#/users/{john['id']}", who=ADMIN)
    asked: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 2:
            await route.abort()
            return
        found = await route.fetch()
        told = await found.json()
        if len(asked) == 1:
            told["data"]["mail"]["state"] = "sending"
        await route.fulfill(response=found, json=told)

    send = page.get_by_role("button", name="Send a sign-in link by e-mail")
    await expect(send).not_to_have_attribute("aria-busy", "true")
    await page.route("**/invite", answer)
    await send.click()
    await expect(page.get_by_text("The mail server took the link")).to_be_visible()
    await expect(send).not_to_have_attribute("aria-busy", "true")


async def test_where_it_is_not_known_how_somebody_is_invited_one_reads_so_and_asks_again(
    house: House, windows: Windows
) -> None:
    windows.expects("net::ERR_")
    john = await _john(house)
    page = await windows.open("/#/account", who=ADMIN)
    await page.route("**/invite", lambda route: route.abort())
    await page.goto(f"/#/users/{john['id']}")
    said = page.get_by_role("alert").filter(has_text="The server can't be reached")
    await expect(said).to_be_visible()
    await page.unroute("**/invite")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("button", name="Send a sign-in link by e-mail")).to_be_enabled()
    await expect(said).to_have_count(0)


async def test_a_look_at_health_ends_though_one_of_its_answers_is_lost(windows: Windows) -> None:
    windows.expects("net::ERR_")
    page = await windows.open("/#/account", who=ADMIN)
    asked: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 2:
            await route.abort()
            return
        found = await route.fetch()
        told = await found.json()
        is_running = len(asked) == 1 or told["running"]
        await route.fulfill(response=found, json={**told, "running": is_running})

    await page.route("**/api/v1/health", answer)
    await page.goto("/#/health")
    await expect(page.get_by_role("status").filter(has_text="Looked at")).to_be_visible()
    check = page.get_by_role("button", name="Look now")
    await expect(check).not_to_have_attribute("aria-busy", "true")


async def test_a_form_whose_choices_could_not_be_read_says_so_and_asks_again(
    windows: Windows,
) -> None:
    windows.expects("net::ERR_")
    page = await windows.open("/#/agents", who=ADMIN)
    reads = re.compile(r"/helpline/api/users\?|/api/v1/queues$")
    await page.route(reads, lambda route: route.abort())
    await page.get_by_role("button", name="Give somebody a phone").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("alert")).to_have_count(2)
    await page.unroute(reads)
    await dialog.get_by_role("button", name="Try again").first.click()
    await expect(dialog.get_by_role("alert")).to_have_count(1)
    await dialog.get_by_role("button", name="Try again").click()
    await expect(dialog.get_by_role("alert")).to_have_count(0)
    await dialog.get_by_label("Support Queue").check()
