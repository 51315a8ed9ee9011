"""The judge of the load test: does it see what is old, and what never was?"""

from __future__ import annotations

from tests.asterisk.load_truth import Truth


def say(truth: Truth, at: float, event: str, call: str = "1", queue: str = "") -> None:
    fields = {"Linkedid": call, "Timestamp": str(at), "Queue": queue}
    truth.hear({"Event": event, **fields})


def a_call_that_waits() -> Truth:
    """From 10 to 14; waits from 11 to 13, and has a second channel from 12 on."""
    truth = Truth()
    say(truth, 10, "Newchannel")
    say(truth, 11, "QueueCallerJoin", queue="support")
    say(truth, 12, "Newchannel")
    say(truth, 13, "QueueCallerLeave", queue="support")
    say(truth, 14, "Hangup")
    say(truth, 14, "Hangup")
    return truth


NOBODY = frozenset[tuple[str, str]]()
WAITS, TALKS = frozenset({("call-1", "support")}), frozenset({("call-1", "")})


def test_what_is_so_when_it_is_asked_for_is_fresh() -> None:
    truth = a_call_that_waits()
    assert truth.behind(NOBODY, 9, 9) == 0
    assert truth.behind(WAITS, 12.5, 12.6) == 0
    assert truth.behind(TALKS, 13.5, 13.5) == 0
    assert truth.behind(NOBODY, 15, 15) == 0


def test_what_became_so_before_the_answer_is_fresh() -> None:
    assert a_call_that_waits().behind(WAITS, 10.9, 11.1) == 0


def test_what_was_so_is_as_old_as_the_change_that_ended_it() -> None:
    assert a_call_that_waits().behind(WAITS, 13.5, 13.5) == 0.5
    assert a_call_that_waits().behind(WAITS, 15.5, 15.5) is None
    assert a_call_that_waits().behind(TALKS, 16.5, 16.5) is None


def test_what_is_not_so_yet_or_never_was_is_found_out() -> None:
    truth = a_call_that_waits()
    assert truth.behind(WAITS, 10.5, 10.5) is None
    assert truth.behind(frozenset({("call-1", "crisis")}), 12, 12) is None
    assert truth.behind(frozenset({("call-2", "")}), 12, 12) is None


def test_calls_are_counted_once_however_many_channels_they_have() -> None:
    truth = a_call_that_waits()
    say(truth, 20, "Newchannel", call="2")
    assert (truth.begun, truth.ended) == (2, 1)


def test_what_differed_at_least_is_said() -> None:
    truth = a_call_that_waits()
    seen = WAITS | {("call-2", "")}
    assert truth.behind(seen, 12.5, 12.5) is None
    assert truth.nearest == {("call-2", "")}
