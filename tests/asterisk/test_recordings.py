"""What Asterisk records, as who may hears it: as long as the talk, with the voices of both."""

from __future__ import annotations

import asyncio
import hashlib

import aiohttp

from tests.asterisk.api import Json
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk
from tests.asterisk.scenario import Behavior
from tests.asterisk.softphone import Softphone
from tests.asterisk.talks import AGENT_HZ, BOSS_HZ, CALLER_HZ, talk, until
from tests.asterisk.voice import RATE, Voice
from tests.sounds import Heard

LOUD = 300


async def fetched(daemon: Daemon, url: str) -> bytes:
    headers = {"X-API-Key": daemon.key}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "audio/mpeg")
        return await answer.read()


async def hears(voice: Voice, seconds: float) -> None:
    """So much sound arrives there."""
    goal = voice.samples + seconds * RATE
    await until(lambda: voice.samples >= goal, "the talk is silent")


async def heard(desk: Desk, daemon: Daemon, call: Json) -> tuple[Heard, Json]:
    """What is on the recording once it is ready, and what is said of it."""
    await desk.watcher.sees("recording.ready", recording={"call_id": call["id"]})
    about = (await desk.api.ask("GET", f"/calls/{call['id']}/recording")).body
    sound = await fetched(daemon, (await desk.api.call(call["id"]))["recording_url"])
    assert hashlib.sha256(sound).hexdigest() == about["sha256"]
    return Heard(sound), about


async def test_a_call_through_a_queue_and_a_transfer_can_be_heard_with_all_voices(
    desk: Desk, daemon: Daemon
) -> None:
    clock = asyncio.get_running_loop().time
    called = clock()
    async with talk(desk) as one:
        url = f"/calls/{one.call['id']}/transfer"
        assert (await desk.api.call(one.call["id"]))["recording_url"] is None
        began = clock()
        await one.sounds((AGENT_HZ,), (CALLER_HZ,), ())
        await one.hear_for(2)
        first_s = clock() - began
        body = {"type": "blind", "target": {"queue": one.boss_queue}}
        assert (await desk.api.ask("POST", url, body)).status == 200
        await desk.watcher.sees(
            "call.connected", call={"id": one.call["id"], "agent_id": one.boss_id}
        )
        again = clock()
        await until(lambda: one.caller.voice.hears(BOSS_HZ), "the caller does not hear the other")
        await hears(one.boss.voice, 2)
        second_s = clock() - again
        await one.caller.hang_up()
        await desk.ended(one.call)
        whole_s = clock() - called
    sound, about = await heard(desk, daemon, one.call)
    assert (about["complete"], about["reason"]) == (True, None)
    assert first_s + second_s - 1.5 < sound.seconds < whole_s + 0.5
    begin, end = (0.5, first_s - 0.7), (sound.seconds - second_s + 0.7, sound.seconds - 0.5)
    assert min(sound.loudness(hz, *begin) for hz in (CALLER_HZ, AGENT_HZ)) > LOUD
    assert min(sound.loudness(hz, *end) for hz in (CALLER_HZ, BOSS_HZ)) > LOUD
    assert sound.loudness(BOSS_HZ, *begin) < LOUD / 3 > sound.loudness(AGENT_HZ, *end)
    name = one.call["id"].removeprefix("call-")
    left = desk.pbx.recordings / f"{name}.wav"
    await until(lambda: not left.exists(), "Asterisk's file stays")


async def test_a_consultation_that_the_phone_made_belongs_to_the_callers_recording(
    desk: Desk,
) -> None:
    number, colleague = next(desk.numbers.agents), await desk.agent()
    await desk.admin.act("QueuePause", Interface=colleague.interface, Paused="true")
    phone = Softphone(number, desk.pbx.ports.sip, desk.pbx.ports.next_media())
    await phone.open(desk.pbx.ports.next_sip())
    await phone.register()
    await desk.admin.act("QueueAdd", Queue=desk.queue, Interface=f"PJSIP/agent{number:03d}")
    caller = await desk.parties.call(desk.dial, audio=True)
    first = await phone.answered.get()
    call = (await desk.watcher.sees("call.connected", call={"queue_id": desk.queue}))["call"]
    second = await phone.call(colleague.extension)
    await desk.joined(colleague.interface)
    consultation = await desk.watcher.sees("agent.ringing", agent={"id": colleague.id})
    await phone.attended_transfer(first, second)
    await desk.watcher.sees("call.connected", call={"id": call["id"], "agent_id": colleague.id})
    await caller.hang_up()
    await desk.ended(call)
    ready = await desk.watcher.sees("recording.ready", recording={"call_id": call["id"]})
    assert ready["recording"]["complete"] is True
    merged = consultation["call"]["id"]
    assert (await desk.api.ask("GET", f"/calls/{merged}/recording")).status == 404
    phone.close()


async def test_a_pause_after_a_transfer_is_silence_in_the_recording(
    desk: Desk, daemon: Daemon
) -> None:
    clock = asyncio.get_running_loop().time
    paused: list[float] = []
    async with talk(desk) as one:
        url = f"/calls/{one.call['id']}"
        await one.hear_for(2)
        body = {"type": "blind", "target": {"queue": one.boss_queue}}
        assert (await desk.api.ask("POST", f"{url}/transfer", body)).status == 200
        await until(lambda: one.caller.voice.hears(BOSS_HZ), "the caller does not hear the other")
        for word in ("pause", "resume"):
            await hears(one.boss.voice, 2)
            asked = clock()
            assert (await desk.api.ask("POST", f"{url}/recording/{word}")).status == 200
            paused += (asked, clock())
        await hears(one.boss.voice, 2)
        hangs_up = clock()
        await one.caller.hang_up()
        gone = clock()
        await desk.ended(one.call)
    sound, about = await heard(desk, daemon, one.call)
    assert about["complete"] is True
    end, (_, silent, resumes, resumed) = sound.seconds, paused
    for hz in (CALLER_HZ, BOSS_HZ):  # whenever in between Asterisk did as it was told
        spoken = sound.loudness(hz, end - (hangs_up - resumed) + 0.5, end - 0.5)
        silence = sound.loudness(hz, end - (hangs_up - silent) + 0.5, end - (gone - resumes) - 0.5)
        assert spoken > LOUD > 10 * silence


async def test_a_call_that_an_agent_makes_by_the_api_can_be_heard(
    desk: Desk, daemon: Daemon
) -> None:
    speaking = Behavior(audio=True)
    agent, outside = await desk.agent(speaking), await desk.parties.outside(speaking)
    answer = await desk.api.originate(agent.id, "+4930123456")
    call = (await desk.watcher.sees("call.connected", call={"id": answer.body["call_id"]}))["call"]
    left = desk.pbx.recordings / f"{call['id'].removeprefix('call-')}.wav"
    await until(lambda: left.exists() and left.stat().st_size > RATE, "nothing is recorded")
    await outside.hang_up()
    await desk.ended(call)
    sound, about = await heard(desk, daemon, call)
    assert about["state"] == "ready"
    assert sound.seconds > 0
