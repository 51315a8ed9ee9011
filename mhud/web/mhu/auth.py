"""Tokens: `/api/v1/auth/…`. Open to all, limited by user name and IP address."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from mhud.errors import invalid
from mhud.services import signin
from mhud.web.address import limited_as
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.route import Wire
from mhud.web.signin_limit import limit_sign_in

Secret = Annotated[str, Field(min_length=1, max_length=1024)]


class Credentials(Wire):
    username: Annotated[str, Field(min_length=1, max_length=254)]
    password: Secret = Field(repr=False)


class Refreshing(Wire):
    refresh_token: Secret = Field(repr=False)


class Revoking(Wire):
    """Without a refresh token the access token that asks is revoked."""

    refresh_token: Secret | None = Field(None, repr=False)


class Tokens(BaseModel):
    """`expires_in` is seconds, of the access token."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the word, not a token
    expires_in: int
    refresh_token: str


class Revoked(BaseModel):
    success: Literal[True] = True


@mhu.post("/auth/token", right=None, bucket="auth", idempotent=False)
async def obtain_token(ctx: Context, body: Credentials) -> Tokens:
    """Sign in with a user name and a password."""
    limit_sign_in(ctx, body.username)
    access = ctx.services.access
    counted_as = limited_as(ctx.ip)
    grant = await signin.log_in(access, body.username, body.password, ctx.ip, counted_as)
    return _tokens(grant)


@mhu.post("/auth/refresh", right=None, bucket="auth", idempotent=False)
async def refresh_token(ctx: Context, body: Refreshing) -> Tokens:
    """Exchange a refresh token for new tokens; each is good for one exchange."""
    return _tokens(await signin.refresh(ctx.services.access, body.refresh_token))


@mhu.post("/auth/revoke", right=None, bucket="auth", idempotent=False)
async def revoke_token(ctx: Context, body: Revoking) -> Revoked:
    """End a sign-in: all tokens that descend from it stop working at once."""
    known = await signin.revoke(ctx.services.access, body.refresh_token, ctx.principal)
    if not known and body.refresh_token is None:
        raise invalid("refresh_token", "is required unless an access token asks")
    return Revoked()


def _tokens(grant: signin.Grant) -> Tokens:
    return Tokens(
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_in=grant.expires_in,
    )
