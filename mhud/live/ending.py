"""How a call ended, in one word. Causes are Q.850 as Asterisk's Hangup event gives them."""

from __future__ import annotations

from mhud.live import holds
from mhud.live.changing import replace
from mhud.live.model import Call, CallStatus, Direction, EndReason, Outcome, Visit
from mhud.live.queues import settle, timed_out
from mhud.live.world import CallTrack, World

BY_CAUSE = {
    1: EndReason.INVALID_DESTINATION,  # unallocated number (SIP 404)
    28: EndReason.INVALID_DESTINATION,  # invalid number format (SIP 484)
    3: EndReason.UNREACHABLE,  # no route to destination
    20: EndReason.UNREACHABLE,  # subscriber absent
    27: EndReason.UNREACHABLE,  # destination out of order (SIP 502)
    17: EndReason.BUSY,
    18: EndReason.NO_ANSWER,  # no user responding
    19: EndReason.NO_ANSWER,  # alerting, no answer
    21: EndReason.REJECTED,
    0: EndReason.NO_ANSWER,  # hung up by us before anybody answered
    16: EndReason.NO_ANSWER,
    26: EndReason.NO_ANSWER,  # answered elsewhere
}
_NORMAL = (0, 16)
BY_OUTCOME = {
    Outcome.ABANDONED: EndReason.ABANDONED,
    Outcome.TIMEOUT: EndReason.TIMEOUT,
    Outcome.FULL: EndReason.REJECTED,
    Outcome.EMPTY: EndReason.REJECTED,
    Outcome.UNKNOWN: EndReason.LOST_LINK,
}


def end(world: World, call: Call, track: CallTrack) -> Call:
    """The call, ended now."""
    call = _settle_last_visit(world, call, track)
    talks = tuple(t if t.ended_at else replace(t, ended_at=world.now) for t in call.talks)
    return replace(
        holds.over(call, world.now),
        status=CallStatus.ENDED,
        end_time=world.now,
        end_reason=_reason(call, track),
        merged_into=track.merging_into,
        gap=call.gap or track.lost,
        talks=talks,
        deadline=None,
    )


def _settle_last_visit(world: World, call: Call, track: CallTrack) -> Call:
    """His channel is gone before the dialplan said why he left the queue.

    Who hung up first, and was dropped from the queue for it, has abandoned it since then.
    """
    if not call.visits or call.visits[-1].outcome is not None:
        return call
    dropped = call.visits[-1].left_at is not None
    visit = replace(call.visits[-1], left_at=call.visits[-1].left_at or world.now)
    outcome = Outcome.ABANDONED
    if track.merging_into:
        outcome = Outcome.LEFT
    elif timed_out(world, visit) and (dropped or not track.caller_hung_up):
        outcome = Outcome.TIMEOUT
    return settle(world, call, outcome)


def _reason(call: Call, track: CallTrack) -> EndReason:
    if track.merging_into:
        return EndReason.MERGED
    if track.lost:
        return EndReason.LOST_LINK
    if track.refused:
        return track.refused
    if call.direction is Direction.INBOUND or call.visits:
        return _inbound(call, track)
    return _outbound(call, track)


def _inbound(call: Call, track: CallTrack) -> EndReason:
    visit = call.visits[-1] if call.visits else None
    if visit is not None and visit.outcome in BY_OUTCOME and not reached_after(call, visit):
        return BY_OUTCOME[visit.outcome]
    if track.closed and not call.talks:
        return EndReason.REJECTED
    if call.talks or not track.caller_hung_up:
        return EndReason.COMPLETED
    return EndReason.ABANDONED


def reached_after(call: Call, visit: Visit) -> bool:
    """Nobody took him there, and he was sent on to somebody outside all queues, and they talked."""
    left = visit.left_at
    if left is None or visit.outcome in (Outcome.ABANDONED, Outcome.UNKNOWN):
        return False
    return any(talk.began_at >= left for talk in call.talks)


def _outbound(call: Call, track: CallTrack) -> EndReason:
    if call.talks:
        return EndReason.COMPLETED
    if call.originated and not track.agent_leg_up:
        seen = track.agent_leg_seen
        return EndReason.AGENT_DID_NOT_ANSWER if seen else EndReason.UNREACHABLE
    if track.leg_cause is None and track.last_cause in _NORMAL:
        return EndReason.COMPLETED  # nobody was dialed: it served an application
    cause = track.leg_cause if track.leg_cause is not None else track.last_cause
    return BY_CAUSE.get(cause, EndReason.FAILED)
