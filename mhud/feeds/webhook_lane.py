"""One receiver, with a pace of its own: nobody else waits for him, and he waits for nobody."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog
from yarl import URL

from mhud.clock import Clock
from mhud.config import WebhookSettings
from mhud.errors import kind
from mhud.feeds.webhook_books import REFUSALS, Books
from mhud.feeds.webhook_health import Health
from mhud.feeds.webhook_lines import WINDOW, Lines
from mhud.feeds.webhook_post import Poster
from mhud.feeds.webhook_signing import secrets_at, signed
from mhud.feeds.webhook_verdict import Answer, verdict
from mhud.store import deliveries as store
from mhud.store.database import Database
from mhud.store.deliveries import WAITING, Tried, Waiting
from mhud.store.webhooks import Webhook

log = structlog.get_logger(__name__)
DISK_S = 1.0  # until it is asked again
GIVE_UP_STEP = 500


class Lane:
    """`run` is for ever. `offer` takes what was just written; what it can't hold is read later."""

    def __init__(
        self,
        webhook: Webhook,
        db: Database,
        books: Books,
        poster: Poster,
        clock: Clock,
        settings: WebhookSettings,
        gone: Callable[[str], None],
    ) -> None:
        self.health = Health(settings, _spread)
        self._db = db
        self._books = books
        self._poster = poster
        self._clock = clock
        self._settings = settings
        self._gone = gone
        self._lines = Lines()
        self._news = asyncio.Event()
        self._news.set()
        self._read_to = 0  # `n` of the last delivery that was read or offered
        self._is_behind = True  # there may be more on disk
        self._was_refused = False  # an offer, since the last look at the disk began
        self._workers = 0
        self._apart: set[int] = set()  # tried beside all the others
        self._gave_up_at = 0  # rests
        self._gave_up_before = webhook.created_at
        self._tasks: asyncio.TaskGroup | None = None
        self.take_settings(webhook)

    def take_settings(self, webhook: Webhook) -> None:
        """The next try goes there, even if the one before was told that nobody is there."""
        self.webhook = webhook
        self._stopped = False
        self._url = URL(webhook.url)

    def offer(self, new: list[Waiting]) -> None:
        """In their order, all that is new."""
        fresh = [one for one in new if one.n > self._read_to]
        room = 0 if self._is_behind else self._lines.room
        for one in fresh[:room]:
            self._read_to = one.n
            self._lines.add(one)
        if len(fresh) > room:
            self._is_behind = self._was_refused = True
        self._lay_aside()
        self._news.set()

    def again(self, line: str, n: int) -> None:
        """A delivery waits once more."""
        if n <= self._read_to:
            self._lines.again(line, n)
        else:
            self._is_behind = self._was_refused = True
        self._news.set()

    def at_once(self, one: Waiting) -> None:
        """A try that waits for nothing, for somebody who does."""
        if self._tasks is not None:
            self._apart.add(one.n)
            self._tasks.create_task(self._try_apart(one))

    async def run(self) -> None:
        async with asyncio.TaskGroup() as self._tasks:
            while True:
                self._news.clear()
                try:
                    await self._read()
                    await self._give_up()
                except REFUSALS as error:
                    log.warning("webhook_waits_for_the_disk", reason=kind(error))
                    await self._clock.sleep(DISK_S)
                    self._news.set()
                self._begin(self._tasks)
                await self._something()

    # ---- from the disk

    async def _read(self) -> None:
        now = self._clock.monotonic()
        if self.health.rest_ends(now) is not None:
            return
        while lines := self._lines.due(now):
            await self._read_parked(lines)
        while self._is_behind and (room := self._lines.room):
            self._was_refused = False
            async with self._db.read() as tx:
                found = await store.waiting(tx, self.webhook.id, self._read_to, room)
            self._is_behind = self._was_refused or len(found) == room
            for one in found:
                self._read_to = one.n
                if one.n not in self._apart:
                    self._lines.add(one, self._due(one))

    async def _read_parked(self, lines: list[str]) -> None:
        numbers = self._lines.numbers(lines)
        await self._books.written()  # what came of their last tries
        try:
            async with self._db.read() as tx:
                found = await store.waiting_of(tx, numbers)
        except REFUSALS:
            self._lines.put_off(lines, self._clock.monotonic() + DISK_S)
            raise
        self._lines.admit(lines, numbers, found)

    def _due(self, one: Waiting) -> float | None:
        """By a clock that may have jumped meanwhile: never later than a pause lasts."""
        if one.next_at is None:
            return None
        left_s = (one.next_at - self._clock.now()).total_seconds()
        if left_s <= 0:
            return None
        return self._clock.monotonic() + min(left_s, self._settings.retry_max_s)

    # ---- to the receiver

    def _begin(self, tasks: asyncio.TaskGroup) -> None:
        wanted = min(self._lines.ready, self._places())
        for _ in range(wanted - self._workers):
            self._workers += 1
            tasks.create_task(self._work())

    def _places(self) -> int:
        if self._stopped:
            return 0
        return self.health.places(self._clock.monotonic(), self._settings.at_once)

    async def _work(self) -> None:
        """One delivery after the other, while there are some and the receiver takes them."""
        while self._workers <= self._places():
            one = self._lines.take()
            if one is None:
                break
            if one.give_up_at < self._gave_up_before:
                self._lines.done(one)  # it was given up on disk
                continue
            self._settle(one, await self._try(one))
            await self._books.room()
        self._workers -= 1
        self._news.set()

    async def _try_apart(self, one: Waiting) -> None:
        tried, answer = await self._try(one)
        self._books.settle(tried)
        self._learn(answer)
        await self._books.written()
        self._apart.discard(one.n)

    async def _try(self, one: Waiting) -> tuple[Tried, Answer]:
        at, settings = self._clock.now(), self._settings
        secrets = secrets_at(self.webhook, at, timedelta(seconds=settings.rotation_s))
        url = self._url
        answer = await self._poster.send(url, signed(secrets, one.id, one.body, at), one.body)
        answer = replace(answer, has_moved=url != self._url)
        spread = 0.0 if answer.is_good else _spread()
        return verdict(one, answer, self._clock.now(), settings, spread), answer

    def _settle(self, one: Waiting, result: tuple[Tried, Answer]) -> None:
        tried, answer = result
        self._books.settle(tried)
        if tried.state == WAITING:
            self._lines.failed(one, self._clock.monotonic() + _wait_s(tried))
        else:
            self._lines.done(one)
        if (self._is_behind or self._lines.parked) and self._lines.held <= WINDOW // 2:
            self._news.set()
        self._learn(answer)

    def _learn(self, answer: Answer) -> None:
        if answer.is_gone and not self._stopped:
            self._stopped = True
            self._gone(self.webhook.id)
        if self.health.learn(answer, self._clock.monotonic()):
            self._lines.wake()
            self._news.set()
        self._lay_aside()

    def _lay_aside(self) -> None:
        """Nothing is held in memory for a receiver that is left alone, which may be for a day."""
        if self.health.rest_ends(self._clock.monotonic()) is not None:
            self._lines.lay_aside()

    # ---- waiting

    async def _something(self) -> None:
        """News, or the instant at which something is due."""
        now = self._clock.monotonic()
        due = self.health.rest_ends(now) or self._lines.next_due
        if due is None or (due <= now and not self._lines.room):
            await self._news.wait()
        elif due > now:
            await _first(self._news, self._clock, due - now)

    async def _give_up(self) -> None:
        """What is too old, of a receiver that has not answered for long; once in each rest."""
        if not self.health.is_hopeless or self._gave_up_at == self.health.rests:
            return
        self._gave_up_at = self.health.rests
        count, before = GIVE_UP_STEP, self._clock.now()
        while count == GIVE_UP_STEP:
            async with self._db.write() as tx:
                count = await store.exhaust(tx, self.webhook.id, before, GIVE_UP_STEP)
            self._gave_up_before = before
            self._books.exhausted += count


def _wait_s(tried: Tried) -> float:
    return (tried.next_at - tried.tried_at).total_seconds() if tried.next_at else 0.0


def _spread() -> float:
    return secrets.randbelow(1001) / 1000


async def _first(news: asyncio.Event, clock: Clock, seconds: float) -> None:
    waits = (asyncio.ensure_future(news.wait()), asyncio.ensure_future(clock.sleep(seconds)))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
