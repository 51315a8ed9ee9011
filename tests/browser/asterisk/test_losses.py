"""What is lost in the middle of a call, and that the caller does not pay for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.asterisk import ports
from tests.asterisk.conftest import desk_at
from tests.asterisk.desk import Numbers
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.talks import until
from tests.browser.asterisk.conftest import phones_daemon
from tests.browser.asterisk.seat import HUM, WAIT_MS, Seats

GIVEN_UP_MS = 45_000  # the page gives a line up after 10 s
# It tries again after up to 8 s. An Asterisk that boots takes the page's question and loses it: the
# page asks again when its time is over, 32 s and 5 s later.
BACK_MS = 75_000


@pytest_asyncio.fixture(loop_scope="session")
async def own_house(tmp_path: Path, browser: Browser) -> AsyncIterator[Seats]:
    """With an Asterisk that a test may break."""
    with ports.block() as block:
        pbx = PbxProcess(tmp_path / "pbx", block)
        await pbx.start()
        async with (
            phones_daemon(tmp_path / "mhud", pbx) as daemon,
            desk_at(pbx, daemon, Numbers(), tmp_path / "sip") as desk,
        ):
            seats = Seats(browser, daemon, desk)
            yield seats
            await seats.close()
        await pbx.stop()


async def test_a_page_that_is_reloaded_in_a_call_gets_it_back(seats: Seats) -> None:
    seat, caller, call = await seats.talk()
    waiting = (
        await seats.caller()
    )  # whom the queue must not give to a phone that is free for a moment
    await seat.start()
    await seat.is_("talking")
    await seat.hears()
    await until(lambda: caller.voice.hears(HUM), "the caller hears the new page")
    assert not waiting.voice.hears(HUM)
    assert (await seats.desk.api.agent(seat.agent))["current_call_id"] == call["id"]
    shown = await seats.desk.api.call(call["id"])
    assert (shown["status"], shown["agent_id"]) == ("in-progress", seat.agent)
    await seats.goes_on()
    await seat.do("hangup()")
    await until(caller.gone.is_set, "the caller is told")


async def test_the_line_to_the_pbx_may_break_in_a_call_and_an_end_is_heard_all_the_same(
    seats: Seats,
) -> None:
    seat, caller, _ = await seats.talk()
    await seats.daemon.kill()
    await seat.until("online.value === false")
    await until(lambda: caller.voice.hears(HUM), "they go on talking")
    await seats.daemon.start()
    await seat.until("online.value", BACK_MS)
    assert await seat.do("state.value") == "talking"
    await caller.hang_up()
    await seat.is_("idle")


async def test_a_newer_tab_takes_the_phone_and_the_call(seats: Seats) -> None:
    seat, caller, _ = await seats.talk()
    newer = await seats.tab(seat)
    assert await newer.start() in ("idle", "ringing", "talking")
    await seat.is_("other-tab")
    await newer.is_("talking")
    await newer.hears()
    await until(lambda: caller.voice.hears(HUM), "the caller hears the newer tab")
    assert await seat.do("state.value") == "other-tab"


async def test_a_line_on_which_nothing_comes_any_more_is_given_up(seats: Seats) -> None:
    """The end of the call was lost on its way: Asterisk has no such call any more."""
    seat, caller, _ = await seats.talk()
    await seat.hears()
    await seats.daemon.kill()
    await seats.desk.pbx.cli("channel request hangup all")
    await seat.is_("dead", GIVEN_UP_MS)
    assert await seat.do("problem.value") == "phone.dead"
    await seats.daemon.start()
    await seat.do("forget()")
    await seat.until("state.value !== 'dead'")
    assert caller.gone.is_set()


@pytest.mark.timeout(240)
async def test_when_asterisk_dies_the_page_says_so_and_is_ready_again_by_itself(
    own_house: Seats,
) -> None:
    """The calls are over. The secret is in Asterisk's database, and counts still."""
    seats, pbx = own_house, own_house.desk.pbx
    seat, _, call = await seats.talk()
    await seat.hears()
    seats.at_desk.clear()  # nobody is there who could be told that he leaves
    pbx.kill()
    await seat.until("online.value === false")
    await seat.is_("dead", GIVEN_UP_MS)
    assert await seat.do("problem.value") == "phone.dead"
    await pbx.start()
    await seat.do("forget()")
    await seat.is_("idle", BACK_MS)
    assert (await seats.desk.ended(call, 30))["status"] == "ended"


async def test_who_calls_a_page_that_is_reloaded_while_it_rings_is_called_again(
    seats: Seats,
) -> None:
    seat = await seats.at_work()
    caller = await seats.caller()
    await seat.is_("ringing")
    await seat.start()
    await seat.is_("ringing")
    await seat.answers()
    await until(lambda: caller.voice.hears(HUM), "the caller hears the new page")


async def test_an_older_tab_says_where_the_phone_is_and_takes_it_back(seats: Seats) -> None:
    seat = await seats.sit(seats.next_agent(), reachable=False)
    await seat.page.goto(seat.base + "/#/panel")
    await expect(seat.page.get_by_text("Phone ready")).to_be_visible(timeout=WAIT_MS)
    newer = await seats.tab(seat)
    await newer.page.goto(seat.base + "/#/panel")
    await expect(newer.page.get_by_text("Phone ready")).to_be_visible(timeout=WAIT_MS)
    moved = seat.page.get_by_text("The phone is in another window")
    await expect(moved).to_be_visible(timeout=WAIT_MS)
    await seat.page.get_by_role("button", name="Use the phone here").click()
    await expect(seat.page.get_by_text("Phone ready")).to_be_visible(timeout=WAIT_MS)
    moved = newer.page.get_by_text("The phone is in another window")
    await expect(moved).to_be_visible(timeout=WAIT_MS)


@pytest.mark.parametrize("held", [False, True], ids=["in a talk", "on hold"])
async def test_whose_agents_browser_crashes_is_helped_next_by_who_is_there(
    seats: Seats, held: bool
) -> None:
    """Before whoever has been waiting meanwhile."""
    desk = seats.desk
    await desk.admin.act("Setvar", Variable="BROWSER_PHONES", Value="yes")
    seat, caller, call = await seats.talk()
    if held:
        await seat.do("hold(true)")
        await desk.watcher.sees("call.held", call={"id": call["id"]})
    await seats.caller()
    colleague = await seats.sit(seats.next_agent())
    await colleague.start()
    session = await seat.page.context.new_cdp_session(seat.page)
    crash = asyncio.ensure_future(session.send("Page.crash"))
    await desk.watcher.sees_many(2, "call.queued", timeout_s=12, call={"id": call["id"]})
    await seats.serves(colleague)
    await colleague.answers()
    await colleague.hears()
    await until(lambda: caller.voice.hears(HUM), "the caller hears the colleague")
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["agent_id"]) == ("in-progress", colleague.agent)
    lost = {"id": seat.agent, "status": "unreachable"}
    await desk.watcher.sees("agent.status_changed", agent=lost)
    await colleague.do("hangup()")
    await until(caller.gone.is_set, "the caller is told")
    ended = await desk.ended(call)
    assert ended["end_reason"] == "completed"
    seats.contexts.remove(seat.page.context)
    await seat.page.context.close()
    await asyncio.gather(crash, return_exceptions=True)  # a page that crashed never answers
