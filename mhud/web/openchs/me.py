"""Who asks: `/users/me`, and his leaving, `/logout`."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from pydantic import BaseModel

from mhud.errors import conflict
from mhud.services import login_sessions, signin
from mhud.services.rights import RIGHTS
from mhud.web.context import Context
from mhud.web.cookie import signed_out
from mhud.web.openchs.answers import Done, One
from mhud.web.openchs.dialect import openchs
from mhud.web.right_words import Right
from mhud.web.versions import versioned


class Me(BaseModel):
    """`permissions` are those of the credential that asks.

    Those that are also in `own_only` hold for his own calls and phone only.
    """

    id: int
    username: str
    email: str | None
    role: str
    organization: str
    permissions: list[Right]
    last_login: datetime | None
    name: str
    agent_id: str | None
    own_only: list[Right]


@openchs.get("/users/me", right=())
async def current_user(ctx: Context) -> One[Me] | web.Response:
    """Who you are, and what you may do."""
    who = ctx.principal
    user = await login_sessions.user_of(ctx.services.access, who)
    permissions = [right for right in RIGHTS if who.has(right)]
    me = Me(
        id=user.id,
        username=user.username,
        email=user.email,
        role=user.role,
        organization=ctx.services.settings.helpline.organization,
        permissions=permissions,
        last_login=user.last_login,
        name=user.name,
        agent_id=user.agent_id,
        own_only=[right for right in permissions if right not in who.rights],
    )
    return versioned(One(data=me), user.version)


@openchs.post("/logout", right=(), idempotent=False)
async def log_out(ctx: Context) -> Done | web.Response:
    """Ends the login session, or the token, that asks. A key has nothing to end."""
    access, who = ctx.services.access, ctx.principal
    if who.login:
        await login_sessions.end(access, ctx.services.trail, who, who.login)
    elif not await signin.revoke(access, None, who):
        raise conflict("an API key is not logged in; it can be revoked instead")
    return signed_out(ctx, Done(message="Logged out successfully"))
