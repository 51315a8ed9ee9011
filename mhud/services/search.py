"""Full-text search of the cases that one may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mhud.services import case_rights
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.store.database import Database
from mhud.store.search import FIELDS as FIELDS
from mhud.store.search import Asked as Asked
from mhud.store.search import Field as Field
from mhud.store.search import Hit as Hit
from mhud.store.search import Hits as Hits
from mhud.store.search import SearchIndex, Term

LONGEST = 1000  # characters of a question
MOST_TERMS = 16  # what comes after them is not looked for
SHORTEST_PREFIX = 2  # letters; one letter and a star is a word of one letter
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»\uff02"), '"')  # as keyboards and editors write them
_PIECE = re.compile(r'"([^"]*)"(\*?)|([^\s"]+)|"')


class CaseSearch:
    def __init__(self, db: Database, index: SearchIndex, trail: Trail) -> None:
        self._db = db
        self._index = index
        self._trail = trail

    async def find(self, principal: Principal, asked: Asked, limit: int, offset: int) -> Hits:
        """On record when it returns. Raises MhudError SERVICE_UNAVAILABLE."""
        sight = case_rights.sight(principal)
        async with self._db.read() as tx:
            hits = await self._index.find(tx, asked, sight, limit=limit, offset=offset)
        looks = {hit.id: (hit.title, hit.status, hit.priority) for hit in hits.page}
        await self._trail.show(principal, "case.search", "case", looks)
        return hits


def terms_of(question: str) -> tuple[Term, ...]:
    """Words, "phrases", and beginnings*. Every other character only parts words; no text is wrong.

    `child-safety` is a phrase, because it is one word to who writes it.
    """
    found = dict.fromkeys(_terms(question.translate(_QUOTES)))
    return tuple(found)[:MOST_TERMS]


def _terms(question: str) -> Iterator[Term]:
    for phrase, star, chunk in _pieces(question):
        text = phrase or chunk.rstrip("*")
        words = _words(text)
        if words:
            starred = bool(star) or chunk.endswith("*")
            yield Term(text, starred and len(words[-1]) >= SHORTEST_PREFIX)


def _pieces(question: str) -> Iterable[tuple[str, str, str]]:
    """A quote without its partner parts words like any other character."""
    return ((found[1] or "", found[2] or "", found[3] or "") for found in _PIECE.finditer(question))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)
