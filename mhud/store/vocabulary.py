"""The words by which cases and contacts are sorted: data, which an administrator changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.errors import conflict
from mhud.store.schema_cases import categories, dispositions


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One with a parent is a sub-category. Inactive: old cases keep it, no case gets it."""

    code: str
    name: str
    parent: str | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """What came of a contact. `category` is what a communication prints."""

    id: int
    code: str
    name: str
    category: str
    is_active: bool = True


class VocabularyRepository:
    """Inside a transaction that the caller owns."""

    def __init__(self, tx: AsyncConnection) -> None:
        self._tx = tx

    async def categories(self) -> list[Category]:
        rows = await self._tx.execute(select(categories).order_by(categories.c.code))
        return [Category(**row._mapping) for row in rows]

    async def dispositions(self) -> list[Disposition]:
        rows = await self._tx.execute(select(dispositions).order_by(dispositions.c.id))
        return [Disposition(**row._mapping) for row in rows]

    async def add_category(self, category: Category) -> None:
        """Raises MhudError CONFLICT when the code is taken."""
        try:
            await self._tx.execute(insert(categories), asdict(category))
        except IntegrityError as error:
            raise conflict("this code is taken") from error

    async def change_category(self, code: str, values: Mapping[str, Any]) -> None:
        where = categories.c.code == code
        await self._tx.execute(update(categories).where(where).values(**values))

    async def add_disposition(self, values: Mapping[str, Any]) -> int:
        """Its id. Raises MhudError CONFLICT when the code is taken."""
        try:
            statement = insert(dispositions).returning(dispositions.c.id)
            new: int = (await self._tx.execute(statement, values)).scalar_one()
        except IntegrityError as error:
            raise conflict("this code is taken") from error
        return new

    async def change_disposition(self, ident: int, values: Mapping[str, Any]) -> None:
        """Raises MhudError CONFLICT when the code is taken."""
        where = dispositions.c.id == ident
        try:
            await self._tx.execute(update(dispositions).where(where).values(**values))
        except IntegrityError as error:
            raise conflict("this code is taken") from error
