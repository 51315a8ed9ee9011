"""What a full-text index of cases must do; `search_sqlite.py` does it.

Another engine's index keeps these promises and nothing else: a deleted case is not in it, accents
and case make no difference, and every change of a case is in it as soon as the case's own row is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.case_sight import Sight
from mhud.store.database import Database

Field = Literal["title", "description", "case_number"]
FIELDS: tuple[Field, ...] = ("title", "description", "case_number")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other, by whatever they are parted; `prefix`: the last one goes on."""

    text: str = field(repr=False)
    prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A case is a hit when each term is in one of the fields. No term: nothing is.

    `newest`: hits come by age; else the best one first.
    """

    terms: tuple[Term, ...]
    fields: tuple[Field, ...] = FIELDS
    newest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """`relevance`: 1 for the best of all hits, more than 0 for each. `matched`: some of FIELDS."""

    id: int
    case_number: str
    title: str = field(repr=False)
    status: str
    priority: str
    created_at: datetime
    relevance: float
    matched: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """One page, and how many there are in all."""

    page: tuple[Hit, ...] = ()
    total: int = 0


class SearchIndex(Protocol):
    async def find(
        self, tx: AsyncConnection, asked: Asked, sight: Sight, *, limit: int, offset: int
    ) -> Hits:
        """Only what the sight shows is found, and counted. Whatever the terms hold, it answers."""
        ...

    async def forget(self, db: Database) -> None:
        """What cases held before they were changed or erased is in no index any more after this.

        In steps: others write between them. Raises MhudError SERVICE_UNAVAILABLE.
        """
        ...
