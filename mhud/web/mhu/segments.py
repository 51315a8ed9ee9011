"""The parts of one call, with their times."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from mhud.services.segments import Segment, SegmentKind
from mhud.services.segments import Segments as Parts
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu


class SegmentObject(BaseModel):
    """`outcome` is how a stay in a queue ended, or `blind` or `attended` of a transfer."""

    kind: SegmentKind
    start_time: datetime
    end_time: datetime | None = Field(description="null: it goes on.")
    duration: int | None = Field(description="In seconds.")
    queue_id: str | None
    agent_id: str | None
    outcome: str | None


class Segments(BaseModel):
    call_id: str
    segments: list[SegmentObject]


@mhu.get("/calls/{call_id}/segments", right="view_calls")
async def call_segments(ctx: Context, call_id: str) -> Segments:
    """Who waited where, was rung, talked, had the other on hold, sent him on, wrote up: when.

    Oldest first. Rings and wrap-ups are in it when they are over.
    """
    parts = Parts(ctx.services.db, ctx.services.calls)
    found = await parts.of(call_id)
    return Segments(call_id=call_id, segments=[_shown(one) for one in found])


def _shown(one: Segment) -> SegmentObject:
    return SegmentObject.model_validate(one, from_attributes=True)
