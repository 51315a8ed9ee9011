"""What a call leaves to the agents who talked, and to whom it leaves nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import OperationalError

from mhud.config import FeedSettings
from mhud.feeds.bus import Bus
from mhud.feeds.contacts import contacts_of
from mhud.feeds.ledger import Ledger
from mhud.live.events import CallEnded, CallTagged
from mhud.live.model import Call, Direction, EndReason, Outcome, Talk, Visit
from mhud.numbers import Numbers
from mhud.store import calls as records
from mhud.store.communications import Communication, CommunicationRepository
from mhud.store.schema import roles
from mhud.store.users import UserRepository
from tests.fake_clock import START, FakeClock
from tests.feed_things import CALLER, MoodyDatabase, a_call, ended, started

UTC = ZoneInfo("UTC")
KENYA = Numbers("KE")


def after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def talk(agent_id: str | None, begins_s: float, ends_s: float) -> Talk:
    return Talk(agent_id=agent_id, began_at=START + after(begins_s), ended_at=START + after(ends_s))


def talked(*talks: Talk, ident: str = "call-1", **changes: Any) -> Call:
    """An inbound call that is over after ten minutes."""
    return ended(a_call(ident, talks=talks, **changes), 600)


def outbound(reason: EndReason, **changes: Any) -> Call:
    call = a_call(
        direction=Direction.OUTBOUND,
        caller_id=None,
        destination="0700 123456",
        placed_by="agent001",
        visits=(),
        queue_id=None,
        **changes,
    )
    return ended(call, 20, reason)


def left_by(call: Call) -> list[tuple[str, int, str]]:
    """Whose contact, how long, how it went."""
    found = contacts_of(call, KENYA)
    return [(one.agent_id, one.duration, one.call_status) for one in found]


# ---- who gets one


def test_each_agent_who_talked_gets_his_share_of_the_call() -> None:
    call = talked(talk("agent001", 5, 65), talk("agent002", 65, 600))
    assert left_by(call) == [("agent001", 60, "answered"), ("agent002", 535, "answered")]


def test_who_gets_his_caller_back_gets_one_contact_with_both_talks_in_it() -> None:
    call = talked(talk("agent001", 5, 65), talk("agent002", 65, 100), talk("agent001", 100, 130))
    assert left_by(call) == [("agent001", 90, "answered"), ("agent002", 35, "answered")]


def test_the_contact_has_the_callers_number_as_the_call_has_it_and_its_key() -> None:
    call = talked(talk("agent001", 5, 65), caller_id="0700123456")
    (contact,) = contacts_of(call, KENYA)
    assert (contact.contact_address, contact.contact_key) == ("0700123456", "+254700123456")
    assert (contact.direction, contact.queue_id, contact.at) == (
        "inbound",
        "support",
        call.end_time,
    )
    assert "700123456" not in repr(contact)


def test_a_withheld_number_is_no_key() -> None:
    (contact,) = contacts_of(talked(talk("agent001", 5, 65), caller_id="anonymous"), KENYA)
    assert (contact.contact_address, contact.contact_key) == ("anonymous", None)


def test_an_outbound_contact_is_with_whom_was_called() -> None:
    call = replace(outbound(EndReason.COMPLETED), talks=(talk("agent001", 5, 15),))
    (contact,) = contacts_of(call, KENYA)
    assert (contact.direction, contact.contact_key) == ("outbound", "+254700123456")


def test_each_contact_names_the_queue_from_which_its_agent_took_the_call() -> None:
    def visit(queue_id: str, agent_id: str) -> Visit:
        return Visit(
            queue_id=queue_id,
            joined_at=START,
            left_at=START,
            outcome=Outcome.ANSWERED,
            agent_id=agent_id,
        )

    call = talked(
        talk("agent001", 5, 65),
        talk("agent002", 70, 90),
        talk("agent003", 95, 99),
        visits=(visit("support", "agent001"), visit("crisis", "agent002")),
        queue_id="crisis",
    )
    queues = [one.queue_id for one in contacts_of(call, KENYA)]
    assert queues == ["support", "crisis", "crisis"]


@pytest.mark.parametrize(
    "call",
    [
        ended(a_call(), 30, EndReason.ABANDONED),
        ended(a_call(), 30, EndReason.TIMEOUT),
        talked(talk(None, 5, 65)),
        talked(talk("agent001", 5, 65), direction=Direction.INTERNAL),
        talked(talk("agent001", 5, 65), monitors="call-0"),
        a_call(talks=(talk("agent001", 5, 65),)),
        outbound(EndReason.AGENT_DID_NOT_ANSWER),
        outbound(EndReason.INVALID_DESTINATION),
        outbound(EndReason.UNREACHABLE, originated=True),
        outbound(EndReason.EXPIRED, originated=True),
    ],
    ids=[
        "abandoned",
        "nobody-there",
        "sent-on-to-an-outside-number",
        "colleagues",
        "listened-to",
        "not-over",
        "agent-did-not-answer",
        "misdialed",
        "his-own-phone-failed",
        "never-sent",
    ],
)
def test_a_call_that_nobody_of_us_took_leaves_nothing_to_write_up(call: Call) -> None:
    assert left_by(call) == []


@pytest.mark.parametrize(
    ("reason", "originated", "status"),
    [
        (EndReason.NO_ANSWER, True, "missed"),
        (EndReason.BUSY, True, "busy"),
        (EndReason.REJECTED, False, "busy"),
        (EndReason.UNREACHABLE, False, "failed"),
        (EndReason.FAILED, False, "failed"),
    ],
)
def test_who_tried_to_reach_somebody_in_vain_has_that_to_write_up(
    reason: EndReason, originated: bool, status: str
) -> None:
    assert left_by(outbound(reason, originated=originated)) == [("agent001", 0, status)]


# ---- written with the call's record


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[MoodyDatabase]:
    opened = await MoodyDatabase.open(tmp_path / "mhud.db")
    assert isinstance(opened, MoodyDatabase)
    async with opened.write() as tx:
        people = UserRepository(tx)
        await tx.execute(insert(roles).values(name="operator", rights=[], built_in=True))
        for name in ("agent001", "agent002"):
            await people.add(
                username=f"of-{name}", name=name, role="operator", agent_id=name, created_at=START
            )
    yield opened
    await opened.close()


async def open_ledger(db: MoodyDatabase, **changes: int) -> Ledger:
    return await Ledger.open(db, Bus(), FakeClock(), FeedSettings(**changes), UTC, numbers=KENYA)


async def waiting(db: MoodyDatabase) -> list[Communication]:
    async with db.read() as tx:
        return (await CommunicationRepository(tx).pending(None))[0]


def both() -> Call:
    return talked(talk("agent001", 5, 65), talk("agent002", 65, 600))


def end_of(call: Call) -> CallEnded:
    return CallEnded(at=call.end_time or START, call=call)


async def test_a_call_that_ended_waits_for_each_of_its_agents(db: MoodyDatabase) -> None:
    ledger = await open_ledger(db)
    ledger.publish([started(), end_of(both())])
    await ledger.drain()
    second, first = await waiting(db)
    assert (first.user_name, first.duration, first.created_by) == ("of-agent001", 60, None)
    assert (second.user_name, second.duration) == ("of-agent002", 535)
    assert (first.contact_type, first.contact_address, first.contact_key) == (
        "call",
        CALLER,
        CALLER,
    )
    assert first.created_at == both().end_time


async def test_an_agent_whom_no_user_stands_for_leaves_nothing(db: MoodyDatabase) -> None:
    ledger = await open_ledger(db)
    ledger.publish([end_of(talked(talk("stranger", 5, 65)))])
    await ledger.drain()
    assert (await waiting(db), ledger.stalled) == ([], False)


async def test_what_is_told_of_a_call_after_its_end_adds_nothing(db: MoodyDatabase) -> None:
    ledger = await open_ledger(db)
    ledger.publish([end_of(both()), CallTagged(at=START, call=both())])
    await ledger.drain()
    ledger.publish([CallTagged(at=START, call=both()), end_of(both())])
    await ledger.drain()
    assert len(await waiting(db)) == 2


async def test_a_commit_that_only_seemed_to_fail_leaves_one_contact(db: MoodyDatabase) -> None:
    ledger = await open_ledger(db)
    ledger.publish([end_of(both())])
    db.swallows_the_answer = True
    await ledger.drain()
    assert ledger.stalled
    await ledger.drain()
    assert len(await waiting(db)) == 2


async def test_calls_whose_events_were_lost_leave_their_contacts_all_the_same(
    db: MoodyDatabase,
) -> None:
    ledger = await open_ledger(db, ledger_bound=2)
    ledger.publish([started("call-1"), started("call-2"), end_of(both())])
    await ledger.drain()
    assert ledger.lost == 1
    assert len(await waiting(db)) == 2


async def test_of_calls_that_are_too_many_to_remember_no_contacts_are_kept_either(
    db: MoodyDatabase,
) -> None:
    ledger = await open_ledger(db, ledger_bound=1)
    one, two = (talked(talk("agent001", 5, 65), ident=f"call-{number}") for number in (1, 2))
    ledger.publish([started("call-0"), end_of(one), end_of(two)])
    await ledger.drain()
    assert [found.call_id for found in await waiting(db)] == ["call-2"]


async def test_what_was_logged_during_the_call_learns_what_its_end_brings(
    db: MoodyDatabase,
) -> None:
    async with db.write() as tx:
        jane = await UserRepository(tx).agent("agent001")
        logged = {
            "state": "logged",
            "call_id": "call-1",
            "contact_type": "call",
            "direction": "inbound",
            "contact_address": "his neighbor's",
            "user_id": jane.id,
            "created_at": START,
            "updated_at": START,
        }
        ident = await CommunicationRepository(tx).add(logged)
    ledger = await open_ledger(db)
    ledger.publish([end_of(both())])
    await ledger.drain()
    async with db.read() as tx:
        found = await CommunicationRepository(tx).one(ident)
    assert found is not None
    assert (found.state, found.duration, found.queue_id) == ("logged", 60, "support")
    assert (found.contact_address, found.contact_key) == ("his neighbor's", None)
    assert [one.agent_id for one in await waiting(db)] == ["agent002"]


async def test_a_contact_that_can_not_be_kept_costs_neither_the_ledger_nor_the_others(
    db: MoodyDatabase,
) -> None:
    async with db.write() as tx:
        await tx.execute(
            text(
                "CREATE TRIGGER broken BEFORE INSERT ON communications WHEN NEW.duration = 60 "
                "BEGIN SELECT RAISE(ABORT, 'of the test'); END"
            )
        )
    ledger = await open_ledger(db)
    ledger.publish([started(), end_of(both())])
    await ledger.drain()
    assert (ledger.last_seq, ledger.stalled, ledger.lag) == (2, False, 0)
    assert [one.agent_id for one in await waiting(db)] == ["agent002"]
    async with db.read() as tx:
        assert await records.get_call(tx, "call-1") == both()


async def test_contacts_that_the_disk_refuses_are_tried_again_with_their_calls(
    db: MoodyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = await open_ledger(db)
    ledger.publish([end_of(both())])
    with monkeypatch.context() as patch:
        patch.setattr(CommunicationRepository, "add_pending", _full)
        await ledger.drain()
    assert (ledger.stalled, ledger.lag, await waiting(db)) == (True, 1, [])
    async with db.read() as tx:
        assert await records.get_call(tx, "call-1") is None
    await ledger.drain()
    assert len(await waiting(db)) == 2


async def _full(*_: object) -> None:
    raise OperationalError("INSERT", {}, Exception("database or disk is full"))
