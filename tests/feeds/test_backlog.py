"""What waits for the disk is bounded; what is dropped is told once, without a hole in the seqs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import orjson
from hypothesis import given
from hypothesis import strategies as st

from mhud.feeds.backlog import Backlog
from mhud.feeds.payloads import Entry, entry_of, public_event
from mhud.feeds.records import records_of
from mhud.live.events import CallStarted, DomainEvent
from tests.fake_clock import START
from tests.feed_things import over, started

UTC = ZoneInfo("UTC")


def add(backlog: Backlog, event: DomainEvent) -> None:
    def make(seq: int) -> Entry:
        return entry_of(public_event(seq, event, None), event.at)

    backlog.add(make, records_of(event, UTC), event.at)


def told(backlog: Backlog) -> list[tuple[int, str, int]]:
    """(seq, type, lost) of all that waits."""
    events = [orjson.loads(item.entry.full) for item in backlog.head(1000)]
    return [(event["seq"], event["type"], event.get("lost", 0)) for event in events]


def test_events_get_the_seqs_after_the_last_one_on_disk() -> None:
    backlog = Backlog(10, last_seq=41)
    add(backlog, started())
    add(backlog, over())
    assert told(backlog) == [(42, "call.new", 0), (43, "call.ended", 0)]


def test_what_finds_no_room_becomes_one_gap_in_its_place() -> None:
    backlog = Backlog(2, last_seq=0)
    for _ in range(5):
        add(backlog, started())
    assert (len(backlog), backlog.lost) == (3, 3)
    backlog.done(1)
    add(backlog, over())
    assert told(backlog) == [(2, "call.new", 0), (3, "ledger.gap", 3), (4, "call.ended", 0)]


def test_what_has_waited_longest_is_known_even_of_a_gap_alone() -> None:
    backlog = Backlog(1, last_seq=0)
    assert backlog.oldest is None
    add(backlog, replace(started(), at=START))
    add(backlog, replace(over(), at=START + timedelta(seconds=5)))
    assert backlog.oldest == START
    backlog.done(1)
    assert backlog.oldest == START + timedelta(seconds=5)


def test_a_gap_that_could_not_be_written_grows_instead_of_multiplying() -> None:
    backlog = Backlog(2, last_seq=0)
    for _ in range(3):
        add(backlog, started())
    assert told(backlog)[-1] == (3, "ledger.gap", 1)
    add(backlog, started())
    backlog.failed()
    add(backlog, started())
    assert told(backlog)[-1] == (3, "ledger.gap", 3)
    assert len(backlog) == 3


def test_a_failure_with_room_left_reopens_nothing() -> None:
    backlog = Backlog(5, last_seq=0)
    add(backlog, started())
    backlog.failed()
    assert told(backlog) == [(1, "call.new", 0)]


def test_the_latest_record_of_a_dropped_call_is_kept() -> None:
    backlog = Backlog(1, last_seq=0)
    for event in (started("call-0"), started("call-1"), over("call-1")):
        add(backlog, event)
    gap = backlog.head(10)[-1]
    assert {row.id: row.state for row in gap.records.calls.values()} == {"call-1": "ended"}


def test_records_of_dropped_calls_are_bounded_too() -> None:
    backlog = Backlog(2, last_seq=0)
    for number in range(10):
        add(backlog, started(f"call-{number}"))
    assert list(backlog.head(10)[-1].records.calls) == ["call-8", "call-9"]


@given(st.lists(st.sampled_from(["add", "write", "fail"]), max_size=60), st.integers(1, 4))
def test_every_event_is_written_or_counted_and_seqs_have_no_hole(
    steps: list[str], bound: int
) -> None:
    backlog, added, written = Backlog(bound, last_seq=0), 0, list[tuple[int, str, int]]()
    for step in [*steps, *["write"] * 70]:
        if step == "add":
            add(backlog, replace(CallStarted(at=START, call=started().call)))
            added += 1
            continue
        batch = backlog.head(2)
        if step == "write":
            events = [orjson.loads(item.entry.full) for item in batch]
            written += [(event["seq"], event["type"], event.get("lost", 0)) for event in events]
            backlog.done(len(batch))
        else:
            backlog.failed()
    assert [seq for seq, _, _ in written] == list(range(1, len(written) + 1))
    kept = sum(kind != "ledger.gap" for _, kind, _ in written)
    assert kept + sum(lost for _, _, lost in written) == added
