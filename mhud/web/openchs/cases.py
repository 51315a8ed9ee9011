"""Cases and their history: `/helpline/api/cases`."""

from __future__ import annotations

from aiohttp import web

from mhud.services.case_rights import READERS
from mhud.web.context import Context
from mhud.web.openchs.answers import Done, Many, One, Told, page
from mhud.web.openchs.case_models import (
    ActivityObject,
    CaseLine,
    CaseObject,
    CasesQuery,
    CaseUpdate,
    CreatedActivity,
    CreatedCase,
    NewActivity,
    NewCase,
    UpdatedCase,
    sent,
)
from mhud.web.openchs.dialect import openchs
from mhud.web.versions import versioned


@openchs.get("/cases", right=READERS, etag=True)
async def list_cases(ctx: Context, query: CasesQuery) -> Many[CaseLine]:
    """The cases that you may see, newest first unless you ask for the oldest."""
    found = await ctx.services.cases.page(
        ctx.principal,
        query.wanted(ctx),
        limit=query.limit,
        offset=query.offset,
        deleted=query.deleted,
    )
    lines = [CaseLine.of(ctx, line) for line in found.lines]
    return page(lines, found.total, query.limit, query.offset)


@openchs.get("/cases/{case_id}", right=READERS)
async def get_case(ctx: Context, case_id: int) -> One[CaseObject] | web.Response:
    """One case, which the audit trail records. `ETag` is its version."""
    case = await ctx.services.cases.find(ctx.principal, case_id)
    return versioned(One(data=CaseObject.of(ctx, case)), case.version)


@openchs.post("/cases", right="create_case", status=201)
async def create_case(ctx: Context, body: NewCase) -> Told[CreatedCase] | web.Response:
    """A new case, open unless somebody is assigned."""
    case = await ctx.services.cases.create(ctx.principal, sent(body))
    data = CreatedCase.model_validate(case, from_attributes=True)
    return versioned(Told(data=data, message="Case created successfully"), case.version, 201)


@openchs.update("/cases/{case_id}", right=("update_case", "escalate_case"), versions=True)
async def update_case(
    ctx: Context, case_id: int, body: CaseUpdate
) -> Told[UpdatedCase] | web.Response:
    """Change what you name, by PUT or POST; `If-Match` with its ETag, if nobody else may have."""
    case = await ctx.services.cases.update(ctx.principal, case_id, sent(body), ctx.if_match)
    data = UpdatedCase.model_validate(case, from_attributes=True)
    return versioned(Told(data=data, message="Case updated successfully"), case.version)


@openchs.delete("/cases/{case_id}", right="delete_case", versions=True)
async def delete_case(ctx: Context, case_id: int) -> Done:
    """Out of every list, search and count, until it is restored or purged."""
    await ctx.services.cases.delete(ctx.principal, case_id, ctx.if_match)
    return Done(message="Case deleted successfully")


@openchs.post("/cases/{case_id}/restore", right="delete_case")
async def restore_case(ctx: Context, case_id: int) -> Told[UpdatedCase] | web.Response:
    """A deleted case as it was."""
    case = await ctx.services.cases.restore(ctx.principal, case_id)
    data = UpdatedCase.model_validate(case, from_attributes=True)
    return versioned(Told(data=data, message="Case restored successfully"), case.version)


@openchs.get("/cases/{case_id}/activities", right=READERS)
async def list_activities(ctx: Context, case_id: int) -> Many[ActivityObject]:
    """What happened to a case, newest first; at most the last 1000."""
    found = await ctx.services.cases.activities(ctx.principal, case_id)
    lines = [ActivityObject.of(ctx, one) for one in found.activities]
    return page(lines, found.total, 1000, 0)


@openchs.post("/cases/{case_id}/activities", right=("update_case", "escalate_case"), status=201)
async def add_activity(ctx: Context, case_id: int, body: NewActivity) -> One[CreatedActivity]:
    """A note, or an escalation."""
    ident, at = await ctx.services.cases.post_activity(
        ctx.principal, case_id, body.activity_type, body.description
    )
    return One(data=CreatedActivity(id=ident, created_at=at))
