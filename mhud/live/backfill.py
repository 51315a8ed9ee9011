"""Calls that nobody saw, or saw the end of: Asterisk's books told of them afterwards."""

from __future__ import annotations

from mhud.live import inputs
from mhud.live.events import CallCorrected, CallEnded, CallStarted
from mhud.live.model import Call, Outcome, Visit
from mhud.live.world import World


def on_call_found(world: World, event: inputs.CallFound) -> None:
    """Tells it at the times at which it happened: of its beginning and end, or what is new of it.

    Never of a call that goes on. Whether it was told before, who found it has looked up.
    """
    call = event.call
    if call.id in world.calls:
        return
    world.keep_ended(call)
    world.version += 1
    _count(world, call, event.before)
    if event.before is not None:
        world.tell(CallCorrected(at=call.end_time or world.now, call=call))
        return
    world.tell(CallStarted(at=call.start_time, call=call))
    world.tell(CallEnded(at=call.end_time or world.now, call=call))


def _count(world: World, call: Call, before: Call | None) -> None:
    """Into the queues' figures of today, what was not counted yet."""
    counted = sum(_is_known(visit) for visit in before.visits) if before else 0
    today = world.local_day(world.now)
    for visit in [one for one in call.visits if _is_known(one)][counted:]:
        day = world.days.get(visit.queue_id)
        if day is None or visit.left_at is None or visit.outcome is None or visit.turned_away:
            continue
        if world.local_day(visit.left_at) == today:
            day.add_late(visit.outcome, visit.wait_s)


def _is_known(visit: Visit) -> bool:
    return visit.outcome not in (None, Outcome.UNKNOWN)
