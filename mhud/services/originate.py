"""Outbound calls: the agent's phone first, then the destination; never twice.

An accepted originate is told to the state before Asterisk hears of it, so it is a call from then
on. What was sent and not answered has an unknown fate: it is never sent again.
"""

from __future__ import annotations

from itertools import count

from mhud import ids
from mhud.ami.actions import Action, originate
from mhud.ami.link import AmiLink, LinkState, Reply
from mhud.clock import Clock
from mhud.config import OriginateSettings
from mhud.errors import Code, MhudError, conflict, forbidden, not_found, pbx_unavailable
from mhud.live.inputs import (
    OriginateRefused,
    OriginateRequested,
    OriginateSent,
    WrapUpExtended,
)
from mhud.live.model import Agent, AgentStatus, Call, CallStatus, EndReason
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.originate_rules import (
    OriginateWish,
    channel_variables,
    check,
    check_agent,
    dialed,
)
from mhud.services.rights import Principal
from mhud.services.telling import refusal, tell
from mhud.services.trail import Trail
from mhud.services.waiting import Waiting, WaitingRoom

NOTICE_S = 5.0  # the state takes up an input within this, or the daemon is in trouble
SLACK_S = 30  # beyond ringing: how late a channel may show up, over a reconnect too
LOOK_S = 60.0
DIALING = (CallStatus.INITIATING, CallStatus.RINGING)
ANSWER_BY_ITSELF = {
    "Call-Info": "<sip:mhud>;answer-after=0",
    "Alert-Info": "<http://mhud.invalid>;info=alert-autoanswer",
}


def answer_by_itself(channel_id: str) -> dict[str, str]:
    """Headers that ask a phone to. One in a browser does so only for a call that its page knows."""
    return {**ANSWER_BY_ITSELF, "X-Call-Id": ids.call_id(channel_id)}


class Originator:
    def __init__(
        self, settings: OriginateSettings, clock: Clock, pump: Pump, link: AmiLink, trail: Trail
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._pump = pump
        self._link = link
        self._trail = trail
        self._room = WaitingRoom()
        self._accepting: dict[str, str] = {}  # agent id → id of the call being set up
        self._turns = count()

    def configure(self, settings: OriginateSettings) -> None:
        self._settings = settings

    async def originate(self, principal: Principal, wish: OriginateWish) -> Call:
        """The call as it stands now: sent, or waiting for a free place.

        Raises MhudError INVALID, NOT_FOUND, FORBIDDEN, CONFLICT (with the reason), and
        PBX_UNAVAILABLE or PBX_TIMEOUT; these two with `call_id` where the call's fate is unknown.
        """
        check(wish, self._settings)
        agent = self._pump.live.agents.get(wish.agent_id)
        if agent is None:
            raise not_found("agent", wish.agent_id)
        if not principal.may("make_calls", agent.id):
            raise forbidden("make_calls")
        self._refuse_unless_free(agent)
        channel_id = ids.new_channel_id()
        self._accepting[agent.id] = call_id = ids.call_id(channel_id)
        try:
            await self._trail.note(principal, "call.outbound", call_id, agent_id=agent.id)
            agent = self._pump.live.agents.get(agent.id, agent)
            check_agent(agent)  # again: the disk may have taken its time
            return await self._accept(wish, agent, channel_id)
        finally:
            del self._accepting[agent.id]

    async def run(self) -> None:
        """For ever: lets waiting calls go when there is room, and expire when there is none."""
        while True:
            if due := await self._pump.until(self._due, LOOK_S):
                await self._let_go(due)

    @property
    def waiting(self) -> int:
        """Calls in line for a free place."""
        return len(self._room)

    def cancel(self, call: Call) -> bool:
        """Takes a waiting call out of line: Asterisk will never hear of it. False: none waits."""
        waiting = self._room.take(call.id)
        if waiting is not None:
            self._refused(waiting.channel_id, EndReason.EXPIRED)
        return waiting is not None

    # ---- accepting

    def _refuse_unless_free(self, agent: Agent) -> None:
        if self._link.state is not LinkState.UP:
            raise pbx_unavailable()
        if pending := self._pending(agent.id):
            raise conflict(
                f"agent {agent.id} is being connected already", call_id=pending, reason="pending"
            )
        check_agent(agent)
        if self._room.is_full:
            raise conflict("too many calls are waiting to be started", reason="full")

    def _pending(self, agent_id: str) -> str | None:
        """The agent's originate that has not come to a talk yet."""
        if agent_id in self._accepting:
            return self._accepting[agent_id]
        calls = self._pump.live.calls.values()
        mine = (call.id for call in calls if _dialing(call) and call.agent_id == agent_id)
        return next(mine, None)

    async def _accept(self, wish: OriginateWish, agent: Agent, channel_id: str) -> Call:
        action = self._action(wish, agent, channel_id)  # Asterisk's limits are checked here
        call_id = ids.call_id(channel_id)
        tell(self._pump, self._requested(wish, channel_id))
        if not await self._pump.until(lambda live: live.call(call_id), NOTICE_S):
            self._refused(channel_id, EndReason.FAILED)
            raise MhudError(Code.SERVICE_UNAVAILABLE, "the daemon is too busy", call_id=call_id)
        if agent.status is AgentStatus.WRAP_UP:
            tell(self._pump, WrapUpExtended(at=self._clock.now(), agent_id=agent.id, seconds=0))
        if len(self._room) or not self._has_room(self._pump.live, besides=call_id):
            self._room.add(self._waiting(wish, action, channel_id))
        else:
            await self._send(action, channel_id)
        call = self._pump.live.call(call_id)
        assert call is not None, "just seen, and ended calls are remembered"  # noqa: S101
        return call

    def _requested(self, wish: OriginateWish, channel_id: str) -> OriginateRequested:
        return OriginateRequested(
            at=self._clock.now(),
            channel_id=channel_id,
            agent_id=wish.agent_id,
            destination=wish.destination,
            caller_id=wish.caller_id,
            deadline_s=self._settings.wait_s + self._settings.agent_ring_s + SLACK_S,
            variables=wish.variables,
        )

    def _action(self, wish: OriginateWish, agent: Agent, channel_id: str) -> Action:
        interface = agent.profile.interface
        is_sip = interface.startswith("PJSIP/") and self._settings.auto_answer_header
        is_local = interface.startswith("Local/")
        return originate(
            channel_id,
            interface,
            self._settings.context,
            dialed(wish.destination, self._settings),
            wish.caller_id,
            self._settings.agent_ring_s * 1000,
            channel_variables(wish, self._settings),
            other_channel_id=ids.local_other_half(channel_id) if is_local else None,
            sip_headers=answer_by_itself(channel_id) if is_sip else None,
        )

    def _waiting(self, wish: OriginateWish, action: Action, channel_id: str) -> Waiting:
        return Waiting(
            priority=wish.priority,
            turn=next(self._turns),
            expires=self._clock.monotonic() + self._settings.wait_s,
            channel_id=channel_id,
            call_id=ids.call_id(channel_id),
            agent_id=wish.agent_id,
            action=action,
        )

    # ---- sending

    async def _send(self, action: Action, channel_id: str) -> None:
        """Once. Raises MhudError; the call then is refused, or its fate unknown."""
        if self._link.state is not LinkState.UP:
            self._refused(channel_id, EndReason.FAILED)
            raise pbx_unavailable()
        try:
            tell(self._pump, OriginateSent(at=self._clock.now(), channel_id=channel_id))
            reply = await self._link.send(action)
        except MhudError as error:
            fate = {**error.details, "call_id": ids.call_id(channel_id)}
            raise MhudError(error.code, error.message, **fate) from error
        if not reply.success:
            raise self._not_taken(reply, channel_id)

    def _not_taken(self, reply: Reply, channel_id: str) -> MhudError:
        call_id = ids.call_id(channel_id)
        if reply.message.startswith("Extension does not exist"):
            self._refused(channel_id, EndReason.INVALID_DESTINATION)
            reason = "the dialplan has no way to this number"
            fields = [{"field": "destination", "reason": reason, "call_id": call_id}]
            return MhudError(Code.INVALID, f"destination: {reason}", fields=fields)
        self._refused(channel_id, EndReason.FAILED)
        error = refusal(reply, "start the call")
        return MhudError(error.code, error.message, call_id=call_id)

    def _refused(self, channel_id: str, reason: EndReason) -> None:
        """Ends the call. When even this finds no room, the call's deadline ends it."""
        at = self._clock.now()
        self._pump.inbox.put(OriginateRefused(at=at, channel_id=channel_id, reason=reason))

    # ---- waiting

    def _has_room(self, live: LiveState, besides: str = "") -> bool:
        """Calls that wait in line take no place, nor does the one that asks."""
        dialing = sum(
            1
            for call in live.calls.values()
            if _dialing(call) and call.id != besides and call.id not in self._room
        )
        return dialing < self._settings.max_simultaneous

    def _due(self, live: LiveState) -> Waiting | None:
        over = self._room.ended(live.calls) or self._room.expired(self._clock.monotonic())
        if over is not None:
            return over
        if self._link.state is not LinkState.UP or not self._has_room(live):
            return None
        return self._room.first(lambda waiting: _is_free(live.agents.get(waiting.agent_id)))

    async def _let_go(self, due: Waiting) -> None:
        if self._room.take(due.call_id) is None:
            return  # cancelled meanwhile
        if due.call_id not in self._pump.live.calls:
            return  # its end was told already
        if self._clock.monotonic() >= due.expires:
            self._refused(due.channel_id, EndReason.EXPIRED)
            return
        try:
            await self._send(due.action, due.channel_id)
        except MhudError:
            return  # nobody waits for the answer: the call's end tells


def _dialing(call: Call) -> bool:
    return call.originated and call.status in DIALING


def _is_free(agent: Agent | None) -> bool:
    return agent is not None and agent.status in (AgentStatus.AVAILABLE, AgentStatus.WRAP_UP)
