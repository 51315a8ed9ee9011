"""The audit trail: every command on a call, and whatever else somebody must answer for later."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from mhud.clock import Clock
from mhud.errors import Code, MhudError
from mhud.services.rights import Principal
from mhud.services.shown import Looks, Shown
from mhud.store.database import Database, Tx
from mhud.store.trail import Deed, TrailPage, TrailRepository
from mhud.store.trail import Sought as Sought

log = structlog.get_logger(__name__)
LONGEST_S = (
    2.0  # that a command waits for the disk; each line itself ends within the database's own
)


class Trail:
    """`record` for what must not happen unrecorded, `note` for what must not fail for it.

    Details are ids, words and counts. No number, no name, no text that somebody wrote.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._shown = Shown()
        self._writing: set[asyncio.Future[None]] = set()  # held here, for nobody else may

    async def note(
        self, who: Principal, action: str, subject: str, kind: str = "call", **details: Any
    ) -> None:
        """Before a command. A disk that refuses is logged: calls must be handled all the same."""
        try:
            await self.record(who, action, subject, kind, **details)
        except MhudError as error:
            log.error("deed_not_recorded", action=action, subject=subject, reason=error.code.value)

    async def record(
        self, who: Principal, action: str, subject: str, kind: str = "call", **details: Any
    ) -> None:
        """On disk when it returns. Raises MhudError SERVICE_UNAVAILABLE.

        A line that comes too late is kept all the same: it says what was asked for.
        """
        writing = asyncio.ensure_future(self._write(who, action, subject, kind, details))
        self._writing.add(writing)
        writing.add_done_callback(self._written)
        timer = asyncio.ensure_future(self._clock.sleep(LONGEST_S))
        try:
            await asyncio.wait((writing, timer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        if not writing.done():
            raise MhudError(Code.SERVICE_UNAVAILABLE, "the audit trail can't be written now")
        writing.result()

    async def show(self, who: Principal, action: str, kind: str, looks: Looks) -> None:
        """Of a list: one line with the ids of what is new to who asks. Nothing new, no line.

        On disk when it returns. Raises MhudError SERVICE_UNAVAILABLE.
        """
        now = self._clock.monotonic()
        news = self._shown.news(who, action, looks, now)
        if not news:
            return
        await self.record(who, action, kind + "s", kind, shown=news)
        self._shown.keep(who, action, {ident: looks[ident] for ident in news}, now)

    def later(self, who: Principal, action: str, subject: str, kind: str, **details: Any) -> None:
        """Beside an answer whose time must tell nothing. A disk that refuses is logged."""
        writing = asyncio.ensure_future(self.note(who, action, subject, kind, **details))
        self._writing.add(writing)
        writing.add_done_callback(self._written)

    async def _write(
        self, who: Principal, action: str, subject: str, kind: str, details: dict[str, Any]
    ) -> None:
        async with self._db.write() as tx:
            await self.record_in(tx, who, action, subject, kind, **details)

    def _written(self, writing: asyncio.Future[None]) -> None:
        """Nobody may be there any more to hear how it went."""
        self._writing.discard(writing)
        if not writing.cancelled():
            writing.exception()

    async def record_in(
        self, tx: Tx, who: Principal, action: str, subject: str, kind: str, **details: Any
    ) -> None:
        """In the transaction of the change itself: both are kept, or neither."""
        await TrailRepository(tx).add(self.deed(who, action, subject, kind, **details))

    def deed(self, who: Principal, action: str, subject: str, kind: str, **details: Any) -> Deed:
        """For who keeps it himself, in one go with the change."""
        return Deed(
            at=self._clock.now(),
            user_id=who.user_id,
            username=who.username,
            credential=who.credential,
            ip=who.ip,
            action=action,
            subject_kind=kind,
            subject_id=subject,
            details=details,
        )

    async def page(self, sought: Sought, limit: int, cursor: str | None) -> TrailPage:
        """Newest first. Raises MhudError INVALID for a cursor that is none of ours."""
        async with self._db.read() as tx:
            return await TrailRepository(tx).page(sought, limit=limit, cursor=cursor)
