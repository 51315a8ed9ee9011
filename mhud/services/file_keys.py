"""Which key seals a new file, and which ones open the older ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mhud.clock import Clock
from mhud.sealed import FileKey
from mhud.store.database import Database
from mhud.store.file_keys import FileKeyRepository


@dataclass(frozen=True, slots=True)
class FileKeys:
    """`current` for `sealed.Sealer`, `by_number` for `sealed.Unsealer`."""

    current: FileKey
    by_number: Mapping[int, FileKey]

    @classmethod
    async def open(cls, db: Database, clock: Clock) -> FileKeys:
        """Makes the first key if there is none. Raises MhudError SERVICE_UNAVAILABLE."""
        async with db.write() as tx:
            repository = FileKeyRepository(tx)
            keys = await repository.all()
            if not keys:
                keys = {1: FileKey.new(1)}
                await repository.add(keys[1], clock.now())
        return cls(keys[max(keys)], keys)

    @classmethod
    async def renew(cls, db: Database, clock: Clock) -> FileKeys:
        """The next file gets a new key; files that are there keep theirs."""
        async with db.write() as tx:
            repository = FileKeyRepository(tx)
            keys = await repository.all()
            new = FileKey.new(max(keys, default=0) + 1)
            await repository.add(new, clock.now())
        return cls(new, {**keys, new.number: new})
