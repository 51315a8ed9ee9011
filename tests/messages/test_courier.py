"""The line in which messages wait: nobody waits for a mail server, and what fails is seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from mhud.errors import Code, MhudError
from mhud.messages.courier import AT_ONCE, BOUND, SPREAD_S, STALE_S, Courier
from mhud.messages.message import Message, Undelivered
from tests.fake_clock import FakeClock, settle

CODE = Message(kind="email", to="jane@example.org", subject="Your code", text="123456 it is")


class Postman:
    """Carries, or does what the test tells him to do first."""

    def __init__(self, *failures: Exception) -> None:
        self.carried: list[Message] = []
        self.failures = list(failures)
        self.gate: asyncio.Event | None = None

    async def carry(self, message: Message) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.carried.append(message)


def made(message: Message | None = CODE) -> Callable[[], Awaitable[Message | None]]:
    async def make() -> Message | None:
        return message

    return make


@asynccontextmanager
async def running(
    postman: Postman, clock: FakeClock, spread_s: float = 0
) -> AsyncIterator[Courier]:
    courier = Courier({"email": postman}, clock, spread_s)
    work = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def test_a_message_is_made_when_its_turn_comes_and_carried() -> None:
    postman = Postman()
    async with running(postman, FakeClock()) as courier:
        courier.offer("email", made())
        assert postman.carried == []
        await settle()

    assert postman.carried == [CODE]
    assert courier.counted == {("email", "sent"): 1}
    assert courier.last_failure is None


async def test_a_message_leaves_at_an_instant_that_nobody_can_foretell() -> None:
    clock, postman = FakeClock(), Postman()
    left: list[float] = []
    async with running(postman, clock, SPREAD_S) as courier:
        for number in range(1, 21):
            courier.offer("email", made())
            began = clock.monotonic()
            while len(postman.carried) < number:
                await clock.advance(0.05)
            left.append(clock.monotonic() - began)

    assert max(left) <= SPREAD_S + 0.05
    assert max(left) - min(left) > SPREAD_S / 4


async def test_what_need_not_be_sent_after_all_is_not_counted() -> None:
    postman = Postman()
    async with running(postman, FakeClock()) as courier:
        courier.offer("email", made(None))
        await settle()

    assert (postman.carried, dict(courier.counted)) == ([], {})


async def test_it_is_tried_three_times_where_that_may_help() -> None:
    clock, postman = FakeClock(), Postman(*[Undelivered("timeout", again=True)] * 2)
    async with running(postman, clock) as courier:
        courier.offer("email", made())
        await clock.advance(9)
        assert postman.carried == []
        await clock.advance(1)

    assert postman.carried == [CODE]
    assert courier.counted == {("email", "sent"): 1}


async def test_after_the_third_try_it_has_failed_and_the_next_is_served() -> None:
    clock, postman = FakeClock(), Postman(*[Undelivered("timeout", again=True)] * 3)
    async with running(postman, clock) as courier:
        courier.offer("email", made())
        await clock.advance(11)
        courier.offer("email", made())
        await settle()

    assert courier.counted == {("email", "failed"): 1, ("email", "sent"): 1}
    assert courier.last_failure is not None
    assert courier.last_failure.reason == "timeout"


async def test_what_can_not_help_is_not_tried_again() -> None:
    postman = Postman(Undelivered("recipient-refused", again=False))
    async with running(postman, FakeClock()) as courier:
        courier.offer("email", made())
        await settle()

    assert (postman.carried, courier.counted) == ([], {("email", "failed"): 1})


async def test_failures_are_logged_by_a_word_that_names_nobody() -> None:
    postman = Postman(Undelivered("recipient-refused", again=False))
    with structlog.testing.capture_logs() as lines:
        async with running(postman, FakeClock()) as courier:
            courier.offer("email", made())
            await settle()

    (line,) = [one for one in lines if one["event"] == "message_not_sent"]
    assert (line["kind"], line["reason"]) == ("email", "recipient-refused")
    assert "jane" not in str(lines)


async def test_a_server_that_stalls_holds_nobody_up_and_the_line_stays_bounded() -> None:
    postman = Postman()
    postman.gate = asyncio.Event()
    async with running(postman, FakeClock()) as courier:
        for _ in range(AT_ONCE):
            courier.offer("email", made())
        await settle()
        for _ in range(BOUND + 5):
            courier.offer("email", made())

        assert courier.waiting == BOUND
        assert courier.counted == {("email", "dropped"): 5}
        assert courier.last_failure is not None
        assert courier.last_failure.reason == "line-full"
        postman.gate.set()
        await settle(BOUND * 4)

    assert len(postman.carried) == AT_ONCE + BOUND


async def test_what_waited_too_long_is_dropped_who_asked_has_asked_again() -> None:
    clock, postman = FakeClock(), Postman()
    postman.gate = asyncio.Event()
    async with running(postman, clock) as courier:
        for _ in range(AT_ONCE + 1):
            courier.offer("email", made())
        await clock.advance(STALE_S + 1)
        postman.gate.set()
        await settle()

    assert courier.counted == {("email", "sent"): AT_ONCE, ("email", "dropped"): 1}


async def test_a_store_that_can_not_be_read_and_a_bug_are_failures_of_that_message_only() -> None:
    async def refuse() -> Message | None:
        raise MhudError(Code.SERVICE_UNAVAILABLE, "the database can't take this now")

    postman = Postman(KeyError("a bug"))
    async with running(postman, FakeClock()) as courier:
        courier.offer("email", refuse)
        await settle()
        assert courier.last_failure is not None
        assert courier.last_failure.reason == "service_unavailable"
        courier.offer("email", made())
        courier.offer("email", made())
        await settle()

    assert courier.last_failure.reason == "unplanned"
    assert courier.counted == {("email", "failed"): 2, ("email", "sent"): 1}
    assert postman.carried == [CODE]


async def test_who_waits_for_his_message_hears_whether_it_was_sent() -> None:
    refused = Undelivered("recipient-refused", again=False)
    async with running(Postman(refused), FakeClock()) as courier:
        assert await courier.deliver("email", made()) is False
        assert await courier.deliver("email", made()) is True
        assert await courier.deliver("email", made(None)) is True
        assert courier.counted == {("email", "failed"): 1, ("email", "sent"): 1}


async def test_who_waits_hears_at_once_that_the_line_is_full() -> None:
    courier = Courier({"email": Postman()}, FakeClock(), 0)
    for _ in range(BOUND):
        courier.offer("email", made())
    assert await courier.deliver("email", made()) is False
