"""A busy day as an Asterisk 22 tells it over AMI: always the same bytes, so that runs compare.

Each call comes in on a trunk, hears an IVR, waits in a queue, is rung through to one of 200 agents
and hangs up; 20 calls are always under way at once. About 70 events a call, 20 headers an event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from random import Random

from benchmarks.stream_call import CallStory

CALLS = 2_000
CONCURRENT = 20
FINGERPRINT = "07e30fe60f1ed19a"
"""Of the stream of `CALLS` calls; another stream would be another yardstick."""


def events(calls: int = CALLS) -> list[bytes]:
    """Whole messages with the blank line at their end. The order within a call is kept."""
    random = Random(7)  # noqa: S311 -- always the same, and no secret
    waiting = iter(range(calls))
    live: list[Iterator[bytes]] = []
    told: list[bytes] = []
    while True:
        while len(live) < CONCURRENT and (number := next(waiting, None)) is not None:
            live.append(iter(CallStory(number, random).tell()))
        if not live:
            return told
        turn = random.randrange(len(live))
        message = next(live[turn], None)
        if message is None:
            del live[turn]
        else:
            told.append(message)


def fingerprint(told: list[bytes]) -> str:
    return hashlib.sha256(b"".join(told)).hexdigest()[:16]
