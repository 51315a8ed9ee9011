"""What Asterisk's books say of a call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhud.books.account import account
from mhud.books.lines import LONGEST, cdr_line, queue_line
from mhud.live.model import Call, Direction, EndReason, Outcome
from tests.books.pages import CALLER, STAFF, UTC_ZONE, at, call_of, cdr_text, queue_text, told

ENTERED = queue_text(1, "ENTERQUEUE", "", "+254700123456", 1)
AGENT = "PJSIP/agent001-00000002"
PHONE: dict[str, Any] = {"channel": AGENT, "caller": "1001", "app": "Dial", "context": "agents"}


def stays(call: Call) -> list[tuple[str, Outcome | None, float]]:
    return [(visit.queue_id, visit.outcome, visit.wait_s) for visit in call.visits]


def talks(call: Call) -> list[tuple[str | None, float]]:
    return [
        (talk.agent_id, (talk.ended_at - talk.began_at).total_seconds())
        for talk in call.talks
        if talk.ended_at
    ]


def test_a_call_that_a_queue_gave_to_an_agent() -> None:
    call = call_of(
        queue_text(0, "DID", "116123", queue="NONE"),
        ENTERED,
        queue_text(9, "CONNECT", 8, "c.2", 3, agent="Jane Smith"),
        queue_text(69, "COMPLETECALLER", 8, 60, 1, agent="Jane Smith"),
        cdr_text(0, 69, answer=0, other=AGENT),
    )
    assert (call.id, call.direction, call.end_reason) == (
        "call-c.1",
        Direction.INBOUND,
        EndReason.COMPLETED,
    )
    assert (call.caller_id, call.destination) == ("+254700123456", "116123")
    assert (call.start_time, call.answer_time, call.end_time) == (at(0), at(9), at(69))
    assert (call.agent_id, call.queue_id) == ("agent001", "support")
    assert stays(call) == [("support", Outcome.ANSWERED, 8)]
    assert talks(call) == [("agent001", 60)]
    assert call.visits[0].service_level_s == 20
    assert call.only_told


def test_who_gave_up_waiting() -> None:
    left = queue_text(31, "ABANDON", 1, 1, 30)
    call = call_of(ENTERED, left, cdr_text(0, 31, answer=0))
    assert call.end_reason is EndReason.ABANDONED
    assert stays(call) == [("support", Outcome.ABANDONED, 30)]
    assert (call.answer_time, call.agent_id, call.talks) == (None, None, ())


def test_a_phone_that_rang_in_vain_is_no_talk() -> None:
    call = call_of(
        ENTERED,
        queue_text(21, "RINGNOANSWER", 20000, agent="Jane Smith"),
        queue_text(31, "ABANDON", 1, 1, 30),
        cdr_text(0, 21, answer=0, other=AGENT, disposition="NO ANSWER"),
        cdr_text(21, 31, answer=21),
    )
    assert (call.end_reason, call.talks) == (EndReason.ABANDONED, ())


def test_who_waited_as_long_as_anybody_may() -> None:
    left = queue_text(61, "EXITWITHTIMEOUT", 1, 1, 60)
    goodbye = cdr_text(0, 64, answer=0, app="Hangup", context="turned-away", exten="s")
    call = call_of(ENTERED, left, goodbye)
    assert call.end_reason is EndReason.TIMEOUT


def test_who_overflowed_into_another_queue_was_helped_there() -> None:
    call = call_of(
        ENTERED,
        queue_text(61, "EXITWITHTIMEOUT", 1, 1, 60),
        queue_text(61, "ENTERQUEUE", "", "+254700123456", 1, queue="crisis"),
        queue_text(65, "CONNECT", 4, "c.2", 3, queue="crisis", agent="PJSIP/agent002"),
        queue_text(95, "COMPLETEAGENT", 4, 30, 1, queue="crisis", agent="PJSIP/agent002"),
        cdr_text(0, 95, answer=0, other="PJSIP/agent002-00000003"),
    )
    assert (call.end_reason, call.queue_id, call.agent_id) == (
        EndReason.COMPLETED,
        "crisis",
        "agent002",
    )
    assert [visit.outcome for visit in call.visits] == [Outcome.TIMEOUT, Outcome.ANSWERED]


@pytest.mark.parametrize("status", ["FULL", "JOINEMPTY"])
def test_who_found_a_queue_full_or_empty_never_waited(status: str) -> None:
    """Asterisk itself writes no such line: our dialplan does."""
    goodbye = cdr_text(0, 3, answer=0, app="Hangup", context="turned-away", exten="s")
    call = call_of(queue_text(1, status), goodbye)
    assert (call.end_reason, call.queue_id) == (EndReason.REJECTED, "support")
    assert call.visits[0].turned_away


def test_who_found_the_helpline_closed_was_turned_away() -> None:
    goodbye = cdr_text(0, 3, answer=0, app="Hangup", context="turned-away", exten="s")
    assert call_of(goodbye).end_reason is EndReason.REJECTED


def test_who_hung_up_in_the_menu_gave_up() -> None:
    menu = cdr_text(
        0, 6, answer=0, app="BackGround", context="ivr-main", exten="s", userfield="116123"
    )
    call = call_of(menu)
    assert (call.end_reason, call.visits) == (EndReason.ABANDONED, ())
    assert call.destination == "116123"  # where another dialplan keeps it


def test_a_caller_who_is_sent_on_blindly_to_a_colleague() -> None:
    call = call_of(
        ENTERED,
        queue_text(5, "CONNECT", 4, "c.2", 3, agent="Jane Smith"),
        queue_text(15, "BLINDTRANSFER", "1002", "transfer-agent", 4, 10, 1, agent="Jane Smith"),
        cdr_text(0, 15, answer=0, other=AGENT),
        cdr_text(
            15, 45, answer=15, other="PJSIP/agent002-00000003", app="Dial", context="transfer-agent"
        ),
    )
    assert talks(call) == [("agent001", 10), ("agent002", 30)]
    assert (call.agent_id, call.transfers, call.sent_on[0].kind) == ("agent002", 1, "blind")


def test_who_took_an_agents_place_in_a_queue_that_he_asked() -> None:
    call = call_of(
        ENTERED,
        queue_text(5, "CONNECT", 4, "c.2", 3, agent="Jane Smith"),
        queue_text(15, "ATTENDEDTRANSFER", "APP", "Queue", 4, 10, 1, agent="Jane Smith"),
        queue_text(25, "ABANDON", 1, 1, 12, queue="crisis"),
        cdr_text(0, 15, answer=0, other=AGENT),
        cdr_text(15, 25, answer=15, exten="crisis"),
    )
    assert call.end_reason is EndReason.ABANDONED
    assert stays(call)[-1] == ("crisis", Outcome.ABANDONED, 12)


def test_abandon_is_also_written_for_who_is_sent_elsewhere() -> None:
    call = call_of(
        ENTERED,
        queue_text(11, "ABANDON", 1, 1, 10),
        cdr_text(0, 11, answer=0),
        cdr_text(11, 41, answer=11, other=AGENT, app="Dial", context="transfer-agent"),
    )
    assert (call.end_reason, talks(call)) == (EndReason.COMPLETED, [("agent001", 30)])
    assert call.visits[0].outcome is Outcome.LEFT


def test_an_agent_who_asks_a_queue_is_no_caller_of_it() -> None:
    call = call_of(
        ENTERED,
        queue_text(5, "CONNECT", 4, "c.2", 3, agent="Jane Smith"),
        queue_text(8, "ENTERQUEUE", "", "1001", 1, queue="crisis", uid="c.9"),
        queue_text(20, "COMPLETECALLER", 4, 15, 1, agent="Jane Smith"),
        queue_text(20, "ABANDON", 1, 1, 12, queue="crisis", uid="c.9"),
        cdr_text(0, 20, answer=0, other=AGENT),
        cdr_text(8, 20, answer=8, channel="Local/1@consult-00000001;2", uid="c.9"),
    )
    assert stays(call) == [("support", Outcome.ANSWERED, 4)]
    assert call.end_reason is EndReason.COMPLETED


def test_an_agent_calls_a_number() -> None:
    dialed = cdr_text(0, 40, answer=10, other="PJSIP/trunk-00000009", exten="+15550100", **PHONE)
    call = call_of(dialed)
    assert (call.direction, call.destination, call.placed_by) == (
        Direction.OUTBOUND,
        "+15550100",
        "agent001",
    )
    assert (call.answer_time, talks(call)) == (at(10), [("agent001", 30)])


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([cdr_text(0, 9, disposition="BUSY", other=CALLER, exten="+15550100", **PHONE)], "busy"),
        (
            [cdr_text(0, 9, disposition="NO ANSWER", other=CALLER, exten="+15550100", **PHONE)],
            "no-answer",
        ),
        ([cdr_text(0, 0, disposition="FAILED", exten="+15550100", **PHONE)], "unreachable"),
        (
            [
                cdr_text(0, 9, disposition="NO ANSWER", other=CALLER, exten="+1555010", **PHONE),
                cdr_text(
                    9, 9, disposition="NO ANSWER", exten="+15550100",
                    **{**PHONE, "app": "Hangup", "data": "21"},
                ),
            ],
            "rejected",
        ),
    ],
)  # fmt: skip
def test_a_call_that_an_agent_placed_in_vain(lines: list[str], reason: str) -> None:
    call = call_of(*lines)
    assert (call.end_reason, call.answer_time, call.talks) == (reason, None, ())


def test_colleagues_talk() -> None:
    dialed = cdr_text(0, 9, answer=2, other="PJSIP/agent002-00000003", exten="1002", **PHONE)
    call = call_of(dialed)
    assert (call.direction, talks(call)) == (Direction.INTERNAL, [("agent002", 7)])


def test_when_an_originated_call_was_answered_nobody_wrote_down() -> None:
    ours: dict[str, Any] = {"uid": "mhud-1f", "linkedid": "mhud-1f"}
    dialed = cdr_text(0, 40, answer=0, other=CALLER, exten="+15550100", **PHONE, **ours)
    call = call_of(dialed, linkedid="mhud-1f")
    assert (call.direction, call.end_reason) == (Direction.OUTBOUND, EndReason.COMPLETED)
    assert (call.answer_time, talks(call)) == (None, [("agent001", 40)])


def test_an_originated_call_whose_phone_nobody_answered() -> None:
    ours: dict[str, Any] = {"uid": "mhud-1f", "linkedid": "mhud-1f"}
    rang = cdr_text(0, 30, disposition="NO ANSWER", **{**PHONE, "app": "AppDial2"}, **ours)
    assert call_of(rang, linkedid="mhud-1f").end_reason is EndReason.AGENT_DID_NOT_ANSWER


def test_who_listens_to_a_call_makes_none() -> None:
    assert told(cdr_text(0, 9, answer=0, **{**PHONE, "context": "supervise"})) is None


def test_a_phone_that_tries_itself_makes_no_call() -> None:
    trial = {**PHONE, "context": "phone-check", "exten": "phone-check", "app": "Echo"}
    assert told(cdr_text(0, 4, answer=0, **trial)) is None


def test_a_call_that_goes_by_queue_log_alone() -> None:
    """Where there is no CDR to read."""
    call = call_of(ENTERED, queue_text(31, "ABANDON", 1, 1, 30))
    assert (call.caller_id, call.end_reason) == ("+254700123456", EndReason.ABANDONED)
    assert (call.start_time, call.end_time) == (at(1), at(31))


def test_asterisk_was_killed_while_somebody_waited() -> None:
    call = call_of(ENTERED)
    assert (call.end_reason, call.visits[0].outcome) == (EndReason.LOST_LINK, Outcome.UNKNOWN)


def test_an_agent_whom_nobody_told_us_of_is_called_after_his_phone() -> None:
    taken = queue_text(9, "CONNECT", 8, "c.2", 3, agent="PJSIP/agent077")
    assert call_of(ENTERED, taken, cdr_text(0, 20, answer=0)).agent_id == "agent077"
    nobody = queue_text(9, "CONNECT", 8, "c.2", 3, agent="Somebody Else")
    assert talks(call_of(ENTERED, nobody, cdr_text(0, 20, answer=0))) == [(None, 11)]


def test_times_of_another_zone() -> None:
    leg = cdr_line(ZoneInfo("Africa/Nairobi"))(cdr_text(0, 9).encode())
    assert leg is not None
    assert (at(0) - leg.start).total_seconds() == 3 * 3600


@pytest.mark.parametrize(
    "text",
    ["", "\n", "nonsense", "1|2|3", "x|c.1|q|NONE|ABANDON|1", "-5|c.1|q|NONE|ABANDON",
     "9999999999999|c.1|q|NONE|ABANDON", "nan|c.1|q|NONE|ABANDON", "1741000000|NONE|q|a|PAUSE|",
     "1741000000|MANAGER|q|a|ADDMEMBER|", "\0" * 50, "x" * LONGEST],
)  # fmt: skip
def test_lines_that_say_nothing_of_a_call(text: str) -> None:
    assert queue_line(text.encode()) is None
    assert cdr_line(UTC_ZONE)(text.encode()) is None


def test_a_line_that_is_longer_than_any_of_asterisks_is_not_kept() -> None:
    assert queue_line(queue_text(5, "ABANDON", "x" * LONGEST).encode()) is None
    assert cdr_line(UTC_ZONE)(cdr_text(0, 9, userfield="x" * LONGEST).encode()) is None


def test_lines_of_older_and_newer_versions() -> None:
    old = queue_line(b"1741000000.250|c.1|support|NONE|ABANDON|1|1|30|more|and more|and more\n")
    assert old is not None
    assert old.at == at(0.25)
    row = cdr_text(0, 9).split(",")
    short = cdr_line(UTC_ZONE)(",".join(row[:18]).encode())
    assert short is not None
    assert short.linkedid == "c.1"
    assert cdr_line(UTC_ZONE)(",".join(row[:16]).encode()) is None
    assert cdr_line(UTC_ZONE)((cdr_text(0, 9)[:-1] + ',"new"\n').encode()) is not None
    unknown = call_of(ENTERED, queue_text(5, "HOVERS"), queue_text(31, "ABANDON", "x"))
    assert unknown.end_reason is EndReason.ABANDONED


@given(st.binary(max_size=300))
def test_no_line_is_too_strange_to_be_read(raw: bytes) -> None:
    assert queue_line(raw) is None or raw.count(b"|") >= 4
    assert cdr_line(UTC_ZONE)(raw) is None or raw.count(b",") >= 16


@given(
    st.sampled_from(
        ["ENTERQUEUE", "CONNECT", "ABANDON", "EXITWITHTIMEOUT", "BLINDTRANSFER", "DID"]
    ),
    st.lists(st.text(max_size=30), max_size=4),
)
def test_no_value_is_too_strange_to_be_told(event: str, values: list[str]) -> None:
    line = queue_line(queue_text(5, event, *values).encode())
    assert line is not None
    call = account("c.1", (), (line,), STAFF)
    assert call is not None
    assert call.start_time == call.end_time


def test_values_that_are_missing_cost_only_themselves() -> None:
    call = call_of(queue_text(1, "ENTERQUEUE"), cdr_text(0, 5, caller=""))
    assert call.caller_id is None
    bare = replace(STAFF, service_levels={})
    assert call_of(ENTERED, cdr_text(0, 5), staff=bare).visits[0].service_level_s is None
