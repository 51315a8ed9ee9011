"""An agent's wrap-up, made longer or shorter than his queue's. Who pauses him is wrapup.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import forbidden, not_found, pbx_unavailable
from mhud.feeds.bus import Entry
from mhud.live.events import AgentStatusChanged
from mhud.live.inputs import WrapUpExtended, WrapUpProlonged
from mhud.live.model import WRAP_UP_REASON, Agent, AgentStatus
from mhud.pump import Pump
from mhud.services.case_rights import call_in_hand
from mhud.services.rights import Principal
from mhud.services.telling import seen, tell, timed_out, unable
from mhud.services.trail import Trail

LONGEST_S = 3600  # of what is left, however often it is extended
WRITTEN_S = 20  # is left at most to whom has saved what came of the call


class WritingUp:
    def __init__(self, settings: Settings, clock: Clock, pump: Pump, trail: Trail) -> None:
        self._timeout_s = settings.ami.action_timeout_s
        self._clock = clock
        self._pump = pump
        self._trail = trail
        self._ahead: dict[str, tuple[Principal, str]] = {}  # by agent: of which call

    async def extend(self, principal: Principal, agent_id: str, seconds: int) -> Agent:
        """Adds to what is left, which never is more than an hour.

        Raises MhudError NOT_FOUND, FORBIDDEN, CONFLICT when he does not write up,
        PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        before = self._in_wrap_up(principal, agent_id).wrap_up_until
        await self._trail.note(
            principal, "agent.wrap_up.extend", agent_id, "agent", seconds=seconds
        )
        at = self._clock.now()
        tell(
            self._pump,
            WrapUpProlonged(at=at, agent_id=agent_id, seconds=seconds, limit_s=LONGEST_S),
        )
        return await self._see(agent_id, lambda now: now.wrap_up_until != before)

    async def end(self, principal: Principal, agent_id: str) -> Agent:
        """When it returns, Asterisk has ended his pause. Raises as `extend`."""
        self._in_wrap_up(principal, agent_id)
        await self._trail.note(principal, "agent.wrap_up.end", agent_id, "agent")
        tell(self._pump, WrapUpExtended(at=self._clock.now(), agent_id=agent_id, seconds=0))
        return await self._see(agent_id, _is_free)

    def shorten(self, principal: Principal, call_id: str) -> None:
        """He has said what came of this call. Who still talks in it has said so ahead."""
        live = self._pump.live
        agent = live.agents.get(principal.agent_id or "")
        call = call_in_hand(live, principal)
        if agent is None or call is None or call.id != call_id:
            return  # he talks already, or writes up, another one
        if agent.status is not AgentStatus.WRAP_UP:
            self._ahead[agent.id] = principal, call_id
            return
        at = self._clock.now()
        self._pump.inbox.put(
            WrapUpProlonged(at=at, agent_id=agent.id, seconds=0, limit_s=WRITTEN_S)
        )

    def kept(self, entries: Sequence[Entry]) -> None:
        """The bus tells: an agent who has said it ahead may be in his wrap-up now."""
        for entry in entries:
            if entry.agent_id in self._ahead and entry.type == AgentStatusChanged.type:
                self._look_at(entry.agent_id)

    def stalled(self) -> None:
        """What the disk has not is told later."""

    def _look_at(self, agent_id: str) -> None:
        agent = self._pump.live.agents.get(agent_id)
        if agent is None or agent.status is not AgentStatus.ON_CALL:
            principal, call_id = self._ahead.pop(agent_id)
            if agent is not None and agent.status is AgentStatus.WRAP_UP:
                self.shorten(principal, call_id)

    def _in_wrap_up(self, principal: Principal, agent_id: str) -> Agent:
        agent = self._pump.live.agents.get(agent_id)
        if agent is None:
            raise not_found("agent", agent_id)
        if not principal.manages(agent.id):
            raise forbidden("manage_agents")
        if self._pump.live.stale:
            raise pbx_unavailable()
        if agent.status is not AgentStatus.WRAP_UP or agent.wrap_up_until is None:
            raise unable(agent.id, "is not in his wrap-up", agent.status.value)
        return agent

    async def _see(self, agent_id: str, holds: Callable[[Agent], bool]) -> Agent:
        found = await seen(self._pump, agent_id, holds, self._timeout_s)
        if found is None:
            raise timed_out("confirm the agent's wrap-up", agent_id=agent_id)
        return found


def _is_free(agent: Agent) -> bool:
    paused = (one.paused_reason for one in agent.memberships.values() if one.paused)
    return agent.status is not AgentStatus.WRAP_UP and WRAP_UP_REASON not in paused
