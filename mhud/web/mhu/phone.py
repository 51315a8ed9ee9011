"""Phones in browsers: whether one has one, what a page signs it in with, and a call's way back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from mhud.services.phones import RIGHT, Kind
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.phone import SWITCHBOARD
from mhud.web.route import Wire

Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{8,64}$", repr=False)]


class PhoneObject(BaseModel):
    """`kind` as Asterisk has it; `signed_in`: a page is connected with this phone now.

    `call_id`: the call that the phone is in, which a page that was reloaded may ask back.
    """

    agent_id: str
    kind: Kind
    extension: str | None
    signed_in: bool
    call_id: str | None


class PhoneSecret(BaseModel):
    """For `wss://…/phone`. Kept in memory only; the next sign-in makes another one."""

    success: Literal[True] = True
    agent_id: str
    username: str
    secret: str = Field(repr=False)


class Rejoin(Wire):
    """`token` comes back as X-Call-Id of the call that the page then answers by itself."""

    token: Token


class Rejoined(BaseModel):
    success: Literal[True] = True
    call_id: str


@mhu.get("/phone", right=RIGHT)
async def own_phone(ctx: Context) -> PhoneObject:
    """Your own phone: one in the browser, or on the desk."""
    return await _shown(ctx, ctx.services.phones.own(ctx.principal).id)


@mhu.get("/agents/{agent_id}/phone", right="view_agents")
async def phone_of_agent(ctx: Context, agent_id: str) -> PhoneObject:
    """An agent's phone."""
    return await _shown(ctx, agent_id)


@mhu.post("/phone", right=RIGHT, idempotent=False)
async def sign_phone_in(ctx: Context) -> PhoneSecret:
    """Gives the page of your login session a new secret for your phone in the browser.

    The one before counts no more. Shown once, and only to a page with the session's cookie: keys
    and tokens get 403.
    """
    line = await ctx.services.phones.sign_in(ctx.principal)
    return PhoneSecret(agent_id=line.agent_id, username=line.endpoint, secret=line.secret)


@mhu.post("/phone/rejoin", right=RIGHT, idempotent=False)
async def rejoin_call(ctx: Context, body: Rejoin) -> Rejoined:
    """After a reload in a call: the other party is sent to the page's new phone.

    Answered when both talk again; it is one talk, and no transfer. 409 when you are in no call; 403
    for keys and tokens, as above.
    """
    phones = ctx.services.phones
    endpoint = phones.endpoint(ctx.principal)
    agent = phones.own(ctx.principal)
    call = await phones.rejoining.rejoin(ctx.principal, agent, endpoint, body.token)
    return Rejoined(call_id=call.id)


async def _shown(ctx: Context, agent_id: str) -> PhoneObject:
    agent = ctx.services.agents.one(agent_id)
    interface = agent.profile.interface
    board = ctx.request.app[SWITCHBOARD]
    return PhoneObject(
        agent_id=agent.id,
        kind=await ctx.services.phones.kind(agent.id),
        extension=agent.profile.extension,
        signed_in=board.has(interface.removeprefix("PJSIP/")),
        call_id=agent.call_id,
    )
