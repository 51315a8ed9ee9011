"""Each metric by hand: a few calls of one afternoon, and what a person with a pencil makes of them.

Support (threshold 20 s) and crisis (10 s), agents Ann and Bob; all on 3 March 2025 from 14:00.

1. 14:00:00 +254700000001 joins support, Ann takes him after 15 s, talks 100 s of which he is on
   hold for 30, writes up 20 s.
2. 14:01:00 +254700000002 joins crisis, gives up after 8 s.
3. 14:02:00 +254700000001 again, joins crisis, Bob takes him after 40 s, talks 60 s, sends him on
   to Ann, who talks 40 s. Bob writes up 10 s, Ann 30 s.
4. 14:03:00 withheld, joins support, gives up after 61 s.
5. 14:20:00 Bob calls out and talks 200 s, no wrap-up.
6. 14:21:00 Ann calls out, nobody answers.
7. 14:40:00 +254700000003 joins crisis, is sent away after 300 s (timeout).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mhud.live.model import (
    Call,
    CallStatus,
    Direction,
    EndReason,
    Hold,
    Outcome,
    Talk,
    Transfer,
    Visit,
)
from mhud.services.metrics import METRICS
from mhud.services.metrics_page import page
from mhud.store.database import Database
from mhud.store.figures import SpellRow
from tests.many_calls import Made
from tests.report_house import Question, answer, fill
from tests.report_truth import METRICS as DOCUMENTED

NAIROBI = ZoneInfo("Africa/Nairobi")
TWO = datetime(2025, 3, 3, 14, tzinfo=NAIROBI)


def after(seconds: float) -> datetime:
    return TWO + timedelta(seconds=seconds)


def a_call(ident: str, at: float, ends: float, **more: Any) -> Call:
    facts: dict[str, Any] = {
        "direction": Direction.INBOUND,
        "end_reason": EndReason.COMPLETED,
        "caller_id": "+254700000001",
        **more,
    }
    return Call(
        id=ident,
        linkedids=(ident,),
        status=CallStatus.ENDED,
        start_time=after(at),
        end_time=after(ends),
        **facts,
    )


def a_visit(queue: str, joined: float, left: float, outcome: Outcome, agent: str | None) -> Visit:
    return Visit(
        queue_id=queue,
        joined_at=after(joined),
        left_at=after(left),
        outcome=outcome,
        agent_id=agent,
        service_level_s={"support": 20, "crisis": 10}[queue],
    )


def a_talk(agent: str, began: float, ended: float) -> Talk:
    return Talk(agent_id=agent, began_at=after(began), ended_at=after(ended))


def work(call: Call, agent: str, queue: str, status: str, began: float, ended: float) -> SpellRow:
    return SpellRow(
        agent_id=agent,
        began_at=after(began),
        ended_at=after(ended),
        status=status,
        call_id=call.id,
        queue_id=queue,
        call_began_at=call.start_time,
    )


def the_afternoon() -> list[Made]:
    answered, given_up = Outcome.ANSWERED, Outcome.ABANDONED
    one = a_call(
        "1", 0, 115, queue_id="support", agent_id="ann",
        visits=(a_visit("support", 0, 15, answered, "ann"),),
        talks=(a_talk("ann", 15, 115),),
        holds=(Hold(began_at=after(50), ended_at=after(80)),),
    )  # fmt: skip
    two = a_call(
        "2", 60, 68, queue_id="crisis", caller_id="0700000002", end_reason=EndReason.ABANDONED,
        visits=(a_visit("crisis", 60, 68, given_up, None),),
    )  # fmt: skip
    three = a_call(
        "3", 120, 260, queue_id="crisis", agent_id="ann", transfers=1,
        visits=(a_visit("crisis", 120, 160, answered, "bob"),),
        talks=(a_talk("bob", 160, 220), a_talk("ann", 220, 260)),
        sent_on=(Transfer(at=after(220), kind="blind", agent_id="bob"),),
    )  # fmt: skip
    four = a_call(
        "4", 180, 241, queue_id="support", caller_id=None, end_reason=EndReason.ABANDONED,
        visits=(a_visit("support", 180, 241, given_up, None),),
    )  # fmt: skip
    out = {"direction": Direction.OUTBOUND, "caller_id": None}
    five = a_call("5", 1200, 1410, agent_id="bob", talks=(a_talk("bob", 1210, 1410),), **out)
    six = a_call("6", 1260, 1290, agent_id="ann", **{**out, "end_reason": EndReason.NO_ANSWER})
    seven = a_call(
        "7", 2400, 2700, queue_id="crisis", caller_id="+254700000003",
        end_reason=EndReason.TIMEOUT,
        visits=(a_visit("crisis", 2400, 2700, Outcome.TIMEOUT, None),),
    )  # fmt: skip
    anns = (
        work(one, "ann", "support", "ringing", 10, 15),
        work(one, "ann", "support", "on-call", 15, 115),
        work(one, "ann", "support", "wrap-up", 115, 135),
    )
    both = (
        work(three, "bob", "crisis", "on-call", 160, 220),
        work(three, "bob", "crisis", "wrap-up", 220, 230),
        work(three, "bob", "crisis", "on-break", 230, 1200),
        work(three, "ann", "crisis", "available", 135, 220),
        work(three, "ann", "crisis", "on-call", 220, 260),
        work(three, "ann", "crisis", "wrap-up", 260, 290),
    )
    calls = [Made(one, anns, 1), Made(two, (), 2), Made(three, both, 1)]
    return [*calls, *(Made(call, (), None) for call in (four, five, six, seven))]


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "mhud.db")
    await fill(opened, the_afternoon())
    yield opened
    await opened.close()


def asked(group_by: str = "none", **more: Any) -> Question:
    start = TWO - timedelta(hours=1)
    end = TWO + timedelta(hours=2)
    return Question(start=start, end=end, zone=NAIROBI, group_by=group_by, **more)


BY_HAND = {
    "total_calls": 7,
    "answered_calls": 3,  # 1, 3, 5
    "abandoned_calls": 2,  # 2, 4
    "abandonment_rate": 40.0,  # 2 of the 5 that came in
    # four conversations: Ann 100 + 20 and 40 + 30, Bob 60 + 10 and 200: 460 / 4
    "average_handle_time": 115,
    "average_talk_time": 93,  # 70 + 40 + 60 + 200 = 370 / 4 = 92.5
    "average_hold_time": 8,  # 30 / 4 = 7.5
    "average_wrap_up_time": 15,  # 20 + 30 + 10 = 60 / 4
    "average_speed_of_answer": 28,  # 15 and 40: 27.5
    "longest_wait_time": 300,
    # support: 1 of 2 within 20 s, none given up within: 1 / 2; crisis by handled-only: 0 of 1
    "service_level": 33.3,
    "transferred_calls": 1,
    "outbound_calls": 2,
    "unique_callers": 3,  # ...1, ...2, ...3; withheld is nobody
    "repeat_callers": 1,
    # busy: Ann 100 + 20 + 40 + 30, Bob 60 + 10 = 260; and 5 ringing, 85 available: 350
    "occupancy": 74.3,
}


@pytest.mark.parametrize("name", BY_HAND)
async def test_each_metric_is_what_a_person_with_a_pencil_finds(db: Database, name: str) -> None:
    table = await answer(db, asked(), (name,))
    assert (table.totals, table.rows[0].cells) == ((BY_HAND[name],), (BY_HAND[name],))
    assert [column.name for column in table.columns] == [name]


async def cells(
    db: Database, question: Question, *metrics: str
) -> dict[str | None, tuple[Any, ...]]:
    table = await answer(db, question, metrics)
    return {row.group: row.cells for row in table.rows}


async def test_a_call_that_was_sent_on_counts_once_and_its_parts_for_who_had_them(
    db: Database,
) -> None:
    rows = await cells(
        db, asked("agent"), "total_calls", "average_talk_time", "transferred_calls", "occupancy"
    )
    assert rows == {
        "ann": (3, 55, 0, 67.9),  # 1, 3, 6; (70 + 40) / 2; 190 of 280
        "bob": (1, 130, 1, 100.0),  # 5; (60 + 200) / 2; 70 of 70: a break is no working time
        None: (3, None, 0, None),  # 2, 4, 7
    }


async def test_by_queue_there_is_no_occupancy_and_calls_outside_queues_come_last(
    db: Database,
) -> None:
    rows = await cells(db, asked("queue"), "total_calls", "service_level", "occupancy")
    assert list(rows.items()) == [
        ("crisis", (3, 0.0, None)),
        ("support", (2, 50.0, None)),
        (None, (2, None, None)),
    ]
    some = asked("none", queues=("support",))
    assert await cells(db, some, "total_calls", "occupancy") == {None: (2, None)}


async def test_hours_without_calls_have_counts_of_nothing_and_empty_averages(db: Database) -> None:
    rows = await cells(
        db, asked("hour"), "total_calls", "average_talk_time", "abandonment_rate", "service_level",
        "longest_wait_time", "occupancy", "unique_callers"
    )  # fmt: skip
    assert list(rows) == [
        "2025-03-03T13:00:00+03:00",
        "2025-03-03T14:00:00+03:00",
        "2025-03-03T15:00:00+03:00",
    ]
    empty = (0, None, None, None, None, None, 0)
    assert rows["2025-03-03T13:00:00+03:00"] == rows["2025-03-03T15:00:00+03:00"] == empty


async def test_a_queue_that_was_asked_for_has_its_row_without_a_call(db: Database) -> None:
    question = asked("queue", queues=("youth", "crisis"))
    assert await cells(db, question, "total_calls") == {"crisis": (3,), "youth": (0,)}


def test_there_is_each_documented_metric_and_no_other() -> None:
    assert tuple(METRICS) == DOCUMENTED == tuple(BY_HAND)


def test_the_page_of_the_metrics_is_what_the_definitions_say() -> None:
    path = Path(__file__).parent.parent.parent / "docs" / "metrics.md"
    assert path.read_text() == page(), "python -m mhud.services.metrics_page > docs/metrics.md"
