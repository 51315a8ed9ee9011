"""Makes Asterisk do what an agent's wrap-up needs: a pause when it begins, none when it is over.

The state says when (live/agents.py); here it is compared with the pauses that Asterisk has, twice
a second, so that a lost answer, a restart or a second cause heals by itself. app_queue's own
`wrapuptime` covers the moment between the end of the call and the pause.
"""

from __future__ import annotations

from collections.abc import Iterator

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


def due(agent: Agent) -> Iterator[Action]:
    """The actions that would make this agent's pauses right; none when they are."""
    members = agent.memberships.values()
    if agent.wrap_up_until is not None:
        for member in members:
            if not member.paused:
                yield _pause(member, True)
    elif agent.status not in _BUSY:
        for member in members:
            if member.paused and member.paused_reason == WRAP_UP_REASON:
                yield _pause(member, False)


def _pause(member: Member, paused: bool) -> Action:
    reason = WRAP_UP_REASON if paused else ""
    return actions.queue_pause(member.interface, paused, reason, member.queue_id)


class WrapUp:
    """Runs beside the pump; reads the state, never changes it."""

    def __init__(self, live: LiveState, link: AmiLink, clock: Clock) -> None:
        self._live = live
        self._link = link
        self._clock = clock
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
        for action in due(agent):
            try:
                reply = await self._link.send(action)
            except MhudError as error:
                refusal = error.message
            else:
                refusal = "" if reply.success else reply.message
            if refusal:
                log.warning("wrap_up_refused", agent_id=agent.id, reason=refusal)
                self._not_before[agent.id] = self._clock.monotonic() + AFTER_REFUSAL_S
                return
