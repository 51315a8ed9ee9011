"""Who is who in Asterisk's books, as far as mhud knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mhud.live.members import adopted_id, normal
from mhud.live.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """`interfaces` as `PJSIP/agent001`; `names` of members and agents; who has which, by id."""

    interfaces: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    extensions: frozenset[str] = frozenset()  # of agents and queues, and the queues' ids
    service_levels: Mapping[str, int] = field(default_factory=dict)  # of queues, in seconds
    monitor_context: str = "supervise"

    @classmethod
    def of(cls, world: World, monitor_context: str) -> Staff:
        names = {agent.profile.name: agent.id for agent in world.agents.values()}
        for queue in world.queues.values():
            names |= {member.name: member.agent_id for member in queue.members.values()}
        dialed = {agent.profile.extension for agent in world.agents.values()}
        dialed |= {queue.profile.extension for queue in world.queues.values()}
        return cls(
            interfaces=dict(world.interfaces),
            names=names | {agent_id: agent_id for agent_id in world.agents},
            extensions=frozenset(one for one in dialed | set(world.queues) if one),
            service_levels={queue.id: queue.service_level_s for queue in world.queues.values()},
            monitor_context=monitor_context,
        )

    def of_channel(self, channel: str) -> str | None:
        """Whose phone it is of."""
        return self.interfaces.get(channel.rpartition("-")[0] or channel)

    def of_member(self, agent: str | None) -> str | None:
        """As queue_log names him; who is unknown is called after his phone, as while one looks."""
        if agent is None:
            return None
        known = self.interfaces.get(normal(agent)) or self.names.get(agent)
        return known or (adopted_id(agent) if "/" in agent else None)
