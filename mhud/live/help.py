"""Agents who ask for help: told at once, and kept until somebody says that it is over.

A word between people, which Asterisk knows nothing of: nothing is derived, all is told here.
"""

from __future__ import annotations

from mhud.live import inputs
from mhud.live.changing import replace
from mhud.live.events import AgentEvent, AgentHelpAnswered, AgentHelpEnded, AgentHelpRequested
from mhud.live.parts import Help
from mhud.live.world import World


def on_asked(world: World, event: inputs.HelpAsked) -> None:
    """Who asks again while nobody has ended it has asked once."""
    agent = world.agents.get(event.agent_id)
    if agent is not None and agent.help is None:
        asked = Help(asked_at=world.now, call_id=agent.call_id)
        _tell(world, agent.id, asked, AgentHelpRequested)


def on_answered(world: World, event: inputs.HelpAnswered) -> None:
    """The first who says so helps."""
    agent = world.agents.get(event.agent_id)
    if agent is None or agent.help is None or agent.help.answered_at is not None:
        return
    answered = replace(
        agent.help, answered_at=world.now, answered_by=event.user_id, answered_by_name=event.name
    )
    _tell(world, agent.id, answered, AgentHelpAnswered)


def on_ended(world: World, event: inputs.HelpEnded) -> None:
    agent = world.agents.get(event.agent_id)
    if agent is not None and agent.help is not None:
        _tell(world, agent.id, None, AgentHelpEnded)


def _tell(world: World, agent_id: str, state: Help | None, kind: type[AgentEvent]) -> None:
    agent, track = world.agents[agent_id], world.agent_tracks[agent_id]
    same = track.told is agent
    world.agents[agent_id] = replace(agent, help=state)
    track.told = world.agents[agent_id] if same else replace(track.told, help=state)
    world.version += 1
    world.tell(kind(at=world.now, agent=world.agents[agent_id]))
