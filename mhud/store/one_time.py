"""One-time codes, and what was asked for and guessed. Recipients are keyed hashes, known or not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema_people import one_time_attempts, one_time_codes


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeCode:
    """Without a user it is a decoy: an address that nobody has costs the same work."""

    recipient: bytes = field(repr=False)
    user_id: int | None
    code_hash: bytes = field(repr=False)
    sealed_code: bytes | None = field(repr=False)
    created_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None


class OneTimeRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def code(self, recipient: bytes) -> OneTimeCode | None:
        """The last one made for him, good or not."""
        query = select(one_time_codes).where(one_time_codes.c.recipient == recipient)
        row = (await self._tx.execute(query)).first()
        return None if row is None else OneTimeCode(**row._mapping)

    async def put(self, code: OneTimeCode) -> None:
        """In place of the one before."""
        values = {name: getattr(code, name) for name in one_time_codes.c.keys()}  # noqa: SIM118 - columns
        statement = insert(one_time_codes).values(**values)
        await self._tx.execute(
            statement.on_conflict_do_update(index_elements=["recipient"], set_=values)
        )

    async def change(self, recipient: bytes, *, tries: int, used_at: datetime | None) -> None:
        statement = update(one_time_codes).where(one_time_codes.c.recipient == recipient)
        await self._tx.execute(statement.values(tries=tries, used_at=used_at))

    async def forget_codes_of(self, user_id: int) -> None:
        """What was sent to him is void."""
        await self._tx.execute(delete(one_time_codes).where(one_time_codes.c.user_id == user_id))

    async def note(self, recipient: bytes, kind: str, at: datetime) -> None:
        await self._tx.execute(
            insert(one_time_attempts).values(recipient=recipient, kind=kind, at=at)
        )

    async def nth_latest(self, recipient: bytes, kind: str, n: int) -> datetime | None:
        """When the n-th attempt from now backwards was made; None: there are not so many."""
        his = one_time_attempts.c.recipient == recipient, one_time_attempts.c.kind == kind
        latest = select(one_time_attempts.c.at).where(*his).order_by(one_time_attempts.c.at.desc())
        at: datetime | None = await self._tx.scalar(latest.limit(1).offset(n - 1))
        return at

    async def with_many(self, kind: str, most: int, since: datetime) -> dict[bytes, int]:
        """Who has made `most` attempts or more after `since`, and how many."""
        count = func.count()
        query = (
            select(one_time_attempts.c.recipient, count)
            .where(one_time_attempts.c.kind == kind, one_time_attempts.c.at > since)
            .group_by(one_time_attempts.c.recipient)
            .having(count >= most)
        )
        return {row[0]: row[1] for row in await self._tx.execute(query)}

    async def forgive(self, recipients: Collection[bytes]) -> None:
        """As if nothing had been asked for nor guessed."""
        his = one_time_attempts.c.recipient.in_(recipients)
        await self._tx.execute(delete(one_time_attempts).where(his))

    async def forget_before(self, at: datetime) -> None:
        """Attempts before `at`, and codes that had expired by then."""
        await self._tx.execute(delete(one_time_attempts).where(one_time_attempts.c.at < at))
        await self._tx.execute(delete(one_time_codes).where(one_time_codes.c.expires_at < at))
