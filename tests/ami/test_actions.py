from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhud.ami import actions
from mhud.ami.action import LINE_LIMIT, LINES_LIMIT, Action
from mhud.errors import Code, MhudError

HOSTILE = (
    "x\r\nApplication: System",
    "x\nData: touch",
    "x\r\n\r\nAction: Originate",
    "x\x00y",
    "x\ry",
    "x\x7f",
    "x\x85y",
)
MAKERS: dict[str, Callable[[str], Action]] = {
    "hangup": actions.hangup,
    "queue": lambda bad: actions.queue_add(bad, "PJSIP/a", "A"),
    "interface": lambda bad: actions.queue_remove("support", bad),
    "member name": lambda bad: actions.queue_add("support", "PJSIP/a", bad),
    "reason": lambda bad: actions.queue_pause("PJSIP/a", True, bad),
    "value": lambda bad: actions.setvar("X", bad),
    "caller id": lambda bad: actions.originate("id", "PJSIP/a", "c", "1", bad, 1, {}),
    "variable": lambda bad: actions.originate("id", "PJSIP/a", "c", "1", None, 1, {"A": bad}),
    "variable's name": lambda bad: actions.setvar(bad, "x"),
    "sip header": lambda bad: actions.originate(
        "id", "PJSIP/a", "c", "1", None, 1, {}, sip_headers={"Alert-Info": bad}
    ),
    "extension": lambda bad: actions.redirect("PJSIP/a-1", "c", bad),
    "secret": lambda bad: actions.login("mhud", bad),
    "context of a place": lambda bad: actions.dialplan_exists(bad, "1"),
    "extension of a place": lambda bad: actions.dialplan_exists("queues", bad),
    "digit": lambda bad: actions.play_dtmf("PJSIP/a-1", bad, 160),
}


def lines(action: Action) -> list[str]:
    return action.text("id-1").split("\r\n")


def refused(make: Callable[[], Action]) -> bool:
    try:
        make()
    except MhudError as failure:
        return failure.code is Code.INVALID
    return False


@pytest.mark.parametrize("bad", HOSTILE)
@pytest.mark.parametrize("what", MAKERS)
def test_no_control_character_reaches_the_wire(what: str, bad: str) -> None:
    assert refused(lambda: MAKERS[what](bad))


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_action_is_one_message_of_the_headers_it_was_given_or_none(
    name: str, content: str
) -> None:
    try:
        text = Action("Setvar", ((f"X{name}", content),)).text("id-1")
    except MhudError:
        return
    assert text == f"Action: Setvar\r\nActionID: id-1\r\nX{name}: {content}\r\n\r\n"
    assert text.encode().count(b"\r\n") == 4


def test_half_a_character_is_refused() -> None:
    assert refused(lambda: actions.setvar("X", "\ud800"))


def test_a_line_may_be_as_long_as_asterisk_reads_and_no_longer() -> None:
    fits = "ñ" * ((LINE_LIMIT - len("Value: ")) // 2)
    assert fits in actions.setvar("X", fits).text("id-1")
    assert refused(lambda: actions.setvar("X", fits + "ñ"))


def test_a_message_has_no_more_lines_than_asterisk_reads() -> None:
    most = {f"V{number}": "1" for number in range(LINES_LIMIT - 12)}
    allowed = actions.originate("id", "PJSIP/a", "c", "1", "x", 1, most)
    assert len(lines(allowed)) - 2 <= LINES_LIMIT
    more = {f"V{number}": "1" for number in range(LINES_LIMIT)}
    assert refused(lambda: actions.originate("id", "PJSIP/a", "c", "1", "x", 1, more))


def test_a_repr_shows_no_value() -> None:
    shown = repr(actions.login("mhud", "correct horse"))
    assert shown == "<Action Login: Username, Secret, Events>"


def test_a_value_that_is_refused_is_not_repeated_in_the_error() -> None:
    with pytest.raises(MhudError) as failure:
        actions.originate("id", "PJSIP/a", "c", "+4930123\r\n", None, 1, {})
    assert "4930123" not in f"{failure.value} {failure.value.details}"


def test_a_channel_is_never_a_pattern() -> None:
    assert refused(lambda: actions.hangup("/.*/"))
    assert refused(lambda: actions.redirect("PJSIP/a-1", "c", "1", extra_channel="/x/"))


@pytest.mark.parametrize("name", ["CALLERID(num)", "a,b", "", "1x", "a b", "SHELL(id)", "x" * 80])
def test_only_plain_names_are_variables(name: str) -> None:
    assert refused(lambda: actions.setvar(name, "1"))
    assert refused(lambda: actions.getvar(name))


def test_a_comma_in_a_variable_begins_no_other_assignment() -> None:
    made = actions.originate("id", "PJSIP/a", "c", "1", None, 1, {"A": 'x,B="y"\\z', "__C": "1"})
    assert r"Variable: A=x\,B=\"y\"\\z" in lines(made)
    assert "Variable: __C=1" in lines(made)


def test_sip_headers_are_the_one_function_that_is_called() -> None:
    made = actions.originate(
        "id", "PJSIP/a", "c", "1", None, 1, {}, sip_headers={"Alert-Info": "info=a,b"}
    )
    assert r"Variable: PJSIP_HEADER(add,Alert-Info)=info=a\,b" in lines(made)
    assert refused(
        lambda: actions.originate("id", "PJSIP/a", "c", "1", None, 1, {}, sip_headers={"a)": "b"})
    )


@pytest.mark.parametrize(
    "exten",
    [
        "",
        "1,1)",
        "1)",
        "${SHELL(id)}",
        "a b",
        "a,b",
        '"1"',
        "1&2",
        "x" * 80,
        "\u0661",
        "1/2",
        "1\\,2",
    ],
)
def test_a_place_that_is_looked_up_can_not_end_the_question(exten: str) -> None:
    assert refused(lambda: actions.dialplan_exists("queues", exten))
    assert refused(lambda: actions.dialplan_exists(exten, "1"))


@given(st.text(max_size=3))
def test_only_a_key_is_a_digit(text: str) -> None:
    allowed = len(text) == 1 and text in "0123456789ABCD*#"
    assert refused(lambda: actions.play_dtmf("PJSIP/a-1", text, 160)) is not allowed


def test_ids_are_never_somebodys_text() -> None:
    assert refused(lambda: actions.originate("call of Anna", "PJSIP/a", "c", "1", None, 1, {}))
    assert refused(lambda: actions.originate("id", "PJSIP/a", "c", "1", None, 1, {}, "x y"))
    assert refused(lambda: actions.originate("x" * 150, "PJSIP/a", "c", "1", None, 1, {}))
    with pytest.raises(MhudError):
        actions.ping().text("not an id")


def test_an_originate_has_the_channels_id_for_its_own() -> None:
    made = actions.originate("mhud-1", "Local/1@c", "out", "5", '"H" <1>', 30_000, {}, "mhud-1-2")
    assert lines(made) == [
        "Action: Originate",
        "ActionID: mhud-1",
        "ChannelId: mhud-1",
        "OtherChannelId: mhud-1-2",
        "Channel: Local/1@c",
        "Context: out",
        "Exten: 5",
        "Priority: 1",
        'CallerID: "H" <1>',
        "Timeout: 30000",
        "Async: true",
        "",
        "",
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: actions.queue_add("support", "PJSIP/a", "A", penalty=-1),
        lambda: actions.queue_penalty("PJSIP/a", -1),
        lambda: actions.hangup("PJSIP/a-1", cause=-1),
        lambda: actions.hangup(" "),
        lambda: actions.queue_status(""),
        lambda: actions.queue_pause("", True),
        lambda: actions.blind_transfer("PJSIP/a-1", "", "1"),
    ],
)
def test_what_asterisk_would_misread_is_refused(make: Callable[[], Action]) -> None:
    assert refused(make)


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (actions.ping(), []),
        (actions.logoff(), []),
        (actions.core_show_channels(), []),
        (actions.queue_status("support"), ["Queue: support"]),
        (actions.device_state_list(), []),
        (actions.core_status(), []),
        (actions.getvar("X", "PJSIP/a-1"), ["Channel: PJSIP/a-1", "Variable: X"]),
        (actions.getvar("MHUD_MAX_WAIT_q-1.x"), ["Variable: MHUD_MAX_WAIT_q-1.x"]),
        (actions.setvar("X", "", "PJSIP/a-1"), ["Channel: PJSIP/a-1", "Variable: X", "Value: "]),
        (actions.hangup("1.2", 16), ["Channel: 1.2", "Cause: 16"]),
        (
            actions.redirect("a-1", "c", "1"),
            ["Channel: a-1", "Context: c", "Exten: 1", "Priority: 1"],
        ),
        (
            actions.redirect("a-1", "c", "1", "b-1", extra_exten="2"),
            [
                "Channel: a-1",
                "Context: c",
                "Exten: 1",
                "Priority: 1",
                "ExtraChannel: b-1",
                "ExtraContext: c",
                "ExtraExten: 2",
                "ExtraPriority: 1",
            ],
        ),
        (actions.blind_transfer("a-1", "c", "1"), ["Channel: a-1", "Context: c", "Exten: 1"]),
        (actions.atxfer("a-1", "c", "1#"), ["Channel: a-1", "Context: c", "Exten: 1#"]),
        (actions.cancel_atxfer("a-1"), ["Channel: a-1"]),
        (
            actions.mixmonitor_mute("a-1", True),
            ["Channel: a-1", "Direction: both", "State: 1"],
        ),
        (
            actions.mixmonitor_mute("a-1", False, "read"),
            ["Channel: a-1", "Direction: read", "State: 0"],
        ),
        (
            actions.queue_add("q", "PJSIP/a", "A", 2, True, "lunch"),
            [
                "Queue: q",
                "Interface: PJSIP/a",
                "MemberName: A",
                "Penalty: 2",
                "Paused: true",
                "Reason: lunch",
            ],
        ),
        (
            actions.queue_add("q", "PJSIP/a", "A"),
            ["Queue: q", "Interface: PJSIP/a", "MemberName: A", "Penalty: 0", "Paused: false"],
        ),
        (actions.queue_remove("q", "PJSIP/a"), ["Queue: q", "Interface: PJSIP/a"]),
        (
            actions.queue_pause("PJSIP/a", True, "lunch", "q"),
            ["Interface: PJSIP/a", "Paused: true", "Queue: q", "Reason: lunch"],
        ),
        (actions.queue_pause("PJSIP/a", False), ["Interface: PJSIP/a", "Paused: false"]),
        (
            actions.queue_penalty("PJSIP/a", 3, "q"),
            ["Interface: PJSIP/a", "Penalty: 3", "Queue: q"],
        ),
        (
            actions.queue_change_priority("q", "PJSIP/trunk-1", 3),
            ["Queue: q", "Caller: PJSIP/trunk-1", "Priority: 3", "Immediate: yes"],
        ),
        (actions.queue_reload("q"), ["Queue: q", "Parameters: yes"]),
        (
            actions.dialplan_exists("transfer-number", "+254700"),
            ["Variable: DIALPLAN_EXISTS(transfer-number,+254700,1)"],
        ),
        (
            actions.play_dtmf("PJSIP/a-1", "#", 160),
            ["Channel: PJSIP/a-1", "Digit: #", "Duration: 160"],
        ),
        (
            actions.play_dtmf("PJSIP/a-1", "8", 100, pressed=True),
            ["Channel: PJSIP/a-1", "Digit: 8", "Duration: 100", "Receive: true"],
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Action) else "",
)
def test_each_action_says_what_asterisk_reads(made: Action, wanted: list[str]) -> None:
    assert lines(made) == [f"Action: {made.name}", "ActionID: id-1", *wanted, "", ""]


def test_only_lists_are_lists() -> None:
    assert [
        made.is_list for made in (actions.queue_status(), actions.core_status(), actions.ping())
    ] == [True, False, False]


def test_an_unset_variable_has_no_content() -> None:
    assert (actions.content({"Value": "x"}), actions.content({})) == ("x", "")
