"""Login sessions: what a browser's cookie stands for. Only a keyed hash of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema_people import login_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """`id` is public. `how` he signed in: otp, password or demo."""

    id: str
    hash: bytes = field(repr=False)
    user_id: int
    how: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    ip: str | None = field(default=None, repr=False)
    user_agent: str | None = field(default=None, repr=False)


class LoginRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def open(self) -> list[Login]:
        """Those that nothing has ended, oldest first; time may have."""
        query = select(login_sessions).where(login_sessions.c.ended_at.is_(None))
        rows = await self._tx.execute(
            query.order_by(login_sessions.c.created_at, login_sessions.c.id)
        )
        return [Login(**row._mapping) for row in rows]

    async def add(self, login: Login) -> None:
        values = {name: getattr(login, name) for name in login_sessions.c.keys()}  # noqa: SIM118 - columns
        await self._tx.execute(insert(login_sessions).values(**values))

    async def touch(self, seen: Mapping[str, datetime]) -> None:
        for login_id, at in seen.items():
            statement = update(login_sessions).where(login_sessions.c.id == login_id)
            await self._tx.execute(statement.values(last_seen_at=at))

    async def end(self, login_id: str, at: datetime) -> bool:
        """False when it had ended."""
        return await self._end(login_sessions.c.id == login_id, at) > 0

    async def end_user(self, user_id: int, at: datetime, except_id: str = "") -> int:
        """All of his but one; how many."""
        his = login_sessions.c.user_id == user_id
        return await self._end(his & (login_sessions.c.id != except_id), at)

    async def forget_before(self, at: datetime) -> None:
        """Drops those whose time was over before `at`."""
        await self._tx.execute(delete(login_sessions).where(login_sessions.c.expires_at < at))

    async def _end(self, which: ColumnElement[bool], at: datetime) -> int:
        open_ = which & login_sessions.c.ended_at.is_(None)
        done = await self._tx.execute(update(login_sessions).where(open_).values(ended_at=at))
        return done.rowcount
