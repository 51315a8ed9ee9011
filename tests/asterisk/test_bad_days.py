"""Asterisk, mhud or the wire between them fails, with a call going on.

Each test has a PBX or a daemon of its own to break.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.asterisk import ports
from tests.asterisk.api import Json, Watcher
from tests.asterisk.conftest import desk_at
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk, Numbers
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.proxy import Proxy
from tests.asterisk.talks import until


@pytest_asyncio.fixture(loop_scope="session")
async def own_pbx(tmp_path: Path) -> AsyncIterator[PbxProcess]:
    with ports.block() as block:
        process = PbxProcess(tmp_path / "pbx", block)
        await process.start()
        yield process
        await process.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def own_daemon(own_pbx: PbxProcess, tmp_path: Path) -> AsyncIterator[Daemon]:
    process = Daemon(tmp_path / "mhud", own_pbx, own_pbx.ports.ami)
    await process.start()
    yield process
    await process.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def own_desk(
    own_pbx: PbxProcess, own_daemon: Daemon, numbers: Numbers, tmp_path: Path
) -> AsyncIterator[Desk]:
    async with desk_at(own_pbx, own_daemon, numbers, tmp_path / "sip") as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(pbx: PbxProcess) -> AsyncIterator[Proxy]:
    wire = Proxy(pbx.ports.ami)
    await wire.open()
    yield wire
    wire.flow()
    await wire.cut()


@pytest_asyncio.fixture(loop_scope="session")
async def far_daemon(pbx: PbxProcess, proxy: Proxy, tmp_path: Path) -> AsyncIterator[Daemon]:
    """A daemon on the shared PBX, behind the wire."""
    process = Daemon(tmp_path / "mhud", pbx, proxy.port)
    await process.start()
    yield process
    await process.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def far_desk(
    pbx: PbxProcess, far_daemon: Daemon, numbers: Numbers, tmp_path: Path
) -> AsyncIterator[Desk]:
    async with desk_at(pbx, far_daemon, numbers, tmp_path / "sip") as one:
        yield one


async def from_the_first(daemon: Daemon) -> Watcher:
    """All events, after whatever happened."""
    return await Watcher(f"ws://127.0.0.1:{daemon.http_port}/ws", daemon.key).open(since=0)


async def reconnected(desk: Desk) -> None:
    """The link was lost, and is there again."""
    lost = await desk.watcher.sees("pbx.disconnected")
    await desk.watcher.sees("pbx.connected", seq=lambda seq: seq > lost["seq"])


async def test_asterisk_restarts_in_mid_call(own_desk: Desk, own_daemon: Daemon) -> None:
    desk = own_desk
    agent, _, call = await desk.in_talk()
    await desk.admin.act("QueuePause", Interface=agent.interface, Paused="true", Reason="lunch")
    await desk.pbx.restart_now()
    assert (await desk.ended(call))["end_reason"] == "completed"
    await reconnected(desk)
    await own_daemon.until_ready(200)
    assert (await desk.api.get("/calls/active"))["total"] == 0
    await desk.watcher.sees("agent.status_changed", agent={"id": agent.id, "status": "on-break"})
    assert (await desk.api.agent(agent.id))["reason_code"] == "lunch"
    assert desk.watcher.story(call["id"]).count("call.ended") == 1


async def test_asterisk_is_killed_in_mid_call_and_comes_back(
    own_desk: Desk, own_daemon: Daemon
) -> None:
    desk = own_desk
    agent, _, call = await desk.in_talk()
    desk.pbx.kill()
    await desk.watcher.sees("pbx.disconnected")
    await own_daemon.until_ready(503)
    stale = await desk.api.ask("GET", "/calls/active")
    assert (stale.status, stale.headers["X-PBX-State"]) == (200, "stale")
    assert [one["id"] for one in stale.body["calls"]] == [call["id"]]
    refused = await desk.api.end(call["id"])
    assert (refused.status, refused.body["code"]) == (503, "pbx_unavailable")
    assert (await desk.api.originate(agent.id, "+4930123")).status == 503
    assert (await desk.api.set_status(agent.id, "on-break")).status == 503
    await desk.pbx.start()
    ended = await desk.ended(call)
    assert (ended["end_reason"], ended["agent_id"]) == ("lost-link", agent.id)
    await own_daemon.until_ready(200)
    fresh = await desk.api.ask("GET", "/calls/active")
    assert "X-PBX-State" not in fresh.headers
    assert fresh.body["total"] == 0
    await desk.admin.close()
    await desk.admin.open()
    caller = await desk.parties.call(desk.dial)
    await desk.watcher.sees_many(2, "call.queued", call={"queue_id": desk.queue})
    await caller.hang_up()


async def test_mhud_is_killed_in_mid_call_and_comes_back(
    own_desk: Desk, own_daemon: Daemon
) -> None:
    desk = own_desk
    agent, caller, call = await desk.in_talk()
    await own_daemon.kill()
    await own_daemon.start()
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["agent_id"], shown["queue_id"]) == (
        "in-progress",
        agent.id,
        desk.queue,
    )
    assert (shown["start_time"], shown["answer_time"]) == (call["start_time"], call["answer_time"])
    assert (await desk.api.agent(agent.id))["current_call_id"] == call["id"]
    watcher = await from_the_first(own_daemon)
    await caller.hang_up()
    ended = await watcher.sees("call.ended", call={"id": call["id"]})
    assert ended["call"]["end_reason"] == "completed"
    assert ended["call"]["answer_time"] == call["answer_time"]
    story = watcher.story(call["id"])
    assert (story.count("call.new"), story.count("call.ended")) == (1, 1)
    seqs = sorted(event["seq"] for event in watcher.events)
    assert seqs == list(range(1, len(seqs) + 1)), seqs
    assert len(watcher.all("agent.logged_in", agent={"id": agent.id})) == 1
    await watcher.close()


async def test_mhud_is_down_while_a_call_ends(own_desk: Desk, own_daemon: Daemon) -> None:
    desk = own_desk
    agent, caller, call = await desk.in_talk()
    await own_daemon.kill()
    await caller.hang_up()
    await desk.admin.hears(Event="AgentComplete")
    await caller.gone()
    await own_daemon.start()
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["end_reason"]) == ("ended", "lost-link")
    watcher = await from_the_first(own_daemon)
    await watcher.sees("call.ended", call={"id": call["id"]})
    assert watcher.story(call["id"]).count("call.ended") == 1
    await watcher.close()
    assert (await desk.api.agent(agent.id))["current_call_id"] is None


async def test_of_a_call_in_which_asterisk_died_there_is_what_it_had_recorded(
    own_desk: Desk,
) -> None:
    desk = own_desk
    _, _, call = await desk.in_talk(audio=True)
    path = recorded(desk, call)
    await until(lambda: path.exists() and path.stat().st_size > 60_000, "no recording grows")
    desk.pbx.kill()
    await desk.watcher.sees("pbx.disconnected")
    await desk.pbx.start()
    await desk.ended(call)
    ready = await desk.watcher.sees("recording.ready", 30, recording={"call_id": call["id"]})
    assert (ready["recording"]["complete"], ready["recording"]["reason"]) == (False, "cut")
    assert ready["recording"]["duration"] >= 3
    await until(lambda: not path.exists(), "Asterisk's file stays")


async def test_a_recording_that_ended_while_mhud_was_down_is_taken_over(
    own_desk: Desk, own_daemon: Daemon
) -> None:
    desk = own_desk
    _, caller, call = await desk.in_talk(audio=True)
    path = recorded(desk, call)
    await until(lambda: path.exists() and path.stat().st_size > 30_000, "no recording grows")
    await own_daemon.kill()
    await caller.hang_up()
    await desk.admin.hears(Event="AgentComplete")
    await own_daemon.start()
    watcher = await from_the_first(own_daemon)
    ready = await watcher.sees("recording.ready", recording={"call_id": call["id"]})
    assert (ready["recording"]["complete"], ready["recording"]["reason"]) == (True, None)
    assert (await desk.api.call(call["id"]))["recording_url"] is not None
    await watcher.close()


def recorded(desk: Desk, call: Json) -> Path:
    """Asterisk's file."""
    return desk.pbx.recordings / f"{call['id'].removeprefix('call-')}.wav"


async def test_the_link_is_cut_and_mended_in_mid_call(
    far_desk: Desk, far_daemon: Daemon, proxy: Proxy
) -> None:
    desk = far_desk
    agent, caller, call = await desk.in_talk()
    await proxy.cut()
    await desk.watcher.sees("pbx.disconnected")
    await far_daemon.until_ready(503)
    assert (await desk.api.end(call["id"])).status == 503
    await proxy.open()
    await reconnected(desk)
    shown = await desk.api.call(call["id"])
    assert (shown["status"], shown["agent_id"], shown["gap"]) == ("in-progress", agent.id, True)
    assert shown["answer_time"] == call["answer_time"]
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"
    story = desk.watcher.story(call["id"])
    assert (story.count("call.new"), story.count("call.connected")) == (1, 1)


async def test_a_call_that_ends_while_the_link_is_cut_is_lost(far_desk: Desk, proxy: Proxy) -> None:
    desk = far_desk
    agent, caller, call = await desk.in_talk()
    await proxy.cut()
    await desk.watcher.sees("pbx.disconnected")
    await caller.hang_up()
    await caller.gone()
    waiting = await desk.parties.call(desk.another_queue()[1], number="+4930888")
    await waiting.talking.wait()
    await proxy.open()
    assert (await desk.ended(call))["end_reason"] == "lost-link"
    new = await desk.watcher.sees("call.new", call={"caller_id": "+4930888"})
    await desk.watcher.sees("call.queued", call={"id": new["call"]["id"]})
    assert (await desk.api.agent(agent.id))["current_call_id"] is None
    await waiting.hang_up()
    assert (await desk.ended(new["call"]))["end_reason"] == "abandoned"


async def test_a_link_that_went_silent_is_noticed(
    far_desk: Desk, far_daemon: Daemon, proxy: Proxy
) -> None:
    desk = far_desk
    _, caller, call = await desk.in_talk()
    proxy.stall()
    await desk.watcher.sees("pbx.disconnected")
    await far_daemon.until_ready(503)
    assert (await desk.api.call(call["id"]))["status"] == "in-progress"
    proxy.flow()
    await reconnected(desk)
    await far_daemon.until_ready(200)
    await caller.hang_up()
    assert (await desk.ended(call))["end_reason"] == "completed"


async def test_a_frozen_asterisk_is_noticed(own_desk: Desk, own_daemon: Daemon) -> None:
    desk = own_desk
    agent = await desk.agent()
    desk.pbx.freeze()
    try:
        await desk.watcher.sees("pbx.disconnected")
        await own_daemon.until_ready(503)
        assert (await desk.api.set_status(agent.id, "on-break")).status == 503
    finally:
        desk.pbx.thaw()
    await reconnected(desk)
    await own_daemon.until_ready(200)
    assert (await desk.api.set_status(agent.id, "on-break")).status == 200
