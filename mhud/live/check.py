"""Invariants of the state. A broken one is a bug of ours; tests ask, nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mhud.live.world import World


def broken(world: World) -> list[str]:
    """Every invariant that does not hold, in words."""
    return [*_channels(world), *_calls(world), *_tracks(world), *_queues(world), *_agents(world)]


def _channels(world: World) -> Iterator[str]:
    for channel in world.channels.values():
        call_id = world.call_of.get(channel.linkedid)
        if call_id not in world.calls:
            yield f"channel {channel.uniqueid} belongs to no open call"
        elif channel.uniqueid not in world.tracks[call_id].channels:
            yield f"channel {channel.uniqueid} is not in its call's list"
        if channel.uniqueid not in world.by_endpoint.get(channel.endpoint, {}):
            yield f"channel {channel.uniqueid} is not in its endpoint's list"


def _calls(world: World) -> Iterator[str]:
    if world.calls.keys() != world.tracks.keys():
        yield "calls and their tracks differ"
    for call in world.calls.values():
        track = world.tracks[call.id]
        if call.is_over:
            yield f"{call.id} is over and still open"
        if not track.channels and call.deadline is None and not world.stale:
            yield f"{call.id} has no channel"
        if call.id in world.ended:
            yield f"{call.id} is open and ended"


def _tracks(world: World) -> Iterator[str]:
    for call_id, track in world.tracks.items():
        for uniqueid in track.channels:
            if uniqueid not in world.channels:
                yield f"{call_id} lists the channel {uniqueid}, which is gone"
        if not track.called.keys() <= track.channels.keys():
            yield f"{call_id} rings somebody who is gone"


def _queues(world: World) -> Iterator[str]:
    waits: dict[str, str] = {}
    for queue in world.queues.values():
        for entry in queue.waiting:
            if entry.uniqueid not in world.channels and not world.stale:
                yield f"{entry.uniqueid} waits in {queue.id} and has no channel"
            if entry.uniqueid in waits:
                yield f"{entry.uniqueid} waits in {queue.id} and in {waits[entry.uniqueid]}"
            waits[entry.uniqueid] = queue.id
        for member in queue.members.values():
            agent = world.agents.get(member.agent_id)
            if agent is None or agent.memberships.get(queue.id) != member:
                yield f"{member.interface} serves {queue.id} and its agent does not know"


def _agents(world: World) -> Iterator[str]:
    for agent in world.agents.values():
        for queue_id, member in agent.memberships.items():
            if world.queues[queue_id].members.get(member.interface) != member:
                yield f"{agent.id} serves {queue_id} and the queue does not know"
        if agent.call_id is not None and agent.call_id not in world.calls:
            yield f"{agent.id} talks in {agent.call_id}, which is over"
