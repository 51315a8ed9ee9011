"""The fake's socket: limits, refusals, slow clients, faults."""

from __future__ import annotations

import asyncio

import pytest

from mhud.sim import FakeAsterisk
from mhud.sim.session import BACKLOG
from tests.ami_client import RawClient, connected, value_of
from tests.fake_clock import FakeClock, eventually, settle

PING = "Action: Ping\r\nActionID: p\r\n"


async def test_a_line_may_have_1022_bytes_and_no_more(client: RawClient) -> None:
    name = "Variable: "
    fits = await client.ask("Action: Ping", name + "x" * (1022 - len(name)))
    too_long = await client.ask("Action: Ping", name + "x" * (1023 - len(name)))
    assert value_of(fits, "Response") == "Success"
    assert value_of(too_long, "Message") == "Failed to parse message: line too long"


async def test_a_line_that_never_ends_costs_no_memory(client: RawClient) -> None:
    await client.send("Variable: " + "x" * 300_000)
    await client.send("\r\n\r\n")
    told = await client.until("line too long\r\n\r\n")
    assert "ActionID" not in told


async def test_a_message_may_have_128_lines_and_no_more(client: RawClient) -> None:
    fits = await client.ask("Action: Ping", *(f"Variable: v{n}=1" for n in range(126)))
    too_many = await client.ask("Action: Ping", "ActionID: asked-2", *["Variable: v=1"] * 127)
    assert value_of(fits, "Response") == "Success"
    assert value_of(too_many, "Message") == "Too many lines in message or allocation failure"


async def test_a_bare_line_feed_ends_a_line_and_a_message(client: RawClient) -> None:
    await client.send("action: ping\nactionid: lf\n\n")
    assert "Ping: Pong" in await client.until("ActionID: lf\r\nPing: Pong")


async def test_an_empty_message_misses_its_action(client: RawClient) -> None:
    await client.send("\r\n")
    assert "Error" in await client.until("Message: Missing action in request\r\n")


async def test_nul_ends_a_value(client: RawClient) -> None:
    await client.send("Action: Setvar\r\nVariable: G\r\nValue: one\0two\r\n\r\n")
    answer = await client.ask("Action: Getvar", "Variable: G")
    assert value_of(answer, "Value") == "one"


async def test_a_wrong_password_is_refused_after_a_second_and_the_line_closed(
    pbx: FakeAsterisk, clock: FakeClock
) -> None:
    async with connected(pbx.port) as stranger:
        await stranger.send("Action: Login\r\nUsername: mhud\r\nSecret: no\r\n\r\n")
        await eventually(lambda: 1.0 in clock.sleeping)
        assert "Response" not in stranger.heard
        await clock.advance(1)
        assert "Message: Authentication failed" in await stranger.until_closed()


async def test_a_stranger_who_says_nothing_is_cut(pbx: FakeAsterisk, clock: FakeClock) -> None:
    async with connected(pbx.port) as stranger:
        await stranger.until("Asterisk Call Manager")
        assert len(pbx.server.sessions) == 1
        await clock.advance(31)
        await eventually(lambda: not pbx.server.sessions)
    assert not pbx.server.sessions


async def test_events_follow_the_answer_to_what_caused_them(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    pbx.agent_logs_in("agent001", "support")
    await client.everything()
    await client.send("Action: QueuePause\r\nInterface: PJSIP/agent001\r\nPaused: yes\r\n\r\n")
    names = [message[0] for message in await client.everything()]
    assert names[0] == ("Response", "Success")
    assert names[-1] == ("Event", "QueueMemberPause")


async def test_a_client_may_choose_its_events(pbx: FakeAsterisk, client: RawClient) -> None:
    await client.ask("Action: Events", "EventMask: agent")
    pbx.agent_logs_in("agent001", "support")
    only_agent = [message[0][1] for message in await client.everything()]
    await client.ask("Action: Events", "EventMask: off")
    pbx.agent_pauses("agent001")
    assert only_agent == ["QueueMemberAdded"]
    assert await client.everything() == []


async def test_a_client_that_does_not_read_is_dropped(pbx: FakeAsterisk, client: RawClient) -> None:
    def flood() -> bool:
        for _ in range(200):
            pbx.pbx.emit("UserEvent", "user", [("UserEvent", "x" * 900)])
        return not pbx.server.sessions

    await eventually(flood)
    assert pbx.server.sessions == set()
    assert BACKLOG < 2**20


async def test_cut_connections_end_at_once_and_new_ones_work(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    pbx.cut()
    with pytest.raises((ConnectionResetError, EOFError)):
        await client.until("anything")
    async with connected(pbx.port) as again:
        await again.log_in()
        assert "Success" in again.heard


async def test_a_deaf_connection_stays_open_and_is_silent(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    pbx.go_deaf()
    await client.send(f"{PING}\r\n")
    pbx.call_in("+254700123456")
    await settle()
    with pytest.raises(TimeoutError):
        await client.until("Pong", timeout_s=0.05)
    assert client.heard == ""
    async with connected(pbx.port) as again:
        await again.log_in()
        assert "Success" in again.heard


async def test_an_event_can_be_lost_and_another_doubled(
    pbx: FakeAsterisk, client: RawClient
) -> None:
    pbx.faults.drop("Newstate")
    pbx.faults.duplicate("Newchannel")
    pbx.call_in("+254700123456")
    names = [message[0][1] for message in await client.everything()]
    assert names == ["Newchannel", "Newchannel", "DeviceStateChange"]


async def test_a_slow_server_answers_when_its_time_has_come(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    pbx.faults.slow_s = 3
    await client.send(f"{PING}\r\n")
    await eventually(lambda: 3.0 in clock.sleeping)
    assert client.heard == ""
    await clock.advance(3)
    assert "Pong" in await client.until("Pong")


async def test_a_password_can_be_refused_though_it_is_right(
    pbx: FakeAsterisk, clock: FakeClock
) -> None:
    pbx.faults.refuse_logins = True
    async with connected(pbx.port) as refused:
        await refused.send("Action: Login\r\nUsername: mhud\r\nSecret: secret\r\n\r\n")
        await eventually(lambda: 1.0 in clock.sleeping)
        await clock.advance(1)
        assert "Authentication failed" in await refused.until_closed()


async def test_a_restart_ends_all_calls_and_brings_the_members_back(
    pbx: FakeAsterisk, client: RawClient, clock: FakeClock
) -> None:
    pbx.agent_logs_in("agent001", "support")
    pbx.agent_pauses("agent001", "lunch")
    pbx.call_in("+254700123456", "support")
    restart = asyncio.ensure_future(pbx.restart())
    await eventually(lambda: bool(clock.sleeping))
    await clock.advance(1.2)
    told = await client.until_closed()
    assert told.index("Event: Hangup") < told.index("Event: Shutdown")
    await clock.advance(0.3)
    await eventually(lambda: pbx.server.is_listening)
    async with connected(pbx.port) as again:
        await again.log_in()
        early = await again.ask("Action: QueueStatus")
        await clock.advance(0.3)
        await again.until("Event: FullyBooted")
        await restart
        await again.ask("Action: QueueStatus", "Queue: support")
        late = await again.until("QueueStatusComplete")
    assert value_of(early, "Message").startswith("Invalid/unknown command: QueueStatus.")
    assert "PausedReason: lunch" in late
    assert "Calls: 0" in late
    assert pbx.pbx.channels == {}


async def test_a_crash_says_nothing(pbx: FakeAsterisk, client: RawClient, clock: FakeClock) -> None:
    pbx.call_in("+254700123456")
    await client.everything()
    crash = asyncio.ensure_future(pbx.crash(down_s=5))
    with pytest.raises((ConnectionResetError, EOFError)):
        await client.until("anything")
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", pbx.port)
    await clock.advance(6)
    await eventually(lambda: crash.done())
    assert client.heard == ""
    assert pbx.server.is_listening


async def test_a_port_that_is_taken_for_a_moment_delays_the_restart(
    pbx: FakeAsterisk, clock: FakeClock
) -> None:
    crash = asyncio.ensure_future(pbx.crash(down_s=1))
    await settle()
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", pbx.port)
    await clock.advance(2)
    assert not pbx.server.is_listening
    taken.close()
    await taken.wait_closed()
    await clock.advance(1)
    await eventually(lambda: pbx.server.is_listening)
    await clock.advance(1)
    await crash
    assert pbx.server.booted
