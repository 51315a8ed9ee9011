"""An agent asks for help, somebody says that he comes, and one of them says that it is over.

Asterisk has no part in it: it works without a link, and in a call or not.
"""

from __future__ import annotations

from collections.abc import Callable

from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import Code, MhudError, forbidden, not_found
from mhud.live.inputs import HelpAnswered, HelpAsked, HelpEnded
from mhud.live.model import Agent
from mhud.pump import Pump
from mhud.services.rights import Principal
from mhud.services.telling import seen, tell, unable
from mhud.services.trail import Trail


class Help:
    def __init__(self, settings: Settings, clock: Clock, pump: Pump, trail: Trail) -> None:
        self._timeout_s = settings.ami.action_timeout_s
        self._clock = clock
        self._pump = pump
        self._trail = trail

    async def ask(self, who: Principal, agent_id: str) -> Agent:
        """Who has asked already has asked once. For himself; with manage_agents for anybody.

        Raises MhudError NOT_FOUND, FORBIDDEN, SERVICE_UNAVAILABLE.
        """
        if (agent := self._managed(who, agent_id)).help is not None:
            return agent
        await self._trail.note(who, "agent.help", agent_id, "agent", call_id=agent.call_id)
        tell(self._pump, HelpAsked(at=self._clock.now(), agent_id=agent_id))
        return await self._see(agent_id, lambda now: now.help is not None)

    async def answer(self, who: Principal, agent_id: str) -> Agent:
        """`who` comes. The first who says so; said again by him, nothing changes.

        Raises MhudError NOT_FOUND, CONFLICT (nobody asked; somebody else comes),
        SERVICE_UNAVAILABLE.
        """
        agent = self._asked(agent_id)
        if agent.help is None or agent.help.answered_at is None:
            await self._trail.note(who, "agent.help.answer", agent_id, "agent")
            at, user_id = self._clock.now(), who.user_id
            tell(self._pump, HelpAnswered(at=at, agent_id=agent_id, user_id=user_id, name=who.name))
            await self._see(agent_id, lambda now: now.help is None or bool(now.help.answered_at))
            agent = self._asked(agent_id)
        if agent.help is not None and agent.help.answered_by != who.user_id:
            raise unable(agent_id, "is helped by somebody else already", "answered")
        return agent

    async def end(self, who: Principal, agent_id: str) -> Agent:
        """By himself, or with manage_agents. Raises as `ask`."""
        if (agent := self._managed(who, agent_id)).help is None:
            return agent
        await self._trail.note(who, "agent.help.end", agent_id, "agent")
        tell(self._pump, HelpEnded(at=self._clock.now(), agent_id=agent_id))
        return await self._see(agent_id, lambda now: now.help is None)

    def _managed(self, who: Principal, agent_id: str) -> Agent:
        agent = self._one(agent_id)
        if not who.manages(agent_id):
            raise forbidden("manage_agents")
        return agent

    def _asked(self, agent_id: str) -> Agent:
        agent = self._one(agent_id)
        if agent.help is None:
            raise unable(agent_id, "does not ask for help", "no-help")
        return agent

    def _one(self, agent_id: str) -> Agent:
        agent = self._pump.live.agents.get(agent_id)
        if agent is None:
            raise not_found("agent", agent_id)
        return agent

    async def _see(self, agent_id: str, holds: Callable[[Agent], bool]) -> Agent:
        """As he is when the state shows it."""
        found = await seen(self._pump, agent_id, holds, self._timeout_s)
        if found is None:
            raise MhudError(Code.SERVICE_UNAVAILABLE, "too much waits to be told; try again")
        return found
