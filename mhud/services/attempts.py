"""How often something may be tried, over restarts: per recipient, and tenfold per IP address."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from mhud.errors import Code, MhudError
from mhud.services.tokens import keyed_hash
from mhud.store.one_time import OneTimeRepository

PER_ADDRESS = 10  # times as much: a whole shift signs in behind one
DAY, MINUTE, HOUR = timedelta(days=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts of this kind within `span`, of one recipient."""

    kind: str
    most: int
    span: timedelta


SENDING = (Limit("sent", 5, MINUTE), Limit("sent", 20, DAY))
GUESSING = (Limit("tried", 10, timedelta(minutes=5)), Limit("wrong", 30, DAY))
CHANGING = (Limit("changed", 3, HOUR),)
SMS = "sms"


@dataclass(frozen=True, slots=True)
class Marks:
    """Under which hashes attempts are counted. `key`: the one that credentials are hashed with."""

    key: bytes

    @classmethod
    def of(cls, credentials_key: bytes) -> Marks:
        return cls(keyed_hash("one-time codes", credentials_key))

    def recipient(self, known_as: str) -> bytes:
        """Of an address as it is compared."""
        return keyed_hash(f"to {known_as}", self.key)

    def password_of(self, user_id: int) -> bytes:
        return keyed_hash(f"password of {user_id}", self.key)

    def attempt(self, recipient: bytes, ip: str) -> Attempt:
        return Attempt(recipient, keyed_hash(f"ip {ip}", self.key))


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries, as keyed hashes: in whose name, and from which IP address."""

    recipient: bytes
    asker: bytes

    async def check(
        self, store: OneTimeRepository, limits: tuple[Limit, ...], now: datetime
    ) -> None:
        """Raises MhudError RATE_LIMITED with `retry_after`. What is refused does not count."""
        wait = timedelta()
        for limit in limits:
            for who, times in ((self.recipient, 1), (self.asker, PER_ADDRESS)):
                wait = max(wait, await _wait(store, who, limit, times, now))
        if wait > timedelta():
            seconds = max(1, math.ceil(wait.total_seconds()))
            message = f"too many attempts; try again in {seconds} s"
            raise MhudError(Code.RATE_LIMITED, message, retry_after=seconds)

    async def note(self, store: OneTimeRepository, kind: str, now: datetime) -> None:
        await store.note(self.recipient, kind, now)
        await store.note(self.asker, kind, now)


async def _wait(
    store: OneTimeRepository, who: bytes, limit: Limit, times: int, now: datetime
) -> timedelta:
    """Until there is room for one more; zero or less: there is."""
    oldest = await store.nth_latest(who, limit.kind, limit.most * times)
    return timedelta() if oldest is None else oldest + limit.span - now
