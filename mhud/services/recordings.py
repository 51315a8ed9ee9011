"""Recordings of calls, for who may hear them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

import structlog

from mhud.clock import Clock
from mhud.config import RecordingSettings, Settings
from mhud.errors import Code, MhudError, conflict, kind, not_found
from mhud.sealed import SealError
from mhud.services.file_keys import FileKeys
from mhud.services.opened_file import OpenedFile
from mhud.services.recording_pickup import Pickup
from mhud.services.recording_spool import Spool
from mhud.services.recording_taking import Taking
from mhud.services.recording_words import ENDING
from mhud.services.recording_words import FOLDER_NAME as FOLDER
from mhud.services.rights import Principal
from mhud.services.shown import Shown
from mhud.services.trail import Trail
from mhud.store.database import Database
from mhud.store.recordings import Recording as Recording
from mhud.store.recordings import RecordingPage, RecordingRepository
from mhud.store.recordings import State as State
from mhud.vault import PART, Vault

log = structlog.get_logger(__name__)
STRANGERS = timedelta(days=30)  # for so long a file that no row knows is left alone
KIND, READ = "recording", "recording.read"
RIGHT = "view_recordings"


@dataclass(frozen=True, slots=True)
class Sound:
    """What is offered: its name, and what tells it from another."""

    filename: str
    etag: str
    mime_type: str = "audio/mpeg"


class Recordings:
    """Without `pickup` nothing is taken over: no folder of Asterisk's is configured."""

    def __init__(
        self,
        settings: RecordingSettings,
        clock: Clock,
        db: Database,
        trail: Trail,
        vault: Vault,
        pickup: Pickup | None,
    ) -> None:
        self.settings = settings
        self.pickup = pickup
        self._clock = clock
        self._db = db
        self._trail = trail
        self._vault = vault
        self._heard = Shown()

    @classmethod
    async def open(
        cls, settings: Settings, clock: Clock, db: Database, trail: Trail, last: Callable[[], int]
    ) -> Self:
        """`last`: the seq of the newest event on disk. Sweeps first.

        Raises MhudError SERVICE_UNAVAILABLE, OSError.
        """
        vault = Vault(settings.data_dir / FOLDER, await FileKeys.open(db, clock))
        folder, pickup = settings.asterisk.recordings, None
        if folder is not None:
            spool = Spool(folder)
            taking = Taking(settings.recordings, clock, db, spool, vault)
            pickup = Pickup(clock, db, spool, taking, last)
        opened = cls(settings.recordings, clock, db, trail, vault, pickup)
        await opened.sweep()
        return opened

    async def sweep(self) -> int:
        """Before anything is taken over: removes what was half written, and files without rows.

        Young ones stay: a database of yesterday may have been restored, and today's may come back.
        Says how many went. Raises MhudError, OSError.
        """
        async with self._db.read() as tx:
            known = await RecordingRepository(tx).filenames()
        there = await asyncio.to_thread(self._there)
        oldest = (self._clock.now() - STRANGERS).timestamp()
        young = {name for name, at in there.items() if at > oldest and not name.endswith(PART)}
        swept, foreign = await asyncio.to_thread(self._vault.sweep, known | young)
        if swept:
            log.warning("recordings_swept", files=swept)
        if strangers := len(young - known) + foreign:
            log.error("recordings_of_another_database", files=strangers)
        if missing := len(known - set(there)):
            log.error("recordings_missing", files=missing, see="docs/recordings.md")
        return swept

    def _there(self) -> dict[str, float]:
        """Our files, and when each was written. Blocks."""
        folder = self._vault.folder
        return {name: (folder / name).stat().st_mtime for name in self._vault.names()}

    async def run(self) -> None:
        """For ever, if there is anything to take over."""
        if self.pickup is not None:
            await self.pickup.run()

    async def ready(self, who: Principal, call_ids: Collection[str]) -> frozenset[str]:
        """Of these calls those whose recording he may hear; none while the database refuses."""
        if not call_ids or not who.has(RIGHT):
            return frozenset()
        try:
            async with self._db.read() as tx:
                return await RecordingRepository(tx).ready(tuple(call_ids))
        except MhudError:
            return frozenset()

    async def one(self, call_id: str) -> Recording:
        """What became of it. Raises MhudError NOT_FOUND when there is nothing to hear."""
        async with self._db.read() as tx:
            found = await RecordingRepository(tx).get(call_id)
        if found is None or found.state is State.NOTHING:
            raise not_found(KIND, call_id)
        return found

    async def page(self, state: State | None, limit: int, cursor: str | None) -> RecordingPage:
        """Newest first. Raises MhudError INVALID for a cursor that is none of ours."""
        async with self._db.read() as tx:
            return await RecordingRepository(tx).page(state, limit, cursor)

    async def retry(self, who: Principal, call_id: str) -> Recording:
        """Tries a failed one anew. Raises MhudError NOT_FOUND, CONFLICT."""
        async with self._db.write() as tx:
            store = RecordingRepository(tx)
            if not await store.wait_again([call_id], self._clock.now()):
                raise await self._not_failed(call_id)
            await self._trail.record_in(tx, who, "recording.retry", call_id, KIND)
        return await self.one(call_id)

    async def _not_failed(self, call_id: str) -> MhudError:
        found = await self.one(call_id)
        return conflict("it has not failed", call_id=call_id, state=found.state.value)

    async def sound(self, name: str) -> tuple[Recording, Sound]:
        """Of a name as in its address. Raises MhudError NOT_FOUND, or GONE for one that was."""
        call_id = name.removesuffix(ENDING)
        if call_id == name:
            raise not_found(KIND, "")
        found = await self.one(call_id)
        if found.state in (State.EXPIRED, State.ERASED):
            raise MhudError(Code.GONE, "this recording was deleted", state=found.state.value)
        if found.filename is None or found.sha256 is None:
            reason = {} if found.reason is None else {"reason": found.reason}
            raise MhudError(
                Code.NOT_FOUND, "this recording can't be heard", state=found.state.value, **reason
            )
        return found, Sound(call_id + ENDING, found.sha256.hex())

    async def read(
        self, who: Principal, found: Recording, sound: Sound, *, going_on: bool
    ) -> OpenedFile:
        """In the audit trail before a byte is handed out; the caller closes it.

        `going_on`: from the middle, as players do; that is one line an hour.

        Raises MhudError SERVICE_UNAVAILABLE, also when the file can't be read.
        """
        looks, now = {found.call_id: sound.etag}, self._clock.monotonic()
        if not going_on or self._heard.news(who, READ, looks, now):
            await self._trail.record(who, READ, found.call_id, KIND)
            self._heard.keep(who, READ, looks, now)
        return await self.look(found, sound)

    async def look(self, found: Recording, sound: Sound) -> OpenedFile:
        """For who asks how long it is; as above, without a line."""
        try:
            file, reader = await asyncio.to_thread(self._vault.open, found.filename or "")
        except (OSError, SealError) as error:
            log.error("recording_not_readable", call_id=found.call_id, reason=kind(error))
            raise MhudError(Code.SERVICE_UNAVAILABLE, "this file can't be read") from error
        return OpenedFile(sound, file, reader)
