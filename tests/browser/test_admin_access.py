"""Keys, webhooks, lock-outs, the last administrator: what is shown once, asked before, said."""

from __future__ import annotations

import pytest
from playwright.async_api import Route, expect

from tests.browser.asking import ask, asked_with, done
from tests.browser.house import House
from tests.browser.sights import ADMIN, is_live, settled
from tests.browser.test_administration import USERS, _person
from tests.browser.windows import Windows


async def test_a_key_is_shown_once_and_revoked_after_a_question(
    house: House, windows: Windows
) -> None:
    page = await windows.open("/#/api-keys", who=ADMIN)
    await page.get_by_role("button", name="New key").click()
    await page.get_by_label("Name").fill("Dashboard")
    await page.get_by_label("See calls").check()
    await page.get_by_role("button", name="Make the key").click()
    key = await page.get_by_role("textbox", name="API key").input_value()
    assert await asked_with(house, key, "/api/v1/calls") == 200
    await page.get_by_role("button", name="I have kept it").click()
    await expect(page.get_by_role("textbox", name="API key")).to_have_count(0)
    assert key not in await page.content()
    await page.get_by_role("row").filter(has_text="Dashboard").click()
    await expect(page.get_by_role("heading", level=1, name="Dashboard")).to_be_visible()
    assert key not in await page.content()
    await page.get_by_role("button", name="Revoke").click()
    question = page.get_by_role("dialog", name="Revoke the key Dashboard?")
    await expect(question).to_contain_text("can't be taken back")
    await question.get_by_role("button", name="Revoke").click()
    await expect(page.get_by_role("heading", level=1, name="API Keys")).to_be_visible()
    await expect(page.get_by_role("row").filter(has_text="Dashboard")).to_have_count(0)
    assert await asked_with(house, key, "/api/v1/calls") == 401


async def test_a_webhook_is_tried_fails_in_words_gets_another_secret_and_goes_after_a_question(
    house: House, windows: Windows
) -> None:
    wish = {"url": "http://127.0.0.1:9/hook", "events": ["call.ended"]}
    made = await done(house, "POST", "/api/v1/webhooks", wish)
    page = await windows.open(f"/#/webhooks/{made['id']}", who=ADMIN)
    await page.get_by_role("button", name="Send a test").click()
    await expect(page.get_by_text("The test did not arrive: Not reachable")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="webhook.test")
    await expect(row).to_contain_text("Given up")
    more = page.get_by_role("main").get_by_role("button", name="More")
    await more.click()
    await page.get_by_role("menuitem", name="New secret").click()
    await page.get_by_role("button", name="New secret").click()
    secret = await page.get_by_role("textbox", name="Secret").input_value()
    assert len(secret) >= 16
    await page.get_by_role("button", name="I have kept it").click()
    await expect(page.get_by_role("textbox", name="Secret")).to_have_count(0)
    assert secret not in await page.content()
    await expect(page.get_by_text("The old secret still signs")).to_be_visible()
    await more.click()
    await page.get_by_role("menuitem", name="Switch off").click()
    await expect(page.get_by_text("Switched off").first).to_be_visible()
    await more.click()
    await page.get_by_role("menuitem", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("heading", level=1, name="Webhooks")).to_be_visible()
    assert (await done(house, "GET", "/api/v1/webhooks"))["webhooks"] == []


async def test_the_last_administrator_can_t_shut_himself_out_and_is_told_why(
    house: House, windows: Windows
) -> None:
    windows.expects("409 (Conflict)")
    alice = await _person(house, ADMIN)
    for one in (await done(house, "GET", USERS + "?role=admin"))["data"]:
        if one["username"] != ADMIN and one["email"]:  # who has none can't sign in: a program
            await done(house, "PUT", f"{USERS}/{one['id']}", {"is_active": False})
    page = await windows.open(f"/#/users/{alice['id']}", who=ADMIN)
    await page.get_by_label("May sign in").uncheck()
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_role("button", name="Disable", exact=True).click()
    said = page.get_by_role("region", name="Change").get_by_role("alert")
    await expect(said).to_contain_text("nobody")
    assert (await _person(house, ADMIN))["is_active"] is True


async def test_a_login_of_somebody_is_ended_and_he_is_asked_to_sign_in(
    house: House, windows: Windows
) -> None:
    windows.expects("401 (Unauthorized)")
    his = await windows.open("/#/account", who="operator_john")
    await expect(his.get_by_role("heading", level=1, name="Your account")).to_be_visible()
    await is_live(his)
    john = await _person(house, "operator_john")
    page = await windows.open(f"/#/users/{john['id']}", who=ADMIN)
    await page.get_by_role("button", name="End it").first.click()
    await expect(his.get_by_role("dialog", name="Sign in again")).to_be_visible()


async def test_who_must_wait_is_let_try_again(house: House, windows: Windows) -> None:
    for _ in range(5):
        body = {"username": "operator_john", "password": "nobody has this one"}
        await ask(house, "POST", "/helpline/api/login", body)
    page = await windows.open("/#/lockouts", who=ADMIN)
    row = page.get_by_role("row").filter(has_text="operator_john")
    await row.get_by_role("button", name="Let try again").click()
    await expect(page.get_by_text("Nobody must wait")).to_be_visible()


async def test_a_code_that_is_taken_is_said_at_the_form_and_a_name_is_changed(
    house: House, windows: Windows
) -> None:
    windows.expects("409 (Conflict)")
    await done(house, "POST", "/helpline/api/categories", {"code": "drought", "name": "Drought"})
    page = await windows.open("/#/dispositions", who=ADMIN)
    await page.get_by_role("button", name="New category").click()
    await page.get_by_label("Name").fill("Drought again")
    await page.get_by_label("Code").fill("drought")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Name")).to_have_value("Drought again")
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Discard it").click()
    await page.get_by_role("row").filter(has_text="Drought").click()
    await page.get_by_label("Name").fill("Dry years")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("row").filter(has_text="Dry years")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    ["/users?tab=roles", "/agents", "/dispositions", "/dispositions?tab=dispositions", "/audit"],
)
async def test_a_row_is_opened_by_enter_and_has_the_focus_again_when_its_dialog_is_left(
    tour: Windows, path: str
) -> None:
    page = await tour.open(f"/#{path}", who=ADMIN)
    await settled(page)
    row = page.locator("main tbody tr[tabindex]").first
    await row.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await expect(dialog.locator(".loading")).to_have_count(0)
    assert await dialog.evaluate("one => one.contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(row).to_be_focused()


async def test_more_deliveries_that_come_late_are_not_put_under_another_filter(
    house: House, windows: Windows
) -> None:
    wish = {"url": "http://127.0.0.1:9/hook", "events": ["call.ended"]}
    made = await done(house, "POST", "/api/v1/webhooks", wish)
    page = await windows.open("/#/account", who=ADMIN)
    held: list[Route] = []

    async def answer(route: Route) -> None:
        if "cursor=" in route.request.url:
            held.append(route)
        elif "state=" in route.request.url:
            await route.fulfill(json={"deliveries": [], "next_cursor": None})
        else:
            await route.fulfill(json={"deliveries": [_waiting("one")], "next_cursor": "next"})

    await page.route("**/api/v1/webhooks/*/deliveries*", answer)
    await page.goto(f"/#/webhooks/{made['id']}")
    async with page.expect_request(lambda one: "cursor=next" in one.url):
        await page.get_by_role("button", name="Show more").click()
    await page.get_by_label("State").select_option("exhausted")
    await expect(page.get_by_text("Nothing was sent yet")).to_be_visible()
    async with page.expect_response(lambda one: "cursor=next" in one.url):
        await held[0].fulfill(json={"deliveries": [_waiting("two")], "next_cursor": None})
    await settled(page)
    await expect(page.get_by_text("Nothing was sent yet")).to_be_visible()


def _waiting(name: str) -> dict[str, object]:
    at = "2026-01-05T10:00:00Z"
    return {
        **{"id": name, "event_type": "call.ended", "seq": 1, "state": "waiting", "attempts": 1},
        **{"response_status": 500, "error": "status", "duration_ms": 5, "created_at": at},
        **{"last_attempt_at": at, "next_attempt_at": at, "give_up_at": at, "failures": []},
    }
