"""Full text by FTS5 (migration 0007), with its ranking, and with marks of who sees what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from mhud.store.case_sight import Sight, visible
from mhud.store.database import Database
from mhud.store.schema_cases import cases
from mhud.store.search import FIELDS, Asked, Field, Hit, Hits, Term

RANKED = 2000
"""Hits that are ranked, the newest ones. Older ones follow by age: of a word that is in every
second case nobody reads so far, and to rank them all took thirty times as long at a million."""
COMMON = 20_000
"""Cases that have a word: if more do, its places are too many to be read for a ranking."""
LOWEST = -0.2  # as a score: a hit whose words are in no title
MARK = "\ue000"
MERGED_PAGES = 200  # at once: some ten milliseconds

_WEIGHTS = "4.0, 1.0, 8.0, 0.0"  # of title, description, number and marks
_MATCH = "FROM cases_fts WHERE cases_fts MATCH :terms"
_COUNT = text(f"SELECT count(*) {_MATCH}")
_IDS = text(f"SELECT rowid {_MATCH} ORDER BY rowid DESC LIMIT :limit OFFSET :offset")
_FORWARD = text(f"SELECT rowid {_MATCH} LIMIT :limit")  # three times as fast, if there are few
_SINCE = text(f"SELECT rowid {_MATCH} AND rowid >= :first")
_SCORES = f"SELECT rowid, bm25(cases_fts, {_WEIGHTS}) {_MATCH}"
_SCORED, _SCORED_FORWARD = text(f"{_SCORES} ORDER BY rowid DESC LIMIT :limit"), text(_SCORES)
_FLAGS = ", ".join(
    f"highlight(cases_fts, {n}, char(2), '') IS NOT highlight(cases_fts, {n}, '', '')"
    for n in range(len(FIELDS))
)
_WHERE = text(
    f"SELECT rowid, {_FLAGS} {_MATCH} "
    "AND rowid BETWEEN :first AND :last AND +rowid IN :ids"  # one pass over the terms, not many
).bindparams(bindparam("ids", expanding=True))
_MERGE = text("INSERT INTO cases_fts (cases_fts, rank) VALUES ('merge', :pages)")
_CHANGES = text("SELECT total_changes()")
_LINE = (
    cases.c.id, cases.c.case_number, cases.c.title, cases.c.status, cases.c.priority,
    cases.c.created_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Question:
    """`terms` is what FTS5 is asked, `total` how many hits that has; `few`: these, if not many."""

    terms: str
    asked: Asked
    sight: Sight
    total: int
    few: Sequence[int] | None


@dataclass(frozen=True, slots=True)
class _Scored:
    id: int
    relevance: float


class SqliteSearch:
    async def find(
        self, tx: AsyncConnection, asked: Asked, sight: Sight, *, limit: int, offset: int
    ) -> Hits:
        terms = expression(asked, sight)
        if terms is None:
            return Hits()
        few = await _few(tx, terms)
        total = len(few) if few is not None else await _count(tx, terms)
        question = _Question(terms, asked, sight, total, few)
        chosen = await _chosen(tx, question, limit, offset) if offset < total else []
        return Hits(await _told(tx, terms, sight, chosen), total)

    async def forget(self, db: Database) -> None:
        """FTS5 only marks a word as gone; it leaves when its part of the index is merged."""
        pages = -MERGED_PAGES  # negative: all parts shall be merged, not only those that are due
        while await _merges(db, pages):
            pages = MERGED_PAGES


async def _merges(db: Database, pages: int) -> bool:
    """Whether there may be more to merge."""
    async with db.write() as tx:
        before = await tx.scalar(_CHANGES) or 0
        await tx.execute(_MERGE, {"pages": pages})
        return (await tx.scalar(_CHANGES) or 0) - before >= 2  # as FTS5's manual has it


async def _few(tx: AsyncConnection, terms: str) -> Sequence[int] | None:
    """All hits, if no more than would be ranked."""
    values = {"terms": terms, "limit": RANKED + 1}
    ids = list((await tx.execute(_FORWARD, values)).scalars())
    return ids if len(ids) <= RANKED else None


async def _count(tx: AsyncConnection, terms: str) -> int:
    total: int = (await tx.execute(_COUNT, {"terms": terms})).scalar_one()
    return total


async def _chosen(
    tx: AsyncConnection, question: _Question, limit: int, offset: int
) -> list[_Scored]:
    """The page: from the ranked ones, and from those behind them."""
    rank = _by_title if await _has_common_word(tx, question) else _by_words
    ranked = await rank(tx, question)
    scores = [score for _, score in ranked]
    newest = question.asked.newest
    ranked.sort(key=lambda hit: (0 if newest else hit[1], -hit[0]))
    page = ranked[offset : offset + limit]
    if len(page) < limit and question.few is None:
        behind = await _ids(tx, question.terms, limit - len(page), max(offset, RANKED))
        page += [(ident, max(scores)) for ident in behind]
    return [_Scored(ident, _relevance(score, min(scores))) for ident, score in page]


async def _has_common_word(tx: AsyncConnection, question: _Question) -> bool:
    if question.total > COMMON:
        return True
    for term in question.asked.terms:
        values = {"terms": _phrase(term), "limit": 1, "offset": COMMON}
        if (await tx.execute(_IDS, values)).first() is not None:
            return True
    return False


async def _by_words(tx: AsyncConnection, question: _Question) -> list[tuple[int, float]]:
    """By how rare the words are, how often they stand there, and how short the text is."""
    values: dict[str, Any] = {"terms": question.terms}
    if question.few is not None:
        rows = await tx.execute(_SCORED_FORWARD, values)
    else:
        rows = await tx.execute(_SCORED, {**values, "limit": RANKED})
    return [(row[0], row[1]) for row in rows]


async def _by_title(tx: AsyncConnection, question: _Question) -> list[tuple[int, float]]:
    """By whether all words are in the title, or some. bm25 would read all places of each word."""
    terms, asked = question.terms, question.asked
    ids = question.few or await _ids(tx, terms, RANKED, 0)
    every: set[int] = set()
    some: set[int] = set()
    if "title" in asked.fields:
        in_title = expression(replace(asked, fields=("title",)), question.sight) or ""
        any_word = " OR ".join(f"({_phrase(term)})" for term in asked.terms)
        every = some = await _since(tx, in_title, min(ids))
        if len(asked.terms) > 1:
            some = await _since(tx, f"({terms}) AND ({{title}} : ({any_word}))", min(ids))
    return [(one, LOWEST * (1 + 2 * (one in some) + 2 * (one in every))) for one in ids]


async def _ids(tx: AsyncConnection, terms: str, limit: int, offset: int) -> list[int]:
    """The newest first."""
    values = {"terms": terms, "limit": limit, "offset": offset}
    return list((await tx.execute(_IDS, values)).scalars())


async def _since(tx: AsyncConnection, terms: str, first: int) -> set[int]:
    return set((await tx.execute(_SINCE, {"terms": terms, "first": first})).scalars())


def _relevance(score: float, best: float) -> float:
    """FTS5's scores are negative, the best is the lowest."""
    return max(0.0001, round(score / best, 4))


async def _told(
    tx: AsyncConnection, terms: str, sight: Sight, chosen: Sequence[_Scored]
) -> tuple[Hit, ...]:
    """With the cases' own rows: these, and not the marks, have the last word on who sees them."""
    if not chosen:
        return ()
    ids = [hit.id for hit in chosen]
    rows = await tx.execute(select(*_LINE).where(cases.c.id.in_(ids), visible(sight)))
    lines: Mapping[int, Any] = {row.id: row._mapping for row in rows}
    values = {"terms": terms, "ids": ids, "first": min(ids), "last": max(ids)}
    matched = {row[0]: _names(row[1:]) for row in await tx.execute(_WHERE, values)}
    return tuple(
        Hit(**lines[hit.id], relevance=hit.relevance, matched=matched[hit.id])
        for hit in chosen
        if hit.id in lines
    )


def _names(flags: Sequence[int]) -> tuple[Field, ...]:
    return tuple(name for name, flag in zip(FIELDS, flags, strict=True) if flag)


# ---- what FTS5 is asked


def expression(asked: Asked, sight: Sight) -> str | None:
    """None: nothing can be found. Everything stands in quotes, where FTS5 knows no operator."""
    marks = _marks(sight)
    if not asked.terms or not asked.fields or marks == ():
        return None
    words = " ".join(_phrase(term) for term in asked.terms)
    if set(asked.fields) != set(FIELDS):
        words = f"{{{' '.join(asked.fields)}}} : ({words})"
    if marks is None:
        return words
    return f"({' OR '.join(map(_quoted, marks))}) AND ({words})"


def _marks(sight: Sight) -> tuple[str, ...] | None:
    """None: all. A list shows nothing of `also`, and the index has no deleted case."""
    if sight.deleted:
        return ()
    if sight.all:
        return None
    own = () if sight.user_id is None else (f"c{sight.user_id}", f"a{sight.user_id}")
    return tuple(MARK + mark for mark in (*own, *(("n",) if sight.unassigned else ())))


def _phrase(term: Term) -> str:
    return _quoted(term.text.replace(MARK, " ")) + (" *" if term.prefix else "")


def _quoted(words: str) -> str:
    """SQLite's texts end at a NUL, and half of a surrogate pair is no text."""
    clean = words.replace("\0", " ").encode("utf-8", "ignore").decode()
    return '"' + clean.replace('"', '""') + '"'
