"""What an agent did until his status changed, and in which call: for reports, not for the world."""

from __future__ import annotations

from datetime import timedelta

from mhud.live.model import Agent, AgentStatus, Call, Spell
from mhud.live.world import AgentTrack, World

AT_ONCE = timedelta(seconds=5)  # a wrap-up follows its talk


def ended(world: World, before: Agent, track: AgentTrack) -> Spell:
    """Of the status that he has no more."""
    return Spell(status=before.status, began_at=before.since, call=_call_of(world, before, track))


def _call_of(world: World, before: Agent, track: AgentTrack) -> Call | None:
    if before.status is AgentStatus.WRAP_UP:
        written_up, track.writes_up = track.writes_up, None
        return _living(world, written_up) or _talked_last(world, before)
    if before.status is AgentStatus.RINGING:
        return _living(world, before.ringing_call_id)
    return _living(world, before.call_id)


def _living(world: World, call_id: str | None) -> Call | None:
    """The call, or the one that it became."""
    call = world.call(call_id) if call_id else None
    while call is not None and call.merged_into is not None:
        call = world.call(call.merged_into)
    return call


def _talked_last(world: World, before: Agent) -> Call | None:
    """Of a wrap-up that was there before us: the call whose talk he had just ended."""
    for call in reversed([*world.ended.values(), *world.calls.values()]):
        for talk in call.talks:
            over = talk.agent_id == before.id and talk.ended_at
            if over and abs(before.since - over) <= AT_ONCE and call.merged_into is None:
                return call
    return None
