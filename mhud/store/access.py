"""Keys, refresh tokens, and the stamp that tells other processes that access changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema import api_keys, refresh_tokens, stamps

STAMP = "access"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """`rate`: requests per minute, of the enterprise tier only."""

    id: str
    name: str
    key_hash: bytes = field(repr=False)
    rights: tuple[str, ...]
    tier: str
    owner_id: int
    created_at: datetime
    description: str = ""
    rate: int | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    hash: bytes = field(repr=False)
    family: str
    user_id: int
    expires_at: datetime
    spent_at: datetime | None = None
    revoked_at: datetime | None = None


class AccessRepository:
    """Reads and writes credentials inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def stamp(self) -> int:
        value = await self._tx.scalar(select(stamps.c.value).where(stamps.c.name == STAMP))
        return value or 0

    async def bump(self) -> None:
        """Call it in the transaction of every change of users, roles, keys and revocations."""
        statement = insert(stamps).values(name=STAMP, value=1)
        raised = {"value": stamps.c.value + 1}
        await self._tx.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_=raised)
        )

    async def keys(self) -> list[ApiKey]:
        """All that are not revoked, oldest first."""
        query = select(api_keys).where(api_keys.c.revoked_at.is_(None))
        rows = await self._tx.execute(query.order_by(api_keys.c.created_at, api_keys.c.id))
        return [ApiKey(**{**row._mapping, "rights": tuple(row.rights)}) for row in rows]

    async def add_key(self, key: ApiKey) -> None:
        values = {name: getattr(key, name) for name in api_keys.c.keys()}  # noqa: SIM118 - columns
        await self._tx.execute(insert(api_keys).values(**values))

    async def revoke_key(self, key_id: str, at: datetime) -> bool:
        """False when there is no such key, or it was revoked before."""
        where = api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None)
        done = await self._tx.execute(update(api_keys).where(*where).values(revoked_at=at))
        return done.rowcount > 0

    async def touch_keys(self, used: Mapping[str, datetime]) -> None:
        for key_id, at in used.items():
            statement = update(api_keys).where(api_keys.c.id == key_id)
            await self._tx.execute(statement.values(last_used_at=at))

    async def add_refresh(self, token: RefreshToken) -> None:
        values = {name: getattr(token, name) for name in refresh_tokens.c.keys()}  # noqa: SIM118
        await self._tx.execute(insert(refresh_tokens).values(**values))

    async def refresh_token(self, token_hash: bytes) -> RefreshToken | None:
        query = select(refresh_tokens).where(refresh_tokens.c.hash == token_hash)
        row = (await self._tx.execute(query)).first()
        return None if row is None else RefreshToken(**row._mapping)

    async def spend(self, token_hash: bytes, at: datetime) -> None:
        where = refresh_tokens.c.hash == token_hash
        await self._tx.execute(update(refresh_tokens).where(where).values(spent_at=at))

    async def revoke_family(self, family: str, at: datetime) -> None:
        where = refresh_tokens.c.family == family, refresh_tokens.c.revoked_at.is_(None)
        await self._tx.execute(update(refresh_tokens).where(*where).values(revoked_at=at))

    async def revoke_user(self, user_id: int, at: datetime, except_family: str = "") -> None:
        """All his families but one."""
        his = refresh_tokens.c.user_id == user_id, refresh_tokens.c.family != except_family
        where = *his, refresh_tokens.c.revoked_at.is_(None)
        await self._tx.execute(update(refresh_tokens).where(*where).values(revoked_at=at))

    async def revoked_families(self) -> set[str]:
        query = select(refresh_tokens.c.family).where(refresh_tokens.c.revoked_at.is_not(None))
        return set(await self._tx.scalars(query.distinct()))

    async def forget_refresh_before(self, at: datetime) -> None:
        """Drops tokens that expired before `at`."""
        await self._tx.execute(delete(refresh_tokens).where(refresh_tokens.c.expires_at < at))
