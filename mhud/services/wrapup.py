"""Makes Asterisk do what an agent's wrap-up needs: a pause when it begins, none when it is over.

The state says when (live/agents.py); here it is compared with the pauses that Asterisk has, twice
a second, so that a lost answer, a restart or a second cause heals by itself. app_queue's own
`wrapuptime` covers the moment between the end of the call and the pause.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from mhud.ami import actions
from mhud.ami.actions import Action
from mhud.ami.link import AmiLink
from mhud.clock import Clock
from mhud.errors import MhudError
from mhud.live.model import (
    WRAP_UP_REASON,
    Agent,
    AgentStatus,
    Member,
)
from mhud.live.state import LiveState

log = structlog.get_logger(__name__)
EVERY_S = 0.5
AFTER_REFUSAL_S = 5.0
_BUSY = (AgentStatus.ON_CALL, AgentStatus.RINGING)


def due(agent: Agent, queue_id: str) -> Action | None:
    """What would make this agent's pause in the queue right; None when it is.

    Raises MhudError INVALID for a member that can't be named to Asterisk.
    """
    member = agent.memberships.get(queue_id)
    if member is None:
        return None
    if agent.wrap_up_until is not None:
        return None if member.paused else _pause(member, True)
    over = agent.status not in _BUSY and member.paused_reason == WRAP_UP_REASON
    return _pause(member, False) if over and member.paused else None


def _pause(member: Member, paused: bool) -> Action:
    reason = WRAP_UP_REASON if paused else ""
    return actions.queue_pause(member.interface, paused, reason, member.queue_id)


class WrapUp:
    """Runs beside the pump; reads the state, never changes it.

    `is_changing` names agents whose status is being set: what it sets must not be overwritten.
    """

    def __init__(
        self, live: LiveState, link: AmiLink, clock: Clock, is_changing: Callable[[str], bool]
    ) -> None:
        self._live = live
        self._link = link
        self._clock = clock
        self._is_changing = is_changing
        self._not_before: dict[str, float] = {}

    async def run(self) -> None:
        while True:
            await self._clock.sleep(EVERY_S)
            if self._live.stale:
                continue
            for agent in tuple(self._live.agents.values()):
                await self._mend(agent)

    async def _mend(self, agent: Agent) -> None:
        if self._clock.monotonic() < self._not_before.get(agent.id, 0):
            return
        for queue_id in agent.memberships:
            if refusal := await self._mend_in(agent.id, queue_id):
                log.warning("wrap_up_refused", agent_id=agent.id, reason=refusal)
                self._not_before[agent.id] = self._clock.monotonic() + AFTER_REFUSAL_S
                return

    async def _mend_in(self, agent_id: str, queue_id: str) -> str:
        """Why it was refused, if it was. Looks again: Asterisk may be slow, and things change."""
        agent = self._live.agents.get(agent_id)
        if agent is None or self._is_changing(agent_id):
            return ""
        try:
            action = due(agent, queue_id)
            if action is None:
                return ""
            reply = await self._link.send(action)
        except MhudError as error:
            return error.message
        return "" if reply.success else reply.message
