"""The judge of the soak: does it see what mhud told wrongly?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.asterisk.api import Json
from tests.asterisk.soak_tap import Dialed, Leg, Served, Tap
from tests.asterisk.soak_verdict import (
    Gap,
    Line,
    Verdict,
    judge_calls,
    judge_cdr,
    judge_events,
    queue_log,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUEUED, OUT = "call-1.1", "call-mhud-1"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def leg(uniqueid: str, linkedid: str, born: float, gone: float, cause: str = "16") -> Leg:
    return Leg(uniqueid, linkedid, f"PJSIP/{uniqueid}", at(born), at(gone), True, cause)


def gap(began: float, ended: float) -> Gap:
    """mhud was ready as soon as it heard."""
    return Gap(at(began), at(ended), heard=at(ended))


def told(call_id: str, type_: str, seconds: float, **more: Any) -> Json:
    call = {"id": call_id, "agent_id": "agent001", "monitors": None, "status": "queued", **more}
    return {"type": type_, "timestamp": at(seconds).isoformat(), "call": call}


def a_talk(began: float, ended: float) -> Json:
    times = {"began_at": at(began).isoformat(), "ended_at": at(ended).isoformat()}
    return {"agent_id": "agent001", **times}


class Day:
    """A caller who waits from 0 to 3, talks to agent001 until 13; an agent who calls out."""

    def __init__(self) -> None:
        self.tap = Tap(0)
        his = leg("1.2", "1.1", 2, 13)
        caller = leg("1.1", "1.1", 0, 13)
        legs = (caller, his, leg("mhud-1", "mhud-1", 20, 30))
        for one in (*legs, leg("2.2", "mhud-1", 21, 30)):
            self.tap.legs[one.uniqueid] = one
        self.tap.served.append(Served("1.1", "agent001", his, caller, at(3), at(13)))
        self.tap.dialed.append(Dialed(at(23), "mhud-1", "2.2", "ANSWER"))
        lines = [Line("CONNECT", "agent001", None, 1), Line("COMPLETEAGENT", "agent001", 10, 2)]
        self.log = {"1.1": lines}
        shown = {"agent_ids": ["agent001"], "gap": False, "transfers": 0, "monitors": None}
        shown |= {"answer_time": at(3).isoformat(), "end_reason": "completed"}
        self.history = [
            {**shown, "id": QUEUED, "duration": 13, "talks": [a_talk(3, 13)]},
            {**shown, "id": OUT, "duration": 10, "talks": [a_talk(23, 30)]},
        ]
        for call, began in zip(self.history, (0, 20), strict=True):
            call["start_time"] = at(began).isoformat()
        self.events = [
            told(call_id, f"call.{what}", seconds)
            for call_id, times in ((QUEUED, (0, 3, 13)), (OUT, (20, 23, 30)))
            for what, seconds in zip(("new", "connected", "ended"), times, strict=True)
        ]
        self.gaps: list[Gap] = []

    def judged(self) -> Verdict:
        verdict = Verdict()
        judge_calls(verdict, self.tap, self.history, self.events, self.log, self.gaps)
        return verdict


def test_a_true_account_passes() -> None:
    verdict = Day().judged()
    assert verdict.deviations == []
    assert (verdict.figures["calls seen whole"], verdict.figures["talks"]) == (2, 1)
    assert verdict.figures["outbound talks"] == 1


def test_a_call_that_is_missing_or_there_twice_is_found() -> None:
    day = Day()
    day.history[0] = day.history[1]
    found = " ".join(day.judged().deviations)
    assert f"{QUEUED}: not in the history" in found
    assert f"{OUT}: 2 times in the history" in found


def test_a_call_that_never_was_is_found() -> None:
    day = Day()
    day.history.append({**day.history[0], "id": "call-9.9"})
    assert day.judged().deviations == ["call-9.9: Asterisk knows no such call"]


def test_an_end_that_queue_log_tells_otherwise_is_found() -> None:
    day = Day()
    day.history[0]["end_reason"] = "abandoned"
    assert "abandoned, queue_log says" in day.judged().deviations[0]


def test_talks_that_are_two_seconds_off_are_found() -> None:
    day = Day()
    day.history[0]["talks"], day.history[1]["talks"] = [a_talk(3, 15)], [a_talk(23, 32)]
    found = day.judged().deviations
    assert [line.split(":")[0] for line in found] == [QUEUED, QUEUED, OUT]


def test_a_talk_ends_when_the_caller_hangs_up_though_his_agent_still_asks_somebody() -> None:
    day = Day()
    day.tap.legs["1.1"].gone = at(8)
    assert f"{QUEUED}: agent001 talked 5.0 s" in day.judged().deviations[0]
    day.history[0]["talks"] = [a_talk(3, 8)]
    assert day.judged().deviations == []


def test_a_talk_ends_when_the_agents_phone_is_gone_though_his_caller_waits_on() -> None:
    day = Day()
    day.tap.served[0].leg.gone = at(8)
    assert f"{QUEUED}: agent001 talked 5.0 s" in day.judged().deviations[0]
    day.history[0]["talks"] = [a_talk(3, 8)]
    assert day.judged().deviations == []


def test_who_was_led_away_from_a_talk_and_gave_up_gave_up() -> None:
    day = Day()
    told_of = [("CONNECT", 1), ("ENTERQUEUE", 2), ("ABANDON", 3), ("COMPLETECALLER", 4)]
    day.log["1.1"] = [Line(event, "agent001", None, number) for event, number in told_of]
    day.history[0]["end_reason"] = "abandoned"
    assert "abandoned, queue_log says" in day.judged().deviations[0]
    day.tap.rescued.add("1.1")
    assert day.judged().deviations == []


def test_another_agent_than_queue_log_has_is_found() -> None:
    day = Day()
    day.history[0]["agent_ids"] = ["agent002"]
    assert day.judged().deviations == [
        f"{QUEUED}: agents ['agent002'], queue_log says ['agent001']"
    ]


def test_an_outbound_call_that_is_answered_here_and_not_there_is_found() -> None:
    day = Day()
    day.history[1]["answer_time"] = None
    assert "Asterisk says ['ANSWER']" in day.judged().deviations[0]


def asked_for_at(seconds: float) -> Verdict:
    """Asterisk's first channel came at 20; he hung up at 30."""
    day = Day()
    day.history[1] |= {"start_time": at(seconds).isoformat(), "duration": int(30 - seconds)}
    return day.judged()


def test_a_call_by_the_api_lasts_from_when_it_was_asked_for() -> None:
    assert asked_for_at(18.2).deviations == []
    assert asked_for_at(20.5).deviations != []
    assert asked_for_at(9).deviations != []


def test_a_call_without_its_one_beginning_and_end_is_found() -> None:
    day = Day()
    day.events.append(told(QUEUED, "call.ended", 13))
    assert any("/ws told" in line for line in day.judged().deviations)


def test_a_call_that_touched_a_gap_is_to_be_marked_and_no_other() -> None:
    day = Day()
    day.gaps = [gap(5, 7)]
    assert day.judged().deviations == [f"{QUEUED}: touched a gap and is not marked"]
    day.history[0]["gap"] = True
    assert day.judged().deviations == []
    day.history[1]["gap"] = True
    assert day.judged().deviations == [f"{OUT}: marked, yet no gap was near"]


def test_a_call_that_began_just_before_mhud_was_ready_may_have_been_heard() -> None:
    day = Day()
    day.gaps = [Gap(at(-2), at(9), heard=at(-1))]
    assert day.judged().deviations == []
    day.gaps = [Gap(at(-2), at(9), heard=at(0.5))]
    assert day.judged().deviations == [f"{QUEUED}: touched a gap and is not marked"]


@pytest.mark.parametrize(("began", "deviations"), [(14, 0), (15.5, 1)])
def test_a_call_just_before_a_gap_may_be_marked_for_its_end_may_have_waited(
    began: float, deviations: int
) -> None:
    day = Day()
    day.gaps = [gap(began, 16)]
    day.history[0]["gap"] = True
    assert len(day.judged().deviations) == deviations


def test_a_call_wholly_inside_a_gap_must_come_out_of_the_books() -> None:
    day = Day()
    day.gaps = [gap(-1, 14)]
    day.tap.legs["1.1"].name = "PJSIP/trunk-00000001"
    day.history[0]["backfilled"] = True
    verdict = day.judged()
    assert verdict.deviations == []
    assert verdict.figures["... out of Asterisk's books"] == 1
    del day.history[0], day.events[:3]
    assert day.judged().deviations == [f"{QUEUED}: wholly inside a gap, and not in the history"]


@pytest.mark.parametrize(
    "wrong", [{"duration": 9}, {"end_reason": "abandoned"}, {"agent_ids": ["agent002"]}]
)
def test_what_the_books_told_must_be_right(wrong: Json) -> None:
    day = Day()
    day.gaps = [gap(-1, 14)]
    day.history[0] |= {"backfilled": True, **wrong}
    assert len(day.judged().deviations) == 1


def test_a_call_between_colleagues_inside_a_gap_may_be_unknown() -> None:
    day = Day()
    day.gaps = [gap(19, 31)]
    del day.history[1], day.events[3:]
    assert day.judged().deviations == []


def test_lines_of_queue_log_that_no_call_has_are_found(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text("1|NONE|NONE|NONE|QUEUESTART|\n2|7.7|support|NONE|ABANDON|1|1|9\n")
    day = Day()
    day.log |= queue_log(path)
    assert len(day.judged().deviations) == 1


def test_call_records_of_a_call_that_nobody_heard_are_found(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    row = ",".join(["x"] * 17)
    path.write_text(f"{row},1.1,1\n{row},8.8,2\n")
    verdict = Verdict()
    judge_cdr(verdict, path, Day().tap)
    assert verdict.deviations == ["in cdr-csv alone: ['8.8']"]


def test_a_gap_in_seq_and_a_replay_that_differs_are_found() -> None:
    sent = [{**told(QUEUED, "call.new", 0), "seq": 1}, {**told(QUEUED, "call.ended", 1), "seq": 3}]
    verdict = Verdict()
    judge_events(verdict, sent, sent[:1])
    assert len(verdict.deviations) == 2


def test_a_caller_who_was_left_to_a_queue_and_hung_up_there_has_abandoned_it() -> None:
    day = Day()
    day.tap.legs["1.3"] = Leg("1.3", "1.1", "Local/1@consult-1;2", at(9), at(13))
    day.log["1.3"] = [Line("ABANDON", "NONE", None, 3)]
    assert day.judged().deviations == [], "his agent was there until the end"
    day.tap.legs["1.2"].gone = day.tap.served[0].ended = at(12)
    day.history[0]["talks"] = [a_talk(3, 12)]
    day.log["1.1"][1] = Line("COMPLETEAGENT", "agent001", 9, 2)
    assert ["completed, queue_log" in line for line in day.judged().deviations] == [True]
    day.history[0]["end_reason"] = "abandoned"
    assert day.judged().deviations == []


def test_a_talk_that_ends_under_another_channels_name_is_not_timed_there(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text("2|1.1|a|agent001|COMPLETECALLER|2|7|1\n3|1.2|a|agent001|CONNECT|2|1.3|0\n")
    path.write_text(path.read_text() + "4|1.2|a|agent001|COMPLETECALLER|2|7|1\n")
    assert [lines[-1].talked for lines in queue_log(path).values()] == [None, 7]
