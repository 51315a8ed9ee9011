"""An operator's desk on bad days: whatever breaks, nothing that was typed is lost or sent twice."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from playwright.async_api import Page, Route, expect

from tests.browser import keyboard
from tests.browser.asking import ask, done
from tests.browser.axe import violations
from tests.browser.desks import AGENT, NOTES, OPERATOR, at_desk, in_call
from tests.browser.house import CALLER, House
from tests.browser.windows import Windows

REFUSED = "503 (Service Unavailable)"  # the browser reports the answers that a test makes up


async def _outcome(page: Page) -> None:
    await page.get_by_role("combobox", name="Outcome").select_option(index=1)


async def _unavailable(route: Route) -> None:
    await route.fulfill(status=503, json={"error": True, "code": "service_unavailable"})


async def test_a_call_that_is_written_up_is_said_to_be_so_after_a_reload(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    await _outcome(page)
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("The contact is saved.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("This call is written up")).to_be_visible()


async def _cases(house: House) -> int:
    found = await done(house, "GET", "/helpline/api/cases?limit=1")
    return int(found["pagination"]["total"])


async def test_typing_goes_on_while_the_server_is_away_and_is_kept_when_it_is_back(
    house: House, windows: Windows
) -> None:
    windows.expects(REFUSED)
    page, _ = await in_call(house, windows)
    await page.route("**/api/v1/drafts/*", _unavailable)
    await page.get_by_label("Notes").fill(NOTES)
    await expect(page.get_by_text("Not kept yet")).to_be_visible()
    await page.unroute("**/api/v1/drafts/*")
    await expect(page.get_by_text("Draft kept at")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)


async def test_a_reload_in_the_middle_of_a_word_loses_nothing(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    await page.get_by_label("Notes").fill(NOTES)
    await page.reload()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)


async def test_a_login_that_ends_asks_over_the_form_and_the_form_stays(
    house: House, windows: Windows
) -> None:
    windows.expects("401 (Unauthorized)")
    page, _ = await in_call(house, windows)
    await page.get_by_label("Notes").fill(NOTES)
    logins = house.services.access.logins
    user = house.services.access.known.names[OPERATOR].id
    for one in [one for one in logins.all() if one.login.user_id == user]:
        await done(house, "DELETE", f"/api/v1/sessions/{one.login.id}")
    dialog = page.get_by_role("dialog", name="Sign in again")
    await dialog.get_by_label("User name or e-mail").fill(OPERATOR)
    password = house.credentials.passwords[OPERATOR]
    await dialog.get_by_role("textbox", name="Password").fill(password)
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)
    await expect(page.get_by_text("Draft kept at")).to_be_visible()


async def test_a_case_is_made_once_though_the_contact_could_not_be_saved_at_first(
    house: House, windows: Windows
) -> None:
    windows.expects(REFUSED)
    before = await _cases(house)
    page, _ = await in_call(house, windows)
    await page.get_by_label("Notes").fill(NOTES)
    await page.get_by_role("radio", name="A new case").check()
    await page.get_by_role("textbox", name="Title").fill("Asks for her sister")
    await _outcome(page)
    await page.route("**/helpline/api/communications", _unavailable)
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("This does not work right now")).to_be_visible()
    await page.unroute("**/helpline/api/communications")
    await page.reload()
    await expect(page.get_by_text("is made. What is missing")).to_be_visible()
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("The contact is saved, and CASE-")).to_be_visible()
    assert await _cases(house) == before + 1


async def test_what_is_typed_while_a_contact_is_saved_and_corrected_is_kept(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    notes = page.get_by_label("Notes")
    await notes.fill("First.")
    await _outcome(page)
    more, corrected = [" Second.", " Third."], ""

    async def slow(route: Route) -> None:
        nonlocal corrected
        if route.request.method == "PUT":
            corrected = urlsplit(route.request.url).path
        if more and route.request.method != "GET":
            await notes.fill(await notes.input_value() + more.pop(0))
        await route.continue_()

    await page.route("**/helpline/api/communications**", slow)
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("The contact is saved.")).to_be_visible()
    logged = await done(house, "GET", corrected)
    assert logged["data"]["message"] == "First. Second. Third."


async def test_a_contact_that_was_logged_elsewhere_meanwhile_is_shown_beside_mine(
    house: House, windows: Windows
) -> None:
    windows.expects("409 (Conflict)", "412 (Precondition Failed)")
    page, call_id = await in_call(house, windows)
    await page.get_by_label("Notes").fill(NOTES)
    await expect(page.get_by_text("Draft kept at")).to_be_visible()
    other = await windows.tab(page.context, "/#/account")
    said = await other.evaluate(
        """call_id => fetch("/helpline/api/communications", {method: "POST",
          headers: {"Content-Type": "application/json"}, body: JSON.stringify({call_id,
          contact_type: "call", direction: "inbound", disposition_id: 51, message: "Theirs"})
        }).then((answer) => answer.json())""",
        call_id,
    )
    await _outcome(page)
    await page.get_by_role("button", name="Save the contact").click()
    versions = page.get_by_role("region", name="Two versions")
    await expect(versions).to_contain_text("Theirs")
    await expect(versions).to_contain_text(NOTES)
    await versions.get_by_role("button", name="Save mine").click()
    await expect(page.get_by_text("The contact is saved.")).to_be_visible()
    made = await done(house, "GET", f"/helpline/api/communications/{said['data']['id']}")
    assert made["data"]["message"] == NOTES


async def test_that_a_contact_could_not_be_saved_is_said_though_the_other_one_can_not_be_read(
    house: House, windows: Windows
) -> None:
    windows.expects("409 (Conflict)", REFUSED)
    page, _ = await in_call(house, windows)

    async def refuse(route: Route) -> None:
        logged = {"message": "This call was logged already", "details": {"communication_id": 1}}
        await route.fulfill(status=409, json={"error": {"code": "conflict", **logged}})

    await page.route("**/helpline/api/communications", refuse)
    await page.route("**/helpline/api/communications/1", _unavailable)
    await _outcome(page)
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("This call was logged already")).to_be_visible()


async def test_whoever_it_may_be_is_chosen_by_a_click_and_never_by_itself(
    house: House, windows: Windows
) -> None:
    person = {"name": "Amina Otieno", "phone": CALLER}
    client = (await done(house, "POST", "/api/v1/clients", person))["id"]
    body = {"title": "Bruises on both arms", "client_id": client}
    case = (await done(house, "POST", "/helpline/api/cases", body))["data"]
    page, call_id = await in_call(house, windows)
    head = page.get_by_role("button", name="Amina Otieno")
    await expect(head).to_have_attribute("aria-expanded", "false")
    await expect(page.get_by_text(body["title"])).to_be_hidden()
    await expect(page.get_by_role("radio", name="Nobody's")).to_be_checked()
    await head.click()
    await page.get_by_role("button", name=case["case_number"]).click()
    await page.get_by_role("button", name="This call is about it").click()
    await page.get_by_role("button", name="It is this person").click()
    await _outcome(page)
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("The contact is saved.")).to_be_visible()
    found = await done(house, "GET", f"/helpline/api/cases/{case['id']}/communications")
    assert [(one["call_id"], one["client_id"]) for one in found["data"]] == [(call_id, client)]


async def test_a_desk_in_a_call_is_accessible_in_both_themes_and_by_keyboard(
    house: House, windows: Windows
) -> None:
    person = {"name": "Amina Otieno", "phone": CALLER}
    client = (await done(house, "POST", "/api/v1/clients", person))["id"]
    body = {"title": "Bruises on both arms", "client_id": client}
    await done(house, "POST", "/helpline/api/cases", body)
    page, _ = await in_call(house, windows)
    await page.get_by_role("button", name="Amina Otieno").click()
    await page.get_by_role("button", name="Keypad").click()
    await page.get_by_role("radio", name="A new case").check()
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("This is needed").first).to_be_visible()
    assert await violations(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await violations(page) == []
    walk = await keyboard.walk(page)
    assert (walk.missed, walk.unseen, walk.stuck) == ([], [], [])


async def test_what_is_typed_while_the_contact_is_saved_is_saved_too(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    notes = page.get_by_label("Notes")
    await notes.fill(NOTES)
    await _outcome(page)

    async def typing_on(route: Route) -> None:
        await notes.press_sequentially(" And more.")
        await route.continue_()

    await page.route("**/helpline/api/communications", typing_on)
    async with page.expect_response("**/helpline/api/communications") as answered:
        await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("The contact is saved.")).to_be_visible()
    made = (await (await answered.value).json())["data"]["id"]
    kept = await done(house, "GET", f"/helpline/api/communications/{made}")
    assert kept["data"]["message"] == f"{NOTES} And more."


async def test_what_is_corrected_after_a_part_was_saved_holds_for_that_part_too(
    house: House, windows: Windows
) -> None:
    """The person and the callback are made, the contact is not yet."""
    windows.expects(REFUSED)
    page, call_id = await in_call(house, windows)
    when = page.get_by_label("Call back at")
    save = page.get_by_role("button", name="Save the contact")
    await _outcome(page)
    await page.route("**/helpline/api/communications", _unavailable)
    await page.get_by_role("radio", name="A new person").check()
    for name, at in (("Amna", "2031-03-04T09:30"), ("Amina", "2031-03-05T10:15")):
        await page.get_by_role("textbox", name="Name of the new person").fill(name)
        await when.fill(at)
        async with page.expect_response("**/helpline/api/communications"):
            await save.click()
        await expect(save).not_to_have_attribute("aria-busy", "true")
    wishes = "/api/v1/callbacks?status=all&limit=100"
    found = (await done(house, "GET", wishes))["callbacks"]
    [made] = [one for one in found if one["call_id"] == call_id]
    due = await page.evaluate("new Date('2031-03-05T10:15').getTime() / 1000")
    assert datetime.fromisoformat(made["due_at"]).timestamp() == due
    client = await done(house, "GET", f"/api/v1/clients/{made['client_id']}")
    assert client["name"] == "Amina"
    await when.fill("")
    await page.unroute("**/helpline/api/communications")
    await save.click()
    await expect(page.get_by_text("The contact is saved.")).to_be_visible()
    assert (await done(house, "GET", f"/api/v1/callbacks/{made['id']}"))["status"] == "cancelled"


async def test_a_callback_is_taken_called_and_done_with_the_form_about_it(
    house: House, windows: Windows
) -> None:
    wish = {"phone": "+254722000111", "reason": "Her mother came in", "queue_id": "support"}
    callback = (await done(house, "POST", "/api/v1/callbacks", wish))["id"]
    page = await at_desk(house, windows)
    await page.get_by_role("tab", name="Callbacks").click()
    await page.get_by_role("radio", name="Nobody's").check()
    await page.get_by_role("row", name=wish["reason"]).get_by_role("button", name="Take").click()
    await page.get_by_role("radio", name="Mine").check()
    row = page.get_by_role("row", name=wish["reason"])
    await row.get_by_role("button", name="Call").click()
    await house.until(lambda _: house.pbx.is_ringing(AGENT))
    house.pbx.agent_answers(AGENT)
    await expect(page.get_by_label("With this call the callback is done")).to_be_checked()
    await _outcome(page)
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("The contact is saved.")).to_be_visible()
    assert (await done(house, "GET", f"/api/v1/callbacks/{callback}"))["status"] == "done"


async def test_a_contact_is_saved_though_its_callback_was_cancelled_meanwhile(
    house: House, windows: Windows
) -> None:
    windows.expects("409 (Conflict)")
    me = house.services.access.known.names[OPERATOR].id
    wish = {"phone": "+254722000113", "reason": "She asked for it", "assigned_user_id": me}
    callback = (await done(house, "POST", "/api/v1/callbacks", wish))["id"]
    page = await at_desk(house, windows)
    await page.get_by_role("tab", name="Callbacks").click()
    row = page.get_by_role("row", name=str(wish["reason"]))
    await row.get_by_role("button", name="Call").click()
    await house.until(lambda _: house.pbx.is_ringing(AGENT))
    house.pbx.agent_answers(AGENT)
    is_done = page.get_by_label("With this call the callback is done")
    await expect(is_done).to_be_checked()
    await done(house, "PUT", f"/api/v1/callbacks/{callback}", {"status": "cancelled"})
    await _outcome(page)
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_role("alert").get_by_text("Somebody else")).to_be_visible()
    await expect(is_done).not_to_be_checked()
    await page.get_by_role("button", name="Save the contact").click()
    await expect(page.get_by_text("The contact is saved.")).to_be_visible()


async def test_a_callback_that_a_colleague_was_faster_to_take_is_said_to_be_his(
    house: House, windows: Windows
) -> None:
    windows.expects("404 (Not Found)", "409 (Conflict)")
    wish = {"phone": "+254722000112", "reason": "The line was bad today"}
    callback = (await done(house, "POST", "/api/v1/callbacks", wish))["id"]
    page = await at_desk(house, windows)
    await page.get_by_role("tab", name="Callbacks").click()
    await page.get_by_role("radio", name="Nobody's").check()
    row = page.get_by_role("row", name=wish["reason"])
    await expect(row).to_be_visible()
    other = house.services.access.known.names["gwanjiru"].id
    taken = {"assigned_user_id": other}
    await done(house, "PUT", f"/api/v1/callbacks/{callback}", taken)
    await row.get_by_role("button", name="Take").click()
    await expect(page.get_by_role("status").get_by_text("Somebody else")).to_be_visible()
    await expect(row).to_be_hidden()
    assert (await done(house, "GET", f"/api/v1/callbacks/{callback}"))["assigned_user_id"] == other


async def test_a_call_goes_by_keys_alone(house: House, windows: Windows) -> None:
    page, call_id = await in_call(house, windows)
    await page.keyboard.press("Alt+h")
    await house.until(lambda live: live.calls[call_id].status.value == "on-hold")
    await expect(page.get_by_role("button", name="Hold")).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Alt+h")
    await house.until(lambda live: live.calls[call_id].status.value == "in-progress")
    await page.keyboard.press("Alt+n")
    await page.keyboard.type("By keys alone")
    await expect(page.get_by_label("Notes")).to_have_value("By keys alone")
    await page.keyboard.press("Alt+t")
    await expect(page.get_by_role("dialog", name="Transfer")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Alt+x")
    await house.agent_is("wrap-up", AGENT)
    await expect(page.get_by_text("Time to write")).to_be_visible()
    await page.keyboard.press("Alt+e")
    await expect(page.get_by_role("timer", name="Time to write")).to_contain_text("1:")
    await page.keyboard.press("Alt+r")
    await house.agent_is("available", AGENT)


async def test_a_break_has_a_reason_and_in_a_call_it_waits_for_its_end(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    await page.get_by_role("button", name="Break or offline").click()
    await page.get_by_role("menuitemradio", name="Break: Lunch").click()
    await expect(page.get_by_text("after the call: On break")).to_be_visible()
    await page.get_by_role("button", name="End call").click()
    await page.get_by_role("button", name="Ready for calls").click()
    await house.until(lambda live: live.agents[AGENT].status.value in ("on-break", "available"))


async def test_a_number_is_called_and_one_that_is_none_is_not(
    house: House, windows: Windows
) -> None:
    page = await at_desk(house, windows)
    await page.keyboard.press("Alt+c")
    dialog = page.get_by_role("dialog", name="Call a number")
    number = dialog.get_by_label("Number")
    await number.fill("mother")
    await expect(dialog.get_by_role("button", name="Call", exact=True)).to_be_disabled()
    await number.fill("+254 722 000-113")
    await number.press("Enter")
    await expect(dialog).to_be_hidden()
    await house.until(lambda _: house.pbx.is_ringing(AGENT))
    house.pbx.agent_answers(AGENT)
    await expect(page.locator(".call-party")).to_contain_text("+254722000113")


async def test_who_has_a_call_sees_it_on_every_page_and_goes_back_by_a_link(
    house: House, windows: Windows
) -> None:
    page, _ = await in_call(house, windows)
    await page.get_by_label("Notes").fill(NOTES)
    await page.get_by_role("link", name="Cases").click()
    await page.get_by_role("banner").get_by_role("link", name="In a call").click()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES)


async def test_what_is_typed_in_one_tab_is_seen_in_the_other(
    house: House, windows: Windows
) -> None:
    page, call_id = await in_call(house, windows)
    other = await windows.tab(page.context, "/#/panel")
    await expect(other.get_by_label("Notes")).to_be_visible()
    await page.get_by_label("Notes").fill(NOTES)
    await expect(other.get_by_label("Notes")).to_have_value(NOTES)
    assert (await ask(house, "GET", f"/api/v1/calls/{call_id}"))[0] == 200
