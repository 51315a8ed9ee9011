"""Waiting for an answer, but not for ever."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from mhud.clock import Clock

T = TypeVar("T")


async def within(clock: Clock, seconds: float, answer: asyncio.Future[T]) -> T:
    """What `answer` brings. Raises TimeoutError, and cancels it, after `seconds`."""
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((answer, timer), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        raise TimeoutError
    finally:
        timer.cancel()
        answer.cancel()
