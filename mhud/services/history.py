"""History that survives the link: calls that mhud did not see, out of Asterisk's own books.

The books are read all the time. Of each call that is over in them, the store is asked whether it
is known; what is not, or not to its end, is told to the state, and from there goes the way of every
call: ledger, records, contacts, reports. A place in a book is kept when all before it is on disk,
and each call is looked up before it is told: so each comes once, whatever dies in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from mhud.books.account import account
from mhud.books.amend import amended, is_in_doubt
from mhud.books.lines import Line, Parse, cdr_line, queue_line
from mhud.books.shelf import Bundle, Shelf
from mhud.books.staff import Staff
from mhud.books.tail import Place, Tail
from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import MhudError, kind
from mhud.feeds.ledger import Ledger
from mhud.ids import call_id
from mhud.live.inputs import CallFound
from mhud.live.model import Call
from mhud.pump import Pump
from mhud.store import books as store
from mhud.store.database import Database

log = structlog.get_logger(__name__)
POLL_S = 1.0
AT_ONCE = 40  # calls told in one go: the state takes them without a pause
LINES = 2_000  # read in one go
KEEP_S = 10.0  # between two places that are kept while nothing is told
WRITTEN_S = 0.1
REFUSALS = (MhudError, SQLAlchemyError, OSError)


@dataclass(slots=True)
class _Book:
    name: str
    tail: Tail
    parse: Parse
    lost: int = 0

    def read(self) -> tuple[int, list[tuple[Line, Place]]]:
        """How many lines there were, and those that are about calls. Blocks. Raises OSError."""
        raws = self.tail.read(LINES)
        parsed = [(self.parse(raw.text), raw.place) for raw in raws]
        return len(raws), [(line, place) for line, place in parsed if line is not None]


class History:
    """Without the settings `asterisk.queue_log` and `asterisk.cdr` it does nothing."""

    def __init__(
        self, settings: Settings, clock: Clock, db: Database, pump: Pump, ledger: Ledger
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._db = db
        self._pump = pump
        self._ledger = ledger
        self._books: list[_Book] = []
        self._shelf = Shelf(has_cdr=settings.asterisk.cdr is not None)
        self._kept: dict[str, store.At] = {}
        self._kept_at = clock.monotonic()
        self._complained = False

    async def run(self) -> None:
        """For ever. A book that can't be read, or a disk that refuses, is waited for."""
        if not self._paths():
            return
        try:
            while True:
                await self._step()
                await self._clock.sleep(POLL_S)
        finally:
            self.close()

    def close(self) -> None:
        for book in self._books:
            book.tail.close()

    async def _step(self) -> None:
        try:
            await self.step()
            self._complained = False
        except REFUSALS as error:
            if not self._complained:
                log.warning("books_not_read", reason=kind(error))
            self._complained = True

    async def step(self) -> int:
        """Reads what is new and tells what is whole; says how many calls were told.

        Raises MhudError or OSError.
        """
        if not self._books:
            await self._open()
        told = 0
        while True:
            at_end = not self._shelf.is_full and await self._read()
            told += (now := await self._tell(at_end) if at_end or self._shelf.is_full else 0)
            await self._keep_places(soon=bool(now))
            if at_end or self._shelf.is_full:
                return told

    # ---- reading

    def _paths(self) -> dict[str, Path]:
        asterisk = self._settings.asterisk
        paths = {"queue_log": asterisk.queue_log, "cdr": asterisk.cdr}
        return {name: path for name, path in paths.items() if path is not None}

    async def _open(self) -> None:
        """A book that was never read is read from its end: what was before mhud is not ours."""
        async with self._db.read() as tx:
            self._kept = await store.places(tx)
        parsers = {"queue_log": queue_line, "cdr": cdr_line(self._settings.asterisk.cdr_timezone)}
        for name, path in self._paths().items():
            at = self._kept.get(name)
            tail = Tail(path, Place(*at) if at else None)
            self._books.append(_Book(name, tail, parsers[name]))

    async def _read(self) -> bool:
        """Whether all that stands in the books was read."""
        at_end = True
        for book in self._books:
            count, lines = await asyncio.to_thread(book.read)
            at_end &= count < LINES
            now = self._clock.now()
            for line, place in lines:
                self._shelf.put(line, book.name, place, now)
            if book.tail.lost > book.lost:
                book.lost = book.tail.lost
                log.warning("book_begun_anew", book=book.name)
        return at_end

    # ---- telling

    async def _tell(self, at_end: bool) -> int:
        """Not while the link is lost, or the ledger stalls: what goes on is not known then."""
        live = self._pump.live
        if live.stale or self._ledger.stalled:
            return 0
        told = 0
        while True:
            whole = self._shelf.whole(self._clock.now(), at_end, live.call_of.__contains__)
            some = list(islice(whole, AT_ONCE))
            told += await self._tell_some(some) if some else 0
            if len(some) < AT_ONCE:
                return told

    async def _tell_some(self, bundles: Sequence[Bundle]) -> int:
        known = await self._known(bundles)
        staff = Staff.of(self._pump.live, self._settings.control.monitor_context)
        new = [one for bundle in bundles if (one := self._safely(bundle, known, staff)) is not None]
        if new:
            for one in await asyncio.to_thread(self._with_recordings, new):
                self._pump.inbox.put(one)
            await self._written([one.call.id for one in new])
            log.info("calls_backfilled", calls=len(new))
        self._shelf.remove([bundle.linkedid for bundle in bundles])
        return len(new)

    async def _known(self, bundles: Sequence[Bundle]) -> dict[str, Call | None]:
        """What mhud has of these calls. Memory is asked first, for it is asked of every call."""
        call_ids = {call_id(bundle.linkedid) for bundle in bundles}
        ended = self._pump.live.ended
        sure = {
            one: call
            for one in call_ids
            if (call := ended.get(one)) is not None and not is_in_doubt(call)
        }
        if len(sure) == len(call_ids) and not self._ledger.lost:
            return dict(sure)
        async with self._db.read() as tx:
            return await store.stored(tx, call_ids)

    def _safely(
        self, bundle: Bundle, known: dict[str, Call | None], staff: Staff
    ) -> CallFound | None:
        """What nobody foresaw costs its call, not the daemon, which would meet it again."""
        try:
            return self._found(bundle, known, staff)
        except Exception:
            log.exception("call_not_read", call_id=call_id(bundle.linkedid))
            return None

    def _found(
        self, bundle: Bundle, known: dict[str, Call | None], staff: Staff
    ) -> CallFound | None:
        now, ident = self._clock.now(), call_id(bundle.linkedid)
        before = known.get(ident)
        if ident in known and (before is None or not is_in_doubt(before)):
            return None
        if self._shelf.has_cdr and not bundle.legs:
            return None  # the channel of a consultation, which Asterisk took out of the way
        call = account(bundle.linkedid, bundle.legs, bundle.lines, staff)
        if call is None or (call.end_time or now) < now - self._oldest():
            return None
        if before is not None:
            changed = amended(before, call)
            return None if changed is None else CallFound(at=now, call=changed, before=before)
        return CallFound(at=now, call=call)

    def _oldest(self) -> timedelta:
        """Nothing comes back that is kept no longer, nor a number that was forgotten."""
        keep = self._settings.retention
        days = (self._settings.asterisk.backfill_days, keep.calls_days, keep.numbers_days)
        return timedelta(days=min(one for one in days if one is not None))

    def _with_recordings(self, found: Sequence[CallFound]) -> list[CallFound]:
        """Those whose files are there were recorded; no book tells."""
        folder = self._settings.asterisk.recordings
        return [one if folder is None else _with_recording(one, folder) for one in found]

    async def _written(self, call_ids: Sequence[str]) -> None:
        """Until they are on disk. Not, where one goes on after all, or an event was dropped."""
        live, before = self._pump.live, (self._ledger.lost, self._pump.skipped)
        while before == (self._ledger.lost, self._pump.skipped):
            awaited = {one for one in call_ids if one not in live.calls}
            with suppress(*REFUSALS):
                async with self._db.read() as tx:
                    found = await store.stored(tx, awaited)
                if all((call := found.get(one)) and call.backfilled for one in awaited):
                    return
            await self._clock.sleep(WRITTEN_S)

    # ---- places

    async def _keep_places(self, soon: bool) -> None:
        now = self._clock.monotonic()
        places = {book.name: place for book in self._books if (place := self._place(book))}
        new = {name: _at(place) for name, place in places.items()}
        new = {name: at for name, at in new.items() if self._kept.get(name) != at}
        first = new.keys() - self._kept.keys()
        if not new or not (soon or first or now - self._kept_at >= KEEP_S):
            return
        async with self._db.write() as tx:
            await store.keep_places(tx, new, self._clock.now())
        self._kept |= new
        self._kept_at = now

    def _place(self, book: _Book) -> Place | None:
        return self._shelf.oldest(book.name) or book.tail.place


def _at(place: Place) -> store.At:
    return place.inode, place.offset, place.mark


def _with_recording(found: CallFound, folder: Path) -> CallFound:
    call = found.call
    made = tuple(uniqueid for uniqueid in call.linkedids if _is_file(folder, uniqueid))
    if call.recorded or not made:
        return found
    return replace(found, call=replace(call, recorded=True, recordings=made))


def _is_file(folder: Path, uniqueid: str) -> bool:
    """Asterisk's name of it, as the dialplan makes it of the channel."""
    return "/" not in uniqueid and (folder / f"{uniqueid}.wav").is_file()
