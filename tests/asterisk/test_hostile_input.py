"""What strangers and API consumers write never becomes a command, a header, or another's name."""

from __future__ import annotations

import pytest

from tests.asterisk.desk import Desk

LINE_BREAKS = ("x\r\nAction: Logoff", "x\nEvent: Hangup", "x\x00y", "x\ry")
HOSTILE_NAMES = (
    "Eve%0d%0aEvent: Hangup%0d%0aUniqueid: 1",
    "${SHELL(id)}",
    "a,b;c|d&e",
    "<script>alert(1)</script>",
    "Grüße aus Köln",
)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_a_callers_name_is_only_a_name(desk: Desk, name: str) -> None:
    agent = await desk.agent()
    caller = await desk.parties.call(desk.dial, number="+4930999", name=name)
    event = await desk.watcher.sees("call.connected", call={"agent_id": agent.id})
    call = event["call"]
    assert (call["caller_id"], call["status"]) == ("+4930999", "in-progress")
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"
    assert desk.watcher.story(call["id"]).count("call.ended") == 1


@pytest.mark.parametrize("number", ["abc%20def", "1;DROP", "%24%7BEXTEN%7D", "anonymous"])
async def test_a_callers_number_may_be_anything(desk: Desk, number: str) -> None:
    caller = await desk.parties.call(desk.dial, number=number)
    queued = await desk.watcher.sees("call.queued", call={"queue_id": desk.queue})
    assert queued["call"]["direction"] == "inbound"
    await caller.hang_up()
    assert (await desk.ended(queued["call"]))["end_reason"] == "abandoned"


@pytest.mark.parametrize("text", LINE_BREAKS)
async def test_line_breaks_in_an_originate_are_refused(desk: Desk, text: str) -> None:
    agent = await desk.agent()
    for more in (
        {"variables": {"case_id": text}},
        {"variables": {text: "1"}},
        {"caller_id": text},
    ):
        answer = await desk.api.originate(agent.id, "+4930123456", **more)
        assert (answer.status, answer.body["code"]) == (400, "validation_error"), more
        assert "Logoff" not in str(answer.body)
    assert (await desk.api.originate(agent.id, f"+4930123456{text}")).status == 400
    assert not desk.watcher.all("call.new")


@pytest.mark.parametrize("destination", ["*72", "911;x", "PJSIP/trunk", "../1", "", "12", "1" * 16])
async def test_only_numbers_are_dialed(desk: Desk, destination: str) -> None:
    agent = await desk.agent()
    answer = await desk.api.originate(agent.id, destination)
    assert (answer.status, answer.body["code"]) == (400, "validation_error")
    assert not desk.watcher.all("call.new")


async def test_commas_and_quotes_in_a_variable_stay_in_it(desk: Desk) -> None:
    agent, value = await desk.agent(), 'a=1,b="2",CALLERID(num)=666\\'
    await desk.parties.outside()
    answer = await desk.api.originate(agent.id, "+4930123456", variables={"case_id": value})
    assert answer.status == 202, answer.body
    call_id = answer.body["call_id"]
    await desk.watcher.sees("call.connected", call={"id": call_id})
    channel = await desk.admin.channel(agent.interface)
    got = await desk.admin.act("Getvar", Channel=channel, Variable="MHU_case_id")
    assert got["Value"] == value
    assert (await desk.api.call(call_id))["variables"]["case_id"] == value
    number = await desk.admin.act("Getvar", Channel=channel, Variable="CALLERID(num)")
    assert number["Value"] != "666"


@pytest.mark.parametrize("call_id", ["call-_2f_.*_2f_", "%2F.*%2F", "call-1%0d%0aAction:%20Logoff"])
async def test_an_id_is_no_pattern(desk: Desk, call_id: str) -> None:
    _, _, call = await desk.in_talk()
    assert (await desk.api.end(call_id)).status == 404
    assert (await desk.api.call(call["id"]))["status"] == "in-progress"


async def test_reasons_of_a_break_are_not_free_text(desk: Desk) -> None:
    agent = await desk.agent()
    for text in (*LINE_BREAKS, "x" * 2000):
        answer = await desk.api.set_status(agent.id, "on-break", reason_code=text)
        assert answer.status == 400
    assert (await desk.api.agent(agent.id))["status"] == "available"
