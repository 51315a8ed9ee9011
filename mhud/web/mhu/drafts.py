"""A counsellor's unfinished forms: `/api/v1/drafts/{call_id}`. Each sees only his own."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from mhud.services.drafts import Draft, version_of
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.route import Wire
from mhud.web.versions import versioned

RIGHT = "log_communication"


class DraftForm(Wire):
    """Any object, of at most 64 KiB."""

    form: dict[str, Any] = Field(repr=False)


class DraftObject(BaseModel):
    call_id: str
    form: dict[str, Any]
    updated_at: datetime


class DraftLine(BaseModel):
    call_id: str
    updated_at: datetime


class DraftList(BaseModel):
    drafts: list[DraftLine]


class DraftGone(BaseModel):
    success: Literal[True] = True
    call_id: str


@mhu.get("/drafts", right=RIGHT)
async def own_drafts(ctx: Context) -> DraftList:
    """About which calls you have an unfinished form, the newest first."""
    found = await ctx.services.contacts.drafts.of(ctx.principal)
    return DraftList(drafts=[DraftLine(call_id=call, updated_at=at) for call, at in found])


@mhu.get("/drafts/{call_id}", right=RIGHT)
async def one_draft(ctx: Context, call_id: str) -> DraftObject | web.Response:
    """Your unfinished form about this call."""
    return _versioned(await ctx.services.contacts.drafts.get(ctx.principal, call_id))


@mhu.put("/drafts/{call_id}", right=RIGHT, versions=True)
async def put_draft(ctx: Context, call_id: str, body: DraftForm) -> DraftObject | web.Response:
    """Keeps the form in place of the one before. It is gone when its communication is logged.

    Honors If-Match, where `"0"` stands for no draft: so nothing is lost that another window wrote.
    """
    drafts = ctx.services.contacts.drafts
    return _versioned(await drafts.put(ctx.principal, call_id, body.form, ctx.if_match))


@mhu.delete("/drafts/{call_id}", right=RIGHT)
async def delete_draft(ctx: Context, call_id: str) -> DraftGone:
    """Forgets it."""
    await ctx.services.contacts.drafts.delete(ctx.principal, call_id)
    return DraftGone(call_id=call_id)


def _versioned(draft: Draft) -> web.Response:
    return versioned(DraftObject.model_validate(draft, from_attributes=True), version_of(draft))
