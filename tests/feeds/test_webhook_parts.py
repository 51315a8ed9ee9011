"""Webhooks, part by part: order, pauses, rests, a disk that refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from mhud.config import FeedSettings, WebhookSettings
from mhud.feeds.bus import Bus
from mhud.feeds.ledger import Ledger
from mhud.feeds.payloads import Entry, entry_of, public_event
from mhud.feeds.webhook_bodies import Body, line_of
from mhud.feeds.webhook_health import REST_AFTER, Health
from mhud.feeds.webhook_lines import Lines
from mhud.feeds.webhook_outbox import Outbox
from mhud.feeds.webhook_verdict import Answer, pause_s, verdict
from mhud.live.events import AgentRinging, DomainEvent, PbxConnected, PbxDisconnected
from mhud.store import deliveries, delivery_log
from mhud.store.database import Database
from mhud.store.deliveries import DELIVERED, EXHAUSTED, WAITING, Waiting
from mhud.store.webhooks import Webhook, WebhookRepository
from tests.fake_clock import PATIENCE_S, START, FakeClock, settle
from tests.feed_things import CALLER, MoodyDatabase, a_call, an_agent, over, started
from tests.receivers import Receiver, receiver
from tests.sealed_store import KEY

SETTINGS = WebhookSettings(allowed_networks=("127.0.0.0/8",))
DAY = timedelta(days=1)


def waiting(n: int, line: str = "call-1", give_up_at: datetime = START + DAY) -> Waiting:
    return Waiting(
        n=n,
        id=f"delivery-{n}-0",
        webhook_id="w",
        line=line,
        type="call.new",
        give_up_at=give_up_at,
        body=b"{}",
    )


# ---- bodies


def entry(event: DomainEvent) -> Entry:
    return entry_of(public_event(7, event, None), event.at)


def test_who_else_is_in_an_event_is_told_without_anything_personal_too() -> None:
    ringing = entry(AgentRinging(at=START, agent=an_agent(), call=a_call()))
    data = orjson.loads(Body(ringing).of("w", details=False))["data"]
    whole = orjson.loads(Body(ringing).of("w", details=True))["data"]

    assert (data["agent_id"], data["call_id"], data["call"]["id"]) == ("agent001", *["call-1"] * 2)
    assert not {"name", "email", "username", "extension", "skills"} & set(data)
    assert not {"caller_id", "destination", "variables"} & set(data["call"])
    assert (whole["name"], whole["call"]["caller_id"]) == ("Jane Smith", CALLER)


def test_what_is_about_one_thing_is_in_one_line() -> None:
    matter = {"id": 123, "created_by": 5, "assigned_user_id": None}
    case = {"type": "case.updated", "timestamp": "", "case": matter}
    talk = {"id": 4, "created_by": 5, "user_id": 5}
    contact = {"type": "communication.logged", "timestamp": "", "communication": talk}
    tellings = [case, {**contact, "case": matter}, contact]
    lines = [line_of(entry_of({"seq": 1, **one}, START)) for one in tellings]
    ringing = AgentRinging(at=START, agent=an_agent(), call=a_call())
    others = [line_of(entry(one)) for one in (ringing, over(), PbxConnected(at=START))]

    assert lines == ["case:123", "case:123", "communication:4"]
    assert others == ["call-1", "call-1", "pbx.connected"]


# ---- lines


@given(
    lines=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=80),
    fails=st.lists(st.booleans(), max_size=120),
)
def test_each_line_goes_out_in_its_order_whatever_fails(
    lines: list[str], fails: list[bool]
) -> None:
    all_rows = {n: waiting(n, line) for n, line in enumerate(lines, 1)}
    sent: list[int] = []
    queue, moods = Lines(), iter(fails)
    for new in all_rows.values():
        queue.add(new)
    while len(sent) < len(lines):
        while one := queue.take():
            if next(moods, False):
                queue.failed(one, due=1.0)
            else:
                queue.done(one)
                sent.append(one.n)
        while due := queue.due(2.0):
            numbers = queue.numbers(due)
            queue.admit(due, numbers, [all_rows[n] for n in numbers])

    assert sorted(sent) == list(all_rows)
    for line in set(lines):
        of_it = [n for n in sent if lines[n - 1] == line]
        assert of_it == sorted(of_it)
    assert (queue.held, queue.parked, queue.next_due) == (0, 0, None)


def test_what_waits_behind_a_failure_waits_by_number_only() -> None:
    queue = Lines()
    for n in range(1, 6):
        queue.add(waiting(n))
    first = queue.take()
    assert first is not None
    queue.failed(first, due=60.0)

    assert (queue.held, queue.parked, queue.ready) == (0, 5, 0)
    assert queue.due(59.0) == []
    assert queue.numbers(queue.due(60.0)) == [1, 2, 3, 4, 5]


# ---- pauses


def test_pauses_double_from_a_minute_to_an_hour() -> None:
    assert [pause_s(failures, SETTINGS, 0.5) for failures in range(1, 11)] == [
        *(0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600)
    ]
    assert pause_s(2, SETTINGS, 0.0) == pytest.approx(54)
    assert pause_s(2, SETTINGS, 1.0) == pytest.approx(66)
    assert pause_s(10_000, SETTINGS, 0.5) == 3600


def test_the_last_try_is_when_a_day_is_over_and_then_it_is_given_up() -> None:
    one, late = waiting(1), START + DAY - timedelta(minutes=10)
    one.attempts = 12
    tried = verdict(one, Answer(status=500), late, SETTINGS, 0.5)
    last = verdict(one, Answer(status=500), START + DAY, SETTINGS, 0.5)
    good = verdict(one, Answer(status=204), START + 2 * DAY, SETTINGS, 0.5)

    assert (tried.state, tried.next_at) == (WAITING, START + DAY)
    assert (last.state, last.next_at) == (EXHAUSTED, None)
    assert good.state == DELIVERED


def test_a_clock_that_goes_back_a_year_gives_nothing_up() -> None:
    tried = verdict(waiting(1), Answer(error="timeout"), START - 365 * DAY, SETTINGS, 0.5)

    assert tried.state == WAITING
    assert tried.next_at == tried.tried_at  # at once, the first time


# ---- whether a receiver is there


def test_a_receiver_that_is_away_is_asked_by_one_delivery_and_welcomed_back() -> None:
    health = Health(SETTINGS, lambda: 0.5)
    away, now = Answer(error="not_reachable"), 1000.0
    for _ in range(REST_AFTER - 1):
        health.learn(away, now)
    assert health.places(now, 8) == 8
    health.learn(away, now)
    health.learn(away, now)  # was under way
    pauses = []
    for _ in range(4):
        ends = health.rest_ends(now)
        assert ends is not None
        assert health.places(now, 8) == 0
        pauses.append(ends - now)
        now = ends
        assert health.places(now, 8) == 1
        health.learn(away, now)

    assert pauses == [60, 120, 240, 480]
    assert health.learn(Answer(status=200), now + 2000)
    assert health.places(now + 2000, 8) == 8


def test_a_delivery_that_a_receiver_does_not_like_tells_nothing_of_him() -> None:
    health = Health(SETTINGS, lambda: 0.5)
    for _ in range(50):
        health.learn(Answer(status=500), 0.0)
        health.learn(Answer(error="timeout"), 0.0)

    assert health.rests == 0


# ---- a disk that refuses


class Desk:
    def __init__(self, db: MoodyDatabase, ledger: Ledger, clock: FakeClock, bus: Bus) -> None:
        self.db = db
        self.ledger = ledger
        self.clock = clock
        self.outbox = Outbox(db, ledger, bus, clock, SETTINGS)

    async def register(self, url: str) -> None:
        webhook = Webhook(
            id="w",
            url=url,
            events=("*",),
            secret="x" * 16,
            after_seq=0,
            created_by=1,
            created_at=START,
            updated_at=START,
        )
        async with self.db.write() as tx:
            await WebhookRepository(tx).add(webhook)

    async def until(self, system: Receiver, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(system.heard) < count:
                await self.clock.advance(0.2)

    async def all_settled(self) -> bool:
        await self.clock.advance(0.2)
        async with self.db.read() as tx:
            return not await delivery_log.waiting_counts(tx, ["w"])


@asynccontextmanager
async def desk_of(folder: Path) -> AsyncIterator[Desk]:
    path = folder / "mhud.db"
    await (await Database.open(path, KEY)).close()
    steady, moody = Database(path, KEY), MoodyDatabase(path, KEY)
    clock, bus = FakeClock(), Bus()
    ledger = await Ledger.open(steady, bus, clock, FeedSettings(), ZoneInfo("UTC"))
    yield Desk(moody, ledger, clock, bus)
    await moody.close()
    await steady.close()


async def test_a_disk_that_refuses_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as desk, receiver() as system:

        async def answers(_request: web.Request) -> web.Response:
            desk.db.refuses = len(system.heard) == 2  # what came of it can't be written at first
            return web.Response()

        system.answers = answers
        await desk.register(system.url)
        running = asyncio.create_task(desk.outbox.run())
        desk.db.refuses = True
        desk.ledger.publish([started("call-1"), started("call-2"), over("call-1")])
        await desk.ledger.drain()
        await desk.clock.advance(30)
        before = len(system.heard)
        desk.db.refuses = False
        await desk.until(system, 3)
        desk.db.refuses = False
        async with asyncio.timeout(PATIENCE_S):
            while not await desk.all_settled():
                await settle(1)
        running.cancel()
        await asyncio.wait({running})

    assert before == 0
    assert sorted(system.kinds) == ["call.ended", "call.new", "call.new"]
    assert len({one.ident for one in system.heard}) == 3


async def test_events_that_nobody_wants_cost_no_write(tmp_path: Path) -> None:
    """And without a webhook nothing is done at all."""
    async with desk_of(tmp_path) as desk, receiver() as system:
        running = asyncio.create_task(desk.outbox.run())
        await settle()
        desk.ledger.publish([started(f"call-{n}") for n in range(50)])
        await desk.ledger.drain()
        await desk.clock.advance(60)
        idle = desk.db.attempts
        await desk.register(system.url)
        async with desk.db.write() as tx:
            wanted = {"events": ["pbx.connected"], "after_seq": 50}
            await WebhookRepository(tx).change("w", wanted)
        await desk.outbox.reload()
        spent = desk.db.attempts
        desk.ledger.publish([started(f"call-{n}") for n in range(200)])
        await desk.ledger.drain()
        await desk.clock.advance(60)
        unwanted = desk.db.attempts - spent
        desk.ledger.publish([PbxDisconnected(at=START), PbxConnected(at=START)])
        await desk.ledger.drain()
        await desk.until(system, 1)
        async with desk.db.read() as tx:
            place = await deliveries.position(tx)
        running.cancel()
        await asyncio.wait({running})

    assert (idle, unwanted) == (0, 0)
    assert system.kinds == ["pbx.connected"]
    assert place == desk.ledger.last_seq == 252
