"""Calls that mhud did not see come out of Asterisk's books, each once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from structlog.testing import capture_logs

from mhud.ami import messages as ami
from mhud.live.model import EndReason, Outcome
from mhud.store.books import keep_places
from tests.archive import LATER, NUMBER, Archive, archive
from tests.books.pages import at, cdr_text, queue_text
from tests.fake_clock import PATIENCE_S, settle


@pytest_asyncio.fixture
async def books(tmp_path: Path) -> AsyncIterator[Archive]:
    async with archive(tmp_path) as one:
        yield one


def channel(state: int = 4, uid: str = "c.1") -> ami.Chan:
    return ami.Chan(
        uniqueid=uid,
        linkedid=uid,
        name="PJSIP/trunk-00000001",
        state=state,
        caller_number=NUMBER,
        exten="116123",
    )


async def test_a_caller_whom_nobody_saw_is_in_the_history_once(books: Archive) -> None:
    books.abandoned()
    assert await books.reads() == 1
    call = await books.call()
    assert (call.caller_id, call.end_reason) == (NUMBER, EndReason.ABANDONED)
    assert (call.start_time, call.backfilled, call.gap) == (at(LATER), True, False)
    assert await books.calls(since=at(LATER)) == ["call-c.1"]
    assert (await books.events())[-2:] == ["call.new", "call.ended"]
    assert await books.reads() == 0
    books.starts_again()
    assert await books.reads() == 0
    assert (await books.events()).count("call.ended") == 1


async def test_the_events_say_when_it_was_and_that_it_is_told_late(books: Archive) -> None:
    books.abandoned()
    await books.reads()
    new, ended = (await books.house.services.ledger.read(0, 100))[-2:]
    assert (new.at, ended.at) == (at(LATER), at(LATER + 31))
    assert b'"backfilled":true' in ended.full
    assert b'"hold_time":null' in ended.full
    assert NUMBER.encode() not in ended.masked


async def test_a_call_is_looked_for_after_a_kill_before_its_place_was_kept(books: Archive) -> None:
    """The place is kept last: what was told before that is found in the store."""
    books.abandoned()
    places = dict(books.history._kept)
    await books.reads()
    async with books.house.services.db.write() as tx:
        await keep_places(tx, places, books.house.clock.now())
    books.starts_again()
    assert await books.reads() == 0


async def test_a_call_that_goes_on_is_waited_for(books: Archive) -> None:
    books.sees(ami.NewChannel(at=books.house.clock.now(), chan=channel()))
    books.abandoned()
    assert await books.reads() == 0
    assert await books.reads() == 0
    assert (await books.events())[-1] == "call.new"


async def test_a_call_that_was_seen_whole_is_left_as_it_is(books: Archive) -> None:
    books.sees(ami.NewChannel(at=books.house.clock.now(), chan=channel()))
    hung_up = ami.Hangup(at=books.house.clock.now(), chan=channel(6), cause=16)
    books.sees(hung_up)
    books.abandoned()
    assert await books.reads() == 0
    assert not (await books.call()).backfilled
    books.starts_again()
    assert await books.reads() == 0


async def test_a_call_whose_end_was_missed_is_corrected_and_not_told_twice(books: Archive) -> None:
    books.sees(ami.NewChannel(at=books.house.clock.now(), chan=channel()))
    joined = ami.QueueCallerJoin(
        at=books.house.clock.now() + timedelta(seconds=1), chan=channel(6), queue="support",
        position=1,
    )  # fmt: skip
    books.sees(joined)
    books.sees(ami.LinkLost(at=joined.at))
    await books.house.clock.advance(120)
    books.connects()
    await books.house.clock.advance(1)
    assert (await books.call()).end_reason is EndReason.LOST_LINK
    books.abandoned()
    assert await books.reads() == 1
    call = await books.call()
    assert (call.end_reason, call.end_time) == (EndReason.ABANDONED, at(LATER + 31))
    assert (call.gap, call.backfilled, call.destination) == (True, True, "116123")
    assert [visit.outcome for visit in call.visits] == [Outcome.ABANDONED]
    told = await books.events()
    assert (told.count("call.ended"), told[-1]) == (1, "call.corrected")
    books.starts_again()
    assert await books.reads() == 0


async def test_nothing_is_told_while_the_link_is_lost(tmp_path: Path) -> None:
    async with archive(tmp_path, connected=False) as books:
        books.abandoned()
        assert await books.reads() == 0
        books.connects()
        assert await books.reads() == 1


async def test_what_was_there_before_mhud_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    (tmp_path / "books/Master.csv").write_text(cdr_text(0, 9))
    async with archive(tmp_path) as books:
        assert await books.reads() == 0
        books.abandoned()
        assert await books.reads() == 1


async def test_what_was_written_while_mhud_was_away(books: Archive) -> None:
    books.starts_again()
    books.abandoned("c.1")
    books.cdr.rename(books.cdr.with_suffix(".csv.1"))
    books.queue_log.rename(books.queue_log.with_name("queue_log.1"))
    books.abandoned("c.2", LATER + 60)
    assert await books.reads() == 2
    assert await books.calls() == ["call-c.2", "call-c.1"]


async def test_a_call_that_is_still_being_written_is_waited_for(books: Archive) -> None:
    books.write(queue_text(LATER + 1, "ENTERQUEUE", "", NUMBER, 1))
    assert await books.reads() == 0
    books.starts_again()  # its place is kept from where it begins
    books.write(queue_text(LATER + 9, "ABANDON", 1, 1, 8), cdr_text(LATER, LATER + 9, answer=LATER))
    assert await books.reads() == 1
    assert (await books.call()).queue_wait_s == 8


async def test_half_of_a_consultation_is_no_call(books: Archive) -> None:
    """Asterisk writes no CDR of a Local channel that it has taken out of the way."""
    books.write(queue_text(LATER + 1, "ENTERQUEUE", "", "1001", 1, uid="c.9"))
    assert await books.reads() == 0
    await books.house.clock.advance(700)
    assert await books.reads() == 0
    assert await books.calls() == []


async def test_what_is_too_old_does_not_come_back(tmp_path: Path) -> None:
    async with archive(tmp_path, backfill_days=1) as books:
        books.abandoned("c.1", start=LATER - 90_000)
        books.abandoned("c.2", start=LATER - 80_000)
        assert await books.reads() == 1
        assert await books.calls() == ["call-c.2"]


async def test_a_number_that_is_old_enough_to_be_forgotten_stays_away(tmp_path: Path) -> None:
    async with archive(tmp_path, backfill_days=400) as books:
        books.abandoned(start=LATER - 91 * 86_400)
        assert await books.reads() == 0


async def test_a_queue_counts_who_gave_up_unseen(books: Archive) -> None:
    live = books.house.services.pump.live
    queue = ami.QueueNow(name="support", strategy="ringall", max_callers=0, service_level_s=20)
    books.sees(ami.Snapshot(at=books.house.clock.now(), queues=(queue,)))
    books.abandoned(start=LATER - 60)
    await books.reads()
    assert live.figures("support").abandoned_today == 1


async def test_a_recording_that_is_there_is_known(tmp_path: Path) -> None:
    folder = tmp_path / "monitor"
    folder.mkdir()
    (folder / "c.1.wav").write_bytes(b"RIFF")
    async with archive(tmp_path, recordings=folder) as books:
        books.abandoned("c.1")
        books.abandoned("c.2")
        await books.reads()
        assert (await books.call()).recordings == ("c.1",)
        assert not (await books.call("call-c.2")).recorded


async def test_many_calls_at_once(books: Archive) -> None:
    for number in range(250):
        books.abandoned(f"c.{number}", LATER - 7000 + number)
    assert await books.reads() == 250
    told = await books.events()
    assert (told.count("call.new"), told.count("call.ended")) == (250, 250)


async def test_books_that_cant_be_read_are_waited_for(books: Archive) -> None:
    books.starts_again()
    books.cdr.unlink()
    books.cdr.mkdir()
    with capture_logs() as logs:
        async with books.running():
            await books.passes(3)
            assert await books.calls() == []
            books.cdr.rmdir()
            books.abandoned()
            async with asyncio.timeout(PATIENCE_S):
                while not await books.calls():
                    await books.passes(0.2)
    assert await books.calls() == ["call-c.1"]
    assert [line["event"] for line in logs].count("books_not_read") == 1


async def test_a_book_that_is_another_one_is_said_to_be_begun_anew(books: Archive) -> None:
    books.abandoned()
    await books.reads()
    books.starts_again()
    for path in (books.queue_log, books.cdr):
        path.unlink()
    books.abandoned("c.2")
    with capture_logs() as logs:
        assert await books.reads() == 1
    assert {line["book"] for line in logs if line["event"] == "book_begun_anew"} == {
        "queue_log",
        "cdr",
    }


async def test_without_books_nothing_runs(tmp_path: Path) -> None:
    async with archive(tmp_path, queue_log=None, cdr=None) as books:
        running = asyncio.ensure_future(books.history.run())
        await settle()
        assert running.done()
