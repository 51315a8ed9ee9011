"""Roles: names for sets of rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.schema import roles, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """`rights` as they were given: `all` stands for every right, of later releases too."""

    name: str
    rights: tuple[str, ...]
    built_in: bool
    people: int  # who have it and are not disabled


class RoleRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def all(self) -> dict[str, Role]:
        """By name, in the order of the alphabet."""
        counts = select(users.c.role, func.count()).where(~users.c.disabled).group_by(users.c.role)
        people = {row[0]: row[1] for row in await self._tx.execute(counts)}
        rows = await self._tx.execute(select(roles).order_by(roles.c.name))
        return {
            row.name: Role(
                name=row.name,
                rights=tuple(row.rights),
                built_in=row.built_in,
                people=people.get(row.name, 0),
            )
            for row in rows
        }

    async def add(self, name: str, rights: Iterable[str], *, built_in: bool = False) -> None:
        values = {"name": name, "rights": list(rights), "built_in": built_in}
        await self._tx.execute(insert(roles).values(**values))

    async def change(self, name: str, rights: Iterable[str]) -> None:
        statement = update(roles).where(roles.c.name == name)
        await self._tx.execute(statement.values(rights=list(rights)))

    async def seed(self, built_in: Mapping[str, Iterable[str]]) -> bool:
        """Adds those that are missing, and says whether any was; a changed one stays changed."""
        missing = set(built_in) - set(await self.all())
        for name in sorted(missing):
            await self.add(name, built_in[name], built_in=True)
        return bool(missing)
