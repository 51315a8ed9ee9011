"""The documented objects have every documented field, and numbers only for who may read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mhud.feeds.objects import agent_object, call_object, queue_object
from mhud.live.figures import Figures, SlaParts
from mhud.live.model import (
    AgentDay,
    AgentStatus,
    CallStatus,
    QueueProfile,
    SlaFormula,
    Talk,
    Visit,
    Waiting,
)
from tests.fake_clock import START
from tests.feed_things import CALLER, DIALED, a_call, a_queue, an_agent, ended

CALL_FIELDS = [
    "id",
    "caller_id",
    "destination",
    "direction",
    "status",
    "start_time",
    "answer_time",
    "end_time",
    "duration",
    "wait_time",
    "agent_id",
    "queue_id",
    "recording_url",
    "tags",
    "variables",
]
AGENT_FIELDS = [
    "id",
    "username",
    "name",
    "email",
    "extension",
    "status",
    "status_timestamp",
    "roles",
    "skills",
    "queues",
    "current_call_id",
    "statistics",
]
QUEUE_FIELDS = [
    "id",
    "name",
    "extension",
    "strategy",
    "timeout",
    "announcement_id",
    "music_on_hold_id",
    "max_callers",
    "agents",
    "statistics",
    "operating_hours",
]
LATER = START + timedelta(seconds=75.9)


def test_a_call_prints_every_documented_field_even_when_it_has_no_value() -> None:
    printed = call_object(a_call(), LATER, numbers=True)
    assert set(CALL_FIELDS) <= set(printed)
    assert printed["duration"] == 75
    assert (printed["answer_time"], printed["wait_time"], printed["recording_url"]) == (None,) * 3
    assert (printed["caller_id"], printed["destination"]) == (CALLER, DIALED)


def test_the_ivr_path_stands_among_the_variables() -> None:
    printed = call_object(a_call(ivr_path="1-3-2"), LATER, numbers=True)
    assert printed["variables"] == {"ivr_path": "1-3-2", "case_id": "case12345"}


def test_a_call_says_since_when_it_waits_and_nothing_once_it_does_not() -> None:
    visits = (
        Visit(queue_id="support", joined_at=START, left_at=LATER),
        Visit(queue_id="crisis", joined_at=LATER),
    )
    waiting = replace(a_call(), status=CallStatus.QUEUED, visits=visits)
    assert call_object(waiting, LATER, numbers=False)["waiting_since"] == "2025-03-03T09:01:15Z"
    talking = replace(waiting, status=CallStatus.IN_PROGRESS)
    assert call_object(talking, LATER, numbers=False)["waiting_since"] is None


def test_without_numbers_nothing_that_may_hold_one_is_printed() -> None:
    printed = call_object(a_call(ivr_path="1"), LATER, numbers=False)
    assert (printed["caller_id"], printed["destination"], printed["variables"]) == (None, None, {})


def test_an_ended_call_says_why_and_how_long() -> None:
    printed = call_object(ended(a_call(), after_s=42.5), LATER, numbers=True, recording_url="/r")
    assert (printed["status"], printed["end_reason"]) == ("ended", "completed")
    assert (printed["end_time"], printed["duration"]) == ("2025-03-03T09:00:42Z", 42)
    assert printed["recording_url"] == "/r"


def test_a_call_names_everybody_who_talked_and_every_queue_it_waited_in() -> None:
    talks = (Talk(agent_id="agent002", began_at=START), Talk(agent_id=None, began_at=START))
    visits = (
        Visit(queue_id="crisis", joined_at=START, left_at=LATER),
        Visit(queue_id="support", joined_at=LATER),
    )
    call = a_call(agent_id="agent001", talks=talks, visits=visits)
    printed = call_object(call, LATER, numbers=False)
    assert printed["agent_ids"] == ["agent001", "agent002"]
    assert printed["queue_ids"] == ["crisis", "support"]
    assert printed["queue_wait_time"] == 75


def test_the_present_hold_counts_as_hold_time() -> None:
    call = a_call(status=CallStatus.ON_HOLD, hold_s=10.5, held_since=START)
    assert call_object(call, LATER, numbers=False)["hold_time"] == 86


def test_an_agent_prints_every_documented_field() -> None:
    printed = agent_object(an_agent(), LATER)
    assert set(AGENT_FIELDS) <= set(printed)
    assert printed["queues"] == ["support"]
    assert printed["time_in_status"] == 75
    assert printed["statistics"] == {
        "calls_today": 0,
        "average_handle_time": None,
        "available_time": 75,
    }


def test_an_agents_averages_are_of_whole_seconds() -> None:
    day = AgentDay(calls=3, handled_s=100.0, available_s=30.0)
    agent = an_agent(status=AgentStatus.ON_CALL, day=day, pending_status=AgentStatus.ON_BREAK)
    printed = agent_object(agent, LATER)
    assert printed["statistics"]["average_handle_time"] == 33
    assert printed["statistics"]["available_time"] == 30
    assert printed["pending_status"] == "on-break"


def test_a_queue_prints_every_documented_field_and_its_waiting_callers() -> None:
    waiting = (Waiting(uniqueid="1", call_id="call-1", joined_at=START),)
    printed = queue_object(a_queue(waiting=waiting, strategy="rrmemory"), None, LATER)
    assert set(QUEUE_FIELDS) <= set(printed)
    assert (printed["strategy"], printed["timeout"]) == ("round-robin", 300)
    assert printed["agents"] == ["agent001"]
    assert printed["statistics"] == {
        "calls_waiting": 1,
        "longest_wait_time": 75,
        "average_wait_time": None,
        "handled_today": None,
        "abandoned_today": None,
        "sla_today": None,
    }


def test_a_queues_figures_and_opening_hours_are_printed_as_they_are() -> None:
    hours = {"monday": {"start": "09:00", "end": "17:00"}}
    figures = Figures(
        handled_today=45,
        abandoned_today=5,
        average_wait_time=87,
        sla_today=92.5,
        sla_current=None,
        sla=SlaParts(formula=SlaFormula.WITHOUT_ABANDONED, threshold=20),
    )
    queue = replace(a_queue(), profile=QueueProfile(id="support", operating_hours=hours))
    printed = queue_object(queue, figures, LATER)
    assert printed["operating_hours"] == hours
    assert printed["name"] == "support"
    assert printed["statistics"]["handled_today"] == 45
    assert printed["statistics"]["sla_today"] == 92.5
