"""What is over its time goes: once a day by the daemon, and when an operator says `mhud purge`.

In small steps, with a pause after each, so that nobody who writes has to wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import kind
from mhud.numbers import Numbers
from mhud.services.attachments import FOLDER
from mhud.services.recording_words import FOLDER_NAME as RECORDINGS
from mhud.services.rights import NOBODY
from mhud.services.tokens import key_file, keyed_hash
from mhud.services.trail import Trail
from mhud.store import ledger, old_numbers, purges, retention
from mhud.store.database import Database, Tx
from mhud.store.purges import Purged
from mhud.store.retention import Kind
from mhud.store.search_sqlite import SqliteSearch
from mhud.vault import remove

log = structlog.get_logger(__name__)
FIRST_S, EVERY_S = 600.0, 86_400.0
PAUSE_S = 0.05
COUNTED_S = 60.0
MARGIN = timedelta(minutes=1)  # the database refuses young lines of the audit by a clock of its own
STEP = 200  # events at once
RECORDS = 50  # of calls at once: each is read and written anew
RETRIES_DAYS = 1  # answers to requests with an Idempotency-Key
KEY = "fingerprints.key"
FINGERPRINT = "fp-"
MHUD = replace(NOBODY, kind="system", ident="mhud", username="mhud", name="mhud")
Counts = dict[str, int]
Fingerprint = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """`kind` None: the kind has a way of its own."""

    name: str
    days: int | None
    kind: Kind | None = None


def rules(settings: Settings) -> tuple[Rule, ...]:
    """In the order in which they are carried out."""
    keep = settings.retention
    return (
        Rule("deleted cases", keep.deleted_cases_days, retention.DELETED_CASES),
        Rule("cases", keep.cases_days, retention.CASES),
        Rule("attachments", keep.attachments_days, retention.FILES),
        Rule("recordings", keep.recordings_days, retention.RECORDINGS),
        Rule("clients", keep.clients_days, retention.CLIENTS),
        Rule("communications", keep.communications_days, retention.COMMUNICATIONS),
        Rule("callbacks", keep.callbacks_days, retention.CALLBACKS),
        Rule("missed callers", keep.missed_callers_days, retention.MISSED),
        Rule("drafts", keep.drafts_days, retention.DRAFTS),
        Rule("numbers", keep.numbers_days),
        Rule("calls", keep.calls_days, retention.CALLS),
        Rule("agent times", keep.calls_days, retention.SPELLS),
        Rule("events", settings.feeds.ledger_keep_days),
        Rule("retries", RETRIES_DAYS, retention.IDEMPOTENCY),
        Rule("webhooks", keep.webhooks_days, retention.WEBHOOKS),
        Rule("usage", keep.usage_days, retention.USAGE),
        Rule("audit", keep.audit_days, retention.AUDIT),
    )


def fingerprints(folder: Path) -> Fingerprint:
    """Takes the place of an old number's key. `folder` is the data directory. Blocks.

    Raises OSError; ValueError for a key file that is no good.
    """
    secret = key_file(folder / KEY)
    return lambda key: FINGERPRINT + keyed_hash(key, secret).hex()[:20]


def sorted_by_folder(files: Collection[str]) -> dict[str, list[str]]:
    """Names of sealed files by the folder of the data directory in which they lie."""
    found: dict[str, list[str]] = {}
    for name in files:
        recorded = name.startswith("recording_")
        found.setdefault(RECORDINGS if recorded else FOLDER, []).append(name)
    return found


class Retention:
    """`folder` is where the files of cases lie. Beside a running daemon, too."""

    def __init__(
        self, settings: Settings, clock: Clock, db: Database, numbers: Numbers, trail: Trail
    ) -> None:
        self._clock = clock
        self._db = db
        self._numbers = numbers
        self._trail = trail
        self._folder = settings.data_dir
        self._turn = asyncio.Lock()
        self._due: tuple[float, Counts] | None = None
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        self.rules = rules(settings)

    async def run(self) -> None:
        """For ever."""
        await self._clock.sleep(FIRST_S)
        while True:
            try:
                gone = {name: count for name, count in (await self.purge()).items() if count}
                log.info("purged", **{name.replace(" ", "_"): n for name, n in gone.items()})
                await self._db.learn(partial(self._clock.sleep, PAUSE_S))
            except Exception as error:  # whatever it is: no call may end because of what is old
                log.exception("not_purged", reason=kind(error))
            await self._clock.sleep(EVERY_S)

    async def due(self) -> Counts:
        """What a purge would take now, by kind. Raises MhudError SERVICE_UNAVAILABLE."""
        counts = {}
        for rule, before in self._over():
            async with self._db.read() as tx:
                counts[rule.name] = await self._count(tx, rule, before)
        return counts

    async def purge(self) -> Counts:
        """What went, by kind.

        Raises MhudError SERVICE_UNAVAILABLE; OSError, ValueError for a key file that is no good.
        """
        counts = {}
        for rule, before in self._over():
            if rule.kind is not None:
                counts[rule.name] = await self._remove(rule.name, rule.kind, before)
            elif rule.name == "numbers":
                counts[rule.name] = await self._forget_numbers(before)
            else:
                counts[rule.name] = await self._forget_events(before)
        if any(counts.get(name) for name in ("deleted cases", "cases")):
            await SqliteSearch().forget(self._db)
        async with self._db.write() as tx:
            await purges.keep(tx, self._clock.now(), counts)
        self._due = None
        return counts

    async def due_lately(self) -> Counts:
        """As `due`, counted within the last minute: to count takes time where there is much."""
        async with self._turn:
            now = self._clock.monotonic()
            if self._due is None or now - self._due[0] >= COUNTED_S:
                self._due = now, await self.due()
            return self._due[1]

    async def last(self) -> dict[str, Purged]:
        """When each kind was purged last, by the daemon or by hand; and how many went."""
        async with self._db.read() as tx:
            return await purges.last(tx)

    def _over(self) -> list[tuple[Rule, datetime]]:
        """Rules that are in force, and the instant before which each takes what it finds."""
        now = self._clock.now() - MARGIN
        return [
            (rule, now - timedelta(days=rule.days)) for rule in self.rules if rule.days is not None
        ]

    async def _count(self, tx: Tx, rule: Rule, before: datetime) -> int:
        if rule.kind is not None:
            return await retention.count(tx, rule.kind, before)
        if rule.name == "numbers":
            return await old_numbers.count(tx, before)
        return await retention.events(tx, before)

    async def _remove(self, name: str, what: Kind, before: datetime) -> int:
        total = 0
        while ids := await self._some(what, before):
            for start in range(0, len(ids), what.at_once):
                total += await self._step(what, before, ids[start : start + what.at_once])
                await self._clock.sleep(PAUSE_S)
        if total and what.subject is None:
            await self._record(name, total)
        return total

    async def _some(self, what: Kind, before: datetime) -> list[int | str]:
        async with self._db.read() as tx:
            return await retention.some(tx, what, before)

    async def _step(self, what: Kind, before: datetime, found: list[int | str]) -> int:
        """The rows first, then their files: what a crash leaves is swept at the next start."""
        async with self._db.write() as tx:
            ids = await retention.still(tx, what, before, found)
            files = await what.remove(tx, ids)
            await self._record_each(tx, what, ids)
        for folder, names in sorted_by_folder(files).items():
            await asyncio.to_thread(remove, self._folder / folder, names)
        return len(ids)

    async def _forget_numbers(self, before: datetime) -> int:
        of_key = await asyncio.to_thread(fingerprints, self._folder)

        def fingerprint(number: str | None) -> str | None:
            """The same for one number in all its spellings; withheld ones stay as they are."""
            known = None if number is None else self._numbers.key(number)
            if known is None or (number or "").startswith(FINGERPRINT):
                return number
            return of_key(known)

        total = 0
        while rows := await self._oldest(before):
            changes = await asyncio.to_thread(old_numbers.masked, rows, fingerprint)
            async with self._db.write() as tx:
                await old_numbers.replace(tx, rows, changes)
            total += len(rows)
            await self._clock.sleep(PAUSE_S)
        if total:
            await self._record("numbers", total)
        return total

    async def _oldest(self, before: datetime) -> list[old_numbers.Record]:
        async with self._db.read() as tx:
            return await old_numbers.oldest(tx, before, RECORDS)

    async def _forget_events(self, before: datetime) -> int:
        total = 0
        while True:
            async with self._db.write() as tx:
                done = await ledger.purge(tx, before, STEP)
            if not done:
                return total
            total += done
            await self._clock.sleep(PAUSE_S)

    async def _record_each(self, tx: Tx, what: Kind, ids: list[int | str]) -> None:
        """Of what tells of people: each has its line, in the transaction that takes it away."""
        if what.subject is None:
            return
        for ident in ids:
            await self._trail.record_in(tx, MHUD, f"{what.subject}.purge", str(ident), what.subject)

    async def _record(self, name: str, count: int) -> None:
        async with self._db.write() as tx:
            await self._trail.record_in(tx, MHUD, "retention.purge", name, "retention", count=count)
