"""Contacts with people: `/helpline/api/communications`, and those of a case."""

from __future__ import annotations

from mhud.services.case_rights import READERS
from mhud.services.communications import Found
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
    return _many(await ctx.services.contacts.communications.pending(ctx.principal))


@openchs.get("/communications/{communication_id}", right=READERS)
async def one_communication(ctx: Context, communication_id: int) -> One[CommunicationObject]:
    """On a case that you see, or your own."""
    found = await ctx.services.contacts.communications.one(ctx.principal, communication_id)
    return One(data=CommunicationObject.of(found))


@openchs.put("/communications/{communication_id}", right=LOG)
async def complete_communication(
    ctx: Context, communication_id: int, body: CommunicationChange
) -> One[CommunicationObject]:
    """Completes what a call left, or corrects what was logged. Ends a wrap-up in 20 s at most."""
    communications = ctx.services.contacts.communications
    found = await communications.change(ctx.principal, communication_id, body.sent())
    return One(data=CommunicationObject.of(found))


@openchs.get("/cases/{case_id}/communications", right=READERS)
async def case_communications(ctx: Context, case_id: int) -> Many[CommunicationObject]:
    """Newest first."""
    return _many(await ctx.services.contacts.communications.of_case(ctx.principal, case_id))


def _many(found: Found) -> Many[CommunicationObject]:
    shown = [CommunicationObject.of(one) for one in found.communications]
    return page(shown, found.total, MOST, 0)
