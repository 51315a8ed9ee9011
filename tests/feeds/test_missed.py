"""Callers who called in vain, until somebody talks with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from mhud.feeds.missed import keep_missed
from mhud.feeds.records import call_row
from mhud.live.model import Call, CallStatus, Direction, EndReason, Talk
from mhud.numbers import Numbers
from mhud.store.calls import save_calls
from mhud.store.database import Database
from mhud.store.missed import MissedCaller, MissedRepository
from tests.fake_clock import START
from tests.sealed_store import KEY

UTC_ZONE = ZoneInfo("UTC")
NUMBERS = Numbers("KE")
NUMBER, SAME = "+254700123456", "0700123456"


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "mhud.db", KEY)
    yield opened
    await opened.close()


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def inbound(ident: str, minutes: float, number: str | None = NUMBER) -> Call:
    """In vain."""
    return Call(
        id=ident,
        linkedids=(ident,),
        direction=Direction.INBOUND,
        status=CallStatus.ENDED,
        start_time=at(minutes),
        end_time=at(minutes + 1),
        end_reason=EndReason.ABANDONED,
        caller_id=number,
        queue_id="support",
    )


def talked(call: Call) -> Call:
    began = call.start_time + timedelta(seconds=20)
    talk = Talk(agent_id="agent001", began_at=began, ended_at=call.end_time)
    return replace(call, talks=(talk,), end_reason=EndReason.COMPLETED)


def outbound(ident: str, minutes: float) -> Call:
    call = inbound(ident, minutes, "1001")
    return replace(call, direction=Direction.OUTBOUND, destination=SAME)


async def keep(db: Database, *calls: Call) -> list[MissedCaller]:
    """Each in a transaction of its own, as the ledger does; who is to be called back then."""
    for call in calls:
        async with db.write() as tx:
            await save_calls(tx, [call_row(call, UTC_ZONE)])
            await keep_missed(tx, [call], NUMBERS)
    async with db.read() as tx:
        page = await MissedRepository(tx).page(None, untaken=False, limit=100)
    return list(page.callers)


async def test_a_caller_who_tried_three_times_is_one(db: Database) -> None:
    calls = inbound("c1", 0), inbound("c2", 5, SAME), inbound("c3", 9)
    (one,) = await keep(db, *calls)
    assert (one.phone, one.calls, one.call_id, one.last_call_id) == (NUMBER, 3, "c1", "c3")
    assert (one.since, one.last_at, one.queue_id) == (at(0), at(9), "support")


async def test_a_call_that_is_written_again_counts_once(db: Database) -> None:
    (one,) = await keep(db, inbound("c1", 0), inbound("c1", 0))
    assert one.calls == 1


async def test_who_has_waited_longest_comes_first(db: Database) -> None:
    late, early = inbound("c2", 5, "+254700000001"), inbound("c1", 0, "+254700000002")
    assert [one.call_id for one in await keep(db, late, early)] == ["c1", "c2"]


@pytest.mark.parametrize("made_good", [talked(inbound("c2", 5)), talked(outbound("o1", 5))])
async def test_who_was_reached_waits_no_more(db: Database, made_good: Call) -> None:
    assert await keep(db, inbound("c1", 0), made_good) == []


async def test_who_was_called_back_in_vain_still_waits(db: Database) -> None:
    tried = replace(outbound("o1", 5), end_reason=EndReason.NO_ANSWER)
    assert len(await keep(db, inbound("c1", 0), tried)) == 1


async def test_what_came_after_the_talk_counts(db: Database) -> None:
    (one,) = await keep(db, inbound("c1", 0), inbound("c2", 9), talked(outbound("o1", 5)))
    assert one.last_call_id == "c2"


async def test_a_call_that_is_told_late_may_have_been_made_good(db: Database) -> None:
    late = replace(inbound("c1", 0), backfilled=True)
    assert await keep(db, talked(outbound("o1", 5)), late) == []
    (one,) = await keep(db, replace(inbound("c2", 9), backfilled=True))
    assert one.call_id == "c2"


async def test_a_call_told_late_between_two_others(db: Database) -> None:
    calls = inbound("c2", 5), inbound("c3", 9), replace(inbound("c1", 0), backfilled=True)
    (one,) = await keep(db, *calls)
    assert (one.call_id, one.last_call_id, one.since, one.calls) == ("c1", "c3", at(0), 3)


async def test_who_asked_to_be_called_back_is_marked(db: Database) -> None:
    asked = replace(inbound("c1", 0), tags=("overflow", "callback"), end_reason=EndReason.TIMEOUT)
    (one,) = await keep(db, asked, inbound("c2", 5))
    assert one.asked


@pytest.mark.parametrize(
    "nobodys",
    [
        inbound("c1", 0, None),
        inbound("c1", 0, "anonymous"),
        replace(inbound("c1", 0), end_reason=EndReason.LOST_LINK),
        replace(inbound("c1", 0), end_reason=EndReason.COMPLETED),
        replace(inbound("c1", 0), direction=Direction.INTERNAL),
        replace(outbound("o1", 0), end_reason=EndReason.BUSY),
        replace(inbound("c1", 0), monitors="call-1"),
    ],
)
async def test_others_are_not_to_be_called_back(db: Database, nobodys: Call) -> None:
    assert await keep(db, nobodys) == []


async def test_a_lost_call_that_turns_out_to_be_given_up(db: Database) -> None:
    lost = replace(inbound("c1", 0), end_reason=EndReason.LOST_LINK, gap=True)
    told = replace(lost, end_reason=EndReason.ABANDONED, backfilled=True)
    assert len(await keep(db, lost, told)) == 1
    assert await keep(db, replace(talked(lost), backfilled=True)) == []


async def test_page_by_page(db: Database) -> None:
    await keep(db, *(inbound(f"c{n}", n, f"+25470000000{n}") for n in range(5)))
    seen, cursor = [], None
    while True:
        async with db.read() as tx:
            page = await MissedRepository(tx).page("support", True, limit=2, cursor=cursor)
        seen += [one.call_id for one in page.callers]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["c0", "c1", "c2", "c3", "c4"]
