"""Files of cases: received piece by piece, told by their bytes, sealed, handed out again.

There is no row without its file, and no file without its row but for a moment: the file is on disk
before its row is written, and what a crash leaves is swept away at the next start.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field

import structlog

from mhud.clock import Clock
from mhud.config import AttachmentSettings, Settings
from mhud.errors import Code, MhudError, kind, not_found
from mhud.sealed import SealError
from mhud.services.case_changes import Told
from mhud.services.case_words import ActivityType
from mhud.services.cases import Cases
from mhud.services.file_keys import FileKeys
from mhud.services.file_kinds import extension, family
from mhud.services.incoming import Incoming, disk_refused
from mhud.services.opened_file import OpenedFile
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.store.attachments import Attachment as Attachment
from mhud.store.attachments import AttachmentRepository, NewFile
from mhud.store.database import Database
from mhud.vault import Vault

log = structlog.get_logger(__name__)
FOLDER = "attachments"  # in the data directory
RETRY_S = 30
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of a file by who sends it. `file_type` None: told from the file."""

    original_filename: str = field(repr=False)
    description: str | None = field(default=None, repr=False)
    file_type: str | None = None


class Attachments:
    """Rights go through the case: what may not be seen is NOT_FOUND."""

    def __init__(
        self,
        settings: AttachmentSettings,
        clock: Clock,
        db: Database,
        cases: Cases,
        trail: Trail,
        vault: Vault,
    ) -> None:
        self._db = db
        self._clock = clock
        self._cases = cases
        self._trail = trail
        self._vault = vault
        self.settings = settings
        self._kinds = frozenset(settings.types)
        self._under_way: Counter[str] = Counter()
        self._announced = 0
        self._saving: set[asyncio.Future[Attachment]] = set()  # held here, for nobody else may

    @property
    def under_way(self) -> int:
        """Uploads."""
        return self._under_way.total()

    @classmethod
    async def open(
        cls, settings: Settings, clock: Clock, db: Database, cases: Cases, trail: Trail
    ) -> Attachments:
        """Sweeps first. Raises MhudError SERVICE_UNAVAILABLE, OSError."""
        keys = await FileKeys.open(db, clock)
        vault = Vault(settings.data_dir / FOLDER, keys)
        opened = cls(settings.attachments, clock, db, cases, trail, vault)
        await opened.sweep()
        return opened

    async def sweep(self) -> int:
        """Before anybody sends: removes files without rows. Raises MhudError, OSError.

        Not those of another database: this one may be new only because the old one is missed.
        """
        async with self._db.read() as tx:
            known = await AttachmentRepository(tx).filenames()
        swept, foreign = await asyncio.to_thread(self._vault.sweep, known)
        if swept:
            log.warning("attachments_swept", files=swept)
        if foreign:
            log.error("attachments_of_another_database", files=foreign)
        return swept

    async def of_case(self, who: Principal, case_id: int) -> tuple[Attachment, ...]:
        """Newest first; recorded. Raises MhudError NOT_FOUND, SERVICE_UNAVAILABLE."""
        await self._cases.find(who, case_id, part="attachments")
        async with self._db.read() as tx:
            return await AttachmentRepository(tx).of_case(case_id)

    async def read(self, who: Principal, case_id: int, attachment_id: int) -> OpenedFile:
        """Recorded before a byte is handed out; the caller closes it.

        Raises MhudError NOT_FOUND, or SERVICE_UNAVAILABLE when the file can't be read.
        """
        async with self._db.write() as tx:
            seen = await self._cases.seen_in(tx, who, case_id)
            found = None
            if attachment_id <= LARGEST_ID:
                found = await AttachmentRepository(tx).get(case_id, attachment_id)
            if found is None:
                raise not_found("attachment", "")
            about = {"attachment_id": attachment_id, **seen.how}
            await self._trail.record_in(tx, who, "attachment.read", str(case_id), "case", **about)
        try:
            file, reader = await asyncio.to_thread(self._vault.open, found.filename)
        except (OSError, SealError) as error:
            log.error("attachment_not_readable", attachment_id=attachment_id, reason=kind(error))
            raise MhudError(Code.SERVICE_UNAVAILABLE, "this file can't be read") from error
        return OpenedFile(found, file, reader)

    @asynccontextmanager
    async def receiving(
        self, who: Principal, case_id: int, announced: int = 0
    ) -> AsyncIterator[Incoming]:
        """`announced` bytes or so are to come. What was not kept in the block leaves no trace.

        Raises MhudError NOT_FOUND, RATE_LIMITED, TOO_LARGE, SERVICE_UNAVAILABLE.
        """
        async with self._db.read() as tx:
            await self._cases.seen_in(tx, who, case_id)
        incoming = Incoming(self._vault, self.settings.max_bytes, self._kinds)
        with self._place(who, announced):
            await self._make_sure_of_room()
            try:
                yield incoming
            finally:
                await incoming.drop()

    async def keep(
        self, who: Principal, case_id: int, incoming: Incoming, about: About
    ) -> Attachment:
        """Of a case that may still be seen. A consumer who hangs up now stops nothing any more.

        Raises MhudError INVALID, UNSUPPORTED_MEDIA, NOT_FOUND, SERVICE_UNAVAILABLE.
        """
        kept = await incoming.finish()
        file = NewFile(
            case_id=case_id,
            filename=f"{family(kept.kind)}_{secrets.token_hex(8)}.{extension(kept.kind)}",
            original_filename=about.original_filename,
            file_size=kept.size,
            sha256=kept.sha256,
            mime_type=kept.kind,
            file_type=about.file_type or family(kept.kind),
            description=about.description,
            uploaded_by=who.user_id,
            uploaded_at=self._clock.now(),
        )
        saving = asyncio.ensure_future(self._save(who, incoming, file))
        self._saving.add(saving)
        saving.add_done_callback(self._saved)
        return await asyncio.shield(saving)

    async def _save(self, who: Principal, incoming: Incoming, file: NewFile) -> Attachment:
        try:
            await incoming.keep(file.filename)
            return await self._write(who, file)
        except Exception:  # a cancelled one may be on disk all the same: the next start knows
            await asyncio.to_thread(self._vault.remove, [file.filename])
            raise

    async def _write(self, who: Principal, file: NewFile) -> Attachment:
        """The row, what happened to the case, and the line of the audit: all or nothing."""
        async with self._db.write() as tx:
            seen = await self._cases.seen_in(tx, who, file.case_id)
            attachment_id = await AttachmentRepository(tx).add(file)
            told = Told(
                activity_type=ActivityType.ATTACHMENT,
                description=f"File added: {file.original_filename}",
            )
            await self._cases.add_activity(tx, who, file.case_id, told, file.uploaded_at)
            await self._trail.record_in(
                tx,
                who,
                "attachment.create",
                str(file.case_id),
                "case",
                attachment_id=attachment_id,
                bytes=file.file_size,
                type=file.mime_type,
                **seen.how,
            )
        return Attachment(**asdict(file), id=attachment_id, uploaded_by_name=who.username)

    @contextmanager
    def _place(self, who: Principal, announced: int) -> Iterator[None]:
        """Slow uploads hold files and memory.

        Raises MhudError RATE_LIMITED or SERVICE_UNAVAILABLE.
        """
        if self._under_way[who.ident] >= self.settings.at_once_each:
            raise MhudError(
                Code.RATE_LIMITED, "too many of your uploads are under way", retry_after=RETRY_S
            )
        if self.under_way >= self.settings.at_once:
            raise MhudError(Code.SERVICE_UNAVAILABLE, "too many uploads are under way")
        self._under_way[who.ident] += 1
        self._announced += announced
        try:
            yield
        finally:
            self._announced -= announced
            self._under_way[who.ident] -= 1
            self._under_way += Counter()  # forgets who has none

    async def _make_sure_of_room(self) -> None:
        """Raises MhudError SERVICE_UNAVAILABLE: calls must be recorded when files no longer fit."""
        try:
            free = await asyncio.to_thread(self._vault.free_bytes)
        except OSError as error:
            raise disk_refused(error) from error
        if free - self._announced < self.settings.spare_bytes:
            log.error("attachments_disk_full", free_bytes=free)
            raise MhudError(Code.SERVICE_UNAVAILABLE, "the disk is full")

    def _saved(self, saving: asyncio.Future[Attachment]) -> None:
        """Nobody may be there any more to hear how it went."""
        self._saving.discard(saving)
        if not saving.cancelled():
            saving.exception()
