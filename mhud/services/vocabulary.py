"""Categories and dispositions. In memory, because each new case and contact is held against them.

Only this process changes them: nobody else serves the database, and the command line does not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from mhud.errors import invalid, not_found
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.store.database import Database, Tx
from mhud.store.vocabulary import Category as Category
from mhud.store.vocabulary import Disposition as Disposition
from mhud.store.vocabulary import VocabularyRepository


class Vocabulary:
    """`categories` by code, `dispositions` by id; both replaced whole."""

    def __init__(self, db: Database, trail: Trail) -> None:
        self._db = db
        self._trail = trail
        self._reading = asyncio.Lock()  # else an older view could win
        self.categories: dict[str, Category] = {}
        self.dispositions: dict[int, Disposition] = {}

    async def load(self) -> None:
        async with self._reading, self._db.read() as tx:
            found = VocabularyRepository(tx)
            categories, dispositions = await found.categories(), await found.dispositions()
            self.categories = {one.code: one for one in categories}
            self.dispositions = {one.id: one for one in dispositions}

    def check_category(
        self, category: str | None, subcategory: str | None, has: str | None = None
    ) -> None:
        """That a case may get both; it keeps the category that it `has`, though inactive.

        Raises MhudError INVALID.
        """
        if category is not None and category != has:
            self._usable("category", category, parent=None)
        if subcategory is not None:
            self._usable("subcategory", subcategory, parent=category)

    def belongs(self, subcategory: str, category: str | None) -> bool:
        known = self.categories.get(subcategory)
        return known is not None and known.parent == category

    def _usable(self, field: str, code: str, parent: str | None) -> None:
        known = self.categories.get(code)
        is_sub = field == "subcategory"
        if known is None or not known.is_active or (known.parent is not None) is not is_sub:
            raise invalid(field, f"is no {field} of this helpline")
        if known.parent != parent:
            raise invalid(field, "does not belong to the category")

    def disposition(self, ident: int) -> Disposition:
        """One that a contact may get. Raises MhudError INVALID."""
        known = self.dispositions.get(ident)
        if known is None or not known.is_active:
            raise invalid("disposition_id", "is no disposition of this helpline")
        return known

    async def add_category(self, who: Principal, category: Category) -> Category:
        """Raises MhudError INVALID or CONFLICT."""
        self._check_parent(category.parent)
        async with self._db.write() as tx:
            await VocabularyRepository(tx).add_category(category)
            await self._trail.record_in(tx, who, "category.create", category.code, "category")
        await self.load()
        return category

    async def change_category(self, who: Principal, code: str, wish: Mapping[str, Any]) -> Category:
        """Its parent stays, for cases name both. Raises MhudError NOT_FOUND."""
        if code not in self.categories:
            raise not_found("category", code)
        if wish:
            async with self._db.write() as tx:
                await VocabularyRepository(tx).change_category(code, wish)
                await self._record(tx, who, "category", code, wish)
            await self.load()
        return self.categories[code]

    async def add_disposition(self, who: Principal, wish: Mapping[str, Any]) -> Disposition:
        """Raises MhudError CONFLICT."""
        async with self._db.write() as tx:
            ident = await VocabularyRepository(tx).add_disposition(wish)
            await self._trail.record_in(tx, who, "disposition.create", str(ident), "disposition")
        await self.load()
        return self.dispositions[ident]

    async def change_disposition(
        self, who: Principal, ident: int, wish: Mapping[str, Any]
    ) -> Disposition:
        """Raises MhudError NOT_FOUND or CONFLICT."""
        if ident not in self.dispositions:
            raise not_found("disposition", str(ident))
        if wish:
            async with self._db.write() as tx:
                await VocabularyRepository(tx).change_disposition(ident, wish)
                await self._record(tx, who, "disposition", str(ident), wish)
            await self.load()
        return self.dispositions[ident]

    async def _record(
        self, tx: Tx, who: Principal, kind: str, subject: str, wish: Mapping[str, Any]
    ) -> None:
        await self._trail.record_in(tx, who, f"{kind}.update", subject, kind, fields=sorted(wish))

    def _check_parent(self, parent: str | None) -> None:
        if parent is not None and self.categories.get(parent, _UNKNOWN).parent is not None:
            raise invalid("parent", "is no category of this helpline")


_UNKNOWN = Category(code="", name="", parent="")
