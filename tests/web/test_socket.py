"""`/ws` as a consumer sees it, by a client library that is not the server's."""

from __future__ import annotations

import asyncio
import base64
import os
import socket as sockets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect

from mhud.config import FeedSettings
from mhud.errors import Code, MhudError
from mhud.feeds import hub as hub_module
from mhud.feeds import websocket as websocket_module
from mhud.feeds.bus import Bus
from mhud.feeds.hub import Hub
from mhud.feeds.ledger import Ledger
from mhud.live.events import DomainEvent, QueueEmpty
from mhud.services.rights import Principal, expand
from mhud.web.socket import MAX_ERRORS, MAX_MESSAGE_BYTES, add_sockets
from tests.fake_clock import START, FakeClock, eventually
from tests.feed_things import (
    CALLER,
    MoodyDatabase,
    a_principal,
    a_queue,
    connected,
    many,
    over,
    queued,
    started,
    status_changed,
)
from tests.sockets import close_code, heard, heard_until, say


class Doorman:
    """Knows principals by key and by token, as Access does, from memory."""

    def __init__(self) -> None:
        self.keys = {
            "admin": a_principal("admin", ident="key:admin"),
            "jane": a_principal("operator", ident="key:jane", agent_id="agent001"),
            "bob": a_principal("operator", ident="key:bob", agent_id="agent002"),
            "deaf": a_principal("admin", ident="key:deaf", rights=expand(["view_calls"])),
        }
        self.broken = False
        self._watchers: list[Callable[[], None]] = []

    def authenticate_key(self, text: str) -> Principal:
        if text not in self.keys:
            raise MhudError(Code.UNAUTHENTICATED, "the API key is invalid or has expired")
        return self.keys[text]

    def authenticate_token(self, text: str) -> Principal:
        return self.authenticate_key(text.removeprefix("token-of-"))

    async def caught_up(self) -> bool:
        return False

    def current(self, principal: Principal) -> Principal | None:
        if self.broken:
            raise RuntimeError("a bug at the door")
        return next((one for one in self.keys.values() if one.ident == principal.ident), None)

    def on_change(self, tell: Callable[[], None]) -> None:
        self._watchers.append(tell)

    def change(self, key: str, principal: Principal | None) -> None:
        if principal is None:
            del self.keys[key]
        else:
            self.keys[key] = principal
        for tell in self._watchers:
            tell()


class House:
    """A server with sockets over a real ledger."""

    def __init__(self, db: MoodyDatabase, ledger: Ledger, hub: Hub, door: Doorman) -> None:
        self.db, self.ledger, self.hub, self.door = db, ledger, hub, door
        self.clock = FakeClock()
        self.server: TestServer

    @property
    def url(self) -> str:
        return str(self.server.make_url("/ws")).replace("http", "ws", 1)

    async def tell(self, *events: DomainEvent) -> None:
        self.ledger.publish(events)
        await self.ledger.drain()

    @asynccontextmanager
    async def consumer(self, key: str = "admin") -> AsyncIterator[ClientConnection]:
        """An authenticated one who read his `auth.ok`."""
        async with connect(self.url) as client:
            await say(client, type="auth", api_key=key)
            assert (await heard(client))["type"] == "auth.ok"
            yield client


@asynccontextmanager
async def a_house(folder: Path, **changes: Any) -> AsyncIterator[House]:
    db = await MoodyDatabase.open(folder / "mhud.db")
    assert isinstance(db, MoodyDatabase)
    feeds, bus, door, clock = FeedSettings(**changes), Bus(), Doorman(), FakeClock()
    ledger = await Ledger.open(db, bus, clock, feeds, ZoneInfo("UTC"))
    hub = Hub(ledger, bus, door, clock, feeds.socket_buffer_bytes)
    house = House(db, ledger, hub, door)
    house.clock = clock
    app = web.Application()
    add_sockets(app, hub, feeds)
    house.server = TestServer(app)
    await house.server.start_server()
    try:
        yield house
    finally:
        await house.server.close()
        await db.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as built:
        yield built


def seqs(messages: list[dict[str, Any]]) -> list[int]:
    return [message["seq"] for message in messages]


# Coming in


async def test_the_documented_way_in_works(house: House) -> None:
    await house.tell(*many(3))
    async with connect(house.url) as client:
        await client.send('{"type":"auth","api_key":"admin"}')
        assert await heard(client) == {"type": "auth.ok", "seq": 3}
        await house.tell(started())
        event = await heard(client)
    assert (event["seq"], event["type"], event["call"]["id"]) == (4, "call.new", "call-1")


async def test_a_token_opens_the_door_too(house: House) -> None:
    async with connect(house.url) as client:
        await say(client, type="auth", token="token-of-admin", device="a field of tomorrow")
        assert (await heard(client))["type"] == "auth.ok"


@pytest.mark.parametrize(
    "first",
    [
        '{"type":"auth","api_key":"wrong"}',
        '{"type":"auth","token":"wrong"}',
        '{"type":"auth"}',
        '{"type":"subscribe"}',
        "not json",
        "[]",
        b"\x00binary",
    ],
)
async def test_a_first_message_that_does_not_authenticate_closes(
    house: House, first: str | bytes
) -> None:
    async with connect(house.url) as client:
        await client.send(first)
        assert await close_code(client) == 4401


async def test_who_says_nothing_is_shown_out(tmp_path: Path) -> None:
    async with a_house(tmp_path, auth_timeout_s=0.05) as house, connect(house.url) as client:
        assert await close_code(client) == 4401


async def test_events_need_the_right_to_receive_them(house: House) -> None:
    async with connect(house.url) as client:
        await say(client, type="auth", api_key="deaf")
        assert await close_code(client) == 4403


async def test_a_plain_request_is_told_what_lives_here(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.server.port)
    writer.write(b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert b"101" not in answer.splitlines()[0]
    assert house.hub.sessions == 0


async def test_when_all_seats_are_taken_the_next_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "MAX_SOCKETS", 1)
    async with house.consumer():
        reader, writer = await asyncio.open_connection("127.0.0.1", house.server.port)
        writer.write(upgrade())
        status = await reader.readline()
        writer.close()
    assert b"101" not in status


async def test_who_does_not_say_who_he_is_can_not_take_all_seats(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "MAX_STRANGERS", 1)

    async def knocks() -> tuple[bytes, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.server.port)
        writer.write(upgrade())
        return (await reader.readline()).split()[1], writer

    async with house.consumer(), house.consumer("jane"):  # known, and none of the strangers
        first, stranger = await knocks()
        second, refused = await knocks()
        stranger.close()
        await eventually(lambda: house.hub.has_room("127.0.0.1"))
        third, another = await knocks()
    for writer in (refused, another):
        writer.close()

    assert (first, second, third) == (b"101", b"500", b"101")


# Rights


async def test_an_operator_sees_all_calls_but_the_numbers_of_his_own_only(house: House) -> None:
    async with house.consumer("jane") as jane, house.consumer("bob") as bob:
        await house.tell(connected(agent_id="agent001"))
        janes, bobs = await heard(jane), await heard(bob)
    assert janes["call"]["caller_id"] == CALLER
    assert (bobs["call"]["caller_id"], bobs["call"]["variables"]) == (None, {})
    assert bobs["call"]["agent_id"] == "agent001"


async def test_a_revoked_credential_closes_at_once(house: House) -> None:
    async with house.consumer("jane") as jane, house.consumer("bob") as bob:
        house.door.change("jane", None)
        assert await close_code(jane) == 4401
        await house.tell(started())
        assert (await heard(bob))["seq"] == 1


async def test_rights_taken_away_hold_for_the_next_event(house: House) -> None:
    async with house.consumer("bob") as bob:
        fewer = a_principal("operator", ident="key:bob", rights=expand(["receive_events"]))
        house.door.change("bob", fewer)
        await house.tell(started())
        house.door.change("bob", a_principal("admin", ident="key:bob"))
        await house.tell(started())
        assert (await heard(bob))["seq"] == 2


async def test_without_the_right_to_receive_the_socket_ends(house: House) -> None:
    async with house.consumer("bob") as bob:
        house.door.change("bob", a_principal("operator", ident="key:bob", rights=frozenset()))
        assert await close_code(bob) == 4403


async def test_a_credential_that_expires_closes_within_seconds(house: House) -> None:
    async with house.consumer("jane") as jane:
        del house.door.keys["jane"]  # time did it: nobody tells
        await house.clock.advance(hub_module.CHECK_S)
        assert await close_code(jane) == 4401


async def test_a_check_that_fails_is_made_again(house: House) -> None:
    async with house.consumer("jane") as jane:
        house.door.broken = True
        await house.clock.advance(hub_module.CHECK_S)
        house.door.broken = False
        del house.door.keys["jane"]
        await house.clock.advance(hub_module.CHECK_S)
        assert await close_code(jane) == 4401


# Subscriptions


async def test_a_subscription_narrows_to_events_queues_and_agents(house: House) -> None:
    async with house.consumer() as client:
        await say(client, type="subscribe", events=["call.*", "agent.status_changed"])
        assert await heard(client) == {"type": "subscribe.ok", "seq": 0}
        await house.tell(QueueEmpty(at=START, queue=a_queue()), started(), status_changed())
        assert seqs([await heard(client), await heard(client)]) == [2, 3]

        await say(client, type="subscribe", queues=["support"], agents=["agent002"])
        assert await heard_until(client, "subscribe.ok") == []
        await house.tell(queued(), connected(agent_id="agent001"), connected(agent_id="agent002"))
        assert (await heard(client))["seq"] == 6


async def test_a_new_subscription_replaces_the_one_before(house: House) -> None:
    async with house.consumer() as client:
        await say(client, type="subscribe", events=["queue.*"])
        await say(client, type="subscribe", events=None, queues=None)
        await heard_until(client, "subscribe.ok")
        await heard_until(client, "subscribe.ok")
        await house.tell(started())
        assert (await heard(client))["seq"] == 1


@pytest.mark.parametrize(
    "bad",
    [
        '{"type":"subscribe","events":["no.such"]}',
        '{"type":"subscribe","since":-1}',
        '{"type":"subscribe","since":"7"}',
        '{"type":"subscribe","queus":["support"]}',
        '{"type":"subscribe","queues":"support"}',
        '{"type":"auth","api_key":"admin"}',
        '{"type":"nonsense-0700123456"}',
        "{",
        "",
        b"\xff\x00",
    ],
)
async def test_a_bad_message_is_an_error_that_echoes_nothing_and_changes_nothing(
    house: House, bad: str | bytes
) -> None:
    async with house.consumer() as client:
        await client.send(bad)
        error = await heard(client)
        assert (error["type"], error["code"]) == ("error", "validation_error")
        assert "0700123456" not in str(error)
        await house.tell(started())
        assert (await heard(client))["seq"] == 1


async def test_repeated_garbage_ends_the_connection(house: House) -> None:
    async with house.consumer() as client:
        for _ in range(MAX_ERRORS):
            await client.send("garbage")
        assert await close_code(client) == 1008


async def test_garbage_between_good_messages_is_forgiven(house: House) -> None:
    async with house.consumer() as client:
        for _ in range(MAX_ERRORS):
            await client.send("garbage")
            await say(client, type="subscribe")
        for _ in range(MAX_ERRORS):
            await heard_until(client, "subscribe.ok")
        assert house.hub.sessions == 1


async def test_a_message_that_is_too_long_ends_the_connection(house: House) -> None:
    async with house.consumer() as client:
        await client.send("x" * (MAX_MESSAGE_BYTES + 1))
        assert await close_code(client) == 1009


# Resuming


async def test_what_was_missed_is_replayed_and_then_it_goes_on_live(house: House) -> None:
    await house.tell(*many(5))
    async with house.consumer() as client:
        await say(client, type="subscribe", since=2)
        assert seqs(await heard_until(client, "subscribe.ok")) == [3, 4, 5]
        await house.tell(over())
        assert (await heard(client))["seq"] == 6


async def test_a_replay_is_filtered_and_masked_like_what_is_live(house: House) -> None:
    await house.tell(started("call-1"), connected("call-1"), status_changed(), over("call-1"))
    async with house.consumer("bob") as bob:
        await say(bob, type="subscribe", events=["call.*"], agents=["agent001"], since=0)
        replayed = await heard_until(bob, "subscribe.ok")
    assert seqs(replayed) == [2]
    assert replayed[0]["call"]["caller_id"] is None


async def test_what_came_before_the_subscription_is_not_sent_again(house: House) -> None:
    await house.tell(*many(2))
    async with house.consumer() as client:
        await house.tell(*many(2))
        await say(client, type="subscribe", since=1)
        messages = await heard_until(client, "subscribe.ok")
    assert sorted(seqs(messages)) == [2, 3, 4]


async def test_a_second_subscription_supersedes_a_replay_under_way(house: House) -> None:
    await house.tell(*many(3))
    async with house.consumer() as client:
        await say(client, type="subscribe", since=0)
        await say(client, type="subscribe", since=0)
        await house.tell(over())
        found: list[int] = []
        while len(found) < 4:
            message = await heard(client)
            if message["type"] != "subscribe.ok":
                found.append(message["seq"])
    assert sorted(found) == [1, 2, 3, 4]


async def test_a_consumer_who_was_away_too_long_is_told_where_the_rest_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mhud.feeds.ledger.RECENT", 1)
    async with a_house(tmp_path, ledger_keep_days=1) as house:
        await house.tell(*many(3))
        await house.clock.advance(2 * 86_400)
        await house.ledger.purge_step()
        async with house.consumer() as client:
            await say(client, type="subscribe", since=1)
            assert await heard(client) == {"type": "replay.truncated", "oldest": 3}
            assert seqs(await heard_until(client, "subscribe.ok")) == [3]


async def test_a_seq_from_another_ledger_is_no_error(house: House) -> None:
    await house.tell(*many(2))
    async with house.consumer() as client:
        await say(client, type="subscribe", since=999)
        assert await heard(client) == {"type": "replay.truncated", "oldest": 1}
        await heard_until(client, "subscribe.ok")
        await house.tell(over())
        assert (await heard(client))["seq"] == 3


async def test_when_the_ledger_can_not_be_read_the_consumer_may_come_again(house: House) -> None:
    async def unreadable(since: int, limit: int) -> list[Any]:
        raise MhudError(Code.SERVICE_UNAVAILABLE, "the database can't take this now")

    await house.tell(*many(2))
    house.ledger.read = unreadable  # type: ignore[method-assign]
    async with house.consumer() as client:
        await say(client, type="subscribe", since=0)
        assert await close_code(client) == 1013


async def test_a_bug_in_a_replay_costs_this_connection_only(house: House) -> None:
    async def broken(since: int, limit: int) -> list[Any]:
        raise RuntimeError("a bug")

    await house.tell(*many(2))
    house.ledger.read = broken  # type: ignore[method-assign]
    async with house.consumer() as client, house.consumer() as another:
        await say(client, type="subscribe", since=0)
        assert await close_code(client) == 1011
        await house.tell(over())
        assert (await heard(another))["seq"] == 3


@settings(max_examples=15, deadline=None)
@given(
    before=st.integers(0, 12),
    resumes=st.lists(st.integers(0, 12), min_size=1, max_size=3),
    meanwhile=st.lists(st.integers(1, 3), min_size=1, max_size=5),
)
async def test_resuming_while_events_keep_coming_loses_and_repeats_nothing(
    before: int, resumes: list[int], meanwhile: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_house(Path(folder)) as house:
            await house.tell(*many(before))
            async with house.consumer() as client:
                for since in resumes:
                    await say(client, type="subscribe", since=min(since, before))
                for size in meanwhile:
                    await house.tell(*many(size))
                last = house.ledger.last_seq
                wanted = set(range(min(resumes[-1], before) + 1, last + 1))
                found: list[int] = []
                oks = 0
                while oks < 1 or not wanted <= set(found):
                    message = await heard(client)
                    if message["type"] == "subscribe.ok":
                        oks += 1
                    else:
                        found.append(message["seq"])
    assert len(found) == len(set(found))
    assert min(found) > min(*resumes, before)


# Bad days


async def test_a_ledger_that_stalls_is_told_to_who_is_there_and_who_comes(house: House) -> None:
    async with house.consumer() as client:
        house.db.refuses = True
        await house.tell(started())
        await house.tell(started())
        assert await heard(client) == {"type": "ledger.stalled"}
        async with house.consumer() as late:
            assert await heard(late) == {"type": "ledger.stalled"}
        house.db.refuses = False
        await house.ledger.drain()
        assert seqs([await heard(client), await heard(client)]) == [1, 2]


async def test_who_may_see_neither_queues_nor_settings_hears_of_no_stall(house: House) -> None:
    house.door.keys["bob"] = a_principal("admin", rights=expand(["receive_events", "view_calls"]))
    async with house.consumer("bob") as bob:
        house.db.refuses = True
        await house.tell(started())
        house.db.refuses = False
        await house.ledger.drain()
        assert (await heard(bob))["type"] == "call.new"


async def test_at_shutdown_everybody_is_told(house: House) -> None:
    async with house.consumer() as client, connect(house.url) as stranger:
        await eventually(lambda: house.hub.sessions == 1)
        await house.server.close()
        assert [await close_code(client), await close_code(stranger)] == [1001, 1001]


async def test_a_consumer_is_pinged_and_dropped_when_he_does_not_answer(tmp_path: Path) -> None:
    async with a_house(tmp_path, socket_ping_s=1) as house:
        raw = await stuck_consumer(house)
        await eventually(lambda: house.hub.sessions == 1)
        await eventually(lambda: house.hub.sessions == 0)
        raw.close()
    assert house.hub.cut_total == 0


async def test_a_consumer_who_goes_without_a_word_leaves_nothing_behind(house: House) -> None:
    async with house.consumer() as client:
        client.transport.abort()
        await eventually(lambda: house.hub.sessions == 0)
    await house.tell(started())
    assert house.hub.sessions == 0


async def test_who_can_not_keep_up_is_cut_and_slows_nobody(tmp_path: Path) -> None:
    async with a_house(tmp_path, socket_buffer_bytes=262_144) as house:
        raw = await stuck_consumer(house)
        await eventually(lambda: house.hub.sessions == 1)
        async with house.consumer() as quick:
            told = 0
            while not house.hub.lingering:
                await house.tell(*many(50))
                told += 50
                assert seqs([await heard(quick) for _ in range(50)])[-1] == told
            rest = await asyncio.to_thread(everything, raw)
            await eventually(lambda: house.hub.sessions == 1)
        assert b"\x03\xf5too slow" in rest  # 1013
        assert house.hub.cut_total == 1


async def test_who_was_cut_and_never_reads_on_is_dropped(tmp_path: Path) -> None:
    async with a_house(tmp_path, socket_buffer_bytes=262_144) as house:
        raw = await stuck_consumer(house)
        await eventually(lambda: house.hub.sessions == 1)
        while not house.hub.lingering:
            await house.tell(*many(200))
        await house.clock.advance(2 * hub_module.CHECK_S)
        await eventually(lambda: house.hub.sessions == 0)
        raw.close()
        assert house.hub.cut_total == 1


async def test_a_replay_waits_for_a_slow_reader_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket_module, "DRAIN_S", 0.05)
    async with a_house(tmp_path) as house:
        await house.tell(*many(9000))
        raw = await stuck_consumer(house)
        await eventually(lambda: house.hub.sessions == 1)
        raw.setblocking(True)
        await asyncio.to_thread(raw.sendall, masked(b'{"type":"subscribe","since":0}'))
        await eventually(lambda: house.hub.lingering)
        raw.close()
        await eventually(lambda: house.hub.sessions == 0)
    assert house.hub.cut_total == 1


def upgrade() -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()


def masked(payload: bytes) -> bytes:
    """A text frame as a client sends it, its mask being zero."""
    return bytes([0x81, 0x80 | len(payload)]) + bytes(4) + payload


async def stuck_consumer(house: House) -> sockets.socket:
    """Authenticates and then reads nothing any more, through a small window."""

    def come_in() -> sockets.socket:
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", house.server.port))
        raw.sendall(upgrade())
        while not raw.recv(4096).endswith(b"\r\n\r\n"):
            pass
        raw.sendall(masked(b'{"type":"auth","api_key":"admin"}'))
        return raw

    return await asyncio.to_thread(come_in)


def everything(raw: sockets.socket) -> bytes:
    """What the server still has to say."""
    chunks: list[bytes] = []
    raw.settimeout(10)
    while chunk := raw.recv(65_536):
        chunks.append(chunk)
    raw.close()
    return b"".join(chunks)[-200:]
