"""Listening, whispering and barging, judged by what everybody hears."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.conftest import desk_at
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk, Numbers
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.scenario import Behavior
from tests.asterisk.talks import AGENT_HZ, BOSS_HZ, CALLER_HZ, talk, until

HEARD = {
    "listen": ((AGENT_HZ,), (CALLER_HZ,), (CALLER_HZ, AGENT_HZ)),
    "whisper": ((AGENT_HZ,), (CALLER_HZ, BOSS_HZ), (CALLER_HZ, AGENT_HZ)),
    "barge": ((AGENT_HZ, BOSS_HZ), (CALLER_HZ, BOSS_HZ), (CALLER_HZ, AGENT_HZ)),
}


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
async def test_everybody_hears_whom_the_mode_lets_him_hear(desk: Desk, mode: str) -> None:
    async with talk(desk) as there:
        answer = await there.monitor(mode)
        assert answer.status == 200, answer.body
        assert (answer.body["status"], answer.body["mode"]) == ("in-progress", mode)
        await there.sounds(*HEARD[mode])
        shown = await desk.api.call(answer.body["monitor_call_id"])
        assert (shown["monitors"], shown["monitor_mode"]) == (there.call["id"], mode)
        assert (shown["direction"], shown["agent_id"]) == ("internal", there.boss_id)
        watched = await desk.api.call(there.call["id"])
        assert (watched["status"], watched["agent_id"]) == ("in-progress", there.agent_id)
        assert (await desk.api.agent(there.boss_id))["current_call_id"] == shown["id"]
        await there.caller.hang_up()
        await desk.ended(there.call)
        ended = await desk.ended(shown)
        assert ended["end_reason"] == "completed"
        await until(there.boss.gone.is_set, "the supervisor's phone is not hung up")
        assert desk.watcher.story(there.call["id"]) == [
            "call.new",
            "call.queued",
            "call.connected",
            "call.ended",
        ]
        assert desk.watcher.story(shown["id"]) == ["call.new", "call.ended"]
        free = await desk.api.agent(there.boss_id)
        assert (free["status"], free["statistics"]["calls_today"]) == ("available", 0)


async def test_the_mode_changes_while_he_listens(desk: Desk) -> None:
    async with talk(desk) as there:
        begun = (await there.monitor("listen")).body
        await there.sounds(*HEARD["listen"])
        for mode in ("barge", "whisper", "listen"):
            answer = await there.monitor(mode)
            assert answer.status == 200, answer.body
            assert answer.body["monitor_call_id"] == begun["monitor_call_id"]
            assert (await desk.api.call(begun["monitor_call_id"]))["monitor_mode"] == mode
            await there.sounds(*HEARD[mode])
        again = await there.monitor("listen")
        assert (again.status, again.body["status"]) == (200, "in-progress")
        assert desk.watcher.story(begun["monitor_call_id"]) == ["call.new"]
        await there.caller.hang_up()


async def test_monitoring_is_ended_like_a_call_and_the_talk_goes_on(desk: Desk) -> None:
    async with talk(desk) as there:
        begun = (await there.monitor("barge")).body
        await there.sounds(*HEARD["barge"])
        ended = await desk.api.end(begun["monitor_call_id"])
        assert ended.status == 200, ended.body
        await until(there.boss.gone.is_set, "the supervisor's phone is not hung up")
        there.boss.voice.heard.clear()
        await there.sounds((AGENT_HZ,), (CALLER_HZ,), ())
        assert (await desk.api.call(there.call["id"]))["status"] == "in-progress"
        again = await there.monitor("listen")
        assert (again.status, again.body["status"]) == (200, "in-progress")
        await there.caller.hang_up()


async def test_with_phones_that_send_no_sound_it_ends_with_the_call_that_he_listens_to(
    desk: Desk,
) -> None:
    """Asterisk's own limit: it looks for the end of a ChanSpy only when audio arrives."""
    _, caller, call = await desk.in_talk()
    boss = await desk.agent(queue=desk.another_queue()[0])
    body = {"mode": "listen", "agent_id": boss.id}
    begun = await desk.api.ask("POST", f"/calls/{call['id']}/monitor", body)
    assert (begun.status, begun.body["status"]) == (200, "in-progress")
    ended = await desk.api.end(begun.body["monitor_call_id"])
    assert (ended.status, ended.body["code"]) == (504, "pbx_timeout")
    await caller.hang_up()
    await desk.ended(call)
    assert (await desk.ended({"id": begun.body["monitor_call_id"]}))["end_reason"] == "completed"


async def test_he_stays_with_the_agent_and_is_out_when_the_call_goes_to_another(
    desk: Desk,
) -> None:
    async with talk(desk) as there:
        begun = (await there.monitor("listen")).body
        queue, _ = desk.another_queue()
        channel = await desk.admin.channel(f"PJSIP/{there.agent_id}")
        await desk.admin.act("BlindTransfer", Channel=channel, Context="queues", Exten=queue)
        await desk.watcher.sees("call.queued", call={"id": there.call["id"], "queue_id": queue})
        ended = await desk.ended({"id": begun["monitor_call_id"]})
        assert ended["end_reason"] == "completed"
        again = await there.monitor("listen")
        assert (again.status, again.body["details"]["reason"]) == (409, "not-talking")
        await there.caller.hang_up()


async def test_a_phone_that_rings_for_long_is_answered_for_at_once(desk: Desk) -> None:
    _, caller, call = await desk.in_talk()
    boss = await desk.agent(Behavior(after_s=None), queue=desk.another_queue()[0])
    body = {"mode": "whisper", "agent_id": boss.id}
    answer = await desk.api.ask("POST", f"/calls/{call['id']}/monitor", body)
    assert (answer.status, answer.body["details"]["reason"]) == (409, "agent-did-not-answer")
    assert (await desk.api.call(call["id"]))["status"] == "in-progress"
    await caller.hang_up()


async def test_nobody_listens_to_a_call_of_his_own_or_beside_another(desk: Desk) -> None:
    async with talk(desk) as there:
        at = f"/calls/{there.call['id']}/monitor"
        for agent_id, reason in ((there.agent_id, "same-call"), (None, "no-phone")):
            body = {"mode": "listen", **({"agent_id": agent_id} if agent_id else {})}
            refused = await desk.api.ask("POST", at, body)
            assert (refused.status, refused.body["details"]["reason"]) == (409, reason)
        queue, dial = desk.another_queue()
        busy = await desk.agent(queue=queue)
        await desk.parties.call(dial)
        event = await desk.watcher.sees("call.connected", call={"queue_id": queue})
        refused = await desk.api.ask("POST", at, {"mode": "listen", "agent_id": busy.id})
        assert (refused.status, refused.body["details"]["reason"]) == (409, "on-call")
        await desk.api.end(event["call"]["id"])
        await there.caller.hang_up()


async def test_it_goes_on_while_mhud_is_killed_and_is_known_afterwards(
    pbx: PbxProcess, numbers: Numbers, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path / "mhud", pbx, pbx.ports.ami)
    await daemon.start()
    try:
        async with desk_at(pbx, daemon, numbers, tmp_path / "sip") as desk, talk(desk) as there:
            begun = (await there.monitor("whisper")).body
            await there.sounds(*HEARD["whisper"])
            await daemon.kill()
            there.boss.voice.heard.clear()
            await there.sounds(*HEARD["whisper"])
            await daemon.start()
            shown = await desk.api.call(begun["monitor_call_id"])
            assert (shown["monitors"], shown["monitor_mode"]) == (there.call["id"], "whisper")
            assert shown["status"] == "in-progress"
            switched = await there.monitor("barge")
            assert switched.body["monitor_call_id"] == begun["monitor_call_id"]
            await there.sounds(*HEARD["barge"])
            assert (await desk.api.end(shown["id"])).status == 200
            await there.caller.hang_up()
    finally:
        await daemon.stop()
