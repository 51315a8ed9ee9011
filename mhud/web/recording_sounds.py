"""`/recordings/{call_id}.mp3`, outside both dialects: a player asks for it, not a program."""

from __future__ import annotations

from aiohttp import hdrs, web

from mhud.services.recordings import RIGHT
from mhud.web.context import Context
from mhud.web.download import download
from mhud.web.mhu.dialect import beside

FROM_THE_BEGINNING = "bytes=0-"


@beside.get("/recordings/{name}", right=RIGHT, media="audio/mpeg")
async def hear_recording(ctx: Context, name: str) -> web.StreamResponse:
    """What was said in a call, as MP3. `name` is the call's id and `.mp3`.

    `Range` and `If-Range` give a part of it. It never changes under its `ETag`. Who heard what is
    in the audit trail. One that was deleted is 410.
    """
    recordings, request = ctx.services.recordings, ctx.request
    found, sound = await recordings.sound(name)
    if any(tag.value in (sound.etag, "*") for tag in request.if_none_match or ()):
        return web.Response(status=304, headers={hdrs.ETAG: f'"{sound.etag}"'})
    if request.method == "HEAD":
        file = await recordings.look(found, sound)
    else:
        going_on = not request.headers.get(hdrs.RANGE, FROM_THE_BEGINNING).startswith(
            FROM_THE_BEGINNING
        )
        file = await recordings.read(ctx.principal, found, sound, going_on=going_on)
    return download(request, file, recordings.settings.stall_s, sound.etag)
