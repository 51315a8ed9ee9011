"""Whose turn it is to write."""

from __future__ import annotations

import asyncio

from mhud.store.turn import Turn
from tests.fake_clock import settle


class Queue:
    """Who writes down his name when it is his turn, and lets go."""

    def __init__(self) -> None:
        self.turn = Turn()
        self.came: list[str] = []

    def waits(self, name: str, *, urgent: bool = False) -> asyncio.Task[None]:
        async def wait() -> None:
            await self.turn.acquire(urgent=urgent)
            self.came.append(name)
            self.turn.release()

        return asyncio.create_task(wait())


async def test_who_is_urgent_goes_before_those_who_wait_and_the_others_by_age() -> None:
    queue = Queue()
    await queue.turn.acquire()
    tasks = [queue.waits("a"), queue.waits("b")]
    await settle()
    tasks += [queue.waits("x", urgent=True), queue.waits("y", urgent=True), queue.waits("c")]
    await settle()
    assert queue.came == []
    queue.turn.release()
    await asyncio.gather(*tasks)

    assert queue.came == ["x", "y", "a", "b", "c"]


async def test_who_gives_up_is_passed_over() -> None:
    queue = Queue()
    await queue.turn.acquire()
    patient, impatient, last = queue.waits("a"), queue.waits("b"), queue.waits("c", urgent=True)
    await settle()
    impatient.cancel()
    last.cancel()
    await settle()
    queue.turn.release()
    await patient

    assert queue.came == ["a"]


async def test_a_turn_that_comes_as_one_gives_up_is_given_on() -> None:
    queue = Queue()
    await queue.turn.acquire()
    late, patient = queue.waits("a"), queue.waits("b")
    await settle()
    queue.turn.release()  # to the first, who has not heard it yet
    late.cancel()
    await asyncio.gather(late, return_exceptions=True)
    await patient

    assert queue.came == ["b"]


async def test_when_nobody_waits_the_next_one_has_it_at_once() -> None:
    queue = Queue()
    for name in ("a", "b"):
        await queue.waits(name)

    assert queue.came == ["a", "b"]
