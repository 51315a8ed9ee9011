"""Links by which somebody sets his password. Spent ones are gone."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema_people import invitations


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Without a user it is the first administrator's."""

    hash: bytes = field(repr=False)
    user_id: int | None
    created_at: datetime
    expires_at: datetime


class InvitationRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def get(self, token_hash: bytes) -> Invitation | None:
        query = select(invitations).where(invitations.c.hash == token_hash)
        row = (await self._tx.execute(query)).first()
        return None if row is None else Invitation(**row._mapping)

    async def of(self, user_id: int) -> Invitation | None:
        """The last one that was made for him, whether it is still good or not."""
        query = select(invitations).where(invitations.c.user_id == user_id)
        row = (await self._tx.execute(query)).first()
        return None if row is None else Invitation(**row._mapping)

    async def put(self, row: Invitation, now: datetime) -> None:
        """In place of the one before that this person had; and those that are over go."""
        his = invitations.c.user_id.is_not_distinct_from(row.user_id)
        await self._tx.execute(delete(invitations).where(or_(his, invitations.c.expires_at <= now)))
        await self._tx.execute(insert(invitations).values(**asdict(row)))

    async def forget(self, token_hash: bytes) -> None:
        await self._tx.execute(delete(invitations).where(invitations.c.hash == token_hash))

    async def forget_of(self, user_id: int) -> None:
        """What was made for him is void."""
        await self._tx.execute(delete(invitations).where(invitations.c.user_id == user_id))
