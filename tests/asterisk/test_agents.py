"""Agents at work: by mhud's API, and by whoever else administers the PBX."""

from __future__ import annotations

from tests.asterisk.colleagues import until_so
from tests.asterisk.desk import Agent, Desk
from tests.asterisk.scenario import Behavior


async def until_there(desk: Desk, agent: Agent) -> None:
    """Asterisk has answered his phone's REGISTER, and a moment later calls it by its new state."""

    async def there() -> bool:
        state = f"DEVICE_STATE({agent.interface})"
        told = await desk.admin.act("Getvar", Variable=state)
        return told["Value"] == "NOT_INUSE"

    await until_so(there, "his phone is not there")


async def test_a_pause_by_api_keeps_callers_away(desk: Desk) -> None:
    agent = await desk.agent()
    answer = await desk.api.set_status(agent.id, "on-break", reason_code="lunch")
    assert answer.status == 200, answer.body
    assert (answer.body["previous_status"], answer.body["current_status"]) == (
        "available",
        "on-break",
    )
    shown = await desk.api.agent(agent.id)
    assert (shown["status"], shown["reason_code"]) == ("on-break", "lunch")
    assert shown["queues_paused"] == [desk.queue]
    assert "paused:lunch" in await desk.pbx.cli(f"queue show {desk.queue}")
    await desk.parties.call(desk.dial)
    await desk.watcher.sees("call.queued", call={"queue_id": desk.queue})
    assert (await desk.api.set_status(agent.id, "available")).status == 200
    await desk.watcher.sees("call.connected", call={"agent_id": agent.id})


async def test_a_pause_at_the_pbx_shows_the_same(desk: Desk) -> None:
    agent = await desk.agent()
    await desk.admin.act("QueuePause", Interface=agent.interface, Paused="true", Reason="meeting")
    on_break = {"id": agent.id, "status": "on-break"}
    paused = await desk.watcher.sees("agent.status_changed", agent=on_break)
    assert (paused["agent"]["reason_code"], paused["previous_status"]) == ("meeting", "available")
    await desk.admin.act("QueuePause", Interface=agent.interface, Paused="false")
    await desk.watcher.sees(
        "agent.status_changed", agent={"id": agent.id}, previous_status="on-break"
    )
    assert (await desk.api.agent(agent.id))["status"] == "available"


async def test_a_pause_in_one_of_two_queues_is_no_break(desk: Desk) -> None:
    agent = await desk.agent()
    queue, _ = desk.another_queue()
    await desk.admin.act("QueueAdd", Queue=queue, Interface=agent.interface)
    await desk.admin.act("QueuePause", Interface=agent.interface, Paused="true", Queue=queue)
    await desk.admin.act("QueueAdd", Queue="tlast", Interface=agent.interface)
    answer = await desk.api.set_status(agent.id, "available")
    assert answer.status == 200
    await desk.admin.act("QueuePause", Interface=agent.interface, Paused="true", Queue=queue)
    await desk.admin.act("QueueRemove", Queue="tlast", Interface=agent.interface)
    await desk.parties.call(desk.dial)
    connected = await desk.watcher.sees("call.connected", call={"agent_id": agent.id})
    assert connected["call"]["queue_id"] == desk.queue
    shown = await desk.api.agent(agent.id)
    assert (shown["queues_paused"], shown["status"]) == ([queue], "on-call")


async def test_a_break_taken_in_a_call_begins_after_it(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    answer = await desk.api.set_status(agent.id, "on-break")
    assert (answer.body["current_status"], answer.body["pending_status"]) == ("on-call", "on-break")
    assert "paused" in await desk.pbx.cli(f"queue show {desk.queue}")
    await caller.hang_up()
    await desk.ended(call)
    await desk.watcher.sees("agent.status_changed", agent={"id": agent.id, "status": "on-break"})


async def test_an_agent_logs_in_and_out_by_api(desk: Desk) -> None:
    agent = await desk.phone(number=81)
    await until_there(desk, agent)
    login = await desk.api.set_status("agent081", "available")
    assert login.status == 200, login.body
    assert login.body["current_status"] == "available"
    await desk.watcher.sees("agent.logged_in", agent={"id": "agent081"})
    shown = await desk.api.agent("agent081")
    assert sorted(shown["queues"]) == ["tlogin", "tlogin2"]
    assert "PJSIP/agent081" in await desk.pbx.cli("queue show tlogin")
    assert (await desk.api.queue("tlogin"))["available_agents"] == 1
    logout = await desk.api.set_status("agent081", "offline")
    assert logout.body["current_status"] == "offline"
    await desk.watcher.sees("agent.logged_out", agent={"id": "agent081"})
    assert "PJSIP/agent081" not in await desk.pbx.cli("queue show tlogin")


async def test_an_agent_may_log_in_without_a_phone(desk: Desk) -> None:
    login = await desk.api.set_status("agent082", "available")
    assert (login.status, login.body["current_status"]) == (200, "unreachable")
    await desk.phone(number=82)
    await desk.watcher.sees("agent.status_changed", agent={"id": "agent082", "status": "available"})
    assert (await desk.api.set_status("agent082", "offline")).body["current_status"] == "offline"


async def test_login_and_logout_at_the_pbx_show_the_same(desk: Desk) -> None:
    agent = await desk.agent()
    assert (await desk.api.agent(agent.id))["status"] == "available"
    await desk.admin.act("QueueRemove", Queue=desk.queue, Interface=agent.interface)
    await desk.watcher.sees("agent.logged_out", agent={"id": agent.id})
    assert (await desk.api.agent(agent.id))["status"] == "offline"


async def test_a_static_member_who_goes_offline_stays_paused(desk: Desk) -> None:
    assert (await desk.api.agent("agent080"))["status"] == "unreachable"
    answer = await desk.api.set_status("agent080", "offline")
    assert (answer.status, answer.body["current_status"]) == (200, "offline")
    await desk.watcher.sees("agent.logged_out", agent={"id": "agent080"})
    assert "paused:offline" in await desk.pbx.cli("queue show tstatic")
    back = await desk.api.set_status("agent080", "available")
    assert back.body["current_status"] == "unreachable"
    await desk.watcher.sees("agent.logged_in", agent={"id": "agent080"})


async def test_bad_statuses_are_refused(desk: Desk) -> None:
    agent = await desk.agent()
    unknown = await desk.api.set_status(agent.id, "on-break", reason_code="fishing")
    assert (unknown.status, unknown.body["code"]) == (400, "validation_error")
    assert (await desk.api.set_status(agent.id, "on-call")).status == 400
    assert (await desk.api.set_status("agent999", "available")).status == 404
    assert (await desk.api.agent(agent.id))["status"] == "available"


async def test_a_phone_that_signs_off_makes_its_agent_unreachable(desk: Desk) -> None:
    agent = await desk.agent()
    await desk.parties.unregister(agent.number, agent.phone)
    await desk.loses(agent)
    assert (await desk.api.queue(desk.queue))["available_agents"] == 0


async def test_a_phone_that_dies_makes_its_agent_unreachable(desk: Desk) -> None:
    agent = await desk.agent(number=90)
    await desk.watcher.sees("agent.status_changed", agent={"id": agent.id, "status": "available"})
    agent.phone.die()
    await desk.watcher.sees(
        "agent.status_changed", agent={"id": agent.id, "status": "unreachable"},
        previous_status="available",
    )  # fmt: skip
    assert (await desk.api.agent(agent.id))["status"] == "unreachable"
    await desk.admin.act("QueueRemove", Queue=desk.queue, Interface=agent.interface)


async def test_a_phone_that_dies_in_a_call_ends_it_when_its_audio_stops(desk: Desk) -> None:
    agent = await desk.agent(Behavior(audio=True), number=91)
    caller = await desk.parties.call(desk.dial, audio=True)
    event = await desk.watcher.sees("call.connected", call={"agent_id": agent.id})
    await agent.phone.talking.wait()
    agent.phone.die()
    ended = await desk.ended(event["call"])
    assert ended["end_reason"] == "completed"
    await desk.loses(agent)
    assert (await desk.api.agent(agent.id))["current_call_id"] is None
    await desk.admin.act("QueueRemove", Queue=desk.queue, Interface=agent.interface)
    await caller.gone()
