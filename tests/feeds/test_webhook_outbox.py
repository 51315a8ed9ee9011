"""Events reach receivers: at least once, in the order of each call, whoever else is slow."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import standardwebhooks
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.feeds.webhook_outbox import Outbox
from mhud.services.rights import COMMAND_LINE
from mhud.store.database import Database
from mhud.store.erasure import ErasureRepository
from tests.fake_clock import settle
from tests.feed_things import CALLER, connected, over, queued, started, status_changed
from tests.receivers import nobody_listens, raw_receiver, receiver
from tests.webhook_office import SECRET, Office, office


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path, timeout_s=20, retry_s=60, retry_max_s=240) as one:
        yield one


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[Office]:
    """Receivers have little time."""
    async with office(tmp_path, timeout_s=1) as one:
        yield one


async def test_an_event_arrives_as_it_is_printed_and_without_anything_personal(
    desk: Office,
) -> None:
    async with receiver() as system:
        webhook = (await desk.register(system.url, "call.ended")).webhook
        await desk.happens(started(), over(), status_changed())
        await desk.settled(webhook.id)

    (one,) = system.heard
    assert set(one.event) == {"event_type", "timestamp", "webhook_id", "seq", "data"}
    assert (one.event["event_type"], one.event["webhook_id"]) == ("call.ended", webhook.id)
    assert one.event["timestamp"] == "2025-03-03T09:01:00Z"
    assert one.data["call_id"] == "call-1"
    assert (one.data["duration"], one.data["disposition"]) == (60, "completed")
    assert {"agent_id", "queue_id", "wait_time", "end_time"} <= set(one.data)
    assert CALLER.encode() not in one.body
    assert not {"caller_id", "destination", "variables", "tags"} & set(one.data)


async def test_details_are_for_who_asked_for_them(desk: Office) -> None:
    async with receiver() as system:
        webhook = (await desk.register(system.url, include_details=True)).webhook
        await desk.happens(started(), status_changed())
        await desk.settled(webhook.id, 2)

    by_kind = {one.event["event_type"]: one.data for one in system.heard}
    assert by_kind["call.new"]["caller_id"] == CALLER
    assert by_kind["agent.status_changed"]["name"] == "Jane Smith"
    assert by_kind["agent.status_changed"]["agent_id"] == "agent001"


async def test_both_schemes_verify_it_and_during_a_rotation_by_both_secrets(desk: Office) -> None:
    webhooks = desk.services.webhooks
    async with receiver() as system:
        made = await webhooks.add(COMMAND_LINE, {"url": system.url, "events": ["*"]})
        old, ident = made.new_secret or "", made.webhook.id
        await desk.test(ident)
        await desk.settled(ident)  # its line may just have come about, and send it by itself
        new = (await webhooks.rotate(COMMAND_LINE, ident, None)).new_secret or ""
        await desk.test(ident)
        await desk.clock.advance(86_400)
        await desk.test(ident)
        other = (await webhooks.rotate(COMMAND_LINE, ident, SECRET)).new_secret
        await webhooks.end_rotation(COMMAND_LINE, ident)
        await desk.test(ident)

    heard = list({one.headers["webhook-id"]: one for one in system.heard}.values())

    def who(number: int, header: str = "X-MHU-Signature") -> list[str]:
        one, secrets = heard[number], (old, new, SECRET)
        return [each for each in secrets if one.headers.get(header) == mhu(each, one.body)]

    assert old.startswith("whsec_")
    assert other is None
    assert [who(number) for number in range(4)] == [[old], [old], [new], [SECRET]]
    assert who(1, "X-MHU-Signature-Next") == [new]
    assert "X-MHU-Signature-Next" not in heard[0].headers
    for number, secrets in ((0, [old]), (1, [old, new]), (2, [new]), (3, [SECRET.encode()])):
        for secret in secrets:
            assert standard(secret, heard[number].headers, heard[number].body)


def mhu(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def standard(secret: str | bytes, headers: Mapping[str, str], body: bytes) -> bool:
    """By the library of those who wrote Standard Webhooks; the times are of the test's clock."""
    verifier = standardwebhooks.Webhook(secret)
    given = {name.lower(): value for name, value in headers.items()}
    at = datetime.fromtimestamp(int(given["webhook-timestamp"]), UTC)
    signature = verifier.sign(given["webhook-id"], at, body.decode())
    return signature in given["webhook-signature"].split()


async def test_a_call_keeps_its_order_while_its_first_event_is_tried_again(desk: Office) -> None:
    refused = 0

    async def answers(request: web.Request) -> web.Response:
        nonlocal refused
        event = json.loads(await request.read())
        if event["data"]["call_id"] == "call-1" and event["event_type"] == "call.new":
            refused += 1
            return web.Response(status=200 if refused == 4 else 500)
        return web.Response()

    async with receiver() as system:
        system.answers = answers
        webhook = (await desk.register(system.url)).webhook
        await desk.happens(started("call-1"), queued("call-1"), started("call-2"), over("call-2"))
        await desk.eventually(lambda: refused == 2)  # at once again, then after a minute
        await desk.until(webhook.id, lambda log: len([d for d in log if d.attempts]) == 3)
        assert [d.state for d in await desk.log(webhook.id)].count("delivered") == 2
        await desk.happens(over("call-1"))
        await desk.clock.advance(66)
        await desk.eventually(lambda: refused == 3)
        await desk.until(webhook.id, lambda log: any(d.attempts == 3 for d in log))
        await desk.clock.advance(132)
        log = await desk.settled(webhook.id, 5)

    first = [one for one in system.heard if one.data["call_id"] == "call-1"]
    assert [one.event["event_type"] for one in first] == ["call.new"] * 4 + [
        "call.queued",
        "call.ended",
    ]
    assert len({one.ident for one in first[:4]}) == 1
    assert len({one.body for one in first[:4]}) == 1
    assert {one.state for one in log} == {"delivered"}
    tried = log[-1]
    assert (tried.attempts, tried.status, [one["status"] for one in tried.failures]) == (
        4,
        200,
        [500, 500, 500],
    )


async def test_a_receiver_that_says_nothing_delays_nobody_else(hasty: Office) -> None:
    async with receiver() as system, raw_receiver(b"", then=60) as silent:
        stuck = (await hasty.register(silent)).webhook
        webhook = (await hasty.register(system.url)).webhook
        await hasty.happens(*(started(f"call-{number}") for number in range(40)))
        await hasty.settled(webhook.id, 40)
        log = await hasty.until(stuck.id, lambda log: any(one.attempts for one in log))

    assert len(set(system.calls)) == 40
    assert {one.error for one in log if one.attempts} == {"timeout"}


@pytest.mark.parametrize(
    ("says", "word"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "redirect"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: banana\r\n\r\n", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000, "bad_answer"),
        (b"", "disconnected"),
    ],
    ids=["redirect", "ssh", "a banana", "headers without end", "nothing"],
)
async def test_what_is_no_good_answer_is_named_and_tried_again(
    desk: Office, says: bytes, word: str
) -> None:
    async with raw_receiver(says) as url:
        webhook = (await desk.register(url)).webhook
        await desk.happens(started())
        (one,) = await desk.until(webhook.id, lambda log: log and log[0].attempts == 2)

    assert (one.state, one.error) == ("waiting", word)
    assert one.next_at is not None
    assert one.tried_at is not None
    assert 54 <= (one.next_at - one.tried_at).total_seconds() <= 66


async def test_of_an_answer_without_end_no_more_than_a_little_is_read(desk: Office) -> None:
    sent = 0

    async def answers(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        stream = web.StreamResponse(headers={"Content-Length": str(2**30)})
        await stream.prepare(request)
        try:
            while True:
                await stream.write(bytes(65_536))
                sent += 65_536
        except ConnectionError:
            return stream

    async with receiver() as system:
        system.answers = answers
        webhook = (await desk.register(system.url)).webhook
        await desk.happens(started())
        (one,) = await desk.settled(webhook.id)

    assert (one.state, one.attempts) == ("delivered", 1)
    assert sent < 20_000_000  # what the sockets' buffers take


async def test_an_answer_that_comes_slowly_but_in_time_is_one(hasty: Office) -> None:
    async def answers(_request: web.Request) -> web.Response:
        await asyncio.sleep(0.2)  # noqa: TID251 - of 1 s that it has
        return web.Response()

    async with receiver() as system:
        system.answers = answers
        webhook = (await hasty.register(system.url)).webhook
        await hasty.happens(started())
        (one,) = await hasty.settled(webhook.id)

    assert (one.state, one.attempts) == ("delivered", 1)
    assert len(system.heard) == 1


async def test_who_says_that_he_is_gone_is_told_nothing_more(desk: Office) -> None:
    async with receiver() as system:
        system.status = 410
        webhook = (await desk.register(system.url)).webhook
        await desk.happens(started())
        await desk.until(webhook.id, lambda log: log and log[0].state == "exhausted")
        await desk.eventually(lambda: not desk.outbox.active)
        shown = await desk.services.webhooks.one(webhook.id)
        await desk.happens(over())
        await settle(50)
        first = len(system.heard)
        system.status = 200
        await desk.change(webhook.id, active=True)
        await desk.happens(queued("call-2"))
        await desk.eventually(lambda: len(system.heard) == 2)
        await desk.settled(webhook.id)
        again = await desk.services.webhooks.one(webhook.id)

    assert (shown.webhook.active, shown.webhook.disabled_reason) == (False, "gone")
    assert (again.webhook.active, again.webhook.disabled_reason) == (True, None)
    assert first == 1
    assert system.kinds == ["call.new", "call.queued"]


async def test_a_webhook_that_has_moved_is_not_switched_off_by_its_old_address(
    desk: Office,
) -> None:
    asked, moved = asyncio.Event(), asyncio.Event()

    async def gone_at_last(_request: web.Request) -> web.Response:
        asked.set()
        await moved.wait()
        return web.Response(status=410)

    async with receiver() as old, receiver() as new:
        old.answers = gone_at_last
        webhook = (await desk.register(old.url)).webhook
        await desk.happens(started())
        await desk.eventually(asked.is_set)
        await desk.change(webhook.id, url=new.url)
        await settle(50)
        moved.set()
        (one,) = await desk.settled(webhook.id)
        shown = await desk.services.webhooks.one(webhook.id)

    assert (one.state, new.kinds) == ("delivered", ["call.new"])
    assert (shown.webhook.active, shown.webhook.disabled_reason) == (True, None)


@pytest.mark.parametrize("date", [False, True])
async def test_who_asks_for_time_gets_it(desk: Office, date: bool) -> None:
    async with receiver() as system:
        system.status = 429
        system.headers = {"Retry-After": "Mon, 03 Mar 2025 09:10:00 GMT" if date else "600"}
        webhook = (await desk.register(system.url)).webhook
        await desk.happens(started("call-1"))
        await desk.until(webhook.id, lambda log: log and log[0].attempts)
        await desk.happens(started("call-2"), started("call-3"))
        await desk.clock.advance(590)
        await settle(50)
        before = len(system.heard)
        failing = (await desk.services.webhooks.one(webhook.id)).is_away
        system.status = 200
        await desk.clock.advance(20)
        await desk.settled(webhook.id, 3)

    assert before == 1
    assert failing
    assert sorted(system.calls[1:]) == ["call-1", "call-2", "call-3"]


async def test_after_a_day_away_all_that_is_young_enough_comes_and_the_rest_is_given_up(
    desk: Office,
) -> None:
    async with receiver() as system:
        port = int(system.url.rpartition(":")[2].partition("/")[0])
        webhook = (await desk.register(system.url)).webhook
    with nobody_listens(port):
        await desk.happens(*(started(f"call-{number}") for number in range(30)))
        await desk.until(webhook.id, lambda log: sum(one.attempts for one in log) >= 10)
        for _ in range(24 * 15 + 1):  # by 240 s
            await desk.clock.advance(240 * 1.1)
            await desk.eventually(lambda: True)
        young = [started(f"call-{number}") for number in range(30, 40)]
        await desk.happens(*young)
        log = await desk.until(
            webhook.id,
            lambda log: len(log) == 40 and sum(one.state == "exhausted" for one in log) == 30,
        )
        assert desk.outbox.away == 1
        assert (await desk.services.webhooks.one(webhook.id)).waiting == 10
        async with receiver(port) as system:
            await desk.clock.advance(300)
            await desk.until(webhook.id, lambda log: sum(d.state == "delivered" for d in log) == 10)
            given_up = next(one for one in log if one.state == "exhausted")
            await desk.services.webhooks.redeliver(COMMAND_LINE, webhook.id, given_up.id)
            await desk.eventually(lambda: len(system.heard) == 11)
            log = await desk.until(
                webhook.id, lambda log: sum(one.state == "delivered" for one in log) == 11
            )

    assert sorted(system.calls[:10]) == [f"call-{number}" for number in range(30, 40)]
    assert system.heard[10].ident == given_up.id
    assert desk.outbox.away == 0
    assert sum(one.state == "exhausted" for one in log) == 29


async def test_a_restart_sends_what_waited_and_nothing_twice_that_was_settled(
    desk: Office,
) -> None:
    async with receiver() as system:
        webhook = (await desk.register(system.url)).webhook
        await desk.happens(*(started(f"call-{number}") for number in range(20)))
        await desk.settled(webhook.id, 20)
        await desk.restart()
        system.status = 500
        await desk.happens(started("call-20"), over("call-20"))
        await desk.until(webhook.id, lambda log: log[1].attempts == 2)
        system.status = 200
        await desk.restart()
        await desk.clock.advance(70)
        await desk.settled(webhook.id, 22)

    assert sorted(set(system.calls[:20])) == sorted(f"call-{number}" for number in range(20))
    assert system.kinds[20:] == ["call.new", "call.new", "call.new", "call.ended"]


async def test_after_a_restart_what_was_settled_long_ago_can_be_sent_again(desk: Office) -> None:
    async with receiver() as system:
        webhook = (await desk.register(system.url)).webhook
        await desk.happens(started("call-1"))
        (one,) = await desk.settled(webhook.id)
        await desk.restart()
        await desk.eventually(lambda: desk.outbox.active)
        again = await desk.services.webhooks.redeliver(COMMAND_LINE, webhook.id, one.id)
        await desk.eventually(lambda: len(system.heard) == 2)
        (done,) = await desk.settled(webhook.id)

    assert (again.state, again.attempts) == ("waiting", 0)
    assert (done.state, done.attempts) == ("delivered", 1)
    assert system.heard[0].body == system.heard[1].body
    assert system.heard[0].ident == system.heard[1].ident == one.id


async def test_a_body_that_never_ends_does_not_spoil_a_status_that_came(hasty: Office) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it"
    async with raw_receiver(half, then=60) as url:
        webhook = (await hasty.register(url)).webhook
        await hasty.happens(started())
        (one,) = await hasty.settled(webhook.id)

    assert (one.state, one.attempts, one.status) == ("delivered", 1, 200)


async def test_who_is_switched_off_hears_nothing_of_what_happens_meanwhile(desk: Office) -> None:
    async with receiver() as system:
        webhook = (await desk.register(system.url)).webhook
        await desk.change(webhook.id, active=False)
        await desk.happens(started("call-1"))
        await desk.change(webhook.id, active=True, events=["call.new"])
        await desk.happens(started("call-2"), over("call-2"))
        await desk.settled(webhook.id)
        await desk.services.webhooks.remove(COMMAND_LINE, webhook.id)
        await desk.happens(started("call-3"))

    assert system.calls == ["call-2"]


async def test_more_than_fits_into_memory_comes_in_order_too(desk: Office) -> None:
    """Of one call a thousand events, of others a few."""
    async with receiver() as system:
        webhook = (await desk.register(system.url)).webhook
        for turn in range(10):
            talk = [queued("call-1"), connected("call-1")] * 50
            await desk.happens(*talk, *(started(f"call-{turn}-{n}") for n in range(5)))
        await desk.eventually(lambda: len(system.heard) >= 1050)
        await desk.until(webhook.id, lambda log: all(one.state == "delivered" for one in log))

    first = [one.event["seq"] for one in system.heard if one.data["call_id"] == "call-1"]
    assert first == sorted(first)
    assert len(first) == len(set(first)) == 1000
    assert len(system.heard) == 1050


async def test_what_was_posted_goes_with_its_time_and_with_the_person_it_tells_of(
    desk: Office,
) -> None:
    services = desk.services
    async with receiver() as system:
        webhook = (await desk.register(system.url, include_details=True)).webhook
        await desk.happens(started("call-1"), over("call-1"), started("call-2"))
        await desk.settled(webhook.id, 3)
        async with services.db.write() as tx:
            await ErasureRepository(tx).forget_deliveries(["call-1"])
        left = await desk.log(webhook.id)
        await desk.clock.advance(8 * 86_400)
        purging = asyncio.ensure_future(services.retention.purge())
        while not purging.done():
            await desk.clock.advance(1)

    assert [(one.type, one.seq) for one in left] == [("call.new", 3)]
    assert (await purging)["webhooks"] == 1
    assert await desk.log(webhook.id) == []


async def test_who_is_erased_while_a_receiver_is_away_is_not_told_to_it_later(
    desk: Office,
) -> None:
    async with receiver() as system:
        system.status, system.headers = 429, {"Retry-After": "600"}
        webhook = (await desk.register(system.url, include_details=True)).webhook
        many = [started(f"call-{number}") for number in range(1, 21)]
        await desk.happens(*many)  # some are under way when the receiver asks for time, others not
        await desk.until(webhook.id, lambda log: any(one.attempts for one in log))
        await desk.happens(started("call-21"), started("call-22"))
        await desk.until(webhook.id, lambda log: len(log) == 22)
        await settle(50)
        before = len(system.heard)
        async with desk.services.db.write() as tx:
            await ErasureRepository(tx).forget_deliveries(["call-20", "call-21"])
        system.status, system.headers = 200, {}
        await desk.clock.advance(610)
        await desk.settled(webhook.id, 20)

    told = set(system.calls[before:])
    assert told == {f"call-{number}" for number in (*range(1, 20), 22)}


class SlowAtFirst(Database):
    """What its first reader has read reaches him late."""

    def __init__(self, other: Database) -> None:
        super().__init__(other.path, other.key)
        self.has_read = asyncio.Event()
        self.reaches_him = asyncio.Event()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        is_first = not self.has_read.is_set()
        async with super().read() as tx:
            yield tx
            self.has_read.set()
        if is_first:
            await self.reaches_him.wait()


async def test_a_webhook_that_was_removed_does_not_come_back_by_an_earlier_look(
    desk: Office,
) -> None:
    webhook = (await desk.register("http://127.0.0.1:9/hook")).webhook
    services, slow = desk.services, SlowAtFirst(desk.services.db)
    settings = services.settings.webhooks
    outbox = Outbox(slow, services.ledger, services.bus, desk.clock, settings)
    early = asyncio.ensure_future(outbox.reload())
    await slow.has_read.wait()
    await services.webhooks.remove(COMMAND_LINE, webhook.id)
    await outbox.reload()
    slow.reaches_him.set()
    await early
    await slow.close()

    assert outbox.active == 0
