"""The tallies of reports are kept with the events that they follow from, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from mhud.config import FeedSettings
from mhud.feeds.bus import Bus
from mhud.feeds.ledger import Ledger
from mhud.live.events import AgentStatusChanged, CallCorrected, CallEnded, CallTagged, DomainEvent
from mhud.live.model import AgentStatus, Direction, EndReason, Spell, Talk
from tests.fake_clock import START, FakeClock
from tests.feed_things import MoodyDatabase, a_call, an_agent, ended
from tests.legs import Leg
from tests.report_house import callers
from tests.scenario import Pbx
from tests.tallied import due, kept

UTC = ZoneInfo("UTC")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[MoodyDatabase]:
    opened = await MoodyDatabase.open(tmp_path / "mhud.db")
    assert isinstance(opened, MoodyDatabase)
    yield opened
    await opened.close()


async def a_ledger(db: MoodyDatabase) -> Ledger:
    return await Ledger.open(db, Bus(), FakeClock(), FeedSettings(), UTC, callers=callers)


def a_morning() -> tuple[list[DomainEvent], Leg]:
    """Two are answered, one of them is sent on; one gives up; one goes on."""
    pbx = Pbx(at=START + timedelta(minutes=14))
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "crisis")
    first = pbx.caller("+254700000001").joins("support")
    pbx.passes(7)
    leg = jane.takes(first)
    pbx.caller("+254700000002").joins("support").gives_up()
    pbx.passes(60)
    leg.hangs_up()
    first.joins("crisis")
    pbx.passes(12)
    other = joe.takes(first)
    pbx.passes(90)
    first.hangs_up()
    other.is_gone()
    pbx.passes(30)
    going_on = pbx.caller("+254700000001").joins("support")
    jane.takes(going_on)
    return pbx.told, going_on


async def test_a_mornings_calls_and_work_are_counted_as_their_records_say(
    db: MoodyDatabase,
) -> None:
    ledger = await a_ledger(db)
    told, _ = a_morning()
    ledger.publish(told)
    await ledger.drain()
    rows = await kept(db)
    assert rows == await due(db)
    totals = {row[2]: row[4:] for row in rows["call_quarters"] if row[0] == 0}
    calls, offered, answered, abandoned = totals["crisis"][:4]
    assert (calls, offered, answered, abandoned) == (1, 1, 1, 0)
    assert totals["support"][:4] == (1, 1, 0, 1)
    assert totals["support"][MEASURE["transferred"]] == 1
    assert totals["support"][MEASURE["contacts"]] == 1
    assert totals["support"][MEASURE["wrap_up_s"]] == 10
    assert rows["caller_quarters"] == {
        (ANY_QUARTER, "crisis", "agent002", 1, 1),
        (ANY_QUARTER, "support", "", 2, 1),
    }


MEASURE = {"transferred": 5, "contacts": 6, "wrap_up_s": 9}
ANY_QUARTER = int((START + timedelta(minutes=14)).timestamp()) // 900


async def test_a_commit_that_only_seemed_to_fail_counts_nothing_twice(db: MoodyDatabase) -> None:
    ledger = await a_ledger(db)
    told, _ = a_morning()
    db.swallows_the_answer = True
    ledger.publish(told)
    await ledger.drain()
    await ledger.drain()
    assert ledger.lag == 0
    rows = await kept(db)
    assert rows == await due(db)
    assert len(rows["call_quarters"]) > 0


async def test_an_ended_call_that_is_told_of_again_counts_once(db: MoodyDatabase) -> None:
    ledger = await a_ledger(db)
    call = ended(a_call())
    ledger.publish([CallEnded(at=START, call=call)])
    await ledger.drain()
    before = await kept(db)
    ledger.publish([CallTagged(at=START, call=replace(call, tags=("later",)))])
    await ledger.drain()
    ledger.publish([CallEnded(at=START, call=call)])
    await ledger.drain()
    assert await kept(db) == before


async def test_a_call_that_the_books_correct_counts_as_it_is_now(db: MoodyDatabase) -> None:
    ledger = await a_ledger(db)
    call = ended(a_call(), reason=EndReason.LOST_LINK)
    ledger.publish([CallEnded(at=START, call=call), CallEnded(at=START, call=ended(a_call("c2")))])
    await ledger.drain()
    talk = Talk(agent_id="agent001", began_at=START, ended_at=START + timedelta(seconds=40))
    right = replace(
        call, talks=(talk,), agent_id="agent001", start_time=START - timedelta(minutes=20)
    )
    ledger.publish([CallCorrected(at=START, call=right)])
    await ledger.drain()
    rows = await kept(db)
    assert rows == await due(db)
    assert sum(row[4] for row in rows["call_quarters"] if row[0] == 0) == 2


async def test_what_an_agent_did_not_long_enough_or_while_away_is_not_kept(
    db: MoodyDatabase,
) -> None:
    ledger = await a_ledger(db)
    for status, began_at in (
        (AgentStatus.OFFLINE, START - timedelta(hours=1)),
        (AgentStatus.AVAILABLE, START),
    ):
        event = AgentStatusChanged(
            at=START,
            agent=an_agent(),
            previous=status,
            spell=Spell(status=status, began_at=began_at),
        )
        ledger.publish([event])
    await ledger.drain()
    assert (await kept(db))["agent_quarters"] == set()


async def test_an_agents_time_is_cut_at_the_quarters_of_the_hour(db: MoodyDatabase) -> None:
    ledger = await a_ledger(db)
    spell = Spell(status=AgentStatus.AVAILABLE, began_at=START - timedelta(seconds=100))
    later = START + timedelta(seconds=950)
    event = AgentStatusChanged(
        at=later, agent=an_agent(), previous=AgentStatus.AVAILABLE, spell=spell
    )
    ledger.publish([event])
    await ledger.drain()
    rows = sorted((await kept(db))["agent_quarters"])
    assert [row[5] for row in rows] == [100, 900, 50]


async def test_the_wrap_up_of_what_is_no_call_of_the_helplines_counts_for_none(
    db: MoodyDatabase,
) -> None:
    ledger = await a_ledger(db)
    colleagues = a_call(direction=Direction.INTERNAL, visits=(), queue_id=None)
    spell = Spell(status=AgentStatus.WRAP_UP, began_at=START, call=colleagues)
    event = AgentStatusChanged(
        at=START + timedelta(seconds=9), agent=an_agent(), previous=AgentStatus.WRAP_UP, spell=spell
    )
    ledger.publish([event])
    await ledger.drain()
    rows = await kept(db)
    assert rows["call_quarters"] == set()
    assert [row[3] for row in rows["agent_quarters"]] == [9]


async def test_a_call_that_can_not_be_counted_costs_only_itself(tmp_path: Path) -> None:
    def broken(number: str | None) -> int | None:
        if number == "broken":
            raise RuntimeError("a bug")
        return callers(number)

    db = await MoodyDatabase.open(tmp_path / "mhud.db")
    ledger = await Ledger.open(db, Bus(), FakeClock(), FeedSettings(), UTC, callers=broken)
    calls = [ended(a_call("c1", caller_id="broken")), ended(a_call("c2"))]
    with capture_logs() as lines:
        ledger.publish([CallEnded(at=START, call=call) for call in calls])
        await ledger.drain()
    assert [line["call_id"] for line in lines if line["event"] == "call_not_counted"] == ["c1"]
    assert len((await kept(db))["caller_quarters"]) == 1
    await db.close()
