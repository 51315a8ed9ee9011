"""The audit trail: `/api/v1/audit`. Who did what to whom, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from mhud.services.trail import Sought
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.models import Ident, Moment
from mhud.web.moments import begin, end
from mhud.web.route import Wire


class AuditQuery(Wire):
    """`user` is a username, `action` a word or a family as `call.monitor.*`, `subject` an id."""

    since: Moment | None = None
    until: Moment | None = None
    user: Ident | None = None
    action: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)*(\.\*)?$", max_length=64)] | None = (
        None
    )
    subject: Ident | None = None
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=64)


class Deed(BaseModel):
    """`credential`: `user:5` (a token), `key:key-0a1b` or `login:login-2c3d`.

    `details` has no number, name or note in it.
    """

    id: int
    at: datetime
    user_id: int
    username: str
    credential: str
    ip: str | None
    action: str
    subject_kind: str
    subject_id: str
    details: dict[str, Any]


class AuditTrail(BaseModel):
    entries: list[Deed]
    next_cursor: str | None


@mhu.get("/audit", right="view_audit_log")
async def audit_trail(ctx: Context, query: AuditQuery) -> AuditTrail:
    """Commands on calls, monitoring, and whatever else is recorded; newest first."""
    zone = ctx.services.settings.timezone
    sought = Sought(
        since=begin(query.since, zone),
        until=end(query.until, zone),
        user=query.user,
        action=query.action,
        subject=query.subject,
    )
    page = await ctx.services.trail.page(sought, query.limit, query.cursor)
    entries = [Deed.model_validate(deed, from_attributes=True) for deed in page.deeds]
    return AuditTrail(entries=entries, next_cursor=page.next_cursor)
