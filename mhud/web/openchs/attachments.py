"""Files of cases: `/helpline/api/cases/{id}/attachments`."""

from __future__ import annotations

from aiohttp import web

from mhud.services.case_rights import READERS
from mhud.web.body import validate
from mhud.web.context import Context
from mhud.web.download import download
from mhud.web.openchs.answers import Many, One, whole
from mhud.web.openchs.attachment_models import AttachmentForm, Listed, Uploaded, shown
from mhud.web.openchs.dialect import openchs
from mhud.web.upload import read_form, refuse_early


@openchs.post(
    "/cases/{case_id}/attachments",
    right="update_case",
    status=201,
    streams=True,
    form=AttachmentForm,
)
async def upload_attachment(ctx: Context, case_id: int) -> One[Uploaded]:
    """A form with one `file`; `description` and `file_type` may stand before or after it.

    The type is told from the bytes; a file of a type that is not allowed is refused (415).
    """
    files, limits = ctx.services.attachments, ctx.services.attachments.settings
    refuse_early(ctx.request, limits.max_bytes)
    announced = ctx.request.content_length or limits.max_bytes
    async with files.receiving(ctx.principal, case_id, announced) as incoming:
        name, fields = await read_form(
            ctx.request,
            incoming.add,
            max_bytes=limits.max_bytes,
            stall_s=limits.stall_s,
            longest_s=limits.longest_s,
        )
        about = validate(AttachmentForm, fields).about(shown(name))
        kept = await files.keep(ctx.principal, case_id, incoming, about)
    return One(data=Uploaded.model_validate(kept, from_attributes=True))


@openchs.get("/cases/{case_id}/attachments", right=READERS)
async def list_attachments(ctx: Context, case_id: int) -> Many[Listed]:
    """Newest first."""
    found = await ctx.services.attachments.of_case(ctx.principal, case_id)
    return whole([Listed.of(ctx, one) for one in found])


@openchs.get(
    "/cases/{case_id}/attachments/{attachment_id}",
    right=READERS,
    media="*/*",
)
async def read_attachment(ctx: Context, case_id: int, attachment_id: int) -> web.StreamResponse:
    """The file, or with `Range` a part of it; always to be saved, never to be shown in place."""
    files = ctx.services.attachments
    file = await files.read(ctx.principal, case_id, attachment_id)
    return download(ctx.request, file, files.settings.stall_s)
