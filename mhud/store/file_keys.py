"""The keys that attachments' files are sealed with. A rotation adds one, and takes none away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.sealed import FileKey
from mhud.store.schema_cases import file_keys


class FileKeyRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def all(self) -> dict[int, FileKey]:
        """By number; the highest is the newest."""
        rows = await self._tx.execute(select(file_keys.c.number, file_keys.c.secret))
        return {number: FileKey(number, secret) for number, secret in rows}

    async def add(self, key: FileKey, at: datetime) -> None:
        values = {"number": key.number, "secret": key.secret, "made_at": at}
        await self._tx.execute(insert(file_keys), values)
