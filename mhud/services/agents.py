"""Agents: who they are, and what they do about their queues.

Asterisk is the truth: a status is set by pausing, adding and removing members, and what comes
back as events is what mhud shows.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from mhud.ami.actions import Action, queue_add, queue_pause, queue_remove
from mhud.ami.link import AmiLink
from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import MhudError, conflict, forbidden, invalid, not_found, pbx_unavailable
from mhud.live.inputs import AgentsConfigured, WrapUpExtended
from mhud.live.model import OFFLINE_REASON, Agent, AgentProfile, AgentStatus, Member
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.polled import AgentRows, Polled
from mhud.services.rights import Principal
from mhud.services.telling import refusal, tell, timed_out
from mhud.store.agents import roster
from mhud.store.database import Database

log = structlog.get_logger(__name__)
DEFAULT_REASON = "break"
ALREADY = ("Unable to add interface: Already there", "Unable to remove interface: Not there")
NOT_DYNAMIC = "Member not dynamic"
NO_QUEUE = "Unable to add interface to queue: No such queue"
LOOK_S = 15.0  # how long a change of the roster by another process may go unseen
RETRY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """`pending`: what he will be when his call is over."""

    agent_id: str
    previous: AgentStatus
    current: AgentStatus
    pending: AgentStatus | None
    at: datetime


class Agents:
    def __init__(
        self, settings: Settings, clock: Clock, pump: Pump, link: AmiLink, db: Database
    ) -> None:
        self.polled = Polled(pump)
        self.rows = AgentRows()
        self.settings = settings
        self._clock = clock
        self._pump = pump
        self._link = link
        self._db = db
        self._roster: tuple[AgentProfile, ...] | None = None
        self._doubted = False  # the roster may have changed
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def configure(self, settings: Settings) -> None:
        """Other settings hold from now on."""
        self.settings = settings

    def all(self) -> tuple[Agent, ...]:
        """By id."""
        return tuple(sorted(self._pump.live.agents.values(), key=lambda agent: agent.id))

    def one(self, agent_id: str) -> Agent:
        """Raises MhudError NOT_FOUND."""
        agent = self._pump.live.agents.get(agent_id)
        if agent is None:
            raise not_found("agent", agent_id)
        return agent

    async def load(self) -> None:
        """Tells the state the roster, if it is another than before. Raises MhudError.

        And once more for who was at work when he was taken out of it: till then he stayed.
        """
        async with self._db.read() as tx:
            profiles = await roster(tx)
        left_behind = self._pump.live.has_left_behind({one.id for one in profiles})
        if profiles != self._roster or left_behind:
            tell(self._pump, AgentsConfigured(at=self._clock.now(), profiles=profiles))
            self._roster = profiles

    async def run(self) -> None:
        """For ever: who went offline in a call leaves his queues after it; the roster is kept."""
        while True:
            await self._pump.until(lambda live: self._doubted or _leaving(live), LOOK_S)
            if leaving := _leaving(self._pump.live):
                await self._let_go(leaving)
            else:
                await self._look()

    def is_changing(self, agent_id: str) -> bool:
        """Whether his status is being set just now."""
        return agent_id in self._turns and self._turns[agent_id].locked()

    def look_soon(self) -> None:
        """Who may do what has changed, and so perhaps the roster."""
        self._doubted = True

    async def set_status(
        self, principal: Principal, agent_id: str, status: AgentStatus, reason: str | None
    ) -> StatusChange:
        """`status` is available, on-break or offline; `reason` is for a break only.

        Returns when Asterisk shows it. Raises MhudError NOT_FOUND, FORBIDDEN, INVALID, CONFLICT
        (no queues, or one that is not there), PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        agent = self.one(agent_id)
        if not principal.manages(agent.id):
            raise forbidden("manage_agents")
        reason = self._reason(status, reason)
        async with self._turns[agent_id]:
            if self._pump.live.stale:
                raise pbx_unavailable()
            previous = self.one(agent_id).status
            await self._set(self.one(agent_id), status, reason)
            current = self.one(agent_id)
        return StatusChange(
            agent_id=agent_id,
            previous=previous,
            current=current.status,
            pending=current.pending_status,
            at=self._clock.now(),
        )

    def _reason(self, status: AgentStatus, reason: str | None) -> str:
        if status is not AgentStatus.ON_BREAK:
            if reason is not None:
                raise invalid("reason_code", "belongs to on-break only")
            return OFFLINE_REASON if status is AgentStatus.OFFLINE else ""
        chosen = reason if reason is not None else DEFAULT_REASON
        if chosen not in self.settings.reason_codes:
            known = ", ".join(self.settings.reason_codes)
            raise invalid("reason_code", f"must be one of {known}")
        return chosen

    async def _set(self, agent: Agent, status: AgentStatus, reason: str) -> None:
        if status is AgentStatus.OFFLINE:
            await self._log_out(agent)
            return
        paused = status is AgentStatus.ON_BREAK
        if agent.status is AgentStatus.OFFLINE:
            await self._log_in(agent, paused, reason)
        if agent.status is AgentStatus.WRAP_UP and not paused:
            tell(self._pump, WrapUpExtended(at=self._clock.now(), agent_id=agent.id, seconds=0))
        await self._pause(agent, paused, reason)
        await self._see(agent.id, lambda now: _is_paused(now, paused, reason))

    # ---- steps

    async def _log_in(self, agent: Agent, paused: bool, reason: str) -> None:
        """Into all of his queues that he is not in yet, or into none."""
        queues = [queue for queue in agent.profile.queues if queue not in agent.memberships]
        if not queues and not agent.memberships:
            raise conflict(f"agent {agent.id} has no queues configured", agent_id=agent.id)
        missing = [queue for queue in queues if queue not in self._pump.live.queues]
        if missing:
            raise _no_such_queue(agent.id, missing)
        added: list[str] = []
        try:
            for queue in queues:
                if await self._add(agent, queue, paused, reason):
                    added.append(queue)
        except MhudError:
            await self._take_back(agent, added)
            raise

    async def _add(self, agent: Agent, queue: str, paused: bool, reason: str) -> bool:
        """Whether he was not in it before. He is as paused as asked for either way."""
        interface = agent.profile.interface
        name = _plain(agent.profile.name) or agent.id
        reply = await self._link.send(queue_add(queue, interface, name, 0, paused, reason))
        if reply.message.startswith(NO_QUEUE):
            raise _no_such_queue(agent.id, [queue])
        if not reply.success and not reply.message.startswith(ALREADY):
            raise refusal(reply, f"add agent {agent.id} to queue {queue}")
        if not reply.success:
            await self._order(queue_pause(interface, paused, reason, queue), "pause the agent")
        return reply.success

    async def _take_back(self, agent: Agent, queues: list[str]) -> None:
        """As far as it goes: what stays is seen as it is."""
        for queue in queues:
            try:
                await self._link.send(queue_remove(queue, agent.profile.interface))
            except MhudError as error:
                log.warning("login_not_taken_back", agent_id=agent.id, code=error.code.value)
                return

    async def _pause(self, agent: Agent, paused: bool, reason: str) -> None:
        for interface in {member.interface for member in agent.memberships.values()}:
            await self._order(queue_pause(interface, paused, reason), "pause the agent")

    async def _log_out(self, agent: Agent) -> None:
        """Pauses at once; out of the queues now, or by `run` when his call is over."""
        if not agent.memberships:
            return
        await self._pause(agent, True, OFFLINE_REASON)
        await self._see(agent.id, lambda now: _is_paused(now, True, OFFLINE_REASON))
        if not _is_busy(agent := self.one(agent.id)):
            await self._leave(agent)
            await self._see(agent.id, lambda now: not _dynamic(now))

    async def _leave(self, agent: Agent) -> None:
        """Out of the queues that he joined; static members stay, paused."""
        for member in _dynamic(agent):
            reply = await self._link.send(queue_remove(member.queue_id, member.interface))
            if not reply.success and not reply.message.startswith((*ALREADY, NOT_DYNAMIC)):
                raise refusal(reply, f"take agent {agent.id} out of queue {member.queue_id}")

    async def _order(self, action: Action, what: str) -> None:
        reply = await self._link.send(action)
        if not reply.success:
            raise refusal(reply, what)

    async def _see(self, agent_id: str, holds: Callable[[Agent], bool]) -> None:
        """Waits until the state shows it. Raises MhudError PBX_TIMEOUT."""

        def shown(live: LiveState) -> bool:
            agent = live.agents.get(agent_id)
            return agent is not None and holds(agent)

        if not await self._pump.until(shown, self.settings.ami.action_timeout_s):
            raise timed_out("confirm the agent's status", agent_id=agent_id)

    # ---- in the background

    async def _let_go(self, leaving: tuple[Agent, ...]) -> None:
        for agent in leaving:
            async with self._turns[agent.id]:
                still = self._pump.live.agents.get(agent.id)
                if still is not None and _is_leaving(still):
                    await self._let_go_one(still)

    async def _let_go_one(self, agent: Agent) -> None:
        try:
            await self._leave(agent)
            await self._see(agent.id, lambda now: not _is_leaving(now))
        except MhudError as error:
            log.warning("logout_unfinished", agent_id=agent.id, code=error.code.value)
            await self._clock.sleep(RETRY_S)

    async def _look(self) -> None:
        self._doubted = False
        try:
            await self.load()
        except MhudError as error:
            log.warning("roster_not_read", code=error.code.value)


def _is_paused(agent: Agent, paused: bool, reason: str) -> bool:
    """In all of his queues, and for this reason."""
    members = agent.memberships.values()
    wanted = (paused, reason if paused else "")
    return bool(members) and all((one.paused, one.paused_reason) == wanted for one in members)


def _dynamic(agent: Agent) -> list[Member]:
    return [one for one in agent.memberships.values() if one.membership == "dynamic"]


def _is_busy(agent: Agent) -> bool:
    return agent.call_id is not None or agent.ringing_call_id is not None


def _is_leaving(agent: Agent) -> bool:
    return not _is_busy(agent) and bool(_dynamic(agent)) and _is_paused(agent, True, OFFLINE_REASON)


def _leaving(live: LiveState) -> tuple[Agent, ...]:
    """Paused as offline and in no call, but members still. Not while the link is lost."""
    if live.stale:
        return ()
    return tuple(agent for agent in live.agents.values() if _is_leaving(agent))


def _no_such_queue(agent_id: str, queues: list[str]) -> MhudError:
    named = ", ".join(queues)
    return conflict(
        f"Asterisk has no queue {named}, which agent {agent_id} is to serve",
        agent_id=agent_id,
        queues=queues,
    )


def _plain(name: str) -> str:
    """A member's name for Asterisk: no control characters, at most 79 of the rest."""
    return "".join(char for char in name if char.isprintable())[:79].strip()
