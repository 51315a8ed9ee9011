"""How often one may try a password, whichever way he signs in by it."""

from __future__ import annotations

from mhud.web.address import limited_as
from mhud.web.context import LIMITER, NARROWER, Context
from mhud.web.ratelimit import SIGN_IN, rate_limited


def limit_sign_in(ctx: Context, username: str) -> None:
    """Counts one. Raises MhudError RATE_LIMITED."""
    asker = f"{username.casefold()} {limited_as(ctx.ip)}"
    allowance = ctx.request.app[LIMITER].take("sign-in", asker, SIGN_IN)
    ctx.request[NARROWER] = allowance
    if allowance.wait_s:
        raise rate_limited(allowance.wait_s)
