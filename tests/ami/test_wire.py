from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhud.ami import actions
from mhud.ami import wire as wire_module
from mhud.ami.action import Action
from mhud.ami.messages import DeviceStateChange
from mhud.ami.parse import parse
from mhud.ami.wire import EVENT_LIMIT, LIST_LIMIT, MESSAGE_LIMIT, WRITE_LIMIT, Dial, Reply, Request
from mhud.errors import Code, MhudError
from tests.ears import BANNER, Ears, listen, wire
from tests.fake_clock import eventually, settle
from tests.scripted_ami import ScriptedAmi

TRACES = Path(__file__).parent.parent / "traces"
CALL = (TRACES / "04-queue-agent-hangs-up.in.ami").read_bytes()
NOW = datetime(2025, 3, 3, tzinfo=UTC)
NAMED = "Event: DeviceStateChange\r\nDevice: PJSIP/Wanjikũ-Ñ-日本\r\nState: INUSE\r\n\r\n".encode()


def answer(ident: str, *headers: str, word: str = "Success") -> bytes:
    lines = (f"Response: {word}", f"ActionID: {ident}", *headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def item(ident: str, *headers: str) -> bytes:
    return ("\r\n".join(("Event: Row", f"ActionID: {ident}", *headers)) + "\r\n\r\n").encode()


def id_of(written: bytes) -> str:
    return written.decode().partition("ActionID: ")[2].partition("\r\n")[0]


# ---- bytes to messages


@settings(max_examples=60, deadline=None)
@given(cuts=st.sets(st.integers(1, len(CALL) - 1), max_size=40))
def test_where_tcp_cuts_the_stream_does_not_matter(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(CALL)]
    pieces = [CALL[start:end] for start, end in pairwise(edges)]
    assert listen(pieces) == listen([CALL])


def test_no_character_is_lost_however_it_is_cut() -> None:
    whole = BANNER + NAMED
    for cut in range(1, len(whole)):
        (message,) = listen([whole[:cut], whole[cut:]])
        event = parse(message, NOW)
        assert isinstance(event, DeviceStateChange)
        assert event.device == "PJSIP/Wanjikũ-Ñ-日本"


@settings(max_examples=200, deadline=None)
@given(chunks=st.lists(st.binary(max_size=200), max_size=8), greeted=st.booleans())
def test_bytes_that_mean_nothing_raise_nothing(chunks: list[bytes], greeted: bool) -> None:
    heard = listen([BANNER, *chunks] if greeted else chunks)
    assert all(message.startswith(b"Event: ") for message in heard)


@settings(max_examples=100, deadline=None)
@given(spots=st.lists(st.tuples(st.integers(0, len(CALL) - 1), st.integers(0, 255)), max_size=30))
def test_a_stream_with_bytes_spoiled_raises_nothing(spots: list[tuple[int, int]]) -> None:
    spoiled = bytearray(CALL)
    for spot, byte in spots:
        spoiled[spot] = byte
    for message in listen([bytes(spoiled)]):
        parse(message, NOW)
    assert listen([bytes(spoiled)]) == listen([bytes(spoiled[:999]), bytes(spoiled[999:])])


async def test_a_message_without_end_breaks_the_link() -> None:
    made, transport = wire(Ears())
    made.data_received(b"Event: X\r\n" + b"a" * MESSAGE_LIMIT)
    assert transport.aborted
    assert made.lost.result() == "Asterisk sent a message without end"


async def test_a_message_too_long_breaks_the_link_even_when_it_ends() -> None:
    ears = Ears()
    made, transport = wire(ears)
    made.data_received(b"Event: X\r\n" + b"a" * MESSAGE_LIMIT + b"\r\n\r\n" + NAMED)
    assert transport.aborted
    assert ears.events == []


async def test_after_an_event_that_found_no_room_no_more_are_heard() -> None:
    ears = Ears(room=1)
    made, _ = wire(ears)
    made.data_received(NAMED * 5)
    assert len(ears.events) == 2
    assert made.lost.result() == "events came faster than mhud could take them"


async def test_stray_empty_lines_are_no_messages() -> None:
    ears = Ears()
    made, _ = wire(ears)
    made.data_received(b"\r\n\r\n\r\n" + NAMED + b"\r\n" + NAMED)
    assert len(ears.events) == 2


# ---- the banner


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n", b"\x00", b"Asterisk Call Manager/" + b"9" * 300]
)
async def test_whoever_does_not_greet_like_an_asterisk_is_none(greeting: bytes) -> None:
    made, transport = wire(Ears(), greeted=False)
    made.data_received(greeting)
    assert transport.aborted
    with pytest.raises(MhudError, match="not the manager interface"):
        await made.greeted


async def test_the_banner_may_come_in_pieces() -> None:
    made, _ = wire(Ears(), greeted=False)
    for byte in BANNER:
        made.data_received(bytes([byte]))
    assert await made.greeted == "Asterisk Call Manager/11.0.0"


# ---- actions and answers


async def test_an_answer_finds_its_action() -> None:
    made, transport = wire(Ears())
    first, second = made.ask(actions.ping()), made.ask(actions.core_status())
    made.data_received(answer(id_of(transport.written[1]), "Message: two"))
    made.data_received(answer(id_of(transport.written[0]), "Message: one"))
    assert (await first).message == "one"
    assert (await second).message == "two"
    assert made.responses == {}


async def test_queue_add_is_answered_by_one_response() -> None:
    made, transport = wire(Ears())
    asked = made.ask(actions.queue_add("support", "PJSIP/agent001", "Agent 001"))
    made.data_received(answer(id_of(transport.written[0]), "Message: Added interface to queue"))
    assert (await asked).success


async def test_an_originate_is_answered_at_once_and_its_outcome_is_an_event() -> None:
    ears = Ears()
    made, _ = wire(ears)
    asked = made.ask(actions.originate("mhud-1", "PJSIP/a", "outbound", "1", None, 1, {}))
    outcome = b"Event: OriginateResponse\r\nActionID: mhud-1\r\nResponse: Failure\r\n\r\n"
    made.data_received(outcome)
    assert not asked.done()
    made.data_received(answer("mhud-1", "Message: Originate successfully queued"))
    made.data_received(outcome)
    assert (await asked).success
    assert len(ears.events) == 2


async def test_a_list_ends_with_its_own_end() -> None:
    ears = Ears()
    made, transport = wire(ears)
    asked = made.ask(actions.queue_status())
    ident = id_of(transport.written[0])
    made.data_received(item(ident, "Early: 1"))
    made.data_received(answer(ident, "EventList: start") + item(ident, "N: 1") + NAMED)
    made.data_received(item("another", "N: 2") + item(ident, "N: 3"))
    assert not asked.done()
    made.data_received(item(ident, "EventList: Complete") + item(ident, "Late: 1"))
    assert [message.rpartition(b"\r\n")[2] for message in (await asked).items] == [b"N: 1", b"N: 3"]
    assert len(ears.events) == 3


async def test_a_single_answer_is_never_taken_for_a_list() -> None:
    ears = Ears()
    made, transport = wire(ears)
    listed, single = made.ask(actions.queue_status()), made.ask(actions.ping())
    made.data_received(item(id_of(transport.written[1])))
    assert not listed.done()
    assert not single.done()
    assert len(ears.events) == 1
    made.cut("over")
    for asked in (listed, single):
        assert isinstance(asked.exception(), MhudError)


async def test_a_refused_list_is_answered_by_the_refusal() -> None:
    made, transport = wire(Ears())
    asked = made.ask(actions.queue_status())
    made.data_received(answer(id_of(transport.written[0]), "Message: No", word="Error"))
    assert await asked == Reply(
        False, "No", {"Response": "Error", "ActionID": id_of(transport.written[0]), "Message": "No"}
    )


async def test_a_list_without_end_breaks_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_module, "LIST_LIMIT", 10)
    made, transport = wire(Ears())
    asked = made.ask(actions.queue_status())
    ident = id_of(transport.written[0])
    made.data_received(answer(ident, "EventList: start") + item(ident) * 11)
    assert made.lost.result() == "Asterisk sent a list without end"
    assert isinstance(asked.exception(), MhudError)
    assert LIST_LIMIT > 10_000


async def test_a_list_of_few_but_huge_items_breaks_the_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire_module, "LIST_BYTES_LIMIT", 100)
    made, transport = wire(Ears())
    asked = made.ask(actions.queue_status())
    ident = id_of(transport.written[0])
    made.data_received(answer(ident, "EventList: start") + item(ident, "x" * 100))
    assert made.lost.result() == "Asterisk sent a list without end"
    assert isinstance(asked.exception(), MhudError)


@pytest.mark.parametrize(
    ("begins", "limit"), [(b"Event: X\r\n", EVENT_LIMIT), (b"Response: X\r\n", MESSAGE_LIMIT)]
)
async def test_events_may_be_shorter_than_answers_at_most(begins: bytes, limit: int) -> None:
    made, _ = wire(Ears())
    made.data_received(begins + b"a" * (limit - len(begins)) + b"\r\n\r\n")
    assert not made.lost.done()
    made.data_received(begins + b"a" * (limit + 1 - len(begins)) + b"\r\n\r\n")
    assert made.lost.result() == "Asterisk sent a message without end"


async def test_answers_to_nobody_are_ignored() -> None:
    ears = Ears()
    made, transport = wire(ears)
    asked = made.ask(actions.ping())
    ident = id_of(transport.written[0])
    made.data_received(answer("nobody") + b"Response: Error\r\nMessage: line too long\r\n\r\n")
    made.data_received(f"Nothing: 1\r\nActionID: {ident}\r\n\r\n".encode())
    assert not asked.done()
    made.data_received(answer(ident))
    assert (await asked).success


async def test_two_actions_under_one_id_are_a_conflict() -> None:
    made, _ = wire(Ears())
    originate = actions.originate("mhud-1", "PJSIP/a", "outbound", "1", None, 1, {})
    first = made.ask(originate)
    with pytest.raises(MhudError) as failure:
        made.ask(originate)
    assert failure.value.code is Code.CONFLICT
    first.cancel()


async def test_who_gives_up_waiting_leaves_nothing_behind() -> None:
    made, _ = wire(Ears())
    asked = made.ask(actions.queue_status())
    asked.cancel()
    await settle()
    assert made.responses == {}


async def test_an_answer_that_crosses_a_cancellation_is_dropped() -> None:
    made, transport = wire(Ears())
    asked = made.ask(actions.ping())
    asked.cancel()
    made.data_received(answer(id_of(transport.written[0])))
    assert asked.cancelled()
    assert made.responses == {}


async def test_what_waits_fails_when_the_link_is_cut_and_nothing_is_kept() -> None:
    made, transport = wire(Ears())
    waiting, given_up = made.ask(actions.ping()), made.ask(actions.ping())
    given_up.cancel()
    made.connection_lost(None)
    made.cut("later")
    with pytest.raises(MhudError) as failure:
        await waiting
    assert failure.value.code is Code.PBX_UNAVAILABLE
    assert made.lost.result() == "Asterisk closed the connection"
    await settle()
    assert made.responses == {}
    with pytest.raises(MhudError):
        made.ask(actions.ping())
    assert len(transport.written) == 2


async def test_a_broken_connection_is_told_from_a_closed_one() -> None:
    made, _ = wire(Ears(), greeted=False)
    made.connection_lost(ConnectionResetError())
    assert made.lost.result() == "the connection broke"


async def test_an_asterisk_that_does_not_read_gets_no_more_actions() -> None:
    made, transport = wire(Ears())
    transport.waiting = WRITE_LIMIT + 1
    with pytest.raises(MhudError) as failure:
        made.ask(actions.ping())
    assert failure.value.code is Code.PBX_UNAVAILABLE
    assert transport.written == []


async def test_panoramisk_writes_what_the_action_says_and_no_more() -> None:
    ears = Ears()
    made, transport = wire(ears)
    made.ask(Action("Setvar", (("Variable", "X"), ("Value", "Ñ"), ("ActionID", "id-1"))))
    assert transport.written == [
        "Action: Setvar\r\nVariable: X\r\nValue: Ñ\r\nActionID: id-1\r\n\r\n".encode()
    ]
    assert ears.spoken == transport.written
    made.responses["id-1"].future.cancel()


async def test_a_request_shows_no_values() -> None:
    request = Request(actions.login("mhud", "correct horse"))
    assert repr(request) == "<Request Login>"
    request.future.cancel()


# ---- the connection itself


async def test_a_refused_connection_is_not_tried_again(
    unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    dial = Dial("127.0.0.1", unused_tcp_port, Ears())
    with pytest.raises(ConnectionRefusedError):
        await dial.open()
    await settle()
    assert "reconnect" not in caplog.text


async def test_bytes_that_come_with_the_connection_are_not_lost(asterisk: ScriptedAmi) -> None:
    asterisk.greeting = BANNER.decode() + NAMED.decode()
    ears = Ears()
    _, made = await Dial("127.0.0.1", asterisk.port, ears).open()
    await eventually(lambda: ears.events)
    assert [message + b"\r\n\r\n" for message in ears.events] == [NAMED]
    made.cut("over")
    await eventually(lambda: asterisk.peer.gone)


async def test_panoramisk_sends_no_pings_and_no_login_of_its_own(asterisk: ScriptedAmi) -> None:
    dial = Dial("127.0.0.1", asterisk.port, Ears())
    _, made = await dial.open()
    assert dial.pinger.cancelled()
    await settle()
    made.cut("over")
    await eventually(lambda: asterisk.peer.gone)
    assert asterisk.peer.raw == b""


async def test_an_attempt_that_is_called_off_leaves_no_connection(asterisk: ScriptedAmi) -> None:
    attempt = Dial("127.0.0.1", asterisk.port, Ears()).open()
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    await settle()
    assert asterisk.peers == []
