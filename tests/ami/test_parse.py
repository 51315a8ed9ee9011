from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhud.ami import messages as m
from mhud.ami.fields import decode, headers, value
from mhud.ami.parse import EVENTS, ROWS, Row, parse, row

TRACES = Path(__file__).parent.parent / "traces"
NOW = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
STAMP = datetime(2026, 11, 21, 21, 49, 18, 296538, UTC)
RECORDED = [
    message
    for path in sorted(TRACES.glob("*.in.ami"))
    for message in path.read_bytes().split(b"\r\n\r\n")
    if message.startswith(b"Event: ")
]


def event(name: str, *headers: str) -> bytes:
    return "\r\n".join((f"Event: {name}", "Privilege: call,all", *headers)).encode()


def channel(prefix: str = "", **changes: str) -> list[str]:
    values = {
        "Channel": "PJSIP/trunk-00000002",
        "ChannelState": "6",
        "ChannelStateDesc": "Up",
        "CallerIDNum": "+493022222",
        "CallerIDName": "Rings",
        "ConnectedLineNum": "<unknown>",
        "ConnectedLineName": "<unknown>",
        "Language": "en",
        "AccountCode": "",
        "Context": "queues",
        "Exten": "crisis",
        "Priority": "3",
        "Uniqueid": "pbx-1.5",
        "Linkedid": "pbx-1.4",
        **changes,
    }
    variables = ["ChanVariable: ivr_path=main/support", "ChanVariable: mhud_call_id="]
    return [f"{prefix}{name}: {content}" for name, content in values.items()] + [
        prefix + line for line in variables
    ]


CHAN = m.Chan(
    uniqueid="pbx-1.5",
    linkedid="pbx-1.4",
    name="PJSIP/trunk-00000002",
    state=6,
    caller_number="+493022222",
    connected_number=None,
    exten="crisis",
    variables={"ivr_path": "main/support"},
)
MEMBER = m.MemberState(
    queue="support",
    interface="PJSIP/agent001",
    name="Agent 001",
    membership="dynamic",
    penalty=2,
    status=1,
    paused=True,
    paused_reason="lunch",
    last_pause=datetime(2026, 11, 21, 21, 51, 18, tzinfo=UTC),
    state_interface="PJSIP/agent001",
)
MEMBER_HEADERS = (
    "Queue: support",
    "MemberName: Agent 001",
    "Interface: PJSIP/agent001",
    "StateInterface: PJSIP/agent001",
    "Membership: dynamic",
    "Penalty: 2",
    "CallsTaken: 0",
    "LastCall: 0",
    "LastPause: 1795297878",
    "LoginTime: 0",
    "InCall: 0",
    "Status: 1",
    "Paused: 1",
    "PausedReason: lunch",
    "Ringinuse: 0",
    "Wrapuptime: 0",
)


@pytest.mark.parametrize(
    ("name", "more", "kind", "fields"),
    [
        ("Newchannel", (), m.NewChannel, {}),
        ("Newstate", (), m.NewState, {}),
        ("HangupRequest", (), m.HangupRequest, {}),
        ("Hold", (), m.Hold, {}),
        ("Unhold", (), m.Unhold, {}),
        ("MixMonitorStart", (), m.MixMonitorStart, {}),
        ("MixMonitorStop", (), m.MixMonitorStop, {}),
        ("Hangup", ("Cause: 17",), m.Hangup, {"cause": 17}),
        ("BridgeEnter", ("BridgeUniqueid: b-1",), m.BridgeEnter, {"bridge_id": "b-1"}),
        ("BridgeLeave", ("BridgeUniqueid: b-1",), m.BridgeLeave, {"bridge_id": "b-1"}),
        ("MixMonitorMute", ("Direction: both", "State: 1"), m.MixMonitorMute, {"muted": True}),
        (
            "QueueCallerJoin",
            ("Queue: crisis", "Position: 2", "Count: 2"),
            m.QueueCallerJoin,
            {"queue": "crisis", "position": 2},
        ),
        ("QueueCallerLeave", ("Queue: crisis",), m.QueueCallerLeave, {"queue": "crisis"}),
        ("QueueCallerAbandon", ("Queue: crisis",), m.QueueCallerAbandon, {"queue": "crisis"}),
    ],
)
def test_an_event_about_a_channel(
    name: str, more: tuple[str, ...], kind: type[m.ChannelEvent], fields: Mapping[str, Any]
) -> None:
    told = event(name, "Timestamp: 1795297758.296538", *channel(), *more)
    assert parse(told, NOW) == kind(at=STAMP, chan=CHAN, **fields)
    assert parse(event(name, *more), NOW) is None


@pytest.mark.parametrize(
    ("name", "more", "kind", "fields"),
    [
        ("AgentCalled", (), m.AgentCalled, {}),
        ("AgentRingNoAnswer", ("RingTime: 5000",), m.AgentRingNoAnswer, {"ring_time_ms": 5000}),
        (
            "AgentConnect",
            ("HoldTime: 4", "RingTime: 2"),
            m.AgentConnect,
            {"hold_time_s": 4, "ring_time_s": 2},
        ),
        (
            "AgentComplete",
            ("HoldTime: 4", "TalkTime: 9", "Reason: caller"),
            m.AgentComplete,
            {"hold_time_s": 4, "talk_time_s": 9, "reason": "caller"},
        ),
    ],
)
@pytest.mark.parametrize("with_agent", [True, False])
def test_an_event_about_a_caller_and_an_agent(
    name: str,
    more: tuple[str, ...],
    kind: type[m.AgentEvent],
    fields: Mapping[str, Any],
    with_agent: bool,
) -> None:
    agent = channel("Dest", Uniqueid="pbx-1.6") if with_agent else []
    told = event(name, *channel(), *agent, "Queue: q", "Interface: PJSIP/a", *more)
    parsed = parse(told, NOW)
    dest = replace(CHAN, uniqueid="pbx-1.6") if with_agent else None
    wanted = kind(at=NOW, chan=CHAN, queue="q", interface="PJSIP/a", dest=dest, **fields)
    assert parsed == wanted


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("QueueMemberStatus", m.QueueMemberStatus),
        ("QueueMemberAdded", m.QueueMemberAdded),
        ("QueueMemberRemoved", m.QueueMemberRemoved),
        ("QueueMemberPause", m.QueueMemberPause),
        ("QueueMemberPenalty", m.QueueMemberPenalty),
    ],
)
def test_an_event_about_a_membership(name: str, kind: type[m.MemberEvent]) -> None:
    assert parse(event(name, *MEMBER_HEADERS), NOW) == kind(at=NOW, member=MEMBER)
    assert parse(event(name, *reversed(MEMBER_HEADERS)), NOW) == kind(at=NOW, member=MEMBER)
    assert parse(event(name, "Queue: support"), NOW) is None


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (
            event("Rename", "Channel: a", "Newname: b", "Uniqueid: 1.2"),
            m.Rename(at=NOW, uniqueid="1.2", name="b"),
        ),
        (
            event("DeviceStateChange", "Device: PJSIP/a", "State: INUSE"),
            m.DeviceStateChange(at=NOW, device="PJSIP/a", state="INUSE"),
        ),
        (
            event(
                "OriginateResponse",
                "ActionID: mhud-1",
                "Response: Failure",
                "Reason: 3",
                "Uniqueid: mhud-1",
            ),
            m.OriginateResponse(
                at=NOW, action_id="mhud-1", success=False, reason=3, uniqueid="mhud-1"
            ),
        ),
        (event("FullyBooted", "Uptime: 15"), m.FullyBooted(at=NOW, uptime_s=15)),
        (event("Shutdown", "Restart: True"), m.Shutdown(at=NOW, restart=True)),
        (
            event("Reload", "Module: app_queue.so", "Status: 0"),
            m.Reload(at=NOW, module="app_queue.so", success=True),
        ),
    ],
)
def test_an_event_without_a_channel(told: bytes, wanted: m.Event) -> None:
    assert parse(told, NOW) == wanted


def test_a_blind_transfer_names_both_parties() -> None:
    both = [*channel("Transferer"), *channel("Transferee", Uniqueid="pbx-1.9")]
    parsed = parse(event("BlindTransfer", "Result: Success", *both, "Extension: 7002"), NOW)
    assert isinstance(parsed, m.BlindTransfer)
    assert (parsed.success, parsed.exten, parsed.transferer) == (True, "7002", CHAN)
    assert parsed.transferee is not None
    assert parsed.transferee.uniqueid == "pbx-1.9"
    assert parse(event("BlindTransfer", "Result: Success"), NOW) is None


def test_an_attended_transfer_names_both_legs_and_maybe_both_ends() -> None:
    legs = [*channel("OrigTransferer"), *channel("SecondTransferer")]
    parsed = parse(event("AttendedTransfer", "Result: Fail", *legs), NOW)
    assert parsed == m.AttendedTransfer(
        at=NOW, success=False, first_leg=CHAN, second_leg=CHAN, transferee=None, target=None
    )
    assert parse(event("AttendedTransfer", *channel("OrigTransferer")), NOW) is None
    assert parse(event("AttendedTransfer", *channel("SecondTransferer")), NOW) is None


def test_a_user_event_cannot_pose_as_a_channel_or_another_event() -> None:
    forged = ("UserEvent: Hangup", "Event: Hangup", "Channel: PJSIP/fake", "Uniqueid: 6.6")
    parsed = parse(event("UserEvent", *forged), NOW)
    assert isinstance(parsed, m.UserEvent)
    assert (parsed.name, parsed.chan) == ("Hangup", None)
    assert parsed.fields == {"Event": "Hangup", "Channel": "PJSIP/fake", "Uniqueid": "6.6"}


def test_a_user_event_of_the_dialplan_names_its_channel() -> None:
    told = event("UserEvent", *channel(), "UserEvent: QueueExit", "Status: TIMEOUT", "Odd:x")
    assert parse(told, NOW) == m.UserEvent(
        at=NOW, name="QueueExit", chan=CHAN, fields={"Status": "TIMEOUT", "Odd": "x"}
    )


@given(st.randoms(use_true_random=False))
def test_the_order_of_headers_does_not_matter(random: Random) -> None:
    shuffled = channel()
    random.shuffle(shuffled)
    assert parse(event("Newstate", *shuffled), NOW) == m.NewState(at=NOW, chan=CHAN)


@pytest.mark.parametrize("nobody", ["", "unknown", "<unknown>"])
def test_a_number_that_asterisk_does_not_know_is_none(nobody: str) -> None:
    told = channel(CallerIDNum=nobody, CallerIDName=nobody, ConnectedLineNum=nobody)
    parsed = parse(event("Newstate", *told), NOW)
    assert isinstance(parsed, m.NewState)
    assert parsed.chan.caller_number is None


def test_a_channel_without_variables_has_none() -> None:
    parsed = parse(event("Newstate", *channel()[:-2]), NOW)
    assert isinstance(parsed, m.NewState)
    assert parsed.chan.variables == {}


def test_a_channel_that_names_no_call_is_its_own() -> None:
    lonely = [line for line in channel() if not line.startswith("Linkedid")]
    parsed = parse(event("Newstate", *lonely), NOW)
    assert isinstance(parsed, m.NewState)
    assert parsed.chan.linkedid == "pbx-1.5"


@pytest.mark.parametrize(
    "stamp", ["", "0", "yesterday", "nan", "inf", "1e999", "99999999999999", "-1e20"]
)
def test_without_a_time_that_makes_sense_the_time_of_arrival_counts(stamp: str) -> None:
    parsed = parse(event("FullyBooted", f"Timestamp: {stamp}"), NOW)
    assert parsed == m.FullyBooted(at=NOW, uptime_s=0)


@pytest.mark.parametrize("count", ["-1", "1.5", "1e3", "", "9" * 5000, "²"])
def test_a_count_that_makes_no_sense_is_zero(count: str) -> None:
    assert parse(event("FullyBooted", f"Uptime: {count}"), NOW) == m.FullyBooted(at=NOW, uptime_s=0)


def test_bytes_that_are_not_utf_8_are_shown_as_such() -> None:
    parsed = parse(event("Shutdown")[:15] + b"\r\nModule: \xff", NOW)
    assert parsed == m.Shutdown(at=NOW, restart=False)
    assert value(decode(b"A: 1\r\nB: \xff"), "B") == "�"


@pytest.mark.parametrize("told", [b"", b"Event: ", b"Event: VarSet\r\nA: 1", b"Response: Success"])
def test_what_nobody_listens_to_is_nothing(told: bytes) -> None:
    assert parse(told, NOW) is None


def test_of_a_header_that_comes_twice_the_first_counts() -> None:
    text = decode(b"Event: X\r\nActionID: 1\r\nActionID: 2")
    assert (value(text, "ActionID"), headers(text)["ActionID"]) == ("1", "1")


@settings(max_examples=300)
@given(st.sampled_from(sorted(EVENTS)), st.binary(max_size=300))
def test_hostile_events_raise_nothing(name: bytes, rest: bytes) -> None:
    parsed = parse(b"Event: " + name + b"\r\n" + rest, NOW)
    assert parsed is None or parsed.at.tzinfo is UTC


@settings(max_examples=200)
@given(st.data())
def test_recorded_events_cut_anywhere_raise_nothing(data: st.DataObject) -> None:
    message = data.draw(st.sampled_from(RECORDED))
    cut = message[: data.draw(st.integers(0, len(message)))]
    assert parse(cut, NOW) is None or cut.startswith(b"Event: ")
    assert row(cut, NOW) is not None


def test_every_event_that_was_recorded_and_is_listened_to_is_understood() -> None:
    wanted = [told for told in RECORDED if told[7 : told.find(b"\r\n")] in EVENTS]
    assert len(wanted) > 500
    assert [told for told in wanted if parse(told, NOW) is None] == []


# ---- rows of lists


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (
            event(
                "CoreShowChannel",
                "ActionID: 1",
                *channel(),
                "Application: Queue",
                "ApplicationData: crisis,tT,,,600",
                "Duration: 01:02:03",
                "BridgeId: ",
            ),
            m.ChannelNow(
                chan=CHAN,
                application="Queue",
                application_data="crisis,tT,,,600",
                bridge_id=None,
                age_s=3723,
            ),
        ),
        (
            event(
                "QueueParams",
                "Queue: support",
                "Max: 20",
                "Strategy: rrmemory",
                "ServiceLevel: 20",
                "Weight: 1",
            ),
            m.QueueNow(name="support", strategy="rrmemory", max_callers=20, service_level_s=20),
        ),
        (
            event("QueueEntry", "Queue: support", "Position: 1", "Uniqueid: 1.2", "Wait: 7"),
            m.CallerNow(queue="support", uniqueid="1.2", position=1, wait_s=7),
        ),
        (
            event("DeviceStateChange", "ActionID: 1", "Device: PJSIP/a", "State: INUSE"),
            m.DeviceStateChange(at=NOW, device="PJSIP/a", state="INUSE"),
        ),
        (
            event("BridgeListItem", "BridgeUniqueid: b"),
            {"Event": "BridgeListItem", "Privilege": "call,all", "BridgeUniqueid": "b"},
        ),
        (event("CoreShowChannel"), {"Event": "CoreShowChannel", "Privilege": "call,all"}),
    ],
)
def test_a_row_of_a_list(told: bytes, wanted: Row) -> None:
    assert row(told, NOW) == wanted


def test_a_row_about_a_member_has_other_names_for_two_of_its_headers() -> None:
    swapped = {"MemberName: Agent 001": "Name: Agent 001"}
    swapped["Interface: PJSIP/agent001"] = "Location: PJSIP/agent001"
    told = event("QueueMember", *(swapped.get(line, line) for line in MEMBER_HEADERS))
    assert row(told, NOW) == MEMBER


@pytest.mark.parametrize("duration", ["", "12", "a:b:c", "1:2", "1:2:999999999999"])
def test_an_age_that_makes_no_sense_is_zero(duration: str) -> None:
    told = row(event("CoreShowChannel", *channel(), f"Duration: {duration}"), NOW)
    assert isinstance(told, m.ChannelNow)
    assert told.age_s == 0


def test_every_row_that_was_recorded_is_understood() -> None:
    rows = [
        told
        for told in RECORDED
        if told[7 : told.find(b"\r\n")].decode() in ROWS and b"\r\nActionID: " in told
    ]
    assert len(rows) > 50
    assert [told for told in rows if isinstance(row(told, NOW), dict)] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"Uniqueid": "mhud-errand-1f", "Linkedid": "mhud-errand-1f"},
        {"Exten": "phone-check", "Channel": "PJSIP/agent083-00000001"},
    ],
    ids=["a secret for a phone", "a phone that tries itself"],
)
def test_a_channel_that_is_nobodys_call_is_not_seen(changes: dict[str, str]) -> None:
    for name in ("Newchannel", "Newstate", "Hangup"):
        assert parse(event(name, *channel(**changes)), NOW) is None
    shown = event("CoreShowChannel", *channel(**changes))
    assert not isinstance(row(shown, NOW), m.ChannelNow)
