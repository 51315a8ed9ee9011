"""Takes one recording over from Asterisk: waits till it is whole, makes an MP3, seals it, tells."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from mhud.clock import Clock
from mhud.config import RecordingSettings
from mhud.errors import MhudError
from mhud.services.encoding import Encoded, EncoderError, encode
from mhud.services.recording_spool import Found, Look, Spool
from mhud.services.recording_words import Reason, told
from mhud.services.tellings import Telling, tell
from mhud.store.database import Database, Tx
from mhud.store.recordings import Part, PartState, Recording, RecordingRepository, State
from mhud.vault import Draft, Vault

log = structlog.get_logger(__name__)
POLL_S = 2.0
SETTLE_S = 10.0  # a file that Asterisk has not closed and that grows no more is taken as it is
DISK_S = 60.0  # between tries while the disk, or the database, refuses
ENCODER_S = (30.0, 300.0)  # before the second and the third try
SHORT_S = 5.0  # so much, and half of the talk, may be missing before it is said
OUTCOMES = ("ready", "incomplete", "failed")
REFUSALS = (MhudError, SQLAlchemyError, OSError)


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of Asterisk's, and what is in it."""

    part: Part
    look: Look


class Taking:
    def __init__(
        self, settings: RecordingSettings, clock: Clock, db: Database, spool: Spool, vault: Vault
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._db = db
        self._spool = spool
        self._vault = vault
        self.outcomes = Counter(dict.fromkeys(OUTCOMES, 0))  # since the start
        self._seen: dict[str, tuple[int, float]] = {}  # file → size, and since when

    async def take(self, found: Recording) -> bool:
        """Whether it waits no more. Raises MhudError or OSError."""
        async with self._db.read() as tx:
            parts = await RecordingRepository(tx).parts_of(found.call_id)
        pieces = [Piece(one, await self._look(one.name)) for one in parts]
        if not all(self._is_settled(found, one) for one in pieces):
            await self._postpone(found, POLL_S, found.attempts)
            return False
        usable = [one for one in pieces if one.look.has_sound]
        if usable:
            return await self._encode(found, pieces, usable)
        reason = _why_nothing(found, pieces)
        state = State.NOTHING if reason is None else State.FAILED
        await self._settle(replace(found, state=state, reason=reason), pieces)
        return True

    async def _look(self, name: str) -> Look:
        return await asyncio.to_thread(self._spool.look, name)

    def _is_settled(self, found: Recording, piece: Piece) -> bool:
        """Nothing more comes."""
        if piece.look.found in (Found.WHOLE, Found.UNREADABLE):
            return True
        if piece.look.found is Found.MISSING:
            waited = (self._clock.now() - found.ended_at).total_seconds()
            return waited >= self._settings.missing_after_s
        now = self._clock.monotonic()
        size, since = self._seen.get(piece.part.name, (-1, now))
        if size != piece.look.size:
            since = now
        self._seen[piece.part.name] = piece.look.size, since
        return now - since >= SETTLE_S

    async def _encode(self, found: Recording, pieces: list[Piece], usable: list[Piece]) -> bool:
        name = f"recording_{secrets.token_hex(8)}.mp3"
        try:
            await self._seal(found, pieces, usable, name)
        except EncoderError as error:
            return await self._failed(found, pieces, error)
        except REFUSALS:  # nobody knows of the file: the next try makes another
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self._vault.remove, [name])
            await self._postpone(found, DISK_S, found.attempts)
            raise
        return True

    async def _seal(
        self, found: Recording, pieces: list[Piece], usable: list[Piece], name: str
    ) -> None:
        draft = await asyncio.to_thread(self._vault.begin, name)
        try:
            made = await self._made(usable, draft)
            await asyncio.to_thread(draft.keep, name)
            ready = _ready(found, pieces, made, name)
            if not await self._settle(ready, pieces, made.sums):
                await asyncio.to_thread(self._vault.remove, [name])
        finally:
            await asyncio.to_thread(draft.drop)

    async def _made(self, usable: list[Piece], draft: Draft) -> Encoded:
        with contextlib.ExitStack() as stack:
            files = [
                stack.enter_context(await asyncio.to_thread(self._spool.open, one.part.name))
                for one in usable
            ]
            settings = self._settings
            return await encode(files, settings.bit_rate, settings.encode_s, draft.write)

    async def _failed(self, found: Recording, pieces: list[Piece], error: EncoderError) -> bool:
        log.error("recording_not_encoded", call_id=found.call_id, reason=str(error))
        if found.attempts < len(ENCODER_S):
            await self._postpone(found, ENCODER_S[found.attempts], found.attempts + 1)
            return False
        await self._settle(replace(found, state=State.FAILED, reason=Reason.ENCODER), pieces)
        return True

    async def _postpone(self, found: Recording, seconds: float, attempts: int) -> None:
        due_at = self._clock.now() + timedelta(seconds=seconds)
        async with self._db.write() as tx:
            await RecordingRepository(tx).postpone(found.call_id, due_at, attempts)

    async def _settle(
        self, result: Recording, pieces: list[Piece], sums: Sequence[bytes] = ()
    ) -> bool:
        """On disk when it returns, and told. False: it was erased meanwhile."""
        result = replace(result, changed_at=self._clock.now(), due_at=None)
        async with self._db.write() as tx:
            if not await RecordingRepository(tx).settle(result):
                return False
            await self._mark(tx, result, pieces, sums)
            if result.state is not State.NOTHING:
                kind_of = f"recording.{result.state}"
                at = result.changed_at
                await tell(tx, Telling(type=kind_of, at=at, object=told(result)))
        for one in pieces:
            self._seen.pop(one.part.name, None)
        if result.state is not State.NOTHING:
            whole = result.state is State.FAILED or result.complete
            self.outcomes[result.state.value if whole else "incomplete"] += 1
        return True

    async def _mark(
        self, tx: Tx, result: Recording, pieces: list[Piece], sums: Sequence[bytes]
    ) -> None:
        """What could not be taken stays, for somebody to look at."""
        store = RecordingRepository(tx)
        taken = [one.part.name for one in pieces if one.look.has_sound]
        other = [one.part.name for one in pieces if not one.look.has_sound]
        keep = self._settings.keep_wav or result.state is State.FAILED
        done = PartState.KEPT if keep else PartState.UNWANTED
        await store.mark_parts(taken, done, sums)
        left = PartState.UNWANTED if result.state is State.NOTHING and not keep else PartState.KEPT
        await store.mark_parts(other, left)


def _why_nothing(found: Recording, pieces: list[Piece]) -> Reason | None:
    """None: there was no talk, and Asterisk's file is empty as it should be."""
    ways = {one.look.found for one in pieces}
    if Found.UNREADABLE in ways:
        return Reason.UNREADABLE
    if found.talk_s == 0 or (found.talk_s is None and Found.MISSING not in ways):
        return None
    return Reason.MISSING if ways == {Found.MISSING} else Reason.EMPTY


def _ready(found: Recording, pieces: list[Piece], made: Encoded, name: str) -> Recording:
    reason = _what_is_missing(found, pieces, made.duration_s)
    return replace(
        found,
        state=State.READY,
        reason=reason,
        complete=reason is None,
        duration=round(made.duration_s),
        size=made.size,
        sha256=made.sha256,
        filename=name,
    )


def _what_is_missing(found: Recording, pieces: list[Piece], seconds: float) -> Reason | None:
    ways = {one.look.found for one in pieces}
    if Found.OPEN in ways:
        return Reason.CUT
    if Found.MISSING in ways or Found.UNREADABLE in ways:
        return Reason.PART_MISSING
    if found.talk_s is not None and seconds + SHORT_S < found.talk_s / 2:
        return Reason.SHORT
    return None
