"""A call of which mhud saw a part, completed by Asterisk's books."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mhud.books.amend import amended, is_in_doubt
from mhud.live.model import Call, CallStatus, Direction, EndReason, Outcome, Talk, Visit
from tests.books.pages import at

EXACT = 0.4  # mhud's clock, where the books cut it off


def call(*talks: Talk, visits: tuple[Visit, ...] = (), **more: object) -> Call:
    base = Call(
        id="call-c.1",
        linkedids=("c.1",),
        direction=Direction.INBOUND,
        status=CallStatus.ENDED,
        start_time=at(EXACT),
        caller_id="+254700123456",
        end_time=at(60),
        end_reason=EndReason.LOST_LINK,
        visits=visits,
        talks=talks,
        gap=True,
    )
    return replace(base, **more)  # type: ignore[arg-type]  # fields by name


def told(*talks: Talk, visits: tuple[Visit, ...] = (), **more: object) -> Call:
    """By the books."""
    ended = {"end_time": at(40), "end_reason": EndReason.COMPLETED, "gap": False}
    return call(*talks, visits=visits, **{"backfilled": True, "start_time": at(0), **ended, **more})


def talk(began: float, ended: float, agent_id: str | None = "agent001") -> Talk:
    return Talk(agent_id=agent_id, began_at=at(began), ended_at=at(ended))


def stay(joined: float, left: float, outcome: Outcome, agent_id: str | None = None) -> Visit:
    visit = Visit(queue_id="support", joined_at=at(joined), left_at=at(left))
    return replace(visit, outcome=outcome, agent_id=agent_id)


def changed(seen: Call, by_the_books: Call) -> Call:
    found = amended(seen, by_the_books)
    assert found is not None
    return found


def test_a_lost_call_ends_as_and_when_it_did() -> None:
    seen = call(talk(5 + EXACT, 60), tags=("urgent",), hold_s=3.0)
    found = changed(seen, told(talk(5, 40), agent_id="agent001"))
    assert (found.end_reason, found.end_time) == (EndReason.COMPLETED, at(40))
    assert found.talks == (talk(5 + EXACT, 40),)
    assert (found.start_time, found.tags, found.hold_s) == (at(EXACT), ("urgent",), 3.0)
    assert (found.gap, found.backfilled, found.only_told) == (True, True, False)


def test_a_wait_whose_end_was_missed() -> None:
    seen = call(visits=(stay(1 + EXACT, 60, Outcome.UNKNOWN),))
    by_books = told(visits=(stay(1, 31, Outcome.ABANDONED),), end_reason=EndReason.ABANDONED)
    found = changed(seen, by_books)
    assert found.visits == (stay(1 + EXACT, 31, Outcome.ABANDONED),)
    assert (found.end_reason, found.queue_id) == (EndReason.ABANDONED, "support")


def test_who_was_taken_and_sent_on_while_nobody_looked() -> None:
    seen = call(
        talk(30, 60, "agent002"), end_reason=EndReason.COMPLETED, answer_time=at(30 + EXACT)
    )
    by_books = told(
        talk(9, 30), talk(30, 60, "agent002"), visits=(stay(1, 9, Outcome.ANSWERED, "agent001"),),
        end_time=at(60), transfers=1, answer_time=at(9),
    )  # fmt: skip
    found = changed(seen, by_books)
    assert [one.agent_id for one in found.talks] == ["agent001", "agent002"]
    assert [one.outcome for one in found.visits] == [Outcome.ANSWERED]
    assert (found.end_reason, found.transfers) == (EndReason.COMPLETED, 1)
    assert found.answer_time == at(9)


def test_what_was_seen_stays_as_exact_as_it_is() -> None:
    seen = call(talk(9 + EXACT, 60), answer_time=at(9 + EXACT))
    assert changed(seen, told(talk(9, 40), answer_time=at(9))).answer_time == at(9 + EXACT)


def test_one_talk_ends_where_the_next_begins() -> None:
    seen = call(talk(5, 60))
    found = changed(seen, told(talk(5, 60), talk(20, 40, "agent002"), end_time=at(60)))
    assert [(one.agent_id, one.ended_at) for one in found.talks] == [
        ("agent001", at(20)),
        ("agent002", at(40)),
    ]


@pytest.mark.parametrize(
    "whole",
    [
        call(talk(5, 40), end_reason=EndReason.COMPLETED, end_time=at(40 + EXACT)),
        call(talk(5, 40 + EXACT), end_reason=EndReason.COMPLETED, end_time=at(41)),
        call(end_reason=EndReason.MERGED),
    ],
)
def test_where_the_books_know_nothing_more(whole: Call) -> None:
    assert amended(whole, told(talk(5, 40))) is None


def test_a_call_never_ends_before_it_began() -> None:
    found = changed(call(), told(end_time=at(0)))
    assert found.end_time == found.start_time


def test_which_calls_are_in_doubt() -> None:
    assert is_in_doubt(call())
    assert not is_in_doubt(call(gap=False))
    assert not is_in_doubt(call(backfilled=True))
    assert not is_in_doubt(call(monitors="call-2"))
    assert not is_in_doubt(call(status=CallStatus.IN_PROGRESS))
