"""Links that are good once: `/invitations/look`, `/invitations/accept`, and who makes one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

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


class Pending(BaseModel):
    """A link of his that is still good; what it says is shown to nobody again."""

    created_at: datetime
    expires_at: datetime


class MailState(BaseModel):
    """`sent`: the mail server took it. `failed`: three tries did not help, or it came too late."""

    state: Literal["sending", "sent", "failed"]
    at: datetime


class InvitationState(BaseModel):
    """`by_email`: there is a mail server, and he has an address. `mail`: of the last one that was
    sent since mhud started.
    """

    by_email: bool
    pending: Pending | None
    mail: MailState | None


class MailedInvitation(BaseModel):
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


@openchs.get("/users/{user_id}/invite", right="manage_users")
async def invitation_state(ctx: Context, user_id: int) -> One[InvitationState]:
    """Whether a link of his is good still, and what became of the e-mail with it."""
    found = await invitations.pending(ctx.services.access, user_id)
    mail = ctx.services.invited.last(user_id)
    data = InvitationState(
        by_email=ctx.services.invited.reaches(user_id),
        pending=Pending.model_validate(found, from_attributes=True) if found else None,
        mail=MailState(state=mail.state, at=mail.at) if mail else None,
    )
    return One(data=data)


@openchs.post("/users/{user_id}/invite/mail", right="manage_users", status=202, idempotent=False)
async def mail_invitation(ctx: Context, user_id: int) -> Told[MailedInvitation]:
    """Sends him such a link by e-mail, and shows it to nobody.

    409: he has no address; 503: there is no mail server. How it went is at
    `GET /users/{user_id}/invite`.
    """
    base = absolute(ctx.request, "")
    made = await ctx.services.invited.invite(user_id, ctx.principal, base)
    return Told(
        data=MailedInvitation(expires_at=made.expires_at), message="Invitation is being sent"
    )
