"""People and their roles. Who has an agent id is an agent; who has no password can't sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.errors import conflict, not_found
from mhud.store.schema import users
from mhud.store.schema_people import sign_in_addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """`repr` shows nothing about the person beyond the sign-in name."""

    id: int
    username: str
    name: str = field(repr=False)
    role: str
    created_at: datetime
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    password_hash: str | None = field(default=None, repr=False)
    credential_version: int = 1
    disabled: bool = False
    agent_id: str | None = None
    interface: str | None = None
    extension: str | None = None
    queues: tuple[str, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    last_login: datetime | None = None
    version: int = 1  # his ETag; raised by each change that an administrator sees
    unlocked_at: datetime | None = None  # failures to sign in before do not count


class UserRepository:
    """Reads and writes people inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def all(self) -> list[User]:
        rows = await self._tx.execute(select(users).order_by(users.c.id))
        return [_user(row._mapping) for row in rows]

    async def named(self, username: str) -> User:
        """Raises MhudError NOT_FOUND."""
        return await self._one("user", username, func.lower(users.c.username) == username.lower())

    async def by_id(self, user_id: int) -> User:
        """Raises MhudError NOT_FOUND."""
        return await self._one("user", "", users.c.id == user_id)

    async def agent(self, agent_id: str) -> User:
        """Raises MhudError NOT_FOUND."""
        return await self._one("agent", agent_id, users.c.agent_id == agent_id)

    async def add(self, *, username: str, **values: Any) -> User:
        """Raises MhudError CONFLICT when name, e-mail address, agent id or phone is taken."""
        try:
            statement = insert(users).values(username=username, **values).returning(users)
            row = (await self._tx.execute(statement)).one()
        except IntegrityError as error:
            raise _taken(error) from error
        return _user(row._mapping)

    async def change(self, user_id: int, **values: Any) -> None:
        """Raises MhudError CONFLICT as `add` does."""
        try:
            await self._tx.execute(update(users).where(users.c.id == user_id).values(**values))
        except IntegrityError as error:
            raise _taken(error) from error

    async def revise(self, user_id: int, **values: Any) -> None:
        """A change that an administrator sees. Raises MhudError CONFLICT as `add` does."""
        await self.change(user_id, version=users.c.version + 1, **values)

    async def void_credentials(self, user_id: int) -> None:
        """Tokens that were given out before stop working."""
        statement = update(users).where(users.c.id == user_id)
        await self._tx.execute(statement.values(credential_version=users.c.credential_version + 1))

    async def name_taken(self, username: str, email: str | None) -> bool:
        names = [name.lower() for name in (username, email) if name]
        where = or_(func.lower(users.c.username).in_(names), func.lower(users.c.email).in_(names))
        return await self._tx.scalar(select(users.c.id).where(where)) is not None

    async def reached_at(self, kind: str, address: str) -> User | None:
        """Who gets messages there, but the disabled. `address`: folded, or a number's key."""
        own = func.lower(users.c.email) if kind == "email" else users.c.phone
        more = select(sign_in_addresses.c.user_id).where(
            sign_in_addresses.c.address == address, sign_in_addresses.c.kind == kind
        )
        where = ~users.c.disabled & ((own == address) | users.c.id.in_(more))
        row = (await self._tx.execute(select(users).where(where).order_by(users.c.id))).first()
        return None if row is None else _user(row._mapping)

    async def _one(self, kind: str, ident: str, where: Any) -> User:
        row = (await self._tx.execute(select(users).where(where))).first()
        if row is None:
            raise not_found(kind, ident)
        return _user(row._mapping)


def _user(row: RowMapping) -> User:
    return User(**{**dict(row), "queues": tuple(row["queues"])})


def _taken(error: IntegrityError) -> Exception:
    text = str(error.orig)
    for column, words in _UNIQUE.items():
        if f"users.{column}" in text:
            return conflict(f"this {words} is taken")
    if "FOREIGN KEY" in text:
        return conflict("there is no such role")
    return error


_UNIQUE = {
    "username": "username",
    "email": "e-mail address",
    "agent_id": "agent id",
    "interface": "phone interface",
}
