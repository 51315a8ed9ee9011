"""Transfers, consultations, hold and keypad by API, in both directions, and what can go wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.api import Json
from tests.asterisk.colleagues import (
    colleague,
    gets_extension,
    hears,
    order,
    transfer,
    until_asking,
    until_shown,
    with_global,
)
from tests.asterisk.conftest import desk_at
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Agent, Desk, Numbers
from tests.asterisk.parties import Party
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.scenario import Behavior
from tests.asterisk.softphone import Softphone
from tests.asterisk.talks import AGENT_HZ, BOSS_HZ, CALLER_HZ, talk, until

AUDIO = Behavior(audio=True)
NEVER = Behavior(after_s=None)
REJECTS = Behavior(final=603, after_s=0.3)
OUTSIDE = "+4930123456"


async def calls_out(desk: Desk) -> tuple[Agent, Party, Json]:
    """An agent talks with somebody whom he called."""
    agent, outside = await desk.agent(AUDIO), await desk.parties.outside(AUDIO)
    answer = await desk.api.originate(agent.id, OUTSIDE)
    call_id = answer.body["call_id"]
    event = await desk.watcher.sees("call.connected", call={"id": call_id})
    return agent, outside, event["call"]


async def connected_to(desk: Desk, call: Json, agent: Agent) -> None:
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": agent.id})


async def with_caller_again(desk: Desk, call: Json, agent_id: str) -> None:
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["consultation"]) == ("in-progress", None)
    assert (shown["agent_id"], shown["transfers"]) == (agent_id, 0)


# ---- blind


async def test_a_blind_transfer_takes_the_caller_to_another_queue(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    queue, _ = desk.another_queue()
    other = await desk.agent(queue=queue)
    answer = await transfer(desk, call, "blind", queue=queue)
    assert (answer.status, answer.body["success"], answer.body["transfers"]) == (200, True, 1)
    moved = await desk.watcher.sees("call.transferred", call={"id": call["id"]})
    told = (moved["transfer_type"], moved["from_agent_id"], moved["target"])
    assert told == ("blind", agent.id, queue)
    await connected_to(desk, call, other)
    await desk.watcher.sees("agent.status_changed", agent={"id": agent.id, "status": "wrap-up"})
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"
    assert desk.watcher.story(call["id"]).count("call.transferred") == 1


async def test_a_blind_transfer_takes_the_caller_to_a_colleague(desk: Desk, daemon: Daemon) -> None:
    async with talk(desk) as there:
        await gets_extension(desk, daemon, there.boss_id)
        answer = await transfer(desk, there.call, "blind", agent=there.boss_id)
        assert answer.status == 200, answer.body
        moved = await desk.watcher.sees("call.transferred", call={"id": there.call["id"]})
        assert (moved["from_agent_id"], moved["target"]) == (there.agent_id, there.boss_id)
        await hears(there.caller, BOSS_HZ)
        await hears(there.boss, CALLER_HZ)
        shown = await desk.api.call(there.call["id"])
        assert (shown["agent_id"], shown["transfers"]) == (there.boss_id, 1)
        held = await order(desk, there.call, "hold")
        assert (held.status, held.body["status"]) == (200, "on-hold")
        await there.caller.hang_up()
        assert (await desk.ended(there.call))["end_reason"] == "completed"


async def test_a_blind_transfer_to_a_number_outside(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    outside = await desk.parties.outside()
    assert (await transfer(desk, call, "blind", number=OUTSIDE)).status == 200
    await outside.rings()
    await connected_to(desk, call, agent)
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": None})
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["transfers"]) == ("in-progress", 1)
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_an_agent_who_called_somebody_may_send_him_on(desk: Desk, daemon: Daemon) -> None:
    agent, outside, call = await calls_out(desk)
    other = await colleague(desk, daemon)
    assert (await transfer(desk, call, "blind", agent=other.id)).status == 200
    moved = await desk.watcher.sees("call.transferred", call={"id": call["id"]})
    assert (moved["from_agent_id"], moved["target"]) == (agent.id, other.id)
    await connected_to(desk, call, other)
    await outside.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["transfers"]) == ("completed", 1)


@pytest.mark.parametrize("refusal", [NEVER, REJECTS], ids=["no answer", "rejected"])
async def test_whom_nobody_takes_comes_back_to_the_agent_who_sent_him(
    desk: Desk, daemon: Daemon, refusal: Behavior
) -> None:
    agent, caller, call = await desk.in_talk()
    other = await colleague(desk, daemon, refusal)
    assert (await transfer(desk, call, "blind", agent=other.id)).status == 200
    await desk.watcher.sees("agent.ringing", agent={"id": other.id})
    await desk.watcher.sees_many(2, "call.connected", call={"id": call["id"], "agent_id": agent.id})
    await caller.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["transfers"]) == ("completed", 1)


async def test_whom_his_agent_does_not_take_back_waits_in_a_queue(
    desk: Desk, daemon: Daemon
) -> None:
    agent, caller, call = await desk.in_talk()
    other = await colleague(desk, daemon, NEVER)
    assert (await transfer(desk, call, "blind", agent=other.id)).status == 200
    await desk.parties.unregister(agent.number, agent.phone)
    await desk.watcher.sees("call.queued", call={"id": call["id"], "queue_id": "tback"})
    assert (await desk.api.call(call["id"]))["status"] == "queued"
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "abandoned"


async def test_a_supervisor_may_send_on_a_caller_who_waits(desk: Desk, daemon: Daemon) -> None:
    caller = await desk.parties.call(desk.dial)
    call = (await desk.watcher.sees("call.queued", call={"queue_id": desk.queue}))["call"]
    other = await colleague(desk, daemon)
    assert (await transfer(desk, call, "blind", agent=other.id)).status == 200
    await connected_to(desk, call, other)
    await caller.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["transfers"]) == ("completed", 0)


# ---- what is refused


async def test_nobody_is_sent_to_a_place_that_can_not_take_him(desk: Desk, daemon: Daemon) -> None:
    agent, caller, call = await desk.in_talk()
    gone = await colleague(desk, daemon)
    await desk.parties.unregister(gone.number, gone.phone)
    await desk.loses(gone)
    nameless = await desk.agent()
    for kind in ("blind", "attended"):
        for target, status, reason in (
            ({"queue": "nosuch"}, 404, None),
            ({"agent": "nobody"}, 404, None),
            ({"agent": agent.id}, 409, "self"),
            ({"agent": gone.id}, 409, "unreachable"),
            ({"agent": nameless.id}, 409, "no-extension"),
            ({"number": "12"}, 400, None),
        ):
            answer = await transfer(desk, call, kind, **target)
            assert answer.status == status, answer.body
            if reason is not None:
                assert answer.body["details"]["reason"] == reason
    assert (await desk.api.call(call["id"]))["status"] == "in-progress"
    await caller.hang_up()
    ended = await desk.ended(call)
    assert (ended["agent_id"], ended["transfers"]) == (agent.id, 0)


async def test_nobody_is_sent_to_a_phone_that_talks(desk: Desk, daemon: Daemon) -> None:
    agent, _, call = await desk.in_talk()
    await desk.admin.act("QueuePause", Interface=agent.interface, Paused="true")
    rings, talks = await colleague(desk, daemon, NEVER), await colleague(desk, daemon)
    for other in (rings, talks):
        await desk.admin.act(
            "Originate",
            Channel=other.interface,
            Async="true",
            Context="queues",
            Exten=desk.another_queue()[0],
            Priority="1",
        )
    await desk.watcher.sees("agent.status_changed", agent={"id": talks.id, "status": "on-call"})
    await desk.watcher.sees("agent.ringing", agent={"id": rings.id})
    for other, reason in ((rings, "ringing"), (talks, "on-call")):
        answer = await transfer(desk, call, "blind", agent=other.id)
        assert (answer.status, answer.body["details"]["reason"]) == (409, reason)
    assert (await desk.api.call(call["id"]))["agent_id"] == agent.id


# ---- attended


async def test_an_agent_asks_a_colleague_and_leaves_him_the_caller(
    desk: Desk, daemon: Daemon
) -> None:
    async with talk(desk) as there:
        await gets_extension(desk, daemon, there.boss_id)
        answer = await transfer(desk, there.call, "attended", agent=there.boss_id)
        assert (answer.status, answer.body["status"]) == (200, "on-hold"), answer.body
        await hears(there.agent, BOSS_HZ)
        await hears(there.boss, AGENT_HZ)
        await hears(there.caller)
        asking = await desk.api.call(there.call["id"])
        assert (asking["status"], asking["consultation"]) == ("on-hold", "talking")
        done = await order(desk, there.call, "complete")
        assert (done.status, done.body["transfers"], done.body["consultation"]) == (200, 1, None)
        await hears(there.caller, BOSS_HZ)
        await hears(there.boss, CALLER_HZ)
        moved = await desk.watcher.sees("call.transferred", call={"id": there.call["id"]})
        told = (moved["transfer_type"], moved["from_agent_id"], moved["target"])
        assert told == ("attended", there.agent_id, there.boss_id)
        shown = await desk.api.call(there.call["id"])
        assert (shown["agent_id"], shown["status"]) == (there.boss_id, "in-progress")
        wraps_up = {"id": there.agent_id, "status": "wrap-up"}
        await desk.watcher.sees("agent.status_changed", agent=wraps_up)
        await there.caller.hang_up()
        ended = await desk.ended(there.call)
        assert (ended["end_reason"], ended["transfers"]) == ("completed", 1)
        assert desk.watcher.story(there.call["id"]) == [
            "call.new",
            "call.queued",
            "call.connected",
            "call.held",
            "call.transferred",
            "call.connected",
            "call.resumed",
            "call.ended",
        ]


async def test_an_agent_who_asked_may_come_back_to_his_caller(desk: Desk, daemon: Daemon) -> None:
    async with talk(desk) as there:
        await gets_extension(desk, daemon, there.boss_id)
        for _ in range(2):
            begun = await transfer(desk, there.call, "attended", agent=there.boss_id)
            assert begun.status == 200, begun.body
            await hears(there.agent, BOSS_HZ)
            back = await order(desk, there.call, "cancel")
            assert (back.status, back.body["consultation"]) == (200, None)
            await hears(there.caller, AGENT_HZ)
            await hears(there.agent, CALLER_HZ)
            await with_caller_again(desk, there.call, there.agent_id)
            await until_shown(desk, there.boss_id, current_call_id=None)
        await there.caller.hang_up()
        assert (await desk.ended(there.call))["end_reason"] == "completed"


async def test_a_consultation_is_not_completed_before_the_other_answers(
    desk: Desk, daemon: Daemon
) -> None:
    agent, caller, call = await desk.in_talk(audio=True)
    other = await colleague(desk, daemon, NEVER)
    async with with_global(desk, "TRANSFER_RING", "20"):
        begun = await transfer(desk, call, "attended", agent=other.id)
        await other.phone.rings()
    assert (begun.status, begun.body["consultation"]) == (200, "calling")
    refused = await order(desk, call, "complete")
    assert (refused.status, refused.body["details"]["reason"]) == (409, "calling")
    again = await transfer(desk, call, "attended", agent=other.id)
    assert (again.status, again.body["details"]["reason"]) == (409, "consulting")
    assert (await order(desk, call, "transfer/cancel")).status == 200
    await with_caller_again(desk, call, agent.id)
    none = await order(desk, call, "cancel")
    assert (none.status, none.body["details"]["reason"]) == (409, "no-consultation")
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


@pytest.mark.parametrize("refusal", [NEVER, REJECTS], ids=["no answer", "rejected"])
async def test_an_agent_whose_colleague_does_not_answer_is_back_with_his_caller(
    desk: Desk, daemon: Daemon, refusal: Behavior
) -> None:
    agent, caller, call = await desk.in_talk(audio=True)
    other = await colleague(desk, daemon, refusal)
    assert (await transfer(desk, call, "attended", agent=other.id)).status in (200, 409)
    await desk.watcher.sees("call.resumed", call={"id": call["id"]})
    await with_caller_again(desk, call, agent.id)
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_a_caller_who_hangs_up_leaves_the_two_who_consult(desk: Desk, daemon: Daemon) -> None:
    agent, caller, call = await desk.in_talk(audio=True)
    other = await colleague(desk, daemon, AUDIO)
    assert (await transfer(desk, call, "attended", agent=other.id)).status == 200
    await until_asking(desk, call)
    await caller.hang_up()
    await until_asking(desk, call, None)
    assert (await order(desk, call, "complete")).status == 409
    await agent.phone.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["transfers"]) == ("completed", 0)


async def test_an_attended_transfer_to_a_queue_and_to_a_number(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk(audio=True)
    outside = await desk.parties.outside(AUDIO)
    assert (await transfer(desk, call, "attended", number=OUTSIDE)).status == 200
    await outside.rings()
    await until_asking(desk, call)
    assert (await order(desk, call, "cancel")).status == 200
    await with_caller_again(desk, call, agent.id)
    queue, _ = desk.another_queue()
    other = await desk.agent(AUDIO, queue=queue)
    assert (await transfer(desk, call, "attended", queue=queue)).status == 200
    await until_asking(desk, call)
    assert (await order(desk, call, "complete")).status == 200
    await connected_to(desk, call, other)
    shown = await desk.api.call(call["id"])
    assert (shown["agent_id"], shown["status"], shown["transfers"]) == (other.id, "in-progress", 1)
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_an_agent_who_called_somebody_may_ask_a_colleague(desk: Desk, daemon: Daemon) -> None:
    agent, outside, call = await calls_out(desk)
    other = await colleague(desk, daemon, AUDIO)
    assert (await transfer(desk, call, "attended", agent=other.id)).status == 200
    await until_asking(desk, call)
    assert (await order(desk, call, "cancel")).status == 200
    await with_caller_again(desk, call, agent.id)
    await until_shown(desk, other.id, current_call_id=None)
    assert (await transfer(desk, call, "attended", agent=other.id)).status == 200
    await until_asking(desk, call)
    assert (await order(desk, call, "transfer/complete")).status == 200
    await connected_to(desk, call, other)
    moved = desk.watcher.all("call.transferred", call={"id": call["id"]})
    told = [(one["transfer_type"], one["from_agent_id"], one["target"]) for one in moved]
    assert told == [("attended", agent.id, other.id)]
    await outside.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["transfers"]) == ("completed", 1)


async def test_an_agent_without_transfer_keys_is_told_to_use_his_phone(
    desk: Desk, daemon: Daemon
) -> None:
    """He called a queue himself: there Asterisk takes keys from who is called only."""
    number = next(desk.numbers.agents)
    phone = Softphone(number, desk.pbx.ports.sip, desk.pbx.ports.next_media())
    await phone.open(desk.pbx.ports.next_sip())
    await phone.register()
    await desk.admin.act("QueueAdd", Queue=desk.queue, Interface=f"PJSIP/{phone.user}")
    await desk.watcher.sees("agent.logged_in", agent={"id": phone.user})
    queue, dial = desk.another_queue()
    answers, other = await desk.agent(AUDIO, queue=queue), await colleague(desk, daemon, AUDIO)
    await phone.call(dial)
    call = (await desk.watcher.sees("call.connected", call={"queue_id": queue}))["call"]
    await desk.watcher.sees("agent.status_changed", agent={"id": answers.id, "status": "on-call"})
    headers = await own_key(desk, daemon, phone.user)
    body = {"type": "attended", "target": {"agent": other.id}}
    at = f"/calls/{call['id']}/transfer"
    answer = await desk.api.ask("POST", at, body, headers)
    assert (answer.status, answer.body["details"]["reason"]) == (504, "phone"), answer.body
    assert "by itself" in answer.body["message"]
    await with_caller_again(desk, call, call["agent_id"])
    phone.close()


async def test_a_consultation_survives_the_death_of_mhud(
    pbx: PbxProcess, numbers: Numbers, tmp_path: Path
) -> None:
    own = Daemon(tmp_path / "mhud", pbx, pbx.ports.ami)
    await own.start()
    async with desk_at(pbx, own, numbers, tmp_path / "sip") as desk:
        _, caller, call = await desk.in_talk(audio=True)
        other = await colleague(desk, own, AUDIO)
        assert (await transfer(desk, call, "attended", agent=other.id)).status == 200
        await until_asking(desk, call)
        await desk.watcher.sees("call.held", call={"id": call["id"]})  # and so it is on disk
        await own.kill()
        await own.start()
        asking = await desk.api.call(call["id"])
        assert (asking["status"], asking["consultation"]) == ("on-hold", "talking")
        done = await order(desk, call, "complete")
        assert (done.status, done.body["transfers"]) == (200, 1), done.body
        shown = await desk.api.call(call["id"])
        assert (shown["agent_id"], shown["status"]) == (other.id, "in-progress")
        await caller.hang_up()
        watcher = await desk.api.watcher().open(since=0)
        await watcher.sees("call.ended", call={"id": call["id"], "end_reason": "completed"})
        await watcher.close()
    await own.stop()


# ---- hold


async def test_a_held_caller_hears_music_until_the_agent_comes_back(desk: Desk) -> None:
    async with talk(desk) as there:
        await hears(there.caller, AGENT_HZ)
        for _ in range(3):
            held = await order(desk, there.call, "hold")
            assert (held.status, held.body["status"]) == (200, "on-hold"), held.body
            assert (await order(desk, there.call, "hold")).status == 200
            await hears(there.caller)
            back = await order(desk, there.call, "unhold")
            assert (back.status, back.body["status"]) == (200, "in-progress"), back.body
            assert (await order(desk, there.call, "unhold")).status == 200
            await hears(there.caller, AGENT_HZ)
            await hears(there.agent, CALLER_HZ)
        await there.caller.hang_up()
        ended = await desk.ended(there.call)
        assert (ended["end_reason"], ended["transfers"]) == ("completed", 0)
        assert ended["hold_time"] >= 1
        story = desk.watcher.story(there.call["id"])
        assert story[3:-1] == ["call.held", "call.resumed"] * 3


async def test_an_agent_who_called_somebody_may_hold_him(desk: Desk) -> None:
    _, outside, call = await calls_out(desk)
    assert (await order(desk, call, "hold")).body["status"] == "on-hold"
    assert (await order(desk, call, "unhold")).body["status"] == "in-progress"
    assert (await order(desk, call, "hold")).body["status"] == "on-hold"
    await outside.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_an_agent_who_hangs_up_while_he_holds_ends_the_call(desk: Desk) -> None:
    agent, _, call = await desk.in_talk(audio=True)
    assert (await order(desk, call, "hold")).status == 200
    await agent.phone.hang_up()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_id"]) == ("completed", agent.id)


async def test_a_held_caller_can_be_sent_on_and_asked_for(desk: Desk, daemon: Daemon) -> None:
    agent, caller, call = await desk.in_talk(audio=True)
    other = await colleague(desk, daemon, AUDIO)
    assert (await order(desk, call, "hold")).status == 200
    assert (await transfer(desk, call, "attended", agent=other.id)).status == 200
    held = await order(desk, call, "hold")
    assert (held.status, held.body["details"]["reason"]) == (409, "consulting")
    await until_asking(desk, call)
    assert (await order(desk, call, "cancel")).status == 200
    await with_caller_again(desk, call, agent.id)
    await until_shown(desk, other.id, current_call_id=None)
    assert (await order(desk, call, "hold")).status == 200
    assert (await transfer(desk, call, "blind", agent=other.id)).status == 200
    await connected_to(desk, call, other)
    assert (await desk.api.call(call["id"]))["status"] == "in-progress"
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_a_hold_survives_the_death_of_mhud_and_can_be_ended(
    pbx: PbxProcess, numbers: Numbers, tmp_path: Path
) -> None:
    own = Daemon(tmp_path / "mhud", pbx, pbx.ports.ami)
    await own.start()
    async with desk_at(pbx, own, numbers, tmp_path / "sip") as desk:
        _, caller, call = await desk.in_talk(audio=True)
        assert (await order(desk, call, "hold")).status == 200
        await desk.watcher.sees("call.held", call={"id": call["id"]})  # and so it is on disk
        await own.kill()
        await own.start()
        assert (await desk.api.call(call["id"]))["status"] == "on-hold"
        back = await order(desk, call, "unhold")
        assert (back.status, back.body["status"]) == (200, "in-progress"), back.body
        await caller.hang_up()
    await own.stop()


async def test_a_phone_that_holds_by_itself_must_resume_by_itself(desk: Desk) -> None:
    agent, _, call = await desk.in_talk()
    await agent.phone.hold()
    await desk.watcher.sees("call.held", call={"id": call["id"]})
    back = await order(desk, call, "unhold")
    assert (back.status, back.body["details"]["reason"]) == (409, "phone")
    await agent.phone.unhold()
    await desk.watcher.sees("call.resumed", call={"id": call["id"]})
    channel = await desk.admin.channel(agent.interface)
    await desk.admin.act("Setvar", Channel=channel, Variable="DYNAMIC_FEATURES", Value="")
    held = await order(desk, call, "hold")
    assert (held.status, held.body["details"]["reason"]) == (409, "phone")
    assert "by itself" in held.body["message"]


# ---- keypad


async def test_digits_reach_the_other_end_each_of_them_once(desk: Desk) -> None:
    async with talk(desk) as there:
        await hears(there.caller, AGENT_HZ)
        answer = await order(desk, there.call, "dtmf", digits="0112#*AD")
        assert (answer.status, answer.body["success"]) == (200, True), answer.body
        voice = there.caller.voice
        await until(lambda: len(voice.digits) >= 8, "digits are missing")
        assert (voice.digits, there.agent.voice.digits) == ("0112#*AD", "")
        for digits in ("", "12x", "1" * 33, "1\r\nAction: Logoff"):
            refused = await order(desk, there.call, "dtmf", digits=digits)
            assert (refused.status, refused.body["details"][0]["field"]) == (400, "digits")


# ---- helpers


async def own_key(desk: Desk, daemon: Daemon, agent_id: str) -> dict[str, str]:
    """Headers with which the agent himself asks."""
    await daemon.command("agent", "add", agent_id)
    key = await daemon.command(
        "key", "add", "own", "--rights", "control_calls", "--owner", agent_id
    )
    return {"X-API-Key": key.strip()}
