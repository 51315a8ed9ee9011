"""Following events: none is missed, none comes twice, and their order holds, on any line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import orjson
import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from mhud.client import (
    ClientError,
    Event,
    EventsMissed,
    Forbidden,
    Invalid,
    Mhud,
    Unauthenticated,
    UnexpectedAnswer,
)
from mhud.client.event import Order, Wanted
from mhud.services.signin import rotate_signing_key
from mhud.web.socket import HUB
from tests.client.test_rest import Hurry
from tests.feed_things import CALLER, connected
from tests.houses import House

Api = TestClient[Any, Any]
Message = dict[str, Any]
AT = "2025-03-07T10:15:30Z"


def told(seq: int, kind: str = "call.new", **objects: Any) -> Message:
    return {"seq": seq, "type": kind, "timestamp": AT, **objects}


def live(seq: int) -> Message:
    return {"type": "subscribe.ok", "seq": seq}


@dataclass(slots=True)
class Line:
    """What each connection is told, after auth.ok with `seq`, and how it ends (a close code)."""

    connections: list[tuple[int, Sequence[Message], int]]
    base_url: str = ""
    heard: list[list[Message]] = field(default_factory=list)

    async def answer(self, socket: ServerConnection) -> None:
        seq, messages, code = self.connections.pop(0)
        self.heard.append([orjson.loads(await socket.recv())])
        if code < 4000:
            await socket.send(orjson.dumps({"type": "auth.ok", "seq": seq}), text=True)
        with suppress(ConnectionClosed):
            self.heard[-1].append(orjson.loads(await socket.recv()))
            for message in messages:
                await socket.send(orjson.dumps(message), text=True)
        await socket.close(code)


@asynccontextmanager
async def line(*connections: tuple[int, Sequence[Message], int]) -> AsyncIterator[Line]:
    server = Line(list(connections))
    async with serve(server.answer, "127.0.0.1", 0) as running:
        port = next(iter(running.sockets)).getsockname()[1]
        server.base_url = f"http://127.0.0.1:{port}"
        yield server


async def first(count: int, server: Line, **options: Any) -> list[int]:
    """The seqs of so many events."""
    async with Mhud(server.base_url, api_key="k", clock=Hurry()) as mhud:
        seqs: list[int] = []
        async for event in mhud.events(**options):
            seqs.append(event.seq)
            if len(seqs) == count:
                break
        return seqs


async def test_what_comes_live_before_the_replay_is_put_behind_it() -> None:
    early = told(8), told(9, "agent.status_changed")
    messages = [*early, told(5), told(6), told(7), told(10), live(10), told(11)]
    async with line((7, messages, 1000)) as server:
        assert await first(6, server, since=4, types=["call.*"]) == [5, 6, 7, 8, 10, 11]
    subscribed = {"type": "subscribe", "events": ["call.*"], "since": 4}
    assert server.heard == [[{"type": "auth", "api_key": "k"}, subscribed]]


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1013])
async def test_a_line_that_breaks_is_connected_again_and_resumed(code: int) -> None:
    async with line(
        (3, [live(3), told(4), told(5)], code),
        (9, [], code),
        (9, [told(6), told(9), live(9), told(10)], code),
    ) as server:
        assert await first(5, server) == [4, 5, 6, 9, 10]
    assert [heard[1].get("since") for heard in server.heard] == [None, 5, 5]


async def test_a_line_that_breaks_before_the_first_event_resumes_from_where_it_began() -> None:
    async with line((3, [live(3)], 1001), (5, [told(4), live(5), told(6)], 1001)) as server:
        assert await first(2, server) == [4, 6]
    assert [heard[1].get("since") for heard in server.heard] == [None, 3]


async def test_who_has_enough_of_a_long_replay_hangs_up_at_once() -> None:
    replay = [told(seq) for seq in range(1, 1001)]
    async with line((1000, [*replay, live(1000)], 1000)) as server, asyncio.timeout(5):
        assert await first(2, server, since=0) == [1, 2]


async def test_who_begins_first_and_then_does_something_misses_nothing_of_it() -> None:
    later = (5, [told(4), told(5), live(5)], 1001)
    async with line((3, [], 1001), later) as server, Mhud(server.base_url, api_key="k") as mhud:
        events = mhud.events()
        assert (await events.begin(), await events.begin()) == (3, 3)
        assert (await anext(aiter(events))).seq == 4
    assert server.heard[1][1]["since"] == 3


async def test_events_that_are_not_kept_any_more_are_said_to_be_missed() -> None:
    truncated = {"type": "replay.truncated", "oldest": 70}
    lines = (99, [truncated, told(70)], 1000), (99, [told(70), live(99)], 1000)
    async with line(*lines) as server, Mhud(server.base_url, api_key="k") as mhud:
        events = mhud.events(since=4)
        with pytest.raises(EventsMissed) as missed:
            await anext(aiter(events))
        events.position = missed.value.resume_after
        assert (await anext(aiter(events))).seq == missed.value.oldest == 70
    assert server.heard[1][1]["since"] == 69


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        (4401, None, Unauthenticated),
        (4403, None, Forbidden),
        (1008, None, UnexpectedAnswer),
        (1000, {"type": "error", "code": "validation_error", "message": "events: …"}, Invalid),
        (1000, {"oldest": 3}, UnexpectedAnswer),
        (1000, ["subscribe.ok"], UnexpectedAnswer),
    ],
)
async def test_what_another_try_does_not_mend_is_told(
    code: int, message: Any, error: type[ClientError]
) -> None:
    async with line((9, [message] if message else [], code)) as server:
        with pytest.raises(error):
            await first(1, server, since=4)
    assert len(server.heard) == 1


async def test_where_nobody_listens_it_goes_on_trying_less_and_less_often() -> None:
    clock = Hurry()
    async with Mhud("http://127.0.0.1:1", api_key="k", clock=clock) as mhud:
        events = mhud.events(since=7)
        following = aiter(events)

        async def enough(seconds: float) -> None:
            clock.slept.append(seconds)
            if len(clock.slept) == 9:
                raise InterruptedError

        clock.sleep = enough  # type: ignore[method-assign]
        with pytest.raises(InterruptedError):
            await anext(following)
    assert clock.slept == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert events.position == 7


async def test_of_the_daemon_itself_every_event_comes_once_in_order_over_cut_lines(
    home: House, api: Api
) -> None:
    """Each fifth event, everybody is told to come back later."""
    hub = api.app[HUB] if api.app else None
    assert hub is not None
    base = str(api.make_url("")).rstrip("/")
    since = home.services.ledger.last_seq
    seqs: list[int] = []
    async with Mhud(base, api_key=await home.key(), clock=Hurry()) as mhud:
        events = mhud.events(since=since, types=["call.connected"])
        await publish(home)
        async for event in events:
            seqs.append(event.seq)
            assert event.call is not None
            assert (event.call.caller_id, event.call_id) == (CALLER, event.call.id)
            assert CALLER not in repr(event)
            if len(seqs) == 20:
                break
            if len(seqs) % 5 == 0:
                for session in list(hub._sessions):
                    session.cut(1013, "the test says so")
            await publish(home)
    assert events.reconnects == 3
    assert seqs == [seqs[0] + n for n in range(20)]


async def publish(home: House) -> None:
    home.services.ledger.publish([connected()])
    while home.services.ledger.lag:
        await home.clock.advance(0.01)


async def test_a_person_whose_token_is_void_follows_on_with_a_new_one(
    home: House, api: Api
) -> None:
    await home.person("ada", "admin")
    base = str(api.make_url("")).rstrip("/")
    async with Mhud(base, login=("ada", "seven small lighthouses"), clock=Hurry()) as mhud:
        events = mhud.events(since=home.services.ledger.last_seq)
        await publish(home)
        following = aiter(events)
        first_event = await anext(following)
        await rotate_signing_key(home.services.access)
        await publish(home)
        second = await anext(following)
    assert second.seq == first_event.seq + 1


async def test_without_the_right_to_see_calls_an_events_call_is_its_id() -> None:
    bare = told(4, "agent.call_assigned", agent={"id": "agent001"}, call={"id": "call1"})
    event = Event.of(bare)
    assert (event.call_id, event.call, event.agent, event.queue) == ("call1", None, None, None)


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (Wanted(), True),
        (Wanted(types=["*"]), True),
        (Wanted(types=["call.new", "agent.*"]), True),
        (Wanted(types=["queue.*"]), False),
        (Wanted(queues=["support"]), True),
        (Wanted(queues=["crisis"]), False),
        (Wanted(agents=["agent001"], queues=["support"]), True),
        (Wanted(agents=["agent002"]), False),
    ],
)
def test_what_came_early_is_judged_as_the_server_would(wanted: Wanted, passes: bool) -> None:
    call = {"id": "call1", "queue_ids": ["support"], "agent_ids": ["agent001"]}
    assert wanted.passes(Event.of(told(1, call=call))) is passes
    assert Wanted(queues=["x"], agents=["y"]).passes(Event.of(told(1, "pbx.connected")))


@given(
    first_seq=st.integers(0, 30),
    since=st.integers(0, 30),
    early=st.sets(st.integers(1, 12)),
    later=st.integers(0, 8),
)
def test_whatever_comes_early_the_order_is_that_of_seq_and_nothing_is_lost(
    first_seq: int, since: int, early: set[int], later: int
) -> None:
    """As the server sends: early ones live, then the replay without those, then live."""
    head = first_seq + 12
    ahead = sorted(first_seq + n for n in early)
    replay = [seq for seq in range(min(since, first_seq) + 1, head + 1) if seq not in ahead]
    order = Order(Wanted(), first_seq)
    seqs: list[int] = []
    for seq in ahead + replay:
        seqs += [event.seq for event in order.take(Event.of(told(seq)))]
    seqs += [event.seq for event in order.go_live()]
    for seq in range(head + 1, head + 1 + later):
        seqs += [event.seq for event in order.take(Event.of(told(seq)))]

    assert seqs == list(range(min(since, first_seq) + 1, head + 1 + later))
    assert all(one < other for one, other in pairwise(seqs))
