"""Listening to calls, pausing recordings, tags, wrap-up, and moving who waits."""

from __future__ import annotations

from mhud.live.model import Agent, Call
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.supervision_models import (
    CallMoved,
    ExtendBody,
    MonitorBegun,
    MonitorBody,
    MoveBody,
    RecordingState,
    Tagged,
    TagsBody,
    WrapUpState,
)

OWN_OR_MANAGED = ("receive_calls", "manage_agents")


@mhu.post("/calls/{call_id}/monitor", right="monitor_calls", bucket="command")
async def monitor_call(ctx: Context, call_id: str, body: MonitorBody) -> MonitorBegun:
    """Lets a supervisor's phone hear the call; asked again, changes the mode."""
    found = await ctx.services.supervision.monitoring.monitor(
        ctx.principal, call_id, body.mode, body.agent_id
    )
    return MonitorBegun(
        call_id=found.watched_id,
        mode=body.mode,
        agent_id=found.listener,
        monitor_call_id=found.call.id,
        status=found.call.status,
    )


@mhu.post("/calls/{call_id}/recording/pause", right="control_calls", bucket="command")
async def pause_recording(ctx: Context, call_id: str) -> RecordingState:
    """From now on the recording holds silence, also after a transfer, until it is resumed."""
    noting = ctx.services.supervision.noting
    return _recording(await noting.pause_recording(ctx.principal, call_id, True))


@mhu.post("/calls/{call_id}/recording/resume", right="control_calls", bucket="command")
async def resume_recording(ctx: Context, call_id: str) -> RecordingState:
    """The recording holds the talk again."""
    noting = ctx.services.supervision.noting
    return _recording(await noting.pause_recording(ctx.principal, call_id, False))


@mhu.put("/calls/{call_id}/tags", right="control_calls", bucket="command")
async def set_tags(ctx: Context, call_id: str, body: TagsBody) -> Tagged:
    """Replaces a call's tags, also when it is over."""
    call = await ctx.services.supervision.noting.set_tags(ctx.principal, call_id, body.tags)
    return Tagged(call_id=call.id, tags=list(call.tags))


@mhu.post("/calls/{call_id}/move", right="control_calls", bucket="command")
async def move_caller(ctx: Context, call_id: str, body: MoveBody) -> CallMoved:
    """A waiting caller, to another queue or to the front or back of his own."""
    moved = await ctx.services.supervision.moving.move(
        ctx.principal, call_id, body.queue, body.position
    )
    return CallMoved(call_id=moved.call_id, queue_id=moved.queue_id, position=moved.position)


@mhu.post("/agents/{agent_id}/wrap-up/extend", right=OWN_OR_MANAGED, bucket="command")
async def extend_wrap_up(ctx: Context, agent_id: str, body: ExtendBody) -> WrapUpState:
    """Gives more time to write up, an hour at most."""
    writing_up = ctx.services.supervision.writing_up
    return _wrap_up(ctx, await writing_up.extend(ctx.principal, agent_id, body.seconds))


@mhu.post("/agents/{agent_id}/wrap-up/end", right=OWN_OR_MANAGED, bucket="command")
async def end_wrap_up(ctx: Context, agent_id: str) -> WrapUpState:
    """Ends it now; the queues can call him again."""
    writing_up = ctx.services.supervision.writing_up
    return _wrap_up(ctx, await writing_up.end(ctx.principal, agent_id))


def _recording(call: Call) -> RecordingState:
    return RecordingState(call_id=call.id, recording_paused=call.recording_paused)


def _wrap_up(ctx: Context, agent: Agent) -> WrapUpState:
    until = agent.wrap_up_until
    left = (until - ctx.services.pump.live.now).total_seconds() if until else 0
    return WrapUpState(
        agent_id=agent.id,
        status=agent.status,
        wrap_up_until=until,
        seconds_left=max(0, round(left)),
    )
