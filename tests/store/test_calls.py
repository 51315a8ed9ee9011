"""Call records come back as they were; the history is complete in pages of any size."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update
from structlog.testing import capture_logs

from mhud.errors import Code, MhudError
from mhud.feeds.records import agent_row, call_row
from mhud.live.model import AgentDay, AgentStatus, Call, Direction, Help
from mhud.store.calls import (
    Wanted,
    agent_live,
    decode,
    encode,
    ended_since,
    get_call,
    open_calls,
    page,
    save_agents,
    save_calls,
)
from mhud.store.database import Database
from mhud.store.schema import agent_live as agents
from mhud.store.schema import calls
from tests.fake_clock import START
from tests.feed_things import CALLER, a_call, an_agent, ended

NAIROBI = ZoneInfo("Africa/Nairobi")
instants = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
any_call = st.builds(
    Call,
    **{"variables": st.dictionaries(texts, texts), "ivr_path": st.none() | texts},
)
st.register_type_strategy(datetime, instants)
st.register_type_strategy(str, texts)
st.register_type_strategy(float, st.floats(0, 1e9, allow_nan=False))


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "mhud.db")
    yield opened
    await opened.close()


async def save(db: Database, *calls: Call) -> None:
    async with db.write() as tx:
        await save_calls(tx, [call_row(call, NAIROBI) for call in calls])


@given(any_call)
def test_a_call_comes_back_from_json_as_it_was(call: Call) -> None:
    assert decode(encode(call)) == call


async def test_a_saved_call_comes_back_whole(db: Database) -> None:
    call = a_call(tags=("priority",), deadline=START + timedelta(microseconds=1))
    await save(db, call)
    async with db.read() as tx:
        assert await get_call(tx, call.id) == call
        assert await get_call(tx, "call-unknown") is None


async def test_the_last_state_of_a_call_replaces_the_one_before(db: Database) -> None:
    call = a_call()
    await save(db, call)
    await save(db, ended(call))
    async with db.read() as tx:
        assert await open_calls(tx) == ()
        assert await ended_since(tx, START) == (ended(call),)
        assert await ended_since(tx, START + timedelta(seconds=60)) == (ended(call),)
        assert await ended_since(tx, START + timedelta(seconds=61)) == ()


async def test_open_calls_come_oldest_first(db: Database) -> None:
    young = a_call("call-young", start_time=START + timedelta(seconds=5))
    await save(db, young, a_call("call-old"))
    async with db.read() as tx:
        assert [call.id for call in await open_calls(tx)] == ["call-old", "call-young"]


async def test_the_day_is_the_helplines() -> None:
    late = a_call(start_time=datetime(2025, 3, 3, 22, 30, tzinfo=UTC))
    assert call_row(late, NAIROBI).day == "2025-03-04"


def test_a_row_does_not_print_the_callers_number() -> None:
    assert CALLER not in repr(call_row(a_call(), NAIROBI))
    assert CALLER not in repr(Wanted(number=CALLER))


async def test_an_agents_status_figures_and_cry_for_help_come_back(db: Database) -> None:
    day = AgentDay(calls=3, handled_s=61.5, available_s=1800)
    asked = Help(asked_at=START, call_id="call-1", answered_at=START, answered_by=7)
    agent = an_agent(
        day=day, pending_status=AgentStatus.ON_BREAK, status=AgentStatus.ON_CALL, help=asked
    )
    row = agent_row(agent, START, NAIROBI)
    async with db.write() as tx:
        await save_agents(tx, [agent_row(an_agent(), START, NAIROBI)])
        await save_agents(tx, [row])
    async with db.read() as tx:
        assert await agent_live(tx) == (row,)


async def history(db: Database, limit: int, **wanted: object) -> list[str]:
    """Ids of all pages."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        async with db.read() as tx:
            one = await page(tx, Wanted(**wanted), limit=limit, cursor=cursor)  # type: ignore[arg-type]
        found += [call.id for call in one.calls]
        cursor = one.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_pages_of_any_size_give_each_call_once_newest_first(db: Database, limit: int) -> None:
    spread = [
        ended(a_call(f"call-{n}", start_time=START + timedelta(seconds=n // 3))) for n in range(7)
    ]
    await save(db, *spread)
    assert await history(db, limit) == [f"call-{n}" for n in (6, 5, 4, 3, 2, 1, 0)]


async def test_the_history_is_narrowed_by_each_of_its_filters(db: Database) -> None:
    plain = ended(a_call("call-plain"))
    await save(
        db,
        plain,
        replace(plain, id="call-crisis", queue_id="crisis"),
        replace(plain, id="call-jane", agent_id="agent001"),
        replace(plain, id="call-out", direction=Direction.OUTBOUND, destination="+2547999"),
        replace(plain, id="call-late", start_time=START + timedelta(hours=1)),
        replace(a_call("call-open"), queue_id="crisis"),
    )
    assert await history(db, 10, queue="crisis") == ["call-crisis"]
    assert await history(db, 10, agent="agent001") == ["call-jane"]
    assert await history(db, 10, direction=Direction.OUTBOUND) == ["call-out"]
    assert await history(db, 10, number="+2547999") == ["call-out"]
    assert len(await history(db, 10, number=CALLER)) == 5
    assert await history(db, 10, since=START + timedelta(seconds=1)) == ["call-late"]
    assert "call-late" not in await history(db, 10, until=START + timedelta(hours=1))
    assert "call-open" in await history(db, 10, state=None)


BEFORE_TIME = base64.urlsafe_b64encode(b'["0001-01-01T00:00:00+23:00","call-1"]').decode()


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!!", "bnVsbA", "WyJ4IiwiYSJd", "ab\udcff", BEFORE_TIME]
)
async def test_a_cursor_that_mhud_did_not_give_is_refused(db: Database, cursor: str) -> None:
    async with db.read() as tx:
        with pytest.raises(MhudError) as refused:
            await page(tx, Wanted(), limit=1, cursor=cursor)
    assert refused.value.code is Code.INVALID


async def test_a_record_that_can_not_be_read_costs_itself_only(db: Database) -> None:
    lives = [a_call(f"open-{number}", start_time=START) for number in range(3)]
    over = [ended(a_call(f"over-{number}", start_time=START)) for number in range(3)]
    await save(db, *lives, *over)
    async with db.write() as tx:
        for call_id in (lives[1].id, over[1].id):
            broken = {"status": "of a later version", "caller_id": CALLER}
            await tx.execute(update(calls).where(calls.c.id == call_id).values(record=broken))
        await tx.execute(
            insert(agents).values(
                agent_id="agent001",
                status="dreaming",
                since=START,
                day="2025-03-03",
                day_figures={},
            )
        )
    with capture_logs() as said:
        async with db.read() as tx:
            found = await open_calls(tx), await ended_since(tx, START)
            first = await page(tx, Wanted(), limit=2)
            second = await page(tx, Wanted(), limit=2, cursor=first.next_cursor)
            assert await get_call(tx, over[1].id) is None
            assert await agent_live(tx) == ()

    assert found == ((lives[0], lives[2]), (over[0], over[2]))
    assert (*first.calls, *second.calls) == (over[2], over[0])
    assert second.next_cursor is None
    assert CALLER not in str(said)
