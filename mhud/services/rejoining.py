"""A page that is reloaded in a call loses its half of it: the other party is sent to the new one.

His queues are told to wait meanwhile, for in the instant between the two halves his phone is free.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from mhud.ami.actions import queue_pause, redirect, setvar
from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import MhudError, conflict
from mhud.live.inputs import PhoneChanges
from mhud.live.model import WRAP_UP_REASON, Agent, Call, Channel
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.control import Control, Controlled
from mhud.services.rights import Principal
from mhud.services.targets import Place, Targets
from mhud.services.telling import tell, tell_for_sure, timed_out
from mhud.services.trail import Trail
from mhud.services.transfers import refuse_consulting

log = structlog.get_logger(__name__)
ASKED = "MHU_REJOIN"  # goes back to the page as X-Call-Id: it answers this call and no other
RING_S = 20.0


class Rejoining:
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        pump: Pump,
        control: Control,
        targets: Targets,
        trail: Trail,
    ) -> None:
        self._clock = clock
        self._context = settings.phone.rejoin_context
        self._pump = pump
        self._control = control
        self._targets = targets
        self._trail = trail

    async def rejoin(self, principal: Principal, agent: Agent, endpoint: str, token: str) -> Call:
        """Returns when his new phone talks. `token`: of 8 to 64 letters and digits.

        Raises MhudError CONFLICT (he is in no call, asks somebody, nobody is there to be sent, the
        dialplan has no way, his new phone did not answer), NOT_FOUND, PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        call = self._pump.live.call_of_agent(agent.id)
        if call is None:
            raise conflict("you are in no call", reason="no-call")
        with self._control.turn(call.id):
            await self._targets.require(Place(self._context, endpoint), "phone")
            found = await self._control.controlled(principal, call.id)
            refuse_consulting(found.call)
            other, old = _other(found), _old(found)
            await self._trail.note(principal, "call.rejoin", call.id, agent_id=agent.id)
            async with self._queues_wait(agent), self._in_one_talk(agent.id, found.call.id):
                await self._send(other, endpoint, token)
                return await self._seen(found.call, agent.id, old)

    async def _send(self, other: Channel, endpoint: str, token: str) -> None:
        what = "give the call back to the page"
        await self._control.order(setvar(ASKED, token, other.name), what)
        await self._control.order(redirect(other.name, self._context, endpoint), what)

    async def _seen(self, call: Call, agent_id: str, old: Channel) -> Call:
        def talks(live: LiveState) -> Call | None:
            now = live.calls.get(call.id)
            if now is None:
                raise conflict("the call has ended", call_id=call.id, reason="over")
            if len(now.visits) > len(call.visits):
                text = "the new page did not answer, and the caller waits again"
                raise conflict(text, call_id=call.id, reason="not-answered")
            mine = [one for one in live.channels_of(now.id) if live.agent_of(one) == agent_id]
            new = [one for one in mine if one.uniqueid != old.uniqueid and one.bridge_id]
            return now if new else None

        found = await self._pump.until(talks, RING_S)
        if found is None:
            raise timed_out("give the call back to the page", call_id=call.id)
        return found

    @asynccontextmanager
    async def _in_one_talk(self, agent_id: str, call_id: str) -> AsyncIterator[None]:
        """A reload is no transfer, and no second call of his."""

        def said(call_id: str | None) -> PhoneChanges:
            return PhoneChanges(at=self._clock.now(), agent_id=agent_id, call_id=call_id)

        tell(self._pump, said(call_id))
        try:
            yield
        finally:
            await tell_for_sure(self._pump, self._clock, said(None))

    @asynccontextmanager
    async def _queues_wait(self, agent: Agent) -> AsyncIterator[None]:
        """As in a wrap-up: if mhud dies meanwhile, the next one takes the pause away by itself."""
        mine = [one for one in agent.memberships.values() if not one.paused]
        try:
            for one in mine:
                pause = queue_pause(one.interface, True, WRAP_UP_REASON, one.queue_id)
                await self._control.order(pause, "let the queues wait")
            yield
        finally:
            for one in mine:
                await self._go_on(agent.id, one.interface, one.queue_id)

    async def _go_on(self, agent_id: str, interface: str, queue_id: str) -> None:
        """Where he has not asked for a break meanwhile, and does not write up the call."""
        now = self._pump.live.agents.get(agent_id)
        member = now.memberships.get(queue_id) if now else None
        if now is None or member is None or now.wrap_up_until is not None:
            return
        if member.paused_reason not in ("", WRAP_UP_REASON):
            return
        try:
            await self._control.order(queue_pause(interface, False, "", queue_id), "go on")
        except MhudError as error:
            log.warning("rejoin_left_a_pause", agent_id=agent_id, code=error.code.value)


def _other(found: Controlled) -> Channel:
    """Whom he talks with, or has on hold. Raises MhudError CONFLICT."""
    others = found.hears or found.others
    if len(others) != 1:
        text = "nobody is there who could be sent to the new page"
        raise conflict(text, call_id=found.call.id, reason="not-talking")
    return others[0]


def _old(found: Controlled) -> Channel:
    if found.agent_channel is None:
        raise conflict("you are in no call", call_id=found.call.id, reason="no-call")
    return found.agent_channel
