"""Passwords: argon2id off the event loop, what is good enough, and back-off after failures."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mhud.clock import Clock
from mhud.errors import Code, MhudError, invalid

T = TypeVar("T")
AT_ONCE = 2  # each hash takes 19 MiB and a core
LATER = 10  # as nice(1) has it
WAITING = 64  # more than a shift that signs in at once
SHORTEST, LONGEST = 10, 1024
FREE_TRIES = 5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 30.0, 1800.0
FORGET_S = 2 * LONGEST_PAUSE_S
REMEMBERED = 10_000

_NOBODYS = (  # the hash of a password that nobody has: an unknown name costs the same time
    "$argon2id$v=19$m=19456,t=2,p=1$qu8Gql1wlpGhEFyuNRSm4g$"
    "xg+lZnvGxpt+284ZgHd9b0tU6gEjoXfOs/ol+ybJwAY"
)


@cache
def _common() -> frozenset[str]:
    listed = Path(__file__).with_name("common_passwords.txt")
    return frozenset(listed.read_text().split())


def check_strength(password: str, *names: str | None, field: str = "password") -> None:
    """Raises MhudError INVALID that says of `field` why it is not good enough."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise invalid(field, f"must have {SHORTEST} to {LONGEST} characters")
    folded = password.casefold()
    if folded in _common() or len(set(folded)) < 4:
        raise invalid(field, "is too common")
    letters = _letters(folded)
    if any(name and letters == _letters(name.casefold()) for name in names):
        raise invalid(field, "must not be the user's name")


def _give_way() -> None:
    """Linux has a priority per thread: who signs in can wait a little, calls and polls can't."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.nice(LATER)


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]", "", text)


class Passwords:
    """Hashes and verifies, at most two at once, never in the event loop."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._pool = ThreadPoolExecutor(AT_ONCE, "passwords", initializer=_give_way)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        return await self._in_pool(lambda: self._hasher.hash(password))

    async def matches(self, stored: str | None, password: str) -> bool:
        """False in about the same time when nothing is stored.

        Raises MhudError SERVICE_UNAVAILABLE when too many wait already.
        """
        same = await self._in_pool(lambda: self._verify(stored or _NOBODYS, password))
        return same and stored is not None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_pool(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise MhudError(Code.SERVICE_UNAVAILABLE, "too many sign in at once; try again")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1


@dataclass(slots=True)
class _Failures:
    count: int
    blocked_until: float
    last: float


@dataclass(frozen=True, slots=True)
class Blocked:
    """After `failures` from this IP address the account waits there for `wait_s` more."""

    account: str
    ip: str
    failures: int
    wait_s: float


class BackOff:
    """After five failures a pause of 30 s, doubling to 30 min, per account and IP address."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def blocks(self, account: str, ip: str) -> bool:
        found = self._failures.get((account, ip))
        return found is not None and self._clock.monotonic() < found.blocked_until

    def failed(self, account: str, ip: str) -> Blocked | None:
        """The wait that begins with this failure; None where there is none, or it goes on."""
        now = self._clock.monotonic()
        found = self._failures.pop((account, ip), None)
        if found is None or now - found.last > FORGET_S:
            found = _Failures(0, 0.0, now)
        found.count += 1
        found.last = now
        waits = now < found.blocked_until  # of several tries at once all but one come too late
        pause_s = _pause_s(found.count)
        found.blocked_until = now + pause_s
        self._failures[account, ip] = found
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)
        return None if waits or not pause_s else Blocked(account, ip, found.count, pause_s)

    def succeeded(self, account: str, ip: str) -> None:
        self._failures.pop((account, ip), None)

    def blocked(self) -> list[Blocked]:
        """Whoever must wait now."""
        now = self._clock.monotonic()
        return [
            Blocked(account, ip, found.count, found.blocked_until - now)
            for (account, ip), found in self._failures.items()
            if now < found.blocked_until
        ]

    def lift(self, account: str) -> None:
        """An administrator lets him try again, from everywhere."""
        for key in [key for key in self._failures if key[0] == account]:
            del self._failures[key]


def _pause_s(failures: int) -> float:
    if failures < FREE_TRIES:
        return 0.0
    return float(min(FIRST_PAUSE_S * 2 ** min(failures - FREE_TRIES, 20), LONGEST_PAUSE_S))
