"""Full-text search: `/helpline/api/search/cases`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from mhud.services.case_rights import READERS
from mhud.services.case_words import Priority, Status
from mhud.services.search import FIELDS, LONGEST, Asked, Hit, terms_of
from mhud.services.search import Field as Searched
from mhud.web.context import Context
from mhud.web.openchs.answers import Many, page
from mhud.web.openchs.dialect import openchs
from mhud.web.route import Wire


def _fields(text: object) -> tuple[Searched, ...]:
    """Of a list with commas. Raises ValueError, without what was sent."""
    names = {name.strip() for name in str(text).split(",")}
    if names - set(FIELDS):
        raise ValueError(f"is a list of {', '.join(FIELDS)} with commas between")
    return tuple(name for name in FIELDS if name in names)


_Names = Annotated[str, Field(max_length=100)]


class SearchQuery(Wire):
    """`q`: words, "phrases" and beginnings*; all of them must be in the case.

    `fields`: where to look, names with commas between. `sort`: the newest first, or the best hit.
    """

    q: str = Field(max_length=LONGEST)
    fields: Annotated[
        tuple[Searched, ...], BeforeValidator(_fields, json_schema_input_type=_Names)
    ] = FIELDS
    sort: Literal["newest", "relevance"] = "newest"
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, lt=2**53)


class FoundCase(BaseModel):
    """`relevance_score` is 1 for the best of all hits."""

    id: int
    case_number: str
    title: str
    relevance_score: float
    matched_fields: list[Searched]
    status: Status
    priority: Priority
    created_at: datetime

    @classmethod
    def of(cls, hit: Hit) -> FoundCase:
        return cls(
            id=hit.id,
            case_number=hit.case_number,
            title=hit.title,
            relevance_score=hit.relevance,
            matched_fields=list(hit.matched),
            status=hit.status,
            priority=hit.priority,
            created_at=hit.created_at,
        )


@openchs.get("/search/cases", right=READERS)
async def search_cases(ctx: Context, query: SearchQuery) -> Many[FoundCase]:
    """Cases that hold all the words, among those that one sees."""
    asked = Asked(terms=terms_of(query.q), fields=query.fields, newest=query.sort == "newest")
    search = ctx.services.case_views.search
    hits = await search.find(ctx.principal, asked, query.limit, query.offset)
    found = [FoundCase.of(hit) for hit in hits.page]
    return page(found, hits.total, query.limit, query.offset)
