"""Contacts with people: `/helpline/api/communications`, and those of a case."""

from __future__ import annotations

from collections.abc import Sequence

from mhud.services.case_rights import READERS
from mhud.services.communications import Communication, Found
from mhud.web.context import Context
from mhud.web.openchs.answers import Many, One, page
from mhud.web.openchs.communication_models import (
    CommunicationChange,
    CommunicationMade,
    CommunicationObject,
    NewCommunication,
)
from mhud.web.openchs.dialect import openchs

LOG = "log_communication"
MOST = 1000


@openchs.post("/communications", right=LOG, status=201)
async def log_communication(ctx: Context, body: NewCommunication) -> One[CommunicationMade]:
    """Records a contact, on a case or not. Of a call that waits for you, it completes that one."""
    made = await ctx.services.contacts.communications.log(ctx.principal, body.sent())
    return One(data=CommunicationMade.model_validate(made, from_attributes=True))


@openchs.get("/communications/pending", right=LOG)
async def pending_communications(ctx: Context) -> Many[CommunicationObject]:
    """Calls that are over and wait for their counsellor; newest first. Supervisors see all."""
    return await _many(ctx, await ctx.services.contacts.communications.pending(ctx.principal))


@openchs.get("/communications/{communication_id}", right=READERS)
async def one_communication(ctx: Context, communication_id: int) -> One[CommunicationObject]:
    """On a case that you see, or your own."""
    found = await ctx.services.contacts.communications.one(ctx.principal, communication_id)
    return One(data=await _shown(ctx, found))


@openchs.put("/communications/{communication_id}", right=LOG)
async def complete_communication(
    ctx: Context, communication_id: int, body: CommunicationChange
) -> One[CommunicationObject]:
    """Completes what a call left, or corrects what was logged. Ends a wrap-up in 20 s at most."""
    communications = ctx.services.contacts.communications
    found = await communications.change(ctx.principal, communication_id, body.sent())
    return One(data=await _shown(ctx, found))


@openchs.get("/cases/{case_id}/communications", right=READERS)
async def case_communications(ctx: Context, case_id: int) -> Many[CommunicationObject]:
    """Newest first."""
    found = await ctx.services.contacts.communications.of_case(ctx.principal, case_id)
    return await _many(ctx, found)


async def _shown(ctx: Context, one: Communication) -> CommunicationObject:
    return CommunicationObject.of(ctx, one, await _heard(ctx, [one]))


async def _many(ctx: Context, found: Found) -> Many[CommunicationObject]:
    heard = await _heard(ctx, found.communications)
    shown = [CommunicationObject.of(ctx, one, heard) for one in found.communications]
    return page(shown, found.total, MOST, 0)


async def _heard(ctx: Context, found: Sequence[Communication]) -> frozenset[str]:
    """Calls among these whose recording who asks may hear."""
    calls = [one.call_id for one in found if one.call_id is not None]
    return await ctx.services.recordings.ready(ctx.principal, calls)
