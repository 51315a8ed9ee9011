"""Supervision: who asks for help is noticed, and each button does what it says, once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.asking import done
from tests.browser.house import CALLER, House
from tests.browser.sights import settled
from tests.browser.windows import PHONE, Windows

AGENT, OPERATOR, AGENT_NAME = "agent002", "operator_john", "John Otieno"
COLLEAGUE, OF_SUPPORT = "agent003", "agent008"  # whom the crisis queue does not ring
LISTENER, SUPERVISOR, SUPERVISOR_NAME = "agent001", "jsmith", "Jane Smith"  # who has a phone
WITHOUT_PHONE = "supervisor_jane"


async def agent_of(house: House, agent_id: str = AGENT) -> dict[str, Any]:
    """As the API says it."""
    listed = (await done(house, "GET", "/api/v1/agents/status"))["agents"]
    found: dict[str, Any] = next(one for one in listed if one["id"] == agent_id)
    return found


async def calls_of(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await done(house, "GET", "/api/v1/calls/active"))["calls"]
    return found


def bell(page: Page) -> Locator:
    return page.locator(".bar .bell")


# ---- asking for help


@pytest.mark.parametrize("path", ["/#/cases", "/#/users", "/#/statistics"])
async def test_who_asks_for_help_is_seen_on_every_page_and_is_one_click_away(
    house: House, windows: Windows, path: str
) -> None:
    await house.only(AGENT)
    _, call_id = await house.talks(AGENT)
    page = await windows.open(path, who=SUPERVISOR)
    await settled(page)
    await expect(bell(page)).to_have_accessible_name("Nobody asks for help.")
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
    await expect(page.get_by_role("alert")).to_contain_text(f"{AGENT_NAME} asks for help.")
    await bell(page).click()
    detail = page.locator(".supervisor-detail")
    await expect(detail.get_by_role("heading", name=AGENT_NAME)).to_be_visible()
    await expect(detail).to_contain_text(CALLER)
    await expect(detail.get_by_role("button", name="Listen")).to_be_visible()
    assert (await agent_of(house))["help"]["call_id"] == call_id


async def test_an_agent_sees_who_comes_and_ends_it_himself(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    page = await windows.open("/#/panel", who=OPERATOR)
    watcher = await windows.open("/#/cases", who=SUPERVISOR)
    await page.get_by_role("button", name="Ask for help").click()
    await bell(watcher).click()
    await watcher.get_by_role("button", name="I am coming").click()
    await expect(page.get_by_text(f"{SUPERVISOR_NAME} comes")).to_be_visible()
    await expect(bell(watcher)).to_have_accessible_name("Nobody asks for help.")
    await expect(watcher.locator("[data-help]")).to_contain_text(f"{SUPERVISOR_NAME} comes")
    await page.get_by_role("button", name="Help is over").click()
    await expect(watcher.locator("[data-help]")).to_have_count(0)
    assert (await agent_of(house))["help"] is None


async def test_asking_for_help_moves_nothing_on_the_desk(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    page = await windows.open("/#/panel", who=OPERATOR)
    desk = page.locator(".desk")
    await settled(page)
    await expect(page.get_by_role("button", name="Ask for help")).to_be_visible()
    await expect(page.locator(".phone-card")).to_contain_text("Desk phone")  # read by itself
    before = await desk.bounding_box()
    await page.get_by_role("button", name="Ask for help").click()
    await expect(page.get_by_text("Help is asked for").first).to_be_visible()
    assert await desk.bounding_box() == before
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help/answer")
    await expect(page.locator(".help")).to_contain_text("comes")
    assert await desk.bounding_box() == before


async def test_a_supervisor_ends_help_that_was_given(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    page = await windows.open("/#/panel", who=OPERATOR)
    watcher = await windows.open("/#/supervisor", who=SUPERVISOR)
    await page.get_by_role("button", name="Ask for help").click()
    await watcher.get_by_role("button", name="I am coming").click()
    await watcher.get_by_role("button", name="Help is over").click()
    await expect(page.get_by_role("button", name="Ask for help")).to_be_visible()
    assert (await agent_of(house))["help"] is None


async def test_of_two_who_come_the_second_is_told_of_the_first(
    house: House, windows: Windows
) -> None:
    windows.expects("409 (Conflict)")
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
    page = await windows.open("/#/supervisor", who=SUPERVISOR)
    await settled(page)
    await page.route("**/help/answer", lambda route: _first(house, route))
    await page.get_by_role("button", name="I am coming").click()
    await expect(page.locator(".toast-bad")).to_contain_text("helped by somebody else already")
    await expect(page.locator("[data-help]")).to_contain_text("comes")


async def _first(house: House, route: Any) -> None:
    """Somebody else was faster by the blink of an eye."""
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help/answer")
    await route.continue_()


async def test_two_who_ask_are_counted_on_a_phone_too(house: House, windows: Windows) -> None:
    page = await windows.open("/#/cases", who=SUPERVISOR, size=PHONE)
    await settled(page)
    for agent_id in (AGENT, COLLEAGUE):
        await done(house, "POST", f"/api/v1/agents/{agent_id}/help")
    await expect(bell(page).locator(".bell-count")).to_have_text("2")
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_who_asks_for_help_himself_gets_no_bell_for_it(
    house: House, windows: Windows
) -> None:
    page = await windows.open("/#/cases", who=SUPERVISOR)
    await settled(page)
    await done(house, "POST", f"/api/v1/agents/{LISTENER}/help")
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
    await expect(bell(page)).to_have_accessible_name(f"{AGENT_NAME} asks for help.")


async def test_a_tone_is_heard_while_somebody_waits_if_one_wishes_it(
    house: House, windows: Windows
) -> None:
    page = await windows.open("about:blank", who=SUPERVISOR)
    await page.add_init_script(COUNT_TONES)
    await page.goto("/#/supervisor")
    await settled(page)
    await page.get_by_role("button", name="Sound").click()
    heard = page.locator("html")
    await expect(heard).to_have_attribute("data-tones", "3")  # so one knows what it will be
    await done(house, "POST", f"/api/v1/agents/{AGENT}/help")
    await expect(heard).to_have_attribute("data-tones", re.compile("^(?!3$)"))
    await page.get_by_role("button", name="I am coming").click()
    await expect(page.locator("[data-help]")).to_contain_text("comes")
    assert await page.evaluate("localStorage.getItem('sound.help')") == "on"


COUNT_TONES = """
const Native = OscillatorNode;
let tones = 0;
window.OscillatorNode = class extends Native {
  start(at) { document.documentElement.dataset.tones = tones += 1; super.start(at); }
};
"""


# ---- what is done to an agent


async def supervision(windows: Windows, query: str = "", who: str = SUPERVISOR) -> Page:
    page = await windows.open(f"/#/supervisor{query}", who=who)
    await settled(page)
    return page


async def sets(page: Page, wish: str) -> None:
    await page.get_by_label("New state").select_option(wish)
    await page.get_by_role("button", name="Set", exact=True).click()
    await expect(page.locator(".toast-good")).to_contain_text("The state is set")


@pytest.mark.parametrize("reason", ["lunch", "training", "personal", "technical"])
async def test_a_break_is_set_for_each_of_its_reasons(
    house: House, windows: Windows, reason: str
) -> None:
    page = await supervision(windows, f"?agent={AGENT}")
    await sets(page, f"on-break/{reason}")
    found = await agent_of(house)
    assert (found["status"], found["reason_code"]) == ("on-break", reason)


async def test_an_agent_is_made_available_and_offline(house: House, windows: Windows) -> None:
    await house.away(AGENT)
    page = await supervision(windows, f"?agent={AGENT}")
    await sets(page, "available")
    assert (await agent_of(house))["status"] == "available"
    await page.locator(".toast-good button").click()
    await sets(page, "offline")
    assert (await agent_of(house))["status"] == "offline"
    await expect(page.locator(".supervisor-detail")).to_contain_text("Offline")


async def test_a_state_set_in_a_call_is_for_after_it(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    caller, _ = await house.talks(AGENT)
    page = await supervision(windows, f"?agent={AGENT}")
    await sets(page, "on-break/lunch")
    found = await agent_of(house)
    assert (found["status"], found["pending_status"]) == ("on-call", "on-break")
    await expect(page.locator(".supervisor-detail")).to_contain_text("After the call")
    caller.hangs_up()
    await expect(page.locator(".supervisor-detail")).to_contain_text("Lunch")


async def test_a_wrap_up_is_ended(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    caller, _ = await house.talks(AGENT)
    caller.hangs_up()
    await house.agent_is("wrap-up", AGENT)
    await done(house, "POST", f"/api/v1/agents/{AGENT}/wrap-up/extend", {"seconds": 600})
    page = await supervision(windows, f"?agent={AGENT}")
    await page.get_by_role("button", name="End wrap-up").click()
    await expect(page.get_by_role("button", name="End wrap-up")).to_have_count(0)
    found = await agent_of(house)
    assert (found["status"], found["wrap_up_until"]) == ("available", None)


# ---- what is done to a call


async def test_a_call_is_ended_after_a_question(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    caller, _ = await house.talks(AGENT)
    page = await supervision(windows, f"?agent={AGENT}")
    await page.get_by_role("button", name="End call").click()
    question = page.get_by_role("dialog", name="End this call?")
    await question.get_by_role("button", name="Cancel").click()
    await expect(question).to_have_count(0)
    assert caller.is_on_the_line
    await page.get_by_role("button", name="End call").click()
    await question.get_by_role("button", name="End call").dblclick()
    await expect(page.get_by_role("button", name="End call")).to_have_count(0)
    await house.agent_is("wrap-up", AGENT)
    assert not caller.is_on_the_line
    assert await calls_of(house) == []


async def test_a_waiting_caller_is_moved_within_his_queue_and_to_another(
    house: House, windows: Windows
) -> None:
    await house.only()
    first, second = [await house.caller("support", number) for number in (CALLER, OTHER)]
    page = await supervision(windows, f"?tab=calls&call={second[1]}")
    await moves(page, "front")
    assert await line(house, "support") == [second[1], first[1]]
    await moves(page, "back")
    assert await line(house, "support") == [first[1], second[1]]
    await page.get_by_label("Move to the queue").select_option("crisis")
    await moves(page, "front")
    assert (await line(house, "support"), await line(house, "crisis")) == ([first[1]], [second[1]])


OTHER = "+254700123457"


async def moves(page: Page, position: str) -> None:
    """Clicked twice, as people do."""
    await page.get_by_role("radio", name=f"To the {position}").check()
    await page.get_by_role("button", name="Move", exact=True).dblclick()
    told = page.locator(".toast-good")
    await expect(told).to_contain_text("The caller was moved")
    await told.get_by_role("button").click()
    await expect(told).to_have_count(0)


async def line(house: House, queue: str) -> list[str]:
    """Ids of who waits there, in Asterisk's order."""
    return [one.call_id for one in house.live.queues[queue].waiting]


async def test_a_caller_is_sent_on_to_another_queue_and_to_an_agent(
    house: House, windows: Windows
) -> None:
    await house.only(AGENT)
    _, call_id = await house.talks(AGENT)
    page = await supervision(windows, f"?tab=calls&call={call_id}")
    await page.get_by_label("Send on to").select_option("queue/crisis")
    await page.get_by_role("button", name="Send", exact=True).dblclick()
    await expect(page.locator(".supervisor-detail")).to_contain_text("Waiting")
    assert await line(house, "crisis") == [call_id]
    await house.agent_is("wrap-up", AGENT)
    await house.free(OF_SUPPORT)
    await page.get_by_label("Send on to").select_option(f"agent/{OF_SUPPORT}")
    await page.get_by_role("button", name="Send", exact=True).click()
    await house.until(lambda _: house.pbx.is_ringing(OF_SUPPORT))
    house.pbx.agent_answers(OF_SUPPORT)
    await expect(page.locator(".supervisor-detail")).to_contain_text("Talking")
    [call] = await calls_of(house)
    assert (call["id"], call["agent_id"]) == (call_id, OF_SUPPORT)


async def test_one_listens_whispers_barges_in_and_stops(house: House, windows: Windows) -> None:
    await house.only(AGENT)
    _, call_id = await house.talks(AGENT)
    page = await supervision(windows, f"?agent={AGENT}")
    await page.get_by_role("button", name="Listen").dblclick()
    await expect(page.get_by_text("Your phone rings.")).to_be_visible()
    await house.until(lambda _: house.pbx.is_ringing(LISTENER))
    house.pbx.agent_answers(LISTENER)
    for name, words in MODES.items():
        await page.get_by_role("button", name=name).dblclick()
        await expect(page.get_by_role("button", name=name)).to_have_attribute(
            "aria-pressed", "true"
        )
        await expect(page.get_by_text(words, exact=True)).to_be_visible()
        assert await heard(house) == [(call_id, name.split()[0].lower())]
    await page.get_by_role("button", name="Stop").dblclick()
    await expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    assert await heard(house) == []
    assert [one["id"] for one in await calls_of(house)] == [call_id]


MODES = {
    "Listen": "Nobody hears you.",
    "Whisper": "Only the agent hears you.",
    "Barge in": "Both hear you.",
}


async def heard(house: House) -> list[tuple[str, str]]:
    """Which calls are heard, and how."""
    calls = await calls_of(house)
    return [(one["monitors"], one["monitor_mode"]) for one in calls if one["monitors"]]


async def test_who_has_no_phone_is_told_why_he_can_hear_nothing(
    house: House, windows: Windows
) -> None:
    await house.only(AGENT)
    await house.talks(AGENT)
    page = await supervision(windows, f"?agent={AGENT}", WITHOUT_PHONE)
    await expect(page.get_by_text("To hear calls you need a phone here")).to_be_visible()
    await expect(page.get_by_role("button", name="Listen")).to_have_count(0)


# ---- refusals


REFUSALS = {
    403: "Your role does not allow this",
    503: "does not work right now",
    504: "It took too long, and may have happened all the same",
}


@pytest.mark.parametrize("status", REFUSALS)
async def test_what_is_refused_is_said_and_what_was_chosen_stays(
    house: House, windows: Windows, status: int
) -> None:
    windows.expects(f"status of {status}")
    page = await supervision(windows, f"?agent={AGENT}")
    await page.route("**/status", lambda route: _refused(route, status))
    await page.get_by_label("New state").select_option("on-break/lunch")
    await page.get_by_role("button", name="Set", exact=True).click()
    await expect(page.locator(".toast-bad")).to_contain_text(REFUSALS[status])
    await expect(page.get_by_label("New state")).to_have_value("on-break/lunch")
    await page.unroute_all()
    await page.get_by_role("button", name="Set", exact=True).click()
    await expect(page.locator(".supervisor-detail")).to_contain_text("Lunch")


async def _refused(route: Any, status: int) -> None:
    if route.request.method == "PUT":
        await route.fulfill(status=status, json={"error": {"code": "REFUSED", "message": "no"}})
    else:
        await route.continue_()


async def test_a_phone_that_is_busy_is_said_to_who_wants_to_listen(
    house: House, windows: Windows
) -> None:
    windows.expects("409 (Conflict)")
    await house.only(AGENT)
    await house.talks(AGENT)
    page = await supervision(windows, f"?agent={AGENT}")
    house.pbx.phone_goes(LISTENER)
    await house.agent_is("unreachable", LISTENER)
    await page.get_by_role("button", name="Listen").click()
    await expect(page.locator(".toast-bad")).to_contain_text("Your phone can't be reached.")
    assert await heard(house) == []


WHYS = [
    ("Hamisha", "not-waiting", "Mpigaji hasubiri tena kwenye foleni."),
    ("Tuma", "on-call", "Tayari yuko kwenye simu. Chagua mwingine."),
    ("Tuma", "talking", "Mhudumu amepokea simu hii wakati huo huo."),
    ("Sikiliza", "on-call", "Tayari uko kwenye simu."),
    ("Sikiliza", "agent-did-not-answer", "Simu yako haikupokea, au mazungumzo yamekwisha."),
    ("Kata simu", "over", "Simu imekwisha."),
    ("Kata simu", "of another day", "in its own words"),
]


@pytest.mark.parametrize(("button", "reason", "words"), WHYS)
async def test_what_is_refused_is_said_in_the_language_of_who_asks(
    house: House, windows: Windows, button: str, reason: str, words: str
) -> None:
    windows.expects("409 (Conflict)")
    await house.only(AGENT)
    if button == "Hamisha":
        await house.away(AGENT)
        _, call_id = await house.caller()
    else:
        _, call_id = await house.talks(AGENT)
    page = await windows.open(
        f"/#/supervisor?tab=calls&call={call_id}", who=SUPERVISOR, locale="sw"
    )
    await settled(page)
    told = {"error": True, "code": "conflict", "message": "in its own words"}
    body = {**told, "details": {"reason": reason}}
    await page.route(
        re.compile(r"/(move|transfer|monitor|end)$"),
        lambda route: route.fulfill(status=409, json=body),
    )
    if button == "Tuma":
        await page.get_by_label("Mpeleke kwa").select_option(index=1)
    await page.get_by_role("button", name=button, exact=True).click()
    if button == "Kata simu":
        await page.get_by_role("dialog").get_by_role("button", name=button).click()
    await expect(page.locator(".toast-bad")).to_contain_text(words)


async def test_a_caller_who_hung_up_meanwhile_is_moved_nowhere(
    house: House, windows: Windows
) -> None:
    windows.expects("409 (Conflict)", "404 (Not Found)")
    await house.only()
    caller, call_id = await house.caller()
    page = await supervision(windows, f"?tab=calls&call={call_id}")
    await page.route("**/move", lambda route: _after(route, caller.hangs_up))
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.locator(".toast-bad")).to_be_visible()
    await expect(page.get_by_text("This call is over.")).to_be_visible()
    assert await calls_of(house) == []


async def _after(route: Any, happens: Any) -> None:
    happens()
    await route.continue_()


async def test_while_the_telephone_system_is_away_nothing_is_said_to_be_done(
    house: House, windows: Windows
) -> None:
    windows.expects("503 (Service Unavailable)")
    await house.only(AGENT)
    await house.talks(AGENT)
    page = await supervision(windows, f"?agent={AGENT}")
    await house.pbx.stop()
    await expect(page.get_by_text("The telephone system can't be reached.").first).to_be_visible()
    await page.get_by_role("button", name="End call").click()
    await page.get_by_role("dialog").get_by_role("button", name="End call").click()
    await expect(page.locator(".toast-bad")).to_contain_text("telephone system")
    await expect(page.locator(".toast-good")).to_have_count(0)
