"""The words that cases and contacts are sorted by: `/categories`, `/dispositions`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from mhud.services.vocabulary import Category
from mhud.web.context import Context
from mhud.web.fields import Line
from mhud.web.openchs.answers import Many, One, whole
from mhud.web.openchs.dialect import openchs
from mhud.web.route import Wire

RIGHT = "system_config"
Word = Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=64)]
Code = Annotated[str, Field(pattern=r"^[A-Z0-9]+(_[A-Z0-9]+)*$", max_length=64)]


class WordsQuery(Wire):
    """Without it: those that a new case or contact may get."""

    include_inactive: bool = False


class CategoryObject(BaseModel):
    """One with a `parent` is a sub-category of it."""

    code: str
    name: str
    parent: str | None
    is_active: bool


class NewCategory(Wire):
    code: Word
    name: Line
    parent: Word | None = None


class CategoryUpdate(Wire):
    """What is left out stays."""

    name: Line = Field(default_factory=str)
    is_active: bool = Field(default_factory=bool, strict=True)


class DispositionObject(BaseModel):
    id: int
    code: str
    name: str
    category: str
    is_active: bool


class NewDisposition(Wire):
    code: Code
    name: Line
    category: Word


class DispositionUpdate(Wire):
    """What is left out stays."""

    code: Code = Field(default_factory=str)
    name: Line = Field(default_factory=str)
    category: Word = Field(default_factory=str)
    is_active: bool = Field(default_factory=bool, strict=True)


@openchs.get("/categories", right=(), etag=True)
async def list_categories(ctx: Context, query: WordsQuery) -> Many[CategoryObject]:
    """Categories and sub-categories, by code."""
    known = ctx.services.cases.words.categories.values()
    wanted = [one for one in known if one.is_active or query.include_inactive]
    return whole([_category(one) for one in wanted])


@openchs.post("/categories", right=RIGHT, status=201)
async def create_category(ctx: Context, body: NewCategory) -> One[CategoryObject]:
    """A category, or with `parent` a sub-category."""
    wish = Category(**body.model_dump())
    return One(data=_category(await ctx.services.cases.words.add_category(ctx.principal, wish)))


@openchs.put("/categories/{code}", right=RIGHT)
async def update_category(ctx: Context, code: str, body: CategoryUpdate) -> One[CategoryObject]:
    """Another name; or inactive: cases keep it, and no case gets it."""
    wish = body.model_dump(exclude_unset=True)
    changed = await ctx.services.cases.words.change_category(ctx.principal, code, wish)
    return One(data=_category(changed))


@openchs.get("/dispositions", right=(), etag=True)
async def list_dispositions(ctx: Context, query: WordsQuery) -> Many[DispositionObject]:
    """What may be said of a contact's outcome."""
    known = ctx.services.cases.words.dispositions.values()
    wanted = [one for one in known if one.is_active or query.include_inactive]
    return whole([DispositionObject.model_validate(one, from_attributes=True) for one in wanted])


@openchs.post("/dispositions", right=RIGHT, status=201)
async def create_disposition(ctx: Context, body: NewDisposition) -> One[DispositionObject]:
    """`category` is what communications print as their disposition."""
    words = ctx.services.cases.words
    made = await words.add_disposition(ctx.principal, body.model_dump())
    return One(data=DispositionObject.model_validate(made, from_attributes=True))


@openchs.put("/dispositions/{disposition_id}", right=RIGHT)
async def update_disposition(
    ctx: Context, disposition_id: int, body: DispositionUpdate
) -> One[DispositionObject]:
    """Other words; or inactive: contacts keep it, and no contact gets it."""
    wish = body.model_dump(exclude_unset=True)
    words = ctx.services.cases.words
    changed = await words.change_disposition(ctx.principal, disposition_id, wish)
    return One(data=DispositionObject.model_validate(changed, from_attributes=True))


def _category(category: Category) -> CategoryObject:
    return CategoryObject.model_validate(category, from_attributes=True)
