"""The daemon is killed in mid-call and comes back, against a simulated Asterisk."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from mhud.clock import SystemClock
from mhud.sim import FakeAsterisk
from mhud.sim.script import Caller
from tests.served import SECRET, Serve

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@asynccontextmanager
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    pbx = FakeAsterisk(clock=SystemClock(), username="mhud", secret=SECRET)
    await pbx.start()
    try:
        yield pbx
    finally:
        await pbx.stop()


async def test_a_call_outlives_a_daemon_that_is_killed_in_the_middle_of_it(tmp_path: Path) -> None:
    async with asterisk() as pbx:
        serve = Serve(tmp_path, pbx.port)
        await serve.make_key()
        first = await serve.start()
        await serve.until("/calls/active", lambda now: now["pbx"] == "fresh")
        pbx.agent_logs_in("agent001", "support")
        talks = pbx.call_in("+254700000001", queue="support")
        pbx.agent_answers("agent001")
        waits = pbx.call_in("+254700000002", queue="support")
        before = await serve.until("/calls/active", lambda now: now["total"] == 2)
        await serve.until("/calls/active", lambda now: _statuses(now) == ["in-progress", "queued"])

        await serve.events("call.queued", 2)
        first.send_signal(signal.SIGKILL)
        await first.wait()
        waits.hangs_up()
        second = await serve.start()
        after = await serve.until(
            "/calls/active", lambda now: now["pbx"] == "fresh" and now["total"] == 1
        )
        talks.hangs_up()
        await serve.until("/calls/active", lambda now: now["total"] == 0)
        ids = [call["id"] for call in before["calls"]]
        ends = {one: (await serve.get(f"/calls/{one}"))["end_reason"] for one in ids}
        events = await serve.events("call.ended", 2)
        second.terminate()
        await second.communicate()

    assert after["calls"][0]["id"] == ids[0]
    assert after["calls"][0]["answer_time"] == before["calls"][0]["answer_time"] is not None
    assert after["calls"][0]["gap"]
    assert ends == {ids[0]: "completed", ids[1]: "lost-link"}
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    for kind in ("call.new", "call.ended"):
        assert sorted(e["call"]["id"] for e in events if e["type"] == kind) == sorted(ids)


def _statuses(answer: Any) -> list[str]:
    return [call["status"] for call in answer["calls"]]


async def test_each_call_waits_once_for_its_agent_wherever_the_daemon_is_killed(
    tmp_path: Path,
) -> None:
    """Some calls are killed right at their end, some in the middle, one is over for long."""
    async with asterisk() as pbx:
        serve = Serve(tmp_path, pbx.port, MHUD_QUEUE_DEFAULTS__WRAP_UP_SECONDS="0")
        await serve.make_key()
        await (await serve.mhud("agent", "add", "agent001", "--queues", "support")).communicate()
        pbx.agent_logs_in("agent001", "support")
        calls: set[str] = set()
        for ends in ("long before", "at the kill", "while it is away"):
            daemon = await serve.start()
            await serve.until("/calls/active", lambda now: now["pbx"] == "fresh")
            caller = await rings(pbx, "+254700000001")
            pbx.agent_answers("agent001")
            talking = await serve.until("/calls/active", _in_progress)
            calls |= {call["id"] for call in talking["calls"]}
            await serve.events("call.connected", len(calls))
            if ends != "while it is away":
                caller.hangs_up()
            if ends == "long before":
                await serve.events("call.ended", 1)
            daemon.send_signal(signal.SIGKILL)
            await daemon.wait()
            if ends == "while it is away":
                caller.hangs_up()
        daemon = await serve.start()
        await serve.until("/calls/active", lambda now: now["pbx"] == "fresh" and now["total"] == 0)
        await serve.events("call.ended", len(calls))
        _, waiting, _ = await serve.fetch("/helpline/api/communications/pending")
        daemon.terminate()
        await daemon.communicate()

    assert len(calls) == 3
    assert sorted(one["call_id"] for one in waiting["data"]) == sorted(calls)
    assert {one["agent_id"] for one in waiting["data"]} == {"agent001"}


async def rings(pbx: FakeAsterisk, number: str) -> Caller:
    """A caller for whom the agent's phone rings, as soon as he is free."""
    caller = pbx.call_in(number, queue="support")
    while not pbx.is_ringing("agent001"):
        await SystemClock().sleep(0.05)
    return caller


def _in_progress(answer: Any) -> bool:
    return _statuses(answer) == ["in-progress"]


async def test_a_second_daemon_on_the_same_data_says_who_holds_it(tmp_path: Path) -> None:
    async with asterisk() as pbx:
        serve = Serve(tmp_path, pbx.port)
        first = await serve.start()
        second = await serve.mhud("serve")
        _, said = await second.communicate()
        first.terminate()
        await first.communicate()

    assert second.returncode == 1
    assert f"is served by process {first.pid} already" in said.decode()
