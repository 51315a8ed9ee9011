"""Signing in by a code, `/sendOTP` and `/verifyOTP`, and one's own password, `/changeAuth`."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from mhud.services import login_sessions, signin
from mhud.services.own_password import change_own_password
from mhud.web.address import limited_as
from mhud.web.context import Context
from mhud.web.cookie import refuse_foreign, signed_in
from mhud.web.openchs.answers import Done
from mhud.web.openchs.dialect import openchs
from mhud.web.route import Wire
from mhud.web.signin_limit import limit_sign_in

Address = Annotated[str, Field(min_length=1, max_length=254, repr=False)]
Password = Annotated[str, Field(min_length=1, max_length=1024)]


class WhereTo(Wire):
    """Where the code shall go."""

    addr_addr: Address
    addr_type: Literal["email", "phone"]


class Named(Wire):
    """`username`, or the e-mail address."""

    username: Annotated[str, Field(min_length=1, max_length=254, repr=False)]
    password: Password = Field(repr=False)


class Code(Wire):
    """What was received there."""

    addr_addr: Address
    otp: Annotated[str, Field(pattern=r"^[0-9]{6}$", repr=False)]


class Passwords(Wire):
    """Within 10 minutes of a login by code, who has no password leaves the old one out."""

    old_password: Password | None = Field(None, repr=False)
    new_password: Password = Field(repr=False)


class SignedIn(BaseModel):
    id: int
    username: str
    role: str


class Welcome(BaseModel):
    success: Literal[True] = True
    user: SignedIn


@openchs.post("/sendOTP", right=None, bucket="auth", idempotent=False)
async def send_code(ctx: Context, body: WhereTo) -> Done:
    """Send a code to sign in with. The answer is the same for an address that nobody has."""
    refuse_foreign(ctx)
    await ctx.services.otp.send(body.addr_type, body.addr_addr, limited_as(ctx.ip))
    return Done(message=f"OTP sent to {body.addr_addr}")


@openchs.post("/verifyOTP", right=None, bucket="auth", idempotent=False)
async def verify_code(ctx: Context, body: Code) -> Welcome | web.Response:
    """Sign in with the code that was received: the answer sets the cookie HELPLINE_SESSION_ID."""
    refuse_foreign(ctx)
    services = ctx.services
    user = await services.otp.verify(body.addr_addr, body.otp, limited_as(ctx.ip))
    browser = ctx.request.headers.get("User-Agent")
    cookie = await login_sessions.start(
        services.access, services.trail, user, "otp", ip=ctx.ip, user_agent=browser
    )
    him = SignedIn(id=user.id, username=user.username, role=user.role)
    return signed_in(ctx, Welcome(user=him), cookie)


@openchs.post("/login", right=None, bucket="auth", idempotent=False)
async def log_in(ctx: Context, body: Named) -> Welcome | web.Response:
    """Sign in with a password: the answer sets the cookie HELPLINE_SESSION_ID."""
    refuse_foreign(ctx)
    limit_sign_in(ctx, body.username)
    services, browser = ctx.services, ctx.request.headers.get("User-Agent")
    counted_as = limited_as(ctx.ip)
    user = await signin.prove(services.access, body.username, body.password, counted_as)
    cookie = await login_sessions.start(
        services.access, services.trail, user, "password", ip=ctx.ip, user_agent=browser
    )
    him = SignedIn(id=user.id, username=user.username, role=user.role)
    return signed_in(ctx, Welcome(user=him), cookie)


@openchs.post("/changeAuth", right=(), idempotent=False)
async def change_password(ctx: Context, body: Passwords) -> Done:
    """Change your own password. Whatever else you are signed in with ends."""
    await change_own_password(
        ctx.services.access,
        ctx.services.trail,
        ctx.principal,
        body.old_password,
        body.new_password,
        limited_as(ctx.ip),
    )
    return Done(message="Password changed successfully")
