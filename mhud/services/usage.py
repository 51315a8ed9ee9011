"""What each key asks: counted in memory, written once a minute, told by day.

A daemon that is killed loses the counts of a minute at most: they watch, they do not bill.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from mhud.clock import Clock
from mhud.errors import MhudError, invalid, not_found
from mhud.services.rights import Principal
from mhud.store.database import Database
from mhud.store.usage import COUNTS, UsageRepository
from mhud.store.usage import Usage as Usage

log = structlog.get_logger(__name__)
WRITE_S = 60.0
LONGEST = 366  # days in one answer
DAYS = 30  # without a wish
KEPT = 20_000  # keys and days that may wait for a database that refuses
KEY = "key:"  # before the id, where a principal is one
TOO_MANY = 429
Counts = dict[tuple[str, str], Usage]


class KeyUsage:
    """`count` is on every request's way: it looks up, adds, and no more."""

    def __init__(self, db: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._db = db
        self._clock = clock
        self._zone = zone
        self._moving = asyncio.Lock()  # nothing is read while counts are on their way to the disk
        self._waiting: Counts = {}
        self._today: dict[str, Usage] = {}  # by principal
        self._until = 0.0  # on the monotonic clock: to here it is today
        self._day = ""

    def count(self, principal: Principal, status: int, now: float) -> None:
        """`now` on the monotonic clock. People are not counted."""
        if principal.kind != "key":
            return
        if now >= self._until:
            self._turn(now)
        one = self._today.get(principal.ident)
        if one is None:
            one = self._begin(principal.ident)
        one.requests += 1
        if status >= 400:
            _blame(one, status)

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._clock.sleep(WRITE_S)
            await self.write()

    async def write(self) -> None:
        """What the database refuses is tried again with the next."""
        async with self._moving:
            self._until = 0.0  # a clock that was set is noticed here
            self._set_aside()
            writing, self._waiting = self._waiting.values(), {}
            if not writing:
                return
            try:
                async with self._db.write() as tx:
                    await UsageRepository(tx).add(writing)
            except MhudError as error:
                log.warning("usage_not_written", reason=error.message)
                self._keep(writing)

    async def of_key(self, key_id: str, since: date | None, until: date | None) -> list[Usage]:
        """By day, both ends included, a day without a request too; the last 30 days by default.

        Raises MhudError NOT_FOUND or INVALID.
        """
        first, last = self._stretch(since, until)
        async with self._moving, self._db.read() as tx:
            repository = UsageRepository(tx)
            if not await repository.knows(key_id):
                raise not_found("key", key_id)
            kept = await repository.of(key_id, first.isoformat(), last.isoformat())
        known = {one.day: one for one in kept}
        for one in (*self._waiting.values(), *self._today.values()):
            if one.key_id == key_id:
                known[one.day] = _sum(known.get(one.day), one)
        days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
        return [known.get(day) or Usage(key_id=key_id, day=day) for day in days]

    def _stretch(self, since: date | None, until: date | None) -> tuple[date, date]:
        last = until or self._clock.now().astimezone(self._zone).date()
        try:
            first = since or last - timedelta(days=DAYS - 1)
        except OverflowError:  # out of the calendar
            raise invalid("until", "is too long ago") from None
        if first > last:
            raise invalid("since", "is after until")
        if (last - first).days >= LONGEST:
            raise invalid("since", f"is more than {LONGEST} days before until")
        return first, last

    def _turn(self, now: float) -> None:
        """To another day perhaps: what was counted belongs to the one before."""
        self._set_aside()
        here = self._clock.now().astimezone(self._zone)
        tomorrow = datetime.combine(here.date() + timedelta(days=1), time(), self._zone)
        self._day = here.date().isoformat()
        self._until = now + max(1.0, tomorrow.timestamp() - here.timestamp())

    def _begin(self, ident: str) -> Usage:
        one = Usage(key_id=ident.removeprefix(KEY), day=self._day)
        if len(self._waiting) + len(self._today) < KEPT:
            self._today[ident] = one
        return one

    def _set_aside(self) -> None:
        self._keep(self._today.values())
        self._today = {}

    def _keep(self, counted: Iterable[Usage]) -> None:
        for one in counted:
            name = one.key_id, one.day
            self._waiting[name] = _sum(self._waiting.get(name), one)


def _blame(one: Usage, status: int) -> None:
    if status == TOO_MANY:
        one.rate_limited += 1
    elif status < 500:
        one.refused += 1
    else:
        one.failed += 1


def _sum(one: Usage | None, other: Usage) -> Usage:
    if one is None:
        return replace(other)
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in COUNTS})
