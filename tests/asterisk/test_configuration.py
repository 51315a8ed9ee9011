"""What asterisk-conf does by itself: its books, and where callers go whom nobody could answer."""

from __future__ import annotations

import asyncio
import csv

from tests.asterisk.api import Json
from tests.asterisk.desk import Desk
from tests.asterisk.scenario import Behavior

UNIQUEID, LINKEDID = 16, 19  # columns of cdr-csv/Master.csv


async def cdr_rows(desk: Desk, linkedid: str) -> list[list[str]]:
    """The lines of that call, as soon as there are some."""
    file = desk.pbx.folder / "log/cdr-csv/Master.csv"
    async with asyncio.timeout(10):
        while True:
            await desk.pbx.cli("cdr show status")
            rows = list(csv.reader(file.read_text().splitlines())) if file.exists() else []
            if found := [row for row in rows if row[LINKEDID] == linkedid]:
                return found


async def test_a_call_is_in_the_cdr_with_uniqueid_and_linkedid(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    new = await desk.admin.hears(Event="Newchannel", CallerIDNum="+49301234567")
    await caller.hang_up()
    await desk.ended(call)
    rows = await cdr_rows(desk, new["Linkedid"])
    assert {row[UNIQUEID] for row in rows} == {new["Uniqueid"]}
    assert any(agent.interface in field for row in rows for field in row)


# ---- whom nobody could answer; another queue: test_queue_calls.py


async def turned_away(desk: Desk, number: str, queue: str) -> Json:
    """A caller who waited there as long as anybody may."""
    await desk.parties.call(number)
    queued = await desk.watcher.sees("call.queued", call={"queue_id": queue})
    call: Json = queued["call"]
    await desk.admin.hears(Event="UserEvent", UserEvent="QueueExit", Queue=queue, Status="TIMEOUT")
    return call


async def press(desk: Desk, call: Json, digit: str) -> None:
    uniqueid = call["id"].removeprefix("call-")
    new = await desk.admin.hears(Event="Newchannel", Uniqueid=uniqueid)
    channel = new["Channel"]
    await desk.admin.act("PlayDTMF", Channel=channel, Digit=digit, Receive="true")


async def test_an_overflow_to_a_number_is_answered_there(desk: Desk) -> None:
    outside = await desk.parties.outside()
    call = await turned_away(desk, "8104", "tnumber")
    talking = await desk.watcher.sees("call.connected", call={"id": call["id"]})
    assert talking["call"]["agent_id"] is None
    await outside.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["direction"]) == ("completed", "inbound")
    assert ended["tags"] == ["overflow"]


async def test_an_overflow_to_a_number_that_is_busy_goes_on_to_its_own(desk: Desk) -> None:
    await desk.parties.outside(Behavior(final=486))
    call = await turned_away(desk, "8104", "tnumber")
    await desk.admin.hears(Event="DialEnd", DialStatus="BUSY")
    await press(desk, call, "1")
    ended = await desk.ended(call)
    assert ended["tags"] == ["overflow", "callback"]


async def test_who_asks_for_a_callback_is_told_and_thanked(desk: Desk) -> None:
    call = await turned_away(desk, "8105", "toffer")
    await press(desk, call, "1")
    asked = await desk.admin.hears(Event="UserEvent", UserEvent="Callback")
    assert asked["Queue"] == "toffer"
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["tags"]) == ("timeout", ["overflow", "callback"])
    assert ended["caller_id"] == "+49301234567"


async def test_who_wants_no_callback_is_asked_twice_and_bidden_farewell(desk: Desk) -> None:
    call = await turned_away(desk, "8105", "toffer")
    await press(desk, call, "7")
    await press(desk, call, "7")
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["tags"]) == ("timeout", ["overflow"])


async def test_a_queue_that_overflows_into_itself_ends(desk: Desk) -> None:
    call = await turned_away(desk, "8106", "tcircle")
    ended = await desk.ended(call, 20)
    assert ended["end_reason"] == "timeout"
    assert desk.watcher.story(call["id"]).count("call.queued") == 4


async def test_who_calls_while_it_is_closed_hears_a_goodbye_and_is_rejected(desk: Desk) -> None:
    await desk.parties.call("8107", number="+4930888")
    ended = await desk.watcher.sees("call.ended", call={"caller_id": "+4930888"})
    said = await desk.admin.hears(Event="UserEvent", UserEvent="QueueExit")
    assert (said["Queue"], said["Status"]) == ("tclosed", "CLOSED")
    assert (ended["call"]["end_reason"], ended["call"]["queue_ids"]) == ("rejected", [])


# ---- phones


async def test_a_phone_that_holds_may_be_silent_for_longer_than_one_that_died(desk: Desk) -> None:
    """Both send no audio; rtp_timeout is 2 s for them, rtp_timeout_hold that of the template."""
    calls: list[Json] = []
    for number in (92, 93):  # these phones have a short rtp_timeout
        queue, dial = desk.another_queue()
        agent = await desk.agent(number=number, queue=queue)
        await desk.parties.call(dial)
        talking = await desk.watcher.sees("call.connected", call={"agent_id": agent.id})
        calls.append(talking["call"])
        if number == 92:
            await agent.phone.hold()
            await desk.watcher.sees("call.held", call={"id": talking["call"]["id"]})
        await desk.admin.act("QueueRemove", Queue=queue, Interface=agent.interface)
    await desk.ended(calls[1])
    assert (await desk.api.call(calls[0]["id"]))["status"] == "on-hold"
