"""mhud is away while people call: afterwards its history is as if it had been there."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from mhud.clock import SystemClock, rfc3339
from tests.asterisk.api import WAIT_S, Json
from tests.asterisk.colleagues import until_so
from tests.asterisk.conftest import desk_at
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk, Numbers
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.proxy import Proxy
from tests.asterisk.scenario import Behavior
from tests.asterisk.talks import until

CLOCK = SystemClock()
NEAR_S = 1.5  # the books count in whole seconds
TALK_S = 3.0
Span = tuple[float, float]  # seconds, at least and at most, by the clock of who calls
NUMBERS = itertools.count()  # of callers, each for one call
IN_VAIN = Behavior(after_s=None)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wire(pbx: PbxProcess) -> AsyncIterator[Proxy]:
    proxy = Proxy(pbx.ports.ami)
    await proxy.open()
    yield proxy
    await proxy.cut()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reader(
    pbx: PbxProcess, wire: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Daemon]:
    """A daemon on the shared PBX that reads its books, behind a wire that may be cut.

    Each test leaves it running.
    """
    process = Daemon(tmp_path_factory.mktemp("reader"), pbx, wire.port, pbx.books)
    await process.start()
    yield process
    await process.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    pbx: PbxProcess, reader: Daemon, numbers: Numbers, tmp_path: Path
) -> AsyncIterator[Desk]:
    async with desk_at(pbx, reader, numbers, tmp_path / "sip") as one:
        yield one


class Day:
    """Calls whose truth the test knows; each by a number of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.truth: dict[str, Json] = {}
        self.clock = asyncio.get_running_loop().time

    def number(self, **truth: Any) -> str:
        number = f"+4930500{next(NUMBERS):04d}"
        self.truth[number] = {"direction": "inbound", **truth}
        return number

    async def answered(self, queue: str, dial: str, who: Any, agent_hangs_up: bool) -> None:
        number = self.number(
            end_reason="completed", agent_id=who.id, queue_id=queue, destination=dial
        )
        called = self.clock()
        caller = await self.desk.parties.call(dial, number=number)
        await self.desk.admin.hears(Event="AgentConnect", Queue=queue)
        connected = self.clock()
        await CLOCK.sleep(TALK_S)
        least_s = self.clock() - connected
        await (who.phone if agent_hangs_up else caller).hang_up()
        await caller.gone()
        self.truth[number]["talk_s"] = (least_s, self.clock() - called)

    async def sent_on(self, queue: str, dial: str, first: Any, second: Any) -> None:
        number = self.number(
            end_reason="completed", agent_id=second.id, queue_id=queue, transfers=1,
            agent_ids=sorted([first.id, second.id]),
        )  # fmt: skip
        caller = await self.desk.parties.call(dial, number=number)
        await self.desk.admin.hears(Event="AgentConnect", Queue=queue)
        await CLOCK.sleep(1)
        await first.phone.refer(second.extension, self.desk.pbx.ports.sip)
        async with asyncio.timeout(WAIT_S):
            await second.phone.talking.wait()
        await CLOCK.sleep(2)
        await caller.hang_up()
        await caller.gone()

    async def given_up(self, queue: str, dial: str, wait_s: float) -> None:
        number = self.number(
            end_reason="abandoned", agent_id=None, queue_id=queue, destination=dial
        )
        called = self.clock()
        caller = await self.desk.parties.call(dial, number=number)
        await self.desk.admin.hears(Event="QueueCallerJoin", CallerIDNum=number)
        joined = self.clock()
        await CLOCK.sleep(wait_s)
        least_s = self.clock() - joined
        await caller.hang_up()
        await caller.gone()
        self.truth[number]["wait_s"] = (least_s, self.clock() - called)

    async def turned_away(self, queue: str, dial: str, end_reason: str) -> None:
        number = self.number(end_reason=end_reason, agent_id=None, queue_id=queue, destination=dial)
        caller = await self.desk.parties.call(dial, number=number)
        await caller.gone()

    async def full(self) -> None:
        """One waits, and there is room for one."""
        waits = asyncio.create_task(self.given_up("tfull", "8101", 4))
        await self.desk.admin.hears(Event="QueueCallerJoin", Queue="tfull")
        await self.turned_away("tfull", "8101", "rejected")
        await waits

    async def in_the_menu(self) -> None:
        number = self.number(
            end_reason="abandoned", agent_id=None, queue_id=None, destination="116123"
        )
        caller = await self.desk.parties.call("116123", number=number)
        await caller.talking.wait()
        await CLOCK.sleep(1)
        await caller.hang_up()
        await caller.gone()


async def ten_calls(desk: Desk, day: Day, people: list[tuple[str, str, Any]], second: Any) -> None:
    async with asyncio.TaskGroup() as calls:
        for deed in (
            day.answered(*people[0], agent_hangs_up=False),
            day.answered(*people[1], agent_hangs_up=True),
            day.sent_on(*people[2], second),
            day.given_up(*people[3][:2], wait_s=5),  # whose phone rings in vain
            day.given_up(*desk.another_queue(), wait_s=2),
            day.turned_away("tshort", "8100", "timeout"),
            day.turned_away("tempty", "8102", "rejected"),
            day.full(),
            day.in_the_menu(),
        ):
            calls.create_task(deed)
    await nobody_is_left(desk)


async def nobody_is_left(desk: Desk) -> None:
    """Who hung up is in Asterisk a moment longer: mhud would find his call, and see it end."""

    async def left() -> bool:
        return "0 active channels" in await desk.pbx.cli("core show channels count")

    await until_so(left, "a channel stays")


def is_near(told_s: float, span: Span) -> bool:
    return span[0] - NEAR_S <= told_s <= span[1] + NEAR_S


def judge(call: Json, truth: Json) -> None:
    exact = {name: value for name, value in truth.items() if name in call}
    assert {name: call[name] for name in exact} == exact
    if "wait_s" in truth:
        assert is_near(call["queue_wait_time"], truth["wait_s"]), (call, truth)
    answered = call["answer_time"]
    assert (answered is not None) == (truth["end_reason"] == "completed")
    if "talk_s" in truth:
        talked = datetime.fromisoformat(call["end_time"]) - datetime.fromisoformat(answered)
        assert is_near(talked.total_seconds(), truth["talk_s"]), (call, truth)


async def told(desk: Desk, day: Day) -> list[Json]:
    """The day's calls, when all are in the history."""
    async with asyncio.timeout(30):
        while True:
            calls = (await desk.api.get("/calls?limit=100"))["calls"]
            found = [one for one in calls if one["caller_id"] in day.truth]
            if len(found) >= len(day.truth):
                return found
            await CLOCK.sleep(0.3)


async def people(desk: Desk) -> tuple[list[tuple[str, str, Any]], Any]:
    """Four queues with an agent each, and one agent more."""
    lines = []
    for behavior in (Behavior(), Behavior(), Behavior(), IN_VAIN):
        queue, dial = desk.another_queue()
        lines.append((queue, dial, await desk.agent(behavior, queue)))
    return lines, await desk.agent(queue=desk.another_queue()[0])


@pytest.mark.parametrize("away", ["stopped", "killed", "cut off"])
async def test_ten_calls_while_mhud_was_away(
    desk: Desk, reader: Daemon, wire: Proxy, away: str
) -> None:
    lines, second = await people(desk)
    started = rfc3339(CLOCK.now() - timedelta(seconds=1))  # the books cut seconds off
    last_seq = desk.watcher.last_seq
    await {"stopped": reader.stop, "killed": reader.kill, "cut off": wire.cut}[away]()
    day = Day(desk)
    await ten_calls(desk, day, lines, second)
    assert len(day.truth) == 10
    await (wire.open() if away == "cut off" else reader.start())
    calls = await told(desk, day)
    assert sorted(one["caller_id"] for one in calls) == sorted(day.truth)
    for one in calls:
        judge(one, day.truth[one["caller_id"]])
        assert (one["backfilled"], one["gap"]) == (True, False)
    asked = (await desk.api.get(f"/calls?since={started}&limit=100"))["calls"]
    assert {one["id"] for one in asked} >= {one["id"] for one in calls}
    replay = await desk.api.watcher().open(since=last_seq)
    for one in calls:
        await replay.sees("call.ended", call={"id": one["id"], "caller_id": one["caller_id"]})
        assert replay.story(one["id"]) == ["call.new", "call.ended"]
    await replay.close()


async def test_a_call_whose_end_mhud_missed_ends_as_it_did(desk: Desk, reader: Daemon) -> None:
    agent, caller, call = await desk.in_talk()
    await reader.kill()
    await CLOCK.sleep(2)
    await caller.hang_up()
    await caller.gone()
    await CLOCK.sleep(2)
    await reader.start()
    replay = await desk.api.watcher().open(since=0)
    lost = await replay.sees("call.ended", call={"id": call["id"]})
    assert lost["call"]["end_reason"] == "lost-link"
    corrected = await replay.sees("call.corrected", call={"id": call["id"]})
    assert (corrected["call"]["end_reason"], corrected["call"]["agent_id"]) == (
        "completed",
        agent.id,
    )
    shown = await desk.api.call(call["id"])
    assert (shown["end_reason"], shown["gap"], shown["backfilled"]) == ("completed", True, True)
    assert shown["answer_time"] == call["answer_time"]
    assert shown["end_time"] < lost["call"]["end_time"]
    assert replay.story(call["id"]).count("call.ended") == 1
    await replay.close()


async def test_books_that_are_rotated_while_mhud_is_away(desk: Desk, reader: Daemon) -> None:
    day = Day(desk)
    await reader.stop()
    await day.given_up(*desk.another_queue(), wait_s=1)
    await nobody_is_left(desk)
    folder = desk.pbx.folder / "log"
    await until((folder / "cdr-csv/Master.csv").exists, "the call is in no book")
    (folder / "cdr-csv/Master.csv").rename(folder / "cdr-csv/Master.csv.1")
    (folder / "queue_log").rename(folder / "queue_log.1")
    await desk.pbx.cli("logger reload")
    await day.given_up(*desk.another_queue(), wait_s=1)
    await reader.start()
    calls = await told(desk, day)
    assert sorted(one["caller_id"] for one in calls) == sorted(day.truth)
    for one in calls:
        judge(one, day.truth[one["caller_id"]])
