"""Links that are good once: `/invitations/look`, `/invitations/accept`, and who makes one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from mhud.services import invitations, login_sessions
from mhud.services.invitations import Kind, Newcomer
from mhud.web.context import Context
from mhud.web.cookie import refuse_foreign, signed_in
from mhud.web.fields import Ident
from mhud.web.openchs.answers import One, Told
from mhud.web.openchs.dialect import openchs
from mhud.web.openchs.sign_in import Password, SignedIn, Welcome
from mhud.web.openchs.user_models import Email, Name
from mhud.web.origin import absolute
from mhud.web.route import Wire

Token = Annotated[str, Field(min_length=1, max_length=100, repr=False)]


class Link(Wire):
    """`token`: what stands in a link after `#/welcome/`."""

    token: Token


class Acceptance(Wire):
    """`username` is required of the first administrator, who alone may say it, `name`, `email`."""

    token: Token
    password: Password = Field(repr=False)
    username: Ident | None = None
    name: Name | None = Field(None, repr=False)
    email: Email | None = Field(None, repr=False)


class Offered(BaseModel):
    """`kind` setup: who comes becomes the first administrator. password: the person that is named.

    `username` and `name` are null for setup.
    """

    kind: Kind
    username: str | None
    name: str | None
    organization: str
    expires_at: datetime


class NewInvitation(BaseModel):
    """Shown this once. The link leads to the portal's page for it."""

    token: str
    link: str
    expires_at: datetime


@openchs.post("/invitations/look", right=None, bucket="auth", idempotent=False)
async def look_at_invitation(ctx: Context, body: Link) -> One[Offered]:
    """What a link is good for. 410: it was used, is over, was replaced, or there was none."""
    refuse_foreign(ctx)
    offer = await invitations.look(ctx.services.access, body.token)
    user = offer.user
    data = Offered(
        kind=offer.kind,
        username=user.username if user else None,
        name=user.name if user else None,
        organization=ctx.services.settings.helpline.organization,
        expires_at=offer.expires_at,
    )
    return One(data=data)


@openchs.post("/invitations/accept", right=None, bucket="auth", idempotent=False)
async def accept_invitation(ctx: Context, body: Acceptance) -> Welcome | web.Response:
    """Set a password, or become the first administrator: the answer signs in, with the cookie."""
    refuse_foreign(ctx)
    services, browser = ctx.services, ctx.request.headers.get("User-Agent")
    who = Newcomer(username=body.username, name=body.name, email=body.email)
    user = await invitations.accept(services.access, body.token, body.password, who, ctx.ip)
    cookie = await login_sessions.start(
        services.access, services.trail, user, "invitation", ip=ctx.ip, user_agent=browser
    )
    him = SignedIn(id=user.id, username=user.username, role=user.role)
    return signed_in(ctx, Welcome(user=him), cookie)


@openchs.post("/users/{user_id}/invite", right="manage_users", status=201, idempotent=False)
async def invite_user(ctx: Context, user_id: int) -> Told[NewInvitation]:
    """A link by which he sets a password, good once and for 24 hours. The one before is void."""
    made = await invitations.invite(ctx.services.access, user_id, ctx.principal)
    link = invitations.link(absolute(ctx.request, ""), made.token)
    data = NewInvitation(token=made.token, link=link, expires_at=made.expires_at)
    return Told(data=data, message="Invitation created successfully")
