"""Rows about the files of cases. The files themselves are in the vault, sealed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema import users
from mhud.store.schema_cases import attachments

MOST = 1000  # that a list shows


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """`filename` is ours; `sha256` and `file_size` are of what was sent, in bytes."""

    case_id: int
    filename: str
    original_filename: str = field(repr=False)
    file_size: int
    sha256: bytes
    mime_type: str
    file_type: str
    description: str | None = field(repr=False)
    uploaded_by: int
    uploaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(NewFile):
    """`uploaded_by_name` is the username of now."""

    id: int
    uploaded_by_name: str


class AttachmentRepository:
    """Inside a transaction that the caller owns, about cases that he looked after."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def add(self, file: NewFile) -> int:
        """The new row's id."""
        statement = insert(attachments).returning(attachments.c.id)
        return int((await self._tx.execute(statement, asdict(file))).scalar_one())

    async def of_case(self, case_id: int) -> tuple[Attachment, ...]:
        """Newest first."""
        query = _SELECT.where(attachments.c.case_id == case_id)
        rows = await self._tx.execute(query.order_by(attachments.c.id.desc()).limit(MOST))
        return tuple(Attachment(**row._mapping) for row in rows)

    async def get(self, case_id: int, attachment_id: int) -> Attachment | None:
        """Of this case only."""
        mine = attachments.c.case_id == case_id, attachments.c.id == attachment_id
        row = (await self._tx.execute(_SELECT.where(*mine))).first()
        return None if row is None else Attachment(**row._mapping)

    async def filenames(self) -> frozenset[str]:
        return frozenset((await self._tx.execute(select(attachments.c.filename))).scalars())


_SELECT = select(attachments, users.c.username.label("uploaded_by_name")).join(
    users, users.c.id == attachments.c.uploaded_by
)
