"""What became of recordings. The sound itself is in `web/recording_sounds.py`."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from pydantic import BaseModel, Field

from mhud.services.recording_words import Reason, path_of, told
from mhud.services.recordings import RIGHT, Recording, State
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.origin import absolute
from mhud.web.route import Wire


class RecordingObject(BaseModel):
    """`duration` in seconds, `size` in bytes of the MP3, `sha256` of it in hexadecimal digits.

    `complete` false: something is missing, `reason` says what. null: not known yet, or gone.
    """

    call_id: str
    state: State
    reason: Reason | None
    complete: bool | None
    started_at: datetime
    ended_at: datetime
    changed_at: datetime
    duration: int | None
    size: int | None
    sha256: str | None
    recording_url: str | None


class RecordingList(BaseModel):
    recordings: list[RecordingObject]
    next_cursor: str | None


class RecordingQuery(Wire):
    """Without `state`: all of which there is or was something to hear."""

    state: State | None = None
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=400)


@mhu.get("/recordings", right=RIGHT)
async def list_recordings(ctx: Context, query: RecordingQuery) -> RecordingList:
    """By the end of the call, newest first: what waits, what is ready, what failed and why."""
    page = await ctx.services.recordings.page(query.state, query.limit, query.cursor)
    shown = [_shown(ctx.request, one) for one in page.recordings]
    return RecordingList(recordings=shown, next_cursor=page.next_cursor)


@mhu.get("/calls/{call_id}/recording", right=RIGHT)
async def one_recording(ctx: Context, call_id: str) -> RecordingObject:
    """What became of a call's recording, and where it can be heard."""
    return _shown(ctx.request, await ctx.services.recordings.one(call_id))


@mhu.post("/calls/{call_id}/recording/retry", right="system_config")
async def retry_recording(ctx: Context, call_id: str) -> RecordingObject:
    """Tries one anew that has failed: when its file is back, or the encoder is mended."""
    return _shown(ctx.request, await ctx.services.recordings.retry(ctx.principal, call_id))


def recording_url(request: web.Request, call_id: str) -> str:
    return absolute(request, path_of(call_id))


def _shown(request: web.Request, one: Recording) -> RecordingObject:
    about = told(one)
    path = about.pop("path")
    url = None if path is None else recording_url(request, one.call_id)
    return RecordingObject(**about, recording_url=url)
